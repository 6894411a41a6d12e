import { describe, expect, it } from 'vitest';
import {
  type Box,
  cameraCut,
  columnCapacity,
  columnsMaxOf,
  fillColumn,
  fillRows,
  fitBox,
  noCut,
  pageCapacity,
  pageOf,
  unionAreaOf,
} from '../../src/core/grid.ts';

const desktop = { width: 1416, height: 812, gap: 10 };
const phone = { width: 374, height: 706, gap: 10 };
const areaOf = ({ width, height }: { width: number; height: number }): Box => ({ left: 0, top: 0, width, height });
const wide = 16 / 9;
const upright = 9 / 16;

/** Returns the share of a picture that a tile of this size hides. */
const hiddenOf = (aspect: number, { width, height }: Box): number =>
  1 - Math.min(width / height / aspect, aspect / (width / height));

const rowsOf = (size: { width: number; height: number }, aspects: readonly (number | undefined)[], columnsMax = 99) =>
  fillRows({ area: areaOf(size), aspects, gap: 10, columnsMax, cut: cameraCut(size) });
/** Returns the number of tiles in each row. */
const countsOf = (boxes: readonly Box[]): number[] =>
  [...new Set(boxes.map(({ top }) => top))].map((top) => boxes.filter((box) => box.top === top).length);

describe('fillRows', () => {
  const cameras = (count: number): number[] => Array.from({ length: count }, () => wide);
  it.each([
    { name: 'no tiles need no rows', size: desktop, aspects: [], counts: [] },
    { name: 'two tiles stand side by side on a desktop', size: desktop, aspects: cameras(2), counts: [2] },
    { name: 'two tiles stand one above the other on a phone', size: phone, aspects: cameras(2), counts: [1, 1] },
    { name: 'two portrait tiles stand side by side on a phone', size: phone, aspects: [upright, upright], counts: [2] },
    { name: 'three tiles on a desktop form rows of two and one', size: desktop, aspects: cameras(3), counts: [2, 1] },
    {
      name: 'three portrait tiles on a desktop form one row',
      size: desktop,
      aspects: [upright, upright, upright],
      counts: [3],
    },
    { name: 'seven tiles form rows as equal as possible', size: desktop, aspects: cameras(7), counts: [3, 2, 2] },
    { name: 'sixteen tiles on a desktop form four rows', size: desktop, aspects: cameras(16), counts: [4, 4, 4, 4] },
    { name: 'six tiles on a phone form three rows', size: phone, aspects: cameras(6), counts: [2, 2, 2] },
    { name: 'a portrait tile shares a row', size: desktop, aspects: [upright, wide, wide], counts: [2, 1] },
  ])('$name', ({ size, aspects, counts }) => {
    expect(countsOf(rowsOf(size, aspects))).toEqual(counts);
  });

  it('crops a quarter at the sides on an upright phone only; no more than an eighth beside a panel', () => {
    expect(cameraCut(phone).sides).toBe(1 / 4);
    for (const size of [desktop, { width: 630, height: 690 }, { width: 834, height: 1030 }])
      expect(cameraCut(size)).toEqual({ sides: 1 / 8, ends: 1 / 8 });
  });

  it('keeps columns under their maximum', () => {
    expect(countsOf(rowsOf(desktop, cameras(8), 2))).toEqual([2, 2, 2, 2]);
  });

  it('gives empty boxes where there is no space', () => {
    for (const size of [areaOf({ width: 0, height: 0 }), areaOf({ width: 5, height: 5 })])
      for (const box of rowsOf(size, cameras(9))) expect(box).toMatchObject({ width: 0, height: 0 });
  });

  it('never overflows or overlaps, and crops no more of a picture than allowed, for any shapes of 1 to 16 tiles', () => {
    const shapes = [wide, upright, 4 / 3, 1, undefined];
    for (const size of [desktop, phone, { width: 834, height: 1030 }, { width: 1030, height: 812 }])
      for (let count = 1; count <= 16; count++) {
        const aspects = Array.from({ length: count }, (_, at) => shapes[(at * at + count) % shapes.length]);
        const boxes = rowsOf(size, aspects);
        const cut = cameraCut(size);
        for (const [at, box] of boxes.entries()) {
          expect(box.left >= 0 && box.top >= 0).toBe(true);
          expect(box.left + box.width <= size.width && box.top + box.height <= size.height).toBe(true);
          for (const other of boxes.slice(at + 1))
            expect(unionAreaOf(box, other)).toBe(box.width * box.height + other.width * other.height);
          const aspect = aspects[at];
          if (aspect === undefined) continue;
          const cutMax = box.width / box.height < aspect ? cut.sides : cut.ends;
          expect(hiddenOf(aspect, box)).toBeLessThan(cutMax + 0.02);
        }
      }
  });

  it('gives tiles without a picture more of the height, since they lose nothing', () => {
    const [box] = rowsOf(desktop, [undefined, undefined]);
    expect(box).toMatchObject({ width: 703, height: 527 });
  });
});

describe('fitBox', () => {
  const area = { left: 10, top: 20, width: 1000, height: 500 };
  it.each([
    { name: 'is the whole area without a picture', aspect: undefined, cut: noCut, box: area },
    { name: 'is whole', aspect: wide, cut: noCut, box: { left: 66, top: 20, width: 888, height: 500 } },
    { name: 'is cut above and below', aspect: wide, cut: { sides: 0, ends: 1 / 8 }, box: area },
    { name: 'is whole in portrait', aspect: upright, cut: noCut, box: { left: 369, top: 20, width: 281, height: 500 } },
    { name: 'is cut at the sides', aspect: 4, cut: { sides: 1 / 2, ends: 0 }, box: { ...area } },
  ])('$name', ({ aspect, cut, box }) => {
    expect(fitBox(area, aspect, cut)).toEqual(box);
  });
});

describe('fillColumn', () => {
  const area = { left: 500, top: 0, width: 240, height: 600 };
  it('stacks tiles in the centre, a portrait picture as high as the column is wide', () => {
    expect(fillColumn({ area, aspects: [wide, upright], gap: 10 })).toEqual([
      { left: 500, top: 107, width: 240, height: 135 },
      { left: 552, top: 252, width: 135, height: 240 },
    ]);
  });
  it('shrinks tiles until all fit', () => {
    const boxes = fillColumn({ area, aspects: [upright, upright, upright], gap: 10 });
    expect(boxes.map(({ height }) => height)).toEqual([193, 193, 193]);
  });
  it('holds four cameras of 240 × 135 in 600, and never fewer than one', () => {
    expect(columnCapacity({ ...area, gap: 10 })).toBe(4);
    expect(columnCapacity({ width: 240, height: 20, gap: 10 })).toBe(1);
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
  it('keeps tiles legible on a phone in landscape: 844 × 250 has five columns of 140 and two rows of 92', () => {
    expect(pageCapacity({ width: 844, height: 250, gap: 10 })).toBe(10);
  });
});

describe('pageOf', () => {
  const list = [1, 2, 3, 4, 5];
  it('returns the last page when people left and the wanted one is gone', () => {
    expect(pageOf(list, 9, 2)).toEqual({ items: [5], page: 2, pageCount: 3 });
  });
  it('returns one empty page for an empty list', () => {
    expect(pageOf([], 0, 16)).toEqual({ items: [], page: 0, pageCount: 1 });
  });
  it('treats a capacity below one as one and a page below zero as the first', () => {
    expect(pageOf(list, -3, 0)).toEqual({ items: [1], page: 0, pageCount: 5 });
  });
});
