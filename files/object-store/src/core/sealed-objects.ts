// A sealed object is a sequence of chunks, each as nonce, ciphertext and tag.
import { type ByteRange, OBJECT_BYTES_MAX } from './bounds.ts';
import { StoreError } from './errors.ts';

/** Key of the sealed bytes in the underlying store. */
export const dataName = (key: string): string => `data/${key}`;
/** Key of the sealed key, size and hash, written last: with it the object exists. */
export const infoName = (key: string): string => `info/${key}`;
/** Key of the sealed key until an upload is finished. */
export const keyName = (key: string): string => `key/${key}`;

/** Bytes that are decrypted at once, few beside a player's request. Parts except the last are multiples of it. */
export const CHUNK_BYTES = 65_536;
/** Nonce (96 bits) and tag (128 bits) of AES-GCM. */
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
export const CHUNK_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + CHUNK_OVERHEAD_BYTES;
/** Clear bytes of a put or part, which fit the underlying store's bounds when sealed. */
export const SEALABLE_BYTES_MAX = OBJECT_BYTES_MAX - CHUNK_BYTES;

export const sealedBytes = (clear: number): number => clear + CHUNK_OVERHEAD_BYTES * Math.ceil(clear / CHUNK_BYTES);

/** Returns undefined for a size that no sealed object has. */
export function clearBytes(sealed: number): number | undefined {
  const clear = sealed - CHUNK_OVERHEAD_BYTES * Math.ceil(sealed / SEALED_CHUNK_BYTES);
  return sealedBytes(clear) === sealed ? clear : undefined;
}

export interface Chunks {
  readonly first: number;
  readonly sealed: ByteRange;
  readonly clearBytes: number;
  readonly before: number;
}

/** The range must have at least one byte and lie within the object. */
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

export const STEP_BYTES = 8 * 1_048_576;

/** Throws `STORE_REFUSED` above `SEALABLE_BYTES_MAX`. */
export function checkSealable(bytes: number): void {
  if (bytes > SEALABLE_BYTES_MAX)
    throw new StoreError('STORE_REFUSED', `${bytes} bytes at once; at most ${SEALABLE_BYTES_MAX} can be sealed`);
}
