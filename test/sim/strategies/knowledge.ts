// What the centre knows of people's ingress: where a database puts their address, and what they have timed.
import { type Belief, echoSites, type IngressMap, orderedBelief } from '@meridian/scheduler/core';
import type { Person, World } from '../world.ts';

/** One person as the centre knows them. */
export interface Known {
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
