// Requests of one kind of one client, one after the other in the order they came, so that publish, mute and unpublish
// of a track end as they were meant. Bounded: beyond `max` waiting the newest is refused.

export class Lane {
  readonly #max: number;
  #waiting = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(max: number) {
    this.#max = max;
  }

  /** False when too many are waiting already. `job` handles its own errors. */
  run(job: () => Promise<void>): boolean {
    if (this.#waiting >= this.#max) return false;
    this.#waiting += 1;
    this.#tail = this.#tail.then(job).finally(() => {
      this.#waiting -= 1;
    });
    return true;
  }
}
