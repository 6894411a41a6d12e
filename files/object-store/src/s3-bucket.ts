import { createHash } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import type { ListPartsCommandOutput, S3, S3ClientConfig } from '@aws-sdk/client-s3';
import type { ByteRange } from './core/bounds.ts';
import { StoreError } from './core/errors.ts';
import { hasStatus, isS3 } from './core/s3-errors.ts';
import type { ListedObject } from './store.ts';

export interface BucketOptions {
  /** Undefined for Amazon's endpoint of the region. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly bucket: string;
  /** Prefix of names; ends with a slash or is empty. */
  readonly prefix: string;
  /** True: the bucket is in the path instead of the host name. */
  readonly forcePathStyle: boolean;
  /** Undefined for the SDK's default chain (environment, shared files, role of the machine). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Undefined for the look-up of the operating system. */
  readonly lookup?: LookupFunction | undefined;
}

/** Bound of sockets; further calls wait for a socket while their deadlines run. */
const SOCKETS_MAX = 64;
const CONNECT_LIMIT_MS = 10_000;
/** Attempts of a call: the second is for a socket that was closed while idle. The caller retries longer failures. */
const ATTEMPTS_MAX = 2;

/** An object in the bucket, which need not exist for the store. */
export interface FoundObject {
  readonly bytes: number;
  /** Known for objects that were written at once or had a known hash at the begin. */
  readonly sha256: string | undefined;
  /** SHA-256 in base64, as the server has it, if it returns one; of a multipart object the composite. */
  readonly checksum: string | undefined;
  /** Hash of a multipart object, if the server returns it. */
  readonly composite: string | undefined;
}

export interface ReadObject {
  readonly bytes: Uint8Array;
  readonly sha256: string | undefined;
  readonly objectBytes: number;
}

export interface StoredPart {
  readonly bytes: number;
  readonly sha256: string | undefined;
  readonly etag: string;
}

/** Client of one bucket, in names instead of keys. Rejects as the SDK does. */
export class Bucket {
  readonly #config: S3ClientConfig;
  #clientPromise: Promise<S3> | undefined;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(o: BucketOptions) {
    const agent = Object.assign({ keepAlive: true, maxSockets: SOCKETS_MAX }, o.lookup && { lookup: o.lookup });
    const config: S3ClientConfig = {
      region: o.region,
      forcePathStyle: o.forcePathStyle,
      maxAttempts: ATTEMPTS_MAX,
      // Every write sends its SHA-256, and the store verifies reads.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT_LIMIT_MS, httpAgent: agent, httpsAgent: agent },
    };
    if (o.endpoint !== undefined) config.endpoint = o.endpoint;
    if (o.credentials !== undefined) config.credentials = o.credentials;
    this.#config = config;
    this.#bucket = o.bucket;
    this.#prefix = o.prefix;
  }

  /** Loaded with the first call: a service with a folder as store never needs its megabytes. */
  #client(): Promise<S3> {
    this.#clientPromise ??= import('@aws-sdk/client-s3').then(({ S3 }) => new S3(this.#config));
    return this.#clientPromise;
  }

  /** Returns false when the name is taken. */
  async create(name: string, bytes: Uint8Array, sha256: string, signal: AbortSignal): Promise<boolean> {
    const input = {
      Bucket: this.#bucket,
      Key: this.#prefix + name,
      Body: bytes,
      ChecksumSHA256: base64Of(sha256),
      Metadata: { sha256 },
      IfNoneMatch: '*',
    };
    return unlessExists((await this.#client()).putObject(input, { abortSignal: signal }));
  }

  async replace(name: string, bytes: Uint8Array, sha256: string, signal: AbortSignal): Promise<void> {
    const input = {
      Bucket: this.#bucket,
      Key: this.#prefix + name,
      Body: bytes,
      ChecksumSHA256: base64Of(sha256),
      Metadata: { sha256 },
    };
    await (await this.#client()).putObject(input, { abortSignal: signal });
  }

  async write(name: string, text: string, signal: AbortSignal): Promise<void> {
    const ChecksumSHA256 = createHash('sha256').update(text).digest('base64');
    const input = {
      Bucket: this.#bucket,
      Key: this.#prefix + name,
      Body: Buffer.from(text),
      ChecksumSHA256,
    };
    await (await this.#client()).putObject(input, { abortSignal: signal });
  }

  async head(name: string, signal: AbortSignal): Promise<FoundObject | undefined> {
    try {
      const input = { Bucket: this.#bucket, Key: this.#prefix + name, ChecksumMode: 'ENABLED' as const };
      const answer = await (await this.#client()).headObject(input, { abortSignal: signal });
      return {
        bytes: required(answer.ContentLength, 'ContentLength'),
        sha256: answer.Metadata?.['sha256'],
        checksum: answer.ChecksumSHA256,
        composite: compositeOf(answer.ChecksumSHA256),
      };
    } catch (error) {
      if (hasStatus(error, 404) && !isS3(error, 'NoSuchBucket')) return undefined;
      // HEAD has no error codes; for a valid name, 400 means an expired token.
      if (hasStatus(error, 400)) throw new StoreError('STORE_DENIED', 'S3 answers: 400', { cause: error });
      throw error;
    }
  }

  /** Returns undefined for a missing object or a range beyond it. Throws `STORE_REFUSED` above `bytesMax`. */
  async get(
    name: string,
    o: { readonly range?: ByteRange | undefined; readonly bytesMax: number; readonly signal: AbortSignal },
  ): Promise<ReadObject | undefined> {
    const Range = o.range && `bytes=${o.range.from}-${o.range.from + o.range.bytes - 1}`;
    try {
      const input = { Bucket: this.#bucket, Key: this.#prefix + name, Range };
      const answer = await (await this.#client()).getObject(input, { abortSignal: o.signal });
      const bytes = await readBody(answer.Body as AsyncIterable<Uint8Array> | undefined, o, answer.ContentLength);
      const objectBytes = Number(/\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1] ?? bytes.length);
      return { bytes, sha256: answer.Metadata?.['sha256'], objectBytes };
    } catch (error) {
      if (isS3(error, 'NoSuchKey') || hasStatus(error, 416)) return undefined;
      throw error;
    }
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    const input = { Bucket: this.#bucket, Key: this.#prefix + name };
    await (await this.#client()).deleteObject(input, { abortSignal: signal });
  }

  /** Sorted by bytes; `isLast` when no page follows. */
  async list(
    o: { readonly prefix: string; readonly after: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<{ readonly found: readonly ListedObject[]; readonly isLast: boolean }> {
    const input = {
      Bucket: this.#bucket,
      Prefix: this.#prefix + o.prefix,
      MaxKeys: o.limit,
      StartAfter: o.after === '' ? undefined : this.#prefix + o.after,
    };
    const answer = await (await this.#client()).listObjectsV2(input, { abortSignal: signal });
    const found = (answer.Contents ?? []).map(({ Key, Size }) => ({
      key: required(Key, 'Key').slice(this.#prefix.length),
      bytes: required(Size, 'Size'),
    }));
    return { found, isLast: answer.IsTruncated !== true };
  }

  /** Returns unfinished uploads under this name. */
  async uploads(name: string, signal: AbortSignal): Promise<string[]> {
    const input = { Bucket: this.#bucket, Prefix: this.#prefix + name };
    const answer = await (await this.#client()).listMultipartUploads(input, { abortSignal: signal });
    // The name sorts before longer names, so the first page has up to a thousand of its uploads.
    return (answer.Uploads ?? [])
      .filter(({ Key }) => Key === this.#prefix + name)
      .map(({ UploadId }) => required(UploadId, 'UploadId'));
  }

  /** Returns the id of a new upload. `sha256` is the hash of the whole, if known; `head` then returns it. */
  async beginUpload(name: string, signal: AbortSignal, sha256?: string): Promise<string> {
    const input = {
      Bucket: this.#bucket,
      Key: this.#prefix + name,
      ChecksumAlgorithm: 'SHA256' as const,
      Metadata: sha256 === undefined ? undefined : { sha256 },
    };
    const answer = await (await this.#client()).createMultipartUpload(input, { abortSignal: signal });
    return required(answer.UploadId, 'UploadId');
  }

  /** Returns the parts before the first gap. */
  async parts(name: string, uploadId: string, signal: AbortSignal): Promise<StoredPart[]> {
    const parts: StoredPart[] = [];
    for (let marker: string | undefined = '0'; marker !== undefined; ) {
      const input = {
        Bucket: this.#bucket,
        Key: this.#prefix + name,
        UploadId: uploadId,
        PartNumberMarker: marker,
      };
      const answer: ListPartsCommandOutput = await (await this.#client()).listParts(input, { abortSignal: signal });
      for (const part of answer.Parts ?? []) {
        if (part.PartNumber !== parts.length + 1) return parts;
        const sha256 = part.ChecksumSHA256 && Buffer.from(part.ChecksumSHA256, 'base64').toString('hex');
        parts.push({ bytes: required(part.Size, 'Size'), sha256, etag: required(part.ETag, 'ETag') });
      }
      marker = answer.IsTruncated === true ? answer.NextPartNumberMarker : undefined;
    }
    return parts;
  }

  /** `number` counts from 1. Returns the part's tag; the server verifies the hash. */
  async putPart(
    o: { readonly name: string; readonly uploadId: string; readonly number: number; readonly sha256: string },
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<string> {
    const input = {
      Bucket: this.#bucket,
      Key: this.#prefix + o.name,
      UploadId: o.uploadId,
      PartNumber: o.number,
      ChecksumSHA256: base64Of(o.sha256),
      Body: bytes,
    };
    return required((await (await this.#client()).uploadPart(input, { abortSignal: signal })).ETag, 'ETag');
  }

  /** Returns false when the name is taken and `mayReplace` is not true. */
  async complete(
    name: string,
    uploadId: string,
    parts: readonly StoredPart[],
    signal: AbortSignal,
    mayReplace = false,
  ): Promise<boolean> {
    const Parts = parts.map(({ etag, sha256 }, index) => ({
      ETag: etag,
      PartNumber: index + 1,
      ChecksumSHA256: sha256 === undefined ? undefined : base64Of(sha256),
    }));
    const input = {
      Bucket: this.#bucket,
      Key: this.#prefix + name,
      UploadId: uploadId,
      MultipartUpload: { Parts },
      IfNoneMatch: mayReplace ? undefined : '*',
    };
    return unlessExists((await this.#client()).completeMultipartUpload(input, { abortSignal: signal }));
  }

  async abortUpload(name: string, uploadId: string, signal: AbortSignal): Promise<void> {
    const input = { Bucket: this.#bucket, Key: this.#prefix + name, UploadId: uploadId };
    try {
      await (await this.#client()).abortMultipartUpload(input, { abortSignal: signal });
    } catch (error) {
      if (!isS3(error, 'NoSuchUpload')) throw error;
    }
  }

  close(): void {
    this.#clientPromise?.then(
      (client) => client.destroy(),
      // The SDK failed to load, so there is no socket.
      () => undefined,
    );
  }
}

/** Returns undefined when a part's hash is unknown. */
export function compositeHash(parts: readonly { readonly sha256: string | undefined }[]): string | undefined {
  const hash = createHash('sha256');
  for (const { sha256 } of parts) {
    if (sha256 === undefined) return undefined;
    hash.update(sha256, 'hex');
  }
  return `${hash.digest('base64')}-${parts.length}`;
}

const compositeOf = (checksum: string | undefined): string | undefined =>
  checksum?.includes('-') === true ? checksum : undefined;

const base64Of = (sha256: string): string => Buffer.from(sha256, 'hex').toString('base64');

async function readBody(
  body: AsyncIterable<Uint8Array> | undefined,
  o: { readonly bytesMax: number },
  length: number | undefined,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop destroys the body.
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (Math.max(length ?? 0, bytes) > o.bytesMax)
      throw new StoreError('STORE_REFUSED', `more than ${o.bytesMax} bytes at once`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new StoreError('STORE_REFUSED', `the server answers without ${name}`);
  return value;
}

/** Returns false when the object already exists (`If-None-Match`). */
async function unlessExists(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (hasStatus(error, 412)) return false;
    throw error;
  }
}
