// The rooms of a run under production's `RoomWatch`, called as `RoomWatcher` and `RoomMoves` call it
// (scheduler/src/moving/room-watcher.ts, room-moves.ts). This file models time: when timings return, and how long a
// move takes.
import { limits } from '@meridian/protocol';
import { type RoomStep, RoomWatch, type Timing } from '@meridian/scheduler/core';
import { RoomBook } from '../../../scheduler/src/moving/core/room-book.ts';
import { type MemberFacts, roomSnapshot } from '../../../scheduler/src/moving/core/room-snapshot.ts';
import type { Sites } from '../../../scheduler/src/moving/sites.ts';
import type { Person, World } from '../world.ts';
import type { Clients, Session } from './clients.ts';
import type { LiveRoom, Move, Seat, Setting } from './strategy.ts';

/** Assumed time until requested timings are back, for five sockets. */
export const ASKED_TIMINGS_MS = 2000;
/** Assumed time from a join until the round trip to the person's media node is known. */
export const OWN_TIMING_MS = 1000;

export interface WatchedRoomsOptions extends Pick<Setting, 'world' | 'after'> {
  readonly clients: Clients;
  sites(nowMs: number): Pick<Sites, 'paths' | 'keys' | 'isOpen'>;
  /** Returns the host that takes the moving person; -1 if none does. */
  hostFor(o: { room: LiveRoom; seat: Seat; session: Session; hosts: readonly number[]; nowMs: number }): number;
}

interface Watched {
  readonly watch: RoomWatch;
  readonly sessions: Map<Person, Session>;
  next: { readonly people: readonly string[]; readonly city: number };
}

export class WatchedRooms {
  readonly #o: WatchedRoomsOptions;
  readonly #rooms = new Map<number, Watched>();
  readonly #roomBook = new RoomBook();

  constructor(o: WatchedRoomsOptions) {
    this.#o = o;
  }

  /** Adds a session; its earlier timings count at once, the round trip to its own host a little later. */
  joined({ index }: LiveRoom, session: Session, host: number): void {
    const watched = this.#rooms.get(index) ?? newWatched();
    this.#rooms.set(index, watched);
    watched.sessions.set(session.person, session);
    const { clients, world } = this.#o;
    this.#tellLater(watched, session, OWN_TIMING_MS, () => clients.nodeRttReported(session, cityOf(world, host)));
  }

  left({ index, seats }: LiveRoom, { person }: Seat): void {
    const watched = this.#rooms.get(index);
    watched?.sessions.delete(person);
    // An empty room is forgotten, as by the centre.
    if (seats.length > 0) return;
    this.#rooms.delete(index);
    this.#roomBook.drop(String(index));
  }

  look(room: LiveRoom, nowMs: number): Move[] {
    const watched = this.#rooms.get(room.index);
    if (watched === undefined) return [];
    if (room.seats.some(({ movingTo }) => movingTo >= 0)) {
      watched.watch.pause(nowMs);
      return [];
    }
    const next = this.#nextOfGroup(room, watched, nowMs);
    if (next.length > 0) {
      watched.watch.pause(nowMs);
      return next;
    }
    const step = this.#step(room, watched, nowMs);
    if (step === undefined) return [];
    if (step.kind === 'ask') {
      this.#ask(room, watched, step.timings, nowMs);
      return [];
    }
    if (this.#roomBook.recordMoves(String(room.index), step.gain.people, nowMs) === undefined) return [];
    watched.next = { people: step.gain.people, city: step.gain.host };
    return this.#nextOfGroup(room, watched, nowMs);
  }

  /** Returns one move of a room at a time, as the centre's queue does; skips people who have left or arrived. */
  #nextOfGroup(room: LiveRoom, watched: Watched, nowMs: number): Move[] {
    const { people, city } = watched.next;
    const isNext = ({ person, host }: Seat): boolean =>
      people.includes(nameOf(person)) && cityOf(this.#o.world, host) !== city;
    const [mover] = room.seats.filter(isNext);
    const left = people.filter((name) => mover !== undefined && name !== nameOf(mover.person));
    watched.next = { people: left, city };
    if (mover === undefined) return [];
    return this.#moves(room, watched, { movers: [mover], hosts: this.#hostsIn(city), nowMs });
  }

  #step(room: LiveRoom, { watch, sessions }: Watched, nowMs: number): RoomStep | undefined {
    return watch.look({
      nowMs,
      wallMs: nowMs,
      mode: 'relay',
      signature: room.version,
      numbering: 0,
      made: this.#roomBook.get(String(room.index))?.made ?? [],
      mayAsk: true,
      room: () => ({
        snapshot: this.#roomView(room, sessions, nowMs),
        people: room.seats.map(({ person }) => nameOf(person)),
      }),
      isSameSite: (a, b) => a === b,
    });
  }

  #roomView(room: LiveRoom, sessions: ReadonlyMap<Person, Session>, nowMs: number) {
    const { world, clients } = this.#o;
    const sites = this.#o.sites(nowMs);
    const facts = room.seats.flatMap(({ person, host }): MemberFacts[] => {
      const session = sessions.get(person);
      if (session === undefined) return [];
      return [{ site: cityOf(world, host), belief: clients.belief(session), regionPin: '' }];
    });
    return roomSnapshot(facts, { paths: sites.paths, regionOf: () => '', isOpen: (site) => sites.isOpen(site) });
  }

  /** Requests timings. For a person's first request, adds those that the centre requests of any newcomer. */
  #ask(room: LiveRoom, watched: Watched, timings: readonly Timing[], nowMs: number): void {
    const { clients } = this.#o;
    const { keys } = this.#o.sites(nowMs);
    for (const [member, { person }] of room.seats.entries()) {
      const session = watched.sessions.get(person);
      if (session === undefined) continue;
      const asked = timings.filter((one) => one.member === member).map(({ host }) => keys[host] ?? '');
      if (!session.wasAsked) asked.push(...clients.sitesToTime(session));
      const untimed = [...new Set(asked)].filter((key) => !session.times.has(key)).slice(0, limits.echoSitesMax);
      if (untimed.length === 0) continue;
      session.wasAsked = true;
      this.#tellLater(watched, session, ASKED_TIMINGS_MS, () => clients.sitesTimed(session, untimed));
    }
  }

  #tellLater(watched: Watched, session: Session, ms: number, report: () => void): void {
    this.#o.after(ms, () => {
      if (watched.sessions.get(session.person) !== session) return;
      report();
      watched.watch.timed(false);
    });
  }

  #moves(
    room: LiveRoom,
    { sessions }: Watched,
    { movers, hosts, nowMs }: { movers: readonly Seat[]; hosts: readonly number[]; nowMs: number },
  ): Move[] {
    return movers.flatMap((seat) => {
      const session = sessions.get(seat.person);
      return session === undefined ? [] : [{ seat, to: this.#o.hostFor({ room, seat, session, hosts, nowMs }) }];
    });
  }

  #hostsIn(city: number): number[] {
    const { hosts } = this.#o.world;
    return [...hosts.keys()].filter((host) => hosts[host]?.city === city);
  }
}

/** Returns a name that stays the same when the person rejoins. */
const nameOf = ({ id }: Person): string => String(id);

const cityOf = (world: World, host: number): number => world.hosts[host]?.city ?? -1;

const newWatched = (): Watched => ({
  watch: new RoomWatch(),
  sessions: new Map(),
  next: { people: [], city: -1 },
});
