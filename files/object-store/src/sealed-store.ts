import { KeyedQueue } from './calls.ts';
import {
  type ByteRange,
  checkKey,
  checkLimit,
  checkObjectBytes,
  checkPrefix,
  checkRange,
  checkSha256,
  cutRange,
} from './core/bounds.ts';
import { hasCode, StoreError } from './core/errors.ts';
import {
  checkSealable,
  chunksOf,
  clearBytes,
  dataName,
  infoName,
  keyName,
  STEP_BYTES,
  sealedBytes,
} from './core/sealed-objects.ts';
import { checkBytes, sha256Of } from './hash.ts';
import { ObjectKey, type SealKeys } from './seal.ts';
import { type OpenedObject, openSealedUpload, type SealedRoot } from './sealed-upload.ts';
import type { CallOptions, ListedObject, ObjectInfo, Store, Upload } from './store.ts';

/**
 * Seals objects with keys of tenants into another store, which it owns and which sees only keys, sizes and times.
 * Changed, cut, repeated or moved data is detected on reading (`SEAL_BROKEN`, `KEY_WRONG`); an object brought back to
 * its state before a removal is not.
 *
 * Further bounds: a put or part has at most `SEALABLE_BYTES_MAX` bytes, a key 507; parts except the last are multiples
 * of 64 KiB (`STORE_REFUSED`). After a crash hashes of parts are unknown.
 */
export function openSealedStore(o: { store: Store; keys: SealKeys }): Store {
  return new SealedStore(o.store, o.keys);
}

class SealedStore implements Store, SealedRoot {
  readonly below: Store;
  readonly keys: SealKeys;
  readonly turns = new KeyedQueue();

  constructor(below: Store, keys: SealKeys) {
    this.below = below;
    this.keys = keys;
  }

  async put(key: string, bytes: Uint8Array, o: { readonly sha256: string } & CallOptions): Promise<void> {
    checkKey(key);
    checkSha256(o.sha256);
    checkObjectBytes(bytes.length);
    checkSealable(bytes.length);
    checkBytes(key, bytes, o.sha256);
    await this.turns.run(key, async () => {
      const info = { bytes: bytes.length, sha256: o.sha256 };
      if (await this.isThere(key, info, o)) return;
      const objectKey = ObjectKey.make(this.keys, key);
      const sealed = objectKey.sealChunks(bytes, 0);
      await this.#write(dataName(key), sealed, o).catch(async (error: unknown) => {
        // A crash between the two writes left data without an info, which is no object.
        if (!hasCode(error, 'OBJECT_EXISTS')) throw error;
        await this.below.remove(dataName(key), signalOf(o));
        await this.#write(dataName(key), sealed, o);
      });
      await this.writeInfo(key, objectKey, info, o);
    });
  }

  async get(key: string, o: { readonly range?: ByteRange } & CallOptions = {}): Promise<Uint8Array> {
    checkKey(key);
    if (o.range !== undefined) checkRange(o.range);
    const opened = await this.opened(key, o);
    if (opened === undefined) throw new StoreError('OBJECT_MISSING', key);
    const { info } = opened;
    if (o.range === undefined) checkObjectBytes(info.bytes);
    const range = cutRange(o.range ?? { from: 0, bytes: Math.max(1, info.bytes) }, info.bytes);
    const bytes = range === undefined ? new Uint8Array() : await this.read(key, opened, range, o);
    if (o.range === undefined) checkBytes(key, bytes, info.sha256);
    return bytes;
  }

  async head(key: string, o: CallOptions = {}): Promise<ObjectInfo | undefined> {
    checkKey(key);
    const opened = await this.opened(key, o);
    if (opened === undefined) return undefined;
    const data = await this.below.head(dataName(key), signalOf(o));
    if (data?.bytes !== sealedBytes(opened.info.bytes))
      throw new StoreError('SEAL_BROKEN', `${key} has ${data?.bytes ?? 'no'} sealed bytes, not those of its size`);
    return opened.info;
  }

  async list(
    prefix: string,
    o: { readonly after?: string | undefined; readonly limit: number } & CallOptions,
  ): Promise<ListedObject[]> {
    checkPrefix(prefix);
    checkLimit(o.limit);
    const names = await this.below.list(infoName(prefix), {
      after: o.after && infoName(o.after),
      limit: o.limit,
      signal: o.signal,
    });
    const listed: ListedObject[] = [];
    // Infos and data have the same order, and every info has data.
    let data: ListedObject[] = [];
    let after = o.after && dataName(o.after);
    for (const { key: name } of names) {
      const key = name.slice(infoName('').length);
      while (data.length === 0 || (data.at(-1)?.key ?? '') < dataName(key)) {
        data = await this.below.list(dataName(prefix), { after, limit: o.limit, signal: o.signal });
        if (data.length === 0) return listed;
        after = data.at(-1)?.key;
      }
      const found = data.find((one) => one.key === dataName(key));
      if (found !== undefined) listed.push({ key, bytes: clearBytes(found.bytes) ?? found.bytes });
    }
    return listed;
  }

  async remove(key: string, o: CallOptions = {}): Promise<void> {
    checkKey(key);
    await this.turns.run(key, async () => {
      const signal = signalOf(o);
      const isThere = (await this.below.head(infoName(key), signal)) !== undefined;
      const isBegun = !isThere && (await this.below.head(keyName(key), signal)) !== undefined;
      // Without an info there is no object. The data of an unfinished upload stays.
      if (isBegun) return;
      for (const name of [infoName(key), keyName(key), dataName(key)]) await this.below.remove(name, signal);
    });
  }

  async upload(key: string, o: CallOptions = {}): Promise<Upload> {
    checkKey(key);
    return await this.turns.run(key, () => openSealedUpload(this, key, o));
  }

  close(cause: string): Promise<void> {
    return this.below.close(cause);
  }

  /** Throws `SEAL_BROKEN`, `KEY_UNKNOWN` or `KEY_WRONG`. */
  async opened(key: string, o: CallOptions): Promise<OpenedObject | undefined> {
    const record = await this.readRecord(infoName(key), o);
    if (record === undefined) return undefined;
    const { objectKey, rest } = ObjectKey.open(this.keys, key, record);
    return { objectKey, info: objectKey.openInfo(rest) };
  }

  /** Throws `OBJECT_EXISTS` for other bytes. */
  async isThere(key: string, info: ObjectInfo, o: CallOptions): Promise<boolean> {
    const before = await this.opened(key, o);
    if (before === undefined) return false;
    if (before.info.sha256 === info.sha256 && before.info.bytes === info.bytes) return true;
    throw new StoreError('OBJECT_EXISTS', key);
  }

  /** The range lies within the object. Throws `SEAL_BROKEN`. */
  async read(key: string, { objectKey, info }: OpenedObject, range: ByteRange, o: CallOptions): Promise<Uint8Array> {
    const bytes = new Uint8Array(range.bytes);
    for (let at = 0; at < range.bytes; ) {
      const from = range.from + at;
      // Each read ends at a step border, so that no chunk is read twice.
      const length = Math.min(range.bytes - at, STEP_BYTES - (from % STEP_BYTES));
      const chunks = chunksOf({ from, bytes: length }, info.bytes);
      const sealed = await this.#readSealed(key, chunks.sealed, o);
      const clear = objectKey.openChunks(sealed, chunks.first, chunks.clearBytes);
      bytes.set(clear.subarray(chunks.before, chunks.before + length), at);
      at += length;
    }
    return bytes;
  }

  /** Writes the info, with which the object exists. */
  async writeInfo(key: string, objectKey: ObjectKey, info: ObjectInfo, o: CallOptions): Promise<void> {
    const record = Buffer.concat([objectKey.record, objectKey.sealInfo(info)]);
    await this.#write(infoName(key), record, o).catch(async (error: unknown) => {
      // After a lost answer, the earlier info is the same except for its nonce.
      if (!hasCode(error, 'OBJECT_EXISTS') || !(await this.isThere(key, info, o))) throw error;
    });
  }

  async readRecord(name: string, o: CallOptions): Promise<Uint8Array | undefined> {
    try {
      return await this.below.get(name, { range: { from: 0, bytes: RECORD_BYTES_MAX }, signal: o.signal });
    } catch (error) {
      if (hasCode(error, 'OBJECT_MISSING')) return undefined;
      throw error;
    }
  }

  async #readSealed(key: string, range: ByteRange, o: CallOptions): Promise<Uint8Array> {
    try {
      return await this.below.get(dataName(key), { range, signal: o.signal });
    } catch (error) {
      if (!hasCode(error, 'OBJECT_MISSING')) throw error;
      throw new StoreError('SEAL_BROKEN', `${key} has lost its bytes`, { cause: error });
    }
  }

  #write(name: string, bytes: Uint8Array, o: CallOptions): Promise<void> {
    return this.below.put(name, bytes, { sha256: sha256Of(bytes), signal: o.signal });
  }
}

/** A record has at most 197 bytes. */
const RECORD_BYTES_MAX = 256;

const signalOf = (o: CallOptions): CallOptions => ({ signal: o.signal });
