import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasBFrames,
  parsePpsIds,
  parseSliceStart,
  parseSps,
  publishable,
  type SpsInfo,
} from '../../src/core/h264/h264-bitstream.ts';
import {
  maxNalsPerUnit,
  nalType,
  nalTypeOf,
  splitAnnexB,
  splitLengths,
  toAnnexB,
  toLengths,
  withoutEmulationPrevention,
} from '../../src/core/h264/nal.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const ofBits = (text: string): number[] =>
  (text.replaceAll(' ', '').match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));

/** Parameter sets of x264, with every profile and option that changes the parsing. */
const sets: readonly [name: string, hex: string, info: Partial<SpsInfo>, refused: string | undefined][] = [
  [
    'baseline',
    '6742c00dd90141fb0e1000000300100000030320f142a480',
    { profileIdc: 66, constraints: 0xc0, levelIdc: 13, width: 320, height: 240, maxReorderFrames: 0 },
    undefined,
  ],
  [
    'main',
    '674d401fd9005005bb011000000300100000030320f1832480',
    { profileIdc: 77, levelIdc: 31, width: 1280, height: 720, pictureOrderCountType: 2, maxReorderFrames: 0 },
    undefined,
  ],
  [
    'high with B-frames, cropped',
    '67640028acd940780227e5c044000003000400000300c83c60c658',
    { profileIdc: 100, width: 1920, height: 1080, pictureOrderCountType: 0, maxReorderFrames: 2 },
    undefined,
  ],
  [
    'with scaling lists and HRD parameters',
    '6764001eacb201405ff2e02200000300020000030064c08001e848003d09498600f162e480',
    { profileIdc: 100, width: 640, height: 360, maxReorderFrames: 0 },
    undefined,
  ],
  [
    'interlaced, cropped',
    '67640028acd94078044fde0220000003002000000643e2c5b2c0',
    { profileIdc: 100, width: 1920, height: 1080, interlaced: true },
    'interlaced',
  ],
  ['10 bits', '676e001ea6cd940a02ff97011000000300100000030320f162d960', { bitDepth: 10, width: 640 }, 'bit-depth'],
  [
    '4:2:2',
    '677a001ebcd940a02ff89c0440000003004000000c83c58b6580',
    { chromaFormatIdc: 2, width: 640, height: 360 },
    'chroma-format',
  ],
  [
    '4:4:4, cropped to an even number',
    '67f4001e919b281485fc7cfff85a805a48800000030080000019078b16cb',
    { profileIdc: 244, chromaFormatIdc: 3, width: 642, height: 362 },
    'chroma-format',
  ],
  ['grey', '6764001ef3650280bfe27016c80000030008000003019078b16cb0', { chromaFormatIdc: 0 }, 'chroma-format'],
];

describe('a sequence parameter set', () => {
  it.each(sets)('%s', (_, hex, info, refused) => {
    const sps = parseSps(bytes(hex));
    expect(sps).toMatchObject(info);
    expect(publishable(sps as SpsInfo)).toEqual(refused === undefined ? { ok: true } : { ok: false, refused });
  });

  it.each(sets)('cut at any byte is garbage, or the same without its optional fields: %s', (_, hex, info) => {
    const whole = bytes(hex);
    const { maxReorderFrames: __, ...needed } = info;
    for (let length = 0; length < whole.length; length++) {
      const cut = parseSps(whole.subarray(0, length));
      if (cut !== undefined) expect(cut).toMatchObject(needed);
      expect(cut === undefined || length >= 8).toBe(true);
    }
  });

  it.each([
    ['of another NAL type', '6842c00dd90141fb0e10'],
    ['with an endless number', `6742c00d${'00'.repeat(60)}`],
    ['longer than the bound', `6742c00dd90141fb0e10${'ff'.repeat(5000)}`],
  ])('%s is garbage', (_, hex) => {
    expect(parseSps(bytes(hex))).toBeUndefined();
  });

  it.each([
    // Width and height in macroblocks minus 1, progressive, direct inference, cropping, no VUI.
    ['as wide as can be', '00000000001 0000000000 1 1 1 0 0', 16_384],
    ['wider than any picture', '00000000001 0000000001 1 1 1 0 0', undefined],
    ['cropped to two pixels', '1 1 1 1 1 00101 00100 1 1 0', 2],
    ['cropped to nothing', '1 1 1 1 1 00101 00101 1 1 0', undefined],
    ['cropped by more than there is', '1 1 1 1 1 00000100000 1 1 1 0', undefined],
  ])('%s', (_, size, width) => {
    // Id 0, frame numbers of 4 bits, order type 2, one reference, no gaps.
    expect(parseSps(Uint8Array.of(0x67, 66, 0, 30, ...ofBits(`1 1 011 010 0 ${size} 1`)))?.width).toBe(width);
  });

  it('of random bytes never throws, and gives sizes within bounds', () => {
    const prefix = fc.constantFrom('6742c00d', '676400 28', '67f4001e');
    fc.assert(
      fc.property(prefix, fc.uint8Array({ maxLength: 80 }), (head, tail) => {
        const sps = parseSps(Uint8Array.of(...bytes(head), ...tail));
        return sps === undefined || (sps.width > 0 && sps.width <= 16_384 && sps.height > 0 && sps.height <= 32_768);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a picture parameter set', () => {
  it.each(['', '68', '6800', '67ebe3', '6800000000', '6800 ffff'])('%j is garbage', (hex) => {
    expect(parsePpsIds(bytes(hex))).toBeUndefined();
  });
});

describe('a slice', () => {
  it.each([
    // first macroblock 0 (1), type 7 (0001000), parameter set 0 (1)
    ['6588 80', { firstMacroblock: 0, sliceType: 'I', ppsId: 0 }],
    // first macroblock 0 (1), type 1 (010), parameter set 2 (011): 1010 0110
    ['01a6', { firstMacroblock: 0, sliceType: 'B', ppsId: 2 }],
    // first macroblock 5 (00110), type 0 (1), parameter set 0 (1)
    ['4137', { firstMacroblock: 5, sliceType: 'P', ppsId: 0 }],
  ])('%s', (hex, start) => {
    expect(parseSliceStart(bytes(hex))).toEqual(start);
  });

  it.each(['', '65', '6500', '6780', `65${'00'.repeat(50)}`, '6504'])('%j is garbage', (hex) => {
    expect(parseSliceStart(bytes(hex))).toBeUndefined();
  });

  it('reveals B-frames, as do different display and decode times', () => {
    const unit = { kind: 'video', isKey: false, ptsMs: 40, dtsMs: 40 } as const;
    expect(hasBFrames({ ...unit, nals: [bytes('4137')] })).toBe(false);
    expect(hasBFrames({ ...unit, nals: [bytes('06'), bytes('01a6')] })).toBe(true);
    expect(hasBFrames({ ...unit, dtsMs: 0, nals: [bytes('4137')] })).toBe(true);
  });
});

describe('a sequence of NAL units', () => {
  it('is split at start codes of three and four bytes, without the zeros', () => {
    expect(splitAnnexB(bytes('aabb 00000001 6742 000001 68ce 0000 000001 000001 65 00000000'))).toEqual([
      bytes('6742'),
      bytes('68ce'),
      bytes('65'),
    ]);
    for (const none of ['', '00', '000001', '00000001', '6742', '000002']) expect(splitAnnexB(bytes(none))).toEqual([]);
  });

  it.each([
    ['a length without its bytes', '000000'],
    ['a length beyond the end', '0000000367'],
    ['the greatest length', 'ffffffff67'],
    ['a length of 2^31', '8000000067'],
  ])('%s is garbage', (_, hex) => {
    expect(splitLengths(bytes(hex), 4)).toBeUndefined();
  });

  it('is split by lengths of one, two and four bytes, without empty units', () => {
    expect(splitLengths(bytes('02674200 0168'), 1)).toEqual([bytes('6742'), bytes('68')]);
    expect(splitLengths(bytes('00026742 0000 000168'), 2)).toEqual([bytes('6742'), bytes('68')]);
    expect(splitLengths(bytes('00000002 6742 00000001 68'), 4)).toEqual([bytes('6742'), bytes('68')]);
  });

  it('is bounded', () => {
    const many = Array.from({ length: maxNalsPerUnit }, () => bytes('65'));
    expect(splitAnnexB(toAnnexB(many))).toHaveLength(maxNalsPerUnit);
    expect(splitLengths(toLengths(many), 4)).toHaveLength(maxNalsPerUnit);
    expect(splitAnnexB(toAnnexB([...many, bytes('65')]))).toBeUndefined();
    expect(splitLengths(toLengths([...many, bytes('65')]), 4)).toBeUndefined();
  });

  it('is read back as written', () => {
    // The standard allows no start codes inside, and no zeros at the end.
    const nal = fc
      .uint8Array({ minLength: 1, maxLength: 50 })
      .map((data) => Uint8Array.of(0x41, ...data.map((byte) => byte || 4), 0x80));
    fc.assert(
      fc.property(fc.array(nal, { maxLength: 8 }), (nals) => {
        expect(splitAnnexB(toAnnexB(nals))).toEqual(nals);
        expect(splitLengths(toLengths(nals), 4)).toEqual(nals);
      }),
    );
  });
});

describe('emulation prevention', () => {
  it.each([
    ['000003', '0000'],
    ['00000301', '000001'],
    ['000003000003', '00000000'],
    ['0000030003', '00000003'],
    ['00000003', '000000'],
    ['000103', '000103'],
    ['', ''],
  ])('%s is %s', (escaped, plain) => {
    expect(withoutEmulationPrevention(bytes(escaped))).toEqual(bytes(plain));
  });

  it('reads at most the given number of bytes', () => {
    expect(withoutEmulationPrevention(bytes('00000301'), 3)).toEqual(bytes('0000'));
  });
});

it('a NAL type is the lowest five bits', () => {
  expect(nalTypeOf(bytes('65'))).toBe(nalType.idrSlice);
  expect(nalTypeOf(bytes('e7'))).toBe(nalType.sps);
  expect(nalTypeOf(bytes(''))).toBe(0);
});
