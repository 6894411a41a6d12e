import {
  AdtsReader,
  aacConfigBytes,
  aacConfigOf,
  adtsFrame,
  adtsHeader,
  MalformedStream,
  mp2Header,
} from '@meridian/room-media/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const stereo = { sampleRate: 48_000, channels: 2, hasSbr: false };
const frame = adtsFrame(Uint8Array.of(1, 2, 3), stereo);
const changed = (at: number, value: number): Uint8Array => frame.with(at, value);

describe('an ADTS header', () => {
  it.each([
    ['a byte too short', frame.subarray(0, 6)],
    ['without its sync word', changed(0, 0xfe)],
    ['with a layer other than 0', changed(1, 0xf3)],
    ['of another profile', changed(2, 0x0c)],
    ['of sample rate 13', changed(2, 0x74)],
    ['without channels', changed(3, 0)],
    ['with a frame no longer than the header', changed(5, 0xe0).with(4, 0)],
    ['of two blocks', changed(6, 0xfd)],
  ])('is invalid: %s', (_, bytes) => {
    expect(adtsHeader(bytes)).toBeUndefined();
  });

  it('gives rate, channels and lengths', () => {
    expect(adtsHeader(frame)).toEqual({ sampleRate: 48_000, channels: 2, headerBytes: 7, frameBytes: 10 });
    expect(adtsHeader(changed(1, 0xf0))?.headerBytes).toBe(9);
  });

  it('is not made for values that it cannot express', () => {
    expect(() => adtsFrame(new Uint8Array(8185), stereo)).toThrow(MalformedStream);
    expect(() => adtsFrame(frame, { ...stereo, sampleRate: 47_999 })).toThrow(MalformedStream);
    expect(() => adtsFrame(frame, { ...stereo, channels: 0 })).toThrow(MalformedStream);
  });
});

describe('an ADTS stream', () => {
  it('is found again after junk, cut anywhere', () => {
    const junk = Uint8Array.of(0xff, 0xf1, 0x4c, 0x80, 0x02, 0xff, 0xfc, 9, 9);
    const bytes = Uint8Array.from([...junk, ...frame, ...frame, 0, ...frame]);
    for (let cut = 0; cut <= bytes.byteLength; cut += 1) {
      const reader = new AdtsReader();
      const read = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      expect(read.at(-1)?.data).toEqual(Uint8Array.of(1, 2, 3));
      expect(read.length).toBeGreaterThanOrEqual(2);
      expect(reader.junkBytes).toBeGreaterThan(0);
    }
  });

  it('gives back every frame', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 6 }), (datas) => {
        const reader = new AdtsReader();
        const bytes = Uint8Array.from(datas.flatMap((data) => [...adtsFrame(data, stereo)]));
        expect(reader.push(bytes).map(({ data }) => data)).toEqual(datas);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an AudioSpecificConfig', () => {
  it.each([
    ['no bytes', []],
    ['one byte', [0x11]],
    ['AAC main', [0x09, 0x90]],
    ['rate 13', [0x16, 0x90]],
    ['no channels', [0x11, 0x80]],
    ['an explicit rate of 0 Hz', [0x17, 0x80, 0, 0, 0x10]],
    ['SBR over another object type than AAC-LC', [0x2b, 0x11, 0x84, 0]],
  ])('of %s is refused', (_, bytes) => {
    expect(() => aacConfigOf(Uint8Array.from(bytes))).toThrow(MalformedStream);
  });

  it("is read as it was made, and SBR is reported with the core's rate", () => {
    expect(aacConfigOf(aacConfigBytes(44_100, 1))).toEqual({ sampleRate: 44_100, channels: 1, hasSbr: false });
    expect(aacConfigOf(Uint8Array.of(0x2b, 0x11, 0x88, 0))).toEqual({ sampleRate: 24_000, channels: 2, hasSbr: true });
    expect(() => aacConfigBytes(1, 2)).toThrow(MalformedStream);
  });
});

describe('a header of MPEG audio layer II', () => {
  it.each([
    ['three bytes', [0xff, 0xfd, 0xa4]],
    ['layer III', [0xff, 0xfb, 0xa4, 0]],
    ['no sync word', [0xfe, 0xfd, 0xa4, 0]],
    ['a free bit rate', [0xff, 0xfd, 0x04, 0]],
    ['bit rate 15', [0xff, 0xfd, 0xf4, 0]],
    ['sample rate 3', [0xff, 0xfd, 0xac, 0]],
  ])('of %s is invalid', (_, bytes) => {
    expect(mp2Header(Uint8Array.from(bytes))).toBeUndefined();
  });

  it.each([
    [[0xff, 0xfd, 0xa4, 0], { sampleRate: 48_000, channels: 2, bitrateKbps: 192, frameBytes: 576 }],
    [[0xff, 0xfd, 0xa2, 0xc0], { sampleRate: 44_100, channels: 1, bitrateKbps: 192, frameBytes: 627 }],
    [[0xff, 0xf5, 0x84, 0], { sampleRate: 24_000, channels: 2, bitrateKbps: 64, frameBytes: 384 }],
  ])('gives its length: %j', (bytes, header) => {
    expect(mp2Header(Uint8Array.from(bytes))).toEqual(header);
  });
});
