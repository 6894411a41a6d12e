// Computes one-way delays from true round trips: RTT / 2, plus 1 ms per SFU and 1 ms per relay.
import type { Running } from './strategies/strategy.ts';
import { linkMs, type Person, type World } from './world.ts';

const SFU_MS = 1;
const RELAY_MS = 1;

/** Returns the one-way delay of every pair of people, who are on `hosts` in order; NaN where a host is missing. */
export function pairDelays(
  world: World,
  people: readonly Person[],
  hosts: readonly number[],
  running: Pick<Running, 'via'>,
): number[] {
  const delays: number[] = [];
  for (let p = 1; p < hosts.length; p += 1) {
    const a = hosts[p] as number;
    for (let q = 0; q < p; q += 1) {
      const b = hosts[q] as number;
      const access = (accessMs(world, people[p], a) + accessMs(world, people[q], b)) / 2;
      delays.push(access + betweenMs(world, a, b, running));
    }
  }
  return delays;
}

function accessMs(world: World, person: Person | undefined, host: number): number {
  return person?.trueRttMs[world.hosts[host]?.city ?? -1] ?? Number.NaN;
}

function betweenMs(world: World, a: number, b: number, running: Pick<Running, 'via'>): number {
  return a === b ? SFU_MS : (pathMs(world, a, b, running) + pathMs(world, b, a, running)) / 2 + 2 * SFU_MS;
}

function pathMs(world: World, from: number, to: number, running: Pick<Running, 'via'>): number {
  const relay = running.via(from, to);
  return relay < 0 ? linkMs(world, from, to) : linkMs(world, from, relay) + RELAY_MS + linkMs(world, relay, to);
}
