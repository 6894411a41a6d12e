// Reads the journals of a recording's stints.
import { listAll, type Store } from '@meridian/object-store';
import { JournalError } from '../core/journal/errors.ts';
import type { JournalLine } from '../core/journal/lines.ts';
import { JournalReader } from '../core/journal/read.ts';
import { StintReading } from '../core/journal/stint-story.ts';
import { isStintId, JOURNAL_NAME, sliceName } from '../core/names.ts';

/** Bound of all journals of a recording. Each piece takes 200 bytes of memory, so 0.8 GB: 100 tracks for 22 hours. */
const PIECES_MAX = 4_000_000;
/** Bound of all other lines, which are kept unchanged. */
const OTHER_BYTES_MAX = 200 * 1_048_576;
/** Recordings of this process continue between two reads. */
const READ_BYTES = 4 * 1_048_576;

/** Reads bytes of an object of a recording (`path`: STINT/NAME): fewer than requested only at its end. */
export type ReadRange = (path: string, from: number, bytes: number) => Promise<Uint8Array>;

export interface ListedStint {
  readonly stintId: string;
  /** Names of its journal, or of the journal's slices in order. */
  readonly journals: readonly string[];
}

/** Lists the stints of a recording that have a journal in the store. Rejects as the store does. */
export async function listStints(store: Store, prefix: string): Promise<ListedStint[]> {
  const stints = new Map<string, string[]>();
  for (const { key } of await listAll(store, prefix)) {
    const [stintId = '', name = '', ...more] = key.slice(prefix.length).split('/');
    if (!isStintId(stintId) || more.length > 0) continue;
    // A list has slices before the whole journal.
    const slices = stints.get(stintId) ?? [];
    if (name === JOURNAL_NAME) stints.set(stintId, [name]);
    // Lines behind a missing slice would refer to missing lines.
    else if (name === sliceName(slices.length + 1)) stints.set(stintId, [...slices, name]);
  }
  return [...stints].map(([stintId, journals]) => ({ stintId, journals }));
}

/**
 * Reads the journals of stints that have a line. While a stint runs, its last minute is missing. Rejects with a
 * `JournalError`, `JOURNAL_TOO_LARGE` beyond the bounds of memory, and as `read` does. `onLine` gets each line.
 */
export async function readJournals(
  stints: readonly ListedStint[],
  read: ReadRange,
  onLine?: (line: JournalLine) => void,
): Promise<StintReading[]> {
  const journals: StintReading[] = [];
  const remaining = { pieces: PIECES_MAX, otherBytes: OTHER_BYTES_MAX };
  for (const stint of stints) {
    const reading = new StintReading();
    await readLines(stint, read, (line, bytes) => {
      if (line.type === 'piece') remaining.pieces -= 1;
      else remaining.otherBytes -= bytes;
      if (remaining.pieces < 0 || remaining.otherBytes < 0)
        throw new JournalError('JOURNAL_TOO_LARGE', 'the journals exceed the bounds of memory');
      reading.take(line);
      onLine?.(line);
    });
    if (reading.lines > 0) journals.push(reading);
  }
  return journals;
}

/** Passes each line of a stint's journal with its length to `take`. Rejects as `readJournals` does. */
export async function readLines(
  { stintId, journals }: ListedStint,
  read: ReadRange,
  take: (line: JournalLine, bytes: number) => void,
): Promise<void> {
  const reader = new JournalReader();
  for (const name of journals)
    for (let from = 0; ; from += READ_BYTES) {
      const part = await read(`${stintId}/${name}`, from, READ_BYTES);
      reader.push(part, take);
      if (part.length < READ_BYTES) break;
    }
}
