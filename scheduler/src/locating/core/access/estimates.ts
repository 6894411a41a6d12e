// What the votes of a prefix say: to which address, of which site, and from how many votes on.
// - Others hear only what a signaling node has measured (`isProven`): a client can be slower than its network, never
//   faster. Its bare word is its own.
// - Own measurements count at once; others' when three customers agree. The estimate is the median of the votes: with
//   three, one liar moves it at most to another honest figure.
// - Sites that fewer have timed count too, once signaling nodes have measured three customers of the prefix at all, and
//   at the least figure: waiting only adds, so a slow client moves no other, and what is too fast for light is left out
//   (`disproof.ts`). Before, they say what to time next.
import { customerOf } from './prefix.ts';
import { type PrefixRecord, provenBy, VOTE_LIFE_MS, type Vote } from './prefix-record.ts';

/** Others' votes that make an estimate. */
export const AGREEING_VOTES = 3;

export interface Estimate {
  readonly siteKey: string;
  readonly rttMs: number;
}

/** What fewer than three customers' figures say of a site: the least of them. */
export interface ThinEstimate extends Estimate {
  /** One of each customer. */
  readonly figuresMs: readonly number[];
}

/** Whether this address has voted itself: then its own figures count for it. */
export function hasVoted(record: PrefixRecord | undefined, voter: string): boolean {
  for (const votes of record?.sites.values() ?? []) if (votes.some((vote) => vote.voter === voter)) return true;
  return false;
}

/** What signaling nodes measured of this address, and is not too old. */
export function provenOf(record: PrefixRecord | undefined, voter: string, nowMs: number): Estimate[] {
  const counts = (vote: Vote): boolean => vote.voter === voter && vote.isProven && nowMs - vote.atMs < VOTE_LIFE_MS;
  return [...(record?.sites ?? [])].flatMap(([siteKey, votes]) =>
    votes.filter(counts).map(({ rttMs }) => ({ siteKey, rttMs })),
  );
}

/**
 * What the votes say to this address: its own newest figure, else the median of what signaling nodes measured of at
 * least three customers.
 */
export function estimatesOf(record: PrefixRecord | undefined, voter: string, nowMs: number): Estimate[] {
  const estimates: Estimate[] = [];
  for (const [siteKey, all] of record?.sites ?? []) {
    const votes = all.filter(({ atMs }) => nowMs - atMs < VOTE_LIFE_MS);
    const own = votes.findLast((vote) => vote.voter === voter);
    if (own !== undefined) {
      estimates.push({ siteKey, rttMs: own.rttMs });
      continue;
    }
    const figures = provenBy(votes);
    if (figures.size >= AGREEING_VOTES) estimates.push({ siteKey, rttMs: median([...figures.values()]) });
  }
  return estimates;
}

/**
 * Sites that signaling nodes have measured for one or two customers of the record. They say what to time; what counts
 * of them is `isMeasured`'s to say.
 */
export function thinEstimatesOf(record: PrefixRecord | undefined, nowMs: number): ThinEstimate[] {
  const estimates: ThinEstimate[] = [];
  for (const [siteKey, all] of record?.sites ?? []) {
    const figuresMs = [...provenBy(all.filter(({ atMs }) => nowMs - atMs < VOTE_LIFE_MS)).values()];
    if (figuresMs.length > 0 && figuresMs.length < AGREEING_VOTES)
      estimates.push({ siteKey, rttMs: Math.min(...figuresMs), figuresMs });
  }
  return estimates;
}

/**
 * Whether signaling nodes have measured three customers of the record, wherever: then what one of them says of a site
 * stands beside what others say of others.
 */
export function isMeasured(record: PrefixRecord | undefined, nowMs: number): boolean {
  const customers = new Set<string>();
  for (const votes of record?.sites.values() ?? []) {
    for (const { voter, isProven, atMs } of votes) {
      if (isProven && nowMs - atMs < VOTE_LIFE_MS) customers.add(customerOf(voter));
      if (customers.size >= AGREEING_VOTES) return true;
    }
  }
  return false;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
