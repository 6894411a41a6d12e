// Tests encoders whose times leap, in simulated time, from RTMP messages to sent RTP.

import { parseRtp, RtpSender, SendClock, unwrap } from '@meridian/room-media/core';
import { describe, expect, it } from 'vitest';
import { messageType } from '../../src/core/rtmp/chunks.ts';
import { Drops } from '../../src/core/rtmp/drops.ts';
import { MediaReader } from '../../src/core/rtmp/media.ts';

const payload = Uint8Array.of(1);
const FRAME_MS = { audio: 1024 / 48, video: 40 };
type Kind = keyof typeof FRAME_MS;

interface Received {
  readonly kind: Kind;
  readonly madeMs: number;
  readonly ptsMs: number;
}

/**
 * Sends units that were made each frame time: `shown` returns their time by the encoder, `arrives` the time of their
 * arrival. Sound is sent 200 ms behind pictures.
 */
function play(o: {
  untilMs: number;
  shown: (madeMs: number) => number;
  arrives?: (madeMs: number) => number;
  isThere?: (madeMs: number) => boolean;
}): { received: Received[]; sent: number } {
  const clock = new SendClock(1.8e12);
  const common = { cname: 'one', clock, firstSequence: 7, timestampOffset: 2 ** 32 - 9000 };
  const streams = {
    audio: {
      sender: new RtpSender({ ...common, ssrc: 1, payloadType: 100, clockRate: 48_000, marksLast: false }),
      times: unwrap(32),
      clockRate: 48_000,
    },
    video: {
      sender: new RtpSender({ ...common, ssrc: 2, payloadType: 101, clockRate: 90_000, marksLast: true }),
      times: unwrap(32),
      clockRate: 90_000,
    },
  };
  const reader = new MediaReader(new Drops());
  const units = (['audio', 'video'] as const).flatMap((kind) =>
    Array.from({ length: Math.floor(o.untilMs / FRAME_MS[kind]) }, (_, at) => ({ kind, madeMs: at * FRAME_MS[kind] })),
  );
  const sentMs = ({ kind, madeMs }: { kind: Kind; madeMs: number }): number =>
    (o.arrives ?? ((ms) => ms))(madeMs) + (kind === 'audio' ? 200 : 0);
  const inOrder = units
    .filter(({ madeMs }) => o.isThere?.(madeMs) ?? true)
    .map((unit) => ({ ...unit, atMs: sentMs(unit) }))
    .sort((a, b) => a.atMs - b.atMs);
  const received: Received[] = [];
  for (const { kind, madeMs, atMs } of inOrder) {
    const { sender, times, clockRate } = streams[kind];
    const timestampMs = Math.round(o.shown(madeMs)) % 2 ** 32;
    const message = { typeId: messageType[kind], streamId: 1, timestampMs, payload };
    for (const media of reader.read(message)) {
      for (const datagram of sender.send([payload], media.timestampMs, atMs)) {
        const packet = parseRtp(datagram);
        const ticks = times.next(packet?.timestamp ?? 0) - 2 ** 32 + 9000;
        received.push({ kind, madeMs, ptsMs: (ticks * 1000) / clockRate });
      }
    }
  }
  return { received, sent: inOrder.length };
}

/** Returns the minimum and maximum difference between RTP times and origin times. */
function delays(received: readonly Received[], kinds: readonly Kind[], fromMs: number, toMs: number) {
  const all = received
    .filter(({ kind, madeMs }) => kinds.includes(kind) && madeMs >= fromMs && madeMs < toMs)
    .map(({ ptsMs, madeMs }) => ptsMs - madeMs);
  return { leastMs: Math.min(...all), mostMs: Math.max(...all) };
}
const HOUR_MS = 3_600_000;
describe('times that leap', () => {
  it.each([
    ['an hour ahead', (ms: number) => ms + HOUR_MS],
    ['five seconds ahead', (ms: number) => ms + 5000],
    ['back by ten seconds', (ms: number) => ms - 10_000],
    ['back by 1.5 s', (ms: number) => ms - 1500],
    ['back to 0', (ms: number) => ms - 20_000],
    ['back and forth', (ms: number) => ms - (ms < 25_000 ? 10_000 : 0)],
  ])('%s continue without loss, and sound and picture keep their distance', (_, leapt) => {
    const shown = (ms: number): number => (ms < 20_000 ? ms : leapt(ms));
    const { received, sent } = play({ untilMs: 40_000, shown });
    expect(received).toHaveLength(sent);
    const delay = delays(received, ['audio', 'video'], 0, 40_000);
    expect(delay.mostMs - delay.leastMs).toBeLessThan(2);
  });
  it('of 32 bits continue over their wrap', () => {
    const { received, sent } = play({ untilMs: 20_000, shown: (ms) => 2 ** 32 - 10_000 + ms });
    expect(received).toHaveLength(sent);
    const delay = delays(received, ['audio', 'video'], 0, 20_000);
    expect(delay.mostMs - delay.leastMs).toBeLessThan(2);
  });
});

describe('no leap', () => {
  /** Returns the arrival of data sent at `ms`: nothing for five seconds, then everything within 50 ms. */
  const arrives = (ms: number): number =>
    Math.max(ms, ms > 10_000 ? Math.min(15_000 + (ms - 10_000) / 100, 15_050) : 0);
  it('is caused by a network that stalls for five seconds and then delivers everything', () => {
    const { received, sent } = play({ untilMs: 30_000, shown: (ms) => ms, arrives });
    expect(received).toHaveLength(sent);
    const delay = delays(received, ['audio', 'video'], 0, 30_000);
    expect(delay.mostMs - delay.leastMs).toBeLessThan(2);
  });
  it('is caused by units that an encoder left out because of such a stall', () => {
    const isThere = (ms: number): boolean => ms < 10_500 || ms > 14_500;
    const { received } = play({ untilMs: 30_000, shown: (ms) => ms, arrives, isThere });
    const delay = delays(received, ['audio', 'video'], 0, 30_000);
    expect(delay.mostMs - delay.leastMs).toBeLessThan(2);
  });
  it("is caused by a burst of a server's buffer", () => {
    const { received } = play({ untilMs: 30_000, shown: (ms) => ms, arrives: (ms) => Math.max(0, ms - 8000) });
    const delay = delays(received, ['audio', 'video'], 0, 30_000);
    expect(delay.mostMs - delay.leastMs).toBeLessThan(2);
  });
});
