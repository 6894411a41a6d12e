import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxUnitBytes } from '../../src/core/rtp/h264.ts';
import type { Picture } from '../../src/core/rtp/pictures.ts';
import { vp8 } from '../../src/core/rtp/vp8.ts';
import { bytes, hexOf, PictureFeed } from '../support/picture-feed.ts';

/** 640 × 360. */
const key = '100000 9d012a 8002 6801 aabb';
const delta = '110000 cc';

class Feed extends PictureFeed {
  constructor() {
    super(vp8);
  }
  key(at: number): Picture[] {
    return this.push(`10 ${key}`, { at, marker: true });
  }
}

describe('a malformed payload drops its picture, and the stream waits for a key frame', () => {
  it.each<[string, string[]]>([
    ['nothing behind the descriptor', ['10']],
    ['an extension beyond the end', ['90']],
    ['nothing behind the extension', ['90 00']],
    ['a picture id beyond the end', ['90 80']],
    ['half of a long picture id', ['90 80 81']],
    ['nothing behind a long picture id', ['90 80 81 22']],
    ['a TL0PICIDX beyond the end', ['90 40']],
    ['a TID beyond the end', ['90 20']],
    ['a KEYIDX beyond the end', ['90 10']],
    ['nothing behind a full extension', ['90 f0 81 22 07 20']],
    ['no beginning', ['00 aa']],
    ['the second partition first', ['11 aa']],
    ['two beginnings', [`10 ${key}`, `10 ${key}`]],
    ['a picture of two bytes', ['10 1000']],
    ['a key frame without its size', ['10 100000 9d012a 8002 68']],
    ['a key frame without its start code', ['10 100000 9d012b 8002 6801 aa']],
    ['a key frame without width', ['10 100000 9d012a 0040 6801 aa']],
    ['a key frame without height', ['10 100000 9d012a 8002 00c0 aa']],
  ])('%s', (_name, payloads) => {
    const feed = new Feed();
    expect(feed.key(0)).toHaveLength(1);
    const last = payloads.length - 1;
    expect(payloads.flatMap((payload, at) => feed.push(payload, { at: 40, marker: at === last }))).toEqual([]);
    expect(feed.depacketiser.needsKey).toBe(true);
    expect(feed.push(`10 ${delta}`, { at: 80, marker: true })).toEqual([]);
    expect(feed.key(120)).toHaveLength(1);
    expect(feed.depacketiser.needsKey).toBe(false);
  });

  it('a picture without an end is given up at its bound', () => {
    const feed = new Feed();
    feed.push(`10 ${key}`);
    const part = new Uint8Array(60_001);
    for (let count = 0; count < maxUnitBytes / 60_000 + 1; count += 1) feed.push(part);
    expect(feed.push('00 aa', { marker: true })).toEqual([]);
    expect(feed.key(40)).toHaveLength(1);
    feed.push(`10 ${key}`, { at: 80 });
    for (let count = 0; count < 8192; count += 1) feed.push('00 aa', { at: 80 });
    expect(feed.push('00 aa', { at: 80, marker: true })).toEqual([]);
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
    expect(feed.push(`10 ${delta}`, { marker: true })).toEqual([]);
    expect(feed.key(40)).toEqual([
      { ptsMs: 40, head: { isKey: true, width: 640, height: 360 }, layers: 1, data: bytes(key) },
    ]);
    expect(feed.push(`10 ${delta}`, { at: 80, marker: true })).toEqual([
      { ptsMs: 80, head: { isKey: false }, layers: 1, data: bytes(delta) },
    ]);
  });

  it.each(['10', '90 00', '90 80 7f', '90 80 ff ff', '90 40 01', '90 20 40', '90 10 03', '90 f0 ff ff 01 43', 'b0 00'])(
    'exclude the descriptor %s',
    (descriptor) => {
      expect(new Feed().push(`${descriptor} ${key}`, { marker: true }).map(hexOf)).toEqual([key.replaceAll(' ', '')]);
    },
  );

  it('are assembled from all their packets, partitions too, with or without a marker', () => {
    const feed = new Feed();
    feed.push(`90 80 81 22 ${key}`);
    feed.push('80 80 81 22 01');
    feed.push('11 02');
    expect(feed.push('01 03', { marker: true }).map(hexOf)).toEqual([`${key} 010203`.replaceAll(' ', '')]);
    expect(feed.push(`10 ${delta}`, { at: 40 })).toEqual([]);
    const both = feed.push(`10 ${delta} dd`, { at: 80, marker: true });
    expect(both.map(({ ptsMs }) => ptsMs)).toEqual([40, 80]);
  });

  it('with a missing packet are dropped, as are pictures that refer to them', () => {
    const feed = new Feed();
    feed.key(0);
    feed.push(`10 ${delta}`, { at: 40 });
    expect(feed.push('00 01', { at: 40, marker: true, skip: 1 })).toEqual([]);
    expect([feed.depacketiser.needsKey, feed.push(`10 ${delta}`, { at: 80, marker: true })]).toEqual([true, []]);
    expect(feed.key(120)).toHaveLength(1);
    // This picture is whole.
    expect(feed.push(`10 ${delta}`, { at: 200, marker: true, skip: 1 })).toEqual([]);
  });

  it('are not ended by packets that only probe', () => {
    const feed = new Feed();
    feed.push(`10 ${key}`);
    feed.push(new Uint8Array(0));
    expect(feed.push('00 01', { marker: true })).toHaveLength(1);
  });
});
