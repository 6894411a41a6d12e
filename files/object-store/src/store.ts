import type { ByteRange } from './core/bounds.ts';

/** Options of every call, which rejects with `STORE_ABORTED` when the signal fires. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectInfo {
  readonly bytes: number;
  /** Hash of the whole object, 64 lower-case hex digits. */
  readonly sha256: string;
}

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
}

export interface PartInfo {
  readonly bytes: number;
  /** Undefined when the store does not know it (any more). */
  readonly sha256: string | undefined;
}

/** An object that stays open for reads: also removed, it can be read until it is closed. */
export interface OpenObject {
  /** Reads like `Store.get` with a range, to the beginning of `into`, which has room for the range. */
  read(range: ByteRange, into: Uint8Array, o?: CallOptions): Promise<Uint8Array>;
  /** Waits for a running read. Idempotent. */
  close(): Promise<void>;
}

/**
 * Objects under keys, each written once. Every call is bounded in bytes (`core/bounds.ts`) and in time (the store's
 * deadline: `STORE_UNREACHABLE`), rejects only with a `StoreError`, and may be repeated after any failure. Only one
 * process at a time may write a key.
 */
export interface Store {
  /**
   * Resolves when the object is durable and its hash is verified. Repeating the same bytes is fine. Rejects with
   * `KEY_INVALID`, `HASH_MISMATCH` (nothing is stored), `OBJECT_EXISTS` or `STORE_FULL`.
   */
  put(key: string, bytes: Uint8Array, o: { readonly sha256: string } & CallOptions): Promise<void>;
  /**
   * Returns the object, or its part of the range: cut at the object's end, empty beyond it. A whole object is verified
   * (`HASH_MISMATCH`). Rejects with `OBJECT_MISSING`, and with `STORE_REFUSED` for more than `OBJECT_BYTES_MAX`.
   */
  get(key: string, o?: { readonly range?: ByteRange } & CallOptions): Promise<Uint8Array>;
  /**
   * Opens an object for several reads, which cost less than as many `get`. Rejects with `OBJECT_MISSING`. Absent in
   * stores where each read stands alone.
   */
  openObject?(key: string, o?: CallOptions): Promise<OpenObject>;
  /** Returns undefined when the object does not exist. */
  head(key: string, o?: CallOptions): Promise<ObjectInfo | undefined>;
  /** Lists at most `limit` keys with the prefix after the key `after`, sorted by bytes. */
  list(
    prefix: string,
    o: { readonly after?: string | undefined; readonly limit: number } & CallOptions,
  ): Promise<ListedObject[]>;
  /** Removes the object; a missing object is no error. */
  remove(key: string, o?: CallOptions): Promise<void>;
  /**
   * Begins an object that grows by parts, or resumes the upload of an earlier process under this key: `parts` lists
   * what the store has. The object exists when `finish` has resolved.
   */
  upload(key: string, o?: CallOptions): Promise<Upload>;
  /**
   * Makes the complete, synced file `path` the object without a copy. The caller guarantees its hash and that no
   * process writes to it any more, and removes `path`. Returns false for a file on another disk, which needs an upload.
   * Rejects as `put` does. Absent in stores that do not keep files.
   */
  adopt?(key: string, path: string, info: ObjectInfo & CallOptions): Promise<boolean>;
  /**
   * Lets the group of the store's files read the object in its folder, where it is `objects/KEY`. Rejects with
   * `OBJECT_MISSING`. Absent in stores whose files are not the bytes of objects.
   */
  letGroupRead?(key: string, o?: CallOptions): Promise<void>;
  /** Ends running calls (`STORE_CLOSED`). Idempotent. */
  close(cause: string): Promise<void>;
}

/** Upload in parts, one call at a time. Every part except the last has at least `PART_BYTES_MIN` bytes. */
export interface Upload {
  /** Parts that the store has, in order. */
  readonly parts: readonly PartInfo[];
  /**
   * Adds a part, durable when it resolves. A part below `PART_BYTES_MIN` bytes is the last; some stores make it durable
   * only with `finish`. Rejects with `HASH_MISMATCH`, `STORE_FULL` or `STORE_REFUSED` (after the last part).
   */
  append(bytes: Uint8Array, o: { readonly sha256: string } & CallOptions): Promise<void>;
  /**
   * Makes the object of the parts. `sha256` is compared with the whole (`HASH_MISMATCH`: no object, and the upload is
   * aborted); without it the store computes the hash. A repeated call returns the same.
   */
  finish(sha256?: string, o?: CallOptions): Promise<ObjectInfo>;
  /** Drops the parts. Idempotent; no effect after `finish`. */
  abort(o?: CallOptions): Promise<void>;
}
