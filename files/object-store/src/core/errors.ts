/** Error codes of stores: the meaning, and whether the same call may succeed later. Codes are only ever added. */
export const storeErrorCodes = {
  STORE_FULL: ['The store has no room for the object.', true],
  STORE_UNREACHABLE: ['The store does not answer in time, or fails.', true],
  STORE_DENIED: ['The store refuses the credentials, or has no such bucket.', true],
  STORE_REFUSED: ['The store refuses the call.', false],
  STORE_ABORTED: ['The caller ended the call before the store answered.', true],
  STORE_CLOSED: ['The store has been closed.', false],
  OBJECT_MISSING: ['There is no such object.', false],
  OBJECT_EXISTS: ['The key holds other bytes already; objects are written once.', false],
  HASH_MISMATCH: ['The bytes do not have the given hash.', false],
  KEY_INVALID: ['The key of the object is not well formed.', false],
  SEAL_BROKEN: ['The sealed object was changed, cut or put under another key.', false],
  KEY_UNKNOWN: ['The store does not have the key that the object needs.', false],
  KEY_WRONG: ['The key of the tenant does not open this object.', false],
  KEY_FORGOTTEN: ['The key of the tenant was forgotten: what it sealed cannot be read again.', false],
} as const satisfies Record<string, readonly [meaning: string, retryable: boolean]>;

export type StoreErrorCode = keyof typeof storeErrorCodes;

/** `message` contains keys and sizes, never bytes of an object or a secret. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly retryable: boolean;

  constructor(code: StoreErrorCode, message?: string, o: { cause?: unknown } = {}) {
    super(message ?? storeErrorCodes[code][0], o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'StoreError';
    this.code = code;
    this.retryable = storeErrorCodes[code][1];
  }
}

export const hasCode = (error: unknown, code: StoreErrorCode): boolean =>
  error instanceof StoreError && error.code === code;
