/** Runs one work after another. A failure rejects only the caller of that work. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  get isIdle(): boolean {
    return this.#count === 0;
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    const mine = this.#last.then(work).finally(() => {
      this.#count -= 1;
    });
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** Resolves when all work that was added until now has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
