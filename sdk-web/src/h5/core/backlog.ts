/**
 * What waits to be sent. `full`: pictures are to be left out until it is less. `stuck`: it has been full for so long
 * that the connection is dead.
 */
export class Backlog {
  readonly #fullBytes: number;
  readonly #patienceMs: number;
  #fullSinceMs: number | undefined;

  constructor(fullBytes: number, patienceMs: number) {
    this.#fullBytes = fullBytes;
    this.#patienceMs = patienceMs;
  }

  /** Asked often: it counts from the first answer `full` on. */
  look(bufferedBytes: number, nowMs: number): 'clear' | 'full' | 'stuck' {
    if (bufferedBytes <= this.#fullBytes) {
      this.#fullSinceMs = undefined;
      return 'clear';
    }
    this.#fullSinceMs ??= nowMs;
    return nowMs - this.#fullSinceMs >= this.#patienceMs ? 'stuck' : 'full';
  }

  /** For a new connection. */
  reset(): void {
    this.#fullSinceMs = undefined;
  }
}
