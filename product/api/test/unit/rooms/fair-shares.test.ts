import { expect, it } from 'vitest';
import { fairShares } from '../../../src/rooms/core/fair-shares.ts';

const rooms = (tenant: string, ...bytes: number[]) =>
  bytes.map((bytes, at) => ({ tenant, name: `${tenant}${at}`, bytes }));
const share = (wanted: ReturnType<typeof rooms>, max: { count?: number; bytes?: number }) =>
  fairShares(wanted, { count: 100, bytes: 1000, ...max })
    .map(({ name }) => name)
    .sort();

it('all rooms are chosen if they fit', () => {
  expect(share([...rooms('a', 600), ...rooms('b', 400)], {})).toEqual(['a0', 'b0']);
  expect(share([], {})).toEqual([]);
});

it('tenants get equal shares of the bytes, whatever the order', () => {
  const large = rooms('a', 200, 200, 200, 200, 200);
  expect(share([...large, ...rooms('b', 200, 200, 200, 200)], {})).toEqual(['a0', 'a1', 'a2', 'b0', 'b1']);
  expect(share([...large, ...rooms('b', 100), ...rooms('c', 100)], {})).toEqual(['a0', 'a1', 'a2', 'a3', 'b0', 'c0']);
});

it('tenants get equal shares of the bytes, whatever the size of a room', () => {
  const long = rooms('a', 300, 300, 300);
  expect(share([...long, ...rooms('b', 100, 100, 100, 100, 100, 100)], {})).toEqual([
    'a0',
    ...['b0', 'b1', 'b2', 'b3', 'b4', 'b5'],
  ]);
});

it('tenants get equal shares of the number', () => {
  const many = rooms('a', 1, 1, 1, 1, 1, 1);
  expect(share([...many, ...rooms('b', 1, 1), ...rooms('c', 1)], { count: 6 })).toEqual([
    ...['a0', 'a1', 'a2'],
    ...['b0', 'b1'],
    'c0',
  ]);
});

it('a tenant is limited by its larger share, of bytes or of the number', () => {
  // a has few large rooms, b many small ones: each gets half.
  const wanted = [...rooms('a', 250, 250, 250, 250), ...rooms('b', ...Array<number>(10).fill(1))];
  expect(share(wanted, { count: 10 })).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6']);
});

it('a room that fits is chosen even if an earlier room does not fit', () => {
  expect(share([...rooms('a', 2000, 10), ...rooms('b', 900, 90)], {})).toEqual(['a1', 'b0', 'b1']);
  expect(share([...rooms('a', 950), ...rooms('b', 960), ...rooms('c', 970, 10), ...rooms('d', 40)], {})).toEqual([
    'a0',
    'c1',
    'd0',
  ]);
});
