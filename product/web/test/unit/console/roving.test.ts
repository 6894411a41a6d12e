import { cities } from '@meridian/protocol/cities';
import { describe, expect, it } from 'vitest';
import { type ArrowKey, isArrowKey, type Stop, stopBeside } from '../../../src/console/core/roving.ts';
import { projectedPoint } from '../../../src/console/map/geography.ts';

const arrows: readonly ArrowKey[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];
const stop = (key: string, x: number, y: number): Stop => ({ key, at: { x, y } });

describe('the site that an arrow leads to', () => {
  const cross = [
    stop('middle', 0, 0),
    stop('far right', 90, 1),
    stop('right', 10, 9),
    stop('left', -10, -9),
    stop('up', 9, -10),
    stop('down', -9, 10),
  ];

  it.each([
    ['ArrowRight', 'right'],
    ['ArrowLeft', 'left'],
    ['ArrowUp', 'up'],
    ['ArrowDown', 'down'],
  ] as const)('%s is the nearest one in that quadrant', (arrow, key) =>
    expect(stopBeside(cross, 'middle', arrow)?.key).toBe(key),
  );

  it('is undefined without a site in that direction, and from a removed site', () => {
    expect(stopBeside(cross, 'far right', 'ArrowRight')).toBeUndefined();
    expect(stopBeside(cross, 'gone', 'ArrowRight')).toBeUndefined();
    expect(stopBeside([], 'gone', 'ArrowLeft')).toBeUndefined();
  });

  it('is each site of a point in turn, then one beyond the point', () => {
    const same = [stop('b', 0, 0), stop('a', 0, 0), stop('c', 0, 0), stop('out', 5, 0)];
    const walk = (from: string, arrow: ArrowKey): string[] => {
      const next = stopBeside(same, from, arrow);
      return next === undefined ? [] : [next.key, ...walk(next.key, arrow)];
    };
    expect(walk('a', 'ArrowRight')).toEqual(['b', 'c', 'out']);
    expect(walk('out', 'ArrowLeft')).toEqual(['c', 'b', 'a']);
    expect(walk('b', 'ArrowDown')).toEqual([]);
  });

  it('reaches each city from each other city', () => {
    const stops = cities.map((city) => ({ key: city.id, at: projectedPoint(city) }));
    expect(stops.length).toBeGreaterThan(80);
    for (const from of stops) {
      const reached = new Set([from.key]);
      for (const key of reached) for (const arrow of arrows) reached.add(stopBeside(stops, key, arrow)?.key ?? key);
      expect(reached.size, from.key).toBe(stops.length);
    }
  });
});

it('only arrow keys move the focus', () => {
  expect([...arrows, 'Enter', 'toString', ''].filter(isArrowKey)).toEqual(arrows);
});
