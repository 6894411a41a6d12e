export interface WaitingJob {
  readonly id: string;
  readonly tenant: string;
  readonly rankMs: number;
  readonly isUrgent: boolean;
}

export interface Next<W> {
  readonly job: W;
  /** True if all waiting tenants have had their turn, so that this job begins another round. */
  readonly beginsRound: boolean;
}

/**
 * Returns the job of lowest rank among urgent jobs and those of tenants that have not had their turn; if all tenants
 * had it, the lowest of all.
 */
export function nextOf<W extends WaitingJob>(waiting: Iterable<W>, served: ReadonlySet<string>): Next<W> | undefined {
  let [inTurn, lowestTurn]: (W | undefined)[] = [];
  for (const job of waiting) {
    if (isBefore(job, lowestTurn)) lowestTurn = job;
    if ((job.isUrgent || !served.has(job.tenant)) && isBefore(job, inTurn)) inTurn = job;
  }
  const job = inTurn ?? lowestTurn;
  return job === undefined ? undefined : { job, beginsRound: inTurn === undefined };
}

function isBefore(one: WaitingJob, other: WaitingJob | undefined): boolean {
  if (other === undefined) return true;
  return one.rankMs === other.rankMs ? one.id < other.id : one.rankMs < other.rankMs;
}
