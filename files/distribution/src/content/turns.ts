// Works that wait for one another.

/** One work after another. A failure is for the caller of that work alone. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  /** Nothing is under way or waits. */
  get isIdle(): boolean {
    return this.#count === 0;
  }

  take<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    const mine = this.#last.then(work).finally(() => {
      this.#count -= 1;
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** Resolves when all that was taken until now has ended. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
