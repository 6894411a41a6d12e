// The journal of a part: what of it is on the disk. Lines of text, each written when the bytes that it speaks of are
// there: `BLOCK SHA256` for a whole block, `OFFSET` of the part for a place within a block. The last line that counts
// says where the sender goes on.
import { BLOCK_BYTES } from '@meridian/protocol';
import type { Range } from './plan.ts';

export interface Received {
  /** Hashes of whole blocks, from the first of the part on. */
  readonly hashes: readonly string[];
  /** Bytes of the part that are on the disk. */
  readonly offset: number;
  /** Characters of the journal that count: what is behind them was cut by a crash. */
  readonly length: number;
}

const blockLinePattern = /^(\d{1,6}) ([0-9a-f]{64})$/;
const offsetLinePattern = /^\d{1,12}$/;

export const blockLine = (block: number, sha256: string): string => `${block} ${sha256}\n`;
export const offsetLine = (offset: number): string => `${offset}\n`;

/** A line that does not follow from those before it ends the journal, as one that a crash has cut. */
export function readJournal(text: string, part: Range): Received {
  const first = part.from / BLOCK_BYTES;
  const hashes: string[] = [];
  let offset = 0;
  let length = 0;
  for (const line of text.split('\n').slice(0, -1)) {
    const [, block, sha256] = blockLinePattern.exec(line) ?? [];
    const begin = hashes.length * BLOCK_BYTES;
    const end = Math.min(begin + BLOCK_BYTES, part.bytes);
    if (begin >= part.bytes) break;
    if (sha256 !== undefined) {
      if (Number(block) !== first + hashes.length) break;
      hashes.push(sha256);
      offset = end;
    } else {
      if (!offsetLinePattern.test(line) || Number(line) < begin || Number(line) >= end) break;
      offset = Number(line);
    }
    length += line.length + 1;
  }
  return { hashes, offset, length };
}
