import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { av1 } from '../../src/core/rtp/av1.ts';
import type { Picture } from '../../src/core/rtp/pictures.ts';
import { bytes, hexOf, PictureFeed } from '../support/picture-feed.ts';

/** OBUs of Chromium, without their size: a sequence of 320 × 180, a key frame, and a frame that refers to it. */
const sequence = '08 00000004 3cfecc01a008';
const sequenceBytes = bytes(sequence).length;
const key = '30 104a2014514505';
const delta = '30 30c040fdf801';
/** Sequence of 640 × 360 in two layers, and its frames. */
const twoLayers = '08 001301088086627fb3803401';
const lower = '34 00 129face04fe0';
const upper = '34 08 30e040020001';
const lowerDelta = '34 00 350020000082';

const hex = (value: number): string => value.toString(16).padStart(2, '0');
const element = (obu: string): string => `${hex(bytes(obu).length)} ${obu}`;
/** Returns the OBU with its size, as in a file. */
function sized(obu: string): string {
  const [header = 0, ...rest] = bytes(obu);
  const extension = (header & 4) === 0 ? [] : rest.splice(0, 1);
  const size = rest.length < 128 ? [rest.length] : [(rest.length & 0x7f) | 0x80, rest.length >> 7];
  return Buffer.from([header | 2, ...extension, ...size, ...rest]).toString('hex');
}
const unit = (...obus: string[]): string => `1200${obus.map(sized).join('')}`;

const zeros = (count: number): string => '0'.repeat(count);
function bits(...parts: string[]): string {
  const digits = parts.join('').replaceAll(' ', '');
  const found = digits.padEnd(Math.ceil(digits.length / 8) * 8, '0').match(/.{8}/g) ?? [];
  return found.map((byte) => hex(Number.parseInt(byte, 2))).join('');
}

/** Packetises OBUs with bounds on elements and bytes; an OBU that does not fit continues in the next packet. */
function packetised(obus: readonly Uint8Array[], mostBytes: number, mostElements: number): Uint8Array[] {
  const packets: Uint8Array[] = [];
  let [elements, room, continues]: [Uint8Array[], number, boolean] = [[], mostBytes, false];
  const flush = (goesOn: boolean): void => {
    const said = elements.length < 4 ? elements.length : 0;
    const header = (continues ? 0x80 : 0) | (goesOn ? 0x40 : 0) | (said << 4);
    const lengthOf = ({ length }: Uint8Array): number[] => [(length & 0x7f) | 0x80, length >> 7];
    const body = elements.flatMap((one, at) => (at === said - 1 ? [...one] : [...lengthOf(one), ...one]));
    packets.push(Uint8Array.from([header, ...body]));
    [elements, room, continues] = [[], mostBytes, goesOn];
  };
  for (const obu of obus) {
    for (let at = 0; at < obu.length; ) {
      const part = obu.subarray(at, at + room);
      elements.push(part);
      at += part.length;
      room -= part.length;
      if (at < obu.length || room === 0 || elements.length === mostElements) flush(at < obu.length);
    }
  }
  if (elements.length > 0) flush(false);
  return packets;
}

class Feed extends PictureFeed {
  constructor() {
    super(av1);
  }
  key(at: number): Picture[] {
    return this.picture([`28 ${element(sequence)} ${key}`], at);
  }
}

describe('a malformed payload drops its picture, and the stream waits for a key frame', () => {
  it.each<[string, string[]]>([
    ['an aggregation header alone', ['10']],
    ['an aggregation header alone, without a number of elements', ['00']],
    ['an element longer than the packet', ['00 07 3030c040']],
    ['a length without end', ['00 ff']],
    ['a length of five bytes', ['00 ffffffff0f 30']],
    ['a length of 2^31', [`00 8080808008 ${delta}`]],
    ['fewer elements than its header states', [`20 ${element(delta)}`.slice(0, 2 + 3 + 18)]],
    ['an element of no bytes', ['00 00']],
    ['a first element that continues nothing', [`90 ${delta}`]],
    ['an element that should go on in the next packet, and does not', [`50 ${delta}`, `10 ${delta}`]],
    ['an element that goes on beyond its picture', [`50 ${delta}`]],
    ['an OBU with the forbidden bit', ['10 b0 30c0']],
    ['an extension beyond the end', ['10 34']],
    ['an OBU with a wrong size', ['10 32 05 30c040']],
    ['an OBU with an endless size', ['10 32 ff']],
    ['no frame', [`10 ${sequence}`]],
    ['padding alone', ['10 7800']],
    ['a sequence of no bytes', [`20 01 08 ${key}`]],
    ['half a sequence', [`20 05 0800000004 ${key}`]],
    ['a sequence of profile 1', [`20 ${element('08 20000004 3cfecc01a008')} ${key}`]],
    [
      'a sequence with a number that never ends',
      [`20 ${element(`08 ${bits(`000 0 0 1 ${zeros(64)} 1`, zeros(90))}`)} ${key}`],
    ],
    ['a sequence that lacks its 32 operating points', [`20 ${element(`08 ${bits('000 0 0 0 0 11111')}`)} ${key}`]],
  ])('%s', (_name, payloads) => {
    const feed = new Feed();
    expect(feed.key(0)).toHaveLength(1);
    expect(feed.picture(payloads, 40)).toEqual([]);
    expect(feed.depacketiser.needsKey).toBe(true);
    expect(feed.picture([`10 ${delta}`], 80)).toEqual([]);
    expect(feed.key(120)).toHaveLength(1);
    expect(feed.depacketiser.needsKey).toBe(false);
  });

  it('a key frame cut anywhere before its last element is dropped', () => {
    const whole = bytes(`28 ${element(sequence)} ${key}`);
    const isThere = Array.from(whole, (_, end) => new Feed().picture([whole.subarray(0, end)]).length === 1);
    // The header, the length, the sequence and a byte of the frame's header.
    const least = 2 + sequenceBytes + 1;
    expect(isThere.indexOf(true)).toBe(least);
    expect(isThere.lastIndexOf(false)).toBe(least - 1);
  });

  it('a picture with too many elements is dropped', () => {
    const feed = new Feed();
    feed.key(0);
    const payload = `00 ${'02 7800 '.repeat(300)}`;
    for (let count = 0; count < 28; count += 1) feed.push(payload, { at: 40 });
    expect(feed.push(`10 ${delta}`, { at: 40, marker: true })).toEqual([]);
  });

  it('arbitrary bytes never throw, and never make a picture before a key frame', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 }), fc.boolean(), (payloads, marker) => {
        const feed = new Feed();
        const pictures = payloads.flatMap((payload, at) => feed.push(payload, { at, marker }));
        expect(pictures[0]?.head.isKey ?? true).toBe(true);
      }),
    );
  });
});

describe('pictures', () => {
  it.each<[string, string, string]>([
    ['a frame that refers to others, behind a sequence', sequence, delta],
    ['a key frame that is shown again', sequence, '30 904a2014'],
    ['a key frame of a higher layer', twoLayers, '34 08 104a2014'],
    ['a key frame without a sequence', '28 0102', key],
  ])('do not begin with %s', (_name, first, second) => {
    expect(new Feed().picture([`28 ${element(first)} ${second}`])).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['in one packet that states their number', [`28 ${element(sequence)} ${key}`]],
    ['in one packet that does not state their number', [`08 ${element(sequence)} ${element(key)}`]],
    ['in packets of their own', [`18 ${sequence}`, `10 ${key}`]],
    ['in parts', [`58 ${sequence.slice(0, 9)}`, `a0 ${element(sequence.slice(9))} ${key}`]],
    [
      'in parts, in packets that do not state their number',
      [`48 04 ${sequence.slice(0, 9)}`, `80 ${element(sequence.slice(9))} ${element(key)}`],
    ],
    [
      'in parts over several packets',
      [`68 ${element(sequence)} ${key.slice(0, 5)}`, `d0 ${key.slice(5, 9)}`, `90 ${key.slice(9)}`],
    ],
    ['with sizes of their own', [`28 ${element(sized(sequence))} ${sized(key)}`]],
    ['with delimiters and padding', [`08 02 1200 ${element(sequence)} 02 1000 02 7a00 ${element(key)} 03 78 aabb`]],
    ['with a length of more bytes than it needs', [`28 ${hex(sequenceBytes | 0x80)} 00 ${sequence} ${key}`]],
  ])('are assembled when they come %s', (_name, payloads) => {
    expect(new Feed().picture(payloads).map(hexOf)).toEqual([unit(sequence, key)]);
  });

  it('of any OBUs come back unchanged, however they are packetised', () => {
    const obu = fc.uint8Array({ maxLength: 300 }).map((data) => Uint8Array.of(0x28, ...data));
    const cut = fc.record({
      obus: fc.array(obu),
      most: fc.integer({ min: 1, max: 200 }),
      each: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(cut, ({ obus, most, each }) => {
        const all = [bytes(sequence), bytes(key), ...obus];
        const whole = unit(...all.map((one) => Buffer.from(one).toString('hex')));
        expect(new Feed().picture(packetised(all, most, each)).map(hexOf)).toEqual([whole]);
      }),
    );
  });

  it('of several layers are one unit', () => {
    const feed = new Feed();
    const head = { isKey: true, width: 640, height: 360 };
    const data = bytes(unit(twoLayers, lower, upper));
    const first = feed.picture([`28 ${element(twoLayers)} ${lower}`, `10 ${upper}`]);
    expect(first).toEqual([{ ptsMs: 0, head, layers: 2, data }]);
    expect(feed.picture([`10 ${lowerDelta}`], 40)).toMatchObject([{ head: { isKey: false }, layers: 1 }]);
  });

  it('with long OBUs have sizes of several bytes', () => {
    const feed = new Feed();
    feed.key(0);
    const long = new Uint8Array(40_001).fill(0x30);
    const parts = [0, 1, 2, 3].map((at) => long.subarray(at * 10_001, at * 10_001 + 10_001));
    const headers = [0x50, 0xd0, 0xd0, 0x90];
    const [picture] = feed.picture(
      parts.map((part, at) => Uint8Array.of(headers[at] ?? 0, ...part)),
      40,
    );
    expect(picture?.data.subarray(0, 6)).toEqual(bytes('1200 32 c0b802'));
    expect(picture?.data).toHaveLength(2 + 4 + 40_000);
  });

  it.each<[string, string]>([
    ['of a still picture', '000 1 1 01010'],
    ['with nothing optional', '000 0 0 0 0 00000 000000000000 00111'],
    ['of high levels', `000 0 0 0 0 00001 000000000000 01000 1 000000000000 01000 0`],
    ['with times', `000 0 0 1 ${zeros(64)} 0 0 0 00000 000000000000 00000`],
    ['with times of long numbers', `000 0 0 1 ${zeros(64)} 1 001 11 0 0 00000 000000000000 00000`],
    [
      'with times and delays of its operating points',
      `000 0 0 1 ${zeros(64)} 0 1 00111 ${zeros(42)} 1 00001 000000000000 01000 1 1 ${zeros(17)} 1 0000 000000000000 00000 0 0`,
    ],
  ])('have the size of a sequence %s', (_name, before) => {
    const size = '0111 0011 01111110 0010';
    const head = { isKey: true, width: 127, height: 3 };
    expect(new Feed().picture([`28 ${element(`08 ${bits(before, size)}`)} ${key}`])).toMatchObject([{ head }]);
    const cut = bits(before, size.slice(0, -9));
    expect(new Feed().picture([`28 ${element(`08 ${cut}`)} ${key}`])).toEqual([]);
  });

  it('with a missing packet are dropped, as are pictures that refer to them', () => {
    const feed = new Feed();
    feed.key(0);
    feed.push(`50 ${delta}`, { at: 40 });
    expect(feed.push('90 01', { at: 40, marker: true, skip: 1 })).toEqual([]);
    expect([feed.depacketiser.needsKey, feed.picture([`10 ${delta}`], 80)]).toEqual([true, []]);
    expect(feed.key(120)).toHaveLength(1);
  });
});
