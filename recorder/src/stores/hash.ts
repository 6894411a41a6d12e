import { createHash } from 'node:crypto';
import { StoreError } from './core/errors.ts';
import type { CallOptions, ObjectInfo, Store } from './store.ts';

/** What is read at once while a large object is hashed. */
const SLICE_BYTES = 8 * 1_048_576;

/** SHA-256 in 64 lower hexadecimal digits. */
export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Throws `HASH_MISMATCH` when the bytes are not those of the hash. */
export function checkBytes(key: string, bytes: Uint8Array, sha256: string): void {
  const found = sha256Of(bytes);
  if (found !== sha256)
    throw new StoreError('HASH_MISMATCH', `${key}: ${bytes.length} bytes with the hash ${found}, not ${sha256}`);
}

/** Reads `bytes` bytes of an object in slices, and answers their hash. Errors: those of `get`. */
export async function readBackHash(
  get: Store['get'],
  key: string,
  bytes: number,
  o: CallOptions = {},
): Promise<ObjectInfo> {
  const hash = createHash('sha256');
  for (let from = 0; from < bytes; ) {
    const range = { from, bytes: Math.min(SLICE_BYTES, bytes - from) };
    const slice = await get(key, { range, signal: o.signal });
    if (slice.length !== range.bytes) throw new StoreError('HASH_MISMATCH', `${key} ends before its ${bytes} bytes`);
    hash.update(slice);
    from += slice.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
