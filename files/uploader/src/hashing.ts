// SHA-256 of what is read of a file. Digests of WebCrypto take whole buffers, so a file is hashed in blocks.
import { blockRange, blocksOf, type Range, sampleRanges, sizeBytes } from './core/ranges.ts';
import { UploadError } from './error.ts';
import type { UploadSource } from './types.ts';

type Bytes = Uint8Array<ArrayBuffer>;
export type Digest = (bytes: Bytes) => Promise<string>;

/** At once in memory: one is hashed while the next is read. */
const BLOCKS_AT_ONCE = 2;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const sha256: Digest = async (bytes) => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

/** The same on every device: over the size, and the first, middle and last 256 KiB. */
export async function fingerprintOf(source: UploadSource, signal: AbortSignal): Promise<string> {
  const samples = await readAll(source, sampleRanges(source.bytes), signal);
  return sha256(joined([sizeBytes(source.bytes), ...samples]));
}

/** The answer to a proof: over the nonce and the ranges, in their order. `nonce`: Base64url. */
export async function proofOf(
  source: UploadSource,
  { nonce, ranges }: { readonly nonce: string; readonly ranges: readonly Range[] },
  signal: AbortSignal,
): Promise<string> {
  return sha256(joined([fromBase64Url(nonce), ...(await readAll(source, ranges, signal))]));
}

/** Of each block of 8 MiB. `onRead`: bytes that were read and hashed. Rejects with what the source rejects with. */
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
      next = hashes.length; // the other one reads no more
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

function joined(pieces: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function fromBase64Url(text: string): Bytes {
  // A rest of one character is of no byte.
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1)
    throw new UploadError('ANSWER_UNREADABLE', 'The nonce of the proof is not Base64url.');
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0));
}
