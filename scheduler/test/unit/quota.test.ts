import { checkRoomKeyOf, newId } from '@meridian/protocol';
import { createLogger, createMetrics, ManualClock, seededRng } from '@meridian/runtime';
import { beforeEach, describe, expect, test } from 'vitest';
import { centreMetrics } from '../../src/base/metrics.ts';
import { Centre } from '../../src/centre/centre.ts';
import { Copy } from '../../src/copying/copy.ts';
import { Locator } from '../../src/locating/locate.ts';
import type { PlaceAsk } from '../../src/placing/placing.ts';
import { description, noLoad } from './fixtures.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const rng = seededRng('quota');
let centre: Centre;

beforeEach(() => {
  const clock = new ManualClock();
  const done = (): Promise<void> => Promise.resolve();
  const store = { load: async () => [], put: done, remove: done, close: done };
  centre = new Centre({
    clock,
    rng,
    log,
    copy: new Copy({ store, clock, log, onFailure: () => undefined }),
    metrics: centreMetrics(createMetrics({ service: 'scheduler' })),
    locator: new Locator({ geo: { locate: () => undefined }, developmentCities: true }),
  });
  for (const one of [description({ nodeId: 'sig', kind: 'signaling' }), description({ nodeId: 'sfu' })])
    centre.register({ description: one, rooms: [], load: noLoad });
});

/** Returns the code of the refusal, or `in`, and the decision. */
const place = async (roomKey: string, o: Partial<PlaceAsk> = {}): Promise<[string, string]> => {
  const sessionId = newId('PA_', (count) => rng.bytes(count));
  const ask = { roomKey, sessionId, clientIp: '', fromCity: '', avoidNodeIds: [], regionPin: '', ...o };
  try {
    return ['in', (await centre.place(ask, 'sig')).record.decisionId];
  } catch (error) {
    return [(error as { code: string }).code, ''];
  }
};
const codes = async (...asked: Promise<[string, string]>[]): Promise<string[]> =>
  (await Promise.all(asked)).map(([code]) => code);

describe('a tenant', () => {
  test('gets its seats over all its rooms, also when all clients join at once, and other tenants keep theirs', async () => {
    const limits = { seats: 3 };
    const all = Array.from({ length: 10 }, (_, n) => place(`acme/r${n}`, { limits }));
    expect((await codes(...all)).filter((code) => code === 'in')).toHaveLength(3);
    expect(
      await codes(place('acme/r0', { limits }), place('globex/r0', { limits }), place('acmes/r', { limits })),
    ).toEqual(['QUOTA_EXCEEDED', 'in', 'in']);
  });

  test('gets no room beyond its limit, and any number of joins into its present rooms', async () => {
    const limits = { rooms: 1 };
    expect(await codes(place('acme/a', { limits }), place('acme/a', { limits }), place('acme/b', { limits }))).toEqual([
      'in',
      'in',
      'QUOTA_EXCEEDED',
    ]);
  });

  test('gets a seat back when its decision is taken back', async () => {
    const limits = { seats: 1, rooms: 1 };
    const [, decisionId] = await place('acme/a', { limits });
    expect(await codes(place('acme/b', { limits }))).toEqual(['QUOTA_EXCEEDED']);
    centre.placing.release(decisionId, 'sig');
    expect(await codes(place('acme/b', { limits }))).toEqual(['in']);
  });

  test('at its limit still gets a client back in that shows the receipt of its lost session', async () => {
    const limits = { seats: 1 };
    await place('acme/a', { limits });
    expect(await codes(place('acme/a', { limits }), place('acme/a', { limits, priorProven: true }))).toEqual([
      'QUOTA_EXCEEDED',
      'in',
    ]);
  });

  test('uses no seat and no room for connection checks', async () => {
    const check = checkRoomKeyOf('acme', 'c'.repeat(43)) ?? '';
    expect(await codes(place(check), place(check))).toEqual(['in', 'in']);
    const limits = { seats: 1, rooms: 1 };
    expect(await codes(place('acme/a', { limits }), place('acme/a', { limits }))).toEqual(['in', 'QUOTA_EXCEEDED']);
  });

  test('has no limits without a setting', async () => {
    const rows = [undefined, null, {}, { seats: 0, rooms: 0 }].map((limits) =>
      place('acme/a', limits === undefined ? {} : { limits }),
    );
    expect(await codes(...rows)).toEqual(['in', 'in', 'in', 'in']);
  });
});
