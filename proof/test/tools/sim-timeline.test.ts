// A strategy on the clock of a run: weights over time, moves and their duration, and the value of our moves.
import { seededRng } from '@meridian/runtime';
import { BUSY_UTILISATION } from '@meridian/scheduler/core';
import { describe, expect, test } from 'vitest';
import { Agenda } from '../../sim/agenda.ts';
import { ARRIVAL_DEFAULTS, type Meeting, meetingsOf, type Stay } from '../../sim/arrivals.ts';
import { pairDelays } from '../../sim/delays.ts';
import { builtInGeography } from '../../sim/geography.ts';
import { metricsOf } from '../../sim/judge.ts';
import { ours } from '../../sim/strategies/ours.ts';
import type { Running, Setting, Strategy } from '../../sim/strategies/strategy.ts';
import { TallyCollector } from '../../sim/tally.ts';
import { MOVE_MS, runStrategy } from '../../sim/timeline.ts';
import { makeWorld, type Person, type World } from '../../sim/world.ts';

const places = Array.from({ length: 60 }, (_, index) => ({
  label: `S${index}`,
  latitude: (index % 5) * 20 - 40,
  longitude: index * 6 - 180,
  people: 1 + (index % 7),
}));
const options = { nodes: 48, cities: 24, rooms: 12, size: 4, users: 800 };
const world: World = makeWorld(
  builtInGeography(places, seededRng('places')),
  { ...options, geoErrors: false },
  seededRng('world'),
);
const misplaced = ({ latitude, longitude, radiusKm }: Person['answer']): Person['answer'] => {
  return { latitude: -latitude, longitude: longitude > 0 ? longitude - 180 : longitude + 180, radiusKm };
};
const misplacedWorld: World = {
  ...world,
  rooms: world.rooms.map((room) => ({
    ...room,
    people: room.people.map((person) => ({ ...person, answer: misplaced(person.answer) })),
  })),
};
const trickle = meetingsOf(options.rooms, options.size, ARRIVAL_DEFAULTS, seededRng('meetings'));
const run = (strategy: Strategy, o: { from?: World; meetings?: Meeting[] } = {}) => {
  const { from = world, meetings = trickle } = o;
  return runStrategy(strategy, { world: from, meetings, rng: seededRng('run') });
};
const fake = (start: (o: Setting) => Partial<Running>): Strategy => ({
  name: 'fake',
  says: '',
  start: (o) => ({ join: () => 0, via: () => -1, ...start(o) }),
});

test('events run in order of time, equal times in order of insertion, also those added meanwhile', () => {
  const agenda = new Agenda();
  const ranOrder: string[] = [];
  const rng = seededRng('agenda');
  const times = Array.from({ length: 300 }, (_, index) => ({ index, atMs: rng.int(40) }));
  for (const { index, atMs } of times) agenda.at(atMs, () => void ranOrder.push(`${atMs} ${index}`));
  agenda.at(20, () => agenda.after(5, () => void ranOrder.push(`${agenda.nowMs} late`)));
  agenda.at(30, () => agenda.at(1, () => void ranOrder.push(`${agenda.nowMs} past`)));
  agenda.run();
  const expected = times.sort((a, b) => a.atMs - b.atMs || a.index - b.index).map((one) => `${one.atMs} ${one.index}`);
  expect(ranOrder.filter((text) => !/late|past/.test(text))).toEqual(expected);
  expect(ranOrder).toEqual(expect.arrayContaining(['25 late', '30 past']));
});

describe('the tally', () => {
  test('sums delay × time while two people are there', () => {
    const tally = new TallyCollector();
    const setDelaysAt = (atMs: number, people: number, ms: number): void => {
      tally.changed(atMs);
      tally.setDelays(atMs, { people, onewayMs: people < 2 ? [] : [ms] });
    };
    setDelaysAt(0, 1, 0);
    setDelaysAt(20_000, 2, 30);
    tally.setDelays(50_000, { people: 2, onewayMs: [12] }); // a move, which is no change
    setDelaysAt(200_000, 1, 0);
    setDelaysAt(230_000, 2, 12);
    const { delayMs2, ...sums } = tally.end(250_000);
    expect(delayMs2).toBe(30_000 * 30 + 150_000 * 12 + 20_000 * 12);
    expect(sums).toMatchObject({ personMs: 400_000, changes: 4, moves: 0, undone: 0 });
    expect(sums.delays.map(({ ms, weight }) => [Math.round(ms), weight])).toEqual([
      [30, 30_000],
      [12, 170_000],
    ]);
  });

  test("counts a move as undone when it returns to its person's earlier host within five minutes", () => {
    const tally = new TallyCollector();
    tally.moved(0, 1, 2, 0);
    tally.moved(1, 2, 1, 10_000); // another person
    tally.moved(0, 2, 3, 20_000);
    tally.moved(0, 3, 2, 30_000); // returns to host 2
    tally.moved(0, 2, 3, 400_000); // returns long after
    expect(tally.end(500_000)).toMatchObject({ moves: 5, undone: 1 });
  });

  test('equals the sum over all pairs of people, each for the time in which both are there', () => {
    const fixed = run(fake(() => ({ join: (_, { id }) => id % world.hosts.length })));
    for (const [index, { tally, room }] of fixed.rooms.entries()) {
      const hosts = room.people.map(({ id }) => id % world.hosts.length);
      const stays = trickle[index]?.stays ?? [];
      let [sum, pair] = [0, 0];
      const delays = pairDelays(world, room.people, hosts, { via: () => -1 });
      for (let p = 1; p < hosts.length; p += 1)
        for (let q = 0; q < p; q += 1) sum += togetherMs(stays, p, q) * (delays[pair++] ?? NaN);
      expect(tally.delayMs2 / sum).toBeCloseTo(1, 9);
    }
  });
});

function togetherMs(stays: readonly Stay[], p: number, q: number): number {
  const of = (person: number) => stays.filter((stay) => stay.person === person);
  const shared = (a: Stay, b: Stay) => Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs));
  return of(p).reduce((sum, a) => sum + of(q).reduce((all, b) => all + shared(a, b), 0), 0);
}

describe('a move', () => {
  /** Puts everybody on host 0; at the first look the first person of each room moves to host 5. */
  const moving = (seen: (o: Setting) => Partial<Running>): Strategy =>
    fake((o) => {
      const moved = new Set<number>();
      return {
        look: ({ index, seats: [seat] }) => {
          if (seat === undefined || moved.has(index)) return [];
          moved.add(index);
          return [{ seat, to: 5 }];
        },
        ...seen(o),
      };
    });

  test('charges both hosts while it lasts, then only the new one', () => {
    const [meeting] = meetingsOf(1, 4, { ...ARRIVAL_DEFAULTS, arrivals: 'together' }, seededRng('one'));
    const oneRoomWorld: World = { ...world, rooms: world.rooms.slice(0, 1) };
    const seen: (readonly number[])[] = [];
    const strategy = moving(({ fleet, after }) => ({
      join: () => {
        // The look that moves is within the first second.
        for (const ms of [1000 + MOVE_MS / 2 - 1, 1000 + MOVE_MS + 1])
          after(ms, () => void seen.push([fleet.sessions[0] ?? -1, fleet.sessions[5] ?? -1]));
        return 0;
      },
    }));
    const { rooms } = run(strategy, { from: oneRoomWorld, meetings: meeting === undefined ? [] : [meeting] });
    expect(seen[0]).toEqual([4, 1]);
    expect(seen.at(-1)).toEqual([3, 1]);
    expect(rooms[0]).toMatchObject({ firstHosts: [0, 0, 0, 0], hosts: [5, 0, 0, 0], tally: { moves: 1, changes: 4 } });
  });

  test('is void when its person leaves meanwhile, but counts, and leaves no charge', () => {
    const [one] = trickle;
    const startMs = one?.startMs ?? 0;
    // Looks are on whole seconds: the first person leaves a second after the look that moves them.
    const beginMs = Math.ceil(startMs / 1000) * 1000 + 500;
    const meeting: Meeting = {
      startMs,
      endMs: startMs + 60_000,
      stays: [
        { person: 0, fromMs: beginMs, toMs: beginMs + 1500 },
        { person: 1, fromMs: beginMs + 1, toMs: startMs + 60_000 },
      ],
    };
    let charges: Int32Array | undefined;
    const switched: number[] = [];
    const strategy = moving(({ fleet, after }) => ({
      join: () => {
        after(59_000, () => {
          charges = fleet.sessions.slice();
        });
        return 0;
      },
      switched: (_, { host }) => void switched.push(host),
    }));
    const { rooms } = run(strategy, { from: { ...world, rooms: world.rooms.slice(0, 1) }, meetings: [meeting] });
    expect(switched).toEqual([]);
    expect([charges?.[0], charges?.[5]]).toEqual([1, 0]);
    expect(rooms[0]).toMatchObject({ hosts: [0, 0, -1, -1], tally: { moves: 1, undone: 0 } });
  });

  test('to no host (-1) counts as a move, and changes nothing', () => {
    const strategy = fake(() => ({ look: ({ seats: [seat] }) => (seat === undefined ? [] : [{ seat, to: -1 }]) }));
    const { rooms } = run(strategy);
    expect(rooms.every(({ hosts }) => hosts.every((host) => host <= 0))).toBe(true);
    expect(rooms[0]?.tally.moves).toBeGreaterThan(10);
  });
});

test('when everybody has left, no host is charged', () => {
  let setting: Setting | undefined;
  const watched: Strategy = {
    ...ours,
    start: (o) => {
      setting = o;
      return ours.start(o);
    },
  };
  run(watched);
  expect(setting?.fleet.sessions.every((sessions) => sessions === 0)).toBe(true);
});

describe('our moves', () => {
  const withoutMoves: Strategy = {
    ...ours,
    start: (o) => {
      const running = ours.start(o);
      return Object.assign(Object.create(running), { ...bound(running), look: () => [] }) as Running;
    },
  };
  const moved = metricsOf(run(ours), world);

  test('bring people nearer to each other than without moves', () => {
    const stayed = metricsOf(run(withoutMoves), world);
    expect(stayed).toMatchObject({ movesPerRoom: 0, movesPerPersonHour: 0, movesPerChange: 0, undoneShare: 0 });
    expect(moved.movesPerPersonHour).toBeGreaterThan(0);
    expect(moved.onewayMsMean).toBeLessThan(stayed.onewayMsMean);
  });

  test('are more frequent when the database is more wrong about people', () => {
    const worse = metricsOf(run(ours, { from: misplacedWorld }), misplacedWorld);
    expect(worse.movesPerRoom).toBeGreaterThan(moved.movesPerRoom);
  });

  test('use hosts that are not busy', () => {
    const tight: World = { ...world, hosts: world.hosts.map((host) => ({ ...host, capacity: 3 })) };
    let moves = 0;
    const watched: Strategy = {
      ...ours,
      start: (o) => {
        const running = ours.start(o);
        const look: Running['look'] = (room, nowMs) => {
          // Looks of one second see the fleet at the begin of the second, as in the centre.
          const made = running.look?.(room, nowMs) ?? [];
          for (const { to } of made) {
            moves += 1;
            expect(o.fleet.utilisation(to)).toBeLessThan(1);
          }
          return made;
        };
        return Object.assign(Object.create(running), { look, ...bound(running) }) as Running;
      },
    };
    const made = run(watched, { from: tight });
    expect(moves).toBeGreaterThan(0);
    expect(metricsOf(made, tight).overLimitHosts).toBe(0);
    expect(BUSY_UTILISATION).toBeLessThan(1);
  });
  /** Binds the methods, since a class with private fields needs its own instance. */
  function bound(running: Running): Partial<Running> {
    return {
      join: (...o) => running.join(...o),
      leave: (...o) => running.leave?.(...o),
      switched: (...o) => running.switched?.(...o),
      advance: (...o) => running.advance?.(...o) ?? false,
      via: (...o) => running.via(...o),
    };
  }
});
