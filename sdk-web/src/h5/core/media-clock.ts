/** Start of the clock; media captured before the first call also gets a time above 0. */
const startMs = 1000;

/**
 * Clock of published media, in milliseconds. It follows the audio clock while that runs, else the page's clock, and
 * never goes back.
 */
export class MediaClock {
  #lastMs = startMs;
  #pageOffsetMs: number | undefined;
  #soundOffsetMs: number | undefined;

  /** Returns the time now; `soundMs` is the audio clock, undefined while it does not run. */
  now(pageMs: number, soundMs: number | undefined): number {
    if (soundMs === undefined) {
      this.#soundOffsetMs = undefined;
      this.#pageOffsetMs ??= this.#lastMs - pageMs;
      return this.#advanceTo(pageMs + this.#pageOffsetMs);
    }
    this.#soundOffsetMs ??= this.#lastOr(pageMs) - soundMs;
    // The page's clock would continue from here if the audio clock stopped.
    const nowMs = this.#advanceTo(soundMs + this.#soundOffsetMs);
    this.#pageOffsetMs = nowMs - pageMs;
    return nowMs;
  }

  /** Returns the media time of a moment on the audio clock. To be called after `now` with an audio clock. */
  audioTimeMs(soundMs: number): number {
    return soundMs + (this.#soundOffsetMs ?? 0);
  }

  #lastOr(pageMs: number): number {
    return this.#pageOffsetMs === undefined ? this.#lastMs : Math.max(pageMs + this.#pageOffsetMs, this.#lastMs);
  }

  #advanceTo(nowMs: number): number {
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    return this.#lastMs;
  }
}
