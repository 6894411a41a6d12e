/** Between two key pictures that are asked for: one serves many viewers. Media nodes ask each 400 ms at most. */
const EVERY_MS = 300;

/** Requests for key pictures. None is lost: one that comes too soon after another is met a little later. */
export class KeyRequests {
  #isWanted = false;
  #takenMs = Number.NEGATIVE_INFINITY;

  want(): void {
    this.#isWanted = true;
  }

  /** Asked before each picture: whether this one is to be a key picture. */
  take(nowMs: number): boolean {
    if (!this.#isWanted || nowMs - this.#takenMs < EVERY_MS) return false;
    this.#isWanted = false;
    this.#takenMs = nowMs;
    return true;
  }
}
