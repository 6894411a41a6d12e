// Answered joins of clients by tenant and code, in portions for the api. A portion has a number and does not change any
// more: however often it is sent, it counts once. While no api answers there is one for each minute, then one for all
// that follows: nothing is lost, what comes late has a coarser time. No clock and no IO.

export interface JoinCount {
  readonly tenant: string;
  /** '': it succeeded. */
  readonly code: string;
  readonly count: number;
}

export interface JoinPortion {
  /** From 1, one more with each. */
  readonly number: number;
  /** Of its first join. */
  readonly sinceMs: number;
  readonly joins: readonly JoinCount[];
}

export interface JoinCountsOptions {
  /** Of one portion, besides those without a tenant, of which there are as many as codes. */
  readonly entriesMax: number;
  /** A portion that waits takes the joins of so long. */
  readonly portionMs: number;
  readonly portionsMax: number;
}

export class JoinCounts {
  readonly #o: JoinCountsOptions;
  /** By tenant and code. */
  #open = new Map<string, JoinCount>();
  #sinceMs = 0;
  #number = 0;
  readonly #waiting: JoinPortion[] = [];

  constructor(o: JoinCountsOptions) {
    this.#o = o;
  }

  /** One more. Of a tenant for which there is no room it counts as of '', with its code. */
  add(tenant: string, code: string, nowMs: number): void {
    const { entriesMax, portionMs, portionsMax } = this.#o;
    const isOver = nowMs - this.#sinceMs >= portionMs;
    if (isOver && this.#waiting.length < portionsMax) this.#close();
    if (this.#open.size === 0) this.#sinceMs = nowMs;
    const isKnown = this.#open.has(`${tenant} ${code}`);
    const counted = isKnown || this.#open.size < entriesMax ? tenant : '';
    const key = `${counted} ${code}`;
    const count = (this.#open.get(key)?.count ?? 0) + 1;
    this.#open.set(key, { tenant: counted, code, count });
  }

  /** The oldest that is not settled, the same each time; undefined: nothing was counted since. */
  first(): JoinPortion | undefined {
    if (this.#waiting.length === 0) this.#close();
    return this.#waiting[0];
  }

  /** `first` is not needed any more. */
  settled({ number }: JoinPortion): void {
    if (this.#waiting[0]?.number === number) this.#waiting.shift();
  }

  #close(): void {
    if (this.#open.size === 0) return;
    this.#number += 1;
    this.#waiting.push({ number: this.#number, sinceMs: this.#sinceMs, joins: [...this.#open.values()] });
    this.#open = new Map();
  }
}
