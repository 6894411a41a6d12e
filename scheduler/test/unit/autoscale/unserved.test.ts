// Who was turned away and waits to come back is load that no node reports: whom that counts, how often, for how long, and where.
import { MeridianError, newId, rpc, serve } from '@meridian/protocol';
import { createLogger, createMetrics, ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { tellRefusals } from '../../../src/adapters/links/refusals.ts';
import { serveSignalingNode } from '../../../src/adapters/links/signaling-nodes.ts';
import { refusalsFromWire } from '../../../src/adapters/links/world-wire.ts';
import { Centre } from '../../../src/centre.ts';
import { Copy } from '../../../src/copy.ts';
import { type RefusalsReceived, Unserved } from '../../../src/core/autoscale/unserved.ts';
import { Locator } from '../../../src/locate.ts';
import { centreMetrics } from '../../../src/metrics.ts';
import type { RegionsPort } from '../../../src/regions/ports.ts';
import { description, frankfurt, noLoad, singapore } from '../fixtures.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const rng = seededRng('unserved');
const newSession = () => newId('PA_', (count) => rng.bytes(count));

describe('who was turned away', () => {
  test('counts once, however often he comes back as another session, and no more when he has given up', () => {
    const unserved = new Unserved();
    let nowMs = 0;
    for (let count = 0; count < 16; count += 1) {
      unserved.refused(`PA_${count}`, { region: 'eu', retryAfterMs: 3750, nowMs });
      expect([...unserved.counts(nowMs)]).toEqual([['eu', 1]]);
      nowMs += 3750;
    }
    expect([...unserved.counts(nowMs)]).toEqual([]);
  });

  test('counts until he was told to come back, or is placed before, and never for longer than a minute', () => {
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

  test('is forgotten, the oldest first, when too many are', () => {
    const unserved = new Unserved();
    for (let count = 0; count <= 20_000; count += 1)
      unserved.refused(`PA_${count}`, { region: count === 0 ? 'ap' : 'eu', retryAfterMs: 1000, nowMs: 0 });
    expect([...unserved.counts(0)]).toEqual([['eu', 20_000]]);
  });
});

describe('who was turned away by another centre', () => {
  const there = (sessionId: string, waitMs = 3000) => ({ sessionId, region: 'eu', waitMs });

  test('counts once, however often it is told, and when he is turned away here as well, until the later of the two', () => {
    const unserved = new Unserved();
    unserved.refusedElsewhere(there('a'), 0);
    unserved.refusedElsewhere(there('a', 2000), 1000);
    unserved.refused('b', { region: 'eu', retryAfterMs: 4000, nowMs: 0 });
    unserved.refusedElsewhere(there('b'), 0);
    unserved.refusedElsewhere(there('c', 1e9), 0);
    expect([...unserved.counts(2999)]).toEqual([['eu', 3]]);
    expect([...unserved.counts(3000)]).toEqual([['eu', 2]]);
    expect([...unserved.counts(4000)]).toEqual([['eu', 1]]);
    expect([...unserved.counts(60_000)]).toEqual([]);
  });

  test('does not count once he was placed here, whichever is heard first, but again when he is turned away after that', () => {
    const unserved = new Unserved();
    unserved.refusedElsewhere(there('a'), 0);
    unserved.placed('a');
    unserved.placed('b');
    for (const id of ['a', 'b']) unserved.refusedElsewhere(there(id), 0);
    expect([...unserved.counts(0)]).toEqual([]);
    unserved.refused('b', { region: 'eu', retryAfterMs: 1000, nowMs: 0 });
    expect([...unserved.counts(0)]).toEqual([['eu', 1]]);
  });

  test('shares one bound with those who were turned away here', () => {
    const unserved = new Unserved();
    unserved.refused('first', { region: 'ap', retryAfterMs: 1000, nowMs: 0 });
    for (let count = 0; count < 20_000; count += 1) unserved.refusedElsewhere(there(`PA_${count}`), 0);
    expect([...unserved.counts(0)]).toEqual([['eu', 20_000]]);
  });
});

describe('an instance and the leader', () => {
  const region = 'eu';
  /** An instance that places, the leader that hears it, and a link between them that may lose a message or its answer. */
  function pair() {
    const clock = new ManualClock();
    const at = { unserved: new Unserved(), places: true, leader: new Unserved() };
    const heard: RefusalsReceived[] = [];
    let lose: 'message' | 'answer' | undefined;
    const handlers = new Map<number, (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array>();
    const link = {
      closed: false,
      request: async (type: number, payload: Uint8Array) => {
        if (lose === 'message') throw new MeridianError('CENTRE_UNREACHABLE');
        const answer = await handlers.get(type)?.(payload);
        if (lose === 'answer' || answer === undefined) throw new MeridianError('CENTRE_UNREACHABLE');
        return answer;
      },
      send: () => true,
      onRequest: (type: number, handler: (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array) =>
        void handlers.set(type, handler),
      onMessage: () => undefined,
    };
    serve(link, rpc.refusals, (message) => {
      const news = refusalsFromWire(message);
      heard.push(news);
      for (const one of news.refused) at.leader.refusedElsewhere(one, clock.nowMs());
      for (const id of news.placedIds) at.leader.placed(id);
      return {};
    });
    const terms = () => ({ mayDecide: () => at.places, centre: { unserved: at.unserved } });
    const begin = () => tellRefusals({ link, clock, log, terms });
    /** One look, and all that follows from it. */
    const look = async () => {
      const before = heard.length;
      clock.advance(250);
      await new Promise((resolve) => setImmediate(resolve));
      return heard.slice(before);
    };
    const refuse = (sessionId: string, retryAfterMs = 30_000) =>
      at.unserved.refused(sessionId, { region, retryAfterMs, nowMs: clock.nowMs() });
    const counted = () => at.leader.counts(clock.nowMs()).get(region) ?? 0;
    const losing = (what: typeof lose) => {
      lose = what;
    };
    return { at, begin, look, refuse, counted, losing };
  }

  test('it tells whom it has turned away, once, for as long as they still wait, and whom it has placed since', async () => {
    const { at, begin, look, refuse, counted } = pair();
    begin();
    const [a, b] = [newSession(), newSession()];
    refuse(a);
    refuse(b, 1000);
    expect(await look()).toMatchObject([{ refused: [{ sessionId: a, region, waitMs: 29_750 }, { waitMs: 750 }] }]);
    expect(counted()).toBe(2);
    expect(await look()).toEqual([]);
    at.unserved.placed(a);
    expect(await look()).toEqual([{ refused: [], placedIds: [a] }]);
    expect(counted()).toBe(1);
    await look();
    // The other has lapsed at both of them, without a word.
    expect(counted()).toBe(0);
    expect(await look()).toEqual([]);
  });

  test.each(['message', 'answer'] as const)(
    'a lost %s changes nothing: it is told again, and counts once',
    async (what) => {
      const { begin, look, refuse, counted, losing } = pair();
      begin();
      losing(what);
      refuse(newSession());
      await look();
      await look();
      expect(counted()).toBe(what === 'answer' ? 1 : 0);
      losing(undefined);
      expect(await look()).toHaveLength(1);
      expect(await look()).toEqual([]);
      expect(counted()).toBe(1);
    },
  );

  test('another leader is told all who wait by then; an instance that places no more tells nobody', async () => {
    const { at, begin, look, refuse, counted } = pair();
    const first = begin();
    const sessions = [newSession(), newSession(), newSession()];
    for (const id of sessions) refuse(id);
    await look();
    first.cancel();
    at.leader = new Unserved();
    at.unserved.placed(sessions[0] ?? '');
    begin();
    at.places = false;
    expect(await look()).toEqual([]);
    at.places = true;
    expect(await look()).toHaveLength(1);
    expect(counted()).toBe(2);
  });

  test('of its next term it tells who is turned away then, and takes nobody back', async () => {
    const { at, begin, look, refuse, counted } = pair();
    begin();
    refuse(newSession());
    await look();
    at.unserved = new Unserved();
    refuse(newSession());
    expect(await look()).toMatchObject([{ placedIds: [] }]);
    expect(counted()).toBe(2);
  });

  test('many are told in messages of a thousand, and one that is malformed keeps no other back', async () => {
    const { begin, look, refuse, counted } = pair();
    begin();
    refuse('nobody’s id');
    for (let count = 0; count < 2500; count += 1) refuse(newSession());
    const heard = await look();
    expect(heard.map(({ refused }) => refused.length)).toEqual([999, 1000, 501]);
    expect(counted()).toBe(2500);
  });
});

describe('where he counts', () => {
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
    ...{ roomKey: 't/r', sessionId: newSession(), clientIp: '', fromCity, avoidNodeIds: [], regionPin },
  });
  const countsOf = (centre: Centre) => Object.fromEntries(centre.unserved.counts(clock.nowMs()));

  test.each([
    {
      name: 'in the region nearest to his place, not in that of his signaling node',
      pin: '',
      city: 'singapore',
      want: { ap: 1 },
    },
    { name: 'in the region of his fence', pin: 'eu', city: 'singapore', want: { eu: 1 } },
    { name: 'in the nearest region of his fence', pin: 'ap,eu', city: 'tokyo', want: { ap: 1 } },
  ])('$name', async ({ pin, city, want }) => {
    const centre = full();
    const { record, retryAfterMs } = await centre.place(ask(pin, city), signaling.nodeId);
    expect(record.decision).toMatchObject({ ok: false, code: 'NO_CAPACITY' });
    expect(countsOf(centre)).toEqual(want);
    expect([...centre.unserved.counts(clock.nowMs() + retryAfterMs)]).toEqual([]);
  });

  test('also when his refusal is an error, because no node that was asked for took the charge', async () => {
    const centre = full(
      { ownRegion: '', ready: () => undefined, charge: () => ({ ok: false, why: 'refused', reason: 'capacity' }) },
      0,
    );
    await expect(centre.place(ask(), signaling.nodeId)).rejects.toMatchObject({ code: 'NO_CAPACITY' });
    expect(countsOf(centre)).toEqual({ ap: 1 });
  });

  test('also whom the gate turns away: where his signaling node is, unless his fence lies elsewhere', async () => {
    const centre = full();
    const handlers = new Map<number, (message: never) => unknown>();
    serveSignalingNode({
      ...{ signalingId: signaling.nodeId, kind: 'signaling', clock, centre },
      checkSpeaker: () => undefined,
      tell: () => undefined,
      serve: (kind, handler) => void handlers.set(kind.number, handler as (message: never) => unknown),
      admit: () => ({ ok: false, retryAfterMs: 9000, words: 'overloaded' }),
      explain: async () => ({}),
      timed: () => undefined,
    });
    const place = handlers.get(rpc.place.number);
    for (const pin of ['', 'ap', '']) expect(await place?.(ask(pin) as never)).toMatchObject({ code: 'OVERLOADED' });
    expect(countsOf(centre)).toEqual({ eu: 2, ap: 1 });
  });
});
