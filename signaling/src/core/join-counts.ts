// Counts the answered joins of clients by tenant and code, in portions for the api. A portion has a number and does not
// change once it is closed, so the api counts it once however often it is sent. While the api is away, portions of
// `portionMs` wait; beyond `portionsMax` the open portion takes all joins: none is lost, but their times are coarser.

export interface JoinCount {
  readonly tenant: string;
  /** Error code; '': the join succeeded. */
  readonly code: string;
  readonly count: number;
}

export interface JoinPortion {
  /** Rises by 1 from 1. */
  readonly number: number;
  readonly sinceMs: number;
  readonly joins: readonly JoinCount[];
}

export interface JoinCountsOptions {
  /** Most entries of a portion; entries without a tenant come on top, at most one for each code. */
  readonly entriesMax: number;
  /** Time span of a portion that waits for the api. */
  readonly portionMs: number;
  readonly portionsMax: number;
}

export class JoinCounts {
  readonly #o: JoinCountsOptions;
  /** Counts by tenant and code. */
  #openCounts = new Map<string, JoinCount>();
  #sinceMs = 0;
  #portionNumber = 0;
  readonly #waitingPortions: JoinPortion[] = [];

  constructor(o: JoinCountsOptions) {
    this.#o = o;
  }

  /** Counts a join. When there is no room for its tenant, the join counts under the tenant '', with its code. */
  add(tenant: string, code: string, nowMs: number): void {
    const { entriesMax, portionMs, portionsMax } = this.#o;
    const isOver = nowMs - this.#sinceMs >= portionMs;
    if (isOver && this.#waitingPortions.length < portionsMax) this.#close();
    if (this.#openCounts.size === 0) this.#sinceMs = nowMs;
    const isKnown = this.#openCounts.has(`${tenant} ${code}`);
    const countedTenant = isKnown || this.#openCounts.size < entriesMax ? tenant : '';
    const key = `${countedTenant} ${code}`;
    const count = (this.#openCounts.get(key)?.count ?? 0) + 1;
    this.#openCounts.set(key, { tenant: countedTenant, code, count });
  }

  /** Returns the oldest unsettled portion, the same until it is settled; undefined without joins. */
  first(): JoinPortion | undefined {
    if (this.#waitingPortions.length === 0) this.#close();
    return this.#waitingPortions[0];
  }

  /** Drops the portion that `first` returned. */
  settle({ number }: JoinPortion): void {
    if (this.#waitingPortions[0]?.number === number) this.#waitingPortions.shift();
  }

  #close(): void {
    if (this.#openCounts.size === 0) return;
    this.#portionNumber += 1;
    this.#waitingPortions.push({
      number: this.#portionNumber,
      sinceMs: this.#sinceMs,
      joins: [...this.#openCounts.values()],
    });
    this.#openCounts = new Map();
  }
}
