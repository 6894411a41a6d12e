import { BLOCK_BYTES, blocksOf, LIBRARY_FILE_BYTES_MAX, UPLOAD_PARTS_MAX } from '@meridian/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockBytes, COPIES_MAX, copiesOf, type Place, planOf, wholeOf } from '../../../src/library/core/plan.ts';

const MIB = 1_048_576;
const place = (content: string, number: number, bytes = BLOCK_BYTES): Place => ({ content, number, bytes });
const hashes = (count: number): string[] => Array.from({ length: count }, (_, at) => `h${at}`);
/** Marks every second block of a file as known. */
const everySecond = (blocks: readonly string[], from = 0) =>
  new Map(blocks.map((hash, at) => [hash, at % 2 === 0 ? [] : [place('c', from + at)]]));

describe('copies', () => {
  it('are never taken from a block of another length, even one with the same hash', () => {
    const known = new Map([['h0', [place('c', 3, 5)]]]);
    expect(copiesOf(BLOCK_BYTES, ['h0'], known)).toEqual([]);
    // A short last block matches only a block of its own length.
    expect(copiesOf(5, ['h0'], new Map([['h0', [place('c', 0)]]]))).toEqual([]);
    expect(copiesOf(5, ['h0'], known)).toEqual([{ from: 0, bytes: 5, content: 'c', contentFrom: 3 * BLOCK_BYTES }]);
  });

  it('of neighbouring blocks merge, even if another content has the same blocks', () => {
    const placesByHash = new Map([
      ['h0', [place('a', 7), place('b', 0)]],
      ['h1', [place('b', 1), place('a', 0)]],
      ['h2', [place('b', 2)]],
    ]);
    const bytes = 3 * BLOCK_BYTES;
    const copies = copiesOf(bytes, hashes(3), placesByHash);
    expect(copies).toEqual([{ from: 0, bytes, content: 'b', contentFrom: 0 }]);
    expect(wholeOf(bytes, copies)).toBe('b');
    expect(wholeOf(bytes + 1, copies)).toBeUndefined();
  });

  it.each([
    ['nothing', []],
    ['a content from its middle', [{ from: 0, bytes: 5, content: 'c', contentFrom: 5 }]],
    [
      'two contents',
      [
        { from: 0, bytes: 4, content: 'c', contentFrom: 0 },
        { from: 4, bytes: 1, content: 'd', contentFrom: 4 },
      ],
    ],
  ])('are never a whole file if they consist of %s', (_, copies) => {
    expect(wholeOf(5, copies)).toBeUndefined();
  });
});

describe('parts', () => {
  it.each([
    ['a byte', 1, [1]],
    ['less than a block', 5 * MIB, [5 * MIB]],
    ['31 MiB', 31 * MIB, [8, 8, 8, 7].map((some) => some * MIB)],
    ['32 MiB', 32 * MIB, [8, 8, 8, 8].map((some) => some * MIB)],
    ['100 MiB', 100 * MIB, [24, 24, 24, 24, 4].map((some) => some * MIB)],
  ])('of %s consist of whole blocks, at least four from 32 MiB on', (_, bytes, sizes) => {
    expect(planOf(bytes, []).parts.map((part) => part.bytes)).toEqual(sizes);
  });

  it('of the largest file stay within the limit', () => {
    const { parts } = planOf(LIBRARY_FILE_BYTES_MAX, []);
    expect(parts.length).toBeGreaterThanOrEqual(UPLOAD_PARTS_MAX / 2);
    expect(parts.length).toBeLessThanOrEqual(UPLOAD_PARTS_MAX);
  });

  it('do not exist for a file whose blocks are all known', () => {
    const copies = [{ from: 0, bytes: 9 * MIB, content: 'c', contentFrom: 0 }];
    expect(planOf(9 * MIB, copies)).toEqual({ copies, parts: [] });
  });

  it('include the smallest known stretches if there were too many parts otherwise', () => {
    const blocks = hashes(2 * UPLOAD_PARTS_MAX + 4);
    const known = everySecond(blocks);
    known.set('h4', [place('c', 4)]); // 3, 4 and 5 are one stretch
    const bytes = blocks.length * BLOCK_BYTES;
    const { parts, copies } = planOf(bytes, copiesOf(bytes, blocks, known));
    expect(parts).toHaveLength(UPLOAD_PARTS_MAX);
    expect(copies).toContainEqual({
      from: 3 * BLOCK_BYTES,
      bytes: 3 * BLOCK_BYTES,
      content: 'c',
      contentFrom: 3 * BLOCK_BYTES,
    });
  });

  it('and copies stay within their limits when each block lies in another content', () => {
    const blocks = hashes(3000);
    const known = new Map(blocks.map((hash, at) => [hash, [place(`c${at}`, 0)]]));
    const bytes = blocks.length * BLOCK_BYTES;
    const { parts, copies } = planOf(bytes, copiesOf(bytes, blocks, known));
    expect(copies.length).toBeLessThanOrEqual(COPIES_MAX);
    expect(parts.length).toBeLessThanOrEqual(UPLOAD_PARTS_MAX);
  });

  it('and copies cover the whole file, each byte once, for any file and any known blocks', () => {
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    console.info(`plans: SEED=${seed}`);
    const any = fc.record({
      tail: fc.integer({ min: 1, max: BLOCK_BYTES }),
      blocks: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 900 }),
      known: fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3 }), fc.nat(50)), {
        maxLength: 120,
      }),
    });
    const promise = fc.property(any, ({ tail, blocks, known }) => {
      const bytes = (blocks.length - 1) * BLOCK_BYTES + tail;
      const places = new Map<string, Place[]>();
      for (const [hash, content, number] of known)
        places.set(`h${hash}`, [...(places.get(`h${hash}`) ?? []), place(`c${content}`, number)]);
      const names = blocks.map((hash) => `h${hash}`);
      const { parts, copies } = planOf(bytes, copiesOf(bytes, names, places));
      const allRanges = [...parts, ...copies].toSorted((a, b) => a.from - b.from);
      let at = 0;
      for (const { from, bytes: rangeBytes } of allRanges) {
        expect([from, from % BLOCK_BYTES, rangeBytes > 0]).toEqual([at, 0, true]);
        at += rangeBytes;
      }
      expect(at).toBe(bytes);
      const sent = parts.reduce((sum, part) => sum + part.bytes, 0);
      expect(parts.length).toBeLessThanOrEqual(UPLOAD_PARTS_MAX);
      if (sent >= 32 * MIB) expect(parts.length).toBeGreaterThanOrEqual(4);
      for (const { from, bytes: its, content, contentFrom } of copies)
        for (let block = 0; block < blocksOf(its); block += 1)
          expect(places.get(names[from / BLOCK_BYTES + block] ?? '')).toContainEqual(
            place(content, contentFrom / BLOCK_BYTES + block, blockBytes(bytes, from / BLOCK_BYTES + block)),
          );
    });
    fc.assert(promise, { seed, numRuns: 60 });
  });
});
