import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newFrame, predict } from '../../src/h5/core/frame.ts';
import { idct, idctScale } from '../../src/h5/core/idct.ts';
import { StreamError } from '../../src/h5/core/stream-error.ts';
import { type Picture, VideoDecoder } from '../../src/h5/core/video-decoder.ts';
import { isKeyPicture } from '../../src/h5/core/video-header.ts';
import { smallPictures } from '../h5-units.ts';

const units = smallPictures();
const [key = new Uint8Array()] = units;
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof StreamError) return error.code;
    throw error;
  }
  return 'no error';
};
const copy = (picture: Picture | undefined): number[] => [...(picture?.frame.bytes ?? [])];
/** Packs a string of bits into bytes, with zeros in front. */
const bytesOf = (bits: string): number[] => {
  const text = bits.replace(/\s/g, '');
  return Array.from({ length: Math.ceil(text.length / 8) }, (_, at) =>
    Number.parseInt(text.slice(at * 8, at * 8 + 8).padEnd(8, '0'), 2),
  );
};
const bits = (value: number, count: number): string => value.toString(2).padStart(count, '0');
const sequence = (width: number, height: number, tail = '00'): number[] => [
  ...[0, 0, 1, 0xb3],
  ...bytesOf(`${bits(width, 12)}${bits(height, 12)} 0001 0011 ${bits(0x3ffff, 18)} 1 ${bits(20, 10)} 0 ${tail}`),
];
const picture = (type: number, factor = ''): number[] => [
  ...[0, 0, 1, 0],
  ...bytesOf(`${bits(0, 10)}${bits(type, 3)}${bits(0xffff, 16)}${factor}`),
];
const slice = (row: number, text: string): number[] => [0, 0, 1, row, ...bytesOf(text)];
/** An intra macroblock without any coefficient. */
const grey = '1 1 100 10 100 10 100 10 100 10 00 10 00 10';

describe('pictures that are refused', () => {
  test.each<[string, number[], string]>([
    ['no width', sequence(0, 16), 'STREAM_MALFORMED'],
    ['no height', sequence(16, 0), 'STREAM_MALFORMED'],
    ['4095×4095', sequence(4095, 4095), 'STREAM_UNSUPPORTED'],
    ['one column too many', sequence(1281, 720), 'STREAM_UNSUPPORTED'],
    ['one line too many', sequence(1280, 721), 'STREAM_UNSUPPORTED'],
    ['a header that ends early', sequence(16, 16).slice(0, 9), 'STREAM_MALFORMED'],
    ['a matrix that ends early', sequence(16, 16, '10'), 'STREAM_MALFORMED'],
    ['a step of 0', sequence(16, 16, `1${'0'.repeat(64 * 8)}0`), 'STREAM_MALFORMED'],
    ['MPEG-2', [...sequence(16, 16), 0, 0, 1, 0xb5, 0x14], 'STREAM_UNSUPPORTED'],
    ['MPEG-2 after the picture', [...sequence(16, 16), ...picture(1), 0, 0, 1, 0xb5, 0x14], 'STREAM_UNSUPPORTED'],
    ['a forbidden type', [...sequence(16, 16), ...picture(0)], 'STREAM_MALFORMED'],
    ['a reserved type', [...sequence(16, 16), ...picture(5)], 'STREAM_MALFORMED'],
    ['a D picture', [...sequence(16, 16), ...picture(4)], 'STREAM_UNSUPPORTED'],
    ['a P picture without vector factor', [...sequence(16, 16), ...picture(2, '0000')], 'STREAM_MALFORMED'],
    ['a slice without picture', slice(1, '00001'), 'STREAM_MALFORMED'],
    ['no slices', [...sequence(1280, 720), ...picture(1)], 'STREAM_MALFORMED'],
    ['two pictures', [...sequence(16, 16), ...picture(1), ...picture(1)], 'STREAM_MALFORMED'],
    ['a scale of 0', [...sequence(16, 16), ...picture(1), ...slice(1, `00000 0 ${grey}`)], 'STREAM_MALFORMED'],
    ['a slice too far down', [...sequence(16, 16), ...picture(1), ...slice(2, `00001 0 ${grey}`)], 'STREAM_MALFORMED'],
    ['a slice missing', [...sequence(16, 32), ...picture(1), ...slice(1, `00001 0 ${grey}`)], 'STREAM_MALFORMED'],
    [
      'a slice too long',
      [...sequence(16, 16), ...picture(1), ...slice(1, `00001 0 ${grey}${grey}`)],
      'STREAM_MALFORMED',
    ],
    [
      'skipped in I',
      [...sequence(48, 16), ...picture(1), ...slice(1, `00001 0 ${grey} 01${grey}`)],
      'STREAM_MALFORMED',
    ],
    [
      'too far',
      [...sequence(16, 16), ...picture(1), ...slice(1, `00001 0 ${'00000001000'.repeat(99)}1`)],
      'STREAM_MALFORMED',
    ],
    ['no such code', [...sequence(16, 16), ...picture(1), ...slice(1, '00001 0 1 00')], 'STREAM_MALFORMED'],
    [
      'a block that does not end',
      [...sequence(16, 16), ...picture(1), ...slice(1, `00001 0 1 1 100 ${'110'.repeat(64)}`)],
      'STREAM_MALFORMED',
    ],
    [
      'a coefficient of 0',
      [...sequence(16, 16), ...picture(1), ...slice(1, '00001 0 1 1 100 000001 000000 00000000 00000000')],
      'STREAM_MALFORMED',
    ],
    ['2 MiB and a byte', Array.from({ length: (2 << 20) + 1 }, () => 0), 'STREAM_MALFORMED'],
  ])('%s', (_name, unit, expected) => {
    expect(code(() => new VideoDecoder().decode(Uint8Array.from(unit)))).toBe(expected);
  });

  test('a vector that leads out of the picture', () => {
    const decoder = new VideoDecoder();
    decoder.decode(Uint8Array.from([...sequence(16, 16), ...picture(1), ...slice(1, `00001 0 ${grey}`)]));
    // Forward, not coded: one half sample to the right.
    const unit = Uint8Array.from([...picture(2, '0001'), ...slice(1, '00001 0 1 001 010 1')]);
    expect(code(() => decoder.decode(unit))).toBe('STREAM_MALFORMED');
  });

  test('stuffing, escapes and extra bytes are not slow to read', () => {
    const size = 2 << 17;
    for (const filling of ['00000001111', '00000001000', '1 00000000 ']) {
      const bytes = bytesOf(filling.repeat(8));
      const unit = [...sequence(1280, 720), ...picture(1), ...slice(1, '00001 0').slice(0, 4), 0x08];
      while (unit.length < size) unit.push(...bytes);
      expect(code(() => new VideoDecoder().decode(Uint8Array.from(unit)))).toBe('STREAM_MALFORMED');
    }
  });
});

describe('a damaged picture', () => {
  const whole = copy(new VideoDecoder().decode(key));

  test('cut at any byte gives an error with a code or the picture, and the next key picture is decoded', () => {
    for (const unit of units.slice(0, 2)) {
      for (let length = 0; length < unit.length; length++) {
        const decoder = new VideoDecoder();
        decoder.decode(key);
        code(() => decoder.decode(unit.subarray(0, length)));
        if (length % 16 === 0) expect(copy(decoder.decode(key))).toEqual(whole);
      }
    }
  });

  test('with any bit flipped gives an error with a code or some picture', () => {
    for (const unit of units.slice(0, 2)) {
      for (let bit = 0; bit < unit.length * 8; bit++) {
        const turned = unit.slice();
        turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
        const decoder = new VideoDecoder();
        decoder.decode(key);
        code(() => decoder.decode(turned));
      }
    }
  });

  test('with random bytes after a good header gives an error with a code or some picture', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(1, 2), (noise, type) => {
        const decoder = new VideoDecoder();
        decoder.decode(key);
        code(() => decoder.decode(Uint8Array.from([...picture(type, '0001'), 0, 0, 1, 1, ...noise])));
      }),
      { numRuns: 2000 },
    );
  });

  test('drops the pictures after it up to the next key picture', () => {
    const decoder = new VideoDecoder();
    expect(decoder.decode(key)?.isKey).toBe(true);
    expect(decoder.decode(units[1] as Uint8Array)?.isKey).toBe(false);
    expect(code(() => decoder.decode(key.subarray(0, key.length >> 1)))).toBe('STREAM_MALFORMED');
    expect(decoder.decode(units[2] as Uint8Array)).toBeUndefined();
    expect(decoder.decode(units[3] as Uint8Array)?.isKey).toBe(true);
    expect(decoder.decode(units[4] as Uint8Array)?.isKey).toBe(false);
  });
});

describe('no picture results from', () => {
  test.each<[string, number[]]>([
    ['nothing', []],
    ['a sequence header', sequence(16, 16)],
    ['a P picture first', [...sequence(16, 16), ...picture(2, '0001')]],
    ['a B picture', [...sequence(16, 16), ...picture(3, '00010001')]],
    ['a key picture without sequence header', picture(1)],
  ])('%s', (_name, unit) => {
    expect(new VideoDecoder().decode(Uint8Array.from(unit))).toBeUndefined();
  });

  test('a P picture after the size changed', () => {
    const decoder = new VideoDecoder();
    decoder.decode(key);
    const unit = [...sequence(16, 16), ...picture(2, '0001'), ...slice(1, '00001 0 1 001 1 1')];
    expect(decoder.decode(Uint8Array.from(unit))).toBeUndefined();
  });
});

test('key pictures are recognised', () => {
  expect(units.map(isKeyPicture)).toEqual([true, false, false, true, false, false]);
  for (let length = 0; length < 40; length++) isKeyPicture(key.subarray(0, length));
  expect(isKeyPicture(new Uint8Array(8))).toBe(false);
});

test('a picture without coefficients is grey at any size', () => {
  const unit = [...sequence(17, 9), ...picture(1), ...slice(1, `00001 0 ${grey}${grey}`)];
  const shown = new VideoDecoder().decode(Uint8Array.from(unit));
  expect(shown).toMatchObject({ width: 17, height: 9, isKey: true });
  expect(shown?.frame).toMatchObject({ stride: 32, height: 16 });
  expect(new Set(copy(shown))).toEqual(new Set([128]));
});

test('the inverse transform matches its definition', () => {
  const factor = (k: number): number => (k === 0 ? Math.SQRT1_2 : 1);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 64, maxLength: 64 }), (block) => {
      const values = Float64Array.from(block, (value, at) => value * (idctScale[at] as number));
      idct(values);
      for (const [x, y] of [
        [0, 0],
        [7, 0],
        [3, 5],
        [6, 2],
        [4, 7],
      ] as const) {
        let sum = 0;
        for (let v = 0; v < 8; v++)
          for (let u = 0; u < 8; u++)
            sum +=
              ((factor(u) * factor(v) * (block[v * 8 + u] as number)) / 4) *
              Math.cos(((2 * x + 1) * u * Math.PI) / 16) *
              Math.cos(((2 * y + 1) * v * Math.PI) / 16);
        expect(values[y * 8 + x]).toBeCloseTo(sum, 6);
      }
    }),
    { numRuns: 100 },
  );
});

test('a prediction is the mean of one, two or four samples, rounded up, for every vector within the picture', () => {
  const from = newFrame(48, 48);
  for (let at = 0; at < from.bytes.length; at++) from.bytes[at] = (at * 2_654_435_761) >>> 24;
  const to = newFrame(48, 48);
  const sample = (plane: number, stride: number, x2: number, y2: number): number => {
    let sum = 0;
    for (const dy of [0, y2 & 1])
      for (const dx of [0, x2 & 1]) sum += from.bytes[plane + ((y2 >> 1) + dy) * stride + (x2 >> 1) + dx] as number;
    return (sum + 2) >> 2;
  };
  for (let right = -32; right <= 32; right += 3) {
    for (let down = -32; down <= 32; down++) {
      predict(to, from, 1, 1, right, down);
      const cut = (value: number): number => Math.trunc(value / 2);
      for (const [x, y] of [
        [0, 0],
        [15, 0],
        [6, 15],
        [9, 7],
      ] as const)
        expect(to.bytes[(16 + y) * 48 + 16 + x]).toBe(sample(0, 48, 2 * (16 + x) + right, 2 * (16 + y) + down));
      for (const plane of to.planes.slice(1))
        expect(to.bytes[plane + (8 + 5) * 24 + 8 + 7]).toBe(
          sample(plane, 24, 2 * (8 + 7) + cut(right), 2 * (8 + 5) + cut(down)),
        );
    }
  }
});
