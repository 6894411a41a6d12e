// Votes of a prefix and their bounds.
// - A vote is the last figure of an address for a site. The addresses of an IPv6 /64 share a vote, and all votes of a
//   /56 count as one. A prefix is a /24 or /48 (the key of Akamai's end-user mapping: the client's prefix, never its
//   resolver's); prefixes of a network and city vote together in a shared record, for prefixes without sessions of
//   their own.
// - A full record drops the site measured for the fewest customers, and a customer speaks for few sites: any client may
//   time many signaling nodes, so no client may choose which site goes. Otherwise honest figures of far sites would
//   displace all near sites.
// - Votes die after days, because a third of the best options change in under two (VIA, SIGCOMM 2016). Changed in
//   place, bounded, deterministic; times are arguments.
import { customerOf } from './prefix.ts';

export const VOTE_LIFE_MS = 5 * 24 * 3600_000;
/** Bound of a site's votes, for measurements and for own claims ("words") apart: words displace no measurement. */
const VOTES_MAX = 8;
/** More cities than most fleets have, so most records displace none. */
const SITES_MAX = 64;
/** Limit of a customer's sites, for each kind of vote: those of three sessions, and a quarter of a record. */
const SITES_OF_CUSTOMER_MAX = 16;
/** Bounds of a record: three votes for each site, and some words. Bound of all records: `VOTES_IN_ALL_MAX`. */
const RECORD_VOTES_MAX = 3 * SITES_MAX;
const RECORD_WORDS_MAX = 32;

export interface Vote {
  readonly voter: string;
  readonly rttMs: number;
  readonly atMs: number;
  /** True: measured by a signaling node. False: the voter's own claim ("word"), which counts for the voter alone. */
  readonly isProven: boolean;
}

export interface PrefixRecord {
  readonly key: string;
  /** Votes by site key, the newest last. */
  readonly sites: Map<string, Vote[]>;
  version: number;
  /** Number of votes and words of all sites. */
  votes: number;
}

/** Adds a figure; an address has the newest vote and the newest word for each site. */
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

function drop(sites: Sites, siteKey: string, vote: Vote | undefined): void {
  const remainingVotes = (sites.get(siteKey) ?? []).filter((other) => other !== vote);
  if (remainingVotes.length > 0) sites.set(siteKey, remainingVotes);
  else sites.delete(siteKey);
}

/** Returns the oldest vote of a customer with several, so that it displaces no other; else the oldest vote of all. */
function surplusOf(allVotes: readonly Vote[], isProven: boolean): Vote | undefined {
  const votes = allVotes.filter((vote) => vote.isProven === isProven);
  const customers = votes.map(({ voter }) => customerOf(voter));
  return votes.find((_, index) => customers.lastIndexOf(customers[index] ?? '') > index) ?? votes[0];
}

function boundCustomer(sites: Sites, { voter, isProven }: Vote): void {
  if (sites.size <= SITES_OF_CUSTOMER_MAX) return;
  const customer = customerOf(voter);
  let sitesOfCustomer = 0;
  let oldest: { siteKey: string; vote: Vote } | undefined;
  for (const [siteKey, votes] of sites) {
    const customerVotes = votes.filter((vote) => vote.isProven === isProven && customerOf(vote.voter) === customer);
    const newest = customerVotes.at(-1);
    if (newest === undefined) continue;
    sitesOfCustomer += 1;
    if (oldest === undefined || newest.atMs < oldest.vote.atMs) oldest = { siteKey, vote: newest };
  }
  if (sitesOfCustomer <= SITES_OF_CUSTOMER_MAX || oldest === undefined) return;
  const { siteKey } = oldest;
  for (const vote of sites.get(siteKey) ?? [])
    if (vote.isProven === isProven && customerOf(vote.voter) === customer) drop(sites, siteKey, vote);
}

/** Removes surplus votes of a full record from the fullest site, so that no site falls below its share. */
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

/** Returns the site measured for the fewest customers by signaling nodes, of equals the least recently voted. */
function leastSupported(sites: Sites, nowMs: number): string {
  let [least, fewest] = ['', Number.POSITIVE_INFINITY];
  for (const [siteKey, votes] of sites) {
    const { size } = provenBy(votes.filter(({ atMs }) => nowMs - atMs < VOTE_LIFE_MS));
    if (size < fewest) [least, fewest] = [siteKey, size];
  }
  return least;
}

export function provenBy(votes: readonly Vote[]): Map<string, number> {
  const figures = new Map<string, number>();
  for (const { voter, rttMs, isProven } of votes) if (isProven) figures.set(customerOf(voter), rttMs);
  return figures;
}

/** Times are wall-clock, so that they outlive the process. */
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
    const validVotes = (votes as Partial<Vote>[]).filter(isVote);
    read.set(siteKey, validVotes.slice(-2 * VOTES_MAX));
  }
  return { key, sites: read, version: 1, votes: countOf(read) };
}

function isVote(vote: Partial<Vote>): vote is Vote {
  const { voter, rttMs, atMs, isProven } = vote;
  return typeof voter === 'string' && Number.isFinite(rttMs) && Number.isFinite(atMs) && typeof isProven === 'boolean';
}

/** Sorts records by last vote, the oldest first; records without votes come before all others. */
export function byLastVote(records: readonly PrefixRecord[]): PrefixRecord[] {
  const lastMs = ({ sites }: PrefixRecord): number => [...sites.values()].at(-1)?.at(-1)?.atMs ?? 0;
  const timed = records.map((record) => ({ record, atMs: lastMs(record) }));
  return timed.sort((a, b) => a.atMs - b.atMs).map(({ record }) => record);
}
