// Pushes files to a third party's S3: objects PREFIX/ITEM/NAME with the SHA-256 as metadata `sha256`.
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { TargetAddresses } from '@meridian/node-shell';
import { Bucket, compositeHash, hasStatus, type StoredPart, s3Error, sha256Of } from '@meridian/object-store';
import type { Clock } from '@meridian/runtime';
import type { Proof } from '../contract.ts';
import { fileNameOf } from '../core/file-name.ts';
import type { S3Settings } from './settings.ts';
import { ContentChanged, type FetchedFile, type Sink, SinkError, type Taken } from './sink.ts';
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
  /** Parts of the file as this sink sends them. */
  readonly parts: readonly { readonly bytes: number; readonly sha256: string }[];
}

/**
 * Sends in parts, and resumes after earlier parts whose S3 hashes match the file. An object that is proven to be the
 * file is kept, another one replaced: by the checksums of the store, otherwise by reading it back. Rejects with
 * TARGET_REFUSED, TARGET_UNREACHABLE, DISK_FULL (of the target) or HASH_MISMATCH.
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

  async take({ notice, path, signal: callerSignal }: FetchedFile): Promise<Taken> {
    const signal = AbortSignal.any([callerSignal, this.#ending.signal]);
    signal.throwIfAborted();
    this.#attempt += 1;
    const { item, bytes, sha256 } = notice;
    let file: FileHandle | undefined;
    try {
      checkHost(this.#o.addresses, new URL(this.#o.settings.endpoint).hostname);
      file = await open(path, 'r');
      const key = `${item}/${fileNameOf(notice.name, notice.type)}`;
      const parts = await hashedParts({ file, bytes, sha256, signal }, this.#partBytes);
      const push = { file, key, bytes, sha256, signal, parts };
      let proof = await this.#proof(push);
      if (proof === undefined) {
        await this.#send(push);
        proof = await this.#proof(push);
      }
      if (proof === undefined) throw new SinkError('HASH_MISMATCH', 'the bucket has another object');
      return { sha256, bytes, proof };
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

  /** Returns what proves that the bucket has the file; undefined for another object or none. */
  async #proof({ key, bytes, sha256, signal, parts }: Push): Promise<Proof | undefined> {
    const found = await this.#call(signal, (within) => this.#bucket.head(key, within));
    if (found?.sha256 !== sha256 || found.bytes !== bytes) return undefined;
    const checksum = bytes <= this.#partBytes ? base64Of(sha256) : compositeHash(parts);
    if (found.checksum === checksum) return 'checksum';
    // The store keeps no checksums, or the object was sent in other parts.
    const hash = createHash('sha256');
    for (let from = 0; from < bytes; from += this.#partBytes) {
      const o = { range: { from, bytes: Math.min(this.#partBytes, bytes - from) }, bytesMax: this.#partBytes };
      const read = await this.#call(signal, (within) => this.#bucket.get(key, { ...o, signal: within }));
      if (read === undefined) return undefined;
      hash.update(read.bytes);
    }
    return hash.digest('hex') === sha256 ? 'read' : undefined;
  }

  async #send(push: Push): Promise<void> {
    const { key, bytes, sha256, signal } = push;
    if (bytes <= this.#partBytes) {
      const all = await readPart(push, 0, bytes);
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
      if (kept === undefined && matches(push, parts)) kept = { id, parts };
      else await this.#call(signal, (within) => this.#bucket.abortUpload(key, id, within));
    }
    if (kept !== undefined) return kept;
    return { id: await this.#call(signal, (within) => this.#bucket.beginUpload(key, within, sha256)), parts: [] };
  }

  async #sendParts(push: Push, uploadId: string, storedParts: readonly StoredPart[]): Promise<StoredPart[]> {
    const { key, signal } = push;
    const sent = [...storedParts];
    let from = sent.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { bytes, sha256 } of push.parts.slice(sent.length)) {
      const part = await readPart(push, from, bytes);
      const o = { name: key, uploadId, number: sent.length + 1, sha256 };
      const etag = await this.#call(signal, (within) => this.#bucket.putPart(o, part, within));
      sent.push({ bytes, sha256, etag });
      from += bytes;
    }
    return sent;
  }
}

/** Returns whether the parts are the first ones of the file. An upload without a part may belong to another file. */
const matches = (push: Push, stored: readonly StoredPart[]): boolean =>
  stored.length > 0 &&
  stored.every(({ bytes, sha256 }, at) => push.parts[at]?.bytes === bytes && push.parts[at]?.sha256 === sha256);

/** Rejects with HASH_MISMATCH if the file is not the content. A store refuses a part with another hash. */
async function hashedParts(
  source: { readonly file: FileHandle; readonly bytes: number; readonly sha256: string; readonly signal: AbortSignal },
  partBytes: number,
): Promise<Push['parts']> {
  const hash = createHash('sha256');
  const parts: { readonly bytes: number; readonly sha256: string }[] = [];
  for (let from = 0; from < source.bytes; from += partBytes) {
    const part = await readPart(source, from, Math.min(partBytes, source.bytes - from));
    hash.update(part);
    parts.push({ bytes: part.length, sha256: sha256Of(part) });
  }
  if (hash.digest('hex') !== source.sha256) throw new ContentChanged();
  return parts;
}

async function readPart({ file, signal }: Pick<Push, 'file' | 'signal'>, from: number, bytes: number): Promise<Buffer> {
  const part = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; ) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(part, at, bytes - at, from + at);
    if (bytesRead === 0) throw new ContentChanged();
    at += bytesRead;
  }
  return part;
}

const base64Of = (sha256: string): string => Buffer.from(sha256, 'hex').toString('base64');

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
