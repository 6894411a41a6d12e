import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RtpPacket } from '../../src/core/rtp/packet.ts';
import { type ReceiverOptions, RtpReceiver, reorderPackets } from '../../src/core/rtp/receive.ts';
import type { RtcpPacket } from '../../src/core/rtp/rtcp.ts';

const options: ReceiverOptions = {
  ssrc: 1,
  payloadType: 105,
  clockRate: 90_000,
  rtx: { ssrc: 2, payloadType: 106 },
  senderSsrc: 9,
  wantsKeyFrames: true,
  maxWaitMs: 120,
  rttMs: 50,
};
const packet = (sequenceNumber: number, o: Partial<RtpPacket> = {}): RtpPacket => ({
  payloadType: 105,
  marker: false,
  sequenceNumber: sequenceNumber & 0xffff,
  timestamp: 0,
  ssrc: 1,
  payload: Uint8Array.of(sequenceNumber & 0xff),
  ...o,
});
const rtxOf = (original: RtpPacket, o: Partial<RtpPacket> = {}): RtpPacket => ({
  ...original,
  ssrc: 2,
  payloadType: 106,
  sequenceNumber: 7,
  payload: Uint8Array.of(original.sequenceNumber >>> 8, original.sequenceNumber & 0xff, ...original.payload),
  ...o,
});
const drained = (receiver: RtpReceiver, nowMs: number): number[] =>
  receiver.drain(nowMs).map(({ sequenceNumber }) => sequenceNumber);
const nacked = (packets: readonly RtcpPacket[]): readonly number[] =>
  packets.flatMap((one) => (one.type === 'nack' ? one.sequenceNumbers : []));
const asksKeyFrame = (packets: readonly RtcpPacket[]): boolean => packets.some(({ type }) => type === 'pli');

describe('packets', () => {
  it('of other streams, and impossible RTX, are ignored', () => {
    const receiver = new RtpReceiver(options);
    receiver.receive(rtxOf(packet(5)), 0);
    receiver.receive(packet(5, { ssrc: 3 }), 0);
    receiver.receive(packet(5, { payloadType: 96 }), 0);
    receiver.receive(packet(5, { ssrc: 2 }), 0);
    expect(receiver.drain(0)).toEqual([]);
    expect(receiver.report(0)).toBeUndefined();
    receiver.receive(packet(5), 0);
    // RTX without a number, older than the first, newer than the newest, and of a received packet.
    for (const payload of [[], [0], [0, 4, 1], [0, 6, 1], [0, 5, 1]])
      receiver.receive(packet(1, { ssrc: 2, payloadType: 106, payload: Uint8Array.from(payload) }), 0);
    expect(drained(receiver, 1000)).toEqual([5]);
  });

  it('come out in order and once, over the wrap', () => {
    const receiver = new RtpReceiver(options);
    for (const sequence of [65_534, 0, 65_535, 0, 65_534, 3, 2, 2, 1]) receiver.receive(packet(sequence), 0);
    const out = receiver.drain(0);
    expect(out.map(({ sequenceNumber }) => sequenceNumber)).toEqual([65_534, 65_535, 0, 1, 2, 3]);
    expect(out.map(({ extendedSequence }) => extendedSequence)).toEqual([
      65_534, 65_535, 65_536, 65_537, 65_538, 65_539,
    ]);
    expect(receiver.lost).toBe(0);
  });

  it('repeated with other contents keep the first contents', () => {
    const receiver = new RtpReceiver(options);
    for (const first of [1, 3]) receiver.receive(packet(first), 0);
    receiver.receive(packet(3, { payload: Uint8Array.of(99) }), 0);
    receiver.receive(packet(2), 0);
    expect(receiver.drain(0).map(({ payload }) => payload[0])).toEqual([1, 2, 3]);
  });

  it('wait for a missing packet as long as configured, and no longer', () => {
    const receiver = new RtpReceiver(options);
    receiver.receive(packet(1), 0);
    receiver.receive(packet(3), 10);
    receiver.receive(packet(5), 50);
    expect(drained(receiver, 129)).toEqual([1]);
    expect(drained(receiver, 130)).toEqual([3]);
    expect(drained(receiver, 169)).toEqual([]);
    expect(drained(receiver, 170)).toEqual([5]);
    expect(receiver.lost).toBe(2);
    receiver.receive(packet(2), 171);
    expect(drained(receiver, 1000)).toEqual([]);
  });

  it('received by RTX are restored', () => {
    const receiver = new RtpReceiver(options);
    receiver.receive(packet(1), 0);
    receiver.receive(packet(3), 0);
    const lost = packet(2, { marker: true, timestamp: 77 });
    receiver.receive(rtxOf(lost), 30);
    expect(receiver.drain(30)[1]).toEqual({ ...lost, extendedSequence: 2, arrivalMs: 30 });
  });

  it('beyond the buffer push the oldest out', () => {
    const receiver = new RtpReceiver(options);
    receiver.receive(packet(0), 0);
    for (let sequence = 2; sequence <= reorderPackets; sequence++) receiver.receive(packet(sequence), 0);
    expect(drained(receiver, 0)).toEqual([0]);
    receiver.receive(packet(reorderPackets + 1), 0);
    expect(drained(receiver, 0)).toHaveLength(reorderPackets);
    expect(receiver.lost).toBe(1);
  });

  it('after a long gap come out at once', () => {
    const receiver = new RtpReceiver(options);
    for (const sequence of [0, 2, 2900]) receiver.receive(packet(sequence), 0);
    expect(drained(receiver, 0)).toEqual([0, 2]);
    expect(drained(receiver, 120)).toEqual([2900]);
    expect(receiver.lost).toBe(2898);
  });

  it('with distant numbers are strays, until two in a row show a restart of the source', () => {
    const receiver = new RtpReceiver(options);
    for (const sequence of [100, 40_000, 101, 40_001, 50_000, 50_002, 102]) receiver.receive(packet(sequence), 0);
    expect(drained(receiver, 0)).toEqual([100, 101, 102]);
    receiver.keyFrameArrived();
    for (const sequence of [104, 30_000, 30_001, 30_002]) receiver.receive(packet(sequence), 0);
    const out = receiver.drain(0);
    expect(out.map(({ sequenceNumber }) => sequenceNumber)).toEqual([104, 30_001, 30_002]);
    expect(out[1]?.extendedSequence).toBeGreaterThan(65_536);
    expect(asksKeyFrame(receiver.feedback(0))).toBe(true);
    expect(receiver.report(0)).toMatchObject({ cumulativeLost: 0, highestSequence: 65_536 + 30_002 });
  });

  it('whose numbers restart a little lower are not treated as late', () => {
    const receiver = new RtpReceiver(options);
    for (const sequence of [40_000, 40_000 - reorderPackets + 1, 40_001]) receiver.receive(packet(sequence), 0);
    for (const sequence of [39_000, 39_001, 39_002]) receiver.receive(packet(sequence), 0);
    expect(drained(receiver, 0)).toEqual([40_000, 40_001, 39_001, 39_002]);
  });

  it('shuffled, lost and repeated over many wraps come out in order, each once', () => {
    const run = fc.record({ seed: fc.integer(), first: fc.integer({ min: 0, max: 0xffff }) });
    fc.assert(
      fc.property(run, ({ seed, first }) => {
        let state = seed;
        const random = (below: number): number => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
          return (state >>> 8) % below;
        };
        const receiver = new RtpReceiver(options);
        const sent: { at: number; sequence: number }[] = [];
        // Five of eight numbers never come; the rest come up to 40 ms late, in which 320 numbers pass.
        for (let ms = 0; ms < 10_000; ms++) {
          const sequence = first + 1 + ms * 8;
          for (let part = 0; part < 3; part++)
            if (random(50) !== 0) sent.push({ at: ms + random(40), sequence: sequence + part });
          if (random(20) === 0) sent.push({ at: ms + 45, sequence });
        }
        sent.sort((a, b) => a.at - b.at);
        receiver.receive(packet(first), 0);
        const out: number[] = [];
        for (const { at, sequence } of sent) {
          receiver.receive(packet(sequence, { timestamp: sequence }), at);
          for (const one of receiver.drain(at)) {
            out.push(one.extendedSequence);
            if (one.sequenceNumber !== (one.extendedSequence & 0xffff)) throw new Error('another number');
          }
        }
        for (const one of receiver.drain(20_000)) out.push(one.extendedSequence);
        const expected = [first, ...new Set(sent.map(({ sequence }) => sequence))].sort((one, other) => one - other);
        expect(out).toEqual(expected);
      }),
      { numRuns: 3 },
    );
  });
});

describe('missing packets', () => {
  it('are requested at once, again after the round trip, and no more after arrival or giving up', () => {
    const receiver = new RtpReceiver({ ...options, wantsKeyFrames: false });
    receiver.receive(packet(65_534), 0);
    receiver.receive(packet(2), 0);
    expect(receiver.feedback(0)).toEqual([
      { type: 'nack', senderSsrc: 9, mediaSsrc: 1, sequenceNumbers: [65_535, 0, 1] },
    ]);
    expect(receiver.feedback(49)).toEqual([]);
    receiver.receive(packet(0), 49);
    expect(nacked(receiver.feedback(50))).toEqual([65_535, 1]);
    receiver.rttMs = 10;
    expect(nacked(receiver.feedback(100))).toEqual([65_535, 1]);
    expect(nacked(receiver.feedback(119))).toEqual([]);
    expect(drained(receiver, 120)).toEqual([65_534, 0, 2]);
    expect(receiver.feedback(500)).toEqual([]);
  });

  it('are requested ten times at most, and about a hundred at once', () => {
    const receiver = new RtpReceiver({ ...options, maxWaitMs: 60_000, wantsKeyFrames: false });
    receiver.receive(packet(0), 0);
    receiver.receive(packet(300), 0);
    const counts = new Map<number, number>();
    for (let nowMs = 0; nowMs < 60_000; nowMs += 20) {
      const numbers = nacked(receiver.feedback(nowMs));
      expect(numbers.length).toBeLessThanOrEqual(128);
      for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
    }
    expect(counts.size).toBe(299);
    expect([...new Set(counts.values())]).toEqual([10]);
    // A packet in the same slot of the buffer is counted anew.
    receiver.drain(60_000);
    for (let sequence = 301; sequence <= 600; sequence++) receiver.receive(packet(sequence), 60_000);
    receiver.receive(packet(700), 60_000);
    expect(nacked(receiver.feedback(60_000))).toContain(602);
  });
});

describe('a key frame', () => {
  it('is requested from the start, twice a second, until it comes', () => {
    const receiver = new RtpReceiver(options);
    expect(receiver.feedback(0)).toEqual([{ type: 'pli', senderSsrc: 9, mediaSsrc: 1 }]);
    expect(receiver.feedback(499)).toEqual([]);
    expect(asksKeyFrame(receiver.feedback(500))).toBe(true);
    receiver.keyFrameArrived();
    expect(receiver.feedback(5000)).toEqual([]);
  });

  it('is requested when a packet is given up, or a viewer demands it', () => {
    const receiver = new RtpReceiver(options);
    receiver.keyFrameArrived();
    receiver.receive(packet(1), 0);
    receiver.receive(packet(3), 0);
    expect(asksKeyFrame(receiver.feedback(100))).toBe(false);
    receiver.drain(120);
    expect(asksKeyFrame(receiver.feedback(120))).toBe(true);
    receiver.keyFrameArrived();
    receiver.demandKeyFrame();
    expect(asksKeyFrame(receiver.feedback(619))).toBe(false);
    expect(asksKeyFrame(receiver.feedback(620))).toBe(true);
  });
});

describe('a receiver report', () => {
  it('counts loss over the wrap, in total and since the last report', () => {
    const receiver = new RtpReceiver(options);
    for (const sequence of [65_532, 65_533, 65_535, 0, 1, 3]) receiver.receive(packet(sequence), 0);
    expect(receiver.report(0)).toMatchObject({
      ssrc: 1,
      fractionLost: 64,
      cumulativeLost: 2,
      highestSequence: 0x10003,
    });
    expect(receiver.report(0)).toMatchObject({ fractionLost: 0, cumulativeLost: 2 });
    for (const sequence of [5, 6, 7]) receiver.receive(packet(sequence), 0);
    expect(receiver.report(0)).toMatchObject({ fractionLost: 64, cumulativeLost: 3 });
    // RTX has separate statistics; late and repeated packets count.
    receiver.receive(rtxOf(packet(4)), 0);
    expect(receiver.report(0)).toMatchObject({ cumulativeLost: 3 });
    for (let again = 0; again < 5; again++) receiver.receive(packet(7), 0);
    expect(receiver.report(0)).toMatchObject({ fractionLost: 0, cumulativeLost: -2 });
  });

  it('has the jitter of RFC 3550, A.8', () => {
    const receiver = new RtpReceiver(options);
    let expected = 0;
    // A packet every 20 ms; every second packet is 5 ms late, which is 450 ticks, over the wrap of the timestamp.
    for (let index = 0; index < 20; index++) {
      const timestamp = (0xffffff00 + index * 1800) >>> 0;
      receiver.receive(packet(index, { timestamp }), 1e9 + index * 20 + (index % 2) * 5);
      if (index > 0) expected += (450 - expected) / 16;
    }
    expect(receiver.report(0)?.jitter).toBe(Math.floor(expected));
    // A reordered packet does not count for the jitter.
    receiver.receive(packet(22, { timestamp: (0xffffff00 + 22 * 1800) >>> 0 }), 1e9 + 440 + 5);
    expected += (0 - expected) / 16;
    receiver.receive(packet(21, { timestamp: 5 }), 1e9 + 900);
    expect(receiver.report(0)?.jitter).toBe(Math.floor(expected));
  });

  it('names the last sender report of its stream, and the time since its arrival', () => {
    const receiver = new RtpReceiver(options);
    const ntp = { seconds: 0x11112222, fraction: 0x33334444 };
    const report = { type: 'sr', ssrc: 1, ntp, rtpTimestamp: 0, packetCount: 0, octetCount: 0, reports: [] } as const;
    receiver.noteSenderReport(report, 0);
    receiver.receive(packet(1), 0);
    receiver.noteSenderReport({ ...report, ssrc: 3 }, 0);
    expect(receiver.report(10)).toMatchObject({ lastSr: 0, delaySinceLastSr: 0 });
    receiver.noteSenderReport(report, 1000);
    expect(receiver.report(2500)).toMatchObject({ lastSr: 0x22223333, delaySinceLastSr: 98_304 });
  });
});
