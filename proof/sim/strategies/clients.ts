// The centre's knowledge of people, by the production class `Access` (scheduler/src/locating/access.ts, with its
// prefix book) over the simulated fleet. It chooses the sites that a client measures before it joins, takes the timings
// as `Learning` does, and forms beliefs. Each person has a prefix in a /16 of its own: the centre learns nothing from
// others, except in figures about learning.
import { createLogger, ManualClock } from '@meridian/runtime';
import { type Belief, networkKeysOf, type PlacementIndex } from '@meridian/scheduler/core';
import { Access, type Client, type SiteTime } from '../../../scheduler/src/locating/access.ts';
import type { Person, World } from '../world.ts';

const SLASH_16S = 2 ** 16;

export interface Session {
  readonly person: Person;
  /** Reported round trips, by site key. */
  readonly times: Map<string, number>;
  /** Whether the centre has requested timings. */
  wasAsked: boolean;
  /** Last belief about the session; only its own timings and the map of sites change it here. */
  believed?: { readonly belief: Belief; readonly siteVersion: number } | undefined;
}

/** Returns the production class over a world, with a stopped clock, so that timings do not age within a run. */
function accessOver(placementIndex: PlacementIndex): Access {
  const clock = new ManualClock();
  const log = createLogger({ name: 'sim', level: 'silent' });
  return new Access({
    placementIndex,
    clock,
    log,
    // Nothing is stored: the book lives as long as the run.
    copy: { saveAccess: () => undefined, dropAccess: () => undefined },
  });
}

export class Clients {
  readonly #world: World;
  readonly #placementIndex: PlacementIndex;
  readonly #access: Access;

  /** `placementIndex`: its sites must be the cities of the world, in their order. */
  constructor(world: World, placementIndex: PlacementIndex) {
    this.#world = world;
    this.#placementIndex = placementIndex;
    this.#access = accessOver(placementIndex);
  }

  /** Opens a session for a person who has measured the sites that the entry offered. */
  arrive(person: Person): Session {
    const session: Session = { person, times: new Map(), wasAsked: false };
    this.sitesTimed(session, this.#access.sitesToOffer(clientOf(session)));
    return session;
  }

  sitesToTime(session: Session): string[] {
    return this.#access.sitesToTime(clientOf(session));
  }

  /** Takes the session's timings of these sites, which signaling nodes have proved. */
  sitesTimed(session: Session, siteKeys: readonly string[]): void {
    const times = this.#timesOf(session.person, siteKeys);
    this.#access.learn({ ...clientOf(session), times });
    this.#store(session, times);
  }

  /** Takes the session's unproven report of the round trip to its own media node. */
  nodeRttReported(session: Session, city: number): void {
    const key = this.#placementIndex.sites[city]?.key;
    const times = this.#timesOf(session.person, key === undefined ? [] : [key]);
    this.#store(session, this.#access.learnClaims(clientOf(session), times));
  }

  belief(session: Session): Belief {
    const { siteVersion } = this.#placementIndex;
    if (session.believed?.siteVersion !== siteVersion)
      session.believed = { belief: this.#access.believe(clientOf(session)), siteVersion };
    return session.believed.belief;
  }

  /**
   * Returns the belief about a newcomer of this person's prefix after so many sessions of others of the same /24. Each
   * of them measures the sites that the centre requests, with receipts as `Learning` takes them; the newcomer has
   * measured nothing. Call it once per person, since the centre remembers the neighbours.
   */
  beliefAfter(person: Person, sessions: number): Belief {
    for (let neighbour = 1; neighbour <= sessions; neighbour += 1) {
      const client = neighbourOf(person, neighbour);
      const times = this.#timesOf(person, this.#access.sitesToTime(client), neighbour);
      this.#access.learn({ ...client, times });
    }
    return this.#access.believe(neighbourOf(person, sessions + 1));
  }

  #store(session: Session, times: readonly SiteTime[]): void {
    for (const { siteKey, rttMs } of times) session.times.set(siteKey, rttMs);
    session.believed = undefined;
  }

  #timesOf(person: Person, siteKeys: readonly string[], neighbour = 0): SiteTime[] {
    return siteKeys.map((siteKey) => {
      const city = this.#placementIndex.siteOf(siteKey) ?? -1;
      return { siteKey, rttMs: this.#world.timeMs(person, city, neighbour) };
    });
  }
}

function clientOf({ person, times }: Session): Client {
  const client = neighbourOf(person, 0);
  return { ...client, times: [...times].map(([siteKey, rttMs]) => ({ siteKey, rttMs })) };
}

/** Returns a person at the same place and of the same /24, without timings; number 0 is the person themselves. */
function neighbourOf({ id, answer }: Person, neighbour: number): Client {
  const location = { ...answer, source: 'sim', label: '', countryCode: '' };
  return { ip: `${prefixOf(id)}.${neighbour + 1}`, location, times: [] };
}

/** Returns the first three numbers of a public /24, in another /16 for each id while there are unused ones. */
function prefixOf(id: number): string {
  const slash16s = publicSlash16s();
  const [high = 0, low = 0] = slash16s[id % slash16s.length] ?? [];
  return `${high}.${low}.${Math.floor(id / slash16s.length) % 256}`;
}

let publicNetworks: readonly (readonly [number, number])[] | undefined;

function publicSlash16s(): readonly (readonly [number, number])[] {
  publicNetworks ??= Array.from({ length: SLASH_16S }, (_, index) => [index >> 8, index & 255] as const).filter(
    // A /16 with special parts (192.0.2.0/24) is left out as a whole.
    ([high, low]) => [0, 2, 100, 113].every((third) => networkKeysOf(`${high}.${low}.${third}.1`) !== undefined),
  );
  return publicNetworks;
}
