import { describe, expect, it } from 'vitest';
import { Locator } from '../../src/links/locator.ts';

/** A centre that answers when the test decides. */
function rig(o: { cachedMax?: number; inFlightMax?: number } = {}) {
  const state = { nowMs: 0, asked: [] as string[], fleet: {} };
  const waiting: { resolve(order: string[]): void; reject(error: Error): void }[] = [];
  const locator = new Locator({
    nowMs: () => state.nowMs,
    locate: (clientIp, fromCity) => {
      state.asked.push(`${clientIp} ${fromCity}`);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    fleet: () => state.fleet,
    cachedMs: 5000,
    cachedMax: o.cachedMax ?? 10,
    inFlightMax: o.inFlightMax ?? 10,
  });
  const answer = (order: string[]): void => waiting.shift()?.resolve(order);
  const fail = (error: Error): void => waiting.shift()?.reject(error);
  return { state, locator, answer, fail };
}

describe('the order of signaling nodes', () => {
  it('is requested once for all clients that ask meanwhile or within five seconds after', async () => {
    const { state, locator, answer } = rig();
    const both = [locator.order('10.0.0.1', ''), locator.order('10.0.0.1', '')];
    answer(['near', 'far']);
    expect(await Promise.all(both)).toEqual([
      ['near', 'far'],
      ['near', 'far'],
    ]);
    state.nowMs = 4999;
    expect(await locator.order('10.0.0.1', '')).toEqual(['near', 'far']);
    expect(state.asked).toHaveLength(1);
    state.nowMs = 5000;
    const again = locator.order('10.0.0.1', '');
    answer(['far']);
    expect(await again).toEqual(['far']);
  });

  it('is requested anew after a change of the fleet, even during the request', async () => {
    const { state, locator, answer } = rig();
    const early = locator.order('10.0.0.1', '');
    state.fleet = {}; // a second signaling node registered just now
    answer(['only']);
    expect(await early).toEqual(['only']);
    const later = locator.order('10.0.0.1', '');
    answer(['near', 'only']);
    expect(await later).toEqual(['near', 'only']);
    expect(await locator.order('10.0.0.1', '')).toEqual(['near', 'only']);
    expect(state.asked).toHaveLength(2);
  });

  it('is cached by address and city', async () => {
    const { state, locator, answer } = rig();
    for (const [ip, city] of [
      ['10.0.0.1', ''],
      ['10.0.0.2', ''],
      ['10.0.0.1', 'Oslo'],
    ] as const) {
      const order = locator.order(ip, city);
      answer([ip]);
      await order;
    }
    expect(state.asked).toEqual(['10.0.0.1 ', '10.0.0.2 ', '10.0.0.1 Oslo']);
  });

  it('is the signaling node’s own while too many requests are under way', async () => {
    const { state, locator, answer } = rig({ inFlightMax: 2 });
    const two = [locator.order('10.0.0.1', ''), locator.order('10.0.0.2', '')];
    expect(await locator.order('10.0.0.3', '')).toEqual([]);
    expect(state.asked).toHaveLength(2);
    answer(['a']);
    answer(['b']);
    await Promise.all(two);
    expect(locator.inFlightCount).toBe(0);
  });

  it('is not cached after a missing answer or a refusal', async () => {
    const { state, locator, answer, fail } = rig();
    const empty = locator.order('10.0.0.1', '');
    answer([]);
    expect(await empty).toEqual([]);
    const refused = locator.order('10.0.0.1', '');
    fail(new Error('no such city'));
    await expect(refused).rejects.toThrow('no such city');
    expect(state.asked).toHaveLength(2);
    expect([locator.cachedCount, locator.inFlightCount]).toEqual([0, 0]);
  });

  it('is forgotten for the oldest address when there are too many', async () => {
    const { state, locator, answer } = rig({ cachedMax: 2 });
    for (const ip of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1']) {
      const order = locator.order(ip, '');
      answer(['a']);
      await order;
    }
    expect(locator.cachedCount).toBe(2);
    expect(state.asked).toHaveLength(4);
  });
});
