// What a strategy is: it learns which people come and go on one clock, sees what a real one of its kind could see, and
// answers which host each goes to, and which of them move.
import type { Rng } from '@meridian/runtime';
import type { Person, World } from '../world.ts';

/** A session in a room. */
export interface Seat {
  readonly person: Person;
  readonly host: number;
  /** Where it is being moved to; -1: it is not. */
  readonly movingTo: number;
}

export interface LiveRoom {
  /** Into the world's rooms. */
  readonly index: number;
  /** In order of joining. */
  readonly seats: readonly Seat[];
  /** Another one after every join, leave and move. */
  readonly version: number;
}

export interface Move {
  readonly seat: Seat;
  /** -1: no host takes them; the attempt counts all the same. */
  readonly to: number;
}

export interface Running {
  /** Where a new session goes; the caller charges it to the fleet, as it does with moves. */
  join(room: LiveRoom, person: Person, nowMs: number): number;
  /** A session has left: it is in the room no more. Its move, if it was being moved, is void. */
  leave?(room: LiveRoom, seat: Seat, nowMs: number): void;
  /** About every second, of every room with two people or more: moves to begin now. */
  look?(room: LiveRoom, nowMs: number): readonly Move[];
  /** A move is over: `seat` is at its new host. */
  switched?(room: LiveRoom, seat: Seat, from: number, nowMs: number): void;
  /** Routes are planned anew; whether any changed. */
  advance?(nowMs: number): boolean;
  /** Relay between two hosts, or -1: direct. */
  via(from: number, to: number): number;
  /**
   * First picks in the same rooms, on hosts that are empty again, when everybody is new and other people of their
   * prefix have had so many sessions; only of strategies that learn.
   */
  firstHostsAfter?(sessions: number): readonly (readonly number[])[];
}

export interface Setting {
  readonly world: World;
  readonly fleet: Fleet;
  readonly rng: Rng;
  /** Something to do later on the clock of the run. */
  after(ms: number, run: () => void): void;
}

export interface Strategy {
  readonly name: string;
  /** Where it puts people, in a phrase. */
  readonly says: string;
  start(o: Setting): Running;
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

  charge(host: number, sessions = 1): void {
    this.sessions[host] = (this.sessions[host] ?? 0) + sessions;
  }

  /** The least used of some hosts, the first of equals. */
  leastUsed(hosts: readonly number[]): number {
    const first = hosts[0];
    if (first === undefined) throw new Error('a fleet has hosts');
    return hosts.reduce((least, host) => (this.utilisation(host) < this.utilisation(least) ? host : least), first);
  }

  /** As it is now, for good. */
  copy(): Fleet {
    const copy = new Fleet(this.world);
    copy.sessions.set(this.sessions);
    return copy;
  }
}

export const hostsOf = ({ seats }: LiveRoom): number[] => seats.map(({ host }) => host);
