// The page of cost: amounts, prices as they are typed, the picture of policies.
import { describe, expect, it } from 'vitest';
import {
  bytesText,
  cheapestOf,
  differenceText,
  moneyText,
  policyKind,
  rateText,
  shareOf,
} from '../../../src/console/cost/core/figures.ts';
import { HEIGHT, pictureOf, type Shown, WIDTH } from '../../../src/console/cost/core/picture.ts';
import { faultsOf, formOf, priceOf, pricesOf, refusedOf, withLine } from '../../../src/console/cost/core/prices.ts';

describe('amounts', () => {
  it.each([
    [0, '$0.00'],
    [0.000_000_000_1, '$0.00'],
    [0.004_214, '$0.00421'],
    [0.5, '$0.50'],
    [12.345, '$12.35'],
    [-0.031, '-$0.031'],
    [22_391.4, '$22,391'],
  ])('of %d are %s', (value, text) => expect(moneyText(value, 'USD', 'en-US')).toBe(text));
  it('of a currency without cents have none', () => expect(moneyText(120.4, 'JPY', 'en-US')).toBe('¥120'));
  it('of a currency that has no name yet are shown too', () =>
    expect(moneyText(2, 'XQZ', 'en-US')).toMatch(/^XQZ\s2\.00$/));
});

it('bytes and rates have the largest unit of which there is one', () => {
  expect([0, 999, 1000, 363.6e12, 5e18].map((bytes) => bytesText(bytes, 'en-US'))).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '364 TB',
    '5,000 PB',
  ]);
  expect([0, 48.04e6, 2.9e9].map((bps) => rateText(bps, 'en-US'))).toEqual(['0 bit/s', '48 Mbit/s', '2.9 Gbit/s']);
});

it('a share is never more than the whole, and none of nothing', () =>
  expect([shareOf(1, 4), shareOf(5, 4), shareOf(1, 0), shareOf(-1, 4)]).toEqual([0.25, 1, 0, 0]));

describe('policies', () => {
  it('are compared in per cent, with one decimal below ten', () => {
    const base = { value: 0.0268, locale: 'en-US' };
    expect([0.0268, 0.0281, 0.0316, 0.02].map((cost) => differenceText(cost, base.value, base.locale))).toEqual([
      '0%',
      '+4.9%',
      '+18%',
      '-25%',
    ]);
    expect(differenceText(1, 0, 'en-US')).toBeUndefined();
  });
  it('are compared with the one of least cost, of several the first', () => {
    const [a, b, c] = [{ costPerUserHour: 2 }, { costPerUserHour: 1 }, { costPerUserHour: 1 }];
    expect(cheapestOf([a, b, c])).toBe(b);
    expect(cheapestOf([])).toBeUndefined();
  });
  it.each([
    ['relay20', { kind: 'some', percent: 20 }],
    ['relay', { kind: 'relay' }],
    ['single', { kind: 'single' }],
    ['relay-2', { kind: 'unknown' }],
    ['constructor', { kind: 'unknown' }],
  ])('%s is known', (name, kind) => expect(policyKind(name)).toEqual(kind));
});

describe('prices', () => {
  it.each([
    ['', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['1.2.3', undefined],
    ['1000001', undefined],
    [' 0,05 ', 0.05],
    ['0', 0],
    ['1000000', 1e6],
  ])('typed as "%s" are %d', (text, price) => expect(priceOf(text)).toBe(price));

  const prices = {
    currency: 'EUR',
    nodeHours: [{ price: 0.2 }, { kind: 'sfu', region: 'eu', price: 0.3 }],
    traffic: [
      { unit: 'GB', price: 0.05 },
      { region: 'eu', unit: 'Mbps95', price: 4 },
    ],
  } as const;
  it('come out of the form as they went in', () => {
    expect(pricesOf(formOf(prices))).toEqual(prices);
    expect(faultsOf(formOf(prices))).toEqual({});
  });
  it('that are missing, wrong or there twice are found at their lines', () => {
    const wrong = formOf({
      currency: 'EU',
      nodeHours: [{ price: 1 }, { kind: 'sfu', price: 1 }, { kind: 'sfu', price: 2 }],
      traffic: [
        { unit: 'GB', price: 1 },
        { unit: 'Mbps95', price: 1 },
      ],
    });
    expect(faultsOf(withLine(withLine(wrong, 'nodeHours'), 'traffic'))).toEqual({
      currency: 'refused',
      'nodeHours/2': 'twice',
      'nodeHours/3': 'price',
      'traffic/1': 'twice',
      'traffic/2': 'price',
    });
  });
  it('get lines with ids of their own, also after the last was removed', () => {
    const form = withLine(withLine(formOf(prices), 'nodeHours'), 'traffic');
    const ids = [...form.nodeHours, ...form.traffic].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const none = { currency: 'EUR', nodeHours: [], traffic: [] };
    expect(withLine(none, 'traffic').traffic.map(({ id }) => id)).toEqual([0]);
  });
  it('that the api refuses are marked at their lines', () =>
    expect(refusedOf(['/nodeHours/2/price', '/traffic/0', '/currency'])).toEqual({
      'nodeHours/2': 'refused',
      'traffic/0': 'refused',
      currency: 'refused',
    }));
});

describe('the picture of policies', () => {
  const shown: readonly Shown[] = [
    { cost: 0.0268, delayMs: 98, label: 'One node' },
    { cost: 0.0291, delayMs: 79, label: 'Direct' },
    { cost: 0.0292, delayMs: 78, label: 'Relays ≤ 5 %' },
    { cost: 0.0293, delayMs: 77.5, label: '中转' },
    { cost: 0.0316, delayMs: 69, label: 'Relays wherever they gain' },
  ];
  it('has more cost at the right, more delay above, and all within', () => {
    const { points, left, right, top, bottom } = pictureOf(shown);
    expect(points.map(({ x }) => x)).toEqual(points.map(({ x }) => x).sort((a, b) => a - b));
    expect(points.map(({ y }) => y)).toEqual(points.map(({ y }) => y).sort((a, b) => a - b));
    for (const { x, y } of points) expect(x >= left && x <= right && y >= top && y <= bottom).toBe(true);
  });
  it('has no label over another, over a point, or outside', () => {
    const { points } = pictureOf(shown);
    const boxes = points.map(({ label, labelX, labelY, anchor }) => {
      const width = [...label].reduce((sum, letter) => sum + (letter > '\u2fff' ? 13 : 7), 0);
      const left = labelX - { start: 0, middle: width / 2, end: width }[anchor];
      return { label, left, right: left + width, top: labelY - 7, bottom: labelY + 7 };
    });
    for (const [at, box] of boxes.entries()) {
      expect([box.label, box.left >= 0 && box.right <= WIDTH && box.top >= 0 && box.bottom <= HEIGHT]).toEqual([
        box.label,
        true,
      ]);
      for (const other of boxes.slice(at + 1)) {
        const isOver =
          box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
        expect([box.label, other.label, isOver]).toEqual([box.label, other.label, false]);
      }
      for (const { x, y } of points) expect(x > box.left && x < box.right && y > box.top && y < box.bottom).toBe(false);
    }
  });
  it('of one policy, or of several that are alike, has finite places and round numbers', () => {
    for (const some of [shown.slice(0, 1), [shown[0], shown[0]], [{ cost: 0, delayMs: 0, label: 'x' }]]) {
      const { points, costs, delays } = pictureOf(some.flatMap((one) => one ?? []));
      for (const { x, y } of points) expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
      for (const ticks of [costs, delays]) {
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThan(8);
      }
    }
  });
  it('takes what differs by the rounding of sums alone as the same', () => {
    const one = { cost: 0.049_112_255_473_173_62, delayMs: 14, label: 'One node' };
    for (const cost of [one.cost * (1 + 1e-9), 0.049_112_255_473_173_626]) {
      const { costs } = pictureOf([one, { ...one, cost }]);
      expect(costs.length).toBeGreaterThan(1);
      expect(Math.max(...costs.map(({ digits }) => digits))).toBeLessThan(5);
    }
  });
});
