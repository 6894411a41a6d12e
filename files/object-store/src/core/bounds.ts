import { StoreError } from './errors.ts';

/** Half of S3's limit of 1024 bytes; the other half is for the prefixes of stores. */
export const KEY_BYTES_MAX = 512;
const SEGMENT_BYTES_MAX = 200;
/** Bound of a `put` or `get`, whose bytes are in memory: about a minute of video at 8 Mbit/s. */
export const OBJECT_BYTES_MAX = 64 * 1_048_576;
/** S3's minimum for all parts but the last; all stores keep it, so that they are interchangeable. */
export const PART_BYTES_MIN = 5 * 1_048_576;
export const PART_BYTES_MAX = OBJECT_BYTES_MAX;
export const PARTS_MAX = 10_000;
/** Bound of the keys in a page of a list: S3's limit. */
export const LIST_LIMIT_MAX = 1000;

const SEGMENT = /^[a-z0-9_-][a-z0-9_.-]*$/;
const PREFIX = /^[a-z0-9/_.-]*$/;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Throws `KEY_INVALID`. Segments of `[a-z0-9_.-]` are separated by `/`, and none is empty or begins with a dot, so that
 * no key leaves its root.
 */
export function checkKey(key: string): void {
  const isValid =
    typeof key === 'string' &&
    key.length <= KEY_BYTES_MAX &&
    key.split('/').every((segment) => segment.length <= SEGMENT_BYTES_MAX && SEGMENT.test(segment));
  if (!isValid) throw new StoreError('KEY_INVALID', `not a key of an object: ${shown(key)}`);
}

/** Throws `KEY_INVALID` for a prefix that no key can have. */
export function checkPrefix(prefix: string): void {
  const isValid =
    typeof prefix === 'string' &&
    prefix.length <= KEY_BYTES_MAX &&
    PREFIX.test(prefix) &&
    !prefix.startsWith('/') &&
    !/(^|\/)\.|\/\//.test(prefix);
  if (!isValid) throw new StoreError('KEY_INVALID', `not a prefix of keys: ${shown(prefix)}`);
}

/** Throws `HASH_MISMATCH` for a malformed hash, which no bytes have. */
export function checkSha256(sha256: string): void {
  if (typeof sha256 !== 'string' || !SHA256_HEX.test(sha256))
    throw new StoreError('HASH_MISMATCH', `not a SHA-256 in hexadecimal: ${shown(sha256)}`);
}

/** Throws `STORE_REFUSED`. */
export function checkObjectBytes(bytes: number): void {
  if (!(bytes <= OBJECT_BYTES_MAX))
    throw new StoreError('STORE_REFUSED', `${bytes} bytes at once; at most ${OBJECT_BYTES_MAX}, larger ones by upload`);
}

/** Throws `STORE_REFUSED`. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > LIST_LIMIT_MAX)
    throw new StoreError('STORE_REFUSED', `a page has 1 to ${LIST_LIMIT_MAX} keys, not ${limit}`);
}

export interface ByteRange {
  readonly from: number;
  readonly bytes: number;
}

/** Throws `STORE_REFUSED`, also for an empty or too large range. */
export function checkRange({ from, bytes }: ByteRange): void {
  const isValid = Number.isSafeInteger(from) && from >= 0 && Number.isInteger(bytes) && bytes >= 1;
  if (!isValid || bytes > OBJECT_BYTES_MAX || !Number.isSafeInteger(from + bytes))
    throw new StoreError('STORE_REFUSED', `not a range of at most ${OBJECT_BYTES_MAX} bytes: ${bytes} from ${from}`);
}

/** Returns undefined for a range outside the object. */
export function cutRange(range: ByteRange, objectBytes: number): ByteRange | undefined {
  const bytes = Math.min(range.bytes, objectBytes - range.from);
  return bytes > 0 ? { from: range.from, bytes } : undefined;
}

/** Throws `STORE_REFUSED` for a part that is too large, too many, or after a short one. */
export function checkPart(bytes: number, parts: readonly { readonly bytes: number }[]): void {
  const last = parts.at(-1);
  if (bytes < 1 || bytes > PART_BYTES_MAX)
    throw new StoreError('STORE_REFUSED', `a part has 1 to ${PART_BYTES_MAX} bytes, not ${bytes}`);
  if (parts.length >= PARTS_MAX) throw new StoreError('STORE_REFUSED', `an upload has at most ${PARTS_MAX} parts`);
  if (last !== undefined && last.bytes < PART_BYTES_MIN)
    throw new StoreError('STORE_REFUSED', `after a part of less than ${PART_BYTES_MIN} bytes the upload is finished`);
}

const shown = (text: unknown): string => JSON.stringify(String(text).slice(0, 80));
