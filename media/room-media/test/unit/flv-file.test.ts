import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/core/bytes.ts';
import {
  FlvFileReader,
  type FlvTag,
  flvHeader,
  flvTag,
  flvTagType,
  MAX_FLV_TAG_BYTES,
} from '../../src/core/flv/file.ts';
import { hex, refusalOf } from '../support/bytes.ts';

const header = '464c5601 05 00000009 00000000';

describe('an FLV reader refuses', () => {
  it.each([
    ['another signature', '464c5701 05 00000009 00000000', 'UNSUPPORTED'],
    ['another version', '464c5602 05 00000009 00000000', 'UNSUPPORTED'],
    ['a header of 2^31 bytes', '464c5601 05 80000000 00000000', 'INVALID'],
    ['a size before the first tag', '464c5601 05 00000009 00000001', 'INVALID'],
    ['a tag of 2^24-1 bytes, by its length alone', `${header} 09 ffffff 000000 00 000000`, 'TOO_LARGE'],
    ['an encrypted tag', `${header} 29 000000 000000 00 000000 0000000b`, 'UNSUPPORTED'],
    ['a wrong size behind a tag', `${header} 09 000000 000000 00 000000 00000000`, 'INVALID'],
  ])('%s', (_, bytes, code) => {
    expect(refusalOf(() => new FlvFileReader().push(hex(bytes)))).toBe(code);
  });

  it('a tag above the bound, when writing', () => {
    expect(() => flvTag(flvTagType.video, 0, new Uint8Array(MAX_FLV_TAG_BYTES + 1))).toThrow(RangeError);
  });
});

it('a cut body yields no tag', () => {
  const whole = concatBytes([flvHeader({ hasAudio: true, hasVideo: true }), flvTag(flvTagType.audio, 1, hex('af01'))]);
  for (let length = 0; length < whole.length; length++) {
    expect(new FlvFileReader().push(whole.subarray(0, length))).toEqual([]);
  }
  expect(new FlvFileReader().push(whole)).toHaveLength(1);
});

it('the written bytes match the format', () => {
  expect(flvHeader({ hasAudio: true, hasVideo: true })).toEqual(hex(header));
  expect(flvHeader({ hasAudio: false, hasVideo: true })[4]).toBe(1);
  expect(flvTag(flvTagType.video, 0x01020304, hex('17'))).toEqual(hex('09 000001 020304 01 000000 17 0000000c'));
});

it('tags of other types are skipped', () => {
  const bytes = concatBytes([hex(header), flvTag(15, 0, hex('aa')), flvTag(flvTagType.script, 0, hex('bb'))]);
  expect(new FlvFileReader().push(bytes)).toEqual([{ type: 18, timestampMs: 0, body: hex('bb') }]);
});

it('written tags are read back, however they are cut', () => {
  const tag = fc.record({
    type: fc.constantFrom(flvTagType.audio, flvTagType.video, flvTagType.script),
    timestampMs: fc.integer({ min: 0, max: 0xffffffff }),
    body: fc.uint8Array({ maxLength: 100 }),
  });
  fc.assert(
    fc.property(fc.array(tag, { maxLength: 6 }), fc.integer({ min: 1, max: 200 }), (tags, size) => {
      const bytes = concatBytes([hex(header), ...tags.map((each) => flvTag(each.type, each.timestampMs, each.body))]);
      const reader = new FlvFileReader();
      const got: FlvTag[] = [];
      for (let at = 0; at < bytes.length; at += size) got.push(...reader.push(bytes.subarray(at, at + size)));
      expect(got).toEqual(tags);
    }),
  );
});

it('a tag larger than the first buffer is read', () => {
  const body = new Uint8Array(1_000_000).fill(9);
  const reader = new FlvFileReader();
  const bytes = concatBytes([hex(header), flvTag(flvTagType.video, 5, body)]);
  const tags = [0, 1, 2, 3].flatMap((part) => reader.push(bytes.subarray(part * 300_000, (part + 1) * 300_000)));
  expect(tags.map((tag) => tag.body.length)).toEqual([body.length]);
  expect(tags[0]?.body.every((byte) => byte === 9)).toBe(true);
});
