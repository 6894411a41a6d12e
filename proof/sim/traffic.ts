// Streams of rooms, and what hosts send for them: everybody's stream goes to everybody else of the room, once to each
// other host of it on the way; a relay sends it on, and pays for it again.
import { HOSTS_MAX } from '@meridian/scheduler/core';

/** Weights are counts of streams, or their time in ms. */
export interface Streams {
  /** To people, by sending host. */
  readonly toPeople: ReadonlyMap<number, number>;
  /** Between hosts, by `pairOf`. */
  readonly between: ReadonlyMap<number, number>;
}

export interface Traffic {
  /** By sending host; relays are among them. */
  readonly sent: ReadonlyMap<number, number>;
  readonly between: number;
  /** Of those between hosts. */
  readonly relayed: number;
}

const pairOf = (from: number, to: number): number => from * HOSTS_MAX + to;

export class StreamsKeeper implements Streams {
  readonly toPeople = new Map<number, number>();
  readonly between = new Map<number, number>();

  /** The streams of a room whose people are on these hosts, one entry for each. */
  addRoom(hosts: readonly number[], weight: number): void {
    const others = new Set(hosts);
    for (const from of hosts) {
      add(this.toPeople, from, (hosts.length - 1) * weight);
      for (const to of others) if (from !== to) add(this.between, pairOf(from, to), weight);
    }
  }
}

/** What hosts send, by the relays in use: -1 is direct. */
export function trafficOf({ toPeople, between }: Streams, via: (from: number, to: number) => number): Traffic {
  const sent = new Map(toPeople);
  let [all, relayed] = [0, 0];
  for (const [from, to, weight] of pairsOf(between)) {
    const relay = via(from, to);
    all += weight;
    add(sent, from, weight);
    if (relay < 0) continue;
    relayed += weight;
    add(sent, relay, weight);
  }
  return { sent, between: all, relayed };
}

export const pairsOf = (between: Streams['between']): [from: number, to: number, weight: number][] =>
  [...between].map(([pair, weight]) => [Math.floor(pair / HOSTS_MAX), pair % HOSTS_MAX, weight]);

function add(sums: Map<number, number>, key: number, weight: number): void {
  sums.set(key, (sums.get(key) ?? 0) + weight);
}
