// How tenants share a list that has no place for all.
import { expect, it } from 'vitest';
import { fairShares } from '../../../src/rooms/core/fair-shares.ts';

const rooms = (tenant: string, ...bytes: number[]) =>
  bytes.map((bytes, at) => ({ tenant, name: `${tenant}${at}`, bytes }));
const share = (wanted: ReturnType<typeof rooms>, max: { count?: number; bytes?: number }) =>
  fairShares(wanted, { count: 100, bytes: 1000, ...max })
    .map(({ name }) => name)
    .sort();

it('everything where there is place for it', () => {
  expect(share([...rooms('a', 600), ...rooms('b', 400)], {})).toEqual(['a0', 'b0']);
  expect(share([], {})).toEqual([]);
});

it('equal parts of the bytes, whoever comes first', () => {
  const large = rooms('a', 200, 200, 200, 200, 200);
  expect(share([...large, ...rooms('b', 200, 200, 200, 200)], {})).toEqual(['a0', 'a1', 'a2', 'b0', 'b1']);
  expect(share([...large, ...rooms('b', 100), ...rooms('c', 100)], {})).toEqual(['a0', 'a1', 'a2', 'a3', 'b0', 'c0']);
});

it('equal parts of the bytes, however long each one is', () => {
  const long = rooms('a', 300, 300, 300);
  expect(share([...long, ...rooms('b', 100, 100, 100, 100, 100, 100)], {})).toEqual([
    'a0',
    ...['b0', 'b1', 'b2', 'b3', 'b4', 'b5'],
  ]);
});

it('equal parts of the number', () => {
  const many = rooms('a', 1, 1, 1, 1, 1, 1);
  expect(share([...many, ...rooms('b', 1, 1), ...rooms('c', 1)], { count: 6 })).toEqual([
    ...['a0', 'a1', 'a2'],
    ...['b0', 'b1'],
    'c0',
  ]);
});

it('by whichever of both a tenant has more of', () => {
  // a has few large ones, b many small ones: each half.
  const wanted = [...rooms('a', 250, 250, 250, 250), ...rooms('b', ...Array<number>(10).fill(1))];
  expect(share(wanted, { count: 10 })).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6']);
});

it('what fits, when one before it does not', () => {
  expect(share([...rooms('a', 2000, 10), ...rooms('b', 900, 90)], {})).toEqual(['a1', 'b0', 'b1']);
  expect(share([...rooms('a', 950), ...rooms('b', 960), ...rooms('c', 970, 10), ...rooms('d', 40)], {})).toEqual([
    'a0',
    'c1',
    'd0',
  ]);
});
