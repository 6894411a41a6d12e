// What changes the sound or picture of a local track before it is sent.
import type { MeridianClientError } from '@meridian/client';
import type { MediaKind } from '@meridian/protocol';

/** How the device has to be opened while a processor is on, above what the application asked for. */
export interface CaptureOverride {
  readonly noiseSuppression?: boolean;
}

/**
 * Makes one track of another. It belongs to the LocalTrack that it was given to (`setProcessor`), which closes it: with
 * the track, when another takes its place, and when it could not be started.
 */
export interface TrackProcessor {
  readonly name: string;
  readonly kind: MediaKind;
  readonly capture?: CaptureOverride | undefined;
  /**
   * Reads `source` and resolves with a new track that carries the result, as soon as there is a first frame of it. It
   * is called again with each device that the track opens later; then only the newest is read. Neither track is
   * stopped here. Rejects with EFFECT_*.
   */
  process(source: MediaStreamTrack): Promise<MediaStreamTrack>;
  /** Set by the LocalTrack before `process`: takes the processor off, or refuses it, for it is too slow or broken. */
  onGiveUp: ((error: MeridianClientError) => void) | undefined;
  /** Ends it. Idempotent. */
  close(): void;
}
