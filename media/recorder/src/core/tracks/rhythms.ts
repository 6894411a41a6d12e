// When frames of a track are placed, how long each lasts, and where pieces are cut. Times are milliseconds since the
// stint began. They never go back, whatever a publisher's reports say.

/** What a rhythm looks at of a frame. */
export interface Beat {
  readonly ms: number;
  readonly isKey: boolean;
  /** Of sound: how long it lasts. */
  readonly soundMs: number;
  readonly beginsSilence: boolean;
}

export interface Rhythm {
  /** When a frame is placed; undefined: it comes too late for that. `floorMs`: the track is written up to there. */
  place(beat: Beat, floorMs: number): number | undefined;
  /** When the last frame ends, with `next` behind it or as far as is known; before `next` it leaves a hole. */
  endMs(next: Beat | undefined): number;
  /** The piece that began at `firstMs` ends before `next`. */
  isCut(firstMs: number, next: Beat): boolean;
  /** The frame is placed: nothing may be placed before the time that is returned. */
  take(beat: Beat): number;
}

/** What a crash may cost, and what a reader loads to begin anywhere. */
export const PIECE_MS = 2000;
/** A piece waits so long for a key frame, if the track has such that often. */
const KEY_WAIT_MS = 4000;

/** A picture that should come so much before the last one is shown at once; one further back waits for a key frame. */
const BACK_MS_MAX = 1000;
/** A tick of 90 kHz and a little: rounded, it is the next one. */
const LEAST_MS = 1.01 / 90;
/** Before the first two pictures have said it: at 30 a second. */
const USUAL_MS = 1000 / 30;
/**
 * Pictures of a screen are seldom 500 ms apart. A key frame after a longer time comes of a loss or a pause, and the
 * picture before it was not shown for all of that; another frame can be decoded, so nothing is missing before it.
 */
const PICTURE_GAP_MS = 500;
/** A still screen is sent once a second; what is sent less often is noted as if nothing were there. */
const STILL_MS_MAX = 2000;

export class PictureRhythm implements Rhythm {
  #lastMs = Number.NEGATIVE_INFINITY;
  /** The last step, and the smaller one of the last two: one alone may be that of a loss. */
  #stepMs = USUAL_MS;
  #usualMs = USUAL_MS;
  #keyMs = Number.NEGATIVE_INFINITY;
  /** Between the last two key frames. */
  #keyEveryMs = Number.POSITIVE_INFINITY;

  place({ ms }: Beat, floorMs: number): number | undefined {
    return ms < floorMs - BACK_MS_MAX ? undefined : Math.max(ms, floorMs);
  }

  endMs(next: Beat | undefined): number {
    const stillMs = next === undefined ? Number.POSITIVE_INFINITY : next.ms - this.#lastMs;
    const isGap = stillMs > (next?.isKey === true ? PICTURE_GAP_MS : STILL_MS_MAX);
    return this.#lastMs + (isGap ? this.#usualMs : stillMs);
  }

  isCut(firstMs: number, { ms, isKey }: Beat): boolean {
    const sinceKeyMs = ms - this.#keyMs;
    if (isKey) return ms - firstMs >= PIECE_MS || sinceKeyMs > KEY_WAIT_MS;
    const isKeyNear = this.#keyEveryMs <= KEY_WAIT_MS && sinceKeyMs <= KEY_WAIT_MS;
    return ms - firstMs >= (isKeyNear ? KEY_WAIT_MS : PIECE_MS);
  }

  take({ ms, isKey }: Beat): number {
    const stepMs = Math.min(ms - this.#lastMs, PICTURE_GAP_MS);
    this.#usualMs = Math.min(stepMs, this.#stepMs);
    this.#stepMs = stepMs;
    if (isKey) {
      this.#keyEveryMs = ms - this.#keyMs;
      this.#keyMs = ms;
    }
    this.#lastMs = ms;
    return ms + LEAST_MS;
  }
}

/**
 * Packets that were lost or came late leave at most so much within a piece: players fill it, and a longer time is a
 * hole that readers should know of.
 */
const SOUND_GAP_MS = 100;
/** Encoders that are silent send a packet every 400 ms; one of them may be lost. */
const SILENCE_MS_MAX = 1000;

export class SoundRhythm implements Rhythm {
  #lastMs = 0;
  #soundMs = 0;
  #isSilence = false;

  /** A packet that overlaps by more than a quarter, as one that comes twice does, is left out. */
  place({ ms, soundMs }: Beat, floorMs: number): number | undefined {
    return ms < floorMs - soundMs / 4 ? undefined : Math.max(ms, floorMs);
  }

  endMs(next: Beat | undefined): number {
    const ownMs = this.#lastMs + this.#soundMs;
    if (next === undefined) return ownMs;
    return next.ms - ownMs > (this.#isSilence ? SILENCE_MS_MAX : SOUND_GAP_MS) ? ownMs : next.ms;
  }

  isCut(firstMs: number, { ms }: Beat): boolean {
    return ms - firstMs >= PIECE_MS;
  }

  take({ ms, soundMs, beginsSilence }: Beat): number {
    this.#lastMs = ms;
    this.#soundMs = soundMs;
    this.#isSilence = beginsSilence;
    return ms + soundMs / 2;
  }
}
