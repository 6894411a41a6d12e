// What is believed of a client's way to every site: where a database puts its address, what its prefix has measured, what it timed itself.
// The book of prefixes is learnt from every session and written to the copy now and then, so that a restart does not forget it.
import type { Clock, Logger } from '@meridian/runtime';
import type { Copy } from './copy.ts';
import {
  estimatesOf,
  networkKeysOf,
  notDisproved,
  PrefixBook,
  type PrefixRecord,
  recordFromJson,
  recordToJson,
} from './core/access/index.ts';
import type { Board } from './core/board.ts';
import type { Location } from './core/decision-log.ts';
import { type Belief, echoSites, orderedBelief, type TimedSite } from './core/ingress/index.ts';

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

export interface AccessOptions {
  readonly board: Board;
  readonly clock: Clock;
  readonly log: Logger;
  readonly copy: Copy;
}

/** A round trip on Earth is below this, with a satellite and a bad radio in it; more is a stalled page. */
const RTT_MS_MAX = 2000;
/** Beliefs kept ready, by place. */
const CACHED_MAX = 20_000;
/** Changed records written at once; the rest follows with the next call. */
const WRITES_MAX = 200;

export class Access {
  readonly book = new PrefixBook();
  readonly #o: AccessOptions;
  readonly #cache = new Map<string, Belief>();
  readonly #dirty = new Map<string, PrefixRecord>();
  #cachedFor = -1;

  constructor(o: AccessOptions) {
    this.#o = o;
  }

  /** Takes over what was written down before; what cannot be read is left out. */
  restore(records: readonly unknown[]): void {
    let unreadable = 0;
    for (const value of records) {
      const record = recordFromJson(value);
      if (record === undefined) unreadable += 1;
      else this.book.restore(record);
    }
    if (unreadable > 0) this.#o.log.warn({ unreadable }, 'records of prefixes could not be read and are learnt anew');
  }

  /** The belief about a client. */
  believe({ ip, location, times }: Client): Belief {
    const { board, clock } = this.#o;
    if (this.#cachedFor !== board.siteVersion) {
      this.#cachedFor = board.siteVersion;
      this.#cache.clear();
    }
    const keys = networkKeysOf(ip);
    const record = keys === undefined ? undefined : this.book.get(keys.prefix);
    const network = keys === undefined ? undefined : this.book.get(networkKey(keys.network, location));
    if (times.length > 0 || record !== undefined || network !== undefined) {
      const nowMs = clock.wallMs();
      const voter = keys?.address ?? '';
      const known = new Map<string, number>();
      for (const { siteKey, rttMs } of estimatesOf(network, keys?.prefix ?? '', nowMs)) known.set(siteKey, rttMs);
      for (const { siteKey, rttMs } of estimatesOf(record, voter, nowMs)) known.set(siteKey, rttMs);
      for (const { siteKey, rttMs } of times) if (isPlausible(rttMs)) known.set(siteKey, rttMs);
      return this.#compute(location, known);
    }
    const key = `${location.latitude.toFixed(2)} ${location.longitude.toFixed(2)} ${Math.round(location.radiusKm)}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const belief = this.#compute(location, new Map());
    this.#cache.set(key, belief);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED_MAX && oldest !== undefined) this.#cache.delete(oldest);
    return belief;
  }

  /** Learns what a session measured. Figures that no line on Earth has are left out. */
  learn({ ip, location, times }: Client): void {
    const keys = networkKeysOf(ip);
    if (keys === undefined) return;
    const atMs = this.#o.clock.wallMs();
    for (const { siteKey, rttMs } of times) {
      if (!isPlausible(rttMs)) continue;
      const record = this.book.vote(keys.prefix, siteKey, { voter: keys.address, rttMs, atMs });
      this.#dirty.set(record.key, record);
      const network = networkKey(keys.network, location);
      this.#dirty.set(network, this.book.vote(network, siteKey, { voter: keys.prefix, rttMs, atMs }));
    }
  }

  /** Five sites that a client should time, as keys: four by belief, one exploring, another one for every session of the prefix. */
  sitesToTime(client: Client): string[] {
    const { board } = this.#o;
    const keys = networkKeysOf(client.ip);
    const turn = keys === undefined ? 0 : this.book.session(keys.prefix);
    const belief = this.believe(client);
    return echoSites(board.map, belief, belief.timed, turn)
      .map((site) => board.sites[site]?.key)
      .filter((key) => key !== undefined);
  }

  /** Writes what changed, a bounded part of it. */
  flush(): void {
    for (const [key, record] of [...this.#dirty].slice(0, WRITES_MAX)) {
      this.#dirty.delete(key);
      this.#o.copy.saveAccess(key, recordToJson(record));
    }
  }

  #compute(location: Location, known: ReadonlyMap<string, number>): Belief {
    const { board } = this.#o;
    const timed: TimedSite[] = [];
    for (const [siteKey, rttMs] of known) {
      const site = board.siteOf(siteKey);
      if (site !== undefined) timed.push({ site, rttMs });
    }
    const { latitude, longitude, radiusKm } = location;
    return orderedBelief(board.map, notDisproved({ latitude, longitude, radiusKm }, board.map.sites, timed), timed);
  }
}

/** Prefixes of one network in one city vote together. */
function networkKey(network: string, { latitude, longitude }: Location): string {
  return `${network} ${latitude.toFixed(1)} ${longitude.toFixed(1)}`;
}

function isPlausible(rttMs: number): boolean {
  return rttMs > 0 && rttMs < RTT_MS_MAX;
}
