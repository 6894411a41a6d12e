// Source files on a worker's disk, kept while tasks of the content arrive. ffmpeg has no network, and must seek.
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, type Store } from '@meridian/object-store';
import { RenditionError } from '../core/renditions/errors.ts';

/** Bytes of one read from the store. A few reads are in memory for each source that is fetched. */
const RANGE_BYTES = 8 * 1_048_576;
/** The sandbox user has no rights but may open the file that it was given. */
const FILE_MODE = 0o644;

interface Entry {
  readonly key: string;
  readonly bytes: number;
  readonly ending: AbortController;
  file: Promise<FileHandle>;
  users: number;
}

export interface SourceHandle {
  readonly fd: number;
  /** Call once; the source may then be evicted. */
  release(): void;
}

export class SourceCache {
  readonly #folder: string;
  readonly #bytesMax: number;
  /** Ordered by last use, latest last. */
  readonly #entries = new Map<string, Entry>();
  #names = 0;
  #fetched = 0;

  private constructor(folder: string, bytesMax: number) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  /** Opens the cache in `folder`, for one process. Files are unlinked once open, so that kill -9 leaves nothing. */
  static async open(o: { readonly folder: string; readonly bytesMax: number }): Promise<SourceCache> {
    await rm(o.folder, { recursive: true, force: true });
    await mkdir(o.folder, { recursive: true, mode: 0o700 });
    return new SourceCache(o.folder, o.bytesMax);
  }

  get fetched(): number {
    return this.#fetched;
  }

  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Rejects with `SOURCE_MISSING`, `SOURCE_CHANGED`, `NO_ROOM` (sources in use leave too little), `TASK_ABORTED`, and
   * as the store does.
   */
  async take(store: Store, key: string, signal: AbortSignal): Promise<SourceHandle> {
    const known = this.#entries.get(key);
    const entry = known === undefined ? await this.#begin(store, key, signal) : this.#use(known);
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      entry.users -= 1;
    };
    try {
      const file = await abortable(entry.file, signal);
      return { fd: file.fd, release };
    } catch (error) {
      release();
      if (entry.users === 0) await this.#drop(entry);
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const entry of this.#entries.values()) await this.#drop(entry);
  }

  /** Counts the use without an await in between, because an entry without users may be evicted. */
  #use(entry: Entry): Entry {
    entry.users += 1;
    this.#entries.delete(entry.key);
    this.#entries.set(entry.key, entry);
    return entry;
  }

  async #begin(store: Store, key: string, signal: AbortSignal): Promise<Entry> {
    const info = await store.head(key, { signal });
    if (info === undefined) throw new RenditionError('SOURCE_MISSING');
    const existing = this.#entries.get(key);
    if (existing !== undefined) return this.#use(existing);
    const idle = [...this.#entries.values()].filter(({ users }) => users === 0);
    const dropped: Promise<void>[] = [];
    for (const entry of idle) if (this.bytes + info.bytes > this.#bytesMax) dropped.push(this.#drop(entry));
    if (this.bytes + info.bytes > this.#bytesMax)
      throw new RenditionError('NO_ROOM', `no room for ${info.bytes} bytes beside ${this.bytes}`);
    const ending = new AbortController();
    const file = Promise.all(dropped).then(() => this.#fetch(store, { key, info, signal: ending.signal }));
    file.catch(() => undefined); // callers of `take` see the rejection
    const entry: Entry = { key, bytes: info.bytes, ending, file, users: 0 };
    return this.#use(entry);
  }

  async #fetch(
    store: Store,
    o: { readonly key: string; readonly info: { bytes: number; sha256: string }; readonly signal: AbortSignal },
  ): Promise<FileHandle> {
    this.#names += 1;
    const path = join(this.#folder, `${this.#names}`);
    const file = await open(path, 'wx+', FILE_MODE);
    try {
      await rm(path);
      const hash = createHash('sha256');
      for (let from = 0; from < o.info.bytes; from += RANGE_BYTES) {
        const bytes = await store.get(o.key, { range: { from, bytes: RANGE_BYTES }, signal: o.signal });
        hash.update(bytes);
        await file.write(bytes, 0, bytes.length, from);
      }
      if (hash.digest('hex') !== o.info.sha256) throw new RenditionError('SOURCE_CHANGED');
      this.#fetched += 1;
      return file;
    } catch (error) {
      await file.close();
      throw hasCode(error, 'OBJECT_MISSING')
        ? new RenditionError('SOURCE_MISSING', undefined, { cause: error })
        : error;
    }
  }

  async #drop(entry: Entry): Promise<void> {
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
    entry.ending.abort();
    const file = await entry.file.catch(() => undefined); // a failed fetch has closed its file
    await file?.close();
  }
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const onAbort = (): void => ended.reject(new RenditionError('TASK_ABORTED'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, ended.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
