import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Picture } from '../../src/core/rtp/pictures.ts';
import { vp9 } from '../../src/core/rtp/vp9.ts';
import { bytes, hexOf, PictureFeed } from '../support/picture-feed.ts';

/** Frames of Chromium: a key frame of 320 × 180, and a frame that refers to it. */
const key = '83498342 0013f00b3070e0';
const delta = '87 028701000ac7';
/** The same picture in the second layer, which refers to the first. */
const upper = '87 02020004fe02ce';
/** Structure of two layers: 320 × 180 and 640 × 360. */
const structure = '30 014000b4 02800168';

class Feed extends PictureFeed {
  constructor() {
    super(vp9);
  }
  key(at: number): Picture[] {
    return this.picture([`0c ${key}`], at);
  }
}

describe('a malformed payload drops its picture, and the stream waits for a key frame', () => {
  it.each<[string, string[]]>([
    ['nothing behind the descriptor', ['0c']],
    ['a picture id beyond the end', ['8c']],
    ['half of a long picture id', ['8c b7']],
    ['nothing behind a long picture id', ['8c b796']],
    ['layers beyond the end', ['2c']],
    ['layers without TL0PICIDX', ['2c 10']],
    ['nothing behind TL0PICIDX', ['2c 10 00']],
    ['references beyond the end', ['5c']],
    ['half of the references', ['5c 03']],
    ['four references', [`5c 03 03 03 02 ${delta}`]],
    ['a structure beyond the end', ['0e']],
    ['a structure without its sizes', ['0e 30']],
    ['a structure with half of its sizes', ['0e 30 0140 00b4 0280']],
    ['nothing behind a structure', [`0e ${structure}`]],
    ['a structure of width 0', [`0e 10 000000b4 ${key}`]],
    ['a structure of height 0', [`0e 10 01400000 ${key}`]],
    ['a structure without its number of pictures', ['0e 08']],
    ['a structure without its pictures', ['0e 08 02 04 01']],
    ['a structure of 255 pictures', ['0e 08 ff 0c 010101 0c 010101']],
    ['no beginning', [`04 ${delta}`]],
    ['no end', [`08 ${delta}`]],
    ['two beginnings', [`08 ${delta}`, '0c 00']],
    ['a packet behind the end of its frame', [`0c ${delta}`, '04 00']],
    ['a layer that changes within its frame', [`28 0000 ${delta}`, '24 0200 01']],
    ['the same layer twice', [`2c 0000 ${delta}`, `2c 0000 ${delta}`]],
    ['a lower layer behind a higher one', [`2c 0200 ${delta}`, `2c 0000 ${delta}`]],
    ['a second layer without its end', [`2c 0000 ${delta}`, `28 0200 ${delta}`]],
    ['a frame of another marker', ['0c 43 00']],
    ['a frame of profile 1', ['0c a3498342 0013f00b3070e0']],
    ['a frame of profile 2', ['0c 93498342 0013f00b3070e0']],
    ['a key frame without its size', ['0c 83498342 0013f00b30']],
    ['a key frame without its code', ['0c 83498343 0013f00b3070e0']],
    ['a key frame in RGB', ['0c 83498342 e013f00b3070e0']],
  ])('%s', (_name, payloads) => {
    const feed = new Feed();
    expect(feed.key(0)).toHaveLength(1);
    expect(feed.picture(payloads, 40)).toEqual([]);
    expect(feed.depacketiser.needsKey).toBe(true);
    expect(feed.picture([`0c ${delta}`], 80)).toEqual([]);
    expect(feed.key(120)).toHaveLength(1);
    expect(feed.depacketiser.needsKey).toBe(false);
  });

  it('a packet may end anywhere in its payload', () => {
    const whole = bytes(`fe b796 13 02 ${structure} ${upper}`);
    const head = whole.length - bytes(upper).length;
    for (let length = 1; length < whole.length; length += 1) {
      const feed = new Feed();
      feed.key(0);
      expect(feed.picture([whole.subarray(0, length)], 40)).toHaveLength(length > head ? 1 : 0);
    }
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
  it('begin with a key frame, which gives its size', () => {
    const feed = new Feed();
    expect(feed.picture([`0c ${delta}`])).toEqual([]);
    const head = { isKey: true, width: 320, height: 180 };
    expect(feed.key(40)).toEqual([{ ptsMs: 40, head, layers: 1, data: bytes(key) }]);
    expect(feed.picture([`4c ${delta}`], 80)).toEqual([
      { ptsMs: 80, head: { isKey: false }, layers: 1, data: bytes(delta) },
    ]);
  });

  it.each([
    ...['0c', '8c 7f', '8c ffff', '2c 00 07', '3c 00', '1c', 'ac ffff 00 07', '0e 18 014000b4 01 04 01', '0e 00'],
    ...['0e 08 00', '0e 08 02 04 01 0c 010203', '9e b796 10 014000b4', 'be b796 00 10 014000b4', '0d'],
  ])('exclude the descriptor %s', (descriptor) => {
    const pictures = new Feed().picture([`${descriptor} ${key}`]);
    expect(pictures.map(hexOf)).toEqual([key.replaceAll(' ', '')]);
    expect(pictures[0]?.head).toEqual({ isKey: true, width: 320, height: 180 });
  });

  it.each(['4c', '5c 02', '5c 03 04', '5c 03 03 02', 'dc b797 02', 'fc b797 00 03 02', 'ec b797 20 05'])(
    'exclude the descriptor %s, which lists references',
    (descriptor) => {
      const feed = new Feed();
      feed.key(0);
      expect(feed.picture([`${descriptor} ${delta}`], 40).map(hexOf)).toEqual([delta.replaceAll(' ', '')]);
    },
  );

  it('are assembled from all their packets', () => {
    const feed = new Feed();
    expect(feed.picture([`88 01 ${key}`, '80 01 01', '84 01 0203']).map(hexOf)).toEqual([
      `${key}010203`.replaceAll(' ', ''),
    ]);
    // This frame only shows an older frame.
    expect(feed.picture(['4c 88'], 40)).toMatchObject([{ head: { isKey: false } }]);
  });

  it('of several layers are a superframe with its index, and have the size of the highest', () => {
    const feed = new Feed();
    const [superframe] = feed.picture([`2e 0100 ${structure} ${key}`, `28 0300 ${upper}`, '24 0300 aabb']);
    expect(superframe).toMatchObject({ head: { isKey: true, width: 640, height: 360 }, layers: 2 });
    const frames = [bytes(key), bytes(`${upper} aabb`)];
    // d9: sizes of four bytes, two frames.
    const index = `d9 ${frames.map(({ length }) => length.toString(16).padStart(2, '0')).join('000000')}000000 d9`;
    expect(superframe?.data).toEqual(Uint8Array.from([...frames.flatMap((one) => [...one]), ...bytes(index)]));
    // The structure may name more layers than are sent.
    expect(feed.picture([`2e 0100 ${structure} ${key}`], 40)).toMatchObject([
      { head: { isKey: true, width: 320, height: 180 }, layers: 1 },
    ]);
    expect(feed.picture([`6c 0100 ${delta}`, `6c 0300 ${delta}`], 80)).toMatchObject([
      { head: { isKey: false }, layers: 2 },
    ]);
  });

  it('of any frames come back unchanged, however they are packetised', () => {
    const frame = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 7 }), fc.integer({ min: 1, max: 200 }), (frames, most) => {
        const all = [bytes(key), ...frames];
        const payloads = all.flatMap((one, layer) => {
          const count = Math.ceil(one.length / most);
          return Array.from({ length: count }, (_, at) => {
            const first = 0x20 | (at === 0 ? 8 : 0) | (at === count - 1 ? 4 : 0);
            return Uint8Array.of(first, layer << 1, 0, ...one.subarray(at * most, (at + 1) * most));
          });
        });
        const [picture] = new Feed().picture(payloads);
        expect(picture?.layers).toBe(all.length);
        // Splits by the index at the end, as decoders do.
        let data = Buffer.from(picture?.data ?? []);
        const sizes =
          all.length === 1
            ? [data.length]
            : all.map((_, at) => data.readUInt32LE(data.length - 1 - 4 * (all.length - at)));
        for (const [at, size] of sizes.entries()) {
          expect(data.subarray(0, size)).toEqual(Buffer.from(all[at] ?? []));
          data = data.subarray(size);
        }
        expect(data).toHaveLength(all.length === 1 ? 0 : 2 + 4 * all.length);
      }),
    );
  });

  it('with a missing layer are dropped, as are pictures that refer to them', () => {
    const feed = new Feed();
    feed.key(0);
    feed.push(`2c 0000 ${delta}`, { at: 40 });
    expect(feed.push(`2c 0400 ${delta}`, { at: 40, marker: true, skip: 1 })).toEqual([]);
    expect([feed.depacketiser.needsKey, feed.picture([`0c ${delta}`], 80)]).toEqual([true, []]);
    expect(feed.key(120)).toHaveLength(1);
  });
});
