/**
 * Judges the bytes that wait in a socket. `full`: pictures are left out until the buffer shrinks. `stuck`: the buffer
 * has been full for so long that the connection is dead.
 */
export class Backlog {
  readonly #fullBytes: number;
  readonly #patienceMs: number;
  #fullSinceMs: number | undefined;

  constructor(fullBytes: number, patienceMs: number) {
    this.#fullBytes = fullBytes;
    this.#patienceMs = patienceMs;
  }

  /** To be called often, because the time until `stuck` counts from the first `full` on. */
  judge(bufferedBytes: number, nowMs: number): 'clear' | 'full' | 'stuck' {
    if (bufferedBytes <= this.#fullBytes) {
      this.#fullSinceMs = undefined;
      return 'clear';
    }
    this.#fullSinceMs ??= nowMs;
    return nowMs - this.#fullSinceMs >= this.#patienceMs ? 'stuck' : 'full';
  }

  reset(): void {
    this.#fullSinceMs = undefined;
  }
}
