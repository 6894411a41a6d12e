import { expect, it } from 'vitest';
import { ntpOf, type ReportBlock, shortNtp } from '../../src/core/rtp/rtcp.ts';
import { QUALITY_MS, SentQuality } from '../../src/core/rtp/sent-quality.ts';

const WALL_MS = 1_700_000_000_000;
const block = (o: Partial<ReportBlock> = {}): ReportBlock => ({
  ssrc: 1,
  fractionLost: 0,
  cumulativeLost: 0,
  highestSequence: 0,
  jitter: 0,
  lastSr: 0,
  delaySinceLastSr: 0,
  ...o,
});

it('the quality is undefined during a period, and after a period without a report', () => {
  const quality = new SentQuality(0);
  expect(quality.take(QUALITY_MS)).toBeUndefined();
  quality.noteReport(block(), 90_000, ntpOf(WALL_MS));
  expect(quality.take(2 * QUALITY_MS - 1)).toBeUndefined();
  expect(quality.take(2 * QUALITY_MS)).toEqual({
    rttMs: 0,
    outboundLoss: 0,
    jitterMs: 0,
    periodMs: QUALITY_MS,
    sentBps: 0,
    sentHeight: 0,
  });
});

it("the quality is the worst stream's of a period, with the round trip of the last report", () => {
  const quality = new SentQuality(0);
  // The sender report was made 180 ms ago, and stayed at the media node for 100 ms.
  const times = { lastSr: shortNtp(ntpOf(WALL_MS - 180)), delaySinceLastSr: 6554 };
  quality.noteReport(block({ fractionLost: 64, jitter: 450 }), 90_000, ntpOf(WALL_MS));
  quality.noteReport(block({ fractionLost: 32, jitter: 480, ...times }), 48_000, ntpOf(WALL_MS));
  const stats = quality.take(QUALITY_MS);
  expect(stats).toMatchObject({ outboundLoss: 0.25, jitterMs: 10 });
  expect(stats?.rttMs).toBeCloseTo(80, 0);
  quality.noteReport(block(), 90_000, ntpOf(WALL_MS));
  expect(quality.take(2 * QUALITY_MS)).toMatchObject({ outboundLoss: 0, jitterMs: 0 });
});

it('the quality has the bit rate of a period, and the height of the picture', () => {
  const quality = new SentQuality(0);
  quality.noteReport(block(), 90_000, ntpOf(WALL_MS));
  for (let each = 0; each < 100; each += 1) quality.noteSent(1250);
  expect(quality.take(QUALITY_MS, 360)).toMatchObject({ sentBps: 500_000, sentHeight: 360 });
  quality.noteReport(block(), 90_000, ntpOf(WALL_MS));
  expect(quality.take(2 * QUALITY_MS)).toMatchObject({ sentBps: 0, sentHeight: 0 });
});

it('the round trip is never negative', () => {
  const quality = new SentQuality(0);
  quality.noteReport(block({ lastSr: shortNtp(ntpOf(WALL_MS + 5)) }), 90_000, ntpOf(WALL_MS));
  expect(quality.take(QUALITY_MS)).toMatchObject({ rttMs: 0 });
});
