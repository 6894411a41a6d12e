// Corrections of a wrong first ingress, as the centre makes them in modes `relay` and `direct`
// (scheduler/src/room-moves.ts): who is moved is the production code's word (`betterIngress`), on nothing but the
// participant's own timings.
import { BUSY_UTILISATION, betterIngress } from '@meridian/scheduler/core';
import type { World } from '../world.ts';
import type { Known } from './knowledge.ts';
import type { Fleet } from './strategy.ts';

export interface Correction {
  readonly member: number;
  readonly from: number;
  readonly to: number;
}

/** The hosts of a room while its wrong ingresses are corrected. */
export class Corrected {
  readonly #world: World;
  readonly #fleet: Fleet;
  readonly #known: readonly Known[];
  readonly #hosts: number[];
  readonly #corrected = new Set<number>();

  /** `fleet`: charged with the room at `hosts`, and with each correction. */
  constructor(o: { world: World; fleet: Fleet; known: readonly Known[]; hosts: readonly number[] }) {
    this.#world = o.world;
    this.#fleet = o.fleet;
    this.#known = o.known;
    this.#hosts = [...o.hosts];
  }

  get hosts(): readonly number[] {
    return this.#hosts;
  }

  /** So many participants were moved. */
  get count(): number {
    return this.#corrected.size;
  }

  /**
   * Moves whom their timings of now show to be wrong, once in a session, each to a city with a host that is not busy.
   * Answers who was moved.
   */
  correct(): Correction[] {
    const made: Correction[] = [];
    for (const [member, known] of this.#known.entries()) {
      const from = this.#hosts[member] ?? -1;
      const city = this.#corrected.has(member) ? undefined : this.#betterCity(known, from);
      if (city === undefined) continue;
      const open = this.#openIn(city);
      const to = open.find((host) => this.#hosts.includes(host)) ?? this.#fleet.leastUsed(open);
      this.#fleet.charge(from, -1);
      this.#fleet.charge(to);
      this.#hosts[member] = to;
      this.#corrected.add(member);
      made.push({ member, from, to });
    }
    return made;
  }

  #betterCity({ person, timed }: Known, host: number): number | undefined {
    const present = this.#world.hosts[host]?.city ?? -1;
    // The round trip to its own node is told by every session, asked or not.
    const times = new Map(timed).set(present, this.#world.timeMs(person, present));
    return betterIngress(present, times, (city) => this.#openIn(city).length > 0)?.site;
  }

  #openIn(city: number): number[] {
    const { hosts } = this.#world;
    return [...hosts.keys()].filter(
      (host) => hosts[host]?.city === city && this.#fleet.utilisation(host) < BUSY_UTILISATION,
    );
  }
}
