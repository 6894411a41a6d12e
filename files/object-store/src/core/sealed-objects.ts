// Names and sizes of sealed objects: chunks of clear bytes, each behind its nonce and before its tag, and nothing else.
import { type ByteRange, OBJECT_BYTES_MAX } from './bounds.ts';
import { StoreError } from './errors.ts';

/** Where in the store below the sealed bytes of an object are. */
export const dataOf = (key: string): string => `data/${key}`;
/** Where its sealed key, size and hash are. The object exists when this does, which is written last. */
export const infoOf = (key: string): string => `info/${key}`;
/** Where the sealed key is until an upload is finished. */
export const keyOf = (key: string): string => `key/${key}`;

/** What one read opens at least; small beside what a player asks for at once. All parts but the last are multiples. */
export const CHUNK_BYTES = 65_536;
/** The nonce (96 bits) and tag (128 bits) of AES-GCM. */
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
export const CHUNK_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + CHUNK_OVERHEAD_BYTES;
/** Clear bytes of one put or part: sealed they are still within the bounds of the store below. */
export const SEALABLE_BYTES_MAX = OBJECT_BYTES_MAX - CHUNK_BYTES;

/** What so many clear bytes become. */
export const sealedBytes = (clear: number): number => clear + CHUNK_OVERHEAD_BYTES * Math.ceil(clear / CHUNK_BYTES);

/** The inverse of `sealedBytes`; undefined for a size that no sealed object has. */
export function clearBytes(sealed: number): number | undefined {
  const clear = sealed - CHUNK_OVERHEAD_BYTES * Math.ceil(sealed / SEALED_CHUNK_BYTES);
  return sealedBytes(clear) === sealed ? clear : undefined;
}

/** The chunks that hold a range of clear bytes, which lies within the object. */
export interface Chunks {
  readonly first: number;
  /** Where they are in the sealed object. */
  readonly sealed: ByteRange;
  /** How many clear bytes they hold. */
  readonly clearBytes: number;
  /** How many of these are before the range. */
  readonly before: number;
}

/** `range` has at least one byte, and ends with the object at the latest. */
export function chunksOf(range: ByteRange, objectBytes: number): Chunks {
  const first = Math.floor(range.from / CHUNK_BYTES);
  const from = first * CHUNK_BYTES;
  const end = Math.min(objectBytes, Math.ceil((range.from + range.bytes) / CHUNK_BYTES) * CHUNK_BYTES);
  return {
    first,
    sealed: { from: first * SEALED_CHUNK_BYTES, bytes: sealedBytes(end - from) },
    clearBytes: end - from,
    before: range.from - from,
  };
}

/** Clear bytes that are opened at once, a multiple of chunks. */
export const STEP_BYTES = 8 * 1_048_576;

/** Throws `STORE_REFUSED` for more than the store below takes when it is sealed. */
export function checkSealable(bytes: number): void {
  if (bytes > SEALABLE_BYTES_MAX)
    throw new StoreError('STORE_REFUSED', `${bytes} bytes at once; at most ${SEALABLE_BYTES_MAX} can be sealed`);
}
