import { createHash } from 'node:crypto';
import { StoreError } from './core/errors.ts';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Throws `HASH_MISMATCH`. */
export function checkBytes(key: string, bytes: Uint8Array, sha256: string): void {
  const actualHash = sha256Of(bytes);
  if (actualHash !== sha256)
    throw new StoreError('HASH_MISMATCH', `${key}: ${bytes.length} bytes with the hash ${actualHash}, not ${sha256}`);
}
