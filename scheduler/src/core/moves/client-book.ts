// What is remembered of the clients in rooms, so that they can be placed again without being asked: where a database puts them, what they
// timed themselves, through which door they came, what their tenant demands. In memory only. A centre that has just begun knows nobody; what
// doors tell of round trips brings most back within a minute, and of whom nothing is known at all a move stays inside the region.
import type { Location } from '../decision-log.ts';
import type { RoomMode } from '../view.ts';

export interface KnownClient {
  readonly sessionId: string;
  readonly roomKey: string;
  /** The door that spoke of it last. */
  readonly doorId: string;
  /** '' of a pretended place. */
  readonly ip: string;
  readonly location: Location;
  readonly locationReason: string;
  /** Undefined: it was heard of by its timings only, so its tenant's fence is not known. */
  readonly regionPin: string | undefined;
  /** What its request named; undefined: the service's own. */
  readonly mode: RoomMode | undefined;
  /** What it timed itself, by site key. */
  readonly times: Map<string, number>;
  /** Whether it was asked for more timings since it came. */
  wasAsked: boolean;
}

/** As many as the centre may charge at once twice over, and some hundred bytes each. */
export const CLIENTS_MAX = 400_000;
/** Of one client. Entry, exploring and one re-homing ask for less than half. */
const TIMES_MAX = 32;

export class ClientBook {
  readonly #clients = new Map<string, KnownClient>();
  readonly #most: number;

  constructor(o: { most?: number } = {}) {
    this.#most = o.most ?? CLIENTS_MAX;
  }

  get size(): number {
    return this.#clients.size;
  }

  get(sessionId: string): KnownClient | undefined {
    return this.#clients.get(sessionId);
  }

  /** Somebody was placed: what was timed before is kept when it is the same session. */
  placed(o: Omit<KnownClient, 'times' | 'wasAsked'>, times: readonly { siteKey: string; rttMs: number }[]): void {
    const before = this.#clients.get(o.sessionId);
    const client: KnownClient = { ...o, times: before?.times ?? new Map(), wasAsked: before?.wasAsked ?? false };
    this.#put(client);
    addTimes(client.times, times);
  }

  /** Somebody's door tells of round trips: of one that is not known the place is known from now on, the fence is not. */
  timed(
    o: Pick<KnownClient, 'sessionId' | 'roomKey' | 'doorId' | 'ip' | 'location' | 'locationReason'>,
    times: readonly { siteKey: string; rttMs: number }[],
  ): void {
    const before = this.#clients.get(o.sessionId);
    if (before !== undefined && before.roomKey !== o.roomKey) return; // a door that is wrong about the room is believed in nothing
    const client: KnownClient =
      before === undefined
        ? { ...o, regionPin: undefined, mode: undefined, times: new Map(), wasAsked: false }
        : { ...before, doorId: o.doorId };
    this.#put(client);
    addTimes(client.times, times);
  }

  drop(sessionId: string): void {
    this.#clients.delete(sessionId);
  }

  /** At the bound the one that was heard of longest ago is forgotten. */
  #put(client: KnownClient): void {
    this.#clients.delete(client.sessionId);
    this.#clients.set(client.sessionId, client);
    // The first key is asked for only at the bound: behind keys that were taken out it costs a step for each of them.
    if (this.#clients.size <= this.#most) return;
    const [oldest] = this.#clients.keys();
    if (oldest !== undefined) this.#clients.delete(oldest);
  }
}

function addTimes(known: Map<string, number>, times: readonly { siteKey: string; rttMs: number }[]): void {
  for (const { siteKey, rttMs } of times) {
    if (!(rttMs > 0)) continue;
    known.delete(siteKey);
    known.set(siteKey, rttMs);
    const [oldest] = known.keys();
    if (known.size > TIMES_MAX && oldest !== undefined) known.delete(oldest);
  }
}
