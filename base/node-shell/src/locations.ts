// Queries the centre for clients' locations, a single query per address and city at a time; answers are kept for a
// while.
import { type ControlLink, call, MeridianError, type Point, rpc } from '@meridian/protocol';

/** Addresses seldom change their place. */
const CACHE_MS = 600_000;
/** Beyond it, the least recently queried is dropped. */
const CACHE_MAX = 4096;
/** Limit of a query, after which the client stays where it is: it sees nothing until then. */
const LOCATE_MS = 1000;
/** Simultaneous queries; further clients stay where they are. */
const QUERIES_MAX = 128;

export interface LocationsOptions {
  nowMs(): number;
  locate(clientIp: string, fromCity: string): Promise<Point | undefined>;
}

export class Locations {
  readonly #o: LocationsOptions;
  readonly #cache = new Map<string, { readonly location: Point | undefined; readonly untilMs: number }>();
  readonly #pending = new Map<string, Promise<Point | undefined>>();

  constructor(o: LocationsOptions) {
    this.#o = o;
  }

  get cachedCount(): number {
    return this.#cache.size;
  }

  /** Returns undefined when the centre does not know the location, or too many queries are open. */
  async locationOf(clientIp: string, fromCity: string): Promise<Point | undefined> {
    const key = `${clientIp}|${fromCity}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined && this.#o.nowMs() < cached.untilMs) {
      this.#cache.delete(key);
      this.#cache.set(key, cached);
      return cached.location;
    }
    const pendingQuery = this.#pending.get(key);
    if (pendingQuery !== undefined) return pendingQuery;
    if (this.#pending.size >= QUERIES_MAX) return undefined;
    const asking = this.#query(key, clientIp, fromCity);
    this.#pending.set(key, asking);
    return asking;
  }

  async #query(key: string, clientIp: string, fromCity: string): Promise<Point | undefined> {
    try {
      const location = await this.#o.locate(clientIp, fromCity);
      this.#cache.delete(key);
      this.#cache.set(key, { location, untilMs: this.#o.nowMs() + CACHE_MS });
      const [oldest] = this.#cache.size > CACHE_MAX ? this.#cache.keys() : [];
      if (oldest !== undefined) this.#cache.delete(oldest);
      return location;
    } finally {
      this.#pending.delete(key);
    }
  }
}

/** Returns a `locate` that queries the leading centre. Rejects with CENTRE_UNREACHABLE, or the centre's error. */
export function locateBy(centre: () => ControlLink | undefined): LocationsOptions['locate'] {
  return async (clientIp, fromCity) => {
    const link = centre();
    if (link === undefined) throw new MeridianError('CENTRE_UNREACHABLE');
    const { location } = await call(link, rpc.locate, { clientIp, fromCity }, { deadlineMs: LOCATE_MS });
    if (location == null || location.source === 'none') return undefined;
    return { latitude: location.latitude ?? 0, longitude: location.longitude ?? 0 };
  };
}
