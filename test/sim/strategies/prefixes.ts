// What a prefix has learnt when somebody new joins from it: the production belief (`scheduler/src/access.ts` with its
// book of prefixes) over the simulated fleet. The sessions before are different people of the same /24, each with an
// address of their own; each times the sites that the centre would ask for, and what they time arrives as what
// signaling nodes have measured (receipts), the way that `Learning` takes. The newcomer has timed nothing. Prefixes lie
// in /16s of their own, so nothing is learnt from other prefixes, and the database says the same of a whole prefix.
import { createLogger, ManualClock } from '@meridian/runtime';
import type { Belief, PlacementIndex } from '@meridian/scheduler/core';
import { Access, type Client } from '../../../scheduler/src/access.ts';
import { Copy } from '../../../scheduler/src/copy.ts';
import { networkKeysOf } from '../../../scheduler/src/core/access/index.ts';
import type { Person, World } from '../world.ts';

/** Nothing is written down: the book lives as long as the run. */
const noStore = {
  load: async () => [],
  put: async () => undefined,
  remove: async () => undefined,
  close: async () => undefined,
};
const SLASH_16S = 2 ** 16;

export class Prefixes {
  readonly #world: World;
  readonly #placementIndex: PlacementIndex;
  readonly #access: Access;

  /** `placementIndex`: with the cities of the world as its sites, in their order. */
  constructor(world: World, placementIndex: PlacementIndex) {
    this.#world = world;
    this.#placementIndex = placementIndex;
    const clock = new ManualClock();
    const log = createLogger({ name: 'sim', level: 'silent' });
    const copy = new Copy({ store: noStore, clock, log, onFailure: () => undefined });
    this.#access = new Access({ placementIndex, clock, log, copy });
  }

  /**
   * What is believed of a newcomer of this person's prefix after so many sessions of neighbours. Ask once of each
   * person: neighbours stay known.
   */
  beliefAfter(person: Person, sessions: number): Belief {
    for (let neighbour = 1; neighbour <= sessions; neighbour += 1) {
      const client = clientOf(person, neighbour);
      const times = this.#access.sitesToTime(client).map((siteKey) => {
        const city = this.#placementIndex.siteOf(siteKey) ?? -1;
        return { siteKey, rttMs: this.#world.timeMs(person, city, neighbour) };
      });
      this.#access.learn({ ...client, times });
    }
    return this.#access.believe(clientOf(person, sessions + 1));
  }
}

function clientOf({ id, answer }: Person, neighbour: number): Client {
  const location = { ...answer, source: 'sim', label: '', countryCode: '' };
  return { ip: `${prefixOf(id)}.${neighbour}`, location, times: [] };
}

/** The first three numbers of a public /24: another /16 for each, as long as there are any. */
function prefixOf(id: number): string {
  const slash16s = publicSlash16s();
  const [high = 0, low = 0] = slash16s[id % slash16s.length] ?? [];
  return `${high}.${low}.${Math.floor(id / slash16s.length) % 256}`;
}

let known: readonly (readonly [number, number])[] | undefined;

function publicSlash16s(): readonly (readonly [number, number])[] {
  known ??= Array.from({ length: SLASH_16S }, (_, index) => [index >> 8, index & 255] as const).filter(
    // Parts of some /16s are special (192.0.2.0/24): those are left out as a whole.
    ([high, low]) => [0, 2, 100, 113].every((third) => networkKeysOf(`${high}.${low}.${third}.1`) !== undefined),
  );
  return known;
}
