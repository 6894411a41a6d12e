// What sessions of a network prefix measured: round trips to sites, voted for by addresses. Own measurements count at once; others' when three
// customers agree, so that one client cannot move another's belief, and one prefix not another prefix's.
// - Others hear only what a door has measured (`isProven`): a client can be slower than its network, never faster. Its bare word is its own.
// - A vote is one address's last figure for a site; of IPv6, one /64's, and all votes of a /56 count as one. A prefix is a /24 or /48 (what
//   Akamai's end-user mapping keys on: the client's prefix, never its resolver); prefixes of one network and city vote together in a region of
//   their own, for prefixes nobody has been at.
// - The estimate is the median of the votes: with three, one liar moves it at most to another honest figure.
// - Sites that fewer have timed count too, once doors have measured three customers of the prefix at all, and at the least figure: waiting only
//   adds, so whoever is slow moves nobody, and what is too fast for light is left out (`disproof.ts`). Before, they say what to time next.
// - A full record gives up what fewest customers were measured at, and one customer speaks for few sites: anybody may time any door, so what goes
//   must not be for one client to choose. Honest figures of what is far would else push out all that is near.
// - Votes die after days: a third of best options change in under two (VIA, SIGCOMM 2016).
// Times are arguments. Changed in place, bounded, deterministic.
import { Eldest } from '../eldest.ts';
import { customerOf } from './prefix.ts';

/** Days a vote counts. */
export const VOTE_LIFE_MS = 5 * 24 * 3600_000;
/** Others' votes that make an estimate. */
export const AGREEING_VOTES = 3;
/** Of a site, and of each kind: words do not crowd out what was measured. */
const VOTES_MAX = 8;
/** More cities than most boards have: where all fit, nothing is pushed out. */
const SITES_MAX = 64;
/** Of one customer, of each kind: three sessions' sites, and a quarter of a record, so that nobody fills one. */
const SITES_OF_CUSTOMER_MAX = 16;
/**
 * Of a whole record: three votes for each of its sites, as many as agree, and some words. A record costs the centre about 90 kB at most and the
 * copy 25 kB; a session adds five votes, so few of 50,000 prefixes come near.
 */
const RECORD_VOTES_MAX = 3 * SITES_MAX;
const RECORD_WORDS_MAX = 32;
export const PREFIXES_MAX = 50_000;

interface Vote {
  readonly voter: string;
  readonly rttMs: number;
  readonly atMs: number;
  /** A door has measured it; else it is the voter's bare word, and counts for the voter alone. */
  readonly isProven: boolean;
}

export interface PrefixRecord {
  readonly key: string;
  /** Site key -> votes, the newest last. */
  readonly sites: Map<string, Vote[]>;
  /** Rises with every vote. */
  version: number;
  sessions: number;
}

export interface Estimate {
  readonly siteKey: string;
  readonly rttMs: number;
}

/** What fewer than three customers' figures say of a site: the least of them. */
export interface ThinEstimate extends Estimate {
  /** One of each customer. */
  readonly figuresMs: readonly number[];
}

export class PrefixBook {
  readonly #records = new Map<string, PrefixRecord>(); // the least recently voted for first
  readonly #eldest = new Eldest(this.#records);

  readonly #onForgotten: (key: string) => void;

  /** Rises whenever a record comes or goes. */
  version = 0;

  /** `onForgotten`: a record has made room for another. */
  constructor(o: { onForgotten?: (key: string) => void } = {}) {
    this.#onForgotten = o.onForgotten ?? (() => undefined);
  }

  get size(): number {
    return this.#records.size;
  }

  get(key: string): PrefixRecord | undefined {
    return this.#records.get(key);
  }

  /** Takes one figure; an address has one vote a site, the newest, and one word. */
  vote(key: string, siteKey: string, vote: Vote): PrefixRecord {
    const record = this.#touch(key);
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
    return record;
  }

  /** Counts a session of the prefix; returns how many there were before. */
  session(key: string): number {
    const record = this.#touch(key);
    record.sessions += 1;
    return record.sessions - 1;
  }

  /** A record that was written down before. False: there is no room for it. */
  restore(record: PrefixRecord): boolean {
    if (this.#records.size >= PREFIXES_MAX) return false;
    this.#records.set(record.key, record);
    this.version += 1;
    return true;
  }

  #touch(key: string): PrefixRecord {
    const before = this.#records.get(key);
    if (before === undefined) this.version += 1;
    const record = before ?? { key, sites: new Map(), version: 0, sessions: 0 };
    this.#records.delete(key);
    this.#records.set(key, record);
    if (this.#records.size > PREFIXES_MAX) {
      const eldest = this.#eldest.take();
      if (eldest !== undefined) this.#onForgotten(eldest);
    }
    return record;
  }
}

type Sites = Map<string, Vote[]>;

/** A site that nobody speaks for any more goes with its last vote. */
function drop(sites: Sites, siteKey: string, vote: Vote | undefined): void {
  const left = (sites.get(siteKey) ?? []).filter((other) => other !== vote);
  if (left.length > 0) sites.set(siteKey, left);
  else sites.delete(siteKey);
}

/** Whose vote of a site goes first: the oldest of a customer who has more than one, so that nobody's push out all others'; else the oldest. */
function surplusOf(all: readonly Vote[], isProven: boolean): Vote | undefined {
  const votes = all.filter((vote) => vote.isProven === isProven);
  const customers = votes.map(({ voter }) => customerOf(voter));
  return votes.find((_, index) => customers.lastIndexOf(customers[index] ?? '') > index) ?? votes[0];
}

/** Who speaks of very many sites takes back what it said longest ago. */
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

/** Which site goes at the bound: the one that doors have measured for the fewest customers, of these the one voted for longest ago. */
function leastSupported(sites: Sites, nowMs: number): string {
  let [least, fewest] = ['', Number.POSITIVE_INFINITY];
  for (const [siteKey, votes] of sites) {
    const { size } = provenBy(votes.filter(({ atMs }) => nowMs - atMs < VOTE_LIFE_MS));
    if (size < fewest) [least, fewest] = [siteKey, size];
  }
  return least;
}

/** Whether this address has voted itself: then it is told its own figures. */
export function hasVoted(record: PrefixRecord | undefined, voter: string): boolean {
  for (const votes of record?.sites.values() ?? []) if (votes.some((vote) => vote.voter === voter)) return true;
  return false;
}

/** What doors measured of this address, and is not too old. */
export function provenOf(record: PrefixRecord | undefined, voter: string, nowMs: number): Estimate[] {
  const counts = (vote: Vote): boolean => vote.voter === voter && vote.isProven && nowMs - vote.atMs < VOTE_LIFE_MS;
  return [...(record?.sites ?? [])].flatMap(([siteKey, votes]) =>
    votes.filter(counts).map(({ rttMs }) => ({ siteKey, rttMs })),
  );
}

/** What the votes say to this address: its own newest figure, else the median of what doors measured of at least three customers. */
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

/** Sites that doors have measured for one or two customers of the record. They say what to time; what counts of them is `isMeasured`'s to say. */
export function thinEstimatesOf(record: PrefixRecord | undefined, nowMs: number): ThinEstimate[] {
  const estimates: ThinEstimate[] = [];
  for (const [siteKey, all] of record?.sites ?? []) {
    const figuresMs = [...provenBy(all.filter(({ atMs }) => nowMs - atMs < VOTE_LIFE_MS)).values()];
    if (figuresMs.length > 0 && figuresMs.length < AGREEING_VOTES)
      estimates.push({ siteKey, rttMs: Math.min(...figuresMs), figuresMs });
  }
  return estimates;
}

/** Whether doors have measured three customers of the record, wherever: then what one of them says of a site stands beside what others say of others. */
export function isMeasured(record: PrefixRecord | undefined, nowMs: number): boolean {
  const customers = new Set<string>();
  for (const votes of record?.sites.values() ?? []) {
    for (const customer of provenBy(votes.filter(({ atMs }) => nowMs - atMs < VOTE_LIFE_MS)).keys())
      customers.add(customer);
  }
  return customers.size >= AGREEING_VOTES;
}

/** What doors measured, the newest of each customer. */
function provenBy(votes: readonly Vote[]): Map<string, number> {
  const figures = new Map<string, number>();
  for (const { voter, rttMs, isProven } of votes) if (isProven) figures.set(customerOf(voter), rttMs);
  return figures;
}

/** As JSON, and back; undefined for what cannot be read. Times are wall-clock, so that they outlive the process. */
export function recordToJson(record: PrefixRecord): unknown {
  return { key: record.key, sessions: record.sessions, sites: [...record.sites] };
}

export function recordFromJson(value: unknown): PrefixRecord | undefined {
  const { key, sessions, sites } = (value ?? {}) as { key?: unknown; sessions?: unknown; sites?: unknown };
  if (typeof key !== 'string' || typeof sessions !== 'number' || !Array.isArray(sites)) return undefined;
  const read = new Map<string, Vote[]>();
  for (const entry of (sites as unknown[]).slice(-SITES_MAX)) {
    if (!Array.isArray(entry)) return undefined;
    const [siteKey, votes] = entry as [unknown, unknown];
    if (typeof siteKey !== 'string' || !Array.isArray(votes)) return undefined;
    const kept = (votes as Partial<Vote>[]).filter(isVote);
    read.set(siteKey, kept.slice(-2 * VOTES_MAX));
  }
  return { key, sessions, sites: read, version: 1 };
}

function isVote(vote: Partial<Vote>): vote is Vote {
  const { voter, rttMs, atMs, isProven } = vote;
  return typeof voter === 'string' && Number.isFinite(rttMs) && Number.isFinite(atMs) && typeof isProven === 'boolean';
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
