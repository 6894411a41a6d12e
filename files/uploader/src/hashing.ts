// WebCrypto digests only whole buffers, so a file is hashed in blocks.
import { blockRange, blocksOf, type Range, sampleRanges, sizeBytes } from './core/ranges.ts';
import { UploadError } from './error.ts';
import type { UploadSource } from './types.ts';

type Bytes = Uint8Array<ArrayBuffer>;
export type Digest = (bytes: Bytes) => Promise<string>;

/** Blocks in memory: the next block is read while one is hashed. */
const BLOCKS_AT_ONCE = 2;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const sha256: Digest = async (bytes) => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

/** Hashes the size and the first, middle and last 256 KiB; equal on every device. */
export async function fingerprintOf(source: UploadSource, signal: AbortSignal): Promise<string> {
  const samples = await readAll(source, sampleRanges(source.bytes), signal);
  return sha256(concatenated([sizeBytes(source.bytes), ...samples]));
}

/** Hashes the nonce (Base64url) and the ranges in order. */
export async function proofOf(
  source: UploadSource,
  { nonce, ranges }: { readonly nonce: string; readonly ranges: readonly Range[] },
  signal: AbortSignal,
): Promise<string> {
  return sha256(concatenated([fromBase64Url(nonce), ...(await readAll(source, ranges, signal))]));
}

/** Hashes each 8 MiB block. Rejects as the source does. */
export async function hashBlocks(
  source: UploadSource,
  { signal, onRead, digest = sha256 }: { signal: AbortSignal; onRead: (bytes: number) => void; digest?: Digest },
): Promise<string[]> {
  const hashes: string[] = Array.from({ length: blocksOf(source.bytes) }, () => '');
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < hashes.length) {
      signal.throwIfAborted();
      const number = next++;
      const block = await readRange(source, blockRange(number, source.bytes), signal);
      hashes[number] = await digest(block);
      onRead(block.length);
    }
  };
  const stopping = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      next = hashes.length; // stops the other worker
      throw error;
    }
  };
  await Promise.all(Array.from({ length: BLOCKS_AT_ONCE }, stopping));
  return hashes;
}

async function readAll(source: UploadSource, ranges: readonly Range[], signal: AbortSignal): Promise<Bytes[]> {
  const read: Bytes[] = [];
  for (const range of ranges) read.push(await readRange(source, range, signal));
  return read;
}

async function readRange(source: UploadSource, { from, bytes }: Range, signal: AbortSignal): Promise<Bytes> {
  signal.throwIfAborted();
  const read = await source.read(from, bytes, signal);
  if (read.length !== bytes) throw new UploadError('FILE_CHANGED', 'The file has become shorter.');
  return read;
}

function concatenated(pieces: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function fromBase64Url(text: string): Bytes {
  // A rest of one character encodes no byte.
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1)
    throw new UploadError('ANSWER_UNREADABLE', 'The nonce of the proof is not Base64url.');
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0));
}
