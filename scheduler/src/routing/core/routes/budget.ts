// Chooses the pairs that may be relayed under a budget of relayed traffic (after VIA, SIGCOMM 2016, section 4.6: relay
// only where the predicted benefit is above the percentile that uses up the budget). The benefit of a pair is gain ×
// traffic and its price is its traffic, so the best use of a byte budget takes pairs by gain per byte, which is the
// gain itself: the greedy order of the fractional knapsack.
import { assert } from '@meridian/protocol';

export interface PairTraffic {
  /** Index of the pair, from × hosts + to. */
  readonly pair: number;
  /** Cost of the direct path; Infinity: there is none. */
  readonly directMs: number;
  /** Cost of the best relayed path; Infinity: there is none. */
  readonly relayedMs: number;
  /** Bytes in the period of the budget, or a figure proportional to them. */
  readonly bytes: number;
}

export interface RelayGrant {
  readonly admitted: ReadonlySet<number>;
  /** Share of admitted pairs in all bytes. */
  readonly relayedShare: number;
  /** Share of the admitted pairs in Σ gain × bytes over pairs with both paths; 1 when there is nothing to gain. */
  readonly gainKeptShare: number;
}

/**
 * Admits pairs until `budgetShare` (0 … 1) of all bytes is relayed. Pairs without a direct path come first and are
 * admitted beyond the budget: a budget saves money, it does not cut calls. A pair too large for the rest is passed
 * over; a smaller pair may still fit. Pairs without traffic are admitted until a pair is passed over, so that new
 * traffic finds the worthwhile relays open (VIA's threshold).
 */
export function admitRelays(pairs: readonly PairTraffic[], budgetShare: number): RelayGrant {
  assert(budgetShare >= 0 && budgetShare <= 1, `a budget of ${budgetShare}`);
  const totalBytes = pairs.reduce((sum, { bytes }) => sum + bytes, 0);
  const gains = pairs
    .map((pair) => ({ pair, gainMs: gainOf(pair) }))
    .filter(({ gainMs }) => gainMs > 0)
    .sort((a, b) => (a.gainMs === b.gainMs ? a.pair.pair - b.pair.pair : b.gainMs - a.gainMs));
  const admitted = new Set<number>();
  let [relayedBytes, kept, whole] = [0, 0, 0];
  let isExhausted = false;
  for (const { pair, gainMs } of gains) {
    const isNeeded = gainMs === Number.POSITIVE_INFINITY;
    const worth = isNeeded ? 0 : gainMs * pair.bytes;
    whole += worth;
    const fits = relayedBytes + pair.bytes <= budgetShare * totalBytes && !(isExhausted && pair.bytes === 0);
    if (!isNeeded && !fits) {
      isExhausted = true;
      continue;
    }
    admitted.add(pair.pair);
    relayedBytes += pair.bytes;
    kept += worth;
  }
  return {
    admitted,
    relayedShare: totalBytes > 0 ? relayedBytes / totalBytes : 0,
    gainKeptShare: whole > 0 ? kept / whole : 1,
  };
}

function gainOf({ directMs, relayedMs, bytes }: PairTraffic): number {
  assert(bytes >= 0, `a pair with ${bytes} bytes`);
  return relayedMs < Number.POSITIVE_INFINITY ? directMs - relayedMs : 0;
}
