import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AacDepacketiser } from '../../src/core/rtp/aac-hbr.ts';
import { hex } from '../support/bytes.ts';

const header = (size: number): number[] => [size >>> 5, (size << 3) & 0xff];
const packet = (frames: readonly Uint8Array[], timestamp = 0) => ({
  timestamp,
  payload: Uint8Array.from([
    ...[(frames.length * 16) >>> 8, (frames.length * 16) & 0xff],
    ...frames.flatMap(({ length }) => header(length)),
    ...frames.flatMap((frame) => [...frame]),
  ]),
});
const part = (size: number, bytes: Uint8Array, timestamp: number) => ({
  timestamp,
  payload: Uint8Array.from([0, 16, ...header(size), ...bytes]),
});

describe('the depacketiser returns no frames for', () => {
  it.each([
    ['an empty payload', ''],
    ['half a length', '00'],
    ['no headers', '0000 0102'],
    ['headers beyond the end', 'ffff 0008'],
    ['half a header', '0008 0008 01'],
    ['an empty frame', '0010 0000'],
    ['a second frame that ends too late', '0020 0008 0010 aabb'],
  ])('%s', (_what, bytes) => {
    expect(new AacDepacketiser().push({ payload: hex(bytes), timestamp: 0 })).toEqual([]);
  });
  it('arbitrary bytes, without an error', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (payloads) => {
        const one = new AacDepacketiser();
        for (const payload of payloads)
          for (const { data } of one.push({ payload, timestamp: 1 })) expect(data.length).toBeLessThan(8192);
      }),
    );
  });
});

it("frames come back as sent, each 1024 samples after the previous, over the clock's wrap too", () => {
  const frames = [3, 1, 200].map((length) => new Uint8Array(length).fill(length));
  const came = new AacDepacketiser().push(packet(frames, 2 ** 32 - 1024));
  expect(came).toEqual(frames.map((data, at) => ({ data, timestamp: [2 ** 32 - 1024, 0, 1024][at] })));
});
it('a long frame comes when all of it has arrived', () => {
  const bytes = Uint8Array.from({ length: 2500 }, (_, at) => at & 0xff);
  const one = new AacDepacketiser();
  const came = [0, 1000, 2000].map((from) => one.push(part(2500, bytes.subarray(from, from + 1000), 5)));
  expect(came).toEqual([[], [], [{ data: bytes, timestamp: 5 }]]);
});
