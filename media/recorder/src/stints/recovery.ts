// Recovers stints that an earlier process left in the spool: uploads what their journals list, and nothing else.
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import type { Clock, Logger } from '@meridian/runtime';
import { JournalError } from '../core/journal/errors.ts';
import { JournalReader } from '../core/journal/read.ts';
import { type OpenFile, StintReading } from '../core/journal/stint-story.ts';
import { JOURNAL_NAME } from '../core/names.ts';
import type { Disk } from './disk.ts';
import type { Spool } from './spool.ts';
import { StintSpool } from './stint-spool.ts';
import { type StintOutcome, StintUploads } from './stint-uploads.ts';
import { SpooledFile } from './track-spool.ts';
import type { Uploader } from './uploader.ts';

/** Far above a stint's own bound (`JOURNAL_BYTES_MAX` of stint.ts). */
const JOURNAL_BYTES_MAX = 400 * 1_048_576;
const READ_BYTES = 1_048_576;

export interface RecoveryOptions {
  readonly space: Spool;
  readonly uploader: Uploader;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Recovery {
  readonly stints: number;
  /** Resolves when all are stored or put aside, or the uploader has closed. Never rejects. */
  readonly outcomes: Promise<readonly StintOutcome[]>;
}

/**
 * Recovers all stints in the spool; call it before the first new one begins. An unreadable stint is put aside, or left
 * when the disk fails, without effect on others. Rejects when the spool itself cannot be listed.
 */
export async function recoverStints(o: RecoveryOptions): Promise<Recovery> {
  const outcomes: Promise<StintOutcome>[] = [];
  const folders = await o.space.stintFolders();
  for (const folder of folders)
    try {
      const uploads = await recoverStint(folder, o);
      if (uploads !== undefined) outcomes.push(uploads.finish());
    } catch (error) {
      o.log.error({ err: error, folder }, 'a stint of an earlier process cannot be recovered');
      outcomes.push(Promise.resolve('left'));
    }
  return { stints: folders.length, outcomes: Promise.all(outcomes) };
}

/** Returns undefined for a folder that was empty, is gone or was put aside. */
async function recoverStint(folder: string, o: RecoveryOptions): Promise<StintUploads | undefined> {
  const { space, uploader, clock, log } = o;
  const prefix = `${relative(space.folder, folder)}/`;
  const journal = await read(folder, space);
  if (typeof journal === 'string') {
    await space.putAside(folder, { object: prefix, code: 'JOURNAL_BROKEN', message: journal });
    return undefined;
  }
  const { reader, reading } = journal;
  if (reader.lines === 0 || reading.begun?.composedOf !== undefined) {
    // Without a whole line, no data was reported as durable. A composed stint is over with the task that composed it,
    // and nothing of a stint that was cut off is in the store.
    await space.removeStint(folder);
    return undefined;
  }
  const isHoled = reader.garbled > 0;
  if (isHoled) log.error({ folder, lines: reader.garbled }, 'lines of a journal are garbled; their content is missing');
  const files = Math.max(0, ...reading.files.keys());
  const had = { journalBytes: reader.wholeBytes, journalLines: reader.lines, files };
  const spool = await StintSpool.open(
    {
      folder,
      disk: space.disk,
      clock,
      log,
      isFull: () => false,
      onKeyNeeded: () => undefined,
      onFile: () => undefined,
      onFailed: (error) => log.error({ err: error, folder }, 'the journal of an earlier process takes no more lines'),
    },
    had,
  );
  const uploads = new StintUploads({ prefix, space, spool: () => spool, uploader, clock, log });
  if (reading.end === undefined) spool.note({ type: 'end', why: 'lost', ms: reading.lastMs });
  for (const file of reading.files.values()) {
    const found = await recoverFile(folder, { file, space, prefix, isHoled });
    if (found !== undefined) uploads.file(found);
  }
  return uploads;
}

async function read(
  folder: string,
  { disk }: Spool,
): Promise<{ readonly reader: JournalReader; readonly reading: StintReading } | string> {
  const path = join(folder, JOURNAL_NAME);
  const bytes = (await disk.size(path)) ?? 0;
  if (bytes > JOURNAL_BYTES_MAX) throw new Error(`${path} has ${bytes} bytes, more than can be read`);
  const reader = new JournalReader();
  const reading = new StintReading();
  try {
    for (let at = 0; at < bytes; at += READ_BYTES)
      reader.push(await disk.read(path, at, READ_BYTES), (line) => reading.take(line));
    reading.check();
  } catch (error) {
    if (error instanceof JournalError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return reader.lines > 0 && reading.lines === 0 ? 'its first line is garbled' : { reader, reading };
}

/** Returns the part of the file that the journal lists; undefined if the store has it, or it is aside. */
async function recoverFile(
  folder: string,
  o: { file: OpenFile; space: Spool; prefix: string; isHoled: boolean },
): Promise<SpooledFile | undefined> {
  const { begun, pieces, end } = o.file;
  const { disk } = o.space;
  const { file: number, name } = begun;
  const path = join(folder, name);
  if (end !== undefined) await disk.remove(path);
  if (end !== undefined || (await disk.size(path)) === undefined) return undefined;
  const parts = [{ offset: 0, bytes: begun.bytes, sha256: begun.sha256 }, ...pieces];
  const whole = await wholeOf(path, { parts, disk, isHoled: o.isHoled });
  if (whole === undefined) {
    const message = 'its bytes differ from those that the journal lists';
    await o.space.putAside(path, { object: `${o.prefix}${name}`, code: 'SPOOL_BROKEN', message });
    return undefined;
  }
  return SpooledFile.recovered({ number, name, folder, ...whole });
}

interface JournalledPart {
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Returns the whole file if each part matches the journal. With `isHoled`, unlisted bytes may lie between parts: they
 * stay in the file, outside of the manifest.
 */
async function wholeOf(
  path: string,
  o: { parts: readonly JournalledPart[]; disk: Disk; isHoled: boolean },
): Promise<{ bytes: number; sha256: string } | undefined> {
  const whole = createHash('sha256');
  let at = 0;
  const take = async (end: number): Promise<string | undefined> => {
    const partHash = createHash('sha256');
    while (at < end) {
      const read = await o.disk.read(path, at, Math.min(READ_BYTES, end - at));
      if (read.length === 0) return undefined;
      partHash.update(read);
      whole.update(read);
      at += read.length;
    }
    return partHash.digest('hex');
  };
  for (const { offset, bytes, sha256 } of o.parts) {
    if (offset < at || (offset > at && !o.isHoled)) return undefined;
    if ((await take(offset)) === undefined || (await take(offset + bytes)) !== sha256) return undefined;
  }
  return { bytes: at, sha256: whole.digest('hex') };
}
