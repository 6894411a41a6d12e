// Chooses the next of the waiting jobs.

export interface Waiting {
  readonly id: string;
  readonly tenant: string;
  readonly rankMs: number;
  readonly isUrgent: boolean;
}

export interface Next<W> {
  readonly job: W;
  /** Whether all waiting tenants have had their turn: another round begins with this job. */
  readonly beginsRound: boolean;
}

/**
 * Returns the lowest rank among tenants that have not had their turn, and urgent jobs. When all have had theirs,
 * returns the lowest rank of all. Undefined: no job waits.
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
