import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVEL_MAX, levelOf, viewsAt, withViews } from '../../../src/library/core/heat.ts';

const HOUR_MS = 3_600_000;

describe('heat', () => {
  it.each([
    [{ views: 8, atMs: 0 }, HOUR_MS, 4],
    [{ views: 8, atMs: 0 }, 3 * HOUR_MS, 1],
    [{ views: 8, atMs: HOUR_MS }, 0, 8],
    [{ views: 0, atMs: 0 }, HOUR_MS, 0],
  ])('%j at %i is %d views', (heat, nowMs, views) => expect(viewsAt(heat, nowMs)).toBe(views));

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('is not changed by %d views', (views) => {
    expect(withViews({ views: 2, atMs: 5 }, views, 5)).toEqual({ views: 2, atMs: 5 });
  });

  it('is bounded', () => {
    expect(withViews(undefined, Number.MAX_VALUE, 0)).toEqual({ views: 2 ** 40, atMs: 0 });
  });
});

describe('a level', () => {
  it.each([
    [0, 0, 0],
    [0.99, 0, 0],
    [1, 0, 1],
    [6.9, 0, 2],
    [7, 0, 3],
    [6, 3, 3],
    [4.6, 3, 2],
    [4095, 0, LEVEL_MAX],
    [2 ** 40, 0, LEVEL_MAX],
    [-1, 0, 0],
  ])('of %d views after level %i is %i', (views, before, level) => expect(levelOf(views, before)).toBe(level));

  it('stays when it is computed again', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e13, noNaN: true }), fc.nat(LEVEL_MAX), (views, before) => {
        const level = levelOf(views, before);
        expect(levelOf(views, level)).toBe(level);
      }),
    );
  });
});
