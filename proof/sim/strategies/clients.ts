// What the centre knows of the people of the simulated world: production's own `Access`
// (scheduler/src/locating/access.ts with its book of prefixes) over the simulated fleet. It says which sites a client
// times before it joins, takes what it timed the way that `Learning` does, and says what is believed. Each person is of
// a prefix of their own, in a /16 of its own, so nothing is learnt from others unless a test or a figure is about that.
import { createLogger, ManualClock } from '@meridian/runtime';
import { type Belief, networkKeysOf, type PlacementIndex } from '@meridian/scheduler/core';
import { Access, type Client, type SiteTime } from '../../../scheduler/src/locating/access.ts';
import type { Person, World } from '../world.ts';

const SLASH_16S = 2 ** 16;

/** One session, as the centre knows it. */
export interface Session {
  readonly person: Person;
  /** Round trips it has reported, by site key. */
  readonly times: Map<string, number>;
  /** Whether the centre has asked it for timings. */
  wasAsked: boolean;
  /** What was believed of it last; nothing but its own timings, and the map of sites, changes that here. */
  believed?: { readonly belief: Belief; readonly siteVersion: number } | undefined;
}

/** The production belief over a world, its clock at a standstill: votes do not age within a run. */
function accessOver(placementIndex: PlacementIndex): Access {
  const clock = new ManualClock();
  const log = createLogger({ name: 'sim', level: 'silent' });
  return new Access({
    placementIndex,
    clock,
    log,
    // Nothing is written down: the book lives as long as the run.
    copy: { saveAccess: () => undefined, dropAccess: () => undefined },
  });
}

export class Clients {
  readonly #world: World;
  readonly #placementIndex: PlacementIndex;
  readonly #access: Access;

  /** `placementIndex`: with the cities of the world as its sites, in their order. */
  constructor(world: World, placementIndex: PlacementIndex) {
    this.#world = world;
    this.#placementIndex = placementIndex;
    this.#access = accessOver(placementIndex);
  }

  /** A person is about to join, and has timed what the entry offered. */
  arrive(person: Person): Session {
    const session: Session = { person, times: new Map(), wasAsked: false };
    this.timed(session, this.#access.sitesToOffer(clientOf(session)));
    return session;
  }

  sitesToTime(session: Session): string[] {
    return this.#access.sitesToTime(clientOf(session));
  }

  /** Signaling nodes have measured the session at these sites. */
  timed(session: Session, siteKeys: readonly string[]): void {
    const times = this.#timesOf(session.person, siteKeys);
    this.#access.learn({ ...clientOf(session), times });
    this.#take(session, times);
  }

  /** The session reports its round trip to its own media node, without proof. */
  told(session: Session, city: number): void {
    const key = this.#placementIndex.sites[city]?.key;
    const times = this.#timesOf(session.person, key === undefined ? [] : [key]);
    this.#take(session, this.#access.hear(clientOf(session), times));
  }

  belief(session: Session): Belief {
    const { siteVersion } = this.#placementIndex;
    if (session.believed?.siteVersion !== siteVersion)
      session.believed = { belief: this.#access.believe(clientOf(session)), siteVersion };
    return session.believed.belief;
  }

  /**
   * What is believed of a newcomer of this person's prefix after so many sessions of different people of the same /24.
   * Each of them times the sites that the centre would ask for, and that arrives as receipts, as `Learning` takes them;
   * the newcomer has timed nothing. Ask once of each person: neighbours stay known.
   */
  beliefAfter(person: Person, sessions: number): Belief {
    for (let neighbour = 1; neighbour <= sessions; neighbour += 1) {
      const client = neighbourOf(person, neighbour);
      const times = this.#timesOf(person, this.#access.sitesToTime(client), neighbour);
      this.#access.learn({ ...client, times });
    }
    return this.#access.believe(neighbourOf(person, sessions + 1));
  }

  #take(session: Session, times: readonly SiteTime[]): void {
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

/** A person at the same place, of the same /24, without timings; 0: the person themselves. */
function neighbourOf({ id, answer }: Person, neighbour: number): Client {
  const location = { ...answer, source: 'sim', label: '', countryCode: '' };
  return { ip: `${prefixOf(id)}.${neighbour + 1}`, location, times: [] };
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
