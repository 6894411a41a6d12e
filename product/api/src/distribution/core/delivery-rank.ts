// Order of open deliveries of one priority: a virtual time, which is the time of the order minus bounded boosts. A
// delivery is overtaken only by those ordered up to BOOST_MS_MAX after it, so none waits for ever.
import type { Reason } from '../../jobs/core/rank.ts';
import { LEVEL_MAX } from '../../library/core/heat.ts';

const HOUR_MS = 3_600_000;
/** A delivery without a deadline ranks as if it were due this long after its order. */
const PATIENCE_MS = 24 * HOUR_MS;
const DEADLINE_MS_MAX = 7 * 24 * HOUR_MS;
/** Boost for each level of heat, which is a doubling of views. */
export const HOT_STEP_MS = 2 * HOUR_MS;
/** Rate that a deadline assumes of a receiver's line: 8 Mbit/s. */
const BYTES_PER_MS = 1000;
export const BOOST_MS_MAX = DEADLINE_MS_MAX + LEVEL_MAX * HOT_STEP_MS;

export type DeliveryReason = Reason & { readonly code: 'deadline' | 'hot' };

export interface RankedDelivery {
  /** Wall clock. */
  readonly createdMs: number;
  readonly deadlineMs: number | null;
  readonly bytes: number;
  /** Level of the content's heat, 0 to `LEVEL_MAX`. */
  readonly heat: number;
}

/** Returns the rank, lowest first, and its reasons, the largest first. */
export function deliveryRank(delivery: RankedDelivery): {
  readonly rankMs: number;
  readonly reasons: DeliveryReason[];
} {
  const boosts: readonly DeliveryReason[] = [
    { code: 'deadline', ms: deadlineBoostMs(delivery) },
    { code: 'hot', ms: Math.min(LEVEL_MAX, Math.max(0, delivery.heat)) * HOT_STEP_MS },
  ];
  const reasons = boosts.filter(({ ms }) => ms > 0).toSorted((a, b) => b.ms - a.ms);
  return { rankMs: delivery.createdMs - reasons.reduce((sum, { ms }) => sum + ms, 0), reasons };
}

/** Leaves twice the time of the transfer before the deadline, so that a second attempt is in time. */
function deadlineBoostMs({ createdMs, deadlineMs, bytes }: RankedDelivery): number {
  if (deadlineMs === null) return 0;
  const latestMs = deadlineMs - Math.ceil((2 * bytes) / BYTES_PER_MS);
  return Math.min(DEADLINE_MS_MAX, Math.max(0, createdMs + PATIENCE_MS - latestMs));
}
