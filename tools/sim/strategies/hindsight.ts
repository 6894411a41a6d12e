// What could be had without moves by who knows the future: each person one city for the whole meeting, chosen when it
// is over so that delay × time over all pairs is least. On true round trips; by local search from many starts, so a
// good answer and not for certain the best.

import type { Stay } from '../arrivals.ts';
import { cityPaths } from '../oracle.ts';
import type { Room } from '../world.ts';
import type { Strategy } from './strategy.ts';

export const hindsight: Strategy = {
  name: 'hindsight',
  says: 'no rival: the best fixed city for each person, chosen when the meeting is over; nobody moves',
  source: 'local search over true round trips',
  start({ world, meetings }) {
    const paths = cityPaths(world);
    const cities = world.rooms.map((room, index) => {
      const together = timeTogether(room, meetings[index]?.stays ?? []);
      return bestCities(room, together, paths.delayMs, world.cities.length);
    });
    const hostIn = world.cities.map((_, city) => world.hosts.findIndex((host) => host.city === city));
    const cityOf = (host: number): number => world.hosts[host]?.city ?? -1;
    return {
      join(room, person) {
        const at = world.rooms[room.index]?.people.indexOf(person) ?? -1;
        return hostIn[cities[room.index]?.[at] ?? -1] ?? -1;
      },
      via(from, to) {
        const relay = paths.via[cityOf(from) * world.cities.length + cityOf(to)] ?? -1;
        return relay < 0 ? -1 : (hostIn[relay] ?? -1);
      },
    };
  },
};

/** How long each two people are there at once, in ms: person × people + person. */
export function timeTogether({ people }: Pick<Room, 'people'>, stays: readonly Stay[]): Float64Array {
  const count = people.length;
  const ms = new Float64Array(count * count);
  for (const a of stays) {
    for (const b of stays) {
      if (a.person === b.person) continue;
      const at = a.person * count + b.person;
      ms[at] = (ms[at] ?? 0) + Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs));
    }
  }
  return ms;
}

/** City of each person: steepest descent by single moves, from everybody's nearest and from each city for all. */
export function bestCities(room: Room, together: Float64Array, delayMs: Float64Array, count: number): number[] {
  const halves = room.people.map(({ trueRttMs }) => trueRttMs.map((rttMs) => rttMs / 2));
  const all = Array.from({ length: count }, (_, city) => city);
  const starts = [
    halves.map((half) => half.indexOf(Math.min(...half))),
    ...all.map((city) => room.people.map(() => city)),
  ];
  const weight = (p: number, q: number): number => together[p * room.people.length + q] ?? 0;
  const share = (cities: readonly number[], p: number, city: number): number => {
    let sum = 0;
    for (const [q, other] of cities.entries())
      if (q !== p) sum += weight(p, q) * ((halves[p]?.[city] ?? 0) + (delayMs[city * count + other] ?? 0));
    return sum;
  };
  let best: { cities: number[]; sum: number } | undefined;
  for (const cities of starts) {
    descend(cities, all, share);
    let sum = 0;
    for (const [p, city] of cities.entries()) {
      sum += share(cities, p, city);
      for (const [q, other] of cities.entries()) sum += q === p ? 0 : weight(p, q) * (halves[q]?.[other] ?? 0);
    }
    if (best === undefined || sum < best.sum) best = { cities, sum };
  }
  return best?.cities ?? [];
}

function descend(
  cities: number[],
  all: readonly number[],
  share: (cities: readonly number[], p: number, city: number) => number,
): void {
  for (;;) {
    let best = { gain: 1e-6, p: -1, city: -1 };
    for (const [p, present] of cities.entries()) {
      const now = share(cities, p, present);
      for (const city of all) {
        const gain = now - share(cities, p, city);
        if (gain > best.gain) best = { gain, p, city };
      }
    }
    if (best.p < 0) return;
    cities[best.p] = best.city;
  }
}
