// What a prefix has learnt when a new person joins from it: the production belief over the simulated fleet. The
// sessions before are different people of the same /24, each with an address of their own; each times the sites that
// the centre would ask for, and what they time arrives as what signaling nodes have measured (receipts), the way that
// `Learning` takes. The newcomer has timed nothing. The database says the same of a whole prefix.
import type { Belief, PlacementIndex } from '@meridian/scheduler/core';
import type { Access } from '../../../scheduler/src/locating/access.ts';
import type { Person, World } from '../world.ts';
import { accessOver, neighbourOf } from './clients.ts';

export class Prefixes {
  readonly #world: World;
  readonly #placementIndex: PlacementIndex;
  readonly #access: Access;

  /** `placementIndex`: with the cities of the world as its sites, in their order. */
  constructor(world: World, placementIndex: PlacementIndex) {
    this.#world = world;
    this.#placementIndex = placementIndex;
    this.#access = accessOver(placementIndex);
  }

  /**
   * What is believed of a newcomer of this person's prefix after so many sessions of neighbours. Ask once of each
   * person: neighbours stay known.
   */
  beliefAfter(person: Person, sessions: number): Belief {
    for (let neighbour = 1; neighbour <= sessions; neighbour += 1) {
      const client = neighbourOf(person, neighbour);
      const times = this.#access.sitesToTime(client).map((siteKey) => {
        const city = this.#placementIndex.siteOf(siteKey) ?? -1;
        return { siteKey, rttMs: this.#world.timeMs(person, city, neighbour) };
      });
      this.#access.learn({ ...client, times });
    }
    return this.#access.believe(neighbourOf(person, sessions + 1));
  }
}
