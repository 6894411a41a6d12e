import { createHash, type Hash } from 'node:crypto';
import type { KeyedQueue } from './calls.ts';
import { type ByteRange, checkPart, checkSha256 } from './core/bounds.ts';
import { StoreError } from './core/errors.ts';
import {
  CHUNK_BYTES,
  checkSealable,
  clearBytes,
  dataName,
  keyName,
  STEP_BYTES,
  sealedBytes,
} from './core/sealed-objects.ts';
import { checkBytes, sha256Of } from './hash.ts';
import { ObjectKey, type SealKeys } from './seal.ts';
import type { CallOptions, ObjectInfo, PartInfo, Store, Upload } from './store.ts';

export interface OpenedObject {
  readonly info: ObjectInfo;
  readonly objectKey: ObjectKey;
}

export interface SealedRoot {
  readonly below: Store;
  readonly keys: SealKeys;
  readonly turns: KeyedQueue;
  opened(key: string, o: CallOptions): Promise<OpenedObject | undefined>;
  read(key: string, opened: OpenedObject, range: ByteRange, o: CallOptions): Promise<Uint8Array>;
  readRecord(name: string, o: CallOptions): Promise<Uint8Array | undefined>;
  writeInfo(key: string, objectKey: ObjectKey, info: ObjectInfo, o: CallOptions): Promise<void>;
}

/** The caller holds the key's turn. */
export async function openSealedUpload(store: SealedRoot, key: string, o: CallOptions): Promise<Upload> {
  const signal = { signal: o.signal };
  const isThere = (await store.opened(key, o)) !== undefined;
  const record = await store.readRecord(keyName(key), o);
  const data = isThere ? undefined : await store.below.head(dataName(key), signal);
  if (record !== undefined && data !== undefined) {
    const { objectKey } = ObjectKey.open(store.keys, key, record);
    const parts = [{ bytes: clearOf(key, data.bytes), sha256: undefined }];
    return new SealedUpload({ store, key, objectKey, below: undefined, parts });
  }
  // Data without a key is the rest of a put that crashed.
  if (data !== undefined) await store.below.remove(dataName(key), signal);
  let below = await store.below.upload(dataName(key), signal);
  if (record !== undefined && below.parts.length > 0 && below.parts.slice(0, -1).every(isWhole)) {
    const { objectKey } = ObjectKey.open(store.keys, key, record);
    const parts = below.parts.map(({ bytes }) => ({ bytes: clearOf(key, bytes), sha256: undefined }));
    return new SealedUpload({ store, key, objectKey, below, parts });
  }
  // A key is used for one upload only, and parts without a key cannot be read.
  if (below.parts.length > 0) {
    await below.abort(signal);
    below = await store.below.upload(dataName(key), signal);
  }
  if (record !== undefined) await store.below.remove(keyName(key), signal);
  const objectKey = ObjectKey.make(store.keys, key);
  await store.below.put(keyName(key), objectKey.record, { sha256: sha256Of(objectKey.record), signal: o.signal });
  return new SealedUpload({ store, key, objectKey, below, parts: [] });
}

const isWhole = ({ bytes }: PartInfo): boolean => (clearBytes(bytes) ?? 1) % CHUNK_BYTES === 0;

function clearOf(key: string, sealed: number): number {
  const clear = clearBytes(sealed);
  if (clear === undefined) throw new StoreError('SEAL_BROKEN', `${key}: ${sealed} bytes are no sealed part`);
  return clear;
}

/**
 * Each part is a sealed part of the underlying store. Parts of an earlier process cannot be read before the end, so the
 * finished object is read for its hash.
 */
class SealedUpload implements Upload {
  readonly #store: SealedRoot;
  readonly #key: string;
  readonly #objectKey: ObjectKey;
  /** Undefined when the underlying upload is finished and the info is not written. */
  #below: Upload | undefined;
  readonly #parts: PartInfo[];
  /** Hash of all parts; undefined when an earlier process has sent some. */
  readonly #hash: Hash | undefined;
  #isBusy = false;
  #isAborted = false;
  #finished: ObjectInfo | undefined;

  constructor(o: {
    store: SealedRoot;
    key: string;
    objectKey: ObjectKey;
    below: Upload | undefined;
    parts: PartInfo[];
  }) {
    this.#store = o.store;
    this.#key = o.key;
    this.#objectKey = o.objectKey;
    this.#below = o.below;
    this.#parts = o.parts;
    this.#hash = o.parts.length === 0 ? createHash('sha256') : undefined;
  }

  get parts(): readonly PartInfo[] {
    return this.#parts;
  }

  append(bytes: Uint8Array, o: { readonly sha256: string } & CallOptions): Promise<void> {
    return this.#exclusive(async () => {
      const below = this.#below;
      if (below === undefined) throw new StoreError('STORE_REFUSED', 'the upload is finished');
      checkSha256(o.sha256);
      checkPart(bytes.length, this.#parts);
      checkSealable(bytes.length);
      if (this.#bytes % CHUNK_BYTES !== 0)
        throw new StoreError('STORE_REFUSED', `after a part that is no multiple of ${CHUNK_BYTES} it is finished`);
      checkBytes(this.#key, bytes, o.sha256);
      this.#checkParts(below);
      const sealed = this.#objectKey.sealChunks(bytes, this.#bytes / CHUNK_BYTES);
      await below.append(sealed, { sha256: sha256Of(sealed), signal: o.signal });
      this.#hash?.update(bytes);
      this.#parts.push({ bytes: bytes.length, sha256: o.sha256 });
    });
  }

  finish(sha256?: string, o: CallOptions = {}): Promise<ObjectInfo> {
    return this.#exclusive(async () => {
      if (this.#finished !== undefined) return this.#finished;
      if (sha256 !== undefined) checkSha256(sha256);
      this.#finished = await this.#store.turns.run(this.#key, () => this.#finish(sha256, o));
      return this.#finished;
    });
  }

  async abort(o: CallOptions = {}): Promise<void> {
    if (this.#isAborted || this.#finished !== undefined) return;
    await this.#exclusive(() => this.#store.turns.run(this.#key, () => this.#drop(o)));
  }

  get #bytes(): number {
    return this.#parts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async #finish(sha256: string | undefined, o: CallOptions): Promise<ObjectInfo> {
    const knownHash = this.#hash?.copy().digest('hex') ?? sha256;
    if (this.#hash !== undefined && knownHash !== undefined) await this.#check(knownHash, sha256, o);
    const before = await this.#store.opened(this.#key, o);
    if (before !== undefined) {
      if (before.info.sha256 !== knownHash || before.info.bytes !== this.#bytes)
        throw new StoreError('OBJECT_EXISTS', this.#key);
      await this.#cleanUp(o);
      return before.info;
    }
    if (this.#below !== undefined) {
      this.#checkParts(this.#below);
      const sealedInfo = await this.#below.finish(undefined, { signal: o.signal });
      if (sealedInfo.bytes !== sealedBytes(this.#bytes)) throw new StoreError('SEAL_BROKEN', `${this.#key} was cut`);
      this.#below = undefined;
    }
    const actualHash = this.#hash?.copy().digest('hex') ?? (await this.#read(o));
    await this.#check(actualHash, sha256, o);
    const info = { bytes: this.#bytes, sha256: actualHash };
    await this.#store.writeInfo(this.#key, this.#objectKey, info, o);
    await this.#cleanUp(o);
    return info;
  }

  async #check(found: string, sha256: string | undefined, o: CallOptions): Promise<void> {
    if (sha256 === undefined || found === sha256) return;
    await this.#drop(o);
    throw new StoreError('HASH_MISMATCH', `${this.#key} has the hash ${found}, not ${sha256}`);
  }

  async #read(o: CallOptions): Promise<string> {
    const hash = createHash('sha256');
    const opened = { objectKey: this.#objectKey, info: { bytes: this.#bytes, sha256: '' } };
    for (let from = 0; from < this.#bytes; from += STEP_BYTES) {
      const range = { from, bytes: Math.min(STEP_BYTES, this.#bytes - from) };
      hash.update(await this.#store.read(this.#key, opened, range, o));
    }
    return hash.digest('hex');
  }

  async #drop(o: CallOptions): Promise<void> {
    if (this.#below === undefined) await this.#store.below.remove(dataName(this.#key), { signal: o.signal });
    await this.#cleanUp(o);
    this.#isAborted = true;
  }

  async #cleanUp(o: CallOptions): Promise<void> {
    await this.#below?.abort({ signal: o.signal });
    await this.#store.below.remove(keyName(this.#key), { signal: o.signal });
  }

  /** A part whose answer was lost is in the underlying store but not in `#parts`. */
  #checkParts(below: Upload): void {
    if (below.parts.length !== this.#parts.length)
      throw new StoreError('STORE_UNREACHABLE', `${this.#key}: open the upload anew, an answer was lost`);
  }

  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isBusy) throw new StoreError('STORE_REFUSED', 'one call of an upload at a time');
    if (this.#isAborted) throw new StoreError('STORE_REFUSED', 'the upload was aborted');
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      this.#isBusy = false;
    }
  }
}
