// Meridian's strategy, by the scheduler's own modules. The first host is chosen by belief and by the timings from the
// entry, among nearly-as-near hosts for the room's sake, and charged at once. Paths have at most one relay. People are
// moved if they gain enough for long enough.
import type { Belief } from '@meridian/scheduler/core';
import type { Person } from '../world.ts';
import { Clients } from './clients.ts';
import { type Placement, Placer } from './placer.ts';
import { planRoutes } from './route-trace.ts';
import type { Routes } from './routes.ts';
import { Fleet, type LiveRoom, type Move, type Running, type Seat, type Setting, type Strategy } from './strategy.ts';
import { WatchedRooms, type WatchedRoomsOptions } from './watched-rooms.ts';

export const ours: Strategy = {
  name: 'ours',
  says: 'Meridian: the nearest site by belief and timings, among near ones the best for the room; moves that are worth it',
  start: (o) => new Ours(o),
};

/** Returns `ours` with relays for these pairs only. */
export const oursWithin = (admitted: ReadonlySet<number>): Strategy => ({
  ...ours,
  start: (o) => new Ours(o, admitted),
});

class Ours implements Running {
  readonly #o: Setting;
  readonly #placer: Placer;
  readonly #routes: Routes;
  readonly #clients: Clients;
  readonly #rooms: WatchedRooms;
  readonly #charges = new Map<Person, Placement[]>();

  constructor(o: Setting, admitted?: ReadonlySet<number>) {
    const { world, rng } = o;
    this.#o = o;
    this.#routes = planRoutes(world, true, admitted);
    this.#placer = new Placer({ world, delays: this.#routes.delays, rng });
    this.#clients = new Clients(world, this.#placer.placementIndex);
    this.#rooms = new WatchedRooms({
      ...o,
      clients: this.#clients,
      sites: (nowMs) => this.#placer.sites(nowMs),
      hostFor: (about) => this.#hostFor(about),
    });
  }

  via(from: number, to: number): number {
    return this.#routes.via(from, to);
  }

  advance(nowMs: number): boolean {
    return this.#routes.advance(nowMs);
  }

  join(room: LiveRoom, person: Person, nowMs: number): number {
    const session = this.#clients.arrive(person);
    const placed = placedOr(this.#placer, this.#o.fleet, keyOf(room), this.#clients.belief(session), nowMs);
    this.#charges.set(person, placed.decisionId === '' ? [] : [placed]);
    this.#rooms.joined(room, session, placed.host);
    return placed.host;
  }

  leave(room: LiveRoom, seat: Seat): void {
    for (const { decisionId } of this.#charges.get(seat.person) ?? []) this.#placer.release(decisionId);
    this.#charges.delete(seat.person);
    this.#rooms.left(room, seat);
  }

  look(room: LiveRoom, nowMs: number): readonly Move[] {
    return this.#rooms.look(room, nowMs);
  }

  switched(_room: LiveRoom, { person, host }: Seat): void {
    const charges = this.#charges.get(person) ?? [];
    for (const charge of charges) if (charge.host !== host) this.#placer.release(charge.decisionId);
    this.#charges.set(
      person,
      charges.filter((charge) => charge.host === host),
    );
  }

  firstHostsAfter(sessions: number): readonly (readonly number[])[] {
    const { world } = this.#o;
    const fleet = new Fleet(world);
    const rng = this.#o.rng.fork(`after ${sessions}`);
    const placer = new Placer({ world, delays: this.#routes.delays, rng });
    const clients = new Clients(world, placer.placementIndex);
    return world.rooms.map(({ people }, index) =>
      people.map((person) => {
        const { host } = placedOr(placer, fleet, keyOf({ index }), clients.beliefAfter(person, sessions), 0);
        fleet.charge(host);
        return host;
      }),
    );
  }

  /** Places a person to move like any other decision, on one of the given hosts. */
  #hostFor({ room, seat, session, hosts, nowMs }: Parameters<WatchedRoomsOptions['hostFor']>[0]): number {
    const move = { from: seat.host, hosts };
    const placed = this.#placer.place(keyOf(room), this.#clients.belief(session), nowMs, move);
    if (placed === undefined) return -1;
    this.#charges.get(seat.person)?.push(placed);
    return placed.host;
  }
}

/** Places a person. If every host is full, takes the least used one, as if a seat had become free there. */
function placedOr(placer: Placer, fleet: Fleet, roomKey: string, belief: Belief, nowMs: number): Placement {
  const all = [...fleet.sessions.keys()];
  return placer.place(roomKey, belief, nowMs) ?? { host: fleet.leastUsed(all), decisionId: '' };
}

const keyOf = ({ index }: Pick<LiveRoom, 'index'>): string => `sim/${index}`;
