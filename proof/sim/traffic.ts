// Counts streams between hosts. Each person's stream goes once to every other host of the room, from which it reaches
// the people there.
import { HOSTS_MAX } from '@meridian/scheduler/core';

/** Number of streams between hosts, by `pairOf`. */
export type Streams = ReadonlyMap<number, number>;

export interface Traffic {
  readonly between: number;
  readonly relayed: number;
}

const pairOf = (from: number, to: number): number => from * HOSTS_MAX + to;

/** Returns the streams of rooms, each of which is given by the hosts of its people. */
export function streamsOf(rooms: readonly (readonly number[])[]): Streams {
  const between = new Map<number, number>();
  for (const hosts of rooms) {
    const otherHosts = new Set(hosts);
    for (const from of hosts) {
      for (const to of otherHosts) {
        const pair = pairOf(from, to);
        if (from !== to) between.set(pair, (between.get(pair) ?? 0) + 1);
      }
    }
  }
  return between;
}

export function trafficOf(streams: Streams, via: (from: number, to: number) => number): Traffic {
  let [between, relayed] = [0, 0];
  for (const [from, to, weight] of pairsOf(streams)) {
    between += weight;
    if (via(from, to) >= 0) relayed += weight;
  }
  return { between, relayed };
}

export const pairsOf = (streams: Streams): [from: number, to: number, weight: number][] =>
  [...streams].map(([pair, weight]) => [Math.floor(pair / HOSTS_MAX), pair % HOSTS_MAX, weight]);
