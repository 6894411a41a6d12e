import { describe, expect, it } from 'vitest';
import { FrameMeter } from '../../src/core/frame-meter.ts';

/** Returns a client's frame: masked, with the shortest length that fits. */
function frame(payloadBytes: number, firstByte = 0x82): Uint8Array {
  const mask = [1, 2, 3, 4];
  const payload = new Uint8Array(payloadBytes).fill(0x8a);
  if (payloadBytes < 126) return Uint8Array.of(firstByte, 0x80 | payloadBytes, ...mask, ...payload);
  const [high, low] = [payloadBytes >> 8, payloadBytes & 0xff];
  if (payloadBytes < 65_536) return Uint8Array.of(firstByte, 0xfe, high, low, ...mask, ...payload);
  return Uint8Array.of(firstByte, 0xff, 0, 0, 0, 0, 0, high >> 8, high & 0xff, low, ...mask, ...payload);
}
const join = (parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const many = (count: number, one: Uint8Array): Uint8Array => join(Array.from({ length: count }, () => one));
/** Returns the cost of these bytes in whole frames, beside their KiB: the least burst that admits them. */
function framesIn(bytes: Uint8Array, chunkBytes: number): number {
  for (let frames = 0; ; frames += 1) {
    const meter = new FrameMeter({ perSecond: 1, burst: frames + bytes.length / 1024 + 0.001 }, 0);
    let isWithinRate = true;
    for (let at = 0; at < bytes.length && isWithinRate; at += chunkBytes)
      isWithinRate = meter.take(bytes.subarray(at, at + chunkBytes), 0);
    if (isWithinRate) return frames;
  }
}

describe('every frame is counted, whatever the chunk boundaries', () => {
  it.each<[string, Uint8Array, number]>([
    ['a ping', frame(0, 0x89), 1],
    ['pongs', many(20, frame(0, 0x8a)), 20],
    ['empty fragments', join([frame(0, 0x02), many(5, frame(0, 0x00)), frame(0, 0x80)]), 7],
    ['the longest control frame', frame(125, 0x89), 1],
    ['messages with a length of two bytes', many(3, frame(126)), 3],
    ['a message with a length of eight bytes, and what follows it', join([frame(70_000), frame(0, 0x8a)]), 2],
    ['payload that looks like frames', frame(60, 0x82), 1],
    ['frames that are not masked', many(4, Uint8Array.of(0x8a, 0)), 4],
    ['half a header: not yet', Uint8Array.of(0x82, 0xfe, 1), 0],
  ])('%s', (_name, bytes, want) => {
    for (const chunkBytes of [1, 2, 3, 5, 7, 4096]) expect(framesIn(bytes, chunkBytes)).toBe(want);
  });
});

describe('a meter', () => {
  const limits = { perSecond: 10, burst: 20 };
  const pong = frame(0, 0x8a);

  it('admits its rate forever', () => {
    const meter = new FrameMeter(limits, 0);
    for (let nowMs = 0; nowMs < 100_000; nowMs += 125) expect(meter.take(pong, nowMs)).toBe(true);
  });

  it('counts a KiB of payload like a frame', () => {
    const meter = new FrameMeter(limits, 0);
    expect(meter.take(frame(18 * 1024), 0)).toBe(true);
    expect(meter.take(frame(1024), 0)).toBe(false);
  });

  it('is widened once: a second call has no effect', () => {
    const meter = new FrameMeter(limits, 0);
    const wide = { perSecond: 10, burst: 50 };
    expect(meter.take(many(30, pong), 0)).toBe(false);
    meter.widen(wide, 0);
    expect(meter.take(many(30, pong), 0)).toBe(true);
    meter.widen(wide, 0);
    expect(meter.take(many(30, pong), 0)).toBe(false);
  });
});
