// Clients in rooms, remembered so that the centre can place them again without asking: their place in the database,
// their own timings, their signaling node, their tenant's demands. In memory only. A new centre knows no clients; the
// round trips that signaling nodes report bring most back within a minute, and a client with an unknown token moves
// only where all of the room may (unknown-client.ts).

import { FifoEvictor } from '../../base/core/fifo-evictor.ts';
import type { Location } from '../../locating/core/location.ts';
import type { OpenerOf, RoomMode } from './view.ts';

export interface KnownClient {
  readonly sessionId: string;
  /** Name shared by all sessions of a person in the room; the session's id when the person is unknown. */
  readonly person: string;
  readonly roomKey: string;
  readonly signalingId: string;
  /** Client's address; '' for a pretended place. */
  readonly ip: string;
  readonly location: Location;
  readonly locationReason: string;
  /** Undefined: only its timings were reported, so its tenant's fence is unknown. */
  readonly regionPin: string | undefined;
  /** Mode named by its request; undefined: the service's own. */
  readonly mode: RoomMode | undefined;
  readonly opener?: OpenerOf | undefined;
  /** The client's own timings, by site key. */
  readonly times: ReadonlyMap<string, number>;
  isTimingRequested: boolean;
}

interface Entry extends KnownClient {
  /** Count of arrivals when this entry was last moved to the end of the order of forgetting. */
  putAt: number;
}

/** Limit of clients: twice the charges that the centre may hold at once, at some hundred bytes each. */
export const CLIENTS_MAX = 400_000;
/** Share of the bound to which the order of forgetting is exact, so that frequent reports move no client each time. */
const ORDER_SHARE = 1 / 8;
/** Bound of a person's name: a digest, with room to spare. */
export const PERSON_LENGTH_MAX = 64;
/** Bound of a client's timings: the sites offered at its entry, and the sites that it was asked for since. */
const TIMES_MAX = 32;

export class ClientBook {
  readonly #clients = new Map<string, Entry>();
  readonly #evictor = new FifoEvictor(this.#clients);
  /** Named mode by session, of rooms with a mode named in a request. */
  readonly #requestedModes = new Map<string, Map<string, RoomMode>>();
  readonly #clientsMax: number;
  #arrivals = 0;

  constructor(o: { most?: number } = {}) {
    this.#clientsMax = o.most ?? CLIENTS_MAX;
  }

  get size(): number {
    return this.#clients.size;
  }

  get(sessionId: string): KnownClient | undefined {
    return this.#clients.get(sessionId);
  }

  /** Returns the mode of the first member that named one; undefined when no member did, or it is unknown. */
  requestedModeIn(
    roomKey: string,
    membersOf: (roomKey: string) => readonly { sessionId: string }[],
  ): RoomMode | undefined {
    const named = this.#requestedModes.get(roomKey);
    if (named === undefined) return undefined; // nearly every room returns here, without looking up its members
    for (const { sessionId } of membersOf(roomKey)) {
      const mode = named.get(sessionId);
      if (mode !== undefined) return mode;
    }
    return undefined;
  }

  /** Records a placed session; earlier timings of the same session are kept. */
  placed(
    o: Omit<KnownClient, 'times' | 'isTimingRequested'>,
    times: readonly { siteKey: string; rttMs: number }[],
  ): void {
    const clientBefore = this.#clients.get(o.sessionId);
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
        times: withTimes(clientBefore?.times, times),
        isTimingRequested: clientBefore?.isTimingRequested ?? false,
        putAt: 0,
      },
      clientBefore,
    );
  }

  /** Adds timings of a client. For an unknown session the place becomes known, the fence does not. */
  timed(
    o: Pick<KnownClient, 'sessionId' | 'person' | 'roomKey' | 'signalingId' | 'ip' | 'location' | 'locationReason'>,
    times: readonly { siteKey: string; rttMs: number }[],
  ): void {
    const clientBefore = this.#clients.get(o.sessionId);
    // a signaling node that is wrong about the room is not believed at all
    if (clientBefore !== undefined && clientBefore.roomKey !== o.roomKey) return;
    const client: Entry =
      clientBefore === undefined
        ? {
            ...o,
            regionPin: undefined,
            mode: undefined,
            times: withTimes(undefined, times),
            isTimingRequested: false,
            putAt: 0,
          }
        : { ...clientBefore, signalingId: o.signalingId, times: withTimes(clientBefore.times, times) };
    this.#put(client, clientBefore);
  }

  drop(sessionId: string): void {
    this.#dropRequestedMode(this.#clients.get(sessionId));
    this.#clients.delete(sessionId);
  }

  /** At the bound the least recently reported client is forgotten. */
  #put(client: Entry, entryBefore: Entry | undefined): void {
    const isLate = entryBefore === undefined || this.#arrivals - entryBefore.putAt >= this.#clientsMax * ORDER_SHARE;
    if (entryBefore === undefined) this.#arrivals += 1;
    else if (isLate) this.#clients.delete(client.sessionId);
    if (entryBefore?.mode !== client.mode || entryBefore?.roomKey !== client.roomKey) {
      this.#dropRequestedMode(entryBefore);
      this.#addRequestedMode(client);
    }
    client.putAt = isLate ? this.#arrivals : entryBefore.putAt;
    this.#clients.set(client.sessionId, client);
    if (this.#clients.size > this.#clientsMax) this.#dropRequestedMode(this.#evictor.takeOldestEntry()?.[1]);
  }

  #addRequestedMode({ sessionId, roomKey, mode }: KnownClient): void {
    if (mode === undefined) return;
    const modesInRoom = this.#requestedModes.get(roomKey) ?? new Map<string, RoomMode>();
    this.#requestedModes.set(roomKey, modesInRoom.set(sessionId, mode));
  }

  #dropRequestedMode(client: KnownClient | undefined): void {
    if (client?.mode === undefined) return;
    const modesInRoom = this.#requestedModes.get(client.roomKey);
    modesInRoom?.delete(client.sessionId);
    if (modesInRoom?.size === 0) this.#requestedModes.delete(client.roomKey);
  }
}

/** Shared by the many clients without timings of their own; never written to. */
const NO_TIMES: ReadonlyMap<string, number> = new Map();

/** Adds the new figures, the newest last. */
function withTimes(
  timesBefore: ReadonlyMap<string, number> | undefined,
  times: readonly { siteKey: string; rttMs: number }[],
): ReadonlyMap<string, number> {
  if (times.length === 0) return timesBefore ?? NO_TIMES;
  const mergedTimes = new Map(timesBefore);
  for (const { siteKey, rttMs } of times) {
    if (!(rttMs > 0)) continue;
    mergedTimes.delete(siteKey);
    mergedTimes.set(siteKey, rttMs);
    const [oldest] = mergedTimes.keys();
    if (mergedTimes.size > TIMES_MAX && oldest !== undefined) mergedTimes.delete(oldest);
  }
  return mergedTimes;
}
