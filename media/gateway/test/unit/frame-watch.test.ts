import { packetiseH264 } from '@meridian/room-media/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex } from '../../../room-media/test/support/bytes.ts';
import { FrameWatch, frameStart } from '../../src/core/rtp/frame-watch.ts';

const sps = hex('67640028acd940780227e5c044000003000400000300c83c60c658');
const pps = hex('68ebe3cb22c0');
const idr = Uint8Array.from([0x65, ...new Uint8Array(3000).fill(0x88)]);
const slice = Uint8Array.of(0x41, 0x9a, 1);
const aud = Uint8Array.of(0x09, 0xf0);
const sei = Uint8Array.of(0x06, 5, 1);
const vp8Key = hex('10' + '50a101' + '9d012a' + '8002' + 'e001');

describe('the start of a picture', () => {
  it('is read from arbitrary bytes without an exception', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('h264' as const, 'vp8' as const),
        fc.uint8Array({ maxLength: 64 }),
        (codec, bytes) => {
          expect(['undefined', 'object']).toContain(typeof frameStart(codec, bytes));
        },
      ),
    );
  });
  it.each<[string, Uint8Array, object | undefined]>([
    ['nothing', new Uint8Array(), undefined],
    ['a STAP-A without a unit', Uint8Array.of(24, 0), undefined],
    ['a STAP-A whose unit is longer than the packet', Uint8Array.of(24, 255, 255, 0x65, 1), { isKey: true }],
    ['STAP-A units of no bytes', Uint8Array.of(24, 0, 0, 0, 0, 0, 0), undefined],
    ['an access unit delimiter', aud, undefined],
    ['an SEI message', sei, undefined],
    ['an SPS that is cut', sps.subarray(0, 4), { isKey: true }],
    ['an SPS', sps, { isKey: true, size: { width: 1920, height: 1080 } }],
    ['a slice', slice, { isKey: false }],
    ['a key frame’s slice', idr, { isKey: true }],
    ['the middle of a fragmented key frame', Uint8Array.of(0x7c, 0x05, 1), undefined],
    ['the start of a fragmented key frame', Uint8Array.of(0x7c, 0x85, 1), { isKey: true }],
  ])('in H.264 is found or not in %s', (_what, payload, start) => expect(frameStart('h264', payload)).toEqual(start));
  it.each<[string, Uint8Array, object | undefined]>([
    ['nothing', new Uint8Array(), undefined],
    ['a descriptor alone', Uint8Array.of(0x90, 0xe0, 0x80, 1, 2, 3), undefined],
    ['the start of another partition', hex('1150a101'), undefined],
    ['a packet within a partition', hex('0050a101'), undefined],
    ['a key frame', vp8Key, { isKey: true, size: { width: 640, height: 480 } }],
    ['a key frame that is cut off', vp8Key.subarray(0, 6), { isKey: true }],
    ['a picture that is no key frame', hex('1051a101'), { isKey: false }],
    ['a picture with a long picture id', hex('9080' + '8123' + '51a101'), { isKey: false }],
  ])('in VP8 is found or not in %s', (_what, payload, start) => expect(frameStart('vp8', payload)).toEqual(start));
});

describe('a stream', () => {
  /** Feeds the packets of pictures, 40 ms apart, from a timestamp that wraps. */
  function watch(pictures: readonly (readonly Uint8Array[])[]) {
    const watched = new FrameWatch('h264');
    let opened = 0;
    const seen = pictures.flatMap((payloads, at) =>
      payloads.flatMap((payload) => {
        const timestamp = (0xffff_ff00 + at * 3600) >>> 0;
        return watched.take(timestamp, payload.length, () => {
          opened += 1;
          return payload;
        });
      }),
    );
    return { seen, opened };
  }
  const bytesOf = (payloads: readonly Uint8Array[]): number => payloads.reduce((sum, { length }) => sum + length, 0);

  it("gives each picture's key flag, time and bytes, and decrypts one packet of each picture", () => {
    const key = packetiseH264([sps, pps, idr], 1000);
    const { seen, opened } = watch([key, [slice], [slice], key]);
    expect(seen.map(({ isKey, mediaMs }) => [isKey, mediaMs])).toEqual([
      [true, 0],
      [false, 40],
      [false, 80],
      [true, 120],
    ]);
    expect(seen[0]?.size).toEqual({ width: 1920, height: 1080 });
    expect(opened).toBe(4);
    const first = key[0]?.length ?? 0;
    expect(seen.map(({ bytes }) => bytes)).toEqual([first, bytesOf(key) - first + slice.length, slice.length, first]);
  });
  it('finds a key frame behind delimiters and SEI messages, in the first four packets of a picture', () => {
    const { seen, opened } = watch([
      [aud, sps, pps, idr],
      [aud, sei, slice],
      [aud, sei, sei, sei, idr],
      [aud],
      [slice],
    ]);
    expect(seen.map(({ isKey, mediaMs }) => [isKey, mediaMs])).toEqual([
      [true, 0],
      [false, 40],
      [false, 80],
      [false, 120],
      [false, 160],
    ]);
    expect(opened).toBe(2 + 3 + 4 + 1 + 1);
  });
  it('counts late packets only as bytes', () => {
    const watched = new FrameWatch('h264');
    watched.take(9000, 3, () => slice);
    expect(watched.take(5400, 3, () => idr)).toEqual([]);
    expect(watched.take(12_600, 3, () => slice)).toMatchObject([{ bytes: 6, mediaMs: 40 }]);
  });
});
