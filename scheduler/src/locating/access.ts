// What is believed of a client's path to every site: where a database puts its address, what its prefix has measured,
// what it timed itself. The book of prefixes is learnt from every session and written to the copy now and then, so that
// a restart does not forget it.
import { limits } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { FifoEvictor } from '../base/core/fifo-evictor.ts';
import { publicV4 } from '../base/core/ip.ts';
import {
  byLastVote,
  CLAIM_LIFE_MS,
  ClaimBook,
  type ClaimRecord,
  claimsFromJson,
  type Estimate,
  errorOf,
  estimatesOf,
  hasVoted,
  isContradicted,
  isMeasured,
  type NetworkKeys,
  networkKeysOf,
  notDisproved,
  PREFIXES_MAX,
  PrefixBook,
  type PrefixRecord,
  provenOf,
  recordFromJson,
  recordToJson,
  standing,
  type ThinEstimate,
  thinEstimatesOf,
} from './core/access/index.ts';
import { type Belief, echoSites, type IngressMap, orderedBelief, type TimedSite } from './core/ingress/index.ts';
import type { Location } from './core/location.ts';

/** A client as its request shows it. */
export interface Client {
  readonly ip: string;
  readonly location: Location;
  /** What it timed itself, by site key; nothing for a pretended place. */
  readonly times: readonly SiteTime[];
}

export interface SiteTime {
  readonly siteKey: string;
  readonly rttMs: number;
}

/** The sites that take clients, numbered; other numbers, another `siteVersion`. */
export interface AccessSites {
  readonly siteVersion: number;
  readonly sites: readonly { readonly key: string }[];
  readonly map: IngressMap;
  siteOf(key: string): number | undefined;
}

/** Where records of prefixes outlive the centre. */
export interface AccessCopy {
  saveAccess(key: string, record: unknown, lifeMs?: number): void;
  dropAccess(key: string): void;
}

export interface AccessOptions {
  /** The autonomous system of an address. */
  readonly asnOf?: (ip: string) => number | undefined;
  readonly placementIndex: AccessSites;
  readonly clock: Clock;
  readonly log: Logger;
  readonly copy: AccessCopy;
}

/** A round trip on Earth is below this, with a satellite and a bad radio in it; more is a stalled page. */
const RTT_MS_MAX = 2000;
/** Of a site that there is not any more. */
const NO_SITE = -1;
/** Has no vote. */
const NO_VOTER = '';
/** Beliefs kept ready, by place and by prefix; prefixes whose sessions are counted. */
const CACHED_MAX = 20_000;
/** A belief of a prefix is good for so long without a new vote: votes that fall out of time do so by days. */
const SHARED_MS = 60_000;
/** Changed records written at once; the rest follows with the next call. */
const WRITES_MAX = 200;
/**
 * Records that wait to be written or removed: all of a full book, and as many that it has forgotten. Beyond, the oldest
 * is left as it is.
 */
const WAITING_MAX = 2 * PREFIXES_MAX;

/** What is believed of all addresses of a prefix that have said nothing themselves, and what it was made of. */
interface Shared {
  readonly belief: Belief;
  readonly location: Location;
  readonly record: PrefixRecord | undefined;
  readonly recordVersion: number;
  readonly network: PrefixRecord | undefined;
  readonly networkVersion: number;
  readonly bookVersion: number;
  readonly atMs: number;
}

export class Access {
  readonly book = new PrefixBook({ onForgotten: (key) => this.#toWrite(key, undefined) });
  readonly #claims = new ClaimBook();
  readonly #dirtyClaims = new Map<string, ClaimRecord>();
  readonly #o: AccessOptions;
  readonly #byPlace = new Kept<number, Belief>();
  /** By /24; others are computed anew. */
  readonly #byPrefix = new Kept<number, Shared>();
  /** Sessions of prefixes that have timed nothing yet. */
  readonly #turns = new Kept<string, number>();
  /** Undefined: to be removed from the copy. */
  readonly #dirty = new Map<string, PrefixRecord | undefined>();
  readonly #dirtyEvictor = new FifoEvictor(this.#dirty);
  #cachedFor = -1;

  constructor(o: AccessOptions) {
    this.#o = o;
  }

  /** Takes over what was written down before; what cannot be read is left out. */
  restore(records: readonly unknown[]): void {
    const prefixes: PrefixRecord[] = [];
    let unreadable = 0;
    for (const value of records) {
      const record = recordFromJson(value);
      const claims = record === undefined ? claimsFromJson(value) : undefined;
      if (record !== undefined) prefixes.push(record);
      else if (claims !== undefined) this.#claims.restore(claims);
      else unreadable += 1;
    }
    const nowMs = this.#o.clock.wallMs();
    for (const record of byLastVote(prefixes)) this.book.restore(record, nowMs);
    const tooMany = prefixes.length - this.book.size;
    if (unreadable > 0) this.#o.log.warn({ unreadable }, 'records of prefixes could not be read and are learnt anew');
    if (tooMany > 0)
      this.#o.log.warn({ tooMany }, 'the copy held more records of prefixes than the limit; the rest was dropped');
  }

  /** The belief about a client. `atMs`: now, by the monotonic clock. */
  believe({ ip, location, times }: Client, atMs = this.#o.clock.nowMs()): Belief {
    const { placementIndex, clock } = this.#o;
    if (this.#cachedFor !== placementIndex.siteVersion) {
      this.#cachedFor = placementIndex.siteVersion;
      this.#byPlace.clear();
      this.#byPrefix.clear();
    }
    const value = times.length === 0 ? publicV4(ip) : undefined;
    const shared = value === undefined ? undefined : this.#byPrefix.get(value >>> 8);
    if (shared !== undefined && this.#isGood(shared, ip, location, atMs)) return shared.belief;
    const keys = networkKeysOf(ip);
    const record = keys === undefined ? undefined : this.book.get(keys.prefix);
    const network = keys === undefined ? undefined : this.book.get(this.#networkKey(keys, location));
    if (times.length === 0 && record === undefined && network === undefined) {
      const belief = this.#byGeography(location);
      if (value !== undefined) this.#share(value, { belief, record, network, location });
      return belief;
    }
    const nowMs = clock.wallMs();
    const voter = keys?.voter ?? NO_VOTER;
    const known = new Map<string, number>();
    // The vote of a prefix is the last word of one of its addresses: of a network, three must agree, its own among them
    // or not.
    for (const { siteKey, rttMs } of estimatesOf(network, NO_VOTER, nowMs)) known.set(siteKey, rttMs);
    const agreed = estimatesOf(record, voter, nowMs);
    // What two of the prefix were measured at outweighs the network, what one was fills in.
    for (const { siteKey, rttMs, figuresMs } of this.#thin(record, agreed, nowMs))
      if (figuresMs.length > 1 || !known.has(siteKey)) known.set(siteKey, rttMs);
    for (const { siteKey, rttMs } of agreed) known.set(siteKey, rttMs);
    for (const { siteKey, rttMs } of times) if (isPlausible(rttMs)) known.set(siteKey, rttMs);
    const belief = this.#compute(location, known);
    // An address that has voted has a belief of its own.
    if (value !== undefined && !hasVoted(record, voter)) this.#share(value, { belief, record, network, location });
    return belief;
  }

  /** What one or two of a measured prefix were measured at, as far as light bears it out. */
  #thin(record: PrefixRecord | undefined, agreed: readonly Estimate[], nowMs: number): ThinEstimate[] {
    if (!isMeasured(record, nowMs)) return [];
    const { placementIndex } = this.#o;
    const thin = thinEstimatesOf(record, nowMs).map((one) => ({
      ...one,
      site: placementIndex.siteOf(one.siteKey) ?? NO_SITE,
    }));
    return standing(thin, this.#timed(agreed.map(({ siteKey, rttMs }) => [siteKey, rttMs])), placementIndex.map.sites);
  }

  #share(value: number, o: Pick<Shared, 'belief' | 'record' | 'network' | 'location'>): void {
    const { record, network } = o;
    const versions = { recordVersion: record?.version ?? 0, networkVersion: network?.version ?? 0 };
    const shared = { ...o, ...versions, bookVersion: this.book.version, atMs: this.#o.clock.nowMs() };
    this.#byPrefix.put(value >>> 8, shared);
  }

  /** Nothing that it was made of has changed, and it was not made without a record that there is now. */
  #isGood(shared: Shared, ip: string, { latitude, longitude, radiusKm }: Location, nowMs: number): boolean {
    const { record, network, location } = shared;
    if (latitude !== location.latitude || longitude !== location.longitude || radiusKm !== location.radiusKm)
      return false;
    if ((record === undefined || network === undefined) && shared.bookVersion !== this.book.version) return false;
    if (record !== undefined && (record.version !== shared.recordVersion || hasVoted(record, ip))) return false;
    if (network !== undefined && network.version !== shared.networkVersion) return false;
    return nowMs - shared.atMs < SHARED_MS;
  }

  #byGeography(location: Location): Belief {
    const key = placeKey(location);
    const cached = this.#byPlace.get(key);
    if (cached !== undefined) return cached;
    const belief = this.#compute(location, new Map());
    this.#byPlace.put(key, belief);
    return belief;
  }

  /**
   * The place with the radius that it deserves, and why, in words: where databases were often wrong about a network or
   * country, what they say of the next address counts for less.
   */
  believed(ip: string, location: Location): { location: Location; why: string } {
    const keys = this.#claims.doubts ? networkKeysOf(ip) : undefined;
    if (keys === undefined) return { location, why: '' };
    const wider = this.#claims.widening(this.#claimKeys(keys, location), location, this.#o.clock.wallMs());
    if (wider === undefined) return { location, why: '' };
    const why = `${wider.failed} of ${wider.heard} prefixes of ${wider.key} were elsewhere, so its radius is ${wider.radiusKm} km`;
    return { location: { ...location, radiusKm: wider.radiusKm }, why };
  }

  /**
   * Learns what signaling nodes measured of a session, for its neighbours too. Figures that no line on Earth has are
   * left out.
   */
  learn({ ip, location, times }: Client): void {
    const keys = times.length === 0 ? undefined : networkKeysOf(ip);
    if (keys === undefined) return;
    const atMs = this.#o.clock.wallMs();
    this.#judge(keys, location, times, atMs);
    for (const { siteKey, rttMs } of times) {
      if (!isPlausible(rttMs)) continue;
      const record = this.book.vote(keys.prefix, siteKey, { voter: keys.voter, rttMs, atMs, isProven: true });
      this.#toWrite(record.key, record);
      const network = this.#networkKey(keys, location);
      this.#toWrite(network, this.book.vote(network, siteKey, { voter: keys.prefix, rttMs, atMs, isProven: true }));
    }
  }

  /**
   * Takes a client's bare word about round trips, for its own address alone; `times`: what signaling nodes measured of
   * it. Returns what was taken: no figure that light contradicts, by what signaling nodes have measured of the address
   * or, if they have not, by its place.
   */
  hear({ ip, location, times }: Client, words: readonly SiteTime[]): SiteTime[] {
    const keys = networkKeysOf(ip);
    if (keys === undefined) return [...words];
    const { placementIndex, clock } = this.#o;
    const atMs = clock.wallMs();
    const measured = [...provenOf(this.book.get(keys.prefix), keys.voter, atMs), ...times];
    const proven = this.#timed(measured.filter(({ rttMs }) => isPlausible(rttMs)).map((o) => [o.siteKey, o.rttMs]));
    const place = location.source === 'none' ? undefined : location;
    return words.filter(({ siteKey, rttMs }) => {
      const site = placementIndex.siteOf(siteKey);
      if (site === undefined || !isPlausible(rttMs)) return false;
      if (isContradicted({ site, rttMs }, { sites: placementIndex.map.sites, proven, place })) return false;
      const record = this.book.vote(keys.prefix, siteKey, { voter: keys.voter, rttMs, atMs, isProven: false });
      this.#toWrite(record.key, record);
      return true;
    });
  }

  #toWrite(key: string, record: PrefixRecord | undefined): void {
    this.#dirty.set(key, record);
    if (this.#dirty.size > WAITING_MAX) this.#dirtyEvictor.takeOldest();
  }

  /** Whether the place that a database gave can be so, for the next clients of the network and the country. */
  #judge(keys: NetworkKeys, location: Location, proven: readonly SiteTime[], atMs: number): void {
    const timed = this.#timed(proven.filter(({ rttMs }) => isPlausible(rttMs)).map((one) => [one.siteKey, one.rttMs]));
    if (timed.length === 0 || location.source === 'none') return;
    const error = errorOf(location, this.#o.placementIndex.map.sites, timed);
    for (const key of this.#claimKeys(keys, location)) {
      this.#dirtyClaims.set(key, this.#claims.vote(key, { voter: keys.prefix, ...error, atMs }));
    }
  }

  /** Its autonomous system before its country. */
  #claimKeys({ address }: NetworkKeys, { countryCode }: Location): string[] {
    const asn = this.#o.asnOf?.(address);
    return [...(asn === undefined ? [] : [`AS${asn}`]), ...(countryCode === '' ? [] : [countryCode])];
  }

  /**
   * Five sites that a client should time, as keys: four by belief, one exploring, another one for every session of the
   * prefix until something was timed. What one or two of the prefix were measured at counts here, so that no session
   * times the same five again. The site that would be first without it is asked for until a second customer has timed
   * it: a first customer that is slow there does not keep the others from finding out.
   */
  sitesToTime(client: Client): string[] {
    return this.#keysOf(this.#toTime(client).sites);
  }

  /**
   * Five sites whose signaling nodes a client may connect to, as keys: those to time, but the second best is second,
   * timed before or not. Without it a client of a prefix that has timed much would have one near node to connect to,
   * and otherwise only sites that were never timed.
   */
  sitesToOffer(client: Client): string[] {
    const { sites, hinted } = this.#toTime(client);
    const [best, ...others] = sites;
    const second = hinted.order.find((site) => site !== best);
    if (best === undefined || second === undefined) return this.#keysOf(sites);
    const rest = others.filter((site) => site !== second);
    // The least likely one makes room, not the one that explores.
    if (rest.length > limits.echoSitesMax - 2) rest.splice(-2, 1);
    return this.#keysOf([best, second, ...rest]);
  }

  #keysOf(sites: readonly number[]): string[] {
    return sites.map((site) => this.#o.placementIndex.sites[site]?.key).filter((key) => key !== undefined);
  }

  /** `hinted`: the belief that they follow. */
  #toTime(client: Client): { sites: number[]; hinted: Belief } {
    const { placementIndex, clock } = this.#o;
    const keys = networkKeysOf(client.ip);
    const believed = this.believe(client);
    const thin = thinEstimatesOf(keys && this.book.get(keys.prefix), clock.wallMs());
    const hinted = this.#hinted(client, believed, thin);
    // Once something was timed the belief leads on.
    const turn = keys === undefined || hinted.timed.size > 0 ? 0 : this.#turnOf(keys.prefix);
    const first = this.#byGeography(client.location).order[0] ?? NO_SITE;
    const single = thin.some(
      ({ siteKey, figuresMs }) => figuresMs.length === 1 && placementIndex.siteOf(siteKey) === first,
    );
    const sites = echoSites(placementIndex.map, hinted, hinted.timed, turn, single ? first : undefined);
    return { sites, hinted };
  }

  /** How many sessions of the prefix were counted before this one. Not in the book: that is for what was measured. */
  #turnOf(prefix: string): number {
    const turn = this.#turns.get(prefix) ?? 0;
    this.#turns.put(prefix, turn + 1);
    return turn;
  }

  /** The belief, with what single customers of the prefix were measured at in it. */
  #hinted({ location }: Client, believed: Belief, thin: readonly ThinEstimate[]): Belief {
    if (thin.length === 0) return believed;
    const { placementIndex } = this.#o;
    const known = new Map(thin.map(({ siteKey, rttMs }) => [siteKey, rttMs]));
    for (const site of believed.timed)
      known.set(placementIndex.sites[site]?.key ?? '', believed.meanMs[site] ?? Number.NaN);
    return this.#compute(location, known);
  }

  /** Writes what changed, a bounded part of it. */
  flush(): void {
    let written = 0;
    for (const [key, record] of this.#dirty) {
      if (written === WRITES_MAX) break;
      written += 1;
      this.#dirty.delete(key);
      if (record === undefined) this.#o.copy.dropAccess(key);
      else this.#o.copy.saveAccess(key, recordToJson(record));
    }
    for (const [key, record] of [...this.#dirtyClaims].slice(0, WRITES_MAX - written)) {
      this.#dirtyClaims.delete(key);
      this.#o.copy.saveAccess(`claims ${key}`, record, CLAIM_LIFE_MS);
    }
  }

  /** Prefixes of one autonomous system in one city vote together; where no database names it, of one /16 or /32. */
  #networkKey({ address, network }: NetworkKeys, { latitude, longitude }: Location): string {
    const asn = this.#o.asnOf?.(address);
    const name = asn === undefined ? network : `AS${asn}`;
    return `${name} ${latitude.toFixed(1)} ${longitude.toFixed(1)}`;
  }

  #compute(location: Location, known: ReadonlyMap<string, number>): Belief {
    const { placementIndex } = this.#o;
    const timed = this.#timed(known);
    const { latitude, longitude, radiusKm } = location;
    return orderedBelief(
      placementIndex.map,
      notDisproved({ latitude, longitude, radiusKm }, placementIndex.map.sites, timed),
      timed,
    );
  }

  #timed(known: Iterable<readonly [siteKey: string, rttMs: number]>): TimedSite[] {
    const timed: TimedSite[] = [];
    for (const [siteKey, rttMs] of known) {
      const site = this.#o.placementIndex.siteOf(siteKey);
      if (site !== undefined) timed.push({ site, rttMs });
    }
    return timed;
  }
}

/** Places within a kilometre, with radii within one, are believed the same. */
function placeKey({ latitude, longitude, radiusKm }: Location): number {
  const row = Math.round((latitude + 90) * 100);
  const column = Math.round((longitude + 180) * 100);
  return (row * 36_001 + column) * 20_101 + Math.round(Math.min(radiusKm, 20_100));
}

/** What was computed last; at the bound the oldest goes. */
class Kept<K, V> {
  readonly #values = new Map<K, V>();
  readonly #evictor = new FifoEvictor(this.#values);

  get(key: K): V | undefined {
    return this.#values.get(key);
  }

  put(key: K, value: V): void {
    this.#values.set(key, value);
    if (this.#values.size > CACHED_MAX) this.#evictor.takeOldest();
  }

  clear(): void {
    this.#values.clear();
  }
}

function isPlausible(rttMs: number): boolean {
  return rttMs > 0 && rttMs < RTT_MS_MAX;
}
