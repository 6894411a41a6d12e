// Journal of a part: which bytes are on the disk. A line is written after the bytes that it describes: `BLOCK SHA256`
// for a whole block, `OFFSET` for bytes of an incomplete block. The sender continues at the last valid line.
import { BLOCK_BYTES } from '@meridian/protocol';
import type { Range } from './plan.ts';

export interface Received {
  readonly hashes: readonly string[];
  readonly offset: number;
  /** Valid characters of the journal; a crash cut the rest. */
  readonly length: number;
}

const blockLinePattern = /^(\d{1,6}) ([0-9a-f]{64})$/;
const offsetLinePattern = /^\d{1,12}$/;

export const blockLine = (block: number, sha256: string): string => `${block} ${sha256}\n`;
export const offsetLine = (offset: number): string => `${offset}\n`;

/** A line that does not follow from the lines before it ends the journal, like a line that a crash cut. */
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
