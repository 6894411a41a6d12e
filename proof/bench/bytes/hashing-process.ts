// Hashes files whose paths it reads, as a server has to that keeps a digest of what it took.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { BLOCK_BYTES } from '@meridian/protocol';

/** Whether blocks are hashed too, as a library node does. */
export interface HashingQuestion {
  readonly paths: readonly string[];
  readonly blocks: boolean;
}

const buffer = Buffer.alloc(1_048_576);

for await (const line of createInterface({ input: process.stdin })) {
  const { paths, blocks } = JSON.parse(line) as HashingQuestion;
  process.stdout.write(`${JSON.stringify(paths.map((path) => digestsOf(path, blocks)))}\n`);
}

function digestsOf(path: string, blocks: boolean): string[] {
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  const whole = createHash('sha256');
  const digests: string[] = [];
  // The digest of the only block is also the digest of the file.
  const isSplit = blocks && size > BLOCK_BYTES;
  let block = createHash('sha256');
  for (let at = 0; at < size; at += buffer.length) {
    const piece = buffer.subarray(0, readSync(file, buffer));
    whole.update(piece);
    if (!isSplit) continue;
    block.update(piece);
    if ((at + piece.length) % BLOCK_BYTES === 0) {
      digests.push(block.digest('hex'));
      block = createHash('sha256');
    }
  }
  closeSync(file);
  return [...digests, whole.digest('hex')];
}
