import { describe, expect, it } from 'vitest';
import type { World, WorldChange } from '../../api/src/console/schemas.ts';
import { atMinute, type Found, growthOf, missedOf, smoothnessOf } from '../lab/console/judge.ts';
import { unsentOf } from '../lab/console/stream.ts';
import { busiestLink, EventReader, SeenWorld } from '../lab/console/world-events.ts';

const good: Found = {
  smoothness: { framesPerSecondP5: 58, longestGapMs: 40 },
  heapGrowth: 0.02,
  rssGrowth: -0.05,
  unreadCutSeconds: 12,
  intakeCpuShare: 0.004,
  secondsToSee: { loss: 4, node: 5 },
};

describe('aims', () => {
  it('are met, or each missed for itself', () => {
    expect(missedOf(good)).toEqual([]);
    for (const bad of [
      { smoothness: { framesPerSecondP5: 29, longestGapMs: 40 } },
      { smoothness: smoothnessOf([5]) },
      { heapGrowth: 0.11 },
      { rssGrowth: 0.3 },
      { unreadCutSeconds: 31 },
      { unreadCutSeconds: Number.NaN },
      { intakeCpuShare: 0.02 },
      { intakeCpuShare: Number.NaN },
      { secondsToSee: { loss: Number.NaN, node: 5 } },
    ])
      expect(missedOf({ ...good, ...bad }), JSON.stringify(bad)).toHaveLength(1);
  });

  it('say nothing of growth in a run that is too short for it', () => {
    expect(missedOf({ ...good, heapGrowth: Number.NaN, rssGrowth: Number.NaN, smoothness: undefined })).toEqual([]);
  });
});

describe('pictures of a page', () => {
  it('have the rate of the slow ones and the longest gap', () => {
    const times = Array.from({ length: 201 }, (_, at) => at * 20 + (at > 100 ? 300 : 0));
    expect(smoothnessOf(times)).toEqual({ framesPerSecondP5: 50, longestGapMs: 320 });
    const slow = Array.from({ length: 200 }, (_, at) => at * 20 + Math.floor(at / 10) * 80);
    expect(smoothnessOf(slow).framesPerSecondP5).toBe(10);
  });
});

describe('growth of memory', () => {
  const samples = (bytes: (minute: number) => number, minutes = 10) =>
    Array.from({ length: 2 * minutes + 1 }, (_, at) => ({ atMs: at * 30_000, bytes: bytes(at / 2) }));

  it('counts from three minutes on, and not by single samples', () => {
    expect(growthOf(samples((minute) => (minute < 3 ? 100 : 200)))).toBe(0);
    expect(growthOf(samples((minute) => (minute === 10 ? 900 : 200)))).toBe(0);
    expect(growthOf(samples((minute) => 100 + 10 * minute))).toBeCloseTo(190 / 130 - 1);
    expect(growthOf(samples(() => 100, 4))).toBeNaN();
  });

  it('is shown at minutes that were reached', () => {
    expect(
      atMinute(
        samples((minute) => minute),
        5,
      ),
    ).toBe(5);
    expect(
      atMinute(
        samples((minute) => minute, 2),
        10,
      ),
    ).toBeNaN();
  });
});

describe('events', () => {
  it('come in pieces', () => {
    const reader = new EventReader();
    expect(reader.take('event: world\ndata: {"a"')).toEqual([]);
    expect(reader.take(':1}\n\n: keep\n\nevent: change\r\ndata: 2\r\n\r\nevent: ')).toEqual([
      { event: 'world', data: '{"a":1}' },
      { event: 'change', data: '2' },
    ]);
  });

  const totals = { sessions: 3 } as World['totals'];
  const link = (from: string, to: string, rest: object = {}) =>
    ({ from, to, isUsed: true, isReachable: true, via: [], sessions: 1, ...rest }) as World['links'][number];
  const world = (part: Partial<World>): string =>
    JSON.stringify({ seq: 4, totals, sites: [], links: [], places: [], ...part });
  const change = (part: Partial<WorldChange>): string =>
    world(Object.assign({ goneSites: [], goneLinks: [], gonePlaces: [] }, part));

  it('make a world, whose gaps are counted', () => {
    const seen = new SeenWorld();
    seen.take('world', world({ links: [link('a', 'b'), link('a', 'c')] }));
    seen.take('change', change({ seq: 5, links: [link('a', 'b', { loss: 0.1 })], goneLinks: ['a c'] }));
    expect(seen).toMatchObject({ seq: 5, sessions: 3, gaps: 0 });
    expect([...seen.links]).toEqual([['a b', link('a', 'b', { loss: 0.1 })]]);
    seen.take('change', change({ seq: 7 }));
    expect(seen.gaps).toBe(1);
  });

  it('name the busiest link that is in use and loses nothing', () => {
    const seen = new SeenWorld();
    expect(busiestLink(seen)).toBeUndefined();
    const links = [
      link('a', 'b', { sessions: 9, isUsed: false }),
      link('a', 'c', { sessions: 8, loss: 0.2 }),
      link('b', 'c', { sessions: 7 }),
      link('b', 'd', { sessions: 2 }),
    ];
    seen.take('world', world({ links }));
    expect(busiestLink(seen)).toEqual(links[2]);
  });
});

describe('a connection', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt
   0: 0100007F:1F90 0100007F:C350 01 0000A000:00000000 00:00000000 00000000
   1: 0100007F:C350 0100007F:1F90 01 00000000:0000BEEF 00:00000000 00000000
   2: 0100007F:1F90 0100007F:C351 04 00001000:00000000 00:00000000 00000000`;
  it('holds what its other side does not take, until it is closed', () => {
    expect(unsentOf(table, { localPort: 8080, remotePort: 50_000 })).toBe(0xa000);
    expect(unsentOf(table, { localPort: 50_000, remotePort: 8080 })).toBe(0);
    expect(unsentOf(table, { localPort: 8080, remotePort: 50_001 })).toBeUndefined();
    expect(unsentOf(table, { localPort: 8080, remotePort: 50_002 })).toBeUndefined();
  });
});
