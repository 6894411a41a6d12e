// Runs a client's requests one after another, so that publish, mute and unpublish of a track take effect in order.

export class Lane {
  readonly #max: number;
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(max: number) {
    this.#max = max;
  }

  /** Runs `job`, which handles its own errors, after earlier jobs. Returns false when too many jobs wait. */
  run(job: () => Promise<void>): boolean {
    if (this.#waiting >= this.#max) return false;
    this.#waiting += 1;
    this.#tail = this.#tail.then(job).finally(() => {
      this.#waiting -= 1;
    });
    return true;
  }
}
