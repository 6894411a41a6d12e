import type { VideoFormat } from '@meridian/room-media/core';
import { maxNalsPerUnit, readAacConfig, readAvcConfig, writeAvcConfig } from '@meridian/room-media/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex, refusalOf } from '../../../room-media/test/support/bytes.ts';
import {
  audioFormatBody,
  audioUnitBody,
  FlvMediaReader,
  videoFormatBody,
  videoUnitBody,
} from '../../src/core/flv/media.ts';
import { readAudioTag, readVideoTag } from '../../src/core/flv/tags.ts';

const high: VideoFormat = { codec: 'h264', sps: hex('6764000a acd9444d ff'), pps: hex('68ebe3cb22c0') };
const baseline: VideoFormat = { codec: 'h264', sps: hex('6742c00a d9'), pps: hex('68ce3c80') };
const record = '01 64000a ff e1 0009 6764000aacd9444dff 01 0006 68ebe3cb22c0 fdf8f800';
const config = '01 42c00a ff e1 0005 6742c00ad9 01 0004 68ce3c80';

it.each([
  ['an empty message', ''],
  ['a seek of Flash', '57 00'],
  ['a seek of Flash in AVC', '57'],
  ['metadata about colours', '94 61766331 02'],
  ['a frame without bytes', '27 01 000000'],
])('video tags without a picture: %s', (_, bytes) => {
  expect(readVideoTag(hex(bytes))).toEqual({ kind: 'empty' });
});

it.each([
  ['h263', '22 00'],
  ['vp6', '14'],
  ['h265', '1c 00'],
  ['unknown', '1f'],
  ['h265', '90 68766331 01'],
  ['h265', '96 01 68766331 00 aa'],
  ['av1', '91 61763031'],
  ['vp9', '93 76703039'],
  ['unknown', '90 00000000'],
])('video of codec %s is named, so that it can be refused (%s)', (codec, bytes) => {
  expect(readVideoTag(hex(bytes))).toEqual({ kind: 'unsupported', codec });
});

const FRAME = { kind: 'frame', codec: 'h264', isKey: false, compositionMs: 0, data: hex('aa') };
it.each([
  ['17 00 000000 aa', { kind: 'config', codec: 'h264', config: hex('aa') }],
  ['17 01 000028 aa', { kind: 'frame', codec: 'h264', isKey: true, compositionMs: 40, data: hex('aa') }],
  ['27 01 ffffd8 aa', { kind: 'frame', codec: 'h264', isKey: false, compositionMs: -40, data: hex('aa') }],
  ['17 02 000000', { kind: 'end' }],
  ['90 61766331 aa', { kind: 'config', codec: 'h264', config: hex('aa') }],
  ['91 61766331 ffffd8 aa', { kind: 'frame', codec: 'h264', isKey: true, compositionMs: -40, data: hex('aa') }],
  ['a3 61766331 aa', { kind: 'frame', codec: 'h264', isKey: false, compositionMs: 0, data: hex('aa') }],
  ['92 61766331', { kind: 'end' }],
  // ModEx: a nanosecond offset of 3 bytes, twice; then with 256 bytes.
  ['97 02 0007d0 07 02 0007d0 03 61766331 aa', { ...FRAME, isKey: true }],
  [`a7 ff 00ff ${'00'.repeat(256)} 03 61766331 aa`, FRAME],
  ['96 01 61766331 00 000028 aa', { ...FRAME, isKey: true, compositionMs: 40 }],
  ['96 00 61766331 00 aa', { kind: 'config', codec: 'h264', config: hex('aa') }],
  // Two tracks of one codec, then of two.
  ['a6 13 61766331 01 000002 ffff 00 000001 aa', FRAME],
  ['a6 23 68766331 01 000002 ffff 61766331 00 000001 aa', FRAME],
  ['97 02 0007d0 06 03 61766331 00 aa', { ...FRAME, isKey: true }],
  ['96 01 61766331 01 000028 aa', { kind: 'track' }],
  ['a6 13 61766331 01 000001 aa 02 000001 bb', { kind: 'track' }],
  ['94 61766331 02', { kind: 'empty' }],
])('the video tag %s is read', (bytes, tag) => {
  expect(readVideoTag(hex(bytes))).toEqual(tag);
});

it('audio tags are read', () => {
  expect(readAudioTag(hex('af 00 1210'))).toEqual({ kind: 'config', codec: 'aac', config: hex('1210') });
  expect(readAudioTag(hex('af 01 aa'))).toEqual({ kind: 'frame', codec: 'aac', data: hex('aa') });
  for (const bytes of ['', 'af 01', 'af 00']) expect(readAudioTag(hex(bytes))).toEqual({ kind: 'empty' });
  expect(refusalOf(() => readAudioTag(hex('af')))).toBe('TRUNCATED');
  expect(refusalOf(() => readAudioTag(hex('af 02 00')))).toBe('INVALID');
});

it.each([
  ['mp3', '2f'],
  ['speex', 'b6 00'],
  ['nellymoser', '52'],
  ['g711a', '7e'],
  ['pcm', '3e'],
])('audio of codec %s is named, so that it can be refused', (codec, bytes) => {
  expect(readAudioTag(hex(bytes))).toEqual({ kind: 'unsupported', codec });
});

it.each([
  ['90 6d703461 1190', { kind: 'config', codec: 'aac', config: hex('1190') }],
  ['91 6d703461 aabb', { kind: 'frame', codec: 'aac', data: hex('aabb') }],
  ['92 6d703461', { kind: 'empty' }],
  ['97 02 0007d0 01 6d703461 aabb', { kind: 'frame', codec: 'aac', data: hex('aabb') }],
  ['95 01 6d703461 00 aabb', { kind: 'frame', codec: 'aac', data: hex('aabb') }],
  ['95 21 4f707573 01 000001 ff 6d703461 00 000002 aabb', { kind: 'frame', codec: 'aac', data: hex('aabb') }],
  ['95 01 6d703461 02 aabb', { kind: 'track' }],
])('AAC by FourCC is read like other AAC (%s)', (bytes, tag) => expect(readAudioTag(hex(bytes))).toEqual(tag));

it.each([
  ['ModEx without its packet', '97 02 0007d0', 'TRUNCATED'],
  ['ModEx longer than the tag', '97 ff ffff', 'TRUNCATED'],
  ['tracks in an unknown form', '96 31 61766331 00', 'INVALID'],
  ['a track longer than the tag', '96 11 61766331 00 000005 aa', 'TRUNCATED'],
])('a video tag with %s is refused', (_, bytes, code) => {
  expect(refusalOf(() => readVideoTag(hex(bytes)))).toBe(code);
});

describe('AVC configs', () => {
  it.each([
    ['another version', config.replace('01 42', '02 42'), 'UNSUPPORTED'],
    ['lengths of 3 bytes', config.replace('ff e1', 'fe e1'), 'INVALID'],
    ['no SPS', '01 42c00a ff e0 01 0004 68ce3c80', 'INVALID'],
    ['no PPS', '01 42c00a ff e1 0005 6742c00ad9 00', 'INVALID'],
    ['an SPS in place of the PPS', '01 42c00a ff e1 0005 6742c00ad9 01 0005 6742c00ad9', 'INVALID'],
    ['an SPS without a level', '01 42c00a ff e1 0003 6742c0 01 0004 68ce3c80', 'INVALID'],
    ['an empty PPS', '01 42c00a ff e1 0005 6742c00ad9 01 0000', 'INVALID'],
    ['31 announced SPS but one present', '01 42c00a ff ff 0005 6742c00ad9', 'TRUNCATED'],
  ])('with %s are refused', (_, bytes, code) => {
    expect(refusalOf(() => readAvcConfig(hex(bytes)))).toBe(code);
  });

  it('are refused wherever they are cut', () => {
    const whole = hex(config);
    for (let length = 0; length < whole.length; length++) {
      expect(refusalOf(() => readAvcConfig(whole.subarray(0, length)))).toBe('TRUNCATED');
    }
  });

  it('are written as encoders write them, and read back', () => {
    expect(writeAvcConfig(baseline)).toEqual(hex(config));
    expect(writeAvcConfig(high)).toEqual(hex(record));
    expect(readAvcConfig(hex(record))).toEqual({ sps: [high.sps], pps: [high.pps], nalLengthBytes: 4 });
    expect(() => writeAvcConfig({ ...high, sps: hex('67') })).toThrow(RangeError);
  });
});

describe('NAL units', () => {
  it('longer than the picture, or too many, are refused', () => {
    const reader = new FlvMediaReader();
    reader.video(0, videoFormatBody(baseline));
    const many = (count: number) => hex(`27 01 000000 ${'00000001 41'.repeat(count)}`);
    expect(refusalOf(() => reader.video(0, hex('27 01 000000 ffffffff 65')))).toBe('INVALID');
    expect(refusalOf(() => reader.video(0, many(maxNalsPerUnit + 1)))).toBe('INVALID');
    expect(refusalOf(() => reader.video(0, many(maxNalsPerUnit)))).toBe('fine');
  });
});

describe('AAC configs', () => {
  it.each([
    ['1190', 48_000, 2],
    ['1208', 44_100, 1],
    ['1408', 16_000, 1],
    // HE-AAC and its second version, with the output rate.
    ['2b920800', 44_100, 2],
    ['eb8a0800', 44_100, 2],
    // The rate is in 24 bits.
    ['1780 5dc010', 48_000, 2],
  ])('%s: %i Hz, %i channels', (bytes, sampleRate, channels) => {
    expect(readAacConfig(hex(bytes))).toEqual({ codec: 'aac', sampleRate, channels, config: hex(bytes) });
  });

  it.each([
    ['an empty config', '', 'TRUNCATED'],
    ['half a config', '11', 'TRUNCATED'],
    ['object type 0', '0190', 'UNSUPPORTED'],
    ['channels described elsewhere', '1180', 'UNSUPPORTED'],
    ['a reserved rate', '1690', 'UNSUPPORTED'],
    ['a rate of 1 Hz', '1780 0000 90', 'UNSUPPORTED'],
    ['100 bytes', '11'.repeat(100), 'TOO_LARGE'],
  ])('%s is refused', (_, bytes, code) => {
    expect(refusalOf(() => readAacConfig(hex(bytes)))).toBe(code);
  });
});

describe('a publisher', () => {
  it('that begins without configs is refused until they come', () => {
    const reader = new FlvMediaReader();
    expect(refusalOf(() => reader.video(0, hex('17 01 000000 00000001 65')))).toBe('OUT_OF_ORDER');
    expect(refusalOf(() => reader.audio(0, hex('af 01 aa')))).toBe('OUT_OF_ORDER');
    expect(refusalOf(() => reader.audio(0, hex('af 00 11')))).toBe('TRUNCATED');
    expect(refusalOf(() => reader.audio(0, hex('af 01 aa')))).toBe('OUT_OF_ORDER');
    reader.video(0, videoFormatBody(baseline));
    reader.audio(0, hex('af 00 1190'));
    expect(reader.video(0, hex('17 01 000000 00000001 65'))).toMatchObject({ kind: 'video' });
    expect(reader.audio(0, hex('af 01 aa'))).toMatchObject({ kind: 'audio' });
  });

  it("has all parameter sets in its key pictures, the picture's own before those of the config", () => {
    const reader = new FlvMediaReader();
    reader.video(0, hex('17 00 000000 01 42c00a ff e1 0005 6742c00ad9 02 0004 68ce3c80 0002 68cf'));
    const key = (data: string) => {
      const unit = reader.video(0, hex(`17 01 000000 ${data}`));
      return unit?.kind === 'video' ? unit.nals.map((nal) => Buffer.from(nal).toString('hex')) : [];
    };
    expect(key('00000001 65')).toEqual(['6742c00ad9', '68ce3c80', '68cf', '65']);
    expect(key('00000002 67ff 00000002 68ff 00000001 65')).toEqual(['67ff', '68ff', '65']);
    expect(key('00000002 68ff 00000001 65')).toEqual(['6742c00ad9', '68ff', '65']);
  });

  it('has key pictures where an IDR slice is, whatever the tag says', () => {
    const reader = new FlvMediaReader();
    reader.video(0, videoFormatBody(baseline));
    expect(reader.video(0, hex('27 01 000000 00000001 65'))).toMatchObject({ isKey: true });
    expect(reader.video(0, hex('17 01 000000 00000001 41'))).toMatchObject({ isKey: false, nals: [hex('41')] });
    expect(reader.video(0, hex('17 01 000000 00000000'))).toBeUndefined();
    expect(reader.video(0, hex('17 02 000000'))).toBeUndefined();
    expect(reader.video(0, hex('1c 00'))).toEqual({ kind: 'unsupported', codec: 'h265' });
  });

  it('is read back as written, to the millisecond', () => {
    const nal = fc.uint8Array({ minLength: 1, maxLength: 20 });
    const timeMs = fc.double({ min: 0, max: 2 ** 40, noNaN: true });
    const offsetMs = fc.double({ min: -8_000_000, max: 8_000_000, noNaN: true });
    const reader = new FlvMediaReader();
    expect(reader.video(0, videoFormatBody(high))).toEqual({ kind: 'videoFormat', format: high });
    fc.assert(
      fc.property(fc.array(nal, { minLength: 1, maxLength: 5 }), timeMs, offsetMs, (nals, dtsMs, offset) => {
        const unit = { kind: 'video', ptsMs: dtsMs + offset, dtsMs, isKey: false, nals } as const;
        const { timestampMs, body } = videoUnitBody(unit);
        const read = reader.video(timestampMs, body);
        if (read?.kind !== 'video') throw new Error('no picture');
        expect([read.dtsMs, read.ptsMs]).toEqual([Math.round(dtsMs), Math.round(unit.ptsMs) + 0]);
        expect(read.nals.slice(-nals.length)).toEqual(nals);
      }),
    );
    const format = readAacConfig(hex('1190'));
    expect(reader.audio(0, audioFormatBody(format))).toEqual({ kind: 'audioFormat', format });
    const { timestampMs, body } = audioUnitBody({ kind: 'audio', ptsMs: 21.4, data: hex('aabb') });
    expect(reader.audio(timestampMs, body)).toEqual({ kind: 'audio', ptsMs: 21, data: hex('aabb') });
    expect(() => audioFormatBody({ codec: 'opus', sampleRate: 48_000, channels: 2 })).toThrow(RangeError);
  });

  it('with arbitrary bytes gives units or a refusal', () => {
    const kind = fc.constantFrom('audio', 'video');
    const head = fc.constantFrom('17 00 000000 01', '17 01 000000', '91 61766331', 'af 00', 'af 01', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, head, fc.uint8Array({ maxLength: 60 })), { maxLength: 5 }), (tags) => {
        const reader = new FlvMediaReader();
        reader.video(0, videoFormatBody(high));
        for (const [each, start, bytes] of tags) {
          refusalOf(() => reader[each](0, new Uint8Array([...hex(start), ...bytes])));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
