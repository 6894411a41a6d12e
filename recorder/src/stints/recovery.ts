// Stints that a former process has left in the spool: what their journals list is brought into the store, and nothing
// else.
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import type { Clock, Logger } from '@meridian/runtime';
import { JournalError } from '../core/journal/errors.ts';
import type { JournalLine } from '../core/journal/lines.ts';
import { type ReadJournal, readJournal } from '../core/journal/read.ts';
import { JOURNAL_NAME } from '../core/names.ts';
import type { Spool } from './spool.ts';
import { StintSpool } from './stint-spool.ts';
import { type StintOutcome, StintUploads } from './stint-uploads.ts';
import { SpooledFile } from './track-spool.ts';
import type { Uploader } from './uploader.ts';

/** A journal is read as one text; a stint ends long before (`JOURNAL_BYTES_MAX` of stint.ts). */
const TEXT_BYTES_MAX = 400 * 1_048_576;
const READ_BYTES = 1_048_576;

export interface RecoveryOptions {
  readonly space: Spool;
  readonly uploader: Uploader;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a start has found. */
export interface Recovery {
  readonly stints: number;
  /** When each is in the store or put aside, or the uploader has closed. Never rejects. */
  readonly outcomes: Promise<readonly StintOutcome[]>;
}

/**
 * Takes up all stints that are in the spool; called before the first new one begins. A stint that cannot be read is put
 * aside, or left when the disk fails; it stops no other. Rejects when the spool itself cannot be listed.
 */
export async function recoverStints(o: RecoveryOptions): Promise<Recovery> {
  const outcomes: Promise<StintOutcome>[] = [];
  const folders = await o.space.stintFolders();
  for (const folder of folders)
    try {
      const uploads = await takeUp(folder, o);
      if (uploads !== undefined) outcomes.push(uploads.finish());
    } catch (error) {
      o.log.error({ err: error, folder }, 'a stint of a former process cannot be taken up');
      outcomes.push(Promise.resolve('left'));
    }
  return { stints: folders.length, outcomes: Promise.all(outcomes) };
}

/** Undefined: the folder is gone, there was nothing in it or it is aside. */
async function takeUp(folder: string, o: RecoveryOptions): Promise<StintUploads | undefined> {
  const { space, uploader, clock, log } = o;
  const prefix = `${relative(space.folder, folder)}/`;
  const text = await journalText(folder, space);
  if (!text.includes(0x0a)) {
    // Without a whole line nothing was promised.
    await space.removeStint(folder);
    return undefined;
  }
  const journal = read(text);
  if (typeof journal === 'string') {
    await space.putAside(folder, { object: prefix, code: 'JOURNAL_BROKEN', message: journal });
    return undefined;
  }
  const { lines } = journal;
  const listed = listedFiles(lines);
  const had = { journalBytes: wholeBytes(text, journal), journalLines: lines.length, files: 0 };
  for (const number of listed.keys()) had.files = Math.max(had.files, number);
  const spool = await StintSpool.open(
    {
      folder,
      disk: space.disk,
      clock,
      log,
      isFull: () => false,
      onKeyNeeded: () => undefined,
      onFile: () => undefined,
      onFailed: (error) => log.error({ err: error, folder }, 'the journal of a former process takes no more lines'),
    },
    had,
  );
  const uploads = new StintUploads({ prefix, space, spool: () => spool, uploader, clock, log });
  if (!lines.some(({ type }) => type === 'end')) spool.note({ type: 'end', why: 'lost', ms: lastMs(lines) });
  for (const file of listed.values()) {
    const found = await leftFile(folder, { file, space, prefix });
    if (found !== undefined) uploads.file(found);
  }
  return uploads;
}

interface ListedFile {
  readonly number: number;
  readonly name: string;
  /** Its initialisation and its pieces, in order. */
  readonly parts: { readonly offset: number; readonly bytes: number; readonly sha256: string }[];
  isStored: boolean;
}

function listedFiles(lines: readonly JournalLine[]): Map<number, ListedFile> {
  const files = new Map<number, ListedFile>();
  for (const line of lines)
    if (line.type === 'file') {
      const init = { offset: 0, bytes: line.bytes, sha256: line.sha256 };
      files.set(line.file, { number: line.file, name: line.name, parts: [init], isStored: false });
    } else if (line.type === 'piece') files.get(line.file)?.parts.push(line);
    else if (line.type === 'fileEnd') {
      const file = files.get(line.file);
      if (file !== undefined) file.isStored = true;
    }
  return files;
}

/** What the journal says, or why it says nothing. */
function read(text: Buffer): ReadJournal | string {
  try {
    const journal = readJournal(text.toString());
    return journal.lines.length > 0 ? journal : 'its first line is garbled';
  } catch (error) {
    if (error instanceof JournalError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

/** Without the last line, if that was cut. */
function wholeBytes(text: Buffer, { isCut }: ReadJournal): number {
  if (!isCut) return text.length;
  return text.lastIndexOf(0x0a, text.at(-1) === 0x0a ? text.length - 2 : text.length) + 1;
}

/** The last moment of which the journal says something. */
function lastMs(lines: readonly JournalLine[]): number {
  let ms = 0;
  for (const line of lines) {
    if (!('ms' in line)) continue;
    ms = Math.max(ms, line.ms + (line.type === 'piece' || line.type === 'gap' ? line.durationMs : 0));
  }
  return ms;
}

/** So much of the file as the journal lists, whatever is behind it; undefined: the store has it, or it is aside. */
async function leftFile(
  folder: string,
  o: { file: ListedFile; space: Spool; prefix: string },
): Promise<SpooledFile | undefined> {
  const { file, space } = o;
  const { number, name, parts } = file;
  const path = join(folder, name);
  if (file.isStored) await space.disk.remove(path);
  if (file.isStored || (await space.disk.size(path)) === undefined) return undefined;
  const sha256 = await wholeHash(path, { parts, space });
  if (sha256 === undefined) {
    const message = 'its bytes are not those that the journal lists';
    await space.putAside(path, { object: `${o.prefix}${name}`, code: 'SPOOL_BROKEN', message });
    return undefined;
  }
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  return SpooledFile.left({ number, name, folder, bytes, sha256 });
}

/** The hash of the whole file, if each part is the one that the journal lists. */
async function wholeHash(path: string, o: { parts: ListedFile['parts']; space: Spool }): Promise<string | undefined> {
  const whole = createHash('sha256');
  let at = 0;
  for (const { offset, bytes, sha256 } of o.parts) {
    if (offset !== at) return undefined;
    const own = createHash('sha256');
    for (const end = at + bytes; at < end; ) {
      const read = await o.space.disk.read(path, at, Math.min(READ_BYTES, end - at));
      if (read.length === 0) return undefined;
      own.update(read);
      whole.update(read);
      at += read.length;
    }
    if (own.digest('hex') !== sha256) return undefined;
  }
  return whole.digest('hex');
}

/** Empty if there is none. */
async function journalText(folder: string, space: Spool): Promise<Buffer> {
  const path = join(folder, JOURNAL_NAME);
  const bytes = (await space.disk.size(path)) ?? 0;
  if (bytes > TEXT_BYTES_MAX) throw new Error(`${path} has ${bytes} bytes, more than can be read`);
  return bytes === 0 ? Buffer.alloc(0) : Buffer.from(await space.disk.read(path, 0, bytes));
}
