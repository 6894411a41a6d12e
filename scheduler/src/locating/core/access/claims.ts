// Trust in location databases by network and country, learnt from timings that disprove their claims. Light in fibre
// travels 200 km a ms, so a client claimed d km from a site that measures r ms is at least d − 100 r km from the
// claimed place, and most likely about d.
// - A prefix (/24, /48) has a single vote, its newest; a radius widens only after the votes of eight prefixes, three of
//   them elsewhere. So no client moves another client's prior alone. A client can only make itself slower, which
//   disproves nothing.
// - An autonomous system with enough votes counts by its own votes, otherwise by its country's.
// - The next claim is wrong with the share f of the earlier claims: a mixture of the claim's own radius R and the
//   median error E has the variance (1 − f) R² + f E²; the radius that counts is its root.
// - Votes die after two weeks, and a key keeps the newest 64: repaired errors fade, and new errors show. Timings
//   disprove gross errors alone (some hundreds of km): smaller errors cost few ms, and radii have room for them. Times
//   are arguments. Bounded.
import { ANYWHERE_KM, distanceKm, type Point } from '@meridian/protocol';
import type { ClientPlace, TimedSite } from '../ingress/belief.ts';
import { FIBRE_KM_PER_MS } from './disproof.ts';

/** Life of a vote. Databases change monthly: longer votes would be of little more use and would outlive a repair. */
export const CLAIM_LIFE_MS = 14 * 24 * 3600_000;
/** Number of voting prefixes from which a key's votes count. */
export const CLAIMS_MIN = 8;
/** Number of these prefixes that must have been elsewhere. */
export const FAILED_MIN = 3;
/** A session without contradiction is no proof, so a disproof stands this long against a later vote without one. */
const DOUBT_STANDS_MS = 24 * 3600_000;
const CLAIMS_MAX = 64;
/** Limit of networks and countries with votes: 75,000 systems are routed, and few of them hold conferences. */
const KEYS_MAX = 10_000;

export interface Claim {
  readonly voter: string;
  /** Minimum distance of the true place from the claimed place; 0: no contradiction. */
  readonly atLeastKm: number;
  /** Probable distance from the claimed place; meaningless without a contradiction. */
  readonly errorKm: number;
  readonly atMs: number;
}

export interface ClaimRecord {
  readonly key: string;
  /** Claims, at most one of each voter, the newest last. */
  claims: Claim[];
}

export interface Widening {
  readonly radiusKm: number;
  readonly key: string;
  readonly disproofCount: number;
  readonly voteCount: number;
}

/** Returns the distance between a place and the true place, by the client's timings. */
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
  readonly #records = new Map<string, ClaimRecord>(); // least recently voted first
  /** Keys with a contradicting vote; while the set is empty, lookups are skipped. */
  readonly #doubtedKeys = new Set<string>();

  get doubts(): boolean {
    return this.#doubtedKeys.size > 0;
  }

  vote(key: string, claim: Claim): ClaimRecord {
    const record = this.#records.get(key) ?? { key, claims: [] };
    const earlierClaim = record.claims.find(({ voter }) => voter === claim.voter);
    const isStanding = (earlierClaim?.atLeastKm ?? 0) > 0 && claim.atMs - (earlierClaim?.atMs ?? 0) < DOUBT_STANDS_MS;
    if (isStanding && claim.atLeastKm === 0) return record;
    record.claims = [...record.claims.filter((one) => one !== earlierClaim), claim].slice(-CLAIMS_MAX);
    this.restore(record);
    return record;
  }

  restore(record: ClaimRecord): void {
    const { key, claims } = record;
    this.#records.delete(key);
    this.#records.set(key, record);
    if (claims.some(({ atLeastKm }) => atLeastKm > 0)) this.#doubtedKeys.add(key);
    else this.#doubtedKeys.delete(key);
    const [oldest] = this.#records.keys();
    if (this.#records.size <= KEYS_MAX || oldest === undefined) return;
    this.#records.delete(oldest);
    this.#doubtedKeys.delete(oldest);
  }

  /** Returns the radius by the first of `keys` with enough votes; undefined when the claimed radius holds. */
  widening(keys: readonly string[], place: ClientPlace, nowMs: number): Widening | undefined {
    if (place.radiusKm >= ANYWHERE_KM) return undefined;
    for (const key of keys) {
      const livingClaims = (this.#records.get(key)?.claims ?? []).filter(({ atMs }) => nowMs - atMs < CLAIM_LIFE_MS);
      if (livingClaims.length < CLAIMS_MIN) continue;
      const failed = livingClaims.filter(({ atLeastKm }) => atLeastKm > place.radiusKm);
      if (failed.length < FAILED_MIN) return undefined;
      const share = failed.length / livingClaims.length;
      const errorsKm = failed.map(({ errorKm }) => errorKm).sort((a, b) => a - b);
      const errorKm = errorsKm[Math.floor(errorsKm.length / 2)] ?? 0;
      const radiusKm = Math.min(ANYWHERE_KM, Math.sqrt((1 - share) * place.radiusKm ** 2 + share * errorKm ** 2));
      return radiusKm <= place.radiusKm
        ? undefined
        : { radiusKm: Math.round(radiusKm), key, disproofCount: failed.length, voteCount: livingClaims.length };
    }
    return undefined;
  }
}

/** Parses a stored record; undefined when it is unreadable. Times are wall-clock, so that they outlive the process. */
export function claimsFromJson(value: unknown): ClaimRecord | undefined {
  const { key, claims } = (value ?? {}) as { key?: unknown; claims?: unknown };
  if (typeof key !== 'string' || !Array.isArray(claims)) return undefined;
  return { key, claims: (claims as Partial<Claim>[]).filter(isClaim).slice(-CLAIMS_MAX) };
}

function isClaim(claim: Partial<Claim> | null): claim is Claim {
  const { voter, atLeastKm, errorKm, atMs } = claim ?? {};
  return typeof voter === 'string' && [atLeastKm, errorKm, atMs].every((figure) => Number.isFinite(figure));
}
