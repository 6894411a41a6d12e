// Finishes complete uploads: copies known blocks, compares hashes, checks the file, stores it. A few run at once, by
// turns of tenants and owners; after a restart they begin again.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { hasCode } from '@meridian/object-store';
import { BLOCK_BYTES, blocksOf, type LibraryKind } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { contentPrefix } from '../core/names.ts';
import { announcedHash } from '../core/plan.ts';
import { type Media, type Report, refusalOf } from '../core/report.ts';
import { FileRefused, retryMs } from '../core/retry.ts';
import { nextInTurn } from '../core/turns.ts';
import type { Contents } from './contents.ts';
import type { Spool } from './spool.ts';
import type { Upload } from './upload.ts';

const READ_BYTES = 1_048_576;
/**
 * Concurrent uploads, at most three of a tenant and two of a user, so that slow files do not hold up those of others.
 * Each takes some MB of memory and an ffmpeg.
 */
const PARALLEL_JOBS = 4;

export interface CheckedFile {
  readonly path: string;
  readonly tenant: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}
export type Checked =
  | {
      readonly ok: true;
      readonly type: string;
      readonly kind: LibraryKind;
      readonly media: Media;
      /** Encoding of a text that is not in UTF-8, as a label of the WHATWG Encoding Standard. */
      readonly charset?: string | undefined;
      readonly cover?: Uint8Array | undefined;
    }
  | { readonly ok: false; readonly code: string; readonly detail: string };

/** Checks a file. A rejection other than `FileRefused` is retried. */
export type Check = (file: CheckedFile, signal: AbortSignal) => Promise<Checked>;

/** Checks a file, and makes it a content with its cover. Rejects with `FileRefused`, and as the store does. */
export async function keepChecked(
  { contents, check }: { readonly contents: Contents; readonly check: Check },
  file: CheckedFile & { readonly contentId: string; readonly blocks: string },
  signal: AbortSignal,
): Promise<Report> {
  const { path, tenant, name, bytes, sha256, contentId, blocks } = file;
  const checked = await check({ path, tenant, name, bytes, sha256 }, signal);
  if (!checked.ok) throw new FileRefused(checked.code, checked.detail);
  const { type, kind, media, charset, cover } = checked;
  signal.throwIfAborted();
  const prefix = contentPrefix(tenant, contentId);
  await contents.keepOriginal(prefix, { path, bytes, sha256 }, signal);
  if (cover !== undefined) await contents.keepCover(prefix, cover, signal);
  await contents.keepFacts(prefix, { name, type, kind, bytes, sha256, media, charset }, signal);
  return { code: '', detail: '', bytes, sha256, blocks, type, kind, media, hasCover: cover !== undefined };
}

export interface FinishingOptions {
  readonly spool: Spool;
  readonly contents: Contents;
  readonly check: Check;
  readonly clock: Clock;
  readonly log: Logger;
  onEnded(upload: Upload): void;
}

interface Job {
  readonly upload: Upload;
  readonly tenant: string;
  readonly owner: string;
  readonly sinceMs: number;
  failures: number;
  dueMs: number;
}

export class Finishing {
  readonly #o: FinishingOptions;
  /** Ordered by arrival; bounded by the spool. */
  #jobs: Job[] = [];
  readonly #running = new Map<Job, Promise<void>>();
  #timer: Timer | undefined;
  readonly #closing = new AbortController();

  constructor(o: FinishingOptions) {
    this.#o = o;
  }

  get figures(): { readonly waiting: number; readonly oldestWaitMs: number } {
    const now = this.#o.clock.nowMs();
    const waits = this.#jobs.map(({ sinceMs }) => now - sinceMs);
    return { waiting: waits.length, oldestWaitMs: Math.max(0, ...waits) };
  }

  add(upload: Upload): void {
    if (this.#jobs.some((job) => job.upload === upload)) return;
    const now = this.#o.clock.nowMs();
    const { tenant, owner } = upload.plan;
    this.#jobs.push({ upload, tenant, owner, sinceMs: now, failures: 0, dueMs: now });
    this.#next();
  }

  /** Resolves when no work on this upload is running. The caller has closed the upload. */
  async leave(upload: Upload): Promise<void> {
    this.#jobs = this.#jobs.filter((job) => job.upload !== upload);
    await Promise.all([...this.#running].filter(([job]) => job.upload === upload).map(([, done]) => done));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#timer?.cancel();
    await Promise.all(this.#running.values());
  }

  #next(): void {
    if (this.#closing.signal.aborted) return;
    this.#timer?.cancel();
    const { clock } = this.#o;
    const now = clock.nowMs();
    const waiting = this.#jobs.filter((job) => !this.#running.has(job));
    const due = new Set(waiting.filter(({ dueMs }) => dueMs <= now));
    for (;;) {
      // The end of a job calls this method again.
      const job = nextInTurn([...due], [...this.#running.keys()], PARALLEL_JOBS);
      if (job === undefined) break;
      due.delete(job);
      const done = this.#run(job).finally(() => {
        this.#running.delete(job);
        this.#next();
      });
      this.#running.set(job, done);
    }
    const later = waiting.map(({ dueMs }) => dueMs).filter((dueMs) => dueMs > now);
    if (later.length > 0) this.#timer = clock.after(Math.min(...later) - now, () => this.#next());
  }

  async #run(job: Job): Promise<void> {
    const { upload } = job;
    const { clock, log, onEnded } = this.#o;
    const signal = AbortSignal.any([upload.signal, this.#closing.signal]);
    try {
      await upload.end(await this.#outcome(upload, signal));
      this.#jobs = this.#jobs.filter((one) => one !== job);
      onEnded(upload);
    } catch (err) {
      if (signal.aborted) {
        this.#jobs = this.#jobs.filter((one) => one !== job);
        return;
      }
      job.failures += 1;
      job.dueMs = clock.nowMs() + retryMs(job.failures);
      log.warn({ err, uploadId: upload.plan.uploadId }, 'an upload could not be finished yet');
    }
  }

  async #outcome(upload: Upload, signal: AbortSignal): Promise<Report> {
    try {
      return await this.#finish(upload, signal);
    } catch (error) {
      if (error instanceof FileRefused) return refusalOf(error.code, error.message);
      const { clock, log } = this.#o;
      if (signal.aborted || clock.wallMs() <= upload.plan.expiresWallMs) throw error;
      log.error({ err: error, uploadId: upload.plan.uploadId }, 'an upload could not be finished before it expired');
      return refusalOf('UPLOAD_EXPIRED', 'the file could not be checked or stored in time');
    }
  }

  async #finish(upload: Upload, signal: AbortSignal): Promise<Report> {
    const { plan, dataPath: path } = upload;
    const { contents, check } = this.#o;
    await this.#copyKnown(upload, signal);
    const { sha256, blocks } = await hashesOf(upload, signal);
    if (plan.sha256 !== '' && plan.sha256 !== sha256)
      throw new FileRefused('HASH_MISMATCH', 'the whole file has another hash');
    const { tenant, name, bytes, uploadId: contentId } = plan;
    return keepChecked({ contents, check }, { path, tenant, name, bytes, sha256, contentId, blocks }, signal);
  }

  async #copyKnown(upload: Upload, signal: AbortSignal): Promise<void> {
    const { plan } = upload;
    if (plan.copies.length === 0) return;
    const file = await open(upload.dataPath, 'r+');
    try {
      for (const copy of plan.copies) await this.#o.contents.copy(plan.tenant, copy, file, signal);
      await file.datasync();
    } catch (error) {
      if (hasCode(error, 'OBJECT_MISSING')) throw new FileRefused('UPLOAD_LOST', 'a content to copy from is gone');
      throw error;
    } finally {
      await file.close();
    }
  }
}

/** Hashes the file and its blocks in one pass. Blocks that arrived in parts were hashed on arrival. */
async function hashesOf(upload: Upload, signal: AbortSignal): Promise<{ sha256: string; blocks: string }> {
  const { plan, hashes } = upload;
  const only = blocksOf(plan.bytes) === 1 ? hashes.get(0) : undefined;
  if (only !== undefined) return { sha256: only, blocks: only };
  const whole = createHash('sha256');
  const blocks: string[] = [];
  const file = await open(upload.dataPath, 'r');
  try {
    const buffer = Buffer.alloc(READ_BYTES);
    for (let number = 0; number < blocksOf(plan.bytes); number += 1) {
      const knownHash = hashes.get(number);
      const blockHash = createHash('sha256');
      const end = Math.min(plan.bytes, (number + 1) * BLOCK_BYTES);
      for (let at = number * BLOCK_BYTES; at < end; ) {
        signal.throwIfAborted();
        const { bytesRead } = await file.read(buffer, 0, Math.min(READ_BYTES, end - at), at);
        if (bytesRead === 0) throw new Error('the file of an upload is shorter than it was');
        const piece = buffer.subarray(0, bytesRead);
        whole.update(piece);
        if (knownHash === undefined) blockHash.update(piece);
        at += bytesRead;
      }
      blocks.push(knownHash ?? blockHash.digest('hex'));
      const announced = announcedHash(plan, number);
      if (announced !== '' && announced !== blocks.at(-1))
        throw new FileRefused('HASH_MISMATCH', `block ${number} has another hash`);
    }
  } finally {
    await file.close();
  }
  return { sha256: whole.digest('hex'), blocks: blocks.join('') };
}
