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
  /** Adds one and returns the result, 1 for a new key; KV_NOT_A_COUNTER over anything but a whole number. Keeps a time to live. */
  increment(key: string): Promise<number>;
  /** Up to `limit` entries whose key starts with `prefix`, in no order; which ones is open when there are more. */
  entries(prefix: string, o: { limit: number }): Promise<[string, string][]>;
  /** Idempotent. Calls made afterwards fail with KV_CLOSED. */
  close(): Promise<void>;
}

export interface KeyValueTtl {
  /** Whole milliseconds, at least 1. */
  ttlMs?: number;
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
export const ENTRIES_LIMIT_MAX = 100_000;

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
