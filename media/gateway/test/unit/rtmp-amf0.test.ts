import { concatBytes } from '@meridian/room-media/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hex, refusalOf } from '../../../room-media/test/support/bytes.ts';
import {
  type AmfValue,
  decodeAmf0,
  EcmaArray,
  encodeAmf0,
  MAX_AMF_DEPTH,
  MAX_AMF_ENTRIES,
  MAX_AMF_STRING_BYTES,
  MAX_AMF_VALUES,
} from '../../src/core/rtmp/amf0.ts';

const nested = (depth: number): AmfValue => (depth === 0 ? 1 : [nested(depth - 1)]);
const wide = (count: number): AmfValue => Array.from({ length: count }, () => null);

describe('AMF0 refuses', () => {
  it.each([
    ['an unknown type', '0d', 'INVALID'],
    ['a movie clip', '04', 'INVALID'],
    ['a reference', '07 0000', 'UNSUPPORTED'],
    ['AMF3', '11 01', 'UNSUPPORTED'],
    ['a string longer than the message', '02 0005 61', 'TRUNCATED'],
    ['a long string of 2^31 bytes', '0c 80000000 61', 'TOO_LARGE'],
    ['a long string above the bound', '0c 00010001 61', 'TOO_LARGE'],
    ['an array of 2^32-1 elements that does not hold them', '0a ffffffff 05', 'TRUNCATED'],
    ['an object that never ends', '03 0001 61 05', 'TRUNCATED'],
    ['a property without a name', '03 0000 05', 'INVALID'],
    ['an end without an object', '09', 'INVALID'],
  ])('%s', (_, bytes, code) => {
    expect(refusalOf(() => decodeAmf0(hex(bytes)))).toBe(code);
  });

  it('an array of 2^32-1 elements at the bound of entries', () => {
    const bytes = concatBytes([hex('0a ffffffff'), new Uint8Array(100_000).fill(5)]);
    expect(refusalOf(() => decodeAmf0(bytes))).toBe('TOO_MANY');
  });

  it('values deeper, wider or more than the bounds, and takes those at the bounds', () => {
    expect(refusalOf(() => decodeAmf0(encodeAmf0(nested(MAX_AMF_DEPTH + 1))))).toBe('TOO_DEEP');
    expect(decodeAmf0(encodeAmf0(nested(MAX_AMF_DEPTH)))).toEqual([nested(MAX_AMF_DEPTH)]);
    expect(refusalOf(() => decodeAmf0(encodeAmf0(wide(MAX_AMF_ENTRIES + 1))))).toBe('TOO_MANY');
    expect(decodeAmf0(encodeAmf0(wide(MAX_AMF_ENTRIES)))).toEqual([wide(MAX_AMF_ENTRIES)]);
    // Entries are counted over all depths, not per list.
    expect(refusalOf(() => decodeAmf0(encodeAmf0([wide(200), wide(200)])))).toBe('TOO_MANY');
    expect(refusalOf(() => decodeAmf0(new Uint8Array(MAX_AMF_VALUES + 1).fill(5)))).toBe('TOO_MANY');
    expect(decodeAmf0(new Uint8Array(MAX_AMF_VALUES).fill(5))).toHaveLength(MAX_AMF_VALUES);
  });

  it('a message cut anywhere, unless a value ends there', () => {
    const whole = encodeAmf0('connect', 1, new Map<string, AmfValue>([['app', ['live', new Date(0), true]]]));
    const ends = new Set([0, 10, 19, whole.length]);
    for (let length = 0; length <= whole.length; length++) {
      expect(refusalOf(() => decodeAmf0(whole.subarray(0, length)))).toBe(ends.has(length) ? 'fine' : 'TRUNCATED');
    }
  });

  it('AMF0 is not written beyond what peers could read', () => {
    expect(() => encodeAmf0('x'.repeat(MAX_AMF_STRING_BYTES + 1))).toThrow(RangeError);
    expect(() => encodeAmf0(new Map([['', 1]]))).toThrow(RangeError);
  });
});

it('AMF0 is read in the vectors of the specification and of Flash', () => {
  const bytes = hex(`
    00 3ff0000000000000  01 01  02 0003 61c3a9  05  06  0b 4277b2a5a1700000 0000
    08 00000001 0001 61 05 000009   10 0003 466f6f 0001 62 0100 000009`);
  const [one, yes, text, nothing, missing, date, array, typed] = decodeAmf0(bytes);
  expect([one, yes, text, nothing, missing]).toEqual([1, true, 'aé', null, undefined]);
  expect(date).toBeInstanceOf(Date);
  expect(array).toEqual(new EcmaArray([['a', null]]));
  expect(typed).toEqual(new Map([['b', false]]));
});

it('AMF0 keeps keys that are special in JavaScript as mere names', () => {
  const bytes = encodeAmf0(new Map<string, AmfValue>([['__proto__', new Map([['level', 'admin']])]]));
  const [object] = decodeAmf0(bytes);
  expect(object).toBeInstanceOf(Map);
  expect((object as Map<string, AmfValue>).get('__proto__')).toEqual(new Map([['level', 'admin']]));
  expect(Object.getPrototypeOf(object)).toBe(Map.prototype);
  expect(({} as Record<string, unknown>)['level']).toBeUndefined();
});

it('AMF0 is read back as written', () => {
  const { value } = fc.letrec<{ value: AmfValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2 },
      fc.double(),
      fc.boolean(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(null, undefined),
      fc.date(),
      fc.array(tie('value'), { maxLength: 4 }),
      entries(tie('value')).map((pairs) => new Map(pairs)),
      entries(tie('value')).map((pairs) => new EcmaArray(pairs)),
    ),
  }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), (values) => {
      expect(decodeAmf0(encodeAmf0(...values))).toEqual(values);
    }),
    { numRuns: 20 },
  );
});

it('the longest string is read back, with a length of four bytes', () => {
  const text = 'y'.repeat(MAX_AMF_STRING_BYTES);
  expect(decodeAmf0(encodeAmf0(text))[0] === text).toBe(true);
});

it('arbitrary bytes give values or a refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      refusalOf(() => decodeAmf0(bytes));
    }),
    { numRuns: 2000 },
  );
});

const entries = (value: fc.Arbitrary<AmfValue>) =>
  fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 5 }), value), { maxLength: 4 });
