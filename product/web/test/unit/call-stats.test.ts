import { describe, expect, it } from 'vitest';
import {
  type CallStats,
  codecOf,
  type StatsEntry,
  senderReadingOf,
  statsOf,
  statsText,
  summaryRows,
  type TrackReading,
  type TrackStats,
  trackLines,
} from '../../src/core/call-stats.ts';
import { initialMeeting, type MeetingState, reduceMeeting } from '../../src/core/meeting.ts';
import { translatorOf } from '../../src/core/messages/translate.ts';
import type { ParticipantModel, PlacementModel } from '../../src/core/model.ts';

const reading = (change: Partial<TrackReading> = {}): TrackReading => ({
  sessionId: 'PA_a',
  source: 'camera',
  trackId: 'TR_1',
  takenMs: 1000,
  bytes: 1000,
  packets: 100,
  lost: 0,
  width: 640,
  height: 360,
  fps: 29.7,
  codec: 'VP8',
  layer: '2/3',
  jitterMs: 3.4,
  freezes: 0,
  freezeMs: 0,
  holdReason: '',
  ...change,
});
const english = { t: translatorOf('en'), tag: 'en' };
const chinese = { t: translatorOf('zh'), tag: 'zh-CN' };

describe('the reading of a sender’s report', () => {
  const layer = (rid: string, change: object): StatsEntry => ({
    id: rid,
    type: 'outbound-rtp',
    codecId: 'c',
    active: true,
    bytesSent: 100,
    packetsSent: 10,
    ...change,
  });
  it('has the sums of all layers, and the size of the largest sent layer', () => {
    const entries: StatsEntry[] = [
      layer('q', { frameWidth: 320, frameHeight: 180, framesPerSecond: 30 }),
      layer('h', { frameWidth: 640, frameHeight: 360, framesPerSecond: 24, qualityLimitationReason: 'bandwidth' }),
      layer('f', { frameWidth: 1280, frameHeight: 720, framesPerSecond: 0, active: false }),
      { id: 'r', type: 'remote-inbound-rtp', packetsLost: 4, jitter: 0.007 },
      { id: 'r2', type: 'remote-inbound-rtp', packetsLost: -2 },
      { id: 'c', type: 'codec', mimeType: 'video/VP8' },
    ];
    expect(senderReadingOf(entries)).toEqual({
      bytes: 300,
      packets: 30,
      lost: 4,
      width: 640,
      height: 360,
      fps: 24,
      codec: 'VP8',
      layer: '2/3',
      jitterMs: 7,
      holdReason: 'bandwidth',
    });
  });
  it('is empty where the browser reports nothing', () => {
    const nothing = { bytes: 0, packets: 0, lost: 0, width: 0, height: 0, fps: 0, codec: '', layer: '', jitterMs: 0 };
    expect(senderReadingOf([])).toEqual({ ...nothing, holdReason: '' });
    expect(senderReadingOf([{ id: 'x', type: 'outbound-rtp', bytesSent: 'many', frameWidth: Number.NaN }])).toEqual({
      ...nothing,
      holdReason: '',
    });
    expect(codecOf('')).toBe('');
  });
});

describe('rates', () => {
  it('cover the time between two readings, and are unknown at the first', () => {
    expect(statsOf([], [reading()])[0]).toMatchObject({ bps: undefined, loss: 0 });
    const later = reading({ takenMs: 3000, bytes: 251_000, packets: 190, lost: 10 });
    expect(statsOf([reading()], [later])[0]).toMatchObject({ bps: 1_000_000, loss: 0.1 });
  });
  it('count from zero after a counter went backwards, and for a new track', () => {
    const smallerReading = reading({ takenMs: 3000, bytes: 10, packets: 1 });
    expect(statsOf([reading()], [smallerReading])[0]).toMatchObject({ bps: 0, loss: 0 });
    expect(statsOf([reading()], [reading({ trackId: 'TR_2', takenMs: 3000 })])[0]?.bps).toBeUndefined();
  });
});

describe('the text of statistics', () => {
  const track = (change: Partial<TrackStats> = {}): TrackStats => ({
    ...reading(),
    bps: 1_234_000,
    loss: 0.0123,
    ...change,
  });
  it('shows size, rate and layer, then problems', () => {
    expect(trackLines(track(), english)).toEqual([
      '640 × 360 · 30 fps · VP8 2/3 · 1.2 Mbit/s',
      'loss 1.2 % · jitter 3 ms',
    ]);
    const sound = { width: 0, height: 0, fps: 0, codec: 'opus', layer: '', bps: 31_400, loss: 0 };
    expect(trackLines(track(sound), english)[0]).toBe('opus · 31 kbit/s');
    expect(trackLines(track({ bps: undefined, freezes: 2, freezeMs: 1240 }), english)).toEqual([
      '640 × 360 · 30 fps · VP8 2/3',
      'loss 1.2 % · jitter 3 ms · froze 2 times (1.2 s)',
    ]);
    expect(trackLines(track(), chinese)[1]).toBe('丢包 1.2% · 抖动 3 毫秒');
  });
  const stats: CallStats = {
    takenWallMs: 0,
    summary: {
      rttMs: 24.2,
      signalRttMs: 0,
      outboundLoss: 0.5,
      inboundLoss: 0,
      outboundBps: 900_000,
      inboundBps: 0,
      availableOutboundBps: 0,
      jitterMs: 2,
      mediaProtocol: 'udp',
    },
    tracks: [track({ freezes: 1, freezeMs: 500 }), track({ trackId: 'TR_2', freezes: 2, freezeMs: 500 })],
  };
  it('has a row for each total, and a dash for unknown values', () => {
    expect(Object.fromEntries(summaryRows(stats, english))).toEqual({
      'Round trip': '24 ms · UDP',
      'Round trip of signaling': '–',
      Sending: '900 kbit/s · loss 50 %',
      Receiving: '0 kbit/s · loss 0 %',
      'Available uplink': '–',
      Jitter: '2 ms',
      Freezes: '3 (1 s)',
    });
    expect(summaryRows({ ...stats, summary: undefined }, english)).toEqual([]);
  });
  it('to copy contains nodes, sessions and the browser, in English', () => {
    const person = { sessionId: 'PA_a', identity: 'ann', name: 'Ann', local: false, nodeId: 'sfu-2', quality: 'good' };
    const self = { ...person, sessionId: 'PA_me', identity: 'me', name: 'Me', local: true, nodeId: 'sfu-1' };
    const placement = { nodeId: 'sfu-1', region: 'eu', signalingId: 'sig', ownerId: 'own', decisionId: 'DE_1' };
    const text = statsText({
      room: 'demo',
      stats,
      participants: [self, person] as ParticipantModel[],
      placement: placement as PlacementModel,
      browser: 'Browser/1',
    });
    expect(text.split('\n')).toEqual([
      'Meridian, 1970-01-01T00:00:00.000Z',
      'room: demo, session PA_me, identity me',
      'node: sfu-1 (eu), signaling sig, owner own, decision DE_1',
      'rtt: 24 ms by udp, signaling 0 ms, jitter 2 ms',
      'sending: 900 kbit/s, loss 50.00 %, available 0 kbit/s',
      'receiving: 0 kbit/s, loss 0.00 %',
      'Me (PA_me, self) good, by sfu-1',
      'Ann (PA_a) good, by sfu-2 > sfu-1',
      '  camera: 640x360 30 fps VP8 layer 2/3 1234 kbit/s, loss 1.23 %, jitter 3 ms, freezes 1 (500 ms)',
      '  camera: 640x360 30 fps VP8 layer 2/3 1234 kbit/s, loss 1.23 %, jitter 3 ms, freezes 2 (500 ms)',
      'browser: Browser/1',
    ]);
  });
  it('shows statistics that the state keeps only while the panel is open', () => {
    const first: MeetingState = { ...initialMeeting('demo'), phase: { name: 'meeting', reconnecting: false } };
    expect(reduceMeeting(first, { type: 'stats', stats })).toBe(first);
    const open = reduceMeeting(first, { type: 'panel', panel: 'stats' });
    const withStats = reduceMeeting(open, { type: 'stats', stats });
    expect(withStats.stats).toBe(stats);
    for (const action of [
      { type: 'panel', panel: 'stats' },
      { type: 'panel', panel: 'chat' },
      { type: 'closed' },
    ] as const)
      expect(reduceMeeting(withStats, action).stats).toBeUndefined();
  });
});
