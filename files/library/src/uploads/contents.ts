// Contents in the store: the files of successful uploads, below `TENANT/ID/`.
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import {
  hasCode,
  OBJECT_BYTES_MAX,
  PARTS_MAX,
  type Store,
  StoreError,
  sha256Of,
  type Upload,
} from '@meridian/object-store';
import { COVER_NAME, ORIGINAL_NAME, PROOF_RANGES_MAX } from '@meridian/protocol';
import { contentPrefix, FACTS_NAME } from '../core/names.ts';
import type { Copy, Range } from '../core/plan.ts';
import type { Facts } from '../core/report.ts';

const COPY_BYTES = 4 * 1_048_576;
/** Minimum size of a part: above the minimum of S3, and whole chunks of sealed objects. */
const PART_BYTES = 8 * 1_048_576;
const PAGE = 100;
const PROOF_BYTES_MAX = 1_048_576;

export interface ContentFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export class Contents {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Puts the file into the store, continuing an earlier attempt. Rejects with a `StoreError`. */
  async keepOriginal(prefix: string, file: ContentFile, signal: AbortSignal): Promise<void> {
    const key = `${prefix}${ORIGINAL_NAME}`;
    const { path, bytes, sha256 } = file;
    if ((await this.#store.adopt?.(key, path, { bytes, sha256, signal })) === true) return;
    const before = await this.#store.head(key, { signal });
    if (before?.sha256 === sha256 && before.bytes === bytes) return;
    const upload = await this.#store.upload(key, { signal });
    const source = await open(path, 'r');
    try {
      const sentBytes = upload.parts.reduce((sum, part) => sum + part.bytes, 0);
      await send(upload, source, { from: sentBytes, bytes: bytes - sentBytes, total: bytes, signal });
      await upload.finish(sha256, { signal });
    } finally {
      await source.close();
    }
  }

  async keepCover(prefix: string, cover: Uint8Array, signal?: AbortSignal): Promise<void> {
    await this.#replace(`${prefix}${COVER_NAME}`, cover, signal);
  }

  /** Writes the facts last, as the content exists once they are stored. */
  async keepFacts(prefix: string, facts: Facts, signal?: AbortSignal): Promise<void> {
    await this.#replace(`${prefix}${FACTS_NAME}`, Buffer.from(JSON.stringify(facts)), signal);
  }

  async bytesOf(prefix: string, signal: AbortSignal): Promise<number | undefined> {
    return (await this.#store.head(`${prefix}${ORIGINAL_NAME}`, { signal }))?.bytes;
  }

  async erase(prefix: string): Promise<void> {
    // The facts go first: without them the content does not exist, even if a later step fails.
    await this.#store.remove(`${prefix}${FACTS_NAME}`);
    await (await this.#store.upload(`${prefix}${ORIGINAL_NAME}`)).abort();
    for (;;) {
      const page = await this.#store.list(prefix, { limit: PAGE });
      for (const { key } of page) await this.#store.remove(key);
      if (page.length < PAGE) return;
    }
  }

  /** Rejects with `OBJECT_MISSING` when the content does not have the whole range. */
  async copy(tenant: string, copy: Copy, file: FileHandle, signal: AbortSignal): Promise<void> {
    const key = `${contentPrefix(tenant, copy.contentId)}${ORIGINAL_NAME}`;
    for (let at = 0; at < copy.bytes; at += COPY_BYTES) {
      const range = { from: copy.contentFrom + at, bytes: Math.min(COPY_BYTES, copy.bytes - at) };
      const bytes = await this.#whole(key, range, signal);
      for (let done = 0; done < bytes.length; )
        done += (await file.write(bytes, done, bytes.length - done, copy.from + at + done)).bytesWritten;
    }
  }

  /**
   * Hashes the nonce and the ranges in order. Rejects with `OBJECT_MISSING` for a missing range, with a RangeError
   * above the bound of a proof.
   */
  async digest(
    tenant: string,
    nonce: Uint8Array,
    ranges: readonly { readonly contentId: string; readonly from: number; readonly bytes: number }[],
  ): Promise<Uint8Array> {
    const total = ranges.reduce((sum, { bytes }) => sum + bytes, 0);
    const isProof = ranges.length <= PROOF_RANGES_MAX && nonce.length <= 64 && total <= PROOF_BYTES_MAX;
    if (!isProof || !ranges.every(isRange))
      throw new RangeError('a proof has too many bytes or ranges, or an invalid range');
    const hash = createHash('sha256').update(nonce);
    for (const { contentId, from, bytes } of ranges)
      hash.update(await this.#whole(`${contentPrefix(tenant, contentId)}${ORIGINAL_NAME}`, { from, bytes }));
    return hash.digest();
  }

  async #whole(key: string, range: Range, signal?: AbortSignal): Promise<Uint8Array> {
    const bytes = await this.#store.get(key, { range, signal });
    if (bytes.length !== range.bytes) throw new StoreError('OBJECT_MISSING', `${key} is shorter than the range`);
    return bytes;
  }

  /** Objects are written once, so an object with other bytes is removed first. */
  async #replace(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const o = { sha256: sha256Of(bytes), signal };
    try {
      await this.#store.put(key, bytes, o);
    } catch (error) {
      if (!hasCode(error, 'OBJECT_EXISTS')) throw error;
      await this.#store.remove(key, { signal });
      await this.#store.put(key, bytes, o);
    }
  }
}

const isRange = ({ from, bytes }: Range): boolean =>
  Number.isSafeInteger(from) && from >= 0 && Number.isSafeInteger(bytes) && bytes >= 1;

/** Returns the smallest equal part size that stays within the number of parts of an upload. */
export function partBytesOf(total: number): number {
  const least = Math.ceil(total / PARTS_MAX / PART_BYTES) * PART_BYTES;
  return Math.min(OBJECT_BYTES_MAX - PART_BYTES, Math.max(PART_BYTES, least));
}

async function send(
  upload: Upload,
  source: FileHandle,
  o: { readonly from: number; readonly bytes: number; readonly total: number; readonly signal: AbortSignal },
): Promise<void> {
  const buffer = Buffer.alloc(Math.min(partBytesOf(o.total), Math.max(1, o.bytes)));
  for (let at = o.from; at < o.total; ) {
    const readBytes = Math.min(buffer.length, o.total - at);
    let read = 0;
    while (read < readBytes) {
      const { bytesRead } = await source.read(buffer, read, readBytes - read, at + read);
      if (bytesRead === 0) throw new StoreError('HASH_MISMATCH', 'the file is shorter than it was');
      read += bytesRead;
    }
    const part = buffer.subarray(0, readBytes);
    await upload.append(part, { sha256: sha256Of(part), signal: o.signal });
    at += readBytes;
  }
}
