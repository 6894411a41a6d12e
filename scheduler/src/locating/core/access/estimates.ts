// Estimates from the votes of a prefix: for which address, for which site, and from how many votes on.
// - Other addresses use only measurements of signaling nodes (`isProven`): a client can be slower than its network,
//   never faster. A client's own claim counts for itself alone.
// - An address's own measurements count at once; others' when three customers agree. The estimate is the median of the
//   votes: with three, a single liar moves it at most to another honest figure.
// - Sites with fewer customers count too, by the least figure, once signaling nodes have measured three customers of
//   the prefix anywhere: waiting only adds, so a slow client moves no other, and figures too fast for light are left
//   out (`disproof.ts`). Before that, they only guide what to time next.
import { customerOf } from './prefix.ts';
import { type PrefixRecord, provenBy, VOTE_LIFE_MS, type Vote } from './prefix-record.ts';

/** Number of customers whose votes make an estimate for others. */
export const AGREEING_VOTES = 3;

export interface Estimate {
  readonly siteKey: string;
  readonly rttMs: number;
}

/** Estimate of a site from fewer than three customers: the least of their figures. */
export interface ThinEstimate extends Estimate {
  readonly figuresMs: readonly number[];
}

/** Whether this address has voted; its own figures then count for it. */
export function hasVoted(record: PrefixRecord | undefined, voter: string): boolean {
  for (const votes of record?.sites.values() ?? []) if (votes.some((vote) => vote.voter === voter)) return true;
  return false;
}

/** Returns signaling nodes' measurements of this address that are not too old. */
export function provenOf(record: PrefixRecord | undefined, voter: string, nowMs: number): Estimate[] {
  const counts = (vote: Vote): boolean => vote.voter === voter && vote.isProven && nowMs - vote.atMs < VOTE_LIFE_MS;
  return [...(record?.sites ?? [])].flatMap(([siteKey, votes]) =>
    votes.filter(counts).map(({ rttMs }) => ({ siteKey, rttMs })),
  );
}

/** Returns the address's own newest figure, else the median of proven figures of at least three customers. */
export function estimatesOf(record: PrefixRecord | undefined, voter: string, nowMs: number): Estimate[] {
  const estimates: Estimate[] = [];
  for (const [siteKey, all] of record?.sites ?? []) {
    const votes = all.filter(({ atMs }) => nowMs - atMs < VOTE_LIFE_MS);
    const ownVote = votes.findLast((vote) => vote.voter === voter);
    if (ownVote !== undefined) {
      estimates.push({ siteKey, rttMs: ownVote.rttMs });
      continue;
    }
    const figures = provenBy(votes);
    if (figures.size >= AGREEING_VOTES) estimates.push({ siteKey, rttMs: median([...figures.values()]) });
  }
  return estimates;
}

/** Returns sites with proven figures of one or two customers; see `isMeasured` for whether they count. */
export function thinEstimatesOf(record: PrefixRecord | undefined, nowMs: number): ThinEstimate[] {
  const estimates: ThinEstimate[] = [];
  for (const [siteKey, all] of record?.sites ?? []) {
    const figuresMs = [...provenBy(all.filter(({ atMs }) => nowMs - atMs < VOTE_LIFE_MS)).values()];
    if (figuresMs.length > 0 && figuresMs.length < AGREEING_VOTES)
      estimates.push({ siteKey, rttMs: Math.min(...figuresMs), figuresMs });
  }
  return estimates;
}

/** Whether signaling nodes have measured three customers anywhere; sites with fewer customers then count too. */
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
