import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMpeg1 } from '../../src/core/mpeg1.ts';
import { hex } from '../support/bytes.ts';

/** 320 × 240 at 25 pictures a second. */
const sequence = '000001b3 1400f0 13 ffffe018';
const intra = '00000100 000fff f8 00000101 12 34';
const predicted = '00000100 0057ff f980 00000101 12 34';

describe('a picture', () => {
  it('of arbitrary bytes is read without harm', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => readMpeg1(bytes) !== null));
  });
  it.each([
    ['empty data', ''],
    ['a sequence header alone', sequence],
    ['a start code that is cut', '000001'],
    ['a slice alone', '00000101 12 34'],
  ])('is not in %s', (_what, bytes) => expect(readMpeg1(hex(bytes))).toBeUndefined());
  it.each([
    ['MPEG-2', `${sequence} 000001b5 14 ${intra}`],
    ['a B picture', `${sequence} 00000100 005fff f8 00000101 12`],
    ['a picture wider than players take', `000001b3 5010f0 13 ffffe018 ${intra}`],
    ['a picture without height', `000001b3 140000 13 ffffe018 ${intra}`],
    ['two pictures', `${sequence} ${intra} ${predicted}`],
    ['a picture that is cut in its header', '00000100 00'],
  ])('is not supported as %s', (_what, bytes) => expect(readMpeg1(hex(bytes))).toBe('unsupported'));
  it('is not supported above a mebibyte', () => {
    expect(readMpeg1(Buffer.concat([hex(`${sequence} ${intra}`), new Uint8Array(1024 * 1024)]))).toBe('unsupported');
  });
  it('that is intra coded and follows a sequence header is a key picture', () => {
    expect(readMpeg1(hex(`${sequence} ${intra}`))).toEqual({ isKey: true, width: 320, height: 240 });
  });
  it.each([
    ['it refers to another picture', predicted],
    ['there is no sequence header', intra],
  ])('is no key picture when %s', (_why, bytes) => expect(readMpeg1(hex(bytes))).toMatchObject({ isKey: false }));
});
