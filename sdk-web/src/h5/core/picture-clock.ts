// Clock of pictures without audio: the page's clock, adjusted to their arrivals.
import { PlaybackPace } from './playback-pace.ts';

/** Average time that pictures are held, so that a slightly late picture is still shown in time. */
const HOLD_MS = 40;
/** A picture further ahead than this belongs to a burst or a jump, so the clock jumps as well. */
const JUMP_MS = 500;

/** Clock of the media time, in the milliseconds of the stream's time stamps. */
export class PictureClock {
  readonly #pace = new PlaybackPace();
  #mediaMs = 0;
  #setAtMs: number | undefined;

  /** Returns undefined before the first picture. */
  mediaMsAt(nowMs: number): number | undefined {
    return this.#setAtMs === undefined ? undefined : this.#mediaMs + (nowMs - this.#setAtMs) * this.#pace.rate;
  }

  adjust(ptsMs: number, nowMs: number): void {
    const mediaMs = this.mediaMsAt(nowMs);
    if (mediaMs === undefined || ptsMs < mediaMs || ptsMs > mediaMs + JUMP_MS) {
      this.#pace.reset();
      this.set(ptsMs - HOLD_MS, nowMs);
      return;
    }
    this.set(mediaMs, nowMs);
    this.#pace.measure(ptsMs - mediaMs, HOLD_MS, nowMs);
  }

  set(mediaMs: number, nowMs: number): void {
    this.#mediaMs = mediaMs;
    this.#setAtMs = nowMs;
  }
}
