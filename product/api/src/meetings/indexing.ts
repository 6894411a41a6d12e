// Index for lists: occurrences of about a year, and persons. It is written with the meeting, and a job extends series.
import type { JobKind } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import { isSameTime, type Meeting, meetingFrom, personsOf } from './core/meeting.ts';
import { lastStartMs, type Occurrence, occurrenceAt, occurrencesOf } from './core/occurrences.ts';

const DAY_MS = 86_400_000;
/** Span of the index before and after the time at which a series is written. */
export const INDEXED_MS = 366 * DAY_MS;
/** A series is extended about once a month, so lists show at least this span. */
const LISTED_AHEAD_MS = 336 * DAY_MS;
const OCCURRENCES_MAX = 1000;
const ROWS_PER_STATEMENT = 500;
const EXTENDED_AT_ONCE = 200;

/** Each series is extended about once a month, so few are due each day. */
export const extendingOf = (meetings: { extend(): Promise<number> }): JobKind<unknown> => ({
  name: 'meeting-occurrences',
  concurrency: 1,
  leaseMs: 30 * 60_000,
  every: { cron: '17 3 * * *' },
  run: async () => {
    await meetings.extend();
    return undefined;
  },
});

/** Extends series. Returns their number. */
export async function extendIndex(db: Database, nowMs: number): Promise<number> {
  let extended = 0;
  for (;;) {
    const rows = await db
      .selectFrom('meetings')
      .select(['id', 'body', 'indexed_until_ms', 'version'])
      .where('indexed_until_ms', '<', nowMs + LISTED_AHEAD_MS)
      .orderBy('indexed_until_ms')
      .limit(EXTENDED_AT_ONCE)
      .execute();
    for (const { body, indexed_until_ms: fromMs } of rows)
      if (fromMs !== null) await extendOne(db, meetingFrom(body), fromMs, nowMs + INDEXED_MS);
    extended += rows.length;
    if (rows.length < EXTENDED_AT_ONCE) return extended;
  }
}

async function extendOne(db: Database, meeting: Meeting, fromMs: number, untilMs: number): Promise<void> {
  const moved = new Set(meeting.overrides.map(({ originalStart }) => originalStart));
  // Moved occurrences were indexed when the series was written, at whatever time they are.
  const found = occurrencesOf(meeting, fromMs, untilMs, OCCURRENCES_MAX).filter((one) => !moved.has(one.originalStart));
  await transact(db, async (db) => {
    const { numUpdatedRows } = await db
      .updateTable('meetings')
      .set({ indexed_until_ms: indexedUntil(meeting, untilMs) })
      .where('id', '=', meeting.id)
      .where('version', '=', meeting.version)
      .where('indexed_until_ms', '=', fromMs)
      .executeTakeFirst();
    // If no row was updated, another instance has changed or extended the series.
    if (numUpdatedRows > 0n) await insertOccurrences(db, meeting, found);
  });
}

/** Returns the end of the indexed span; null if no occurrence follows. */
export function indexedUntil(meeting: Meeting, untilMs: number): number | null {
  const lastMs = lastStartMs(meeting);
  return meeting.status === 'cancelled' || (lastMs !== undefined && lastMs < untilMs) ? null : untilMs;
}

export function allToIndex(meeting: Meeting, nowMs: number, untilMs: number): Occurrence[] {
  if (meeting.status === 'cancelled') return [];
  // A single meeting is listed, however far ahead it is.
  if (meeting.recurrence === '') return occurrencesOf(meeting, 0, Number.MAX_SAFE_INTEGER, 1);
  const found = occurrencesOf(meeting, nowMs - INDEXED_MS, untilMs, OCCURRENCES_MAX);
  const names = new Set(found.map(({ originalStart }) => originalStart));
  const moved = meeting.overrides
    .filter(({ originalStart }) => !names.has(originalStart))
    .flatMap(({ originalStart }) => occurrenceAt(meeting, originalStart) ?? []);
  return [...found, ...moved];
}

/**
 * Returns the occurrences to index after a change: those that had ended stay as they are, and the change adds none
 * before it. An ended occurrence follows a change of its own time; a meeting that takes place once may move to a past
 * time.
 * @param o.indexed occurrences that were indexed before the change
 */
export function changedIndex(o: {
  readonly before: Meeting;
  readonly after: Meeting;
  readonly indexed: readonly Occurrence[];
  readonly nowMs: number;
  readonly untilMs: number;
}): Occurrence[] {
  const { before, after, nowMs, untilMs } = o;
  const found = allToIndex(after, nowMs, untilMs);
  const hasEnded = ({ endsMs }: Occurrence): boolean => endsMs <= nowMs;
  const isOnce = before.recurrence === '' && after.recurrence === '';
  if (isOnce && found.some(hasEnded) && !isSameTime(before, after)) return found;
  const ended = new Map(o.indexed.filter(hasEnded).map((one) => [one.originalStart, one]));
  const booked = new Map(allToIndex(before, nowMs, untilMs).map((one) => [one.originalStart, one]));
  const next = found.flatMap((one): Occurrence[] => {
    const past = ended.get(one.originalStart);
    if (past === undefined) return hasEnded(one) ? [] : [one];
    ended.delete(one.originalStart);
    const { startsMs, endsMs } = booked.get(one.originalStart) ?? past;
    const isUnchanged = one.startsMs === startsMs && one.endsMs === endsMs;
    return [isUnchanged ? { ...one, startsMs: past.startsMs, endsMs: past.endsMs } : one];
  });
  return [...ended.values(), ...next];
}

/** Returns the occurrence of an index row. Its local start is the original one, also of a moved occurrence. */
export const occurrenceOfRow = (row: {
  readonly original_start: string;
  readonly starts_ms: number;
  readonly ends_ms: number;
  readonly title: string | null;
}): Occurrence => ({
  originalStart: row.original_start,
  localStart: row.original_start,
  startsMs: row.starts_ms,
  endsMs: row.ends_ms,
  ...(row.title !== null && { title: row.title }),
});

/**
 * Ends the occurrence that runs in a room, which was ended for everyone at `atMs`: lists show it as past. The booking
 * stays as it is. Returns whether one ran.
 */
export async function endOccurrence(
  db: Database,
  { tenant, room, atMs }: { readonly tenant: string; readonly room: string; readonly atMs: number },
): Promise<boolean> {
  const end = async (table: 'meeting_occurrences' | 'meeting_persons'): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable(table)
      .set({ ends_ms: atMs })
      .where('meeting', '=', room)
      .where('tenant', '=', tenant)
      .where('starts_ms', '<=', atMs)
      .where('ends_ms', '>', atMs)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  };
  await end('meeting_persons');
  return await end('meeting_occurrences');
}

export async function insertOccurrences(
  db: Database,
  { id: meeting, tenant }: Meeting,
  found: readonly Occurrence[],
): Promise<void> {
  const rows = found.map(({ originalStart: original_start, startsMs: starts_ms, endsMs: ends_ms, title = null }) => ({
    meeting,
    original_start,
    tenant,
    starts_ms,
    ends_ms,
    title,
  }));
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
    await db
      .insertInto('meeting_occurrences')
      .values(rows.slice(at, at + ROWS_PER_STATEMENT))
      .execute();
}

export async function insertPersons(db: Database, meeting: Meeting, found: readonly Occurrence[]): Promise<void> {
  const { id, tenant, recurrence } = meeting;
  // A meeting that took place and was then moved has several occurrences, as a series has.
  const [onlyOccurrence] = recurrence === '' && found.length === 1 ? found : [];
  const { startsMs: starts_ms = null, endsMs: ends_ms = null } = onlyOccurrence ?? {};
  const rows = personsOf(meeting).map((person) => ({ tenant, person, meeting: id, starts_ms, ends_ms }));
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
    await db
      .insertInto('meeting_persons')
      .values(rows.slice(at, at + ROWS_PER_STATEMENT))
      .execute();
}
