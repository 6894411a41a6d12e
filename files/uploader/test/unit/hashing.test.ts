import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { browserSource } from '../../src/browser.ts';
import { BLOCK_BYTES } from '../../src/core/ranges.ts';
import { fingerprintOf, hashBlocks, proofOf } from '../../src/hashing.ts';
import { fileSource } from '../../src/node.ts';
import type { UploadSource } from '../../src/types.ts';
import { bytesOf, memorySource } from '../support/scripted.ts';

const { signal } = new AbortController();
const letters = Buffer.from('abcdefghijklmnopqrstuvwxyz');
/** A source without bytes of its own, so that its size costs nothing. */
const hollow = (bytes: number, read: UploadSource['read']): UploadSource => ({
  name: 'hollow',
  bytes,
  read,
  slice: () => new Blob(),
});

it('a file that has become shorter is refused', async () => {
  const short = hollow(3 * BLOCK_BYTES, async () => new Uint8Array(5));
  await expect(hashBlocks(short, { signal, onRead: () => undefined })).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  await expect(fingerprintOf(short, signal)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
});

it.each(['', '=', 'a b', 'ä', 'a+/b', 'AAAAA'])('a nonce that is not Base64url is refused: %s', async (nonce) => {
  const asked = { nonce, ranges: [{ from: 0, bytes: 1 }] };
  await expect(proofOf(memorySource(letters), asked, signal)).rejects.toMatchObject({ code: 'ANSWER_UNREADABLE' });
});

it('a proof is the SHA-256 over the nonce and the ranges, in their order', async () => {
  const ranges = [
    { from: 2, bytes: 3 },
    { from: 0, bytes: 1 },
  ];
  // printf '\377\356\001cdea' | sha256sum
  expect(await proofOf(memorySource(letters), { nonce: '_-4B', ranges }, signal)).toBe(
    '7941be445363fd7afa9971415fc6ff1d5c70acae0fdd8c2a8ce83f03c798d339',
  );
});

it('a fingerprint is over the size and three samples, the same for a page and a program', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'uploader-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'letters.txt');
  await writeFile(path, letters);
  // (printf '\0\0\0\0\0\0\0\032'; cat letters letters letters) | sha256sum
  const known = '6d03b980e0b6d596efa20987697dec9a7f8f68891effc0ecb8c26afcd38f3be7';
  expect(await fingerprintOf(browserSource(new File([letters], 'other name.txt')), signal)).toBe(known);
  expect(await fingerprintOf(await fileSource(path), signal)).toBe(known);
});

it('a fingerprint reads 768 KiB of the largest file', async () => {
  const bytes = 100 * 2 ** 30;
  const reads: number[][] = [];
  const source = hollow(bytes, async (from, count) => {
    reads.push([from, count]);
    return new Uint8Array(count);
  });
  await fingerprintOf(source, signal);
  const sample = 262_144;
  expect(reads).toEqual([0, (bytes - sample) / 2, bytes - sample].map((from) => [from, sample]));
});

it('blocks are hashed in order, the last block as short as it is', async () => {
  const bytes = bytesOf(BLOCK_BYTES + 26);
  bytes.set(letters, BLOCK_BYTES);
  const whole = await crypto.subtle.digest('SHA-256', bytes.subarray(0, BLOCK_BYTES));
  const read: number[] = [];
  const onRead = (count: number): void => void read.push(count);
  expect(await hashBlocks(memorySource(bytes), { signal, onRead })).toEqual([
    Buffer.from(whole).toString('hex'),
    '71c480df93d6ae2f1efad1447c66c9525e316218cf51fc8d9ed832f2daf18b73',
  ]);
  expect(read.sort((a, b) => a - b)).toEqual([26, BLOCK_BYTES]);
});

it('two blocks at most are in memory', async () => {
  let held = 0;
  let heldMost = 0;
  const source = hollow(40 * BLOCK_BYTES, async (_, count) => {
    held += 1;
    heldMost = Math.max(heldMost, held);
    return Object.defineProperty(new Uint8Array(), 'length', { value: count });
  });
  const digest = async (): Promise<string> => {
    await new Promise((resolve) => setImmediate(resolve));
    held -= 1;
    return '';
  };
  await hashBlocks(source, { signal, onRead: () => undefined, digest });
  expect([heldMost, held]).toEqual([2, 0]);
});

it('no block is read after an unreadable block', async () => {
  let reads = 0;
  const source = hollow(40 * BLOCK_BYTES, async (_, count) => {
    reads += 1;
    if (reads === 3) throw new Error('the disk is gone');
    return Object.defineProperty(new Uint8Array(), 'length', { value: count });
  });
  const digest = async (): Promise<string> => {
    await new Promise((resolve) => setImmediate(resolve));
    return '';
  };
  const hashed = hashBlocks(source, { signal, onRead: () => undefined, digest });
  await expect(hashed).rejects.toThrow('the disk is gone');
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(reads).toBeLessThanOrEqual(4);
});
