// Tests quality data of sessions for the api: facts, a record every ten seconds, and events.
import { checkRoomKeyOf, RoomState, type Track, type wire } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { QualityRounds } from '../../src/clients/quality-rounds.ts';
import type { Arrival } from '../../src/clients/session-record.ts';
import type { Measured } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';
import type { Placement } from '../../src/ports.ts';
import { person } from './fixtures.ts';

const trackOf = (trackId: string, o: Partial<Track> = {}): Track =>
  ({ trackId, kind: 'audio', source: 'microphone', name: '', muted: false, nodeId: '', layers: [], ...o }) as Track;
const location = {
  latitude: 52.5237,
  longitude: -13.4113,
  radiusKm: 5,
  source: 'x',
  label: 'Berlin',
  countryCode: 'DE',
};

function setUp() {
  const clock = new ManualClock();
  const facts: wire.SessionFacts.$Properties[] = [];
  const records: wire.QualityRecord.$Properties[] = [];
  const events: wire.SessionEvent.$Properties[] = [];
  const asked: [string, string[]][] = [];
  const heard: [string, number][] = [];
  const node = { answer: (): Promise<wire.SessionsMeasured.$Properties> => Promise.resolve({ sessions: [] }) };
  let hurried = 0;
  const rounds = new QualityRounds({
    clock,
    selfId: 'd1',
    log: createLogger({ name: 'test', level: 'silent' }),
    nodes: {
      call: async (nodeId: string, _kind: unknown, message: unknown) => {
        asked.push([nodeId, (message as { sessionIds: string[] }).sessionIds]);
        return (await node.answer()) as never;
      },
    },
    out: {
      facts: (one) => void facts.push(one),
      record: (one) => void records.push(one),
      event: (one) => void events.push(one),
      hurry: () => {
        hurried += 1;
      },
    },
  });
  const replica = new RoomState(1);
  const put = (name: string, o: Parameters<typeof person>[1] = {}) => {
    replica.apply({ seq: 1, change: { type: 'participantJoined', participant: person(name, o) } });
  };
  const begin = (name: string, o: Partial<Arrival> & { roomKey?: string; received?: string[] } = {}) => {
    put(name);
    const session = {
      sessionId: `PA_${name}`,
      nodeId: 'n1',
      room: { roomKey: o.roomKey ?? 'acme/lobby', replica },
      sdk: 'web/9',
      rttMs: 0,
      received: o.received ?? [],
      measuredByNode: (measured: Measured) => void heard.push([`PA_${name}`, measured.rttMs]),
    };
    const arrival: Arrival = {
      self: person(name),
      placed: undefined,
      decisionId: 'DE_1',
      resumed: false,
      fromSignalingId: '',
      priorSessionId: '',
      ...o,
    };
    return { session, arrival, record: rounds.begin(session, arrival) };
  };
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const kinds = () =>
    events.map(({ kind, source = '', reason = '' }) => [kind, source, reason].filter(Boolean).join(' '));
  return {
    clock,
    rounds,
    facts,
    records,
    events,
    asked,
    heard,
    node,
    begin,
    put,
    pass,
    kinds,
    replica,
    hurried: () => hurried,
  };
}

describe('sessions', () => {
  it('that are hidden, or connection checks, are not recorded', () => {
    const { rounds, begin, facts, events } = setUp();
    expect(begin('spy', { self: person('spy', { hidden: true }) }).record).toBeUndefined();
    expect(begin('check', { roomKey: checkRoomKeyOf('acme', 'a'.repeat(43)) ?? '' }).record).toBeUndefined();
    expect([rounds.size, facts, events]).toEqual([0, [], []]);
  });

  it('have the known facts, with their place to a tenth of a degree', () => {
    const { begin, facts, events } = setUp();
    begin('ann', { placed: { location } as unknown as Placement });
    expect(facts[0]).toMatchObject({
      sessionId: 'PA_ann',
      roomKey: 'acme/lobby',
      identity: 'ann',
      joinedWallMs: 100,
      signalingId: 'd1',
      decisionId: 'DE_1',
      sdk: 'web/9',
      place: 'Berlin',
      countryCode: 'DE',
      latitude: 52.5,
      longitude: -13.4,
    });
    expect(events).toMatchObject([{ kind: 'joined', to: 'n1', decisionId: 'DE_1' }]);
  });

  it('get a first record as soon as their clients have measured, in steps of a bounded number', async () => {
    const { clock, begin, records, pass, hurried } = setUp();
    const all = Array.from({ length: bounds.qualityFirstsMax + 1 }, (_, each) => begin(`p${each}`).record);
    expect(clock.pendingTimers).toBe(1);
    await pass(2000);
    expect([records.length, hurried()]).toEqual([0, 0]);
    for (const one of all) one?.reported({ periodMs: 2000, rttMs: 20 });
    await pass(500);
    expect(records.length).toBeGreaterThanOrEqual(bounds.qualityFirstsMax);
    await pass(500);
    expect(records.map(({ rttMs, source }) => [rttMs, source])).toEqual(all.map(() => [20, 'client']));
    expect(hurried()).toBeGreaterThan(0);
    // Their first turns come too soon for a second record.
    await pass(6000);
    expect(records.length).toBe(all.length);
  });

  it('get a record every ten seconds, spread over a node’s sessions by a single timer', async () => {
    const { clock, begin, records, pass } = setUp();
    for (let each = 0; each < 100; each += 1) begin(`p${each}`).record?.reported({ periodMs: 2000, rttMs: 20 });
    expect(clock.pendingTimers).toBe(1);
    await pass(bounds.qualityRoundMs);
    const made: number[] = [];
    for (let step = 0; step < bounds.qualityRoundSteps; step += 1) {
      const before = records.length;
      await pass(500);
      made.push(records.length - before);
    }
    expect(new Set(made)).toEqual(new Set([5]));
    for (let round = 0; round < 3; round += 1) await pass(bounds.qualityRoundMs);
    const ofOne = records.filter(({ sessionId }) => sessionId === 'PA_p7').map(({ wallMs }) => wallMs ?? 0);
    expect(ofOne.slice(2).map((at, index) => at - (ofOne[index + 1] ?? 0))).toEqual([10_000, 10_000, 10_000]);
  });

  it('without figures get an empty record, but none before their clients can have measured', async () => {
    const { begin, records, pass } = setUp();
    begin('ann');
    await pass(bounds.qualityRoundMs - 500);
    expect(records).toEqual([]);
    await pass(bounds.qualityRoundMs);
    expect(records).toMatchObject([{ source: '', nodeId: 'n1', layer: -1 }]);
  });
});

describe('a record', () => {
  it('names the nodes of the received publishers, each once, and the highest layer', async () => {
    const { begin, put, records, pass } = setUp();
    put('bob', { nodeId: 'n2', tracks: [trackOf('TR_b1', { kind: 'video' }), trackOf('TR_b2')] });
    put('cid', { nodeId: 'n3', tracks: [trackOf('TR_c')] });
    put('dan', { nodeId: 'n1', tracks: [trackOf('TR_d')] });
    put('eve', { nodeId: 'n4', tracks: [trackOf('TR_e')] });
    const { record } = begin('ann', { received: ['TR_b1', 'TR_b2', 'TR_c', 'TR_d', 'TR_gone'] });
    for (const spatialLayer of [0, 2, 1, 1]) record?.received({ trackId: 'TR_b1', spatialLayer });
    record?.reported({ periodMs: 2000, rttMs: 20 });
    await pass(500);
    expect(records).toMatchObject([{ fromNodeIds: ['n2', 'n3'], layer: 1, layerSwitches: 2, source: 'client' }]);
    record?.received({ trackId: 'TR_b1', spatialLayer: 1, pausedReason: 'subscriber' });
    await pass(bounds.qualityRoundMs);
    expect(records[1]).toMatchObject({ layer: -1, layerSwitches: 0 });
  });

  it('has the media node’s figures for a silent client, by one request for all silent clients of a node in a round', async () => {
    const { begin, asked, heard, node, records, pass } = setUp();
    node.answer = async () => ({
      sessions: [
        { sessionId: 'PA_gw0', rttMs: 12, outboundLoss: 0.01 },
        { sessionId: 'PA_unknown', rttMs: 1 },
        { sessionId: 'PA_gw1', rttMs: Number.NaN },
      ],
    });
    begin('gw0');
    begin('gw1');
    const { record } = begin('ann');
    for (let second = 0; second < 20; second += 2) {
      record?.reported({ periodMs: 2000, rttMs: 20 });
      await pass(2000);
    }
    expect(asked).toEqual([['n1', ['PA_gw0', 'PA_gw1']]]);
    await pass(1500);
    const last = (id: string) => records.findLast(({ sessionId }) => sessionId === id);
    expect(heard).toContainEqual(['PA_gw0', 12]);
    // No measurement reaches a session that measures itself, and no malformed one counts.
    expect(new Set(heard.map(([id]) => id))).toEqual(new Set(['PA_gw0']));
    expect(last('PA_gw0')).toMatchObject({ source: 'sfu', rttMs: 12, outboundLoss: 0.01 });
    expect(last('PA_gw1')).toMatchObject({ source: '' });
    expect(last('PA_ann')).toMatchObject({ source: 'client', rttMs: 20 });
  });
});

describe('facts', () => {
  it('are sent again when the client’s description changes, and when the api may lack them', async () => {
    const { begin, rounds, facts, pass } = setUp();
    const { record } = begin('ann');
    const said = { periodMs: 2000, transport: 'udp', network: 'wifi', device: 'Chrome 131\u0000' };
    for (let each = 0; each < 3; each += 1) record?.reported(said);
    await pass(bounds.qualityRoundMs);
    expect(facts.slice(1)).toMatchObject([{ transport: 'udp', network: 'wifi', device: 'Chrome 131' }]);
    record?.reported({ ...said, transport: 'pigeon' });
    record?.reported({ ...said, network: 'cellular' });
    await pass(bounds.qualityRoundMs);
    expect(facts.slice(2)).toMatchObject([{ transport: 'udp', network: 'cellular' }]);
    rounds.factsLost('PA_ann');
    await pass(bounds.qualityRoundMs);
    expect(facts).toHaveLength(4);
    await pass(bounds.qualityRoundMs);
    expect(facts).toHaveLength(4);
  });
});

describe('events', () => {
  it('are mutes and tracks of the roster, without renditions; a new name is a fact', async () => {
    const { begin, rounds, replica, kinds, facts, pass } = setUp();
    begin('ann');
    const change = (change: Parameters<RoomState['apply']>[0]['change']) => {
      for (const one of replica.apply({ seq: 2, change })) rounds.onDifference(one);
    };
    const sessionId = 'PA_ann';
    change({ type: 'trackPublished', sessionId, track: trackOf('TR_1') });
    change({ type: 'trackPublished', sessionId, track: trackOf('TR_2', { derivedFrom: 'TR_1' }) });
    change({ type: 'trackMuted', sessionId, trackId: 'TR_1', muted: true });
    change({ type: 'trackMuted', sessionId, trackId: 'TR_1', muted: false });
    change({ type: 'trackUnpublished', sessionId, trackId: 'TR_1', reason: 'ENDED' });
    change({ type: 'participantChanged', participant: person('ann', { name: 'Anna' }) });
    expect(kinds()).toEqual([
      'joined',
      'published microphone',
      'muted microphone',
      'unmuted microphone',
      'unpublished microphone ENDED',
    ]);
    await pass(2 * bounds.qualityRoundMs);
    expect(facts.map(({ name }) => name)).toEqual(['ann', 'Anna']);
  });

  it('are those that the client reports, at their times, up to the bound of a round', async () => {
    const { clock, begin, events, pass } = setUp();
    const { record } = begin('ann');
    await pass(5000);
    const device = { kind: 'device', source: 'camera', detail: 'Brio', agoMs: 1000 };
    record?.reported({ periodMs: 2000, events: [device, { kind: 'nonsense' }] });
    expect(events[1]).toEqual({
      sessionId: 'PA_ann',
      wallMs: clock.wallMs() - 1000,
      kind: 'device',
      source: 'camera',
      reason: 'Brio',
    });
    // The figures of this report are worthless, its events are not.
    for (let each = 0; each < 10; each += 1)
      record?.reported({ rttMs: -1, events: Array.from({ length: 100 }, () => device) });
    expect(events).toHaveLength(1 + bounds.qualityEventsPerRoundMax);
    await pass(bounds.qualityRoundMs);
    record?.reported({ periodMs: 2000, events: [device] });
    expect(events).toHaveLength(2 + bounds.qualityEventsPerRoundMax);
  });

  it('are moves of the session, lost sockets and changes of a track’s carrier', () => {
    const { begin, put, events } = setUp();
    put('bob', { tracks: [trackOf('TR_b', { source: 'camera' })] });
    const { record } = begin('ann', { priorSessionId: 'PA_earlier' });
    const order = { sessionId: 'PA_ann', moveId: 'm', fromNodeId: 'n1', toNodeId: 'n2' };
    record?.moved({ ...order, decisionId: 'DE_2', reason: 'drain' });
    record?.away('PING_TIMEOUT');
    record?.onCarrierChanged('TR_b', 'n2', 'n3');
    expect(events.slice(1)).toMatchObject([
      { kind: 'rejoined', reason: 'PA_earlier' },
      { kind: 'moved', from: 'n1', to: 'n2', reason: 'drain', decisionId: 'DE_2' },
      { kind: 'away', reason: 'PING_TIMEOUT' },
      { kind: 'carrier', source: 'camera', from: 'n2', to: 'n3' },
    ]);
  });
});

describe('the end', () => {
  it('is reported at once, with the measurements until then', async () => {
    const { begin, rounds, records, kinds, pass, hurried, clock } = setUp();
    const { session, record } = begin('ann');
    await pass(2000);
    record?.reported({ periodMs: 2000, rttMs: 20 });
    rounds.over(session, 'KICKED');
    rounds.over(session, 'LEFT');
    expect([records.length, kinds().at(-1), hurried(), rounds.size]).toEqual([1, 'left KICKED', 1, 0]);
    await pass(bounds.qualityRoundMs);
    expect([records.length, clock.pendingTimers]).toEqual([1, 0]);
  });

  it('is not reported for a continuing session, resumed here or at another node', async () => {
    const { begin, rounds, kinds, facts, pass } = setUp();
    const { session, arrival } = begin('ann');
    // A newer connection of this node, before or after the older one is released.
    const second = { ...session };
    rounds.begin(second, { ...arrival, resumed: true });
    rounds.over(session, undefined);
    rounds.over(second, undefined);
    rounds.begin({ ...session }, { ...arrival, resumed: true });
    expect(kinds()).toEqual(['joined', 'resumed', 'resumed']);
    expect(facts).toHaveLength(2);
    rounds.over(second, 'LEFT');
    expect(rounds.size).toBe(1);

    const other = begin('bob', { resumed: true, fromSignalingId: 'd0' });
    rounds.over(other.session, undefined);
    await pass(bounds.qualityRoundMs);
    expect([kinds().at(-1), rounds.size]).toEqual(['switched', 1]);
  });

  it('of the process records the measurements until then', () => {
    const { begin, rounds, records, clock } = setUp();
    begin('ann').record?.reported({ periodMs: 2000, rttMs: 20 });
    clock.advance(10);
    rounds.close();
    rounds.close();
    expect([records.length, rounds.size]).toEqual([1, 0]);
    expect(begin('bob').record).toBeUndefined();
  });
});
