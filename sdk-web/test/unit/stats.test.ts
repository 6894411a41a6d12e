import { describe, expect, test } from 'vitest';
import { receiverStatsOf } from '../../src/core/receiver-stats.ts';
import { measure, type StatsEntry, type StatsReading } from '../../src/core/stats.ts';

const reading = (takenMs: number, o: { send?: StatsEntry[]; recv?: StatsEntry[] }): StatsReading => ({
  takenMs,
  send: o.send ?? [],
  recv: o.recv ?? [],
});
const inbound = (packetsReceived: number, packetsLost: number, more: Record<string, unknown> = {}): StatsEntry => ({
  id: 'I',
  type: 'inbound-rtp',
  packetsReceived,
  packetsLost,
  ...more,
});

describe('the measurement between two readings:', () => {
  test('empty readings give zeros, never NaN', () => {
    const measured = measure(undefined, reading(5, {}));
    for (const value of Object.values(measured)) expect(value === '' || value === 0).toBe(true);
  });

  test('losses are those of the period, not of the call', () => {
    const before = reading(0, { recv: [inbound(1000, 500)] });
    expect(measure(before, reading(2000, { recv: [inbound(1090, 510)] })).inboundLoss).toBeCloseTo(0.1); // 10 of 100
  });

  test('counters that went backwards count as unchanged', () => {
    const before = reading(0, { recv: [inbound(1000, 500)] });
    expect(measure(before, reading(2000, { recv: [inbound(10, 0)] })).inboundLoss).toBe(0);
  });

  test('a new track counts from its beginning', () => {
    const now = reading(2000, { recv: [inbound(90, 10)] });
    expect(measure(reading(0, {}), now).inboundLoss).toBeCloseTo(0.1);
  });

  test('outbound loss is that of the other side’s report on our packets, at most 1', () => {
    const sent = (packetsSent: number, packetsLost: number): StatsEntry[] => [
      { id: 'O', type: 'outbound-rtp', packetsSent },
      { id: 'R', type: 'remote-inbound-rtp', packetsLost },
    ];
    expect(
      measure(reading(0, { send: sent(100, 0) }), reading(1000, { send: sent(200, 20) })).outboundLoss,
    ).toBeCloseTo(0.2);
    expect(measure(reading(0, { send: sent(100, 0) }), reading(1000, { send: sent(110, 900) })).outboundLoss).toBe(1);
  });

  test('round trip, available bit rate and protocol are read from the pair in use', () => {
    const entries: StatsEntry[] = [
      { id: 'T', type: 'transport', selectedCandidatePairId: 'P2' },
      { id: 'P1', type: 'candidate-pair', currentRoundTripTime: 9 },
      {
        id: 'P2',
        type: 'candidate-pair',
        currentRoundTripTime: 0.05,
        availableOutgoingBitrate: 300_000,
        localCandidateId: 'L',
      },
      { id: 'L', type: 'local-candidate', protocol: 'tcp' },
    ];
    expect(measure(undefined, reading(1, { send: entries }))).toMatchObject({
      rttMs: 50,
      availableOutboundBps: 300_000,
      mediaProtocol: 'tcp',
    });
  });

  test('concealed audio is the concealed share of the audio received in the period, at most 1', () => {
    const at = (takenMs: number, concealedSamples: number, totalSamplesReceived: number) =>
      reading(takenMs, {
        recv: [
          inbound(1, 0, { kind: 'audio', concealedSamples, totalSamplesReceived }),
          { ...inbound(1, 0, { kind: 'video', framesDecoded: 9 }), id: 'V' },
        ],
      });
    expect(measure(at(0, 9000, 10_000), at(2000, 9100, 12_000)).concealed).toBeCloseTo(0.05);
    expect(measure(at(0, 0, 10_000), at(2000, 9100, 12_000)).concealed).toBe(1);
    expect(measure(at(0, 5, 10), at(2000, 9, 10)).concealed).toBe(0);
  });

  test('the silence of a muted microphone does not count as concealed audio', () => {
    const at = (takenMs: number, concealedSamples: number, silentConcealedSamples: number) =>
      reading(takenMs, {
        recv: [inbound(1, 0, { concealedSamples, silentConcealedSamples, totalSamplesReceived: 10 * takenMs })],
      });
    expect(measure(at(0, 100, 100), at(2000, 20_100, 19_100)).concealed).toBeCloseTo(0.05);
  });

  test("the media node's probes do not count as received", () => {
    const probes = { ...inbound(90, 10, { jitter: 0.4, mid: 'probator' }), id: 'P' };
    const media = inbound(100, 0, { jitter: 0.01, mid: '1' });
    expect(measure(undefined, reading(2000, { recv: [media, probes] }))).toMatchObject({
      jitterMs: 10,
      inboundLoss: 0,
      packetsReceived: 100,
    });
  });

  test('frames per second are those of the largest picture', () => {
    const picture = (id: string, frameHeight: number, framesPerSecond?: number): StatsEntry =>
      ({ ...inbound(1, 0), id, frameWidth: frameHeight, frameHeight, framesPerSecond }) as StatsEntry;
    const now = reading(2000, { recv: [picture('A', 180, 30), picture('B', 720, 24), picture('C', 0)] });
    expect(measure(undefined, now)).toMatchObject({ receivedHeight: 720, receivedFps: 24 });
    expect(measure(undefined, reading(1, { recv: [picture('C', 90)] })).receivedFps).toBe(0);
  });

  test('freezes and bit rates are those of the period', () => {
    const at = (takenMs: number, bytesReceived: number, freezeCount: number, totalFreezesDuration: number) =>
      reading(takenMs, { recv: [inbound(1, 0, { bytesReceived, freezeCount, totalFreezesDuration, jitter: 0.004 })] });
    const measured = measure(at(0, 0, 1, 1), at(2000, 250_000, 3, 1.25));
    expect(measured).toMatchObject({
      freezeCount: 2,
      freezeMs: 250,
      inboundBps: 1_000_000,
      jitterMs: 4,
      periodMs: 2000,
    });
  });
});

describe('the statistics of a receiver', () => {
  test('are 0 without an inbound stream', () => {
    expect(receiverStatsOf('video', [])).toMatchObject({ kind: 'video', framesDecoded: 0, mimeType: '' });
  });

  test('have the codec’s name, and times in milliseconds', () => {
    const entries: StatsEntry[] = [
      {
        id: 'I',
        type: 'inbound-rtp',
        kind: 'video',
        framesDecoded: 7,
        totalFreezesDuration: 0.5,
        jitter: 0.002,
        codecId: 'C',
      },
      { id: 'C', type: 'codec', mimeType: 'video/VP9' },
    ];
    expect(receiverStatsOf('video', entries)).toMatchObject({
      framesDecoded: 7,
      totalFreezesMs: 500,
      jitterMs: 2,
      mimeType: 'video/VP9',
    });
  });
});
