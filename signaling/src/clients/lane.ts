// Runs requests of a client one after the other in their order, so that publish, mute and unpublish of a track end as
// meant. Beyond `max` waiting requests the newest is refused.

export class Lane {
  readonly #max: number;
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(max: number) {
    this.#max = max;
  }

  /** Returns false when too many requests wait. `job` handles its own errors. */
  run(job: () => Promise<void>): boolean {
    if (this.#waiting >= this.#max) return false;
    this.#waiting += 1;
    this.#tail = this.#tail.then(job).finally(() => {
      this.#waiting -= 1;
    });
    return true;
  }
}
