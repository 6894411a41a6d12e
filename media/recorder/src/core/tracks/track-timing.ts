// Decides the times and durations of a track's frames, and where pieces are cut. Times are milliseconds since the stint
// began, and never go back, whatever a publisher's reports say.

export interface FrameTiming {
  readonly ms: number;
  readonly isKey: boolean;
  readonly soundMs: number;
  readonly beginsSilence: boolean;
}

export interface TrackTiming {
  /** Returns the time of a frame; undefined for a frame that is too late. `floorMs` is the end of the written track. */
  place(frame: FrameTiming, floorMs: number): number | undefined;
  /** Returns the end of the last frame, with `next` behind it if known; an earlier end leaves a hole. */
  endMs(next: FrameTiming | undefined): number;
  isCut(firstMs: number, next: FrameTiming): boolean;
  /** Notes a frame that was written. Returns the time before which no other frame may be. */
  noteWritten(frame: FrameTiming): number;
}

/** Maximum loss by a crash, and the unit of loading for a reader that begins anywhere. */
export const PIECE_MS = 2000;
/** Maximum wait of a piece for a key frame, if the track has frequent ones. */
const KEY_WAIT_MS = 4000;

/** A picture at most this much before the last one directly follows it; an earlier one is dropped. */
const BACKWARD_MS_MAX = 1000;
/** Minimum step between two pictures: a little more than a tick of 90 kHz, so that it rounds to the next tick. */
const STEP_MIN_MS = 1.01 / 90;
/** Step before the first two pictures: 30 a second. */
const DEFAULT_STEP_MS = 1000 / 30;
/**
 * Pictures of a screen are rarely 500 ms apart. A key frame after a longer time follows a loss or a pause, so the
 * previous picture ended earlier. Before any other frame nothing is missing, because it can be decoded.
 */
const PICTURE_GAP_MS = 500;
/** Maximum step between pictures of a still screen, which is sent once a second; a longer step leaves a hole. */
const STILL_MS_MAX = 2000;

export class PictureTiming implements TrackTiming {
  #lastMs = Number.NEGATIVE_INFINITY;
  /** The last step, and the smaller of the last two, because a single step may come from a loss. */
  #stepMs = DEFAULT_STEP_MS;
  #usualMs = DEFAULT_STEP_MS;
  #keyMs = Number.NEGATIVE_INFINITY;
  #keyEveryMs = Number.POSITIVE_INFINITY;

  place({ ms }: FrameTiming, floorMs: number): number | undefined {
    return ms < floorMs - BACKWARD_MS_MAX ? undefined : Math.max(ms, floorMs);
  }

  endMs(next: FrameTiming | undefined): number {
    const stillMs = next === undefined ? Number.POSITIVE_INFINITY : next.ms - this.#lastMs;
    const isGap = stillMs > (next?.isKey === true ? PICTURE_GAP_MS : STILL_MS_MAX);
    return this.#lastMs + (isGap ? this.#usualMs : stillMs);
  }

  isCut(firstMs: number, { ms, isKey }: FrameTiming): boolean {
    const sinceKeyMs = ms - this.#keyMs;
    if (isKey) return ms - firstMs >= PIECE_MS || sinceKeyMs > KEY_WAIT_MS;
    const isKeyNear = this.#keyEveryMs <= KEY_WAIT_MS && sinceKeyMs <= KEY_WAIT_MS;
    return ms - firstMs >= (isKeyNear ? KEY_WAIT_MS : PIECE_MS);
  }

  noteWritten({ ms, isKey }: FrameTiming): number {
    const stepMs = Math.min(ms - this.#lastMs, PICTURE_GAP_MS);
    this.#usualMs = Math.min(stepMs, this.#stepMs);
    this.#stepMs = stepMs;
    if (isKey) {
      this.#keyEveryMs = ms - this.#keyMs;
      this.#keyMs = ms;
    }
    this.#lastMs = ms;
    return ms + STEP_MIN_MS;
  }
}

/** Maximum gap of lost or late packets within a piece, which players fill; a longer gap is a hole. */
const SOUND_GAP_MS = 100;
/** Silent encoders send a packet every 400 ms, of which one may be lost. */
const SILENCE_MS_MAX = 1000;

export class SoundTiming implements TrackTiming {
  #lastMs = 0;
  #soundMs = 0;
  #isSilence = false;

  /** Drops a packet that overlaps by more than a quarter, such as a duplicate. */
  place({ ms, soundMs }: FrameTiming, floorMs: number): number | undefined {
    return ms < floorMs - soundMs / 4 ? undefined : Math.max(ms, floorMs);
  }

  endMs(next: FrameTiming | undefined): number {
    const ownMs = this.#lastMs + this.#soundMs;
    if (next === undefined) return ownMs;
    return next.ms - ownMs > (this.#isSilence ? SILENCE_MS_MAX : SOUND_GAP_MS) ? ownMs : next.ms;
  }

  isCut(firstMs: number, { ms }: FrameTiming): boolean {
    return ms - firstMs >= PIECE_MS;
  }

  noteWritten({ ms, soundMs, beginsSilence }: FrameTiming): number {
    this.#lastMs = ms;
    this.#soundMs = soundMs;
    this.#isSilence = beginsSilence;
    return ms + soundMs / 2;
  }
}
