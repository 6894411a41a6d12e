// Beliefs of the round trips from a client to every site: from the location of its address, the measurements of its
// prefix and its own timings. The book of prefixes learns from every session and is written to the copy from time to
// time, so that a restart keeps it.
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
  type ThinEstimate,
  thinEstimatesOf,
  uncontradicted,
} from './core/access/index.ts';
import { type Belief, echoSites, type IngressMap, orderedBelief, type TimedSite } from './core/ingress/index.ts';
import type { Location } from './core/location.ts';

export interface Client {
  readonly ip: string;
  readonly location: Location;
  /** The client's own timings; empty for a pretended place. */
  readonly times: readonly SiteTime[];
}

export interface SiteTime {
  readonly siteKey: string;
  readonly rttMs: number;
}

/** Numbered sites that take clients; a new numbering has a new `siteVersion`. */
export interface AccessSites {
  readonly siteVersion: number;
  readonly sites: readonly { readonly key: string }[];
  readonly map: IngressMap;
  siteOf(key: string): number | undefined;
}

/** Store in which records of prefixes outlive the centre. */
export interface AccessCopy {
  saveAccess(key: string, record: unknown, lifeMs?: number): void;
  dropAccess(key: string): void;
}

export interface AccessOptions {
  readonly asnOf?: (ip: string) => number | undefined;
  readonly placementIndex: AccessSites;
  readonly clock: Clock;
  readonly log: Logger;
  readonly copy: AccessCopy;
}

/** Limit of a round trip on Earth, with a satellite and a bad radio link; higher figures are stalled pages. */
const RTT_MS_MAX = 2000;
const NO_SITE = -1;
/** Voter key that no address has, for estimates from the votes of others alone. */
const NO_VOTER = '';
/** Limit of cached beliefs by place and by prefix, and of prefixes with counted sessions. */
const CACHED_MAX = 20_000;
/** Life of a shared belief without a new vote: votes expire over days. */
const SHARED_MS = 60_000;
/** Limit of records written in a call of `flush`; the rest follows with the next call. */
const WRITES_MAX = 200;
/** Limit of records to write: a full book and as many forgotten records. Beyond it, the oldest stays unwritten. */
const DIRTY_MAX = 2 * PREFIXES_MAX;

/** Belief shared by all addresses of a prefix that have not voted themselves, with its inputs. */
interface SharedBelief {
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
  readonly book = new PrefixBook({ onForgotten: (key) => this.#markDirty(key, undefined) });
  readonly #claims = new ClaimBook();
  readonly #dirtyClaims = new Map<string, ClaimRecord>();
  readonly #o: AccessOptions;
  readonly #byPlace = new FifoCache<number, Belief>();
  readonly #byPrefix = new FifoCache<number, SharedBelief>();
  readonly #sessionCounts = new FifoCache<string, number>();
  /** Records to write to the copy, by key; undefined: to remove from the copy. */
  readonly #dirtyRecords = new Map<string, PrefixRecord | undefined>();
  readonly #dirtyEvictor = new FifoEvictor(this.#dirtyRecords);
  #cachedFor = -1;

  constructor(o: AccessOptions) {
    this.#o = o;
  }

  /** Restores records from the copy; unreadable records are left out. */
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

  /** Returns the belief about a client. `atMs`: now, by the monotonic clock. */
  believe({ ip, location, times }: Client, atMs = this.#o.clock.nowMs()): Belief {
    const { placementIndex, clock } = this.#o;
    if (this.#cachedFor !== placementIndex.siteVersion) {
      this.#cachedFor = placementIndex.siteVersion;
      this.#byPlace.clear();
      this.#byPrefix.clear();
    }
    const value = times.length === 0 ? publicV4(ip) : undefined;
    const shared = value === undefined ? undefined : this.#byPrefix.get(value >>> 8);
    if (shared !== undefined && this.#isCurrent(shared, ip, location, atMs)) return shared.belief;
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
    const rttBySite = new Map<string, number>();
    // A prefix's vote in its network is the last figure of any of its addresses: three prefixes of the network must
    // agree, whether or not the client's own is among them.
    for (const { siteKey, rttMs } of estimatesOf(network, NO_VOTER, nowMs)) rttBySite.set(siteKey, rttMs);
    const agreed = estimatesOf(record, voter, nowMs);
    // A figure of two customers of the prefix outweighs the network; a figure of a single customer fills gaps.
    for (const { siteKey, rttMs, figuresMs } of this.#thinEstimates(record, agreed, nowMs))
      if (figuresMs.length > 1 || !rttBySite.has(siteKey)) rttBySite.set(siteKey, rttMs);
    for (const { siteKey, rttMs } of agreed) rttBySite.set(siteKey, rttMs);
    for (const { siteKey, rttMs } of times) if (isPlausible(rttMs)) rttBySite.set(siteKey, rttMs);
    const belief = this.#compute(location, rttBySite);
    // An address that has voted has a belief of its own.
    if (value !== undefined && !hasVoted(record, voter)) this.#share(value, { belief, record, network, location });
    return belief;
  }

  /** Returns the figures of one or two customers of a measured prefix that the speed of light does not contradict. */
  #thinEstimates(record: PrefixRecord | undefined, agreed: readonly Estimate[], nowMs: number): ThinEstimate[] {
    if (!isMeasured(record, nowMs)) return [];
    const { placementIndex } = this.#o;
    const thinEstimates = thinEstimatesOf(record, nowMs).map((one) => ({
      ...one,
      site: placementIndex.siteOf(one.siteKey) ?? NO_SITE,
    }));
    return uncontradicted(
      thinEstimates,
      this.#timed(agreed.map(({ siteKey, rttMs }) => [siteKey, rttMs])),
      placementIndex.map.sites,
    );
  }

  #share(value: number, o: Pick<SharedBelief, 'belief' | 'record' | 'network' | 'location'>): void {
    const { record, network } = o;
    const versions = { recordVersion: record?.version ?? 0, networkVersion: network?.version ?? 0 };
    const shared = { ...o, ...versions, bookVersion: this.book.version, atMs: this.#o.clock.nowMs() };
    this.#byPrefix.put(value >>> 8, shared);
  }

  /** Whether no input of the shared belief has changed, and no record has appeared that it lacked. */
  #isCurrent(shared: SharedBelief, ip: string, { latitude, longitude, radiusKm }: Location, nowMs: number): boolean {
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

  /** Widens the radius, with the reason as text, where databases were often wrong about the network or country. */
  widened(ip: string, location: Location): { location: Location; why: string } {
    const keys = this.#claims.doubts ? networkKeysOf(ip) : undefined;
    if (keys === undefined) return { location, why: '' };
    const wider = this.#claims.widening(this.#claimKeys(keys, location), location, this.#o.clock.wallMs());
    if (wider === undefined) return { location, why: '' };
    const why = `${wider.disproofCount} of ${wider.voteCount} prefixes of ${wider.key} were elsewhere, so its radius is ${wider.radiusKm} km`;
    return { location: { ...location, radiusKm: wider.radiusKm }, why };
  }

  /** Learns signaling nodes' measurements of a session, for its prefix and network too, without implausible ones. */
  learn({ ip, location, times }: Client): void {
    const keys = times.length === 0 ? undefined : networkKeysOf(ip);
    if (keys === undefined) return;
    const atMs = this.#o.clock.wallMs();
    this.#judge(keys, location, times, atMs);
    for (const { siteKey, rttMs } of times) {
      if (!isPlausible(rttMs)) continue;
      const record = this.book.vote(keys.prefix, siteKey, { voter: keys.voter, rttMs, atMs, isProven: true });
      this.#markDirty(record.key, record);
      const network = this.#networkKey(keys, location);
      this.#markDirty(network, this.book.vote(network, siteKey, { voter: keys.prefix, rttMs, atMs, isProven: true }));
    }
  }

  /**
   * Learns the client's own claims of round trips, for its own address alone. `times`: measurements of the client by
   * signaling nodes. Returns the claims that light does not contradict, judged by signaling nodes' measurements of the
   * address or, without any, by its place.
   */
  learnClaims({ ip, location, times }: Client, claims: readonly SiteTime[]): SiteTime[] {
    const keys = networkKeysOf(ip);
    if (keys === undefined) return [...claims];
    const { placementIndex, clock } = this.#o;
    const atMs = clock.wallMs();
    const measured = [...provenOf(this.book.get(keys.prefix), keys.voter, atMs), ...times];
    const proven = this.#timed(measured.filter(({ rttMs }) => isPlausible(rttMs)).map((o) => [o.siteKey, o.rttMs]));
    const databasePlace = location.source === 'none' ? undefined : location;
    return claims.filter(({ siteKey, rttMs }) => {
      const site = placementIndex.siteOf(siteKey);
      if (site === undefined || !isPlausible(rttMs)) return false;
      if (isContradicted({ site, rttMs }, { sites: placementIndex.map.sites, proven, place: databasePlace }))
        return false;
      const record = this.book.vote(keys.prefix, siteKey, { voter: keys.voter, rttMs, atMs, isProven: false });
      this.#markDirty(record.key, record);
      return true;
    });
  }

  #markDirty(key: string, record: PrefixRecord | undefined): void {
    this.#dirtyRecords.set(key, record);
    if (this.#dirtyRecords.size > DIRTY_MAX) this.#dirtyEvictor.takeOldest();
  }

  /** Records whether the timings disprove the database's place; the record widens radii in the network and country. */
  #judge(keys: NetworkKeys, location: Location, proven: readonly SiteTime[], atMs: number): void {
    const timed = this.#timed(proven.filter(({ rttMs }) => isPlausible(rttMs)).map((one) => [one.siteKey, one.rttMs]));
    if (timed.length === 0 || location.source === 'none') return;
    const error = errorOf(location, this.#o.placementIndex.map.sites, timed);
    for (const key of this.#claimKeys(keys, location)) {
      this.#dirtyClaims.set(key, this.#claims.vote(key, { voter: keys.prefix, ...error, atMs }));
    }
  }

  #claimKeys({ address }: NetworkKeys, { countryCode }: Location): string[] {
    const asn = this.#o.asnOf?.(address);
    return [...(asn === undefined ? [] : [`AS${asn}`]), ...(countryCode === '' ? [] : [countryCode])];
  }

  /**
   * Returns the keys of five sites for the client to time: four by belief and an exploring site, which changes with
   * every session of the prefix until the prefix has timings. The figures of one or two customers count here, so that
   * sessions do not time the same five again. The geographically first site stays in the list until a second customer
   * has timed it, so that a slow first customer does not hide it from others.
   */
  sitesToTime(client: Client): string[] {
    return this.#keysOf(this.#timingPlan(client).sites);
  }

  /**
   * Returns the keys of five sites whose signaling nodes a client may connect to: the sites to time, with the second
   * best in second place, timed or not. Otherwise a client of a much-timed prefix would have a single near node and
   * only untimed sites beside it.
   */
  sitesToOffer(client: Client): string[] {
    const { sites, hinted } = this.#timingPlan(client);
    const [best, ...others] = sites;
    const secondBestSite = hinted.order.find((site) => site !== best);
    if (best === undefined || secondBestSite === undefined) return this.#keysOf(sites);
    const otherSites = others.filter((site) => site !== secondBestSite);
    // The least likely of the four sites makes room for the second best, not the exploring site.
    if (otherSites.length > limits.echoSitesMax - 2) otherSites.splice(-2, 1);
    return this.#keysOf([best, secondBestSite, ...otherSites]);
  }

  #keysOf(sites: readonly number[]): string[] {
    return sites.map((site) => this.#o.placementIndex.sites[site]?.key).filter((key) => key !== undefined);
  }

  #timingPlan(client: Client): { sites: number[]; hinted: Belief } {
    const { placementIndex, clock } = this.#o;
    const keys = networkKeysOf(client.ip);
    const believed = this.believe(client);
    const thinEstimates = thinEstimatesOf(keys && this.book.get(keys.prefix), clock.wallMs());
    const hinted = this.#hinted(client, believed, thinEstimates);
    // After the first timing of the prefix the belief, and not the turn, chooses the exploring site.
    const earlierSessions = keys === undefined || hinted.timed.size > 0 ? 0 : this.#countSession(keys.prefix);
    const nearestSite = this.#byGeography(client.location).order[0] ?? NO_SITE;
    const single = thinEstimates.some(
      ({ siteKey, figuresMs }) => figuresMs.length === 1 && placementIndex.siteOf(siteKey) === nearestSite,
    );
    const sites = echoSites(
      placementIndex.map,
      hinted,
      hinted.timed,
      earlierSessions,
      single ? nearestSite : undefined,
    );
    return { sites, hinted };
  }

  /** Counts a session of the prefix, and returns the number of earlier ones. The book holds measurements only. */
  #countSession(prefix: string): number {
    const earlierSessions = this.#sessionCounts.get(prefix) ?? 0;
    this.#sessionCounts.put(prefix, earlierSessions + 1);
    return earlierSessions;
  }

  /** Adds the figures of single customers of the prefix to the belief. */
  #hinted({ location }: Client, believed: Belief, thinEstimates: readonly ThinEstimate[]): Belief {
    if (thinEstimates.length === 0) return believed;
    const { placementIndex } = this.#o;
    const rttBySite = new Map(thinEstimates.map(({ siteKey, rttMs }) => [siteKey, rttMs]));
    for (const site of believed.timed)
      rttBySite.set(placementIndex.sites[site]?.key ?? '', believed.meanMs[site] ?? Number.NaN);
    return this.#compute(location, rttBySite);
  }

  flush(): void {
    let written = 0;
    for (const [key, record] of this.#dirtyRecords) {
      if (written === WRITES_MAX) break;
      written += 1;
      this.#dirtyRecords.delete(key);
      if (record === undefined) this.#o.copy.dropAccess(key);
      else this.#o.copy.saveAccess(key, recordToJson(record));
    }
    for (const [key, record] of [...this.#dirtyClaims].slice(0, WRITES_MAX - written)) {
      this.#dirtyClaims.delete(key);
      this.#o.copy.saveAccess(`claims ${key}`, record, CLAIM_LIFE_MS);
    }
  }

  /** Prefixes of an autonomous system in the same city vote together; without a known system, those of a /16 or /32. */
  #networkKey({ address, network }: NetworkKeys, { latitude, longitude }: Location): string {
    const asn = this.#o.asnOf?.(address);
    const name = asn === undefined ? network : `AS${asn}`;
    return `${name} ${latitude.toFixed(1)} ${longitude.toFixed(1)}`;
  }

  #compute(location: Location, rttBySite: ReadonlyMap<string, number>): Belief {
    const { placementIndex } = this.#o;
    const timed = this.#timed(rttBySite);
    const { latitude, longitude, radiusKm } = location;
    return orderedBelief(
      placementIndex.map,
      notDisproved({ latitude, longitude, radiusKm }, placementIndex.map.sites, timed),
      timed,
    );
  }

  #timed(rttBySite: Iterable<readonly [siteKey: string, rttMs: number]>): TimedSite[] {
    const timed: TimedSite[] = [];
    for (const [siteKey, rttMs] of rttBySite) {
      const site = this.#o.placementIndex.siteOf(siteKey);
      if (site !== undefined) timed.push({ site, rttMs });
    }
    return timed;
  }
}

/** Places within a kilometre, with radii within a kilometre, share a belief. */
function placeKey({ latitude, longitude, radiusKm }: Location): number {
  const row = Math.round((latitude + 90) * 100);
  const column = Math.round((longitude + 180) * 100);
  return (row * 36_001 + column) * 20_101 + Math.round(Math.min(radiusKm, 20_100));
}

/** Cache of the last values; at the bound the oldest goes. */
class FifoCache<K, V> {
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
