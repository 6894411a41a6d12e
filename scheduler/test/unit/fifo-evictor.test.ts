import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { FifoEvictor } from '../../src/base/core/fifo-evictor.ts';

test('an evictor finds no oldest entry in an empty map, and finds it again when the map has entries', () => {
  const map = new Map<string, number>();
  const evictor = new FifoEvictor(map);
  expect(evictor.takeOldest()).toBeUndefined();
  map.set('a', 1);
  map.set('b', 1);
  expect([evictor.takeOldest(), evictor.takeOldest(), evictor.takeOldest()]).toEqual(['a', 'b', undefined]);
  map.set('c', 1);
  expect(evictor.takeOldest()).toBe('c');
  map.set('d', 2);
  expect([evictor.takeOldestEntry(), evictor.takeOldestEntry(), map.size]).toEqual([['d', 2], undefined, 0]);
});

test('an evictor takes the first key of the map after any puts, repeated puts, removals and clears', () => {
  const seed = `fifo-evictor ${process.env['SEED'] ?? Date.now()}`;
  const rng = seededRng(seed);
  const map = new Map<number, number>();
  const evictor = new FifoEvictor(map);
  let taken = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const key = rng.int(300);
    const what = rng.int(100);
    if (what === 0) map.clear();
    else if (what < 10) map.delete(key);
    else if (what < 60) {
      map.delete(key);
      map.set(key, round);
    } else {
      const [first] = map.keys();
      expect(evictor.takeOldest(), `${seed}, round ${round}`).toBe(first);
      expect(first === undefined || !map.has(first), seed).toBe(true);
      if (first !== undefined) taken += 1;
    }
  }
  expect(taken, seed).toBeGreaterThan(1000);
});
