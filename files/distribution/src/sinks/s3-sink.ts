// Pushes files to a third party's S3: objects PREFIX/ITEM/NAME with the SHA-256 as metadata `sha256`.
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { TargetAddresses } from '@meridian/node-shell';
import { Bucket, hasStatus, type StoredPart, s3Error, sha256Of } from '@meridian/object-store';
import type { Clock } from '@meridian/runtime';
import { fileNameOf } from '../core/file-name.ts';
import type { S3Settings } from './settings.ts';
import { ContentChanged, type FetchedFile, type Sink, SinkError } from './sink.ts';
import { checkHost, isRefusedAddress, refusedAddress, withLimit } from './target.ts';

/** Size of a part, of which one is in memory: the largest content has 8192 parts, and S3 accepts 10,000. */
const PART_BYTES = 16 * 1_048_576;
/** Time limit of a call: a part at 230 kbit/s. */
const CALL_MS_MAX = 600_000;

export interface S3SinkOptions {
  readonly settings: S3Settings;
  readonly addresses: TargetAddresses;
  readonly clock: Clock;
  /** Smaller in tests. */
  readonly partBytes?: number;
}

interface Push {
  readonly file: FileHandle;
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly signal: AbortSignal;
}

/**
 * Sends in parts, and resumes after earlier parts whose S3 hashes match the file. An object with the same hash and size
 * is kept, another one replaced. Rejects with TARGET_REFUSED, TARGET_UNREACHABLE, DISK_FULL (of the target) or
 * HASH_MISMATCH.
 */
export class S3Sink implements Sink {
  readonly needsBytes = true;
  readonly #o: S3SinkOptions;
  readonly #bucket: Bucket;
  readonly #partBytes: number;
  readonly #ending = new AbortController();
  #attempt = 0;

  constructor(o: S3SinkOptions) {
    this.#o = o;
    this.#partBytes = o.partBytes ?? PART_BYTES;
    const { endpoint, region, bucket, prefix, accessKeyId, secretAccessKey, pathStyle } = o.settings;
    this.#bucket = new Bucket({
      endpoint,
      region,
      bucket,
      prefix: prefix === '' ? '' : `${prefix}/`,
      forcePathStyle: pathStyle,
      credentials: { accessKeyId, secretAccessKey },
      lookup: o.addresses.lookup(() => this.#attempt),
    });
  }

  async take({
    notice,
    path,
    signal: callerSignal,
  }: FetchedFile): Promise<{ readonly sha256: string; readonly bytes: number }> {
    const signal = AbortSignal.any([callerSignal, this.#ending.signal]);
    signal.throwIfAborted();
    this.#attempt += 1;
    const { item, bytes, sha256 } = notice;
    let file: FileHandle | undefined;
    try {
      checkHost(this.#o.addresses, new URL(this.#o.settings.endpoint).hostname);
      file = await open(path, 'r');
      const push = { file, key: `${item}/${fileNameOf(notice.name, notice.type)}`, bytes, sha256, signal };
      if (!(await this.#has(push))) {
        await this.#send(push);
        if (!(await this.#has(push))) throw new SinkError('HASH_MISMATCH', 'the bucket has another object');
      }
      return { sha256, bytes };
    } catch (error) {
      signal.throwIfAborted();
      throw sinkError(error);
    } finally {
      await file?.close();
    }
  }

  close(): Promise<void> {
    this.#ending.abort();
    this.#bucket.close();
    return Promise.resolve();
  }

  #call<T>(signal: AbortSignal, call: (within: AbortSignal) => Promise<T>): Promise<T> {
    return withLimit({ clock: this.#o.clock, signal, limitMs: CALL_MS_MAX }, call);
  }

  async #has({ key, bytes, sha256, signal }: Push): Promise<boolean> {
    const found = await this.#call(signal, (within) => this.#bucket.head(key, within));
    return found?.sha256 === sha256 && found.bytes === bytes;
  }

  async #send(push: Push): Promise<void> {
    const { key, bytes, sha256, signal } = push;
    if (bytes <= this.#partBytes) {
      const all = await readPart(push, 0, bytes);
      if (sha256Of(all) !== sha256) throw new ContentChanged();
      await this.#call(signal, (within) => this.#bucket.replace(key, all, sha256, within));
      return;
    }
    const { id, parts } = await this.#begin(push);
    const all = await this.#sendParts(push, id, parts);
    await this.#call(signal, (within) => this.#bucket.complete(key, id, all, within, true));
  }

  /** Resumes an upload with parts of this file, or begins a new one; aborts other uploads of this key. */
  async #begin(push: Push): Promise<{ readonly id: string; readonly parts: readonly StoredPart[] }> {
    const { key, sha256, signal } = push;
    let kept: { readonly id: string; readonly parts: readonly StoredPart[] } | undefined;
    for (const id of await this.#call(signal, (within) => this.#bucket.uploads(key, within))) {
      const parts = await this.#call(signal, (within) => this.#bucket.parts(key, id, within)).catch(gone);
      if (parts === undefined) continue;
      if (kept === undefined && (await this.#match(push, parts))) kept = { id, parts };
      else await this.#call(signal, (within) => this.#bucket.abortUpload(key, id, within));
    }
    if (kept !== undefined) return kept;
    return { id: await this.#call(signal, (within) => this.#bucket.beginUpload(key, within, sha256)), parts: [] };
  }

  async #match(push: Push, parts: readonly StoredPart[]): Promise<boolean> {
    let from = 0;
    for (const { bytes, sha256 } of parts) {
      if (bytes !== Math.min(this.#partBytes, push.bytes - from)) return false;
      if (sha256 !== sha256Of(await readPart(push, from, bytes))) return false;
      from += bytes;
    }
    // An upload without a part may belong to another file.
    return parts.length > 0;
  }

  /** All bytes are read, which compares the file with its hash once more. */
  async #sendParts(push: Push, uploadId: string, storedParts: readonly StoredPart[]): Promise<StoredPart[]> {
    const { key, bytes, signal } = push;
    const hash = createHash('sha256');
    const parts: StoredPart[] = [];
    for (let from = 0; from < bytes; from += this.#partBytes) {
      const part = await readPart(push, from, Math.min(this.#partBytes, bytes - from));
      hash.update(part);
      const sent = storedParts[parts.length];
      if (sent !== undefined) {
        parts.push(sent);
        continue;
      }
      const sha256 = sha256Of(part);
      const o = { name: key, uploadId, number: parts.length + 1, sha256 };
      const etag = await this.#call(signal, (within) => this.#bucket.putPart(o, part, within));
      parts.push({ bytes: part.length, sha256, etag });
    }
    if (hash.digest('hex') !== push.sha256) throw new ContentChanged();
    return parts;
  }
}

async function readPart({ file, signal }: Push, from: number, bytes: number): Promise<Buffer> {
  const part = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; ) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(part, at, bytes - at, from + at);
    if (bytesRead === 0) throw new ContentChanged();
    at += bytesRead;
  }
  return part;
}

function gone(error: unknown): undefined {
  if (!hasStatus(error, 404)) throw error;
}

function sinkError(error: unknown): SinkError {
  if (error instanceof SinkError) return error;
  if (isRefusedAddress(error)) return refusedAddress(error);
  const { code, message } = s3Error(error);
  if (code === 'STORE_FULL') return new SinkError('DISK_FULL', message, error);
  if (code === 'HASH_MISMATCH') return new SinkError('HASH_MISMATCH', message, error);
  const isRefused = code === 'STORE_DENIED' || code === 'STORE_REFUSED';
  return new SinkError(isRefused ? 'TARGET_REFUSED' : 'TARGET_UNREACHABLE', message, error);
}
