// Uploads one stint: growing files of tracks, a slice of the journal each minute, and at the end the whole journal. A
// file is removed from the disk when the store has it and the journal says so; the folder goes last.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sha256Of } from '@meridian/object-store';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { JOURNAL_NAME, sliceName } from '../core/names.ts';
import type { Spool } from './spool.ts';
import type { StintSpool } from './stint-spool.ts';
import type { SpooledFile } from './track-spool.ts';
import type { RunningUpload, Uploader, UploadOutcome } from './uploader.ts';

/** Maximum part of a journal that is lost with a host. */
export const SLICE_MS = 60_000;
/** A slice is held in memory; a minute has far less. */
const SLICE_BYTES_MAX = 4 * 1_048_576;
const READ_BYTES = 1_048_576;

export interface StintUploadsOptions {
  /** Key prefix of the stint, ending with a slash. */
  readonly prefix: string;
  readonly space: Spool;
  readonly spool: () => StintSpool;
  readonly uploader: Uploader;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * `stored`: the store has the journal and everything that it lists. `aside`: the store refuses the journal. `left`: the
 * next start continues with the folder.
 */
export type StintOutcome = 'stored' | 'aside' | 'left';

export class StintUploads {
  readonly #o: StintUploadsOptions;
  readonly #files = new Map<SpooledFile, RunningUpload>();
  readonly #pending = new Set<Promise<void>>();
  #isLeft = false;
  #timer: Timer | undefined;
  #slicing: Promise<void> | undefined;
  #slices = 0;
  #slicedBytes = 0;

  constructor(o: StintUploadsOptions) {
    this.#o = o;
  }

  file(file: SpooledFile): void {
    const known = this.#files.get(file);
    known?.noteGrowth();
    if (known !== undefined) return;
    const upload = this.#o.uploader.upload({
      key: `${this.#o.prefix}${file.name}`,
      get bytes() {
        return file.bytes;
      },
      get sha256() {
        return file.sha256;
      },
      read: (from, bytes) => this.#read(file.path, from, bytes),
    });
    this.#files.set(file, upload);
    this.#addPending(upload.outcome.then((outcome) => this.#settle(file, outcome)));
  }

  /**
   * Uploads the journal's new lines as a slice once a minute. The first slice goes at once: even a recorder that is
   * lost in its first minute is then known and awaited.
   */
  beginSlices(): void {
    const slice = (): void => {
      this.#slicing ??= this.#slice()
        .catch((error) => this.#leave(error))
        .finally(() => {
          this.#slicing = undefined;
        });
    };
    this.#timer ??= this.#o.clock.every(SLICE_MS, slice);
    this.#o
      .spool()
      .flushed()
      .then(slice, (error) => this.#leave(error));
  }

  /** Waits for all uploads, then uploads the journal and removes the folder. Never rejects. */
  async finish(): Promise<StintOutcome> {
    this.#timer?.cancel();
    const { space, uploader, prefix } = this.#o;
    const spool = this.#o.spool();
    try {
      await spool.flushed();
      // Files of a failed spool never end.
      if (spool.isFailed) for (const upload of this.#files.values()) upload.cancel();
      while (this.#pending.size > 0) await Promise.all([...this.#pending]);
      await this.#slicing;
      await spool.close();
      if (this.#isLeft || spool.isFailed) return 'left';
      const outcome = await this.#journal(spool);
      if (outcome.type === 'closed') return 'left';
      if (outcome.type === 'refused') {
        const { code, message } = outcome;
        await space.putAside(spool.folder, { object: `${prefix}${JOURNAL_NAME}`, code, message });
        return 'aside';
      }
      // The whole journal is stored, so its slices are obsolete.
      if ((await uploader.removeAll(`${prefix}journal-`)).type === 'closed') return 'left';
      await space.removeStint(spool.folder);
      return 'stored';
    } catch (error) {
      this.#leave(error);
      return 'left';
    }
  }

  async #settle(file: SpooledFile, outcome: UploadOutcome): Promise<void> {
    const { space, prefix } = this.#o;
    this.#files.delete(file);
    if (outcome.type === 'closed') {
      this.#isLeft = true;
      return;
    }
    if (outcome.type === 'refused') {
      const { code, message } = outcome;
      // The line comes first: a file with a line is tried again, but a file that is gone without one would be awaited.
      await this.#o.spool().noteDurably({ type: 'fileRefused', file: file.number, code });
      await space.putAside(file.path, { object: `${prefix}${file.name}`, code, message });
      return;
    }
    const { number, bytes, sha256 = '' } = file;
    await this.#o.spool().noteDurably({ type: 'fileEnd', file: number, bytes, sha256 });
    await space.disk.remove(file.path);
  }

  #addPending(work: Promise<void>): void {
    const end: Promise<void> = work
      .catch((error) => this.#leave(error))
      .finally(() => {
        this.#pending.delete(end);
      });
    this.#pending.add(end);
  }

  #leave(error: unknown): void {
    this.#isLeft = true;
    this.#o.log.error({ err: error, prefix: this.#o.prefix }, 'a stint stays in the spool until the next start');
  }

  async #slice(): Promise<void> {
    const spool = this.#o.spool();
    const path = join(spool.folder, JOURNAL_NAME);
    while (this.#slicedBytes < spool.journalBytes) {
      const length = Math.min(SLICE_BYTES_MAX, spool.journalBytes - this.#slicedBytes);
      const read = await this.#read(path, this.#slicedBytes, length);
      const lines = read.subarray(0, read.lastIndexOf(0x0a) + 1);
      this.#slices += 1;
      const { outcome } = this.#o.uploader.upload({
        key: `${this.#o.prefix}${sliceName(this.#slices)}`,
        bytes: lines.length,
        sha256: sha256Of(lines),
        read: (from, bytes) => Promise.resolve(lines.subarray(from, from + bytes)),
      });
      if ((await outcome).type === 'closed') return;
      this.#slicedBytes += lines.length;
    }
  }

  async #journal(spool: StintSpool): Promise<UploadOutcome> {
    const path = join(spool.folder, JOURNAL_NAME);
    const { journalBytes } = spool;
    const { outcome } = this.#o.uploader.upload({
      key: `${this.#o.prefix}${JOURNAL_NAME}`,
      bytes: journalBytes,
      sha256: await this.#hash(path, journalBytes),
      read: (from, bytes) => this.#read(path, from, bytes),
    });
    return await outcome;
  }

  async #hash(path: string, bytes: number): Promise<string> {
    const hash = createHash('sha256');
    for (let at = 0; at < bytes; at += READ_BYTES)
      hash.update(await this.#read(path, at, Math.min(READ_BYTES, bytes - at)));
    return hash.digest('hex');
  }

  async #read(path: string, from: number, bytes: number): Promise<Uint8Array> {
    const read = await this.#o.space.disk.read(path, from, bytes);
    if (read.length !== bytes) throw new Error(`${path} has ${read.length} bytes at ${from}, not ${bytes}`);
    return read;
  }
}
