// Replaces covers. ffmpeg must seek, so the file is fetched from the store first.
import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '@meridian/object-store';
import { MeridianError } from '@meridian/protocol';
import { contentPrefix } from '../core/names.ts';
import { type Holder, isPlaceFree } from '../core/turns.ts';
import type { Contents } from './contents.ts';
import type { Spool } from './spool.ts';

/**
 * Concurrent calls, at most two of a tenant and one of a user, each with a copy of its file on the disk; further ones
 * are refused.
 */
const PARALLEL_COVERS = 3;
const RETRY_MS = 30_000;

export type MakeCover = (path: string, atMs: number, signal: AbortSignal) => Promise<Uint8Array | undefined>;

export interface CoversOptions {
  /** Folder for copies, which is emptied at the start. */
  readonly folder: string;
  readonly spool: Pick<Spool, 'roomBytes'>;
  readonly contents: Contents;
  readonly make: MakeCover;
}

export class Covers {
  readonly #o: CoversOptions;
  readonly #closing = new AbortController();
  readonly #running = new Map<Promise<unknown>, Holder>();

  static async open(o: CoversOptions): Promise<Covers> {
    await rm(o.folder, { recursive: true, force: true });
    await mkdir(o.folder, { recursive: true, mode: 0o700 });
    return new Covers(o);
  }

  private constructor(o: CoversOptions) {
    this.#o = o;
  }

  /**
   * Rejects with `OBJECT_MISSING`; REQUEST_INVALID without a picture at `atMs`; OVERLOADED above the bound or the share
   * of `by`, or without room on the disk.
   */
  async make(by: Holder, contentId: string, atMs: number): Promise<void> {
    if (!(atMs >= 0) || !Number.isFinite(atMs)) throw new MeridianError('REQUEST_INVALID', 'at_ms: not a time');
    if (!isPlaceFree(by, [...this.#running.values()], PARALLEL_COVERS))
      throw new MeridianError('OVERLOADED', undefined, { retryAfterMs: RETRY_MS });
    const work = this.#make(by.tenant, contentId, atMs);
    this.#running.set(work, by);
    try {
      await work;
    } finally {
      this.#running.delete(work);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running.keys());
  }

  async #make(tenant: string, contentId: string, atMs: number): Promise<void> {
    const { folder, spool, contents, make } = this.#o;
    const prefix = contentPrefix(tenant, contentId);
    const { signal } = this.#closing;
    const bytes = await contents.bytesOf(prefix, signal);
    if (bytes === undefined) throw new StoreError('OBJECT_MISSING', prefix);
    if ((await spool.roomBytes()) < bytes)
      throw new MeridianError('OVERLOADED', 'the spool has no room', { retryAfterMs: RETRY_MS });
    const path = join(folder, randomUUID());
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        await contents.copy(tenant, { from: 0, bytes, contentId, contentFrom: 0 }, file, signal);
      } finally {
        await file.close();
      }
      const cover = await make(path, atMs, signal);
      if (cover === undefined) throw new MeridianError('REQUEST_INVALID', 'the file has no picture at this time');
      await contents.keepCover(prefix, cover, signal);
    } finally {
      await rm(path, { force: true });
    }
  }
}
