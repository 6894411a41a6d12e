// Opens a database file and checks it before it replaces a working one.
import { stat } from 'node:fs/promises';
import { open, type Reader, type Response } from 'maxmind';
import type { Parse } from './records.ts';
import { type Sample, sampleOf } from './sample.ts';

/** A checked database, fully in memory, so that later changes of its file do not matter. */
export interface OpenedDatabase {
  readonly reader: Reader<Response>;
  readonly builtAtMs: number;
  readonly knownAddresses: readonly string[];
}
export type CheckResult =
  | { readonly ok: true; readonly opened: OpenedDatabase }
  | { readonly ok: false; readonly reason: string };

/** Bound of a file, which is read into memory; the largest in use (DB-IP's and MaxMind's cities) have 60 to 130 MB. */
export const FILE_BYTES_MAX = 1_073_741_824;
/** Share of sampled records that must be places, and of its predecessor's placed addresses that it must also place. */
const SENSIBLE_SHARE = 0.5;

/**
 * Opens `file` beside `current` and checks it: it opens, it was not built before the current file (unless
 * `allowOlder`), the sampled records read as `parse` expects, and it still places the addresses that the current file
 * places. Never throws.
 */
export async function openChecked(o: {
  file: string;
  parse: Parse<unknown>;
  current?: OpenedDatabase | undefined;
  allowOlder?: boolean;
}): Promise<CheckResult> {
  let reader: Reader<Response>;
  let samples: Sample[];
  try {
    const fileStat = await stat(o.file);
    if (!fileStat.isFile()) return refused('it is not a regular file');
    if (fileStat.size > FILE_BYTES_MAX) return refused(`it has ${fileStat.size} bytes, more than ${FILE_BYTES_MAX}`);
    // The reader's own cache of 10,000 addresses stays on, because the same clients come back.
    reader = await open<Response>(o.file);
    samples = sampleOf(reader);
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  const builtAtMs = reader.metadata.buildEpoch.getTime();
  if (o.current !== undefined && o.allowOlder !== true && builtAtMs < o.current.builtAtMs) {
    return refused(`it was built ${day(builtAtMs)}, the one in use ${day(o.current.builtAtMs)}`);
  }
  if (samples.length === 0) return refused('no address looked up in it is known');
  const places = samples.filter(({ record }) => o.parse(record) !== undefined);
  if (places.length < samples.length * SENSIBLE_SHARE) {
    return refused(
      `of ${samples.length} records sampled ${places.length} name a place: it is another kind of database (${reader.metadata.databaseType})`,
    );
  }
  const opened = { reader, builtAtMs, knownAddresses: places.map(({ ip }) => ip) };
  const lost = o.current === undefined ? undefined : lostPlaces(opened, o.current, o.parse);
  return lost === undefined ? { ok: true, opened } : refused(lost);
}

function lostPlaces(opened: OpenedDatabase, current: OpenedDatabase, parse: Parse<unknown>): string | undefined {
  const { knownAddresses } = current;
  try {
    const still = knownAddresses.filter((ip) => parse(opened.reader.get(ip)) !== undefined).length;
    if (still >= knownAddresses.length * SENSIBLE_SHARE) return undefined;
    return `of ${knownAddresses.length} addresses that the one in use places it places ${still}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function refused(reason: string): CheckResult {
  return { ok: false, reason };
}

function day(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : 'at an unknown time';
}
