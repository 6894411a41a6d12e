/**
 * The key-value port: small strings under short keys, atomic single-key steps, nothing that one adapter could not keep.
 * `contract.ts` is the one suite that every adapter passes.
 */
export interface KeyValue {
  get(key: string): Promise<string | undefined>;
  /** Without `ttlMs` the entry stays until it is deleted, also when it had a time to live before. */
  set(key: string, value: string, o?: KeyValueTtl): Promise<void>;
  /** False, and nothing changed, when the key is present. */
  setIfAbsent(key: string, value: string, o?: KeyValueTtl): Promise<boolean>;
  /** Writes only over exactly `expected`; undefined means the key must be absent. False: nothing changed. */
  compareAndSet(key: string, expected: string | undefined, value: string, o?: KeyValueTtl): Promise<boolean>;
  compareAndDelete(key: string, expected: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Get and delete in one step: of many takers exactly one gets the value. */
  take(key: string): Promise<string | undefined>;
  /**
   * Adds one and returns the result, 1 for a new key; KV_NOT_A_COUNTER over anything but a whole number. Keeps a time
   * to live.
   */
  increment(key: string): Promise<number>;
  /**
   * Takes the lease under `key` for `holder`, if it is free, under a fence one above every earlier one of this key
   * and above `above`. `forgotten`: the store knows no fence as high as `above`, so it has lost its memory, and the
   * holder may believe in its lease still; with `evenIfForgotten` it is taken all the same. The fence outlives the
   * lease. A holder's name is used for one term and never again.
   */
  takeLease(
    key: string,
    holder: string,
    o: { ttlMs: number; above?: number; evenIfForgotten?: boolean },
  ): Promise<LeaseTaken>;
  /**
   * Extends the lease from now and raises its fence to `raiseTo` if that is higher; answers the fence, undefined when
   * `holder` does not hold it.
   */
  renewLease(key: string, holder: string, o: { ttlMs: number; raiseTo?: number }): Promise<number | undefined>;
  /** Gives the lease back: it is free at once. False, and nothing changed, when `holder` does not hold it. */
  releaseLease(key: string, holder: string): Promise<boolean>;
  /**
   * Writes (undefined: deletes) for the holder of a lease, in one step with the check that no other holder has had a
   * fence as high: false, and nothing changed, otherwise. Needs no live lease: what counts is that no holder came
   * after. A store that had forgotten learns the fence.
   */
  writeFenced(key: string, value: string | undefined, fence: Fence, o?: KeyValueTtl): Promise<boolean>;
  /** Up to `limit` entries whose key starts with `prefix`, in no order; which ones is open when there are more. */
  entries(prefix: string, o: { limit: number }): Promise<[string, string][]>;
  /** Idempotent. Calls made afterwards fail with KV_CLOSED. */
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

/**
 * Under whose lease something is written. After M. Kleppmann, "How to do distributed locking" (2016): the store refuses
 * older tokens.
 */
export interface Fence {
  readonly leaseKey: string;
  readonly holder: string;
  readonly fence: number;
}

/** Where the fence of a lease is kept: beside it, without a time to live. */
export const fenceKeyOf = (leaseKey: string): string => `${leaseKey}/fence`;
/** Larger is damage, not a count of holders; it is taken for none. */
export const FENCE_MAX = 2 ** 48;
const HOLDER_CHARS_MAX = 1_024;

/** `<fence> <holder>`, as a lease and its fence are kept; undefined for what is not that. */
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
 * KV_UNAVAILABLE: the store did not answer in time or cannot be reached; whether the step happened is unknown.
 * KV_FULL: no room for another entry. KV_TOO_LARGE: key or value above the limits below.
 * KV_NOT_A_COUNTER: increment over something else. KV_CLOSED: used after close.
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

/** UTF-8 bytes of a key: ours are a few dozen; the limit stops a foreign id from becoming one. */
export const KEY_BYTES_MAX = 512;
/** UTF-8 bytes of a value: the largest are snapshots of some hundred hosts. */
export const VALUE_BYTES_MAX = 1_048_576;
/** The most entries one call returns; callers that could have more must page by prefix. */
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
