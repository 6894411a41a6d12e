// Queries the centre for clients' locations, a single query per address and city at a time; answers are kept for a
// while.
import { type ControlLink, call, MeridianError, type Point, rpc } from '@meridian/protocol';

/** Addresses seldom change their place. */
const KEPT_MS = 600_000;
/** Beyond it, the least recently queried is dropped. */
const KEPT_MAX = 4096;
/** Limit of a query, after which the client stays where it is: it sees nothing until then. */
const LOCATE_MS = 1000;
/** Simultaneous queries; further clients stay where they are. */
const ASKED_MAX = 128;

export interface LocationsOptions {
  nowMs(): number;
  locate(clientIp: string, fromCity: string): Promise<Point | undefined>;
}

export class Locations {
  readonly #o: LocationsOptions;
  readonly #kept = new Map<string, { readonly location: Point | undefined; readonly untilMs: number }>();
  readonly #asked = new Map<string, Promise<Point | undefined>>();

  constructor(o: LocationsOptions) {
    this.#o = o;
  }

  get keptCount(): number {
    return this.#kept.size;
  }

  /** Returns undefined when the centre does not know the location, or too many queries are open. */
  async of(clientIp: string, fromCity: string): Promise<Point | undefined> {
    const key = `${clientIp}|${fromCity}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#o.nowMs() < kept.untilMs) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.location;
    }
    const asked = this.#asked.get(key);
    if (asked !== undefined) return asked;
    if (this.#asked.size >= ASKED_MAX) return undefined;
    const asking = this.#ask(key, clientIp, fromCity);
    this.#asked.set(key, asking);
    return asking;
  }

  async #ask(key: string, clientIp: string, fromCity: string): Promise<Point | undefined> {
    try {
      const location = await this.#o.locate(clientIp, fromCity);
      this.#kept.delete(key);
      this.#kept.set(key, { location, untilMs: this.#o.nowMs() + KEPT_MS });
      const [oldest] = this.#kept.size > KEPT_MAX ? this.#kept.keys() : [];
      if (oldest !== undefined) this.#kept.delete(oldest);
      return location;
    } finally {
      this.#asked.delete(key);
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
