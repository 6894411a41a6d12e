/**
 * The key-value port: small strings under short keys and atomic steps on single keys, limited to guarantees that every
 * adapter can give. Every adapter passes the suite in `contract.ts`.
 */
export interface KeyValue {
  get(key: string): Promise<string | undefined>;
  /** Writes the entry. Without `ttlMs` it stays until it is deleted, even if it had a time to live before. */
  set(key: string, value: string, o?: KeyValueTtl): Promise<void>;
  setIfAbsent(key: string, value: string, o?: KeyValueTtl): Promise<boolean>;
  /** Writes only over exactly `expected`; undefined means that the key must be absent. False: nothing changed. */
  compareAndSet(key: string, expected: string | undefined, value: string, o?: KeyValueTtl): Promise<boolean>;
  compareAndDelete(key: string, expected: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Gets and deletes in one step: exactly one of many takers gets the value. */
  take(key: string): Promise<string | undefined>;
  /** Adds one and returns the result, 1 for a new key; keeps a time to live. Rejects with KV_NOT_A_COUNTER. */
  increment(key: string): Promise<number>;
  /**
   * Takes the lease under `key` for `holder` if it is free. The new fence is higher than every earlier fence of this
   * key and than `above`. Returns `forgotten` when the store knows no fence as high as `above`: the store has lost its
   * memory, and the old holder may still believe in its lease. With `evenIfForgotten` the lease is taken all the same.
   * The fence outlives the lease. A holder's name is used for one term only.
   */
  takeLease(
    key: string,
    holder: string,
    o: { ttlMs: number; above?: number; evenIfForgotten?: boolean },
  ): Promise<LeaseTaken>;
  /** Extends the lease from now and raises its fence to `raiseTo`. Returns the fence, undefined for another holder. */
  renewLease(key: string, holder: string, o: { ttlMs: number; raiseTo?: number }): Promise<number | undefined>;
  /** Frees the lease at once. Returns false, without a change, when `holder` does not hold it. */
  releaseLease(key: string, holder: string): Promise<boolean>;
  /**
   * Writes the value (undefined deletes) for the holder of a lease. The same step checks that no other holder has had a
   * fence as high; otherwise it returns false without a change. The lease may have expired, as long as no holder came
   * after. A store that has lost its memory learns the fence.
   */
  writeFenced(key: string, value: string | undefined, fence: Fence, o?: KeyValueTtl): Promise<boolean>;
  /** Returns up to `limit` entries whose key starts with `prefix`, in any order; when there are more, any of them. */
  entries(prefix: string, o: { limit: number }): Promise<[string, string][]>;
  /** Closes the store. Idempotent; later calls reject with KV_CLOSED. */
  close(): Promise<void>;
}

export interface KeyValueTtl {
  /** Whole milliseconds, at least 1. */
  ttlMs?: number;
}

export type LeaseTaken =
  | { readonly what: 'taken'; readonly fence: number }
  | { readonly what: 'held'; readonly fence: number; readonly holder: string; readonly leftMs: number }
  | { readonly what: 'forgotten' };

/** Lease under which a value is written; the store refuses older fences (M. Kleppmann, distributed locking, 2016). */
export interface Fence {
  readonly leaseKey: string;
  readonly holder: string;
  readonly fence: number;
}

export const fenceKeyOf = (leaseKey: string): string => `${leaseKey}/fence`;
/** Highest valid fence. A higher number is damage, not a count of holders, and is ignored. */
export const FENCE_MAX = 2 ** 48;
const HOLDER_CHARS_MAX = 1_024;

/** Parses `<fence> <holder>`, the text of a lease and of its fence. */
export function readLeaseText(text: string | undefined): { fence: number; holder: string } | undefined {
  const found = /^([1-9]\d{0,14}) (.+)$/s.exec(text ?? '');
  const fence = Number(found?.[1]);
  return found?.[2] === undefined || fence > FENCE_MAX ? undefined : { fence, holder: found[2] };
}

export function checkHolder(holder: string): void {
  if (holder === '' || holder.length > HOLDER_CHARS_MAX)
    throw new RangeError(`a holder has 1 … ${HOLDER_CHARS_MAX} characters`);
}

export function checkFence(fence: number | undefined): void {
  if (fence !== undefined && (!Number.isSafeInteger(fence) || fence < 0 || fence > FENCE_MAX))
    throw new RangeError(`a fence must be a whole number in 0 … ${FENCE_MAX}, not ${fence}`);
}

/**
 * Error codes of the store.
 * - KV_UNAVAILABLE: the store cannot be reached or did not answer in time; whether the step happened is unknown.
 * - KV_FULL: no room for another entry.
 * - KV_TOO_LARGE: key or value above the limits below.
 * - KV_NOT_A_COUNTER: increment of a value that is not a whole number.
 * - KV_CLOSED: call after close.
 */
export type KeyValueErrorCode = 'KV_UNAVAILABLE' | 'KV_FULL' | 'KV_TOO_LARGE' | 'KV_NOT_A_COUNTER' | 'KV_CLOSED';

export class KeyValueError extends Error {
  readonly code: KeyValueErrorCode;

  constructor(code: KeyValueErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeyValueError';
    this.code = code;
  }
}

/** UTF-8 bytes of a key: ours have a few dozen; the limit stops a foreign id from becoming a key. */
export const KEY_BYTES_MAX = 512;
/** UTF-8 bytes of a value: the largest are snapshots of some hundred hosts. */
export const VALUE_BYTES_MAX = 1_048_576;
/** Most entries of one call; callers that could have more must page by prefix. */
export const ENTRIES_LIMIT_MAX = 1_000_000;

export function checkKey(key: string): void {
  const byteLength = Buffer.byteLength(key);
  if (byteLength === 0) throw new RangeError('key is empty');
  if (byteLength > KEY_BYTES_MAX)
    throw new KeyValueError('KV_TOO_LARGE', `key has ${byteLength} bytes, at most ${KEY_BYTES_MAX} are allowed`);
}

export function checkValue(value: string): void {
  const byteLength = Buffer.byteLength(value);
  if (byteLength > VALUE_BYTES_MAX)
    throw new KeyValueError('KV_TOO_LARGE', `value has ${byteLength} bytes, at most ${VALUE_BYTES_MAX} are allowed`);
}

export function checkTtl(o: KeyValueTtl | undefined): void {
  const ttlMs = o?.ttlMs;
  if (ttlMs !== undefined && (!Number.isSafeInteger(ttlMs) || ttlMs < 1))
    throw new RangeError(`ttlMs must be a whole number ≥ 1, not ${ttlMs}`);
}

export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > ENTRIES_LIMIT_MAX)
    throw new RangeError(`limit must be a whole number in 1 … ${ENTRIES_LIMIT_MAX}, not ${limit}`);
}
