// Changes since a version, as readers receive them that lag, that have missed too much, or that hold another list.
import { InvariantError } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { VersionedMap } from '../../src/base/core/versioned-map.ts';

const make = (goneMax = 100) => new VersionedMap<number>({ isSame: (known, now) => known === now, goneMax });
const news = (map: VersionedMap<number>, version: number) => {
  const { since, changed, gone } = map.since(version);
  return { since, changed: Object.fromEntries(changed), gone };
};

test('a reader gets each key once, with its present value, and the removed keys', () => {
  const map = make();
  expect(news(map, 0)).toEqual({ since: 0, changed: {}, gone: [] });
  expect([map.put('a', 1), map.put('b', 1), map.put('c', 1)]).toEqual([true, true, true]);
  const { version } = map;
  map.put('a', 2);
  map.put('a', 3);
  expect([map.put('b', 1), map.remove('b'), map.remove('b'), map.remove('never')]).toEqual([false, true, false, false]);
  expect(news(map, version)).toEqual({ since: version, changed: { a: 3 }, gone: ['b'] });
  expect(news(map, map.version)).toEqual({ since: map.version, changed: {}, gone: [] });
  expect(news(map, 0)).toEqual({ since: 0, changed: { a: 3, c: 1 }, gone: [] });
  expect([map.size, map.keys(), map.get('a'), map.get('b')]).toEqual([2, ['a', 'c'], 3, undefined]);
});

test.each([-1, 4, 99_999])('a reader with the unknown version %d gets everything', (version) => {
  const map = make();
  for (const key of ['a', 'b', 'c']) map.put(key, 1);
  map.validate();
  expect(news(map, version)).toEqual({ since: 0, changed: { a: 1, b: 1, c: 1 }, gone: [] });
});

describe('a whole list under a version of its owner', () => {
  test('is sent as the changed and the removed entries', () => {
    const map = make();
    const replace = (version: number, values: Record<string, number>) => map.replace(Object.entries(values), version);
    replace(5, { a: 1, b: 1 });
    replace(6, { a: 1, b: 1, c: 1 });
    replace(7, { a: 1, b: 2, c: 1 });
    replace(9, { a: 1, c: 1 });
    expect(news(map, 5)).toEqual({ since: 5, changed: { c: 1 }, gone: ['b'] });
    expect(news(map, 6)).toEqual({ since: 6, changed: {}, gone: ['b'] });
    expect(news(map, 0)).toEqual({ since: 0, changed: { a: 1, c: 1 }, gone: [] });
    replace(12, { a: 1, c: 1 });
    expect([map.version, news(map, 12).since, news(map, 13).since]).toEqual([12, 12, 0]);
  });

  test('is unchanged by another list of the same version, and a lower version throws', () => {
    const map = make();
    map.replace([['a', 1]], 3);
    map.replace([['b', 1]], 3);
    expect(map.keys()).toEqual(['a']);
    expect(() => map.replace([['b', 1]], 2)).toThrow(InvariantError);
    expect(() => map.put('b', 1, 2)).toThrow(InvariantError);
  });
});

test('at least goneMax removed keys are remembered, and a reader that has missed more starts over', () => {
  const map = make(10);
  for (let key = 0; key < 100; key += 1) map.put(`k${key}`, 1);
  for (let key = 0; key < 50; key += 1) {
    map.remove(`k${key}`);
    map.validate();
    const lately = Math.min(key + 1, 10);
    expect(news(map, map.version - lately).gone).toHaveLength(lately);
  }
  expect(news(map, 100).since).toBe(0);
  expect(map.size).toBe(50);
});

test.each(Array.from({ length: 30 }, (_, index) => index + 1))(
  'readers that lag end up with the present entries (seed %i)',
  (seed) => {
    const rng = seededRng(String(seed));
    const map = make(30);
    const truth = new Map<string, number>();
    const readers = Array.from({ length: 3 }, () => ({ version: 0, held: new Map<string, number>(), restarts: 0 }));
    const read = (reader: (typeof readers)[number]): void => {
      const { version, since, changed, gone } = map.since(reader.version);
      if (since === 0 && reader.version > 0) reader.restarts += 1;
      if (since === 0) reader.held.clear();
      for (const key of gone) reader.held.delete(key);
      for (const [key, value] of changed) reader.held.set(key, value);
      reader.version = version;
    };
    for (let step = 0; step < 4000; step += 1) {
      const key = `k${rng.int(400)}`;
      const value = rng.int(5);
      if (rng.int(2) === 0) truth.delete(key);
      else truth.set(key, value);
      if (rng.int(4) === 0) map.replace(truth, map.version + 1 + rng.int(2));
      else if (truth.has(key)) map.put(key, value);
      else map.remove(key);
      // The last one reads seldom: it falls behind the remembered removals.
      for (const [index, reader] of readers.entries()) if (rng.next() < ([0.9, 0.3, 0.004][index] ?? 1)) read(reader);
      if (step % 97 === 0) map.validate();
    }
    for (const reader of readers) {
      read(reader);
      expect(Object.fromEntries(reader.held), `seed ${seed}`).toEqual(Object.fromEntries(truth));
    }
    const [first, second, last] = readers.map(({ restarts }) => restarts);
    expect([first, second, (last ?? 0) > 0], `seed ${seed}`).toEqual([0, 0, true]);
  },
);
