// What a strategy is: it is told of rooms one after the other, sees what a real one of its kind could see, and says who
// goes where.
import type { Rng } from '@meridian/runtime';
import type { Person, Room, World } from '../world.ts';

export interface Placed {
  /** Host of each participant at the first pick, in order of joining. */
  readonly firstHosts: readonly number[];
  /** After corrections and re-homing. */
  readonly hosts: readonly number[];
  /** Re-homings: participants that were moved; in mode `single` the room's move as a whole is one. */
  readonly moves: number;
  /** Participants that were moved because their own timings showed their first pick to be wrong; none of `moves`. */
  readonly corrections: number;
}

export interface Running {
  place(room: Room): Placed;
  /** Relay between two hosts, or -1: direct. */
  via(from: number, to: number): number;
  /**
   * First picks in the same rooms, on hosts that are empty again, when everybody is new and other people of their
   * prefix have had so many sessions; only of strategies that learn.
   */
  firstHostsAfter?(sessions: number): readonly (readonly number[])[];
  /**
   * Corrections in all rooms together when everybody has joined as in `firstHostsAfter(0)` and timed beside the join;
   * only of strategies that correct.
   */
  correctionsUntimed?(): number;
}

export type Mode = 'single' | 'direct' | 'relay';

export interface Strategy {
  readonly name: string;
  /** Where it puts people, in a phrase. */
  readonly says: string;
  /** What it was written from. */
  readonly source: string;
  start(world: World, fleet: Fleet, rng: Rng, mode: Mode): Running;
}

/** Sessions on the hosts of one strategy's cloud. */
export class Fleet {
  readonly world: World;
  readonly sessions: Int32Array;

  constructor(world: World) {
    this.world = world;
    this.sessions = new Int32Array(world.hosts.length);
  }

  /** Charged share of the host's capacity. */
  utilisation(host: number): number {
    return (this.sessions[host] ?? 0) / (this.world.hosts[host]?.capacity ?? 1);
  }

  isFull(host: number): boolean {
    return this.utilisation(host) >= 1;
  }

  charge(host: number, sessions = 1): void {
    this.sessions[host] = (this.sessions[host] ?? 0) + sessions;
  }

  /** Hosts that pass, or, when none does, all that are not full, or all. */
  among(isWanted: (host: number) => boolean): number[] {
    const all = [...this.sessions.keys()];
    const open = all.filter((host) => !this.isFull(host));
    const wanted = open.filter(isWanted);
    return wanted.length > 0 ? wanted : open.length > 0 ? open : all;
  }

  /** The least used of some hosts, the first of equals. */
  leastUsed(hosts: readonly number[]): number {
    const first = hosts[0];
    if (first === undefined) throw new Error('a fleet has hosts');
    return hosts.reduce((least, host) => (this.utilisation(host) < this.utilisation(least) ? host : least), first);
  }
}

/** Everybody stays where `pick` put them. */
export function placeOneByOne(
  room: Room,
  fleet: Fleet,
  pick: (person: Person, members: readonly number[]) => number,
): Placed {
  const hosts: number[] = [];
  for (const person of room.people) {
    const host = pick(person, hosts);
    fleet.charge(host);
    hosts.push(host);
  }
  return { firstHosts: hosts, hosts, moves: 0, corrections: 0 };
}
