import { InvariantError } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { costVia, DIRECT, HOSTS_MAX, NO_PATH, PathTable } from '../../../src/routing/core/routes/index.ts';
import { byDefinition, fleet, randomFleet } from './fixtures.ts';

const gone = Number.POSITIVE_INFINITY;
const planned = (input: ReturnType<typeof fleet>): PathTable => {
  const table = new PathTable(input.hosts);
  table.replan(input);
  return table;
};

describe('best and second path', () => {
  test.each([
    { name: 'a fleet without hosts', rows: [], from: 0, to: 0, best: DIRECT, second: NO_PATH },
    { name: 'a host to itself, at no cost', rows: [[0]], from: 0, to: 0, best: DIRECT, second: NO_PATH },
    {
      name: 'two hosts without a link',
      rows: [
        [0, gone],
        [gone, 0],
      ],
      from: 0,
      to: 1,
      best: NO_PATH,
      second: NO_PATH,
    },
    {
      name: 'two hosts with a link',
      rows: [
        [0, 9],
        [9, 0],
      ],
      from: 0,
      to: 1,
      best: DIRECT,
      second: NO_PATH,
    },
    {
      name: 'two hosts with a link that was not measured',
      rows: [
        [0, Number.NaN],
        [9, 0],
      ],
      from: 0,
      to: 1,
      best: NO_PATH,
      second: NO_PATH,
    },
    {
      name: 'a relayed path that is shorter, with the cost of its relay',
      rows: [
        [0, 9, 3],
        [9, 0, 4],
        [3, 4, 0],
      ],
      from: 0,
      to: 1,
      best: 2,
      second: DIRECT,
    },
    {
      name: 'a direct path before a relayed path of the same cost',
      rows: [
        [0, 8, 3],
        [8, 0, 4],
        [3, 4, 0],
      ],
      from: 0,
      to: 1,
      best: DIRECT,
      second: 2,
    },
    {
      name: 'a relayed path without a direct one',
      rows: [
        [0, gone, 3],
        [9, 0, 4],
        [3, 4, 0],
      ],
      from: 0,
      to: 1,
      best: 2,
      second: NO_PATH,
    },
    {
      name: 'the opposite direction, which has a path of its own',
      rows: [
        [0, gone, 3],
        [9, 0, 40],
        [3, 4, 0],
      ],
      from: 1,
      to: 0,
      best: DIRECT,
      second: 2,
    },
  ])('$name', ({ rows, from, to, best, second }) => {
    const pair = planned(fleet(rows)).pair(from, to);
    expect([pair.best.via, pair.second.via]).toEqual([best, second]);
  });

  const detours = [
    [0, 20, 1, 2, 30],
    [20, 0, 1, 2, 30],
    [1, 1, 0, 5, 5],
    [2, 2, 5, 0, 5],
    [30, 30, 5, 5, 0],
  ];

  test('a host that must not relay is in no path', () => {
    expect(planned(fleet(detours, { relayMs: [1, 1, gone, 1, 1] })).pair(0, 1)).toMatchObject({
      best: { via: 3, costMs: 5 },
    });
  });

  test('two relays of one site count as one path, so the second path goes over another site', () => {
    const pair = planned(fleet(detours, { sites: [0, 1, 2, 2, 4] })).pair(0, 1);
    expect([pair.best.via, pair.second.via]).toEqual([2, DIRECT]);
  });

  test('a path over a relay at an end’s own site shares the direct path’s leg, so it is never the direct path’s standby', () => {
    const pair = planned(
      fleet(
        [
          [0, 9, 1, 30],
          [9, 0, 9, 30],
          [1, 9, 0, 30],
          [30, 30, 30, 0],
        ],
        { sites: [0, 1, 0, 3] },
      ),
    ).pair(0, 1);
    expect([pair.best.via, pair.second.via]).toEqual([DIRECT, 3]);
  });

  test('equal those of a search by definition, for 400 random fleets', () => {
    for (let round = 0; round < 400; round += 1) {
      const rng = seededRng(`paths ${round}`);
      const input = randomFleet(rng);
      const table = planned(input);
      for (let from = 0; from < input.hosts; from += 1) {
        for (let to = 0; to < input.hosts; to += 1) {
          if (from === to) continue;
          const where = `round ${round}, ${from} to ${to}`;
          expect(table.pair(from, to), where).toEqual(byDefinition(input, from, to));
        }
      }
    }
  });

  test('have the cost of the relay that they name', () => {
    const input = fleet(detours);
    expect(planned(input).pair(0, 1).best).toEqual({ via: 2, costMs: costVia(input, 1, 2) });
    expect(costVia(input, 1, NO_PATH)).toBe(gone);
  });

  test('more hosts than the bound, or arrays of another fleet, are an error of the caller', () => {
    expect(() => new PathTable(HOSTS_MAX + 1)).toThrow(InvariantError);
    expect(() => new PathTable(2).replan(fleet(detours))).toThrow(InvariantError);
  });
});
