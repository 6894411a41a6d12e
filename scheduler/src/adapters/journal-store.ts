import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '@meridian/runtime';
import type { Store } from '../ports.ts';

/** Lines beyond twice the entries that are kept before the file is written anew. */
const SLACK_LINES = 10_000;

/**
 * The store of a centre without Redis: one file of JSON lines [key, value | null], the last line of a key counts. Writes that arrive
 * while one is under way go out together. A kill of the process loses nothing that was acknowledged (the page cache outlives it); a loss
 * of power may lose the last seconds, which the nodes' registrations bring back. The file is written anew, through a rename, at start
 * and when it has grown.
 */
export async function journalStore(o: { file: string; log: Logger }): Promise<Store> {
  await mkdir(dirname(o.file), { recursive: true, mode: 0o700 });
  const entries = await readEntries(o);
  const journal = new Journal(o.file, entries);
  await journal.rewrite();
  return journal;
}

class Journal implements Store {
  readonly #file: string;
  readonly #entries: Map<string, string>;
  #handle: FileHandle | undefined;
  #lines = 0;
  #pending: string[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(file: string, entries: Map<string, string>) {
    this.#file = file;
    this.#entries = entries;
  }

  async load(): Promise<[string, string][]> {
    return [...this.#entries];
  }

  put(key: string, value: string): Promise<void> {
    this.#entries.set(key, value);
    return this.#append([key, value]);
  }

  remove(key: string): Promise<void> {
    return this.#entries.delete(key) ? this.#append([key, null]) : Promise.resolve();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#writing;
    } finally {
      await this.#handle?.close();
      this.#handle = undefined;
    }
  }

  /** Everything that is kept, into a new file that takes the old one's place in one step. */
  async rewrite(): Promise<void> {
    const draft = `${this.#file}.new`;
    const handle = await open(draft, 'w', 0o600);
    const lines = [...this.#entries].map((entry) => JSON.stringify(entry));
    await handle.writeFile(lines.length === 0 ? '' : `${lines.join('\n')}\n`);
    await rename(draft, this.#file);
    await this.#handle?.close();
    this.#handle = handle;
    this.#lines = lines.length;
  }

  #append(entry: [string, string | null]): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the journal is closed'));
    this.#pending.push(JSON.stringify(entry));
    // Whoever comes while a write is under way waits for the one after it, whether the first one works or not.
    const flush = (): Promise<void> => this.#flush();
    this.#writing = (this.#writing ?? Promise.resolve()).then(flush, flush);
    return this.#writing;
  }

  async #flush(): Promise<void> {
    const lines = this.#pending;
    if (lines.length === 0) return;
    this.#pending = [];
    if (this.#lines + lines.length > 2 * this.#entries.size + SLACK_LINES) return this.rewrite();
    await this.#handle?.appendFile(`${lines.join('\n')}\n`);
    this.#lines += lines.length;
  }
}

async function readEntries(o: { file: string; log: Logger }): Promise<Map<string, string>> {
  const entries = new Map<string, string>();
  const text = await readFile(o.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  let damaged = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const entry = parseEntry(line);
    if (entry === undefined) damaged += 1;
    else if (entry[1] === null) entries.delete(entry[0]);
    else entries.set(entry[0], entry[1]);
  }
  // A kill in the middle of a write leaves one torn line at the end, which was not acknowledged.
  if (damaged > 0) o.log.warn({ file: o.file, damaged }, 'lines of the journal could not be read and were left out');
  return entries;
}

function parseEntry(line: string): [string, string | null] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!Array.isArray(value) || typeof value[0] !== 'string') return undefined;
  return typeof value[1] === 'string' || value[1] === null ? [value[0], value[1]] : undefined;
}
