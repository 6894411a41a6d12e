import type { ByteRange } from './core/bounds.ts';

/** Of every call: it ends with `STORE_ABORTED` when the signal fires. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectInfo {
  readonly bytes: number;
  /** Of the whole object, 64 lower hexadecimal digits. */
  readonly sha256: string;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
}

/** A part that the store has. */
export interface PartInfo {
  readonly bytes: number;
  /** Undefined: this store does not know it (any more). */
  readonly sha256: string | undefined;
}

/**
 * Objects under keys, each written once. Every call is bounded in bytes (`core/bounds.ts`) and in time (a deadline of
 * the store: `STORE_UNREACHABLE`), rejects with a `StoreError` alone, and may be repeated after any failure. One
 * process at a time writes a key.
 */
export interface Store {
  /**
   * Resolves when the object is durable and its hash has been checked. The same bytes again are fine.
   * Errors: `KEY_INVALID`, `HASH_MISMATCH` (nothing is stored), `OBJECT_EXISTS`, `STORE_FULL`.
   */
  put(key: string, bytes: Uint8Array, o: { readonly sha256: string } & CallOptions): Promise<void>;
  /**
   * The object, or what it has of the range: cut at its end, empty behind it. A whole object is checked against its
   * hash (`HASH_MISMATCH`). Errors: `OBJECT_MISSING`; `STORE_REFUSED` for more than `OBJECT_BYTES_MAX`.
   */
  get(key: string, o?: { readonly range?: ByteRange } & CallOptions): Promise<Uint8Array>;
  /** Undefined: there is no such object. */
  head(key: string, o?: CallOptions): Promise<ObjectInfo | undefined>;
  /** At most `limit` keys that begin with `prefix`, in order of their bytes, those behind `after`. */
  list(
    prefix: string,
    o: { readonly after?: string | undefined; readonly limit: number } & CallOptions,
  ): Promise<ListedObject[]>;
  /** Removes the object; without one it changes nothing. */
  remove(key: string, o?: CallOptions): Promise<void>;
  /**
   * Begins an object that grows by parts, or goes on with what an earlier process had begun under this key: `parts`
   * says what the store has of it. The object exists when `finish` has resolved.
   */
  upload(key: string, o?: CallOptions): Promise<Upload>;
  /**
   * Makes the whole, synced file `path` the object without a copy. It has the hash that the caller says, and no process
   * writes to it any more; the caller removes `path`. False: it is on another disk; upload it. Errors as `put`. Stores
   * without it do not keep files.
   */
  adopt?(key: string, path: string, info: ObjectInfo & CallOptions): Promise<boolean>;
  /** Ends what is under way (`STORE_CLOSED`). Idempotent. */
  close(cause: string): Promise<void>;
}

/** One call at a time. Every part but the last has at least `PART_BYTES_MIN` bytes. */
export interface Upload {
  /** What the store has, in order. */
  readonly parts: readonly PartInfo[];
  /**
   * Adds a part, durable when it resolves. A part of less than `PART_BYTES_MIN` bytes is the last; some stores keep it
   * durably only with `finish`. Errors: `HASH_MISMATCH`, `STORE_FULL`, `STORE_REFUSED` (after the last part).
   */
  append(bytes: Uint8Array, o: { readonly sha256: string } & CallOptions): Promise<void>;
  /**
   * Makes the object of the parts. With `sha256` it is compared with the whole (`HASH_MISMATCH`: no object, and the
   * upload is aborted); without, the store computes it. Again, after it has resolved, it answers the same.
   */
  finish(sha256?: string, o?: CallOptions): Promise<ObjectInfo>;
  /** Forgets the parts. Idempotent; after `finish` it changes nothing. */
  abort(o?: CallOptions): Promise<void>;
}
