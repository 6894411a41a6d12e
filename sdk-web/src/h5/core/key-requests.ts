/** Least time between two requested key pictures, since one serves many viewers. Media nodes ask once per 400 ms. */
const INTERVAL_MS = 300;

/** Requests for key pictures. A request too soon after another is not lost, but met a little later. */
export class KeyRequests {
  #isWanted = false;
  #takenMs = Number.NEGATIVE_INFINITY;

  request(): void {
    this.#isWanted = true;
  }

  /** Returns whether the next picture should be a key picture; called before each picture. */
  takeDue(nowMs: number): boolean {
    if (!this.#isWanted || nowMs - this.#takenMs < INTERVAL_MS) return false;
    this.#isWanted = false;
    this.#takenMs = nowMs;
    return true;
  }
}
