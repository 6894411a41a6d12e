import { describe, expect, it } from 'vitest';
import { bytesText, moneyText, rateText, shareOf } from '../../../src/console/cost/core/figures.ts';
import {
  faultsFromPointers,
  faultsOf,
  formOf,
  parsedPrice,
  pricesOf,
  withLine,
} from '../../../src/console/cost/core/prices.ts';

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
  it('of a currency without cents have no decimals', () => expect(moneyText(120.4, 'JPY', 'en-US')).toBe('¥120'));
  it('of an unknown currency are shown too', () => expect(moneyText(2, 'XQZ', 'en-US')).toMatch(/^XQZ\s2\.00$/));
});

it('bytes and rates use the largest unit in which they are at least one', () => {
  expect([0, 999, 1000, 363.6e12, 5e18].map((bytes) => bytesText(bytes, 'en-US'))).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '364 TB',
    '5,000 PB',
  ]);
  expect([0, 48.04e6, 2.9e9].map((bps) => rateText(bps, 'en-US'))).toEqual(['0 bit/s', '48 Mbit/s', '2.9 Gbit/s']);
});

it('a share is 0 … 1, and 0 of nothing', () =>
  expect([shareOf(1, 4), shareOf(5, 4), shareOf(1, 0), shareOf(-1, 4)]).toEqual([0.25, 1, 0, 0]));

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
  ])('typed as "%s" are %d', (text, price) => expect(parsedPrice(text)).toBe(price));

  const prices = {
    currency: 'EUR',
    nodeHours: [{ price: 0.2 }, { kind: 'sfu', region: 'eu', price: 0.3 }],
    traffic: [
      { unit: 'GB', price: 0.05 },
      { region: 'eu', unit: 'Mbps95', price: 4 },
    ],
  } as const;
  it('are the same after they have passed through the form', () => {
    expect(pricesOf(formOf(prices))).toEqual(prices);
    expect(faultsOf(formOf(prices))).toEqual({});
  });
  it('that are missing, invalid or duplicate are found at their lines', () => {
    const invalidForm = formOf({
      currency: 'EU',
      nodeHours: [{ price: 1 }, { kind: 'sfu', price: 1 }, { kind: 'sfu', price: 2 }],
      traffic: [
        { unit: 'GB', price: 1 },
        { unit: 'Mbps95', price: 1 },
      ],
    });
    expect(faultsOf(withLine(withLine(invalidForm, 'nodeHours'), 'traffic'))).toEqual({
      currency: 'refused',
      'nodeHours/2': 'twice',
      'nodeHours/3': 'price',
      'traffic/1': 'twice',
      'traffic/2': 'price',
    });
  });
  it('get lines with unique ids, also in an empty list', () => {
    const form = withLine(withLine(formOf(prices), 'nodeHours'), 'traffic');
    const ids = [...form.nodeHours, ...form.traffic].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const none = { currency: 'EUR', nodeHours: [], traffic: [] };
    expect(withLine(none, 'traffic').traffic.map(({ id }) => id)).toEqual([0]);
  });
  it('that the API refuses are marked at their lines', () =>
    expect(faultsFromPointers(['/nodeHours/2/price', '/traffic/0', '/currency'])).toEqual({
      'nodeHours/2': 'refused',
      'traffic/0': 'refused',
      currency: 'refused',
    }));
});
