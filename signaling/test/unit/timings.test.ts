import type { wire } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { Receipts } from '../../src/adapters/receipts.ts';
import { personOf } from '../../src/clients/person.ts';
import { type TimedSession, Timings } from '../../src/clients/timings.ts';
import { bounds } from '../../src/limits.ts';
import type { ServerMessage } from '../../src/ports.ts';

let clock: ManualClock;
let receipts: Receipts;
let sent: wire.AccessTimes.$Properties[];
let heard: ServerMessage[];
let isReachable: boolean;
let counts: string[];
let timings: Timings;

beforeEach(() => {
  clock = new ManualClock();
  receipts = new Receipts(() => clock.wallMs());
  receipts.replaceKeys([{ id: 1, key: new Uint8Array(32).fill(1) }]);
  [sent, heard, isReachable, counts] = [[], [], true, []];
  timings = new Timings({
    receipts,
    clock,
    send: (times) => isReachable && sent.push(times) > 0,
    echoUrlOf: (id, ip) => (id.startsWith('sig-') ? `ws://${id}/v1/echo?${ip}` : undefined),
    countTime: (kind) => void counts.push(kind),
  });
});

const clientIp = '203.0.113.7';
const session = (fromCity = ''): TimedSession => ({
  sessionId: 'PA_1',
  identity: 'ana',
  nodeId: 'sfu-1',
  clientIp,
  fromCity,
  room: { roomKey: 't/r' },
  sendMessage: (message) => void heard.push(message),
});
const echoTime = (signalingId: string, rttMs: number, claimedMs = 0.001): wire.EchoTime.$Properties => {
  const receipt = receipts.seal(rttMs, { signalingId, clientIp }) ?? new Uint8Array();
  return { signalingId, rttMs: claimedMs, receipt };
};

it('a person has a fixed name per room, another name in another room, and neither reveals the person', () => {
  expect(personOf('t/r', 'ana')).toBe(personOf('t/r', 'ana'));
  expect(new Set([personOf('t/r', 'ana'), personOf('t/r', 'anb'), personOf('t/q', 'ana')]).size).toBe(3);
  expect(personOf('t/r', 'ana')).not.toContain('ana');
});

describe('echo times', () => {
  it('without a valid receipt are ignored, and with one they are the signaling node’s measurement, not the client’s claim', () => {
    const times = [
      {},
      { signalingId: 'sig-a', rttMs: 1 },
      echoTime('sig-b', 42),
      { ...echoTime('sig-c', 9), signalingId: 'sig-d' },
    ];
    expect(timings.verified(times, { clientIp, fromCity: '' })).toEqual([{ signalingId: 'sig-b', rttMs: 42 }]);
  });

  it('of a pretended place are ignored', () => {
    expect(timings.verified([echoTime('sig-b', 42)], { clientIp, fromCity: 'Tokyo' })).toEqual([]);
    timings.takeEchoTimes(session('Tokyo'), [echoTime('sig-b', 42)]);
    expect(sent).toEqual([]);
  });

  it('of a session that a gateway opens are ignored, and not requested', () => {
    const opened = { ...session(), opener: { id: 'gw-1', kind: 'gateway' as const } };
    timings.takeEchoTimes(opened, [echoTime('sig-b', 42)]);
    timings.takeNodeRtt(opened, 42);
    timings.requestEchoes(opened, ['sig-a']);
    expect([sent, heard, counts]).toEqual([[], [], ['echoRefused']]);
  });

  it('beyond eight of a report, and the second of a signaling node, are ignored', () => {
    const many = Array.from({ length: 20 }, (_, index) => echoTime(`sig-${index % 10}`, index + 1));
    expect(timings.verified(many, { clientIp, fromCity: '' })).toHaveLength(bounds.echoTimesMax);
    expect(timings.verified([echoTime('sig-a', 3), echoTime('sig-a', 1)], { clientIp, fromCity: '' })).toEqual([
      { signalingId: 'sig-a', rttMs: 3 },
    ]);
  });

  it('that are ignored are counted: without a receipt, of another client, of a node reported already, one too many', () => {
    const foreign = receipts.seal(1, { signalingId: 'sig-c', clientIp: '198.51.100.9' }) ?? new Uint8Array();
    const times = [
      { signalingId: 'sig-a', rttMs: -1 },
      { signalingId: 'nowhere', rttMs: Number.NaN, receipt: new Uint8Array(25) },
      { signalingId: 'sig-c', rttMs: 1, receipt: foreign },
      echoTime('sig-b', 42, Number.NaN),
      echoTime('sig-b', 7, -5),
    ];
    expect(timings.verified(times, { clientIp, fromCity: '' })).toEqual([{ signalingId: 'sig-b', rttMs: 42 }]);
    expect(counts).toEqual(['echoRefused', 'echoRefused', 'echoRefused', 'echo', 'echoRefused']);
    counts = [];
    const many = Array.from({ length: bounds.echoTimesMax + 3 }, (_, index) => echoTime(`sig-${index}`, 5));
    timings.verified(many, { clientIp, fromCity: '' });
    expect(counts.filter((kind) => kind === 'echo')).toHaveLength(bounds.echoTimesMax);
    expect(counts.at(-1)).toBe('echoRefused');
    const one = session();
    for (let index = 0; index <= bounds.echoReportsMax; index += 1) timings.takeEchoTimes(one, [echoTime('sig-a', 5)]);
    expect(counts.slice(-2)).toEqual(['echo', 'echoRefused']);
  });

  it('go to the centre with the session that measured them, ten times per session', () => {
    const one = session();
    for (let index = 0; index < 15; index += 1) timings.takeEchoTimes(one, [echoTime('sig-a', 5)]);
    expect(sent).toHaveLength(bounds.echoReportsMax);
    expect(sent[0]).toEqual({
      roomKey: 't/r',
      sessionId: 'PA_1',
      clientIp,
      fromCity: '',
      person: personOf('t/r', 'ana'),
      echoTimes: [{ signalingId: 'sig-a', rttMs: 5 }],
    });
    timings.takeEchoTimes(session(), [echoTime('sig-a', 5)]);
    expect(sent).toHaveLength(bounds.echoReportsMax + 1);
  });
});

describe('the round trip to the media node', () => {
  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 10_001])('is not %s', (rttMs) => {
    timings.takeNodeRtt(session(), rttMs);
    expect(sent).toEqual([]);
  });

  it('is reported at once, then as the least of ten seconds when it has changed, else after a minute', async () => {
    const one = session();
    const reported = () => sent.map(({ nodeRttMs }) => nodeRttMs);
    timings.takeNodeRtt(one, 100);
    expect(reported()).toEqual([100]);
    await clock.advance(5000);
    timings.takeNodeRtt(one, 50);
    expect(reported()).toEqual([100]);
    await clock.advance(5000);
    timings.takeNodeRtt(one, 80);
    expect(reported()).toEqual([100, 50]);
    await clock.advance(30_000);
    timings.takeNodeRtt(one, 52);
    expect(reported()).toEqual([100, 50]);
    await clock.advance(30_000);
    timings.takeNodeRtt(one, 60);
    expect(reported()).toEqual([100, 50, 52]);
    expect(sent.at(-1)).toMatchObject({ nodeId: 'sfu-1', sessionId: 'PA_1', clientIp });
  });

  it('is reported later when the centre is away', async () => {
    const one = session();
    isReachable = false;
    timings.takeNodeRtt(one, 30);
    isReachable = true;
    timings.takeNodeRtt(one, 40);
    expect(sent.map(({ nodeRttMs }) => nodeRttMs)).toEqual([30]);
  });
});

describe('signaling nodes that the centre wants measured', () => {
  it('are named to the client with their addresses, without unknown nodes, at most every thirty seconds', async () => {
    const one = session();
    timings.requestEchoes(one, ['nowhere']);
    expect(heard).toEqual([]);
    timings.requestEchoes(one, ['nowhere', ...Array.from({ length: 9 }, (_, index) => `sig-${index}`)]);
    timings.requestEchoes(one, ['sig-a']);
    const urlOf = (index: number): string => `ws://sig-${index}/v1/echo?${clientIp}`;
    const targets = [0, 1, 2, 3].map((index) => ({ signalingId: `sig-${index}`, url: urlOf(index) }));
    expect(heard).toEqual([{ echoTargets: { targets } }]);
    await clock.advance(bounds.echoRequestEveryMs);
    timings.requestEchoes(one, ['sig-a']);
    expect(heard).toHaveLength(2);
  });

  it('are not named to a client that pretends a place, nor to a client that has used up its reports', () => {
    timings.requestEchoes(session('Tokyo'), ['sig-a']);
    const one = session();
    for (let index = 0; index < bounds.echoReportsMax; index += 1) timings.takeEchoTimes(one, []);
    timings.requestEchoes(one, ['sig-a']);
    expect(heard).toEqual([]);
  });
});
