// Refused joins that wait to come back are load that no node reports: which joins count, how often, for how long, and
// where.
import { newId, rpc } from '@meridian/protocol';
import { createLogger, createMetrics, ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { serveSignalingNode } from '../../../src/adapters/links/signaling-nodes.ts';
import { centreMetrics } from '../../../src/base/metrics.ts';
import { Centre } from '../../../src/centre/centre.ts';
import { Copy } from '../../../src/copying/copy.ts';
import { Locator } from '../../../src/locating/locate.ts';
import type { RegionsPort } from '../../../src/placing/charging.ts';
import { Unserved } from '../../../src/scaling/core/unserved.ts';
import { description, frankfurt, noLoad, singapore } from '../fixtures.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const rng = seededRng('unserved');
const newSession = () => newId('PA_', (count) => rng.bytes(count));

describe('a join that was turned away', () => {
  test('counts once, however often its client comes back as another session, and not after the client has given up', () => {
    const unserved = new Unserved();
    let nowMs = 0;
    for (let count = 0; count < 16; count += 1) {
      unserved.refused(`PA_${count}`, { region: 'eu', retryAfterMs: 3750, nowMs });
      expect([...unserved.counts(nowMs)]).toEqual([['eu', 1]]);
      nowMs += 3750;
    }
    expect([...unserved.counts(nowMs)]).toEqual([]);
  });

  test('counts until the retry time in its answer, or until it is placed before, at most for a minute', () => {
    const unserved = new Unserved();
    unserved.refused('a', { region: 'eu', retryAfterMs: 1000, nowMs: 0 });
    unserved.refused('b', { region: 'ap', retryAfterMs: 20_000, nowMs: 0 });
    unserved.refused('c', { region: 'ap', retryAfterMs: 1e9, nowMs: 0 });
    unserved.refused('d', { region: 'ap', retryAfterMs: 20_000, nowMs: 0 });
    unserved.placed('d');
    expect([...unserved.counts(999)]).toEqual([
      ['eu', 1],
      ['ap', 2],
    ]);
    expect([...unserved.counts(1000)]).toEqual([['ap', 2]]);
    expect([...unserved.counts(59_999)]).toEqual([['ap', 1]]);
    expect([...unserved.counts(60_000)]).toEqual([]);
  });

  test('is forgotten when there are too many refused joins, the oldest first', () => {
    const unserved = new Unserved();
    for (let count = 0; count <= 20_000; count += 1)
      unserved.refused(`PA_${count}`, { region: count === 0 ? 'ap' : 'eu', retryAfterMs: 1000, nowMs: 0 });
    expect([...unserved.counts(0)]).toEqual([['eu', 20_000]]);
  });
});

describe('a refused join counts in a region', () => {
  const signaling = description({ nodeId: 'sig-fra', kind: 'signaling' });
  const clock = new ManualClock();
  /** Two regions, both full, and a signaling node in Frankfurt. */
  const full = (regions?: RegionsPort, cpu = 0.95): Centre => {
    const done = (): Promise<void> => Promise.resolve();
    const store = { load: async () => [], put: done, remove: done, close: done };
    const copy = new Copy({ store, clock, log, onFailure: () => undefined });
    const locator = new Locator({ geo: { locate: () => undefined }, developmentCities: true });
    const metrics = centreMetrics(createMetrics({ service: 'scheduler' }));
    const centre = new Centre({
      clock,
      rng,
      log,
      metrics,
      copy,
      locator,
      ...(regions === undefined ? {} : { regions }),
    });
    const ids = ['1', '2', '3'];
    const fleet = [
      signaling,
      ...ids.map((id) => description({ nodeId: `sfu-fra-${id}`, ...frankfurt })),
      ...ids.map((id) => description({ nodeId: `sfu-sgp-${id}`, region: 'ap', city: 'singapore', ...singapore })),
    ];
    for (const one of fleet) centre.register({ description: one, rooms: [], load: { ...noLoad, cpu } });
    return centre;
  };
  const ask = (regionPin = '', fromCity = 'singapore') => ({
    roomKey: 't/r',
    sessionId: newSession(),
    clientIp: '',
    fromCity,
    avoidNodeIds: [],
    regionPin,
  });
  const countsOf = (centre: Centre) => Object.fromEntries(centre.unserved.counts(clock.nowMs()));

  test.each([
    {
      name: 'in the region nearest to its client, not in that of its signaling node',
      pin: '',
      city: 'singapore',
      want: { ap: 1 },
    },
    { name: 'in the region of its fence', pin: 'eu', city: 'singapore', want: { eu: 1 } },
    { name: 'in the nearest region of its fence', pin: 'ap,eu', city: 'tokyo', want: { ap: 1 } },
  ])('$name', async ({ pin, city, want }) => {
    const centre = full();
    const { record, retryAfterMs } = await centre.place(ask(pin, city), signaling.nodeId);
    expect(record.decision).toMatchObject({ ok: false, code: 'NO_CAPACITY' });
    expect(countsOf(centre)).toEqual(want);
    expect([...centre.unserved.counts(clock.nowMs() + retryAfterMs)]).toEqual([]);
  });

  test('even when its refusal is an error because no node took the charge', async () => {
    const centre = full(
      { ownRegion: '', ready: () => undefined, charge: () => ({ ok: false, why: 'refused', reason: 'capacity' }) },
      0,
    );
    await expect(centre.place(ask(), signaling.nodeId)).rejects.toMatchObject({ code: 'NO_CAPACITY' });
    expect(countsOf(centre)).toEqual({ ap: 1 });
  });

  test('of its signaling node when the gate turns it away, unless its fence excludes that region', async () => {
    const centre = full();
    const handlers = new Map<number, (message: never) => unknown>();
    serveSignalingNode({
      signalingId: signaling.nodeId,
      kind: 'signaling',
      clock,
      centre,
      checkSpeaker: () => undefined,
      sendLease: () => undefined,
      serve: (kind, handler) => void handlers.set(kind.number, handler as (message: never) => unknown),
      admit: () => ({ ok: false, retryAfterMs: 9000, words: 'overloaded' }),
      explain: async () => ({}),
      timed: () => undefined,
      transcode: async () => undefined,
    });
    const place = handlers.get(rpc.place.number);
    for (const pin of ['', 'ap', '']) expect(await place?.(ask(pin) as never)).toMatchObject({ code: 'OVERLOADED' });
    expect(countsOf(centre)).toEqual({ eu: 2, ap: 1 });
  });
});
