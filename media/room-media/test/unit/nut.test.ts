import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, MalformedStream, NutReader, nutFrame, nutHeader } from '../../src/core/index.ts';

const head = nutHeader({
  fourcc: [0x4f, 0x70, 0x75, 0x73],
  timeScale: 48_000,
  decodeDelay: 0,
  config: Uint8Array.of(1, 2, 3),
  media: { kind: 'audio', sampleRate: 48_000, channels: 2 },
});
const bytesOf = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
function headerOf(kind: number, body: readonly number[]): Uint8Array {
  const rest = kind === 0x4d ? [0x7a, 0x56, 0x1f, 0x5f, 0x04, 0xad] : [0x11, 0x40, 0x5b, 0xf2, 0xf9, 0xdb];
  const crc = crc32(Uint8Array.from(body));
  const check = [crc >>> 24, (crc >>> 16) & 255, (crc >>> 8) & 255, crc & 255];
  return Uint8Array.from([0x4e, kind, ...rest, body.length + 4, ...body, ...check]);
}
const id = head.subarray(0, 25);

describe('a NUT stream', () => {
  it.each([
    ['of another format', new Uint8Array(25)],
    ['whose header is 0 bytes long', bytesOf(id, Uint8Array.of(0x4e, 0x4d, 0x7a, 0x56, 0x1f, 0x5f, 4, 0xad, 0))],
    [
      'whose header is 2^31 bytes long',
      bytesOf(id, Uint8Array.of(0x4e, 0x4d, 1, 2, 3, 4, 5, 6, 0x88, 0x80, 0x80, 0x80, 0)),
    ],
    ['whose length never ends', bytesOf(id, Uint8Array.of(0x4e, 0x4d, 1, 2, 3, 4, 5, 6), new Uint8Array(12).fill(255))],
    ['of version 5', bytesOf(id, headerOf(0x4d, [5, 1]))],
    ['of two streams', bytesOf(id, headerOf(0x4d, [3, 2]))],
    ['of 17 time bases', bytesOf(id, headerOf(0x4d, [3, 1, 1, 17]))],
    ['of a time base of 0', bytesOf(id, headerOf(0x4d, [3, 1, 1, 1, 0, 1]))],
    ['whose header ends within a field', bytesOf(id, headerOf(0x4d, [3, 1, 1]))],
    ['whose frame codes count nothing', bytesOf(id, headerOf(0x4d, [3, 1, 1, 1, 1, 9, 0, 6, 0, 1, 0, 0, 0, 0]))],
    ['whose frames come first', bytesOf(id, Uint8Array.of(0))],
    ['whose time base is missing', bytesOf(head, headerOf(0x53, [0, 1, 0, 7]))],
    ['whose frame has 2^31 bytes', bytesOf(head, Uint8Array.of(0, 0x28, 0x81, 0, 0x88, 0x80, 0x80, 0x80, 0))],
    [
      'whose frame has another checksum',
      bytesOf(
        head,
        nutFrame(1, true, Uint8Array.of(1)).map((byte, at, all) => (at === all.length - 2 ? byte ^ 1 : byte)),
      ),
    ],
  ])('%s is refused, on every later call too', (_, bytes) => {
    const reader = new NutReader();
    expect(() => reader.push(bytes)).toThrow(MalformedStream);
    expect(() => reader.push(new Uint8Array(0))).toThrow(MalformedStream);
  });

  it('gives each frame once it is whole, wherever it was cut', () => {
    const frames = [nutFrame(0, true, Uint8Array.of(9)), nutFrame(2 ** 40, false, new Uint8Array(300).fill(7))];
    const bytes = bytesOf(head, ...frames);
    for (let cut = 0; cut <= bytes.byteLength; cut += 1) {
      const reader = new NutReader();
      const read = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      expect(read.map(({ pts, isKey, data }) => [pts, isKey, data.byteLength])).toEqual([
        [0, true, 1],
        [2 ** 40, false, 300],
      ]);
      expect(reader.stream?.config).toEqual(Uint8Array.of(1, 2, 3));
    }
  });

  it('is read into reused memory', () => {
    const written = [5000, 0, 3, 5000].map((bytes, at) => ({
      pts: at,
      isKey: true,
      data: new Uint8Array(bytes).fill(at),
    }));
    const bytes = bytesOf(head, ...written.map(({ pts, isKey, data }) => nutFrame(pts, isKey, data)));
    for (const length of [1, 7, 64, 4096, bytes.byteLength]) {
      const asked: number[] = [];
      const reader = new NutReader((count) => {
        asked.push(count);
        return new Uint8Array(count).fill(255);
      });
      const read = [];
      for (let at = 0; at < bytes.byteLength; at += length) {
        const piece = bytes.slice(at, at + length);
        read.push(...reader.push(piece));
        piece.fill(170); // The caller may reuse the piece.
      }
      expect(read).toEqual(written);
      expect(asked).toEqual([5000, 0, 3, 5000]);
    }
  });

  it('is read back as written', () => {
    const frame = fc.record({ pts: fc.nat(), isKey: fc.boolean(), data: fc.uint8Array({ maxLength: 5000 }) });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), (frames) => {
        const bytes = bytesOf(head, ...frames.map(({ pts, isKey, data }) => nutFrame(pts, isKey, data)));
        expect(new NutReader().push(bytes)).toEqual(frames);
      }),
      { numRuns: 50 },
    );
  });

  it('of arbitrary bytes is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isBegun) => {
        const reader = new NutReader();
        try {
          reader.push(isBegun ? bytesOf(head, bytes) : bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedStream);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('has no frame at %s', (pts) => {
    expect(() => nutFrame(pts, true, new Uint8Array(1))).toThrow(RangeError);
  });
});
