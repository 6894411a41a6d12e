// Decides with which kinds of media a stream for players begins. Players take what the beginning of the stream
// announces, and no later kind: a media source of a browser accepts no buffer after its first init segment.
import { SOUND_WAIT_MAX_MS } from './hls/start-delay.ts';

/** Wait for a picture while only sound is published: the publisher may turn on the camera right after. */
export const SOUND_ONLY_WAIT_MS = 1500;
/** Maximum wait for the first picture: a publisher that makes key frames every 10 s has made one by then. */
export const PICTURE_WAIT_MAX_MS = 12_000;
/** Time without a published picture after which a stream goes on as sound: a camera is often on again sooner. */
export const PICTURE_GONE_MS = 3000;

/** Media that a room's participants publish now. */
export type Published = 'picture' | 'sound' | 'nothing';

export interface Kinds {
  readonly audio: boolean;
  readonly video: boolean;
}

/** Measures how long media have been published, and how long no picture. */
export class ShownKinds {
  #publishedSinceMs: number | undefined;
  #soundAloneSinceMs: number | undefined;

  /** Notes what is published at this time. Call it with each unit. */
  note(published: Published, nowMs: number): void {
    this.#publishedSinceMs = published === 'nothing' ? undefined : (this.#publishedSinceMs ?? nowMs);
    this.#soundAloneSinceMs = published === 'sound' ? (this.#soundAloneSinceMs ?? nowMs) : undefined;
  }

  /** Returns whether to begin without a picture, because none is published or its key frame does not come. */
  isSoundAlone(nowMs: number): boolean {
    if (this.#publishedSinceMs === undefined) return false;
    const isWithoutPicture = this.#soundAloneSinceMs !== undefined;
    return nowMs - this.#publishedSinceMs >= (isWithoutPicture ? SOUND_ONLY_WAIT_MS : PICTURE_WAIT_MAX_MS);
  }

  /** Returns whether sound has been published without a picture for `PICTURE_GONE_MS`. */
  isPictureGone(nowMs: number): boolean {
    return this.#soundAloneSinceMs !== undefined && nowMs - this.#soundAloneSinceMs >= PICTURE_GONE_MS;
  }

  /**
   * Returns the kinds to announce; undefined while it is worth to wait. `present`: kinds that can be sent at once.
   * A programme has silence as sound, so sound is missing only while its encoder starts, or after it failed.
   */
  begin(present: Kinds, nowMs: number): Kinds | undefined {
    if (present.audio && present.video) return present;
    if (present.audio) return this.isSoundAlone(nowMs) ? present : undefined;
    const isSoundLate = this.#publishedSinceMs !== undefined && nowMs - this.#publishedSinceMs >= SOUND_WAIT_MAX_MS;
    return present.video && isSoundLate ? present : undefined;
  }
}
