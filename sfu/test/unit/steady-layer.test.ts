import { ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, test } from 'vitest';
import { getsPreferred } from '../../src/core/index.ts';
import { SteadyLayer } from '../../src/media/steady-layer.ts';

describe('a subscriber gets its preferred layer', () => {
  const rows: [name: string, layers: [spatial: number, temporal?: number] | undefined, isIn: boolean][] = [
    ['not without a picture', undefined, false],
    ['not with a lower spatial layer', [1, 2], false],
    ['not with the lowest temporal layer alone', [2, 0], false],
    ['with fewer temporal layers', [2, 1], true],
    ['with all layers', [2, 2], true],
    ['with a higher one', [3, 2], true],
    ['without temporal layers', [2], true],
  ];
  test.each(rows)('%s', (_name, layers, isIn) => {
    const [spatialLayer = 0, temporalLayer] = layers ?? [];
    const received = layers && { spatialLayer, temporalLayer };
    expect(getsPreferred(received, { spatialLayer: 2, temporalLayer: 2 })).toBe(isIn);
  });
  test('with the lowest temporal layer if it prefers that', () =>
    expect(getsPreferred({ spatialLayer: 2, temporalLayer: 0 }, { spatialLayer: 2, temporalLayer: 0 })).toBe(true));
});

describe('a subscriber that receives its preferred layer', () => {
  let clock: ManualClock;
  let steady: SteadyLayer;
  let changes: boolean[];
  beforeEach(() => {
    clock = new ManualClock();
    changes = [];
    steady = new SteadyLayer(clock, () => changes.push(steady.isSteady));
  });
  const after = (ms: number): boolean => {
    clock.advance(ms);
    return steady.isSteady;
  };

  test('is steady after 5 s', () => {
    steady.observe(true);
    steady.observe(true);
    expect([after(4999), after(1), changes]).toEqual([false, true, [true]]);
  });

  test('begins anew when the layer stays away', () => {
    steady.observe(true);
    clock.advance(4000);
    steady.observe(false);
    expect(after(1e6)).toBe(false);
    steady.observe(true);
    expect([after(4999), after(1)]).toEqual([false, true]);
  });

  test('needs the lower layers at once when it loses its own, and twice as long each time, at most 160 s', () => {
    const waitsMs = [5000, 10_000, 20_000, 40_000, 80_000, 160_000, 160_000];
    for (const waitMs of waitsMs) {
      steady.observe(true);
      expect([after(waitMs - 1), after(1)]).toEqual([false, true]);
      steady.observe(false);
      expect(steady.isSteady).toBe(false);
    }
    expect(changes).toEqual(waitsMs.flatMap(() => [true, false]));
  });

  test('begins anew with another preferred layer', () => {
    steady.observe(true);
    clock.advance(5000);
    steady.restart(true);
    expect([steady.isSteady, after(4999), after(1)]).toEqual([false, false, true]);
    steady.restart(false);
    expect(after(1e6)).toBe(false);
  });

  test('is not asked any more after the end', () => {
    steady.observe(true);
    steady.close();
    expect([after(1e6), changes]).toEqual([false, []]);
  });
});
