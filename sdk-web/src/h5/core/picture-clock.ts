// The time of pictures where no sound leads them: that of the page, set by what arrives.
import { Pace } from './pace.ts';

/** Pictures wait this long on average, so that one that is a little late is still shown in time. */
const HOLD_MS = 40;
/** So far ahead are pictures of a burst or after a jump: the clock jumps, too. */
const JUMP_MS = 500;

/** Media time, in the milliseconds of the stream's time stamps. */
export class PictureClock {
  readonly #pace = new Pace();
  #mediaMs = 0;
  #setAtMs: number | undefined;

  /** Absent before the first picture. */
  mediaMsAt(nowMs: number): number | undefined {
    return this.#setAtMs === undefined ? undefined : this.#mediaMs + (nowMs - this.#setAtMs) * this.#pace.rate;
  }

  /** A picture of `ptsMs` is there now. */
  arrived(ptsMs: number, nowMs: number): void {
    const mediaMs = this.mediaMsAt(nowMs);
    if (mediaMs === undefined || ptsMs < mediaMs || ptsMs > mediaMs + JUMP_MS) {
      this.#pace.reset();
      this.set(ptsMs - HOLD_MS, nowMs);
      return;
    }
    this.set(mediaMs, nowMs);
    this.#pace.arrived(ptsMs - mediaMs, HOLD_MS, nowMs);
  }

  /** It is `mediaMs` now: what the sound says. */
  set(mediaMs: number, nowMs: number): void {
    this.#mediaMs = mediaMs;
    this.#setAtMs = nowMs;
  }
}
