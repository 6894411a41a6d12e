// State machines as data: a table (state, event) -> { next, effects } and a serial runner, the only writer of the
// state. An event without an entry is ignored and counted. Vectors in vectors/*.json walk every edge.

export interface Edge<S extends string, F extends string> {
  readonly next: S;
  readonly effects?: readonly F[];
}
export type Table<S extends string, E extends string, F extends string> = {
  readonly [state in S]: { readonly [event in E]?: Edge<S, F> };
};

/** Runs a table. Events dispatched inside an effect are queued: an event's effects finish before the next event. */
export class Machine<S extends string, E extends string, F extends string, P = undefined> {
  readonly #table: Table<S, E, F>;
  readonly #apply: (effect: F, payload: P | undefined, event: E) => void;
  readonly #queue: { event: E; payload: P | undefined }[] = [];
  readonly #queueMax: number;
  #running = false;
  #state: S;
  #ignored = 0;

  constructor(o: {
    table: Table<S, E, F>;
    initial: S;
    apply: (effect: F, payload: P | undefined, event: E) => void;
    queueMax?: number;
  }) {
    this.#table = o.table;
    this.#state = o.initial;
    this.#apply = o.apply;
    this.#queueMax = o.queueMax ?? 64;
  }

  get state(): S {
    return this.#state;
  }

  get ignored(): number {
    return this.#ignored;
  }

  /** Feeds an event. Returns false when it was ignored or, inside an effect, queued. Throws when the queue is full. */
  dispatch(event: E, payload?: P): boolean {
    if (this.#running) {
      if (this.#queue.length >= this.#queueMax)
        throw new Error(`machine queue full (${this.#queueMax}) at ${this.#state} on ${event}`);
      this.#queue.push({ event, payload });
      return false;
    }
    this.#running = true;
    try {
      let isTaken = this.#step(event, payload);
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
        isTaken = this.#step(next.event, next.payload) || isTaken;
      return isTaken;
    } finally {
      this.#running = false;
      this.#queue.length = 0;
    }
  }

  #step(event: E, payload: P | undefined): boolean {
    const edge = this.#table[this.#state][event];
    if (edge === undefined) {
      this.#ignored += 1;
      return false;
    }
    this.#state = edge.next;
    for (const effect of edge.effects ?? []) this.#apply(effect, payload, event);
    return true;
  }
}
