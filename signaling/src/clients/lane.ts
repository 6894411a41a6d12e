// Runs a client's requests one after another, so that publish, mute and unpublish of a track take effect in order.

type Job = () => Promise<void>;

export class Lane {
  readonly #max: number;
  /** Jobs behind the running one; undefined while none runs. */
  #waiting: Job[] | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** Runs `job`, which handles its own errors, after earlier jobs. Returns false when too many jobs wait. */
  run(job: Job): boolean {
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#waiting = [];
      void this.#runAll(job);
      return true;
    }
    if (waiting.length + 1 >= this.#max) return false;
    waiting.push(job);
    return true;
  }

  async #runAll(first: Job): Promise<void> {
    for (let job: Job | undefined = first; job !== undefined; job = this.#waiting?.shift()) await job();
    this.#waiting = undefined;
  }
}
