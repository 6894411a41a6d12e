// In what order work begins. A rank is a virtual time: when the job was made, less what moves it up. That is bounded,
// so nothing waits for ever: a job is overtaken only by what was made less than BOOST_MS_MAX after it.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Before everything of the day before. More than all other boosts together, so that urgent is before what is not. */
export const URGENT_MS = 24 * HOUR_MS;
/** A deadline comes before what was made in the six hours before; one that is nearer was given too late. */
export const DEADLINE_MS_MAX = 6 * HOUR_MS;
/** What is much looked at overtakes what was ordered in the two hours before it. */
export const HOT_MS_MAX = 2 * HOUR_MS;
/** Each doubling of demand; the bound is at 4,096 views. */
const HOT_STEP_MS = 10 * MINUTE_MS;
/** By how much those that wait are before others: a person at a page, a company's API call; the system does not. */
export const orderMs = { person: 30 * MINUTE_MS, api: 10 * MINUTE_MS, system: 0 } as const;
/** The sum of all. */
export const BOOST_MS_MAX = URGENT_MS + DEADLINE_MS_MAX + HOT_MS_MAX + orderMs.person;

export type Order = keyof typeof orderMs;
/** Views of the thing that the work is for. */
export interface Demand {
  readonly lastHour: number;
  readonly hourBefore: number;
}

/** What a job says about itself; kept with it, so that its rank can be made anew. */
export interface Cause {
  readonly order?: Order;
  /** Wall time. */
  readonly deadlineMs?: number;
  /** How long the work takes, as far as that is known. */
  readonly workMs?: number;
  readonly demand?: Demand;
  /** `rule`: those that ordered it say so in code. */
  readonly urgent?: 'rule' | 'operator';
}

export const reasonCodes = ['urgent', 'deadline', 'hot', 'order'] as const;
export interface Reason {
  readonly code: (typeof reasonCodes)[number];
  /** By how much it is moved up. */
  readonly ms: number;
}

export interface Rank {
  readonly rankMs: number;
  /** The largest first; none that moves nothing. */
  readonly reasons: readonly Reason[];
}

/** All times in wall milliseconds. Numbers that are none, or below 0, move nothing. */
export function rankOf({ createdMs, ...cause }: { readonly createdMs: number } & Cause): Rank {
  const boosts: readonly Reason[] = [
    { code: 'urgent', ms: cause.urgent === undefined ? 0 : URGENT_MS },
    { code: 'deadline', ms: deadlineBoostMs(createdMs, cause) },
    { code: 'hot', ms: hotMs(cause.demand) },
    { code: 'order', ms: orderMs[cause.order ?? 'system'] },
  ];
  const reasons = boosts.filter(({ ms }) => ms > 0).toSorted((a, b) => b.ms - a.ms);
  return { rankMs: Math.floor(createdMs) - reasons.reduce((sum, { ms }) => sum + ms, 0), reasons };
}

/** Is this job urgent? In SQL it shows without its cause: no other boosts make up as much. */
export const isUrgent = (job: { readonly created_ms: number; readonly rank_ms: number }): boolean =>
  job.rank_ms !== 0 && job.created_ms - job.rank_ms >= URGENT_MS;

/** So much that its rank is twice the work before the deadline, which leaves room for a second attempt. */
function deadlineBoostMs(createdMs: number, { deadlineMs, workMs }: Cause): number {
  if (deadlineMs === undefined || !Number.isFinite(deadlineMs)) return 0;
  return bounded(createdMs - (deadlineMs - 2 * bounded(workMs ?? 0, HOUR_MS * 24)), DEADLINE_MS_MAX);
}

/** By doublings of the views of the last hour, in which those more than the hour before count twice. */
function hotMs(demand: Demand | undefined): number {
  if (demand === undefined) return 0;
  const views = bounded(demand.lastHour, 2 ** 40);
  const growth = Math.max(0, views - bounded(demand.hourBefore, 2 ** 40));
  return bounded(HOT_STEP_MS * Math.log2(1 + views + growth), HOT_MS_MAX);
}

const bounded = (value: number, max: number): number =>
  Number.isNaN(value) ? 0 : Math.floor(Math.min(max, Math.max(0, value)));
