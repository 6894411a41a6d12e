// Sink of an edge site: files lie in DIR/ITEM/NAME, where the systems of the site read them.
import { createHash } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { chmod, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { absent, syncFolder, writeSynced } from '@meridian/object-store';
import { type Clock, parseJson } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';
import { fileNameOf } from '../core/file-name.ts';
import { safeName } from '../core/safe-name.ts';
import { post } from './post.ts';
import { ContentChanged, type FetchedFile, type Sink, SinkError, type Taken } from './sink.ts';

const recordSchema = Type.Object({
  content: Type.String(),
  bytes: Type.Integer(),
  sha256: Type.String(),
  name: Type.String(),
  /** State of the file when it was verified; with another state the file is hashed again. */
  mark: Type.Optional(Type.Object({ ino: Type.Number(), mtimeMs: Type.Number(), ctimeMs: Type.Number() })),
});
type FolderRecord = Static<typeof recordSchema>;

/** Private folder, on the disk of the files so that a rename moves a file. Names of items never begin with a dot. */
const PRIVATE_FOLDER = '.meridian';
const NO_SPACE_CODES = new Set(['ENOSPC', 'EDQUOT']);
/** Error codes of `link` to another disk, in a file system without links, or above the limit of links. */
const UNLINKABLE_CODES = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EACCES']);

/** Readable for the group of this process, to which the systems of the site belong. */
const MODE = 0o640;
/** Error codes of file systems without modes. */
const MODELESS_CODES = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

export interface FolderSinkOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** URL of the operator, called after each file; it must answer 2xx. */
  readonly notifyUrl?: string | undefined;
  /** Replaced in tests. */
  readonly link?: typeof link;
}

/**
 * Puts each file under its name atomically, as a link to the content or a copy, after it has read the file back and
 * compared its hash. Files are read-only: writing into a link changes the content. A repeated delivery restores a
 * replaced file. Rejects with DISK_FULL; HASH_MISMATCH when the content has changed on the disk; TARGET_UNREACHABLE
 * when the folder is not writable or `notifyUrl` fails.
 */
export class FolderSink implements Sink {
  readonly needsBytes = true;
  readonly #o: FolderSinkOptions;
  readonly #privateFolder: string;
  readonly #ending = new AbortController();
  /** Deliveries of an item run one after another, so that its record and file belong to the same content. */
  readonly #lastByItem = new Map<string, Promise<void>>();
  #prepared: Promise<void> | undefined;

  constructor(o: FolderSinkOptions) {
    this.#o = o;
    this.#privateFolder = join(o.folder, PRIVATE_FOLDER);
  }

  async take(file: FetchedFile): Promise<Taken> {
    const { notice } = file;
    const signal = AbortSignal.any([file.signal, this.#ending.signal]);
    signal.throwIfAborted();
    const name = fileNameOf(notice.name, notice.type);
    const { content, bytes, sha256 } = notice;
    await this.#inTurn(notice.item, () =>
      this.#put({ notice, path: file.path, signal }, { content, bytes, sha256, name }),
    );
    await this.#notify({ notice, path: join(this.#o.folder, notice.item, name), signal }, name);
    return { sha256, bytes, proof: 'read' };
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled(this.#lastByItem.values());
  }

  async #inTurn(item: string, work: () => Promise<void>): Promise<void> {
    const before = this.#lastByItem.get(item);
    const turn = (async () => {
      await Promise.allSettled([before]);
      await work();
    })();
    this.#lastByItem.set(item, turn);
    try {
      await turn;
    } finally {
      if (this.#lastByItem.get(item) === turn) this.#lastByItem.delete(item);
    }
  }

  async #put(file: FetchedFile, wanted: FolderRecord): Promise<void> {
    try {
      await this.#prepare();
      const place = join(this.#o.folder, file.notice.item);
      const target = join(place, wanted.name);
      const stored = await this.#recordOf(file.notice.item);
      const same = stored !== undefined && isSame(stored, wanted) ? stored : undefined;
      const found = same && (await stateOf(target));
      if (found?.bytes === wanted.bytes) {
        if (isMarked(same, found)) return;
        if ((await hashOf(target, file.signal)) === wanted.sha256) {
          await setMode(target);
          await this.#record(file.notice.item, wanted);
          return;
        }
      }
      await mkdir(place, { recursive: true });
      await this.#place(file, target);
      if (stored !== undefined && stored.name !== wanted.name) await rm(join(place, stored.name), { force: true });
      await syncFolder(place);
      await syncFolder(this.#o.folder);
      await this.#record(file.notice.item, wanted);
    } catch (error) {
      file.signal.throwIfAborted();
      throw folderError(error);
    }
  }

  #prepare(): Promise<void> {
    this.#prepared ??= this.#clear().catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  async #clear(): Promise<void> {
    await mkdir(this.#privateFolder, { recursive: true });
    for (const name of await readdir(this.#privateFolder))
      if (name.endsWith('.part')) await rm(join(this.#privateFolder, name), { force: true });
  }

  async #place({ notice, path, signal }: FetchedFile, target: string): Promise<void> {
    const part = join(this.#privateFolder, `${notice.delivery}.part`);
    try {
      await rm(part, { force: true });
      if (!(await tryLink(path, part, this.#o.link ?? link)))
        await pipeline(createReadStream(path), createWriteStream(part, { flags: 'wx' }), { signal });
      await setMode(part);
      await syncFile(part);
      if ((await hashOf(part, signal)) !== notice.sha256) throw new ContentChanged();
      await rename(part, target);
    } finally {
      // A rename onto another link of the same file leaves this link.
      await rm(part, { force: true });
    }
  }

  async #recordOf(item: string): Promise<FolderRecord | undefined> {
    const text = await readFile(join(this.#privateFolder, `${item}.json`), 'utf8').catch(absent);
    const json = text === undefined ? undefined : parseJson(text);
    // An unsafe name was not written by this code, and must not name a file to delete.
    return Check(recordSchema, json) && safeName(json.name) === json.name ? json : undefined;
  }

  async #record(item: string, wanted: FolderRecord): Promise<void> {
    const mark = (await stateOf(join(this.#o.folder, item, wanted.name)))?.mark;
    const record = Object.assign({ mark }, wanted);
    const part = join(this.#privateFolder, `${item}.json.part`);
    await rm(part, { force: true });
    await writeSynced(part, Buffer.from(JSON.stringify(record)));
    await rename(part, join(this.#privateFolder, `${item}.json`));
    await syncFolder(this.#privateFolder);
  }

  async #notify({ notice, path, signal }: FetchedFile, name: string): Promise<void> {
    const { notifyUrl, clock } = this.#o;
    if (notifyUrl === undefined) return;
    const { delivery, item, content, bytes, sha256 } = notice;
    const body = JSON.stringify({ delivery, item, content, path, bytes, sha256, name });
    const status = await post({ url: notifyUrl, headers: {}, body, signal, clock });
    if (status < 200 || status >= 300)
      throw new SinkError('TARGET_UNREACHABLE', `the system of the site answers ${status}`);
  }
}

const isSame = (a: FolderRecord, b: FolderRecord): boolean =>
  a.sha256 === b.sha256 && a.bytes === b.bytes && a.name === b.name;

interface State {
  readonly bytes: number;
  readonly mark: NonNullable<FolderRecord['mark']>;
}

async function stateOf(path: string): Promise<State | undefined> {
  const found = await stat(path).catch(absent);
  if (found?.isFile() !== true) return undefined;
  const { size, ino, mtimeMs, ctimeMs } = found;
  return { bytes: size, mark: { ino, mtimeMs, ctimeMs } };
}

/** Compares the change time too, as a writer can reset the modification time. A new link also changes it. */
const isMarked = (record: FolderRecord | undefined, { mark: now }: State): boolean =>
  record?.mark?.ino === now.ino && record.mark.mtimeMs === now.mtimeMs && record.mark.ctimeMs === now.ctimeMs;

async function setMode(path: string): Promise<void> {
  try {
    await chmod(path, MODE);
  } catch (error) {
    if (!MODELESS_CODES.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function tryLink(from: string, to: string, make: typeof link): Promise<boolean> {
  try {
    await make(from, to);
    return true;
  } catch (error) {
    if (UNLINKABLE_CODES.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal });
  return hash.digest('hex');
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function folderError(error: unknown): SinkError {
  if (error instanceof SinkError) return error;
  const { code = 'FAILED' } = error as NodeJS.ErrnoException;
  if (NO_SPACE_CODES.has(code)) return new SinkError('DISK_FULL', `the disk of the files is full (${code})`, error);
  return new SinkError('TARGET_UNREACHABLE', `the folder of the files cannot be written (${code})`, error);
}
