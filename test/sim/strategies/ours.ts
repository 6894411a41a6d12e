// Meridian: the scheduler's own core. First pick by belief and five timed cities, nearly-as-near hosts chosen for the
// room, charged at once; paths with at most one relay; once the room has settled, corrections of first picks that
// timings show to be wrong, then at most one re-homing to a host that its participant has timed.
import type { Rng } from '@meridian/runtime';
import {
  type Belief,
  BUSY_UTILISATION,
  boldMs,
  type RoomMember,
  type SettledRoom,
  settlementOf,
  timingsWanted,
} from '@meridian/scheduler/core';
import type { Room, World } from '../world.ts';
import { Corrected } from './corrections.ts';
import { Knowledge, type Known } from './knowledge.ts';
import { Placer } from './placer.ts';
import { Prefixes } from './prefixes.ts';
import { planRoutes, type Routes } from './routes.ts';
import { Fleet, type Mode, type Placed, type Running, type Strategy } from './strategy.ts';

export const ours: Strategy = {
  name: 'ours',
  says: 'Meridian: the nearest site by belief and timings, among near ones the best for the room; corrected once it has settled',
  source: 'scheduler/src/core: placement-index, propose, place, ingress, routes, rehome',
  start: (world, fleet, rng, mode) => new Ours(world, fleet, rng, mode),
};

/** The same with relays for these pairs only. */
export const oursWithin = (admitted: ReadonlySet<number>): Strategy => ({
  ...ours,
  start: (world, fleet, rng, mode) => new Ours(world, fleet, rng, mode, admitted),
});

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
    this.#placer = new Placer({ world, delays: this.#routes.delays, mode, rng });
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
    return this.#newcomersAfter(sessions).hosts;
  }

  correctionsUntimed(): number {
    const { fleet, hosts } = this.#newcomersAfter(0);
    return this.#world.rooms.reduce((sum, { people }, room) => {
      const known = people.map((person) => this.#knowledge.meet(person));
      // What a client times while its Join is under way, or after it.
      for (const one of known) this.#knowledge.timeOffered(one, 0);
      return sum + this.#corrected(known, hosts[room] ?? [], fleet).count;
    }, 0);
  }

  #newcomersAfter(sessions: number): { fleet: Fleet; hosts: number[][] } {
    const fleet = new Fleet(this.#world);
    const rng = this.#rng.fork(`after ${sessions}`);
    const placer = new Placer({ world: this.#world, delays: this.#routes.delays, mode: this.#mode, rng });
    const prefixes = new Prefixes(this.#world, placer.placementIndex);
    const hosts = this.#world.rooms.map(({ people }) => {
      const beliefs = people.map((person) => prefixes.beliefAfter(person, sessions));
      return placed(placer, fleet, beliefs);
    });
    return { fleet, hosts };
  }

  /**
   * Once the room has settled: wrong first picks are corrected, then one participant, or the room of mode `single`, may
   * move.
   */
  #settle(known: readonly Known[], firstHosts: readonly number[]): Placed {
    const { hosts, count: corrections } = this.#corrected(known, firstHosts, this.#fleet, this.#placer);
    const settlement = settlementOf(this.#mode, this.#settled(known, hosts, this.#fleet));
    if (settlement.kind === 'stay') return { firstHosts, hosts, moves: 0, corrections };
    const movers = settlement.kind === 'room' ? hosts.map((_, index) => index) : [settlement.move.member];
    const to = settlement.kind === 'room' ? settlement.host : settlement.move.host;
    const from = hosts[movers[0] ?? 0] ?? 0;
    this.#fleet.charge(from, -movers.length);
    this.#fleet.charge(to, movers.length);
    this.#placer.moved(from, to, movers.length);
    const moved = hosts.map((host, index) => (movers.includes(index) ? to : host));
    return { firstHosts, hosts: moved, moves: 1, corrections };
  }

  /**
   * Corrected by what was timed, then what is worth timing is timed, and corrected by that too: the centre's order. In
   * mode `single` nobody is.
   */
  #corrected(known: readonly Known[], firstHosts: readonly number[], fleet: Fleet, placer?: Placer): Corrected {
    const room = new Corrected({ world: this.#world, fleet, known, hosts: firstHosts });
    const correct = (): void => {
      if (this.#mode === 'single') return;
      for (const { from, to } of room.correct()) placer?.moved(from, to, 1);
    };
    const cityOf = (host: number): number => this.#world.hosts[host]?.city ?? -1;
    const isSameCity = (a: number, b: number): boolean => cityOf(a) === cityOf(b);
    correct();
    const timings = timingsWanted(this.#mode, this.#settled(known, room.hosts, fleet), isSameCity);
    for (const [index, one] of known.entries()) {
      const cities = timings.filter((timing) => timing.member === index).map((timing) => cityOf(timing.host));
      this.#knowledge.time(one, cities);
    }
    correct();
    return room;
  }

  #settled(known: readonly Known[], hosts: readonly number[], fleet: Fleet): SettledRoom {
    const members = known.map(
      (one, index): RoomMember => ({
        host: hosts[index] ?? 0,
        accessRttMs: Float64Array.from(this.#world.hosts, ({ city }) => one.belief.meanMs[city] ?? Number.NaN),
        hopeRttMs: Float64Array.from(this.#world.hosts, ({ city }) => boldMs(one.belief, city)),
        isTimed: (host) => one.timed.has(this.#world.hosts[host]?.city ?? -1),
        mayMove: true,
      }),
    );
    return { members, paths: this.#routes.paths, isOpen: (host) => fleet.utilisation(host) < BUSY_UTILISATION };
  }
}
