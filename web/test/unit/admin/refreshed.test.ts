// A list whose newest rows are asked for again.
import { expect, it } from 'vitest';
import { refreshed } from '../../../src/admin/ui/refreshed.ts';

interface Row {
  readonly id: string;
  readonly state?: string;
}
const rowsOf = (ids: string): Row[] => [...ids].map((id) => ({ id }));
const idsOf = (rows: readonly Row[] = []): string => rows.map(({ id }) => id).join('');
const idOf = ({ id }: Row): string => id;

it('new rows come in front, rows of the first page are as they are now, and later pages stay', () => {
  const before = { rows: rowsOf('edcba'), cursor: 'behind a' };
  const page = { data: [...rowsOf('gfe'), { id: 'd', state: 'delivered' }], nextCursor: 'behind d' };
  const after = refreshed(before, page, idOf);
  expect([idsOf(after.rows), after.cursor]).toEqual(['gfedcba', 'behind a']);
  expect(after.rows?.[3]?.state).toBe('delivered');
});

it('a row that the filter does not let through any more goes', () => {
  const after = refreshed({ rows: rowsOf('edcb'), cursor: 'x' }, { data: rowsOf('ec'), nextCursor: 'behind c' }, idOf);
  expect(idsOf(after.rows)).toBe('ecb');
});

it('of one page, it is that page with its cursor', () => {
  const page = { data: rowsOf('fed'), nextCursor: 'behind d' };
  expect(refreshed({ rows: rowsOf('ed'), cursor: undefined }, page, idOf)).toEqual({
    rows: page.data,
    cursor: 'behind d',
  });
  expect(refreshed({ rows: rowsOf('ed') }, { data: rowsOf('f') }, idOf)).toEqual({
    rows: rowsOf('f'),
    cursor: undefined,
  });
  expect(refreshed({ rows: rowsOf('ed') }, { data: [] }, idOf)).toEqual({ rows: [], cursor: undefined });
});

it('more new rows than a page holds leave only the page: nothing between it and older rows is left out unseen', () => {
  const after = refreshed(
    { rows: rowsOf('cba'), cursor: 'behind a' },
    { data: rowsOf('zy'), nextCursor: 'behind y' },
    idOf,
  );
  expect([idsOf(after.rows), after.cursor]).toEqual(['zy', 'behind y']);
});
