import { type Clock, systemClock } from '@meridian/runtime';
import { Calls } from './calls.ts';
import {
  type ByteRange,
  checkKey,
  checkLimit,
  checkObjectBytes,
  checkPrefix,
  checkRange,
  checkSha256,
  OBJECT_BYTES_MAX,
} from './core/bounds.ts';
import { StoreError } from './core/errors.ts';
import { s3Error } from './core/s3-errors.ts';
import { hashName, parseHashRecord, RECORD_BYTES_MAX, unhashedName } from './core/s3-records.ts';
import { checkBytes, sha256Of } from './hash.ts';
import { Bucket, type BucketOptions, type FoundObject, type ReadObject } from './s3-bucket.ts';
import { openS3Upload, type S3Root } from './s3-upload.ts';
import type { CallOptions, ListedObject, ObjectInfo, Store, Upload } from './store.ts';

/** Time limit of a call: allows 64 MiB at 9 Mbit/s. */
const DEADLINE_MS = 60_000;
/** Object by which the first write tests `If-None-Match`. */
const PROBE_NAME = '~writes-once';

/**
 * A store in S3 or a compatible server that honours `If-None-Match: *`: the first write tests it, and without it every
 * write is `STORE_REFUSED`. An object written at once has its SHA-256 in its metadata, a multipart object in a record
 * (`core/s3-records.ts`), without which it does not exist.
 */
export function openS3Store(o: BucketOptions & { clock?: Clock; deadlineMs?: number }): Store {
  const calls = new Calls({ clock: o.clock ?? systemClock(), deadlineMs: o.deadlineMs ?? DEADLINE_MS });
  return new S3Store(new Bucket(o), calls);
}

class S3Store implements Store, S3Root {
  readonly bucket: Bucket;
  readonly calls: Calls;
  #writesOnce = false;

  constructor(bucket: Bucket, calls: Calls) {
    this.bucket = bucket;
    this.calls = calls;
  }

  put(key: string, bytes: Uint8Array, o: { readonly sha256: string } & CallOptions): Promise<void> {
    return this.calls.run(o.signal, s3Error, async (signal) => {
      checkKey(key);
      checkSha256(o.sha256);
      checkObjectBytes(bytes.length);
      checkBytes(key, bytes, o.sha256);
      await this.create(key, bytes, o.sha256, signal);
    });
  }

  get(key: string, o: { readonly range?: ByteRange } & CallOptions = {}): Promise<Uint8Array> {
    return this.calls.run(o.signal, s3Error, async (signal) => {
      checkKey(key);
      if (o.range !== undefined) checkRange(o.range);
      const bytesMax = o.range?.bytes ?? OBJECT_BYTES_MAX;
      const found = await this.bucket.get(key, { range: o.range, bytesMax, signal });
      // An object written at once carries its hash; other objects need their record.
      const info = found === undefined ? await this.info(key, signal) : await this.infoOf(key, foundBy(found), signal);
      if (info === undefined) throw new StoreError('OBJECT_MISSING', key);
      const bytes = found?.bytes ?? new Uint8Array();
      if (o.range === undefined) checkBytes(key, bytes, info.sha256);
      return bytes;
    });
  }

  head(key: string, o: CallOptions = {}): Promise<ObjectInfo | undefined> {
    return this.calls.run(o.signal, s3Error, async (signal) => {
      checkKey(key);
      return await this.info(key, signal);
    });
  }

  list(
    prefix: string,
    o: { readonly after?: string | undefined; readonly limit: number } & CallOptions,
  ): Promise<ListedObject[]> {
    return this.calls.run(o.signal, s3Error, async (signal) => {
      checkPrefix(prefix);
      checkLimit(o.limit);
      const unhashed = await this.#unhashed(prefix, o.after ?? '', signal);
      const listed: ListedObject[] = [];
      for (let after = o.after ?? ''; ; ) {
        const page = await this.bucket.list({ prefix, after, limit: o.limit }, signal);
        for (const one of page.found) {
          // Records sort after all keys.
          if (one.key.startsWith('~') || listed.length >= o.limit) return listed;
          if (!isKey(one.key)) continue;
          if (unhashed.has(one.key) && (await this.info(one.key, signal)) === undefined) continue;
          listed.push(one);
        }
        after = page.found.at(-1)?.key ?? after;
        if (page.isLast || listed.length >= o.limit) return listed;
      }
    });
  }

  remove(key: string, o: CallOptions = {}): Promise<void> {
    return this.calls.run(o.signal, s3Error, async (signal) => {
      checkKey(key);
      // The object goes first: a record without an object is ignored.
      for (const name of [key, hashName(key), unhashedName(key)]) await this.bucket.remove(name, signal);
    });
  }

  upload(key: string, o: CallOptions = {}): Promise<Upload> {
    return this.calls.run(o.signal, s3Error, async (signal) => {
      checkKey(key);
      return await openS3Upload(this, key, signal);
    });
  }

  async close(_cause: string): Promise<void> {
    await this.calls.close();
    this.bucket.close();
  }

  /** Rejects with `OBJECT_EXISTS`. */
  async create(key: string, bytes: Uint8Array, sha256: string, signal: AbortSignal): Promise<void> {
    await this.checkWritesOnce(signal);
    if (await this.bucket.create(key, bytes, sha256, signal)) return;
    const before = await this.info(key, signal);
    if (before?.sha256 !== sha256 || before.bytes !== bytes.length) throw new StoreError('OBJECT_EXISTS', key);
  }

  /** Returns undefined also for an unfinished object. */
  async info(key: string, signal: AbortSignal): Promise<ObjectInfo | undefined> {
    const found = await this.bucket.head(key, signal);
    return found && (await this.infoOf(key, found, signal));
  }

  async infoOf(key: string, found: FoundObject, signal: AbortSignal): Promise<ObjectInfo | undefined> {
    if (found.sha256 !== undefined) return { bytes: found.bytes, sha256: found.sha256 };
    const read = await this.bucket.get(hashName(key), { bytesMax: RECORD_BYTES_MAX, signal });
    if (read === undefined) return undefined;
    const record = parseHashRecord(Buffer.from(read.bytes).toString('latin1'));
    const isOtherObject =
      [found.composite, record?.composite].every((hash) => hash !== undefined) && found.composite !== record?.composite;
    if (record === undefined || record.bytes !== found.bytes || isOtherObject)
      throw new StoreError('HASH_MISMATCH', `${key} does not match its hash record`);
    return { bytes: record.bytes, sha256: record.sha256 };
  }

  async checkWritesOnce(signal: AbortSignal): Promise<void> {
    if (this.#writesOnce) return;
    const bytes = Buffer.from('This server keeps to If-None-Match.\n');
    const sha256 = sha256Of(bytes);
    if (
      (await this.bucket.create(PROBE_NAME, bytes, sha256, signal)) &&
      (await this.bucket.create(PROBE_NAME, bytes, sha256, signal))
    )
      throw new StoreError('STORE_REFUSED', 'the server does not honour If-None-Match: it would overwrite objects');
    this.#writesOnce = true;
  }

  /** Returns objects that a crash has left complete but unfinished; usually none. */
  async #unhashed(prefix: string, from: string, signal: AbortSignal): Promise<Set<string>> {
    const keys = new Set<string>();
    const folder = unhashedName('');
    for (let after = from; ; ) {
      const page = await this.bucket.list(
        { prefix: folder + prefix, after: after === '' ? '' : folder + after, limit: UNHASHED_PAGE },
        signal,
      );
      for (const { key } of page.found) keys.add(key.slice(folder.length));
      after = page.found.at(-1)?.key.slice(folder.length) ?? after;
      if (page.isLast) return keys;
    }
  }
}

const UNHASHED_PAGE = 1000;

const foundBy = ({ objectBytes, sha256 }: ReadObject): FoundObject => ({
  bytes: objectBytes,
  sha256,
  checksum: undefined,
  composite: undefined,
});

/** Filters names of other programs. */
function isKey(name: string): boolean {
  try {
    checkKey(name);
    return true;
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}
