// Interface of a strategy: it learns which people come and leave, sees what a real system of its kind could see, and
// chooses the host of each person and the moves.
import type { Rng } from '@meridian/runtime';
import type { Person, World } from '../world.ts';

export interface Seat {
  readonly person: Person;
  readonly host: number;
  /** Host of the running move; -1: none. */
  readonly movingTo: number;
}

export interface LiveRoom {
  readonly index: number;
  readonly seats: readonly Seat[];
  readonly version: number;
}

export interface Move {
  readonly seat: Seat;
  /** -1: no host takes the person; the attempt counts all the same. */
  readonly to: number;
}

export interface Running {
  /** Returns the host of a new session; the caller charges it to the fleet, as it does with moves. */
  join(room: LiveRoom, person: Person, nowMs: number): number;
  /** Notes that a session has left the room; its running move is void. */
  leave?(room: LiveRoom, seat: Seat, nowMs: number): void;
  /** Returns the moves to begin now. Called about every second for every room with two people or more. */
  look?(room: LiveRoom, nowMs: number): readonly Move[];
  /** Notes that a move is over: `seat` is at its new host. */
  switched?(room: LiveRoom, seat: Seat, from: number, nowMs: number): void;
  advance?(nowMs: number): boolean;
  via(from: number, to: number): number;
  /**
   * Returns the first picks in the same rooms on empty hosts, when everybody is new and other people of their prefix
   * have had this many sessions; only for strategies that learn.
   */
  firstHostsAfter?(sessions: number): readonly (readonly number[])[];
}

export interface Setting {
  readonly world: World;
  readonly fleet: Fleet;
  readonly rng: Rng;
  after(ms: number, run: () => void): void;
}

export interface Strategy {
  readonly name: string;
  readonly says: string;
  start(o: Setting): Running;
}

export class Fleet {
  readonly world: World;
  readonly sessions: Int32Array;

  constructor(world: World) {
    this.world = world;
    this.sessions = new Int32Array(world.hosts.length);
  }

  utilisation(host: number): number {
    return (this.sessions[host] ?? 0) / (this.world.hosts[host]?.capacity ?? 1);
  }

  charge(host: number, sessions = 1): void {
    this.sessions[host] = (this.sessions[host] ?? 0) + sessions;
  }

  leastUsed(hosts: readonly number[]): number {
    const first = hosts[0];
    if (first === undefined) throw new Error('a fleet has hosts');
    return hosts.reduce((least, host) => (this.utilisation(host) < this.utilisation(least) ? host : least), first);
  }

  copy(): Fleet {
    const copy = new Fleet(this.world);
    copy.sessions.set(this.sessions);
    return copy;
  }
}

export const hostsOf = ({ seats }: LiveRoom): number[] => seats.map(({ host }) => host);
