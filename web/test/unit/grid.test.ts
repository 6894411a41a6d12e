import { describe, expect, it } from 'vitest';
import { columnsMaxOf, layOutGrid, pageCapacity, pageOf, stripCell } from '../../src/core/grid.ts';

const desktop = { width: 1416, height: 812, gap: 10 };
const phone = { width: 374, height: 706, gap: 10 };

describe('layOutGrid', () => {
  const rows = [
    { name: 'no tiles need no grid', input: { ...desktop, count: 0 }, columns: 0, rows: 0 },
    { name: 'no room gives no grid', input: { width: 0, height: 0, gap: 10, count: 3 }, columns: 0, rows: 0 },
    {
      name: 'gaps wider than the window give no grid',
      input: { width: 5, height: 5, gap: 10, count: 9 },
      columns: 1,
      rows: 9,
      none: true,
    },
    { name: 'one tile is one cell', input: { ...desktop, count: 1 }, columns: 1, rows: 1 },
    { name: 'two stand side by side on a desktop', input: { ...desktop, count: 2 }, columns: 2, rows: 1 },
    { name: 'two stand one above the other on a phone', input: { ...phone, count: 2 }, columns: 1, rows: 2 },
    { name: 'three on a desktop are two and one', input: { ...desktop, count: 3 }, columns: 2, rows: 2 },
    { name: 'six on a desktop are three by two', input: { ...desktop, count: 6 }, columns: 3, rows: 2 },
    { name: 'six on a phone are two by three', input: { ...phone, count: 6 }, columns: 2, rows: 3 },
    { name: 'sixteen on a desktop are four by four', input: { ...desktop, count: 16 }, columns: 4, rows: 4 },
    {
      name: 'columns are kept under their maximum',
      input: { ...desktop, count: 8, columnsMax: 2 },
      columns: 2,
      rows: 4,
    },
  ];
  for (const row of rows) {
    it(row.name, () => {
      const layout = layOutGrid(row.input);
      if (row.none === true) expect(layout.tileWidth).toBe(0);
      else expect({ columns: layout.columns, rows: layout.rows }).toEqual({ columns: row.columns, rows: row.rows });
    });
  }

  it('takes the whole height for one 16:9 tile in a wide window: 812 × 16/9 = 1443 > 1416, so the width decides', () => {
    expect(layOutGrid({ ...desktop, count: 1 })).toEqual({ columns: 1, rows: 1, tileWidth: 1416, tileHeight: 812 });
  });

  it('never overflows, keeps the aspect between 3:4 and 16:9, and beats every other number of columns, for 1 to 16 tiles', () => {
    for (const box of [desktop, phone, { width: 834, height: 1030, gap: 10 }, { width: 1030, height: 812, gap: 10 }]) {
      for (let count = 1; count <= 16; count++) {
        const best = layOutGrid({ ...box, count });
        expect(best.columns * best.tileWidth + (best.columns - 1) * box.gap).toBeLessThanOrEqual(box.width);
        expect(best.rows * best.tileHeight + (best.rows - 1) * box.gap).toBeLessThanOrEqual(box.height);
        expect(best.columns * best.rows).toBeGreaterThanOrEqual(count);
        const aspect = best.tileWidth / best.tileHeight;
        expect(aspect).toBeLessThan(16 / 9 + 0.02);
        expect(aspect).toBeGreaterThan((box.width >= box.height ? 4 / 3 : 3 / 4) - 0.02);
        for (let columnsMax = 1; columnsMax <= count; columnsMax++) {
          const other = layOutGrid({ ...box, count, columnsMax });
          expect(other.tileWidth * other.tileHeight).toBeLessThanOrEqual(best.tileWidth * best.tileHeight);
        }
      }
    }
  });
});

describe('pageCapacity', () => {
  it('is at least one, however small the window', () => {
    expect(pageCapacity({ width: 0, height: 0, gap: 10 })).toBe(1);
    expect(pageCapacity({ width: 100, height: 60, gap: 10 })).toBe(1);
  });
  it('is sixteen on a desktop and eight in two columns on a phone', () => {
    expect(pageCapacity(desktop)).toBe(16);
    expect(pageCapacity(phone)).toBe(8);
    expect(columnsMaxOf(phone.width)).toBe(2);
  });
  it('keeps tiles readable in a phone held sideways: 844 × 250 has five columns of 140 and two rows of 92', () => {
    expect(pageCapacity({ width: 844, height: 250, gap: 10 })).toBe(10);
  });
});

describe('pageOf', () => {
  const list = [1, 2, 3, 4, 5];
  it('answers the last page when people left and the wanted one is gone', () => {
    expect(pageOf(list, 9, 2)).toEqual({ items: [5], page: 2, pageCount: 3 });
  });
  it('answers one empty page for an empty list', () => {
    expect(pageOf([], 0, 16)).toEqual({ items: [], page: 0, pageCount: 1 });
  });
  it('takes a capacity under one as one and a page under zero as the first', () => {
    expect(pageOf(list, -3, 0)).toEqual({ items: [1], page: 0, pageCount: 5 });
  });
});

describe('stripCell', () => {
  const below = { width: 810, height: 470, gap: 10 };
  it.each([
    { name: 'no tile has no size', input: { ...below, count: 0 }, cell: undefined },
    {
      name: 'a strip that is not measured yet gives none',
      input: { width: 0, height: 0, gap: 10, count: 3 },
      cell: undefined,
    },
    { name: 'more than can be read scroll', input: { width: 374, height: 300, gap: 10, count: 9 }, cell: undefined },
    { name: 'one fills it', input: { ...below, count: 1 }, cell: { width: 810, height: 470 } },
    { name: 'four fill it two by two', input: { ...below, count: 4 }, cell: { width: 400, height: 230 } },
    {
      name: 'four fill the lower half of a phone',
      input: { width: 374, height: 463, gap: 10, count: 4 },
      cell: { width: 182, height: 226 },
    },
  ])('$name', ({ input, cell }) => {
    expect(stripCell(input)).toEqual(cell);
  });
});
