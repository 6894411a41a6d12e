// Meridian: the scheduler's own core. First pick by belief and five timed cities, nearly-as-near hosts chosen for the room, charged at once;
// paths with at most one relay; once the room has settled, at most one re-homing to a host that its participant has timed.
import type { Rng } from '@meridian/runtime';
import {
  type Belief,
  BUSY_UTILISATION,
  boldMs,
  echoSites,
  type IngressMap,
  orderedBelief,
  type RoomMember,
  type SettledRoom,
  settlementOf,
  timingsWanted,
} from '@meridian/scheduler/core';
import type { Person, Room, World } from '../world.ts';
import { Placer } from './placer.ts';
import { Prefixes } from './prefixes.ts';
import { planRoutes, type Routes } from './routes.ts';
import { Fleet, type Mode, type Placed, type Running, type Strategy } from './strategy.ts';

export const ours: Strategy = {
  name: 'ours',
  source: 'scheduler/src/core: board, propose, place, ingress, routes, rehome',
  start: (world, fleet, rng, mode) => new Ours(world, fleet, rng, mode),
};

/** The same with relays for these pairs only. */
export const oursWithin = (admitted: ReadonlySet<number>): Strategy => ({
  ...ours,
  start: (world, fleet, rng, mode) => new Ours(world, fleet, rng, mode, admitted),
});

/** One person as the centre knows them. */
interface Known {
  readonly person: Person;
  readonly timed: Map<number, number>;
  belief: Belief;
}

/** The centre's knowledge of ingress, shared with the rivals that are given the same timings. */
export class Knowledge {
  readonly #world: World;
  readonly map: IngressMap;

  constructor(world: World) {
    this.#world = world;
    this.map = { sites: world.cities, rttMs: world.cityRttMs };
  }

  /** A person of whom only the address is known. */
  meet(person: Person): Known {
    const timed = new Map<number, number>();
    return { person, timed, belief: this.#believe(person, timed) };
  }

  /** The cities that a session's entry offers, timed by the client. */
  timeOffered(known: Known, turn: number): void {
    this.time(known, echoSites(this.map, known.belief, new Set(known.timed.keys()), turn));
  }

  time(known: Known, cities: readonly number[]): void {
    for (const city of cities) known.timed.set(city, this.#world.timeMs(known.person, city));
    known.belief = this.#believe(known.person, known.timed);
  }

  #believe(person: Person, timed: ReadonlyMap<number, number>): Belief {
    return orderedBelief(
      this.map,
      person.answer,
      [...timed].map(([site, rttMs]) => ({ site, rttMs })),
    );
  }
}

/** First picks of a room's people in a new room, one after the other, charged. */
function placed(placer: Placer, fleet: Fleet, beliefs: readonly Belief[]): number[] {
  const roomKey = placer.newRoom();
  const all = [...fleet.sessions.keys()];
  return beliefs.map((belief) => {
    // Every host is full: the simulation goes on with the least used one, as if somebody had made room there.
    const host = placer.place(roomKey, belief) ?? fleet.leastUsed(all);
    fleet.charge(host);
    return host;
  });
}

class Ours implements Running {
  readonly #world: World;
  readonly #rng: Rng;
  readonly #fleet: Fleet;
  readonly #placer: Placer;
  readonly #mode: Mode;
  readonly #routes: Routes;
  readonly #knowledge: Knowledge;

  constructor(world: World, fleet: Fleet, rng: Rng, mode: Mode, admitted?: ReadonlySet<number>) {
    this.#world = world;
    this.#rng = rng;
    this.#fleet = fleet;
    this.#mode = mode;
    this.#routes = planRoutes(world, mode === 'relay', admitted);
    this.#knowledge = new Knowledge(world);
    this.#placer = new Placer({ world, paths: this.#routes.paths, mode, rng });
  }

  via(from: number, to: number): number {
    return this.#routes.via(from, to);
  }

  place(room: Room): Placed {
    const known = room.people.map((person) => this.#knowledge.meet(person));
    for (const one of known) this.#knowledge.timeOffered(one, 0);
    const beliefs = known.map(({ belief }) => belief);
    return this.#settle(known, placed(this.#placer, this.#fleet, beliefs));
  }

  firstHostsAfter(sessions: number): readonly (readonly number[])[] {
    const fleet = new Fleet(this.#world);
    const rng = this.#rng.fork(`after ${sessions}`);
    const placer = new Placer({ world: this.#world, paths: this.#routes.paths, mode: this.#mode, rng });
    const prefixes = new Prefixes(this.#world, placer.board);
    return this.#world.rooms.map(({ people }) => {
      const beliefs = people.map((person) => prefixes.beliefAfter(person, sessions));
      return placed(placer, fleet, beliefs);
    });
  }

  /** Once the room has settled: what is worth timing is timed, then one participant, or the room of mode `single`, may move. */
  #settle(known: readonly Known[], firstHosts: readonly number[]): Placed {
    const cityOf = (host: number): number => this.#world.hosts[host]?.city ?? -1;
    const isSameCity = (a: number, b: number): boolean => cityOf(a) === cityOf(b);
    const wishes = timingsWanted(this.#mode, this.#settled(known, firstHosts), isSameCity);
    for (const [index, one] of known.entries()) {
      const cities = wishes.filter((wish) => wish.member === index).map((wish) => cityOf(wish.host));
      this.#knowledge.time(one, cities);
    }
    const settlement = settlementOf(this.#mode, this.#settled(known, firstHosts));
    if (settlement.kind === 'stay') return { firstHosts, hosts: firstHosts, moves: 0 };
    const movers = settlement.kind === 'room' ? firstHosts.map((_, index) => index) : [settlement.move.member];
    const to = settlement.kind === 'room' ? settlement.host : settlement.move.host;
    const from = firstHosts[movers[0] ?? 0] ?? 0;
    this.#fleet.charge(from, -movers.length);
    this.#fleet.charge(to, movers.length);
    this.#placer.moved(from, to, movers.length);
    return { firstHosts, hosts: firstHosts.map((host, index) => (movers.includes(index) ? to : host)), moves: 1 };
  }

  #settled(known: readonly Known[], hosts: readonly number[]): SettledRoom {
    const members = known.map(
      (one, index): RoomMember => ({
        host: hosts[index] ?? 0,
        accessRttMs: Float64Array.from(this.#world.hosts, ({ city }) => one.belief.meanMs[city] ?? Number.NaN),
        hopeRttMs: Float64Array.from(this.#world.hosts, ({ city }) => boldMs(one.belief, city)),
        isTimed: (host) => one.timed.has(this.#world.hosts[host]?.city ?? -1),
        mayMove: true,
      }),
    );
    return { members, paths: this.#routes.paths, isOpen: (host) => this.#fleet.utilisation(host) < BUSY_UTILISATION };
  }
}
