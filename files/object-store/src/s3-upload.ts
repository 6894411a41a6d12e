import { createHash, type Hash } from 'node:crypto';
import type { Calls } from './calls.ts';
import { checkPart, checkSha256 } from './core/bounds.ts';
import { StoreError } from './core/errors.ts';
import { isS3, s3Error } from './core/s3-errors.ts';
import { hashName, hashRecordText, parseParts, partsText, RECORD_BYTES_MAX, unhashedName } from './core/s3-records.ts';
import { checkBytes, sha256Of } from './hash.ts';
import { type Bucket, compositeHash, type FoundObject, type StoredPart } from './s3-bucket.ts';
import type { CallOptions, ObjectInfo, PartInfo, Upload } from './store.ts';

export interface S3Root {
  readonly bucket: Bucket;
  readonly calls: Calls;
  create(key: string, bytes: Uint8Array, sha256: string, signal: AbortSignal): Promise<void>;
  info(key: string, signal: AbortSignal): Promise<ObjectInfo | undefined>;
  infoOf(key: string, found: FoundObject, signal: AbortSignal): Promise<ObjectInfo | undefined>;
  checkWritesOnce(signal: AbortSignal): Promise<void>;
}

/** After a crash, `finish` reads the whole object: an hour of ten pictures at 40 MB/s. */
const FINISH_LIMIT_MS = 1_800_000;
const READ_BYTES = 8 * 1_048_576;

export async function openS3Upload(store: S3Root, key: string, signal: AbortSignal): Promise<Upload> {
  await store.checkWritesOnce(signal);
  const found = await store.bucket.head(key, signal);
  if (found !== undefined && (await store.infoOf(key, found, signal)) === undefined) {
    const read = await store.bucket.get(unhashedName(key), { bytesMax: RECORD_BYTES_MAX, signal });
    const parts = parseParts(Buffer.from(read?.bytes ?? []).toString('latin1'));
    if (parts === undefined || bytesOf(parts) !== found.bytes)
      throw new StoreError('STORE_REFUSED', `${key} holds an object that no store has written`);
    const stored = parts.map(({ bytes, sha256 }) => ({ bytes, sha256, etag: '' }));
    return new S3Upload(store, key, { id: undefined, parts: stored, isComplete: true });
  }
  const uploads = await uploadsOf(store, key, signal);
  // A lost answer to `beginUpload` leaves two uploads; the parts went to the longest.
  const [longest, ...others] = uploads.sort((a, b) => b.parts.length - a.parts.length);
  for (const { id } of others) await store.bucket.abortUpload(key, id, signal);
  return new S3Upload(store, key, { id: longest?.id, parts: longest?.parts ?? [], isComplete: false });
}

interface OpenUpload {
  readonly id: string;
  readonly parts: StoredPart[];
}

async function uploadsOf(store: S3Root, key: string, signal: AbortSignal): Promise<OpenUpload[]> {
  const begun: OpenUpload[] = [];
  for (const id of await store.bucket.uploads(key, signal)) {
    try {
      begun.push({ id, parts: await store.bucket.parts(key, id, signal) });
    } catch (error) {
      // The upload was aborted or completed meanwhile.
      if (!isS3(error, 'NoSuchUpload')) throw error;
    }
  }
  return begun;
}

/**
 * An S3 upload begins with its first part. A process that has sent all parts knows the hash of the whole: it writes the
 * hash record, and the object appears. After a crash parts cannot be read, so it records them, completes and reads the
 * object, and then writes the hash record.
 */
class S3Upload implements Upload {
  readonly #store: S3Root;
  readonly #key: string;
  readonly #parts: StoredPart[];
  /** Hash of all parts; undefined when an earlier process has sent some. */
  readonly #hash: Hash | undefined;
  #id: string | undefined;
  /** True when the object is complete but has no hash record. */
  #isComplete: boolean;
  #isBusy = false;
  #isAborted = false;
  #finished: ObjectInfo | undefined;

  constructor(
    store: S3Root,
    key: string,
    o: { readonly id: string | undefined; readonly parts: StoredPart[]; readonly isComplete: boolean },
  ) {
    this.#store = store;
    this.#key = key;
    this.#id = o.id;
    this.#parts = o.parts;
    this.#isComplete = o.isComplete;
    this.#hash = o.parts.length === 0 ? createHash('sha256') : undefined;
  }

  get parts(): readonly PartInfo[] {
    return this.#parts.map(({ bytes, sha256 }) => ({ bytes, sha256 }));
  }

  append(bytes: Uint8Array, o: { readonly sha256: string } & CallOptions): Promise<void> {
    return this.#exclusive(o, undefined, async (signal) => {
      if (this.#finished !== undefined || this.#isComplete)
        throw new StoreError('STORE_REFUSED', 'the upload is finished');
      checkSha256(o.sha256);
      checkPart(bytes.length, this.#parts);
      checkBytes(this.#key, bytes, o.sha256);
      this.#id ??= await this.#store.bucket.beginUpload(this.#key, signal);
      const part = { name: this.#key, uploadId: this.#id, number: this.#parts.length + 1, sha256: o.sha256 };
      const etag = await this.#store.bucket.putPart(part, bytes, signal);
      signal.throwIfAborted();
      this.#hash?.update(bytes);
      this.#parts.push({ bytes: bytes.length, sha256: o.sha256, etag });
    });
  }

  finish(sha256?: string, o: CallOptions = {}): Promise<ObjectInfo> {
    return this.#exclusive(o, FINISH_LIMIT_MS, async (signal) => {
      if (this.#finished !== undefined) return this.#finished;
      if (sha256 !== undefined) checkSha256(sha256);
      const info = await this.#finish(sha256, signal);
      this.#finished = info;
      await this.#cleanUp(signal);
      return info;
    });
  }

  async abort(o: CallOptions = {}): Promise<void> {
    if (this.#isAborted || this.#finished !== undefined) return;
    await this.#exclusive(o, undefined, (signal) => this.#drop(signal));
  }

  async #finish(sha256: string | undefined, signal: AbortSignal): Promise<ObjectInfo> {
    if (this.#parts.length === 0) {
      const empty = new Uint8Array();
      const info = { bytes: 0, sha256: sha256Of(empty) };
      await this.#check(info, sha256, signal);
      await this.#store.create(this.#key, empty, info.sha256, signal);
      return info;
    }
    const bytes = bytesOf(this.#parts);
    if (this.#hash !== undefined) {
      const info = { bytes, sha256: this.#hash.copy().digest('hex') };
      await this.#check(info, sha256, signal);
      if (await this.#exists(info, signal)) return info;
      await this.#record(info, signal);
      await this.#complete(info, signal);
      return info;
    }
    if (!this.#isComplete) {
      if (sha256 !== undefined && (await this.#exists({ bytes, sha256 }, signal))) return { bytes, sha256 };
      await this.#store.bucket.write(unhashedName(this.#key), partsText(this.#parts), signal);
      // An earlier process may have written the hash record for fewer parts.
      await this.#store.bucket.remove(hashName(this.#key), signal);
      await this.#complete(undefined, signal);
      this.#isComplete = true;
    }
    const info = { bytes, sha256: await this.#read(bytes, signal) };
    await this.#check(info, sha256, signal);
    await this.#record(info, signal);
    return info;
  }

  async #check(info: ObjectInfo, sha256: string | undefined, signal: AbortSignal): Promise<void> {
    if (sha256 === undefined || info.sha256 === sha256) return;
    await this.#drop(signal);
    throw new StoreError('HASH_MISMATCH', `${this.#key} has the hash ${info.sha256}, not ${sha256}`);
  }

  /** Throws `OBJECT_EXISTS` for other bytes. */
  async #exists(info: ObjectInfo, signal: AbortSignal): Promise<boolean> {
    const before = await this.#store.info(this.#key, signal);
    if (before === undefined) return false;
    if (before.sha256 === info.sha256 && before.bytes === info.bytes) return true;
    throw new StoreError('OBJECT_EXISTS', this.#key);
  }

  /** `info` is that of a written hash record. */
  async #complete(info: ObjectInfo | undefined, signal: AbortSignal): Promise<void> {
    try {
      const isMade = await this.#store.bucket.complete(this.#key, this.#id ?? '', this.#parts, signal);
      if (isMade) this.#id = undefined;
      else if (!(await this.#isOurs(info, signal))) throw new StoreError('OBJECT_EXISTS', this.#key);
    } catch (error) {
      // The answer to an earlier completion may have been lost.
      if (!isS3(error, 'NoSuchUpload') || !(await this.#isOurs(info, signal))) throw error;
    }
  }

  async #isOurs(info: ObjectInfo | undefined, signal: AbortSignal): Promise<boolean> {
    if (info !== undefined) return await this.#exists(info, signal);
    const found = await this.#store.bucket.head(this.#key, signal);
    const composite = compositeHash(this.#parts);
    return composite !== undefined && found?.composite === composite && found.bytes === bytesOf(this.#parts);
  }

  #record(info: ObjectInfo, signal: AbortSignal): Promise<void> {
    const { bytes, sha256 } = info;
    const text = hashRecordText({ bytes, sha256, composite: compositeHash(this.#parts) });
    return this.#store.bucket.write(hashName(this.#key), text, signal);
  }

  async #read(bytes: number, signal: AbortSignal): Promise<string> {
    const hash = createHash('sha256');
    for (let from = 0; from < bytes; ) {
      signal.throwIfAborted();
      const range = { from, bytes: Math.min(READ_BYTES, bytes - from) };
      const read = await this.#store.bucket.get(this.#key, { range, bytesMax: range.bytes, signal });
      if (read?.bytes.length !== range.bytes) throw new StoreError('HASH_MISMATCH', `${this.#key} ends early`);
      hash.update(read.bytes);
      from += range.bytes;
    }
    return hash.digest('hex');
  }

  async #drop(signal: AbortSignal): Promise<void> {
    if (this.#isComplete) await this.#store.bucket.remove(this.#key, signal);
    await this.#cleanUp(signal);
    this.#isAborted = true;
  }

  async #cleanUp(signal: AbortSignal): Promise<void> {
    if (this.#hash === undefined) await this.#store.bucket.remove(unhashedName(this.#key), signal);
    if (this.#id !== undefined) await this.#store.bucket.abortUpload(this.#key, this.#id, signal);
  }

  async #exclusive<T>(
    o: CallOptions,
    deadlineMs: number | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#isBusy) throw new StoreError('STORE_REFUSED', 'one call of an upload at a time');
    if (this.#isAborted) throw new StoreError('STORE_REFUSED', 'the upload was aborted');
    const run = async (signal: AbortSignal): Promise<T> => {
      this.#isBusy = true;
      try {
        return await work(signal);
      } finally {
        this.#isBusy = false;
      }
    };
    return await this.#store.calls.run(o.signal, s3Error, run, deadlineMs);
  }
}

const bytesOf = (parts: readonly { readonly bytes: number }[]): number =>
  parts.reduce((sum, { bytes }) => sum + bytes, 0);
