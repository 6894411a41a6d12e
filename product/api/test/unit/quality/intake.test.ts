import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { strengthOfCode } from '../../../src/quality/core/records.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { ann, bob, factsOf, recordOf, send } from './batches.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const nowMs = () => api.clock.wallMs();
const records = () => api.store.db.selectFrom('quality_10s').selectAll().orderBy('at_ms').execute();
const sessions = () => api.store.db.selectFrom('quality_sessions').selectAll().orderBy('session_id').execute();
const events = () => api.store.db.selectFrom('session_events').selectAll().orderBy('at_ms').execute();
const session = async (id = ann) => (await sessions()).find((row) => row.session_id === id);

describe('a batch', () => {
  it('is stored with facts, records with their strength, and events', async () => {
    const joinedWallMs = nowMs() - 60_000;
    await send(api, {
      facts: [factsOf(ann, { joinedWallMs, decisionId: 'DE_1' })],
      records: [recordOf(ann, nowMs() - 10_000, { inboundLoss: 0.2 }), recordOf(ann, nowMs())],
      events: [{ sessionId: ann, wallMs: joinedWallMs, kind: 'joined', to: 'sfu-fra-1', decisionId: 'DE_1' }],
    });
    expect(await session()).toMatchObject({
      tenant: 'acme',
      room: 'lobby',
      identity: 'ann',
      joined_ms: joinedWallMs,
      left_ms: null,
      place: 'Hamburg',
      country_code: 'DE',
      latitude_tenths: 536,
      longitude_tenths: 100,
      last_ms: nowMs(),
      node_id: 'sfu-fra-1',
      from_nodes: 'sfu-sgp-1',
      rtt_us: 20_000,
      loss_ppm: 2000,
      freeze_ppm: 5000,
      is_live: 1,
    });
    expect(strengthOfCode((await session())?.strength ?? 0)).toBe('strong');
    const [weak, strong] = await records();
    expect(weak).toMatchObject({ at_ms: nowMs() - 10_000, strong: 0, weak: 1, inbound_loss_ppm: 200_000 });
    expect(strong).toMatchObject({
      strong: 1,
      medium: 0,
      weak: 0,
      unknown: 0,
      source: 2,
      period_ms: 10_000,
      measured_ms: 10_000,
      jitter_us: 3000,
      freeze_ms: 50,
      received_fps_tenths: 300,
      concealed_ppm: 10_000,
      layer: 2,
      sent_bps: 1_000_000,
      received_bps: 2_000_000,
      sent_height: 720,
      received_height: 1080,
    });
    expect(await events()).toMatchObject([{ kind: 'joined', to_node: 'sfu-fra-1', decision_id: 'DE_1' }]);
  });

  it('that comes again changes nothing', async () => {
    const batch = {
      facts: [factsOf(ann, { joinedWallMs: nowMs() - 60_000 })],
      records: [recordOf(ann, nowMs() - 20_000), recordOf(ann, nowMs() - 10_000)],
      events: [
        { sessionId: ann, wallMs: nowMs() - 15_000, kind: 'muted', source: 'microphone' },
        { sessionId: ann, wallMs: nowMs() - 9000, kind: 'left', reason: 'left' },
      ],
    };
    await send(api, batch);
    const before = [await sessions(), await records(), await events()];
    expect(before.map((rows) => rows.length)).toEqual([1, 2, 2]);
    await send(api, batch);
    await send(api, { records: batch.records });
    expect([await sessions(), await records(), await events()]).toEqual(before);
  });

  it('without the facts of a session leaves the session without a tenant until these come', async () => {
    await send(api, { records: [recordOf(ann, nowMs())] });
    expect(await session()).toMatchObject({ tenant: '', room: '' });
    expect((await api.quality.live.view()).sessions).toBe(0);
    await send(api, { facts: [factsOf(ann)] });
    expect(await session()).toMatchObject({ tenant: 'acme', identity: 'ann', node_id: 'sfu-fra-1' });
    expect(await records()).toHaveLength(1);
  });

  it('cannot move a session from its first tenant to another', async () => {
    await send(api, { facts: [factsOf(ann)] });
    await send(api, { facts: [factsOf(ann, { roomKey: 'globex/lobby', identity: 'eve' })] });
    expect(await session()).toMatchObject({ tenant: 'acme', identity: 'ann' });
  });

  it('from a node that knows less keeps the known place, join, decision and client', async () => {
    const joinedWallMs = nowMs() - 60_000;
    await send(api, { facts: [factsOf(ann, { joinedWallMs, decisionId: 'DE_1', device: 'Chrome' })] });
    const lessKnown = {
      place: '',
      device: '',
      decisionId: '',
      joinedWallMs: nowMs() - 1000,
      signalingId: 'sig-sgp',
      network: 'cellular',
    };
    await send(api, { facts: [factsOf(ann, lessKnown)] });
    const keptFacts = {
      place: 'Hamburg',
      device: 'Chrome',
      latitude_tenths: 536,
      joined_ms: joinedWallMs,
      decision_id: 'DE_1',
    };
    expect(await session()).toMatchObject({ ...keptFacts, signaling_id: 'sig-sgp', network: 'cellular' });
  });

  it('is dated by the api’s clock, at most an hour ago and never later than now', async () => {
    const ahead = 7 * 60_000;
    await send(api, {
      facts: [factsOf(ann), factsOf(bob)],
      records: [recordOf(ann, nowMs() + ahead), recordOf(ann, nowMs() + ahead - 10_000), recordOf(bob, 1e300)],
      events: [{ sessionId: ann, wallMs: nowMs() - 86_400_000, kind: 'muted' }],
    });
    await send(api, { records: [recordOf(ann, nowMs() - 3_600_001), recordOf(ann, nowMs() - 3_599_000)] });
    const times = (await records()).map(({ at_ms }) => at_ms - nowMs());
    expect(times).toEqual([-3_599_000, -10_000, 0, 0]);
    expect(await events()).toEqual([]);
    expect(await session()).toMatchObject({ last_ms: nowMs() });
  });

  const impossible: [string, wire.QualityRecord.$Properties][] = [
    ['a round trip that is no number', { rttMs: Number.NaN }],
    ['an endless round trip', { rttMs: Number.POSITIVE_INFINITY }],
    ['a negative loss', { inboundLoss: -0.1 }],
    ['a negative rate', { sentBps: -(2 ** 63) }],
    ['no time', { wallMs: Number.NaN }],
    ['no period', { periodMs: 0 }],
    ['no session', { sessionId: 'ann; drop table' }],
  ];
  it.each(impossible)('is stored without a record that has %s', async (_, change) => {
    await send(api, { records: [recordOf(ann, nowMs(), change), recordOf(bob, nowMs())] });
    expect((await sessions()).map(({ session_id }) => session_id)).toEqual([bob]);
    expect(await records()).toHaveLength(1);
  });

  it('has impossible values clamped', async () => {
    const text = `\0${'x'.repeat(10_000)}\u202e`;
    const texts = {
      identity: text,
      name: 'x'.repeat(10_000_000),
      device: text,
      place: text,
      countryCode: text,
      decisionId: text,
    };
    const huge = Object.fromEntries(
      ['rttMs', 'jitterMs', 'freezeMs', 'sentBps', 'receivedBps', 'availableBps', 'receivedFps'].map((name) => [
        name,
        2 ** 63,
      ]),
    );
    const counts = { freezeCount: 2 ** 32 - 1, sentHeight: 2 ** 32 - 1, layer: 2 ** 31 - 1, periodMs: 2 ** 32 - 1 };
    await send(api, {
      facts: [factsOf(ann, { ...texts, latitude: 91, joinedWallMs: -1 })],
      records: [recordOf(ann, nowMs(), { ...huge, ...counts, outboundLoss: 7, concealed: 2, nodeId: text })],
      events: [{ sessionId: ann, wallMs: nowMs(), kind: 'page', source: text, from: text, reason: text }],
    });
    const all = [await session(), await records(), await events()];
    expect(JSON.stringify(all).length).toBeLessThan(4000);
    expect(await session()).toMatchObject({ place: '', country_code: '', node_id: '', joined_ms: nowMs() });
    expect((await records())[0]).toMatchObject({
      period_ms: 60_000,
      rtt_us: 60_000_000,
      outbound_loss_ppm: 1_000_000,
      concealed_ppm: 1_000_000,
      layer: 7,
      freeze_ms: 6_000_000,
      sent_bps: 2_000_000_000,
      sent_height: 32_768,
      received_fps_tenths: 10_000,
      weak: 1,
    });
  });

  it('without measurements has no figures', async () => {
    await send(api, { facts: [factsOf(ann)], records: [recordOf(ann, nowMs(), { source: '' })] });
    expect((await records())[0]).toMatchObject({ unknown: 1, measured_ms: 0, rtt_us: 0, sent_bps: 0, layer: -1 });
    expect(await session()).toMatchObject({ strength: 0, loss_ppm: 0 });
  });

  it('beyond the size of a signaling node’s is refused', async () => {
    const refused = { code: 'REQUEST_INVALID' };
    await expect(send(api, { records: new Array(5001).fill({ sessionId: ann }) })).rejects.toMatchObject(refused);
    await expect(send(api, { facts: new Array(5001).fill({ sessionId: ann }) })).rejects.toMatchObject(refused);
    await expect(send(api, { events: new Array(5001).fill({ sessionId: ann }) })).rejects.toMatchObject(refused);
    await send(api, {});
  });

  it('with very many sessions is stored in several statements', async () => {
    const ids = Array.from({ length: 1300 }, (_, at) => `PA_${String(at).padStart(20, '0')}`);
    await send(api, { facts: ids.map((id) => factsOf(id)), records: ids.map((id) => recordOf(id, nowMs())) });
    expect([(await sessions()).length, (await records()).length]).toEqual([1300, 1300]);
  });
});

describe('the end of a session', () => {
  const leftEvent = (wallMs: number) => ({ events: [{ sessionId: ann, wallMs, kind: 'left', reason: 'left' }] });

  it('ends the session, even if its last record comes later', async () => {
    await send(api, { facts: [factsOf(ann)], records: [recordOf(ann, nowMs() - 10_000)] });
    await send(api, leftEvent(nowMs() - 2000));
    await send(api, { records: [recordOf(ann, nowMs() - 1000)] });
    expect(await session()).toMatchObject({ left_ms: nowMs() - 2000, is_live: 0 });
  });

  it('is undone by a later measurement at another node', async () => {
    await send(api, { facts: [factsOf(ann)], records: [recordOf(ann, nowMs())] });
    const leftMs = nowMs();
    await send(api, leftEvent(leftMs));
    api.clock.advance(20_000);
    await send(api, { records: [recordOf(ann, nowMs())] });
    expect(await session()).toMatchObject({ left_ms: null, is_live: 1 });
    // A repetition of the earlier end has no effect.
    await send(api, leftEvent(leftMs));
    expect(await session()).toMatchObject({ left_ms: null, is_live: 1 });
  });
});
