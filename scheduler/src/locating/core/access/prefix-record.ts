// The votes of one prefix, and what goes when they are too many.
// - A vote is one address's last figure for a site; of IPv6, one /64's, and all votes of a /56 count as one. A prefix
//   is a /24 or /48 (what Akamai's end-user mapping keys on: the client's prefix, never its resolver); prefixes of one
//   network and city vote together in a region of their own, for prefixes without sessions of their own.
// - A full record gives up what fewest customers were measured at, and one customer speaks for few sites: any client
//   may time many signaling nodes, so what goes must not be for one client to choose. Honest figures of what is far
//   would else push out all that is near.
// - Votes die after days: a third of best options change in under two (VIA, SIGCOMM 2016).
// Changed in place, bounded, deterministic; times are arguments.
import { customerOf } from './prefix.ts';

/** Days a vote counts. */
export const VOTE_LIFE_MS = 5 * 24 * 3600_000;
/** Of a site, and of each kind: words do not crowd out what was measured. */
const VOTES_MAX = 8;
/** More cities than most fleets have: where all fit, nothing is pushed out. */
const SITES_MAX = 64;
/** Of one customer, of each kind: three sessions' sites, and a quarter of a record, so that no customer fills one. */
const SITES_OF_CUSTOMER_MAX = 16;
/**
 * Of a whole record: three votes for each of its sites, as many as agree, and some words. All records together:
 * `VOTES_IN_ALL_MAX`.
 */
const RECORD_VOTES_MAX = 3 * SITES_MAX;
const RECORD_WORDS_MAX = 32;

export interface Vote {
  readonly voter: string;
  readonly rttMs: number;
  readonly atMs: number;
  /** A signaling node has measured it; else it is the voter's bare word, and counts for the voter alone. */
  readonly isProven: boolean;
}

export interface PrefixRecord {
  readonly key: string;
  /** Site key -> votes, the newest last. */
  readonly sites: Map<string, Vote[]>;
  /** Rises with every vote. */
  version: number;
  /** Votes and words of all its sites. */
  votes: number;
}

/** Takes one figure; an address has one vote a site, the newest, and one word. */
export function addVote(record: PrefixRecord, siteKey: string, vote: Vote): void {
  const { voter, isProven } = vote;
  const { sites } = record;
  const votes = (sites.get(siteKey) ?? []).filter((o) => o.voter !== voter || o.isProven !== isProven);
  votes.push(vote);
  sites.delete(siteKey);
  sites.set(siteKey, votes);
  if (votes.filter((other) => other.isProven === isProven).length > VOTES_MAX)
    drop(sites, siteKey, surplusOf(votes, isProven));
  boundCustomer(sites, vote);
  boundVotes(sites, isProven);
  if (sites.size > SITES_MAX) sites.delete(leastSupported(sites, vote.atMs));
  record.version += 1;
  record.votes = countOf(sites);
}

type Sites = Map<string, Vote[]>;

function countOf(sites: Sites): number {
  let count = 0;
  for (const { length } of sites.values()) count += length;
  return count;
}

/** A site without votes goes with its last vote. */
function drop(sites: Sites, siteKey: string, vote: Vote | undefined): void {
  const left = (sites.get(siteKey) ?? []).filter((other) => other !== vote);
  if (left.length > 0) sites.set(siteKey, left);
  else sites.delete(siteKey);
}

/**
 * The vote of a site that goes first: the oldest of a customer that has more than one, so that one customer's votes do
 * not push out all others'; else the oldest.
 */
function surplusOf(all: readonly Vote[], isProven: boolean): Vote | undefined {
  const votes = all.filter((vote) => vote.isProven === isProven);
  const customers = votes.map(({ voter }) => customerOf(voter));
  return votes.find((_, index) => customers.lastIndexOf(customers[index] ?? '') > index) ?? votes[0];
}

/** A customer that speaks of very many sites takes back what it said longest ago. */
function boundCustomer(sites: Sites, { voter, isProven }: Vote): void {
  if (sites.size <= SITES_OF_CUSTOMER_MAX) return;
  const customer = customerOf(voter);
  let spoken = 0;
  let oldest: { siteKey: string; vote: Vote } | undefined;
  for (const [siteKey, votes] of sites) {
    const own = votes.filter((vote) => vote.isProven === isProven && customerOf(vote.voter) === customer);
    const newest = own.at(-1);
    if (newest === undefined) continue;
    spoken += 1;
    if (oldest === undefined || newest.atMs < oldest.vote.atMs) oldest = { siteKey, vote: newest };
  }
  if (spoken <= SITES_OF_CUSTOMER_MAX || oldest === undefined) return;
  const { siteKey } = oldest;
  for (const vote of sites.get(siteKey) ?? [])
    if (vote.isProven === isProven && customerOf(vote.voter) === customer) drop(sites, siteKey, vote);
}

/** What a full record has too many of goes where there is most of it: no site is left with fewer than its share. */
function boundVotes(sites: Sites, isProven: boolean): void {
  let [sum, most, fullest] = [0, 0, ''];
  for (const [siteKey, votes] of sites) {
    let count = 0;
    for (const vote of votes) if (vote.isProven === isProven) count += 1;
    sum += count;
    if (count > most) [most, fullest] = [count, siteKey];
  }
  if (sum > (isProven ? RECORD_VOTES_MAX : RECORD_WORDS_MAX))
    drop(sites, fullest, surplusOf(sites.get(fullest) ?? [], isProven));
}

/**
 * Which site goes at the bound: the one that signaling nodes have measured for the fewest customers, of these the one
 * voted for longest ago.
 */
function leastSupported(sites: Sites, nowMs: number): string {
  let [least, fewest] = ['', Number.POSITIVE_INFINITY];
  for (const [siteKey, votes] of sites) {
    const { size } = provenBy(votes.filter(({ atMs }) => nowMs - atMs < VOTE_LIFE_MS));
    if (size < fewest) [least, fewest] = [siteKey, size];
  }
  return least;
}

/** What signaling nodes measured, the newest of each customer. */
export function provenBy(votes: readonly Vote[]): Map<string, number> {
  const figures = new Map<string, number>();
  for (const { voter, rttMs, isProven } of votes) if (isProven) figures.set(customerOf(voter), rttMs);
  return figures;
}

/** As JSON, and back; undefined for what cannot be read. Times are wall-clock, so that they outlive the process. */
export function recordToJson(record: PrefixRecord): unknown {
  return { key: record.key, sites: [...record.sites] };
}

export function recordFromJson(value: unknown): PrefixRecord | undefined {
  const { key, sites } = (value ?? {}) as { key?: unknown; sites?: unknown };
  if (typeof key !== 'string' || !Array.isArray(sites)) return undefined;
  const read = new Map<string, Vote[]>();
  for (const entry of (sites as unknown[]).slice(-SITES_MAX)) {
    if (!Array.isArray(entry)) return undefined;
    const [siteKey, votes] = entry as [unknown, unknown];
    if (typeof siteKey !== 'string' || !Array.isArray(votes)) return undefined;
    const kept = (votes as Partial<Vote>[]).filter(isVote);
    read.set(siteKey, kept.slice(-2 * VOTES_MAX));
  }
  return { key, sites: read, version: 1, votes: countOf(read) };
}

function isVote(vote: Partial<Vote>): vote is Vote {
  const { voter, rttMs, atMs, isProven } = vote;
  return typeof voter === 'string' && Number.isFinite(rttMs) && Number.isFinite(atMs) && typeof isProven === 'boolean';
}

/** The records that were voted for longest ago first; records without votes before all. */
export function byLastVote(records: readonly PrefixRecord[]): PrefixRecord[] {
  const lastMs = ({ sites }: PrefixRecord): number => [...sites.values()].at(-1)?.at(-1)?.atMs ?? 0;
  const timed = records.map((record) => ({ record, atMs: lastMs(record) }));
  return timed.sort((a, b) => a.atMs - b.atMs).map(({ record }) => record);
}
