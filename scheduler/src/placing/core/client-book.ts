// What is remembered of the clients in rooms, so that they can be placed again without being asked: where a database
// puts them, what they timed themselves, through which signaling node they came, what their tenant demands. In memory
// only. A centre that has just begun knows no clients; the round trips that signaling nodes report bring most back
// within a minute, and a client whose token is not known moves only where all of the room may (unknown-client.ts).

import { FifoEvictor } from '../../base/core/fifo-evictor.ts';
import type { Location } from '../../locating/core/location.ts';
import type { OpenerOf, RoomMode } from './view.ts';

export interface KnownClient {
  readonly sessionId: string;
  /** The same for all sessions of a person in the room; the session's id where that is not known. */
  readonly person: string;
  readonly roomKey: string;
  /** The signaling node that spoke of it last. */
  readonly signalingId: string;
  /** '' of a pretended place. */
  readonly ip: string;
  readonly location: Location;
  readonly locationReason: string;
  /** Undefined: it was heard of by its timings only, so its tenant's fence is not known. */
  readonly regionPin: string | undefined;
  /** What its request named; undefined: the service's own. */
  readonly mode: RoomMode | undefined;
  /** The gateway or recorder that opened it. */
  readonly opener?: OpenerOf | undefined;
  /** What it timed itself, by site key. */
  readonly times: ReadonlyMap<string, number>;
  /** Whether it was asked for more timings since it came. */
  wasAsked: boolean;
}

interface Entry extends KnownClient {
  /** How many had come when it was put behind all others. */
  putAt: number;
}

/** As many as the centre may charge at once twice over, and some hundred bytes each. */
export const CLIENTS_MAX = 400_000;
/**
 * The order in which clients are forgotten is as true as this share of them: a client that is heard of again and again
 * is not put last each time.
 */
const ORDER_SHARE = 1 / 8;
/** Of a name of a person: a digest, with room to spare. */
export const PERSON_LENGTH_MAX = 64;
/** Of one client: what its entry offered, and what was asked of it since. */
const TIMES_MAX = 32;

export class ClientBook {
  readonly #clients = new Map<string, Entry>();
  readonly #evictor = new FifoEvictor(this.#clients);
  /** Of rooms with a mode named in requests: the mode that each session named. */
  readonly #named = new Map<string, Map<string, RoomMode>>();
  readonly #most: number;
  #came = 0;

  constructor(o: { most?: number } = {}) {
    this.#most = o.most ?? CLIENTS_MAX;
  }

  get size(): number {
    return this.#clients.size;
  }

  get(sessionId: string): KnownClient | undefined {
    return this.#clients.get(sessionId);
  }

  /**
   * The mode that the first of the room's members to name one has named in its request; undefined: no member did, or it
   * is not known.
   */
  namedIn(roomKey: string, membersOf: (roomKey: string) => readonly { sessionId: string }[]): RoomMode | undefined {
    const named = this.#named.get(roomKey);
    if (named === undefined) return undefined; // nearly every room: its members are not looked up
    for (const { sessionId } of membersOf(roomKey)) {
      const mode = named.get(sessionId);
      if (mode !== undefined) return mode;
    }
    return undefined;
  }

  /** A session was placed: what was timed before is kept when it is the same session. */
  placed(o: Omit<KnownClient, 'times' | 'wasAsked'>, times: readonly { siteKey: string; rttMs: number }[]): void {
    const before = this.#clients.get(o.sessionId);
    const { sessionId, person, roomKey, signalingId, ip, location, locationReason, regionPin, mode, opener } = o;
    this.#put(
      {
        sessionId,
        person,
        roomKey,
        signalingId,
        ip,
        location,
        locationReason,
        regionPin,
        mode,
        opener,
        times: withTimes(before?.times, times),
        wasAsked: before?.wasAsked ?? false,
        putAt: 0,
      },
      before,
    );
  }

  /**
   * A session's signaling node reports round trips: of a session that is not known the place is known from now on, the
   * fence is not.
   */
  timed(
    o: Pick<KnownClient, 'sessionId' | 'person' | 'roomKey' | 'signalingId' | 'ip' | 'location' | 'locationReason'>,
    times: readonly { siteKey: string; rttMs: number }[],
  ): void {
    const before = this.#clients.get(o.sessionId);
    // a signaling node that is wrong about the room is believed in nothing
    if (before !== undefined && before.roomKey !== o.roomKey) return;
    const client: Entry =
      before === undefined
        ? { ...o, regionPin: undefined, mode: undefined, times: withTimes(undefined, times), wasAsked: false, putAt: 0 }
        : { ...before, signalingId: o.signalingId, times: withTimes(before.times, times) };
    this.#put(client, before);
  }

  drop(sessionId: string): void {
    this.#unname(this.#clients.get(sessionId));
    this.#clients.delete(sessionId);
  }

  /** At the bound the one that was heard of longest ago is forgotten. */
  #put(client: Entry, before: Entry | undefined): void {
    const isLate = before === undefined || this.#came - before.putAt >= this.#most * ORDER_SHARE;
    if (before === undefined) this.#came += 1;
    else if (isLate) this.#clients.delete(client.sessionId);
    if (before?.mode !== client.mode || before?.roomKey !== client.roomKey) {
      this.#unname(before);
      this.#name(client);
    }
    client.putAt = isLate ? this.#came : before.putAt;
    this.#clients.set(client.sessionId, client);
    if (this.#clients.size > this.#most) this.#unname(this.#evictor.takeOldestEntry()?.[1]);
  }

  #name({ sessionId, roomKey, mode }: KnownClient): void {
    if (mode === undefined) return;
    const named = this.#named.get(roomKey) ?? new Map<string, RoomMode>();
    this.#named.set(roomKey, named.set(sessionId, mode));
  }

  #unname(client: KnownClient | undefined): void {
    if (client?.mode === undefined) return;
    const named = this.#named.get(client.roomKey);
    named?.delete(client.sessionId);
    if (named?.size === 0) this.#named.delete(client.roomKey);
  }
}

/** Most clients time nothing by themselves: they have this one list in common, which is never written to. */
const NO_TIMES: ReadonlyMap<string, number> = new Map();

/** What was known before, with the new figures: the newest last. */
function withTimes(
  before: ReadonlyMap<string, number> | undefined,
  times: readonly { siteKey: string; rttMs: number }[],
): ReadonlyMap<string, number> {
  if (times.length === 0) return before ?? NO_TIMES;
  const known = new Map(before);
  for (const { siteKey, rttMs } of times) {
    if (!(rttMs > 0)) continue;
    known.delete(siteKey);
    known.set(siteKey, rttMs);
    const [oldest] = known.keys();
    if (known.size > TIMES_MAX && oldest !== undefined) known.delete(oldest);
  }
  return known;
}
