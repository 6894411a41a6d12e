// Tests how seldom the centre is queried for a client's location.
import type { Point } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { Locations } from '../../src/locations.ts';

const here = { latitude: 1, longitude: 2 };

function locations(answer: () => Promise<Point | undefined> = async () => here) {
  const state = { nowMs: 0, asked: [] as string[] };
  const of = new Locations({
    nowMs: () => state.nowMs,
    locate: (clientIp, fromCity) => {
      state.asked.push(`${clientIp}|${fromCity}`);
      return answer();
    },
  });
  return { state, of };
}

describe('the location of a client', () => {
  it('is queried again at once after a failure', async () => {
    const { of, state } = locations(() => Promise.reject(new Error('away')));
    for (let count = 0; count < 2; count += 1) await expect(of.locationOf('a', '')).rejects.toThrow('away');
    expect([state.asked.length, of.cachedCount]).toEqual([2, 0]);
  });
  it.each([undefined, here])('is queried once in ten minutes, even when the answer is %o', async (answer) => {
    const { of, state } = locations(async () => answer);
    for (const nowMs of [0, 599_999]) {
      state.nowMs = nowMs;
      expect(await of.locationOf('a', '')).toBe(answer);
    }
    expect(state.asked).toHaveLength(1);
    state.nowMs = 600_000;
    await of.locationOf('a', '');
    expect(state.asked).toHaveLength(2);
  });
  it('is queried for each address and city', async () => {
    const { of, state } = locations();
    await Promise.all([
      of.locationOf('a', ''),
      of.locationOf('a', ''),
      of.locationOf('a', 'oslo'),
      of.locationOf('b', ''),
    ]);
    expect(state.asked).toEqual(['a|', 'a|oslo', 'b|']);
  });
  it('is not queried while 128 queries are open', async () => {
    const answer = Promise.withResolvers<Point>();
    const { of, state } = locations(() => answer.promise);
    const open = Array.from({ length: 128 }, (_, index) => of.locationOf(`${index}`, ''));
    expect(await of.locationOf('one more', '')).toBeUndefined();
    expect(state.asked).toHaveLength(128);
    answer.resolve(here);
    expect(await Promise.all(open)).toEqual(Array(128).fill(here));
    expect(await of.locationOf('one more', '')).toBe(here);
  });
  it('is kept for 4096 clients, and dropped for the least recently queried', async () => {
    const { of, state } = locations();
    for (let index = 0; index < 4096; index += 1) await of.locationOf(`${index}`, '');
    await of.locationOf('0', '');
    await of.locationOf('one more', '');
    expect(of.cachedCount).toBe(4096);
    state.asked.length = 0;
    await of.locationOf('0', '');
    await of.locationOf('1', '');
    expect(state.asked).toEqual(['1|']);
  });
});
