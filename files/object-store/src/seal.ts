// AES-256-GCM for objects: an object's random key encrypts its chunks, and a key of its tenant seals that key.
//
// Nonces are random, also for a part that is sent again. An object has at most 10,000 parts of 64 MiB, some 2^23
// chunks; NIST SP 800-38D (8.3) allows 2^32 random nonces for one key.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { StoreError } from './core/errors.ts';
import { CHUNK_BYTES, CHUNK_OVERHEAD_BYTES, NONCE_BYTES, sealedBytes, TAG_BYTES } from './core/sealed-objects.ts';
import type { ObjectInfo } from './store.ts';

export const SEAL_KEY_BYTES = 32;
export const KEY_ID_CHARS_MAX = 64;

export interface SealKey {
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  /** First segment of the object keys that it seals; undefined for the key of all folders without one. */
  readonly folder?: string | undefined;
}

/** Keys that seal and open objects, oldest first. */
export class SealKeys {
  readonly #keys: readonly SealKey[];

  /** Throws RangeError for a key that is not 32 bytes, and for empty, long or repeated ids. */
  constructor(keys: readonly SealKey[]) {
    for (const { id, secret } of keys) {
      if (secret.length !== SEAL_KEY_BYTES) throw new RangeError(`the key ${id} has not ${SEAL_KEY_BYTES} bytes`);
      if (!/^[\x21-\x7e]+$/.test(id) || id.length > KEY_ID_CHARS_MAX) throw new RangeError(`not an id of a key: ${id}`);
    }
    if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new RangeError('two keys have the same id');
    this.#keys = keys;
  }

  /** Returns the newest key of the object's folder, otherwise of no folder. Throws `KEY_UNKNOWN`. */
  sealing(key: string): SealKey {
    const folder = folderOf(key);
    const folderKey = this.#keys.findLast((one) => one.folder === folder);
    const found = folderKey ?? this.#keys.findLast((one) => one.folder === undefined);
    if (found === undefined) throw new StoreError('KEY_UNKNOWN', `no key seals ${key}`);
    return found;
  }

  /** Throws `KEY_UNKNOWN`, or `KEY_WRONG` for another tenant's key. */
  opening(id: string, key: string): SealKey {
    const found = this.#keys.find((one) => one.id === id);
    if (found === undefined) throw new StoreError('KEY_UNKNOWN', `the key ${id}, which sealed ${key}, is not known`);
    if (found.folder !== undefined && found.folder !== folderOf(key))
      throw new StoreError('KEY_WRONG', `the key ${id} is not for ${key}`);
    return found;
  }
}

const folderOf = (key: string): string => key.slice(0, Math.max(0, key.indexOf('/')));

const MAGIC = Buffer.from('MSL1');
const WRAPPED_BYTES = CHUNK_OVERHEAD_BYTES + SEAL_KEY_BYTES;
const INFO_BYTES = CHUNK_OVERHEAD_BYTES + 8 + 32;

export class ObjectKey {
  readonly #key: string;
  readonly #secret: Uint8Array;
  /** Sealed key: `MSL1`, the length of the id, the id, the sealed secret. */
  readonly record: Uint8Array;

  /** Throws `KEY_UNKNOWN`. */
  static make(keys: SealKeys, key: string): ObjectKey {
    const sealKey = keys.sealing(key);
    const head = Buffer.concat([MAGIC, Buffer.from([sealKey.id.length]), Buffer.from(sealKey.id, 'latin1')]);
    const secret = randomBytes(SEAL_KEY_BYTES);
    return new ObjectKey(key, secret, Buffer.concat([head, seal(sealKey.secret, secret, head)]));
  }

  /** Opens the record; `rest` are the bytes after it. Throws `SEAL_BROKEN`, `KEY_UNKNOWN` or `KEY_WRONG`. */
  static open(keys: SealKeys, key: string, bytes: Uint8Array): { objectKey: ObjectKey; rest: Uint8Array } {
    const headEnd = MAGIC.length + 1 + (bytes[MAGIC.length] ?? 0);
    const head = bytes.subarray(0, headEnd);
    const end = headEnd + WRAPPED_BYTES;
    if (bytes.length < end || !MAGIC.equals(bytes.subarray(0, MAGIC.length)))
      throw new StoreError('SEAL_BROKEN', `${key} has no sealed key`);
    const sealKey = keys.opening(Buffer.from(head.subarray(MAGIC.length + 1)).toString('latin1'), key);
    const secret = open(sealKey.secret, bytes.subarray(headEnd, end), head);
    if (secret === undefined) throw new StoreError('KEY_WRONG', `the key ${sealKey.id} does not open ${key}`);
    return { objectKey: new ObjectKey(key, secret, bytes.subarray(0, end)), rest: bytes.subarray(end) };
  }

  private constructor(key: string, secret: Uint8Array, record: Uint8Array) {
    this.#key = key;
    this.#secret = secret;
    this.record = record;
  }

  /** `first` is the index of the first chunk. */
  sealChunks(bytes: Uint8Array, first: number): Uint8Array {
    const sealed = Buffer.allocUnsafe(sealedBytes(bytes.length));
    let at = 0;
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
      const chunk = bytes.subarray(from, from + CHUNK_BYTES);
      sealed.set(seal(this.#secret, chunk, this.#chunkName(first + from / CHUNK_BYTES)), at);
      at += chunk.length + CHUNK_OVERHEAD_BYTES;
    }
    return sealed;
  }

  /** `clear` is the number of bytes. Throws `SEAL_BROKEN`. */
  openChunks(sealed: Uint8Array, first: number, clear: number): Uint8Array {
    if (sealed.length !== sealedBytes(clear)) throw new StoreError('SEAL_BROKEN', `${this.#key} was cut`);
    const bytes = Buffer.allocUnsafe(clear);
    for (let from = 0, at = 0; from < clear; from += CHUNK_BYTES) {
      const end = at + Math.min(CHUNK_BYTES, clear - from) + CHUNK_OVERHEAD_BYTES;
      const index = first + from / CHUNK_BYTES;
      const chunk = open(this.#secret, sealed.subarray(at, end), this.#chunkName(index));
      if (chunk === undefined) throw new StoreError('SEAL_BROKEN', `the chunk ${index} of ${this.#key} was changed`);
      bytes.set(chunk, from);
      at = end;
    }
    return bytes;
  }

  sealInfo(info: ObjectInfo): Uint8Array {
    const clear = Buffer.alloc(8 + 32);
    clear.writeBigUInt64BE(BigInt(info.bytes));
    clear.write(info.sha256, 8, 'hex');
    return seal(this.#secret, clear, this.#infoName());
  }

  /** Throws `SEAL_BROKEN`. */
  openInfo(sealed: Uint8Array): ObjectInfo {
    const clear = sealed.length === INFO_BYTES ? open(this.#secret, sealed, this.#infoName()) : undefined;
    if (clear === undefined) throw new StoreError('SEAL_BROKEN', `the size and hash of ${this.#key} were changed`);
    return { bytes: Number(clear.readBigUInt64BE()), sha256: clear.toString('hex', 8) };
  }

  // Object and index are authenticated, so that a chunk or info is invalid in any other place.
  #chunkName(index: number): Buffer {
    return Buffer.from(`chunk ${index} ${this.#key}`);
  }

  #infoName(): Buffer {
    return Buffer.from(`info ${this.#key}`);
  }
}

function seal(secret: Uint8Array, clear: Uint8Array, name: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(name);
  return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

/** Returns undefined for a wrong key or name, or changed bytes. `sealed` contains a nonce and a tag. */
function open(secret: Uint8Array, sealed: Uint8Array, name: Uint8Array): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(name).setAuthTag(sealed.subarray(-TAG_BYTES));
  const clear = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([clear, decipher.final()]);
  } catch {
    // Node throws this only for a wrong tag.
    return undefined;
  }
}
