// To use data that it does not send, a client must hash random ranges of it, which proves that it has the data.
import { PROOF_RANGE_BYTES, PROOF_RANGES_MAX } from '@meridian/protocol';
import type { Copy } from './plan.ts';

/** `from`: position in the file, for the client; `contentFrom`: position in the content, for the node. */
export type ProofRange = Copy;

/** 2^48 is exact as a number, and far larger than any file. */
const RANDOM_BYTES = 6;

/**
 * Draws a range in each of equal stretches, so a client that lacks any 1/128 of the data is caught. `random` must be
 * unpredictable.
 */
export function proofRanges(copies: readonly Copy[], random: (count: number) => Uint8Array): ProofRange[] {
  const knownBytes = copies.reduce((sum, { bytes }) => sum + bytes, 0);
  const count = Math.min(PROOF_RANGES_MAX, Math.ceil(knownBytes / PROOF_RANGE_BYTES));
  return Array.from({ length: count }, (_, at) => {
    const first = Math.floor((knownBytes * at) / count);
    const end = Math.floor((knownBytes * (at + 1)) / count);
    return rangeAt(copies, first + randomBelow(end - first, random));
  });
}

/** Begins the range earlier if the copy would end too soon. */
function rangeAt(copies: readonly Copy[], byte: number): ProofRange {
  let leftBytes = byte;
  for (const { from, bytes, content, contentFrom } of copies) {
    if (leftBytes < bytes) {
      const size = Math.min(PROOF_RANGE_BYTES, bytes);
      const at = Math.min(leftBytes, bytes - size);
      return { from: from + at, bytes: size, content, contentFrom: contentFrom + at };
    }
    leftBytes -= bytes;
  }
  throw new RangeError(`byte ${byte} is in no copy`);
}

function randomBelow(max: number, random: (count: number) => Uint8Array): number {
  const value = random(RANDOM_BYTES).reduce((sum, byte) => sum * 256 + byte, 0);
  return value % max;
}
