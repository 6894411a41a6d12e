/** Media captured before the first call also gets a time above 0. */
const startMs = 1000;

/** In milliseconds from 1000 on. Follows the audio clock while audio is captured, else the page's. Never goes back. */
export class MediaClock {
  #lastMs = startMs;
  #pageOffsetMs: number | undefined;
  #soundOffsetMs: number | undefined;

  /** Returns the time now; `soundMs` is the audio clock, undefined while it does not run. */
  now(pageMs: number, soundMs: number | undefined): number {
    if (soundMs === undefined) {
      this.#soundOffsetMs = undefined;
      this.#pageOffsetMs ??= this.#lastMs - pageMs;
      return this.#passed(pageMs + this.#pageOffsetMs);
    }
    this.#soundOffsetMs ??= this.#before(pageMs) - soundMs;
    // The page's clock would continue from here if the audio clock stopped.
    const nowMs = this.#passed(soundMs + this.#soundOffsetMs);
    this.#pageOffsetMs = nowMs - pageMs;
    return nowMs;
  }

  /** Returns the time of another moment of the audio clock, after `now` was called with it. */
  ofSound(soundMs: number): number {
    return soundMs + (this.#soundOffsetMs ?? 0);
  }

  #before(pageMs: number): number {
    return this.#pageOffsetMs === undefined ? this.#lastMs : Math.max(pageMs + this.#pageOffsetMs, this.#lastMs);
  }

  #passed(nowMs: number): number {
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    return this.#lastMs;
  }
}
