// The question by which a client proves that it has what it need not send: random ranges of it, all over.
import { PROOF_RANGE_BYTES, PROOF_RANGES_MAX } from '@meridian/protocol';
import type { Copy } from './plan.ts';

/** `from`: in the file, for the client; `contentFrom`: in the content, for the node. */
export type ProofRange = Copy;

/** 2^48: exact as a number, and far more than a file has bytes. */
const RANDOM_BYTES = 6;

/**
 * In the order of the file. What is known is cut into equal stretches, one range begins in each: any 1/128 of the file
 * that a client lacks is asked for. `random`: bytes that the client cannot foresee.
 */
export function proofRanges(copies: readonly Copy[], random: (count: number) => Uint8Array): ProofRange[] {
  const known = copies.reduce((sum, { bytes }) => sum + bytes, 0);
  const count = Math.min(PROOF_RANGES_MAX, Math.ceil(known / PROOF_RANGE_BYTES));
  return Array.from({ length: count }, (_, at) => {
    const first = Math.floor((known * at) / count);
    const end = Math.floor((known * (at + 1)) / count);
    return rangeAt(copies, first + below(end - first, random));
  });
}

/** The one that begins at a byte of what is known, or before it where the copy ends too soon. */
function rangeAt(copies: readonly Copy[], byte: number): ProofRange {
  let left = byte;
  for (const { from, bytes, content, contentFrom } of copies) {
    if (left < bytes) {
      const size = Math.min(PROOF_RANGE_BYTES, bytes);
      const at = Math.min(left, bytes - size);
      return { from: from + at, bytes: size, content, contentFrom: contentFrom + at };
    }
    left -= bytes;
  }
  throw new RangeError(`byte ${byte} is not known`);
}

function below(max: number, random: (count: number) => Uint8Array): number {
  const value = random(RANDOM_BYTES).reduce((sum, byte) => sum * 256 + byte, 0);
  return value % max;
}
