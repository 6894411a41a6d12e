import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, Logger } from '@meridian/runtime';
import type { Store } from '../ports.ts';

/** Lines beyond twice the entries that are kept before the file is written anew. */
const SLACK_LINES = 10_000;
/** What has outlived its time is looked for this often while there is anything to write, so that memory does not keep it either. */
const FORGET_EVERY_MS = 60_000;

/** Of an open file, what the journal uses. */
export type JournalHandle = Pick<FileHandle, 'write' | 'truncate' | 'close'>;
export interface JournalFiles {
  /** A new, empty file in the place of whatever was there. */
  create(file: string): Promise<JournalHandle>;
  rename(from: string, to: string): Promise<void>;
}
const diskFiles: JournalFiles = { create: (file) => open(file, 'w', 0o600), rename };

/**
 * The store of a centre without Redis: one file of JSON lines [key, value | null, wall-clock end in ms if it has one], the last line of a
 * key counts. What has outlived its time is not given back, and goes when the file is written anew. Writes that arrive
 * while one is under way go out together. A kill of the process loses nothing that was acknowledged (the page cache outlives it); a loss
 * of power may lose the last seconds, which the nodes' registrations bring back. The file is written anew, through a rename, at start
 * and when it has grown.
 *
 * A write that fails (a full disk takes half a line) rejects for everybody whose line was in it, and is cut off the file before the next
 * one goes out. So every line that was acknowledged stands whole in the file, and whoever was refused may try again.
 */
export async function journalStore(o: JournalOptions): Promise<Store> {
  await mkdir(dirname(o.file), { recursive: true, mode: 0o700 });
  const entries = await readEntries(o);
  const journal = new Journal(o, entries);
  await journal.rewrite();
  return journal;
}

export interface JournalOptions {
  readonly file: string;
  readonly log: Logger;
  /** Its wall clock tells what has outlived its time. */
  readonly clock: Clock;
  readonly files?: JournalFiles;
}

interface Entry {
  readonly value: string;
  /** Infinity: it stays until it is removed. */
  readonly untilWallMs: number;
}

interface Batch {
  readonly lines: string[];
  readonly written: Promise<void>;
}

class Journal implements Store {
  readonly #file: string;
  readonly #files: JournalFiles;
  readonly #log: Logger;
  /** As requested: also what could not be written yet. */
  readonly #entries: Map<string, Entry>;
  readonly #clock: Clock;
  #handle: JournalHandle | undefined;
  #lines = 0;
  #forgottenAtWallMs = 0;
  /** Up to here the file holds whole lines; what stands behind belongs to a write that failed. */
  #goodBytes = 0;
  #isTorn = false;
  #next: Batch | undefined;
  /** Settled when nothing is being written; never rejects. */
  #idle: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(o: JournalOptions, entries: Map<string, Entry>) {
    this.#clock = o.clock;
    this.#file = o.file;
    this.#log = o.log;
    this.#files = o.files ?? diskFiles;
    this.#entries = entries;
  }

  async load(): Promise<[string, string][]> {
    this.#forget();
    return [...this.#entries].map(([key, { value }]) => [key, value]);
  }

  put(key: string, value: string, o?: { ttlMs: number }): Promise<void> {
    const untilWallMs = o === undefined ? Number.POSITIVE_INFINITY : Math.ceil(this.#clock.wallMs() + o.ttlMs);
    this.#entries.set(key, { value, untilWallMs });
    return this.#append(lineOf(key, { value, untilWallMs }));
  }

  /** Written also when the key is not here: an earlier removal may have failed, and its key stand in the file still. */
  remove(key: string): Promise<void> {
    this.#entries.delete(key);
    return this.#append([key, null]);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#idle;
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Everything that is kept, into a new file that takes the old one's place in one step. When that fails, the old one stays. */
  async rewrite(): Promise<void> {
    const draft = `${this.#file}.new`;
    const handle = await this.#files.create(draft);
    this.#forget();
    const lines = [...this.#entries].map(([key, entry]) => JSON.stringify(lineOf(key, entry)));
    let bytes = 0;
    try {
      bytes = await writeLines(handle, lines, 0);
      await this.#files.rename(draft, this.#file);
    } catch (error) {
      await this.#discard(draft, handle);
      throw error;
    }
    const old = this.#handle;
    this.#handle = handle;
    this.#lines = lines.length;
    this.#goodBytes = bytes;
    this.#isTorn = false;
    await old?.close();
  }

  /** Its end is in its line, so that no line has to be written for it. */
  #forget(): void {
    const wallMs = this.#clock.wallMs();
    this.#forgottenAtWallMs = wallMs;
    for (const [key, { untilWallMs }] of this.#entries) if (untilWallMs <= wallMs) this.#entries.delete(key);
  }

  #append(entry: Line): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the journal is closed'));
    const batch = this.#next ?? this.#begin();
    batch.lines.push(JSON.stringify(entry));
    return batch.written;
  }

  /** Whoever comes while a write is under way waits for the one after it, whether the first one works or not. */
  #begin(): Batch {
    const lines: string[] = [];
    const written = this.#idle.then(() => {
      this.#next = undefined;
      return this.#write(lines);
    });
    // A failure reaches everybody whose line is in the batch.
    this.#idle = written.catch(() => undefined);
    this.#next = { lines, written };
    return this.#next;
  }

  async #write(lines: readonly string[]): Promise<void> {
    if (Math.abs(this.#clock.wallMs() - this.#forgottenAtWallMs) >= FORGET_EVERY_MS) this.#forget();
    if (this.#lines + lines.length > 2 * this.#entries.size + SLACK_LINES) return this.rewrite();
    const handle = this.#handle;
    if (handle === undefined) throw new Error('the journal is closed');
    if (this.#isTorn) await this.#mend(handle);
    try {
      this.#goodBytes += await writeLines(handle, lines, this.#goodBytes);
      this.#lines += lines.length;
    } catch (error) {
      this.#isTorn = true;
      // At once: a restart would take a whole line of it for one that was acknowledged. If it fails, the next write tries again first.
      await this.#mend(handle).catch((mending: unknown) =>
        this.#log.error({ file: this.#file, err: mending }, 'the torn end of the journal could not be truncated yet'),
      );
      throw error;
    }
  }

  async #mend(handle: JournalHandle): Promise<void> {
    await handle.truncate(this.#goodBytes);
    this.#isTorn = false;
  }

  /** Of a file that has not become the journal: its space is given back. */
  async #discard(draft: string, handle: JournalHandle): Promise<void> {
    for (const step of [() => handle.close(), () => rm(draft, { force: true })])
      await step().catch((error: unknown) =>
        this.#log.warn({ file: draft, err: error }, 'a temporary file of the journal could not be deleted'),
      );
  }
}

/** Writes whole lines at an offset, also when the disk takes them in pieces; how many bytes they were. */
async function writeLines(handle: JournalHandle, lines: readonly string[], offset: number): Promise<number> {
  if (lines.length === 0) return 0;
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
    if (bytesWritten === 0) throw new Error('the disk took nothing');
    done += bytesWritten;
  }
  return bytes.length;
}

type Line = readonly [key: string, value: string | null, untilWallMs?: number];

function lineOf(key: string, { value, untilWallMs }: Entry): Line {
  return Number.isFinite(untilWallMs) ? [key, value, untilWallMs] : [key, value];
}

async function readEntries(o: JournalOptions): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const text = await readFile(o.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  let damaged = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [key, value, untilWallMs = Number.POSITIVE_INFINITY] = parseLine(line) ?? [];
    if (key === undefined || value === undefined) damaged += 1;
    else if (value === null) entries.delete(key);
    else entries.set(key, { value, untilWallMs });
  }
  // A kill in the middle of a write leaves one torn line at the end, which was not acknowledged.
  if (damaged > 0) o.log.warn({ file: o.file, damaged }, 'lines of the journal could not be read and were left out');
  return entries;
}

function parseLine(line: string): Line | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!Array.isArray(parsed)) return undefined;
  const [key, value, untilWallMs] = parsed as unknown[];
  if (typeof key !== 'string' || (typeof value !== 'string' && value !== null)) return undefined;
  return typeof untilWallMs === 'number' ? [key, value, untilWallMs] : [key, value];
}
