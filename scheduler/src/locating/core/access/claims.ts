// How far databases are to be believed about a network or a country: learnt from the timings that disprove what they
// claimed. Light in fibre travels 200 km a ms, so a client d km from a site, seen there in r ms, is at least d − 100 r
// km from where it was put, and most likely about d.
// - One vote a prefix (/24, /48), its newest; three prefixes must have been elsewhere, of eight that were heard, before
//   anything widens. So one client moves no other client's prior, and it can only make itself slower, which disproves
//   nothing.
// - Of a system that was heard often enough its own votes count, else those of its country.
// - The next claim is right or wrong by the share f of those before: a mixture of the claim's own radius R and of the
//   errors' middle E has the variance (1 − f) R² + f E², and its root is the radius that counts.
// - Votes die after two weeks, and a key keeps the newest 64: what was mended is forgotten, and what is only wrong now
//   is found.
// Timings disprove gross errors alone (some hundreds of km): smaller ones cost few ms, and radii have room for them.
// Times are arguments. Changed in place, bounded, deterministic.
import { ANYWHERE_KM, distanceKm, type Point } from '@meridian/protocol';
import type { ClientPlace, TimedSite } from '../ingress/belief.ts';
import { FIBRE_KM_PER_MS } from './disproof.ts';

/**
 * Databases change by the month: a vote outlives most of what it is needed for, and not the mending of the database.
 */
export const CLAIM_LIFE_MS = 14 * 24 * 3600_000;
/** Prefixes that have to be heard before anything is said of a key … */
export const CLAIMS_MIN = 8;
/** … and of them, those that were elsewhere. */
export const FAILED_MIN = 3;
/**
 * What timings do not disprove may be wrong all the same: a disproof stands so long against a later session that says
 * nothing.
 */
const DOUBT_STANDS_MS = 24 * 3600_000;
const CLAIMS_MAX = 64;
/** 75,000 systems are routed; few of them hold conferences. */
const KEYS_MAX = 10_000;

export interface Claim {
  readonly voter: string;
  /** The truth is at least so far from the place that was claimed; 0: nothing speaks against it. */
  readonly atLeastKm: number;
  /** … and probably about so far; of no meaning when nothing speaks against it. */
  readonly errorKm: number;
  readonly atMs: number;
}

export interface ClaimRecord {
  readonly key: string;
  /** The newest last, one of each voter. */
  claims: Claim[];
}

export interface Widening {
  readonly radiusKm: number;
  readonly key: string;
  /** Prefixes that were elsewhere, of those heard. */
  readonly failed: number;
  readonly heard: number;
}

/** How far a place is from the truth by what its client timed. */
export function errorOf(
  place: Point,
  sites: readonly Point[],
  timed: readonly TimedSite[],
): { atLeastKm: number; errorKm: number } {
  let [atLeastKm, errorKm] = [0, 0];
  for (const { site, rttMs } of timed) {
    const at = sites[site];
    if (at === undefined) continue;
    const km = distanceKm(place, at);
    const least = km - (rttMs / 2) * FIBRE_KM_PER_MS;
    if (least > atLeastKm) [atLeastKm, errorKm] = [least, km];
  }
  return { atLeastKm, errorKm };
}

export class ClaimBook {
  readonly #records = new Map<string, ClaimRecord>(); // the least recently voted for first
  /** Keys with a vote that speaks against a place; while there is none, no key has to be looked up. */
  readonly #doubted = new Set<string>();

  /** Whether any place was ever disproved here. */
  get doubts(): boolean {
    return this.#doubted.size > 0;
  }

  /** Takes one vote for a key; returns its record. */
  vote(key: string, claim: Claim): ClaimRecord {
    const record = this.#records.get(key) ?? { key, claims: [] };
    const before = record.claims.find(({ voter }) => voter === claim.voter);
    const isStanding = (before?.atLeastKm ?? 0) > 0 && claim.atMs - (before?.atMs ?? 0) < DOUBT_STANDS_MS;
    if (isStanding && claim.atLeastKm === 0) return record;
    record.claims = [...record.claims.filter((one) => one !== before), claim].slice(-CLAIMS_MAX);
    this.restore(record);
    return record;
  }

  /** A record that was written down before, or has changed. */
  restore(record: ClaimRecord): void {
    const { key, claims } = record;
    this.#records.delete(key);
    this.#records.set(key, record);
    if (claims.some(({ atLeastKm }) => atLeastKm > 0)) this.#doubted.add(key);
    else this.#doubted.delete(key);
    const [oldest] = this.#records.keys();
    if (this.#records.size <= KEYS_MAX || oldest === undefined) return;
    this.#records.delete(oldest);
    this.#doubted.delete(oldest);
  }

  /**
   * The radius that a place is believed by, `keys` in the order in which they are asked; undefined: the one it claims.
   */
  widening(keys: readonly string[], place: ClientPlace, nowMs: number): Widening | undefined {
    if (place.radiusKm >= ANYWHERE_KM) return undefined;
    for (const key of keys) {
      const heard = (this.#records.get(key)?.claims ?? []).filter(({ atMs }) => nowMs - atMs < CLAIM_LIFE_MS);
      if (heard.length < CLAIMS_MIN) continue;
      const failed = heard.filter(({ atLeastKm }) => atLeastKm > place.radiusKm);
      if (failed.length < FAILED_MIN) return undefined;
      const share = failed.length / heard.length;
      const errorsKm = failed.map(({ errorKm }) => errorKm).sort((a, b) => a - b);
      const errorKm = errorsKm[Math.floor(errorsKm.length / 2)] ?? 0;
      const radiusKm = Math.min(ANYWHERE_KM, Math.sqrt((1 - share) * place.radiusKm ** 2 + share * errorKm ** 2));
      return radiusKm <= place.radiusKm
        ? undefined
        : { radiusKm: Math.round(radiusKm), key, failed: failed.length, heard: heard.length };
    }
    return undefined;
  }
}

/**
 * As it was written down; undefined for what cannot be read. Times are wall-clock, so that they outlive the process.
 */
export function claimsFromJson(value: unknown): ClaimRecord | undefined {
  const { key, claims } = (value ?? {}) as { key?: unknown; claims?: unknown };
  if (typeof key !== 'string' || !Array.isArray(claims)) return undefined;
  return { key, claims: (claims as Partial<Claim>[]).filter(isClaim).slice(-CLAIMS_MAX) };
}

function isClaim(claim: Partial<Claim> | null): claim is Claim {
  const { voter, atLeastKm, errorKm, atMs } = claim ?? {};
  return typeof voter === 'string' && [atLeastKm, errorKm, atMs].every((figure) => Number.isFinite(figure));
}
