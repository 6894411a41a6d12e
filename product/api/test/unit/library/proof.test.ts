import { BLOCK_BYTES, PROOF_RANGE_BYTES, PROOF_RANGES_MAX } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Copy } from '../../../src/library/core/plan.ts';
import { proofRanges } from '../../../src/library/core/proof.ts';

const copy = (from: number, bytes: number, content = 'c', contentFrom = from): Copy => ({
  from,
  bytes,
  content,
  contentFrom,
});
const randomOf = (seed: string) => {
  const rng = seededRng(seed);
  return (count: number): Uint8Array => rng.bytes(count);
};

describe('a proof', () => {
  it('requests no range of an empty file, and the whole of a single byte', () => {
    expect(proofRanges([], randomOf('a'))).toEqual([]);
    expect(proofRanges([copy(0, 1)], randomOf('a'))).toEqual([copy(0, 1)]);
  });

  it('requests other ranges each time, and the same ranges for the same random bytes', () => {
    const copies = [copy(0, 20 * BLOCK_BYTES)];
    expect(proofRanges(copies, randomOf('a'))).toEqual(proofRanges(copies, randomOf('a')));
    const seen = new Set(proofRanges(copies, randomOf('a')).map(({ from }) => from));
    const again = proofRanges(copies, randomOf('b')).filter(({ from }) => seen.has(from));
    expect(again.length).toBeLessThan(3);
  });

  it('covers a 64th of the known bytes, even of one block', () => {
    for (const bytes of [BLOCK_BYTES, 1000 * BLOCK_BYTES]) {
      const ranges = proofRanges([copy(0, bytes)], randomOf('spread'));
      expect(ranges).toHaveLength(PROOF_RANGES_MAX);
      for (let part = 0; part < 64; part += 1)
        expect(ranges.some(({ from }) => Math.floor((from / bytes) * 64) === part)).toBe(true);
    }
  });

  it('names the same bytes to the node as to the client, for any copies', () => {
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    console.info(`proofs: SEED=${seed}`);
    const any = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 * BLOCK_BYTES }), fc.nat(1000), fc.nat(9)), {
      minLength: 1,
      maxLength: 300,
    });
    const promise = fc.property(any, fc.string(), (sizes, label) => {
      let at = 0;
      const copies = sizes.map(([bytes, contentFrom, gap]) => {
        const one = copy(at + gap, bytes, `c${contentFrom}`, contentFrom);
        at += gap + bytes;
        return one;
      });
      const ranges = proofRanges(copies, randomOf(label));
      expect(ranges.length).toBeLessThanOrEqual(PROOF_RANGES_MAX);
      for (const { from, bytes, content, contentFrom } of ranges) {
        expect(bytes > 0 && bytes <= PROOF_RANGE_BYTES).toBe(true);
        const surroundingCopy = copies.find((one) => one.from <= from && from + bytes <= one.from + one.bytes);
        expect(surroundingCopy?.content).toBe(content);
        expect(contentFrom - (surroundingCopy?.contentFrom ?? 0)).toBe(from - (surroundingCopy?.from ?? 0));
      }
    });
    fc.assert(promise, { seed, numRuns: 40 });
  });
});
