// Reads a recording's stints from the store, also while it runs.

import { hasCode, LIST_LIMIT_MAX, type Store, StoreError } from '@meridian/object-store';
import type { Manifest } from '../core/journal/manifest.ts';
import { manifestOf, type OrderedTime } from '../core/journal/manifest-of.ts';
import { JournalReader } from '../core/journal/read.ts';
import { StintReading } from '../core/journal/stint-story.ts';
import { isStintId, JOURNAL_NAME, recordingPrefix, sliceName } from '../core/names.ts';

/** Bound of all journals of a recording. Each piece takes 200 bytes of memory, so 0.8 GB: 100 tracks for 22 hours. */
const PIECES_MAX = 4_000_000;
/** Bound of all other lines, which are kept unchanged. */
const OTHER_BYTES_MAX = 200 * 1_048_576;
/** Recordings of this process continue between two reads. */
const READ_BYTES = 4 * 1_048_576;
/** The whole journal may replace the slices during a read, at most once for each stint that ends then. */
const TRIES_MAX = 3;

/**
 * Merges the journals of a recording. While a stint runs, its last minute is missing, and its files may be incomplete.
 * Rejects with a `StoreError`: `OBJECT_MISSING` without a journal, `STORE_REFUSED` beyond the memory bounds; with a
 * `RangeError` for invalid names.
 */
export async function readRecording(
  store: Store,
  tenant: string,
  recordingId: string,
  ordered?: OrderedTime,
): Promise<Manifest> {
  const prefix = recordingPrefix(tenant, recordingId);
  for (let tries = 1; ; tries += 1)
    try {
      return manifestOf(await readJournals(store, prefix), ordered);
    } catch (error) {
      if (!hasCode(error, 'OBJECT_MISSING') || tries === TRIES_MAX) throw error;
    }
}

async function readJournals(store: Store, prefix: string): Promise<StintReading[]> {
  const journals: StintReading[] = [];
  const remaining = { pieces: PIECES_MAX, otherBytes: OTHER_BYTES_MAX };
  for (const keys of (await journalKeys(store, prefix)).values()) {
    const reader = new JournalReader();
    const reading = new StintReading();
    for (const key of keys)
      await readObject(store, key, (bytes) =>
        reader.push(bytes, (line, lineBytes) => {
          if (line.type === 'piece') remaining.pieces -= 1;
          else remaining.otherBytes -= lineBytes;
          if (remaining.pieces < 0 || remaining.otherBytes < 0)
            throw new StoreError('STORE_REFUSED', `${key}: the journals exceed the bounds of memory`);
          reading.take(line);
        }),
      );
    if (reading.lines > 0) journals.push(reading);
  }
  if (journals.length === 0) throw new StoreError('OBJECT_MISSING', `${prefix} has no journal`);
  return journals;
}

async function journalKeys(store: Store, prefix: string): Promise<Map<string, string[]>> {
  const keys = new Map<string, string[]>();
  for (let after: string | undefined; ; ) {
    const page = await store.list(prefix, { after, limit: LIST_LIMIT_MAX });
    for (const { key } of page) {
      const [stint = '', name = '', ...more] = key.slice(prefix.length).split('/');
      if (!isStintId(stint) || more.length > 0) continue;
      // A list has slices before the whole journal.
      const slices = keys.get(stint) ?? [];
      if (name === JOURNAL_NAME) keys.set(stint, [key]);
      // Lines behind a missing slice would refer to missing lines.
      else if (name === sliceName(slices.length + 1)) {
        slices.push(key);
        keys.set(stint, slices);
      }
    }
    if (page.length < LIST_LIMIT_MAX) return keys;
    after = page.at(-1)?.key;
  }
}

async function readObject(store: Store, key: string, take: (bytes: Uint8Array) => void): Promise<void> {
  for (let from = 0; ; from += READ_BYTES) {
    const part = await store.get(key, { range: { from, bytes: READ_BYTES } });
    take(part);
    if (part.length < READ_BYTES) return;
  }
}
