/** What was captured before the clock was asked first has a time above 0, too. */
const startMs = 1000;

/**
 * One clock for pictures and sound, in milliseconds from 1000 on. It is that of the sound while sound is captured,
 * so that both stay together, and the page's while it is not. It never goes back.
 */
export class MediaClock {
  #lastMs = startMs;
  #pageOffsetMs: number | undefined;
  #soundOffsetMs: number | undefined;

  /** The time now: `soundMs` is the sound's own clock, absent while it stands. */
  now(pageMs: number, soundMs: number | undefined): number {
    if (soundMs === undefined) {
      this.#soundOffsetMs = undefined;
      this.#pageOffsetMs ??= this.#lastMs - pageMs;
      return this.#passed(pageMs + this.#pageOffsetMs);
    }
    this.#soundOffsetMs ??= this.#before(pageMs) - soundMs;
    // From here the page's clock would go on, if the sound's stood.
    const nowMs = this.#passed(soundMs + this.#soundOffsetMs);
    this.#pageOffsetMs = nowMs - pageMs;
    return nowMs;
  }

  /** The time of another moment of the sound's clock, after `now` was asked with it. */
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
