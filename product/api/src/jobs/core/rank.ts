// A rank is a virtual time: the creation of the job minus its boosts. Boosts are bounded, so only jobs created less
// than BOOST_MS_MAX later can overtake a job, and none waits for ever.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** More than all other boosts together, so that an urgent job precedes all others created up to a day before it. */
export const URGENT_MS = 24 * HOUR_MS;
/**
 * A company's urgent job precedes its own others, since this is more than all other boosts together. It still waits for
 * the tenant's turn (`isUrgent`), so that no company overtakes another.
 */
export const OWN_URGENT_MS = 12 * HOUR_MS;
/** A job with a deadline overtakes at most the jobs of the previous six hours; a nearer deadline was set too late. */
export const DEADLINE_MS_MAX = 6 * HOUR_MS;
/** A popular item overtakes at most the jobs of the previous two hours. */
export const HOT_MS_MAX = 2 * HOUR_MS;
/** Boost for each level of heat, which is a doubling of views; the last level reaches the bound. */
const HOT_STEP_MS = 10 * MINUTE_MS;
/** Boosts by origin: a person at a page, a company's API call, the system. */
export const orderMs = { person: 30 * MINUTE_MS, api: 10 * MINUTE_MS, system: 0 } as const;
export const BOOST_MS_MAX = URGENT_MS + DEADLINE_MS_MAX + HOT_MS_MAX + orderMs.person;

export type Order = keyof typeof orderMs;
/** Properties that determine a job's boosts; stored with the job, so that its rank can be recomputed. */
export interface Cause {
  readonly order?: Order;
  readonly deadlineMs?: number;
  readonly workMs?: number;
  /** Level of the job's content. */
  readonly heat?: number;
  /** `rule`: the code that added the job made it urgent. */
  readonly urgent?: 'rule' | 'operator' | 'tenant';
}

export const reasonCodes = ['urgent', 'deadline', 'hot', 'order'] as const;
export interface Reason {
  readonly code: (typeof reasonCodes)[number];
  readonly ms: number;
}

export interface Rank {
  readonly rankMs: number;
  /** Reasons, the largest first, without those of no boost. */
  readonly reasons: readonly Reason[];
}

/** Times are wall time in milliseconds. Invalid or negative numbers give no boost. */
export function rankOf({ createdMs, ...cause }: { readonly createdMs: number } & Cause): Rank {
  const boosts: readonly Reason[] = [
    { code: 'urgent', ms: urgentMs(cause) },
    { code: 'deadline', ms: deadlineBoostMs(createdMs, cause) },
    { code: 'hot', ms: clampToRange(HOT_STEP_MS * (cause.heat ?? 0), HOT_MS_MAX) },
    { code: 'order', ms: orderMs[cause.order ?? 'system'] },
  ];
  const reasons = boosts.filter(({ ms }) => ms > 0).toSorted((a, b) => b.ms - a.ms);
  return { rankMs: Math.floor(createdMs) - reasons.reduce((sum, { ms }) => sum + ms, 0), reasons };
}

const urgentMs = ({ urgent }: Cause): number =>
  urgent === undefined ? 0 : urgent === 'tenant' ? OWN_URGENT_MS : URGENT_MS;

/** The rank alone shows that a job needs no turn, because all other boosts together are smaller than `URGENT_MS`. */
export const isUrgent = (job: { readonly created_ms: number; readonly rank_ms: number }): boolean =>
  job.rank_ms !== 0 && job.created_ms - job.rank_ms >= URGENT_MS;

/** Places the rank before the deadline by twice the work, which leaves time for a second attempt. */
function deadlineBoostMs(createdMs: number, { deadlineMs, workMs }: Cause): number {
  if (deadlineMs === undefined || !Number.isFinite(deadlineMs)) return 0;
  return clampToRange(createdMs - (deadlineMs - 2 * clampToRange(workMs ?? 0, HOUR_MS * 24)), DEADLINE_MS_MAX);
}

const clampToRange = (value: number, max: number): number =>
  Number.isNaN(value) ? 0 : Math.floor(Math.min(max, Math.max(0, value)));
