// Which of the jobs that wait is next.

export interface Waiting {
  readonly id: string;
  readonly tenant: string;
  readonly rankMs: number;
  readonly isUrgent: boolean;
}

export interface Next<W> {
  readonly job: W;
  /** All tenants that wait have had their turn: another round begins with this one. */
  readonly beginsRound: boolean;
}

/**
 * The least rank of a tenant that has not had its turn; urgent ones wait for no turn. When all have had theirs, the
 * least rank of all. Undefined: nothing waits.
 */
export function nextOf<W extends Waiting>(waiting: Iterable<W>, served: ReadonlySet<string>): Next<W> | undefined {
  let [inTurn, least]: (W | undefined)[] = [];
  for (const job of waiting) {
    if (isBefore(job, least)) least = job;
    if ((job.isUrgent || !served.has(job.tenant)) && isBefore(job, inTurn)) inTurn = job;
  }
  const job = inTurn ?? least;
  return job === undefined ? undefined : { job, beginsRound: inTurn === undefined };
}

function isBefore(one: Waiting, other: Waiting | undefined): boolean {
  if (other === undefined) return true;
  return one.rankMs === other.rankMs ? one.id < other.id : one.rankMs < other.rankMs;
}
