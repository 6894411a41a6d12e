import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, type FileHandle, mkdir, open, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, systemClock } from '@meridian/runtime';
import { Calls, KeyedQueue } from './calls.ts';
import {
  type ByteRange,
  checkKey,
  checkLimit,
  checkObjectBytes,
  checkPrefix,
  checkRange,
  checkSha256,
  cutRange,
} from './core/bounds.ts';
import { StoreError } from './core/errors.ts';
import { FileThreads } from './file-threads/file-threads.ts';
import type { FileStep } from './file-threads/steps.ts';
import { FileUpload } from './file-upload.ts';
import { absent, type FileRoot, fileError, syncFolder } from './files.ts';
import { checkBytes } from './hash.ts';
import type { CallOptions, ListedObject, ObjectInfo, OpenObject, Store, Upload } from './store.ts';

/** Time limit of a call; a disk that needs longer for 64 MiB hangs. */
const DEADLINE_MS = 60_000;
/** Rights of the group that may read objects: files, and the folders above them, whose names it cannot list. */
const GROUP_READS = 0o040;
const GROUP_ENTERS = 0o010;
/** Replaces what an earlier process left. */
const OVER = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
/** Bound of the infos in memory, of some hundred bytes each. */
const KNOWN_MAX = 10_000;

/**
 * Objects are `objects/KEY`, their hashes `hashes/KEY`. An object appears, after its hash, by a link to a complete and
 * synced file, so a crash leaves no partial object. One process owns the folder. A key that is a folder of other keys
 * is refused (`STORE_REFUSED`).
 */
export async function openFileStore(o: {
  folder: string;
  clock?: Clock;
  deadlineMs?: number;
  /** Absent: the store has one of its own. */
  threads?: FileThreads;
}): Promise<Store> {
  const calls = new Calls({ clock: o.clock ?? systemClock(), deadlineMs: o.deadlineMs ?? DEADLINE_MS });
  return await calls.run(undefined, fileError, async () => {
    await mkdir(o.folder, { recursive: true });
    const root = await realpath(o.folder);
    await rm(join(root, 'tmp'), { recursive: true, force: true });
    for (const name of ['objects', 'hashes', 'tmp', 'uploads']) await mkdir(join(root, name), { recursive: true });
    await syncFolder(root);
    return new FileStore(root, calls, o.threads);
  });
}

/** Info of an object, and the file that it is of. */
interface Known {
  readonly info: ObjectInfo;
  readonly ino: number;
  readonly changedMs: number;
  /** Whether `letGroupRead` has set the rights of the file. */
  groupReads?: boolean;
}

class FileStore implements Store, FileRoot {
  readonly root: string;
  readonly calls: Calls;
  readonly #known = new Map<string, Known>();
  readonly #queue = new KeyedQueue();
  readonly #threads: FileThreads;
  readonly #ownThreads: FileThreads | undefined;

  constructor(root: string, calls: Calls, threads: FileThreads | undefined) {
    this.root = root;
    this.calls = calls;
    this.#ownThreads = threads === undefined ? new FileThreads() : undefined;
    this.#threads = threads ?? (this.#ownThreads as FileThreads);
  }

  put(key: string, bytes: Uint8Array, o: { readonly sha256: string } & CallOptions): Promise<void> {
    return this.calls.run(o.signal, fileError, async (signal) => {
      checkKey(key);
      checkSha256(o.sha256);
      checkObjectBytes(bytes.length);
      checkBytes(key, bytes, o.sha256);
      await this.#queue.run(key, async () => {
        signal.throwIfAborted();
        const path = this.#temporary();
        const info = { bytes: bytes.length, sha256: o.sha256 };
        const made = { do: 'write', path, bytes, flags: 'wx' } as const;
        await this.#link(key, path, info, made);
      });
    });
  }

  get(key: string, o: { readonly range?: ByteRange } & CallOptions = {}): Promise<Uint8Array> {
    return this.calls.run(o.signal, fileError, async () => {
      checkKey(key);
      if (o.range !== undefined) checkRange(o.range);
      const info = await this.#info(key);
      if (info === undefined) throw new StoreError('OBJECT_MISSING', key);
      if (o.range === undefined) checkObjectBytes(info.bytes);
      const range = cutRange(o.range ?? { from: 0, bytes: Math.max(1, info.bytes) }, info.bytes);
      const bytes = range === undefined ? new Uint8Array() : await this.#read(key, range);
      if (o.range === undefined) checkBytes(key, bytes, info.sha256);
      return bytes;
    });
  }

  openObject(key: string, o: CallOptions = {}): Promise<OpenObject> {
    return this.calls.run(o.signal, fileError, async (signal) => {
      checkKey(key);
      const info = await this.#info(key);
      if (info === undefined) throw new StoreError('OBJECT_MISSING', key);
      const file = await this.#open(key);
      if (!signal.aborted) return new OpenFile(file, info.bytes, this.calls);
      await file.close(); // the caller is gone
      throw signal.reason;
    });
  }

  head(key: string, o: CallOptions = {}): Promise<ObjectInfo | undefined> {
    return this.calls.run(o.signal, fileError, async () => {
      checkKey(key);
      return await this.#info(key);
    });
  }

  list(
    prefix: string,
    o: { readonly after?: string | undefined; readonly limit: number } & CallOptions,
  ): Promise<ListedObject[]> {
    return this.calls.run(o.signal, fileError, async (signal) => {
      checkPrefix(prefix);
      checkLimit(o.limit);
      const found: ListedObject[] = [];
      await this.#walk('', { prefix, after: o.after ?? '', limit: o.limit, found, signal });
      return found;
    });
  }

  remove(key: string, o: CallOptions = {}): Promise<void> {
    return this.calls.run(o.signal, fileError, async () => {
      checkKey(key);
      await this.#queue.run(key, async () => {
        this.#known.delete(key);
        // The object goes first: a hash without an object is ignored.
        for (const path of [this.#path('objects', key), this.#path('hashes', key)]) {
          if (!(await stat(path).catch(absent))?.isFile()) continue;
          await rm(path, { force: true });
          await syncFolder(dirname(path));
        }
      });
    });
  }

  upload(key: string, o: CallOptions = {}): Promise<Upload> {
    return this.calls.run(o.signal, fileError, async () => {
      checkKey(key);
      return await this.#queue.run(key, () => FileUpload.open(this, key));
    });
  }

  adopt(key: string, path: string, o: ObjectInfo & CallOptions): Promise<boolean> {
    return this.calls.run(o.signal, fileError, async () => {
      checkKey(key);
      checkSha256(o.sha256);
      const info = { bytes: o.bytes, sha256: o.sha256 };
      try {
        await this.#queue.run(key, () => this.#link(key, path, info, { do: 'expectBytes', path, bytes: o.bytes }));
        return true;
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === 'EXDEV') return false;
        if (code === 'EFBIG') throw new StoreError('HASH_MISMATCH', `${key} has another size`);
        throw error;
      }
    });
  }

  letGroupRead(key: string, o: CallOptions = {}): Promise<void> {
    return this.calls.run(o.signal, fileError, async () => {
      checkKey(key);
      if ((await this.#info(key)) === undefined) throw new StoreError('OBJECT_MISSING', key);
      const known = this.#known.get(key);
      if (known === undefined || known.groupReads === true) return;
      const file = await this.#open(key);
      try {
        await file.chmod((await file.stat()).mode | GROUP_READS);
      } finally {
        await file.close();
      }
      for (let path = dirname(this.#path('objects', key)); path.length >= this.root.length; path = dirname(path)) {
        const { mode } = await stat(path);
        if ((mode & GROUP_ENTERS) === 0) await chmod(path, mode | GROUP_ENTERS);
      }
      known.groupReads = true;
    });
  }

  async close(_cause: string): Promise<void> {
    await this.calls.close();
    await this.#ownThreads?.close();
  }

  /** Rejects with `OBJECT_EXISTS`. */
  commit(key: string, path: string, info: ObjectInfo): Promise<void> {
    return this.#queue.run(key, () => this.#link(key, path, info));
  }

  /** Links the file, after the first step, if no object has the key. A file that this step makes is removed. */
  async #link(key: string, path: string, info: ObjectInfo, first?: FileStep): Promise<void> {
    const [object, hash] = [this.#path('objects', key), this.#path('hashes', key)];
    const line = Buffer.from(`${info.sha256} ${info.bytes}\n`);
    const isMade = first?.do === 'write';
    try {
      await this.#threads.run([
        { do: 'expectNone', path: object },
        ...(first === undefined ? [] : [first]),
        // Until the object is there, its hash is ignored, also a cut one.
        { do: 'makeFolder', path: dirname(hash), within: this.root },
        { do: 'write', path: hash, bytes: line, flags: OVER },
        { do: 'makeFolder', path: dirname(object), within: this.root },
        { do: 'sync', files: isMade ? [path, hash] : [hash], folders: [dirname(hash)] },
        { do: 'link', from: path, to: object },
        { do: 'sync', folders: [dirname(object)] },
        ...(isMade ? [{ do: 'unlink', path } as const] : []),
      ]);
    } catch (error) {
      if (isMade) await this.#threads.run([{ do: 'unlink', path }]);
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
      const before = await this.#info(key);
      if (before?.sha256 === info.sha256 && before.bytes === info.bytes) {
        // An attempt that failed may have left the names without their sync.
        const folders = [dirname(hash), dirname(object)];
        await this.#threads.run([{ do: 'sync', files: [object, hash], folders }]);
        return;
      }
      throw before === undefined ? error : new StoreError('OBJECT_EXISTS', key, { cause: error });
    }
  }

  async #info(key: string): Promise<ObjectInfo | undefined> {
    const path = this.#path('objects', key);
    const found = await stat(path).catch(absent);
    if (!found?.isFile()) return undefined;
    const known = this.#known.get(key);
    const isSame = known?.ino === found.ino && known.changedMs === found.mtimeMs && known.info.bytes === found.size;
    if (isSame) return known.info;
    await this.#checkInside(dirname(path));
    const line = await readFile(this.#path('hashes', key), 'latin1').catch(absent);
    const [, sha256, bytes] = /^([0-9a-f]{64}) (\d+)\n$/.exec(line ?? '') ?? [];
    if (sha256 === undefined || Number(bytes) !== found.size)
      throw new StoreError(
        'HASH_MISMATCH',
        `${key} has ${found.size} bytes, and its hash is of ${bytes ?? 'no'} bytes`,
      );
    const info = { bytes: found.size, sha256 };
    if (this.#known.size >= KNOWN_MAX) this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(key, { info, ino: found.ino, changedMs: found.mtimeMs });
    return info;
  }

  async #read(key: string, range: ByteRange): Promise<Uint8Array> {
    const file = await this.#open(key);
    try {
      // A pool would give its memory to several readers, and zeros would be written for nothing.
      return await readRange(file, range, Buffer.allocUnsafeSlow(range.bytes));
    } finally {
      await file.close();
    }
  }

  #open(key: string): Promise<FileHandle> {
    return open(this.#path('objects', key), constants.O_RDONLY | constants.O_NOFOLLOW);
  }

  async #walk(
    folder: string,
    o: { prefix: string; after: string; limit: number; found: ListedObject[]; signal: AbortSignal },
  ): Promise<void> {
    const entries = (await readdir(join(this.root, 'objects', folder), { withFileTypes: true }).catch(absent)) ?? [];
    // S3's order, by the bytes of whole keys, so a folder's name compares with its slash.
    const names = entries.map((entry) => folder + entry.name + (entry.isDirectory() ? '/' : '')).sort(byBytes);
    for (const name of names) {
      o.signal.throwIfAborted();
      if (o.found.length >= o.limit) return;
      if (name.endsWith('/')) {
        const isBehind = name > o.after || o.after.startsWith(name);
        const isWithin = name.startsWith(o.prefix) || o.prefix.startsWith(name);
        if (isBehind && isWithin) await this.#walk(name, o);
      } else if (name > o.after && name.startsWith(o.prefix)) {
        const found = await stat(this.#path('objects', name)).catch(absent);
        if (found !== undefined) o.found.push({ key: name, bytes: found.size });
      }
    }
  }

  async #checkInside(folder: string): Promise<void> {
    if (!`${await realpath(folder)}/`.startsWith(`${this.root}/`))
      throw new StoreError('STORE_REFUSED', 'a symbolic link leads out of the folder of the store');
  }

  #path(kind: 'objects' | 'hashes', key: string): string {
    return join(this.root, kind, key);
  }

  #temporary(): string {
    return join(this.root, 'tmp', randomUUID());
  }
}

class OpenFile implements OpenObject {
  readonly #file: FileHandle;
  readonly #bytes: number;
  readonly #calls: Calls;
  /** The latest read, which goes on when its caller has gone. */
  #reading: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(file: FileHandle, bytes: number, calls: Calls) {
    this.#file = file;
    this.#bytes = bytes;
    this.#calls = calls;
  }

  read(range: ByteRange, into: Uint8Array, o: CallOptions = {}): Promise<Uint8Array> {
    return this.#calls.run(o.signal, fileError, async () => {
      checkRange(range);
      if (range.bytes > into.length) throw new StoreError('STORE_REFUSED', 'the range is larger than its buffer');
      if (this.#closed !== undefined) throw new StoreError('STORE_REFUSED', 'the object is closed');
      const cut = cutRange(range, this.#bytes);
      if (cut === undefined) return new Uint8Array();
      const reading = readRange(this.#file, cut, into);
      this.#reading = Promise.allSettled([this.#reading, reading]);
      return await reading;
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#reading.then(() => this.#file.close());
    return this.#closed;
  }
}

/** Returns fewer bytes from a file that has become shorter. */
async function readRange(file: FileHandle, { from, bytes }: ByteRange, into: Uint8Array): Promise<Uint8Array> {
  const { bytesRead } = await file.read(into, 0, bytes, from);
  return into.subarray(0, bytesRead);
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : 1);
