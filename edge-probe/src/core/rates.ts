// Rate of probes per peer: five a second to hosts to which media flows, to others what the budget leaves. So each host
// sends at most its budget of requests, however many peers there are.

export const FAST_PER_SECOND = 5;
/** Limit on a host's requests per second: with the answers 0.3 Mbit/s. It lets 40 peers be probed at the fast rate. */
export const BUDGET_PER_SECOND = 200;
/** Least rate of probes, even for a peer that is never used. */
export const SLOWEST_PER_SECOND = 1 / 30;

/** Returns the periods of probes, in ms, of `used` peers (to which media flows) and of `others`. */
export function periodsMs(o: { used: number; others: number }): { used: number; others: number } {
  const othersMin = o.others * SLOWEST_PER_SECOND;
  const usedRate = Math.min(FAST_PER_SECOND, (BUDGET_PER_SECOND - othersMin) / Math.max(1, o.used));
  const othersShare = (BUDGET_PER_SECOND - o.used * usedRate) / Math.max(1, o.others);
  const otherRate = Math.max(SLOWEST_PER_SECOND, Math.min(FAST_PER_SECOND, othersShare));
  return { used: 1000 / usedRate, others: 1000 / otherRate };
}
