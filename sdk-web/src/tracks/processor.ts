// Interface of processors that change a local track's audio or video before it is sent.
import type { MeridianClientError } from '@meridian/client';
import type { MediaKind } from '@meridian/protocol';

/** Capture settings that override the application's while a processor is on. */
export interface CaptureOverride {
  readonly noiseSuppression?: boolean;
}

/**
 * Processor that makes one track of another. The LocalTrack to which it was given (`setProcessor`) closes it when the
 * track stops, when another processor replaces it, or when it could not be started.
 */
export interface TrackProcessor {
  readonly name: string;
  readonly kind: MediaKind;
  readonly capture?: CaptureOverride | undefined;
  /**
   * Reads `source` and resolves with a new track of the result, as soon as there is a first frame. Called again with
   * each device that the track opens later; then only the newest is read. Stops neither track. Rejects with EFFECT_*.
   */
  process(source: MediaStreamTrack): Promise<MediaStreamTrack>;
  /**
   * To be called when the processor is too slow or broken. The LocalTrack sets it before `process`, and then removes or
   * refuses the processor.
   */
  onGiveUp: ((error: MeridianClientError) => void) | undefined;
  /** Idempotent. */
  close(): void;
}
