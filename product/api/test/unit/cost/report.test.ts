import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestRank } from '../../../src/cost/core/percentile.ts';
import { assumed, invalidFieldsOf, nodeHourPrice, type Prices, trafficPrices } from '../../../src/cost/core/prices.ts';
import { costReport, type UsageFigures } from '../../../src/cost/core/report.ts';

const pricesOf = (o: Partial<Prices>): Prices => ({ currency: 'EUR', nodeHours: [], traffic: [], ...o });
const usedOf = (o: Partial<UsageFigures>): UsageFigures => {
  return { passed: 1, nodes: [], peakBps: new Map(), sessions: [], delivered: [], links: [], ...o };
};
const node = (region: string, hours: number, gigabytes = 0, kind = 'sfu') => {
  return { kind, region, hours, sentBytes: gigabytes * 1e9 };
};
const session = (region: string, tenant: string, hours: number, receivedBytes = 0) => {
  return { region, tenant, hours, receivedBytes };
};
const costs = (used: UsageFigures, prices: Prices, by: 'region' | 'tenant' | 'link') =>
  Object.fromEntries(
    costReport(used, prices, by).rows.map((row) => [row.key, [row.nodeCost, row.trafficCost, row.costPerUserHour]]),
  );

describe('prices', () => {
  it('of a node-hour are set by kind and region, else by kind, else by region, else for all, else 0', () => {
    const lines = [
      { price: 1 },
      { region: 'eu', price: 2 },
      { kind: 'sfu', price: 3 },
      { kind: 'sfu', region: 'eu', price: 4 },
    ];
    const found = [4, 3, 2, 1, 0].map((count) => {
      const prices = pricesOf({ nodeHours: lines.slice(0, count).toReversed() });
      return nodeHourPrice(prices, 'sfu', 'eu');
    });
    expect(found).toEqual([4, 3, 2, 1, 0]);
    expect(nodeHourPrice(pricesOf({ nodeHours: lines }), 'sfu', 'ap')).toBe(3);
    expect(nodeHourPrice(pricesOf({ nodeHours: lines }), 'gateway', 'eu')).toBe(2);
    expect(nodeHourPrice(pricesOf({ nodeHours: lines }), 'gateway', 'ap')).toBe(1);
  });

  it('of traffic come from the region’s own lines in any unit, else from the common ones', () => {
    const prices = pricesOf({
      traffic: [
        { unit: 'GB', price: 1 },
        { region: 'eu', unit: 'Mbps95', price: 2 },
        { region: 'ap', unit: 'Mbps95', price: 3 },
        { region: 'ap', unit: 'GB', price: 4 },
      ],
    });
    expect(trafficPrices(prices, 'us')).toEqual({ gigabyte: 1, mbps95: 0 });
    expect(trafficPrices(prices, 'eu')).toEqual({ gigabyte: 0, mbps95: 2 });
    expect(trafficPrices(prices, 'ap')).toEqual({ gigabyte: 4, mbps95: 3 });
    expect(trafficPrices(pricesOf({}), 'eu')).toEqual({ gigabyte: 0, mbps95: 0 });
  });

  it('are invalid with two lines for the same item, or an unknown kind', () => {
    const prices = pricesOf({
      nodeHours: [{ kind: 'sfu', price: 1 }, { price: 1 }, { kind: 'sfu', price: 2 }, { kind: 'sun', price: 1 }],
      traffic: [
        { unit: 'GB', region: 'eu', price: 1 },
        { unit: 'Mbps95', region: 'eu', price: 1 },
        { unit: 'GB', region: 'eu', price: 1 },
      ],
    });
    const pointers = invalidFieldsOf(prices, ['sfu', 'gateway']).map(({ pointer }) => pointer);
    expect(pointers).toEqual(['/nodeHours/2', '/traffic/2', '/nodeHours/3/kind']);
    expect(invalidFieldsOf(assumed, ['sfu'])).toEqual([]);
  });
});

describe('the 95th percentile', () => {
  it.each([
    [[], 0],
    [[7], 7],
    [Array.from({ length: 20 }, (_, at) => 20 - at), 19],
    [Array.from({ length: 21 }, (_, at) => at + 1), 20],
    [[9, 10, 100], 100],
  ])('of %j is %d, by nearest rank', (values, expected) => expect(nearestRank(values, 0.95)).toBe(expected));
});

describe('the cost of a month', () => {
  const prices = pricesOf({
    nodeHours: [{ price: 2 }],
    traffic: [
      { unit: 'GB', price: 1 },
      { region: 'ap', unit: 'GB', price: 1 },
      { region: 'ap', unit: 'Mbps95', price: 10 },
    ],
  });
  const usage = usedOf({
    passed: 0.5,
    nodes: [node('eu', 10, 30), node('eu', 5, 10, 'gateway'), node('ap', 10, 20), node('sa', 1, 3)],
    peakBps: new Map([
      ['eu', 8e6],
      ['ap', 4e6],
    ]),
    sessions: [
      session('eu', 'acme', 30, 100),
      session('eu', 'globex', 10, 300),
      session('ap', 'acme', 5, 0),
      session('ap', '', 5, 0),
      session('', 'globex', 2, 9),
    ],
    links: [
      { from: 'eu', to: 'ap', sentBytes: 4e9, peakBps: 5 },
      { from: 'ap', to: 'eu', sentBytes: 5e9, peakBps: 6 },
      { from: 'us', to: 'sa', sentBytes: 1e9, peakBps: 7 },
    ],
  });

  it('by region adds nodes to traffic, by bytes sent, by the percentile, or by both', () => {
    expect(costs(usage, prices, 'region')).toEqual({
      eu: [30, 40, 70 / 40],
      ap: [20, 20 + 4 * 10 * 0.5, 60 / 10],
      sa: [2, 3, undefined],
      '': [0, 0, 0],
    });
    const { total, rows, kinds } = costReport(usage, prices, 'region');
    expect(total).toMatchObject({ nodeHours: 26, nodeCost: 52, sentBytes: 63e9, trafficCost: 83, userHours: 52 });
    expect(rows.map(({ key, peakBps }) => [key, peakBps])).toEqual([
      ['eu', 8e6],
      ['ap', 4e6],
      ['sa', undefined],
      ['', undefined],
    ]);
    expect(kinds).toEqual([
      { kind: 'sfu', nodeHours: 21, nodeCost: 42 },
      { kind: 'gateway', nodeHours: 5, nodeCost: 10 },
    ]);
  });

  it('by tenant divides by session time and bytes that clients received; the rest belongs to no tenant', () => {
    expect(costs(usage, prices, 'tenant')).toEqual({
      acme: [22.5 + 10, 10, 42.5 / 35],
      globex: [7.5, 30, 37.5 / 12],
      '': [10 + 2, 40 + 3, 55 / 5],
    });
  });

  it('by link divides the traffic cost of a region by the bytes of its links', () => {
    expect(costs(usage, prices, 'link')).toEqual({
      'eu > ap': [0, 4, 4 / 10],
      'ap > eu': [0, 5 + 20 / 4, 10 / 40],
      'us > sa': [0, 1, undefined],
    });
    expect(costReport(usage, prices, 'link').rows.map(({ peakBps }) => peakBps)).toEqual([6, 5, 7]);
  });

  it('is 0 without measurements', () => {
    for (const by of ['region', 'tenant', 'link'] as const)
      expect(costReport(usedOf({}), assumed, by)).toMatchObject({ total: { cost: 0, userHours: 0 }, rows: [] });
    const links = [{ from: 'eu', to: 'ap', sentBytes: 0, peakBps: 0 }];
    const byPeak = pricesOf({ traffic: [{ unit: 'Mbps95', price: 1 }] });
    const usageWithoutTraffic = usedOf({ links, peakBps: new Map([['eu', 0]]), sessions: [session('ap', 'acme', 0)] });
    for (const by of ['region', 'tenant', 'link'] as const)
      for (const row of costReport(usageWithoutTraffic, byPeak, by).rows) expect(row.cost).toBe(0);
  });

  it('equals the sum of its rows, by region and by tenant', () => {
    const name = fc.constantFrom('', 'a', 'b', 'c');
    const amount = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e6 }));
    const price = fc.double({ min: 0, max: 1e3, noNaN: true });
    const measured = fc.record({
      passed: fc.double({ min: 0, max: 1, noNaN: true }),
      nodes: fc.array(fc.record({ kind: name, region: name, hours: amount, sentBytes: amount })),
      peakBps: fc.array(fc.tuple(name, amount)).map((peaks) => new Map(peaks)),
      sessions: fc.array(fc.record({ region: name, tenant: name, hours: amount, receivedBytes: amount })),
      delivered: fc.array(fc.record({ region: name, tenant: name, bytes: amount })),
      links: fc.constant([]),
    });
    const set = fc.record({
      currency: fc.constant('EUR'),
      nodeHours: fc.array(fc.record({ kind: name, region: name, price }, { requiredKeys: ['price'] })),
      traffic: fc.array(
        fc.record({ region: name, unit: fc.constantFrom('GB', 'Mbps95'), price }, { requiredKeys: ['unit', 'price'] }),
      ),
    });
    const sums = ['nodeHours', 'nodeCost', 'sentBytes', 'deliveredBytes', 'trafficCost', 'cost', 'userHours'] as const;
    const isSum = fc.property(measured, set, fc.constantFrom('region', 'tenant'), (used, prices, by) => {
      const { total, rows } = costReport(used, prices, by);
      for (const figure of sums) {
        const sum = rows.reduce((all, row) => all + row[figure], 0);
        expect(Math.abs(sum - total[figure])).toBeLessThanOrEqual(1e-9 * Math.max(1, total[figure]));
      }
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    });
    fc.assert(isSum, { numRuns: 300 });
  });
});
