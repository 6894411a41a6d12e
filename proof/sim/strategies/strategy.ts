// Interface of a strategy, which learns who comes and leaves, sees only what a real system could see, and chooses the
// hosts of people and their moves.
import type { Rng } from '@meridian/runtime';
import type { Person, World } from '../world.ts';

export interface Seat {
  readonly person: Person;
  readonly host: number;
  /** Host to which the person moves; -1 without a move. */
  readonly movingTo: number;
}

export interface LiveRoom {
  readonly index: number;
  readonly seats: readonly Seat[];
  readonly version: number;
}

export interface Move {
  readonly seat: Seat;
  /** Target; -1 if no host takes the person, which still counts as a move. */
  readonly to: number;
}

export interface Running {
  /** Returns the host of a new session; the caller charges it to the fleet, as it does with moves. */
  join(room: LiveRoom, person: Person, nowMs: number): number;
  /** Called when a session has left the room; its running move is void. */
  leave?(room: LiveRoom, seat: Seat, nowMs: number): void;
  /** Returns the moves to begin now. Called about every second for every room with two people or more. */
  look?(room: LiveRoom, nowMs: number): readonly Move[];
  /** Called at the end of a move, when `seat` has its new host. */
  switched?(room: LiveRoom, seat: Seat, from: number, nowMs: number): void;
  advance?(nowMs: number): boolean;
  via(from: number, to: number): number;
  /**
   * Returns the first hosts in the same rooms on empty hosts, if all people are new and others of their prefix have had
   * so many sessions. Only strategies that learn have this method.
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
    if (first === undefined) throw new Error('a fleet must have hosts');
    return hosts.reduce((least, host) => (this.utilisation(host) < this.utilisation(least) ? host : least), first);
  }

  copy(): Fleet {
    const copy = new Fleet(this.world);
    copy.sessions.set(this.sessions);
    return copy;
  }
}

export const hostsOf = ({ seats }: LiveRoom): number[] => seats.map(({ host }) => host);
