// Rows of recordings, updated from reports of owners and recorders, with events in the same transaction.
import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import {
  type RecordingEntry,
  type RecordingEventType,
  type RecordingStep,
  type RecordingStory,
  withEntry,
  withRoomOver,
} from '../events/core/recording-story.ts';
import type { RecordingsReport } from '../events/intake.ts';
import {
  awaitedOf,
  eventSidOf,
  holesOf,
  outputsOf,
  type RecordingRow,
  recordersOf,
  shownRecording,
  stintsOf,
} from '../events/recording-body.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import { type MadeRecording, withMissing } from './core/missing.ts';
import { shiftPosts } from './posts.ts';
import { shiftTranscripts } from './transcripts.ts';

export interface RecordsOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly deliveries: Pick<Deliveries, 'add'>;
  onChanged(trx: Transaction, row: RecordingRow): void;
  /** Called when it has ended, and when a recorder turns out to have had an ended one. */
  onEnded(trx: Transaction, row: RecordingRow): Promise<void>;
  onDeletedSeen(trx: Transaction, row: RecordingRow): Promise<void>;
}

export type SettledColumns = Pick<RecordingRow, 'state'> &
  Partial<Pick<RecordingRow, 'duration_ms' | 'hole_ms' | 'holes' | 'bytes' | 'failure' | 'started_ms'>> &
  Partial<Pick<RecordingRow, 'version' | 'assembled' | 'awaited'>>;

/** A room's life may begin this long before its occurrence. */
const EARLY_MS = 60 * 60_000;

export class Records {
  readonly #o: RecordsOptions;

  constructor(o: RecordsOptions) {
    this.#o = o;
  }

  /** Applies the entries of a journal, in the transaction that stores it. */
  async applyJournal(trx: Transaction, recordingsReport: RecordingsReport): Promise<void> {
    for (const entry of recordingsReport.entries) await this.#entry(trx, recordingsReport, entry);
    if (recordingsReport.endedMs === null) return;
    const running = await trx
      .selectFrom('recordings')
      .select(['tenant', 'id'])
      .where('sid', '=', recordingsReport.sid)
      .where('state', '=', 'running')
      .execute();
    for (const { tenant, id } of running) {
      const row = await lockedRecording(trx, { tenant, id });
      if (row !== undefined) await this.#step(trx, row, withRoomOver(storyOf(row), recordingsReport.endedMs));
    }
  }

  /** Stores the outcome, in a transaction. Returns false if the recording has changed since `row` was read. */
  async settle(
    trx: Transaction,
    { tenant, id, state, version, recorders }: Pick<RecordingRow, 'tenant' | 'id' | 'state' | 'version' | 'recorders'>,
    settled: SettledColumns,
  ): Promise<boolean> {
    const row = await trx
      .updateTable('recordings')
      .set(Object.assign({ settled_ms: this.#o.clock.wallMs() }, settled))
      .where((eb) => eb.and({ tenant, id, state, version, recorders }))
      .where('deleted_ms', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return false;
    await this.addEvent(trx, row, settled.state === 'finished' ? 'recording.finished' : 'recording.failed');
    return true;
  }

  /** Adds an event for companies. */
  async addEvent(trx: Transaction, row: RecordingRow, type: RecordingEventType, atMs?: number): Promise<void> {
    const { clock, rng, deliveries } = this.#o;
    const { tenant, id, room } = row;
    const sid = eventSidOf(tenant, id);
    const { sequence } = await trx
      .updateTable('recordings')
      .set((eb) => ({ sequence: eb('sequence', '+', 1) }))
      .where((eb) => eb.and({ tenant, id }))
      .returning('sequence')
      .executeTakeFirstOrThrow();
    const created_ms = clock.wallMs();
    const event = { id: newId('EV_', (count) => rng.bytes(count), 20), tenant, sid, sequence, type };
    const body = JSON.stringify({ recording: shownRecording(row, await outputsOf(trx, tenant, [id])) });
    await trx
      .insertInto('events')
      .values({ ...event, room, at_ms: atMs ?? created_ms, created_ms, body })
      .execute();
    await deliveries.add(trx, [event]);
    this.#o.onChanged(trx, row);
  }

  async #entry(trx: Transaction, said: RecordingsReport, entry: RecordingEntry): Promise<void> {
    const { tenant, sid } = said;
    const { recordingId: id } = entry.recording;
    const before = await lockedRecording(trx, { tenant, id });
    if (before === undefined) {
      const step = withEntry(undefined, entry);
      const row = newRow(said, entry, step.story, await occurrenceOf(trx, said));
      await trx.insertInto('recordings').values(row).execute();
      await this.#storeAndNotify(trx, row, step.events);
      return;
    }
    // A recording of another room has this id: an earlier owner accepted the id from a host.
    if (before.sid !== sid) return;
    await this.#step(trx, before, withEntry(storyOf(before), entry), entry);
  }

  async #step(trx: Transaction, before: RecordingRow, step: RecordingStep, entry?: RecordingEntry): Promise<void> {
    const { tenant, id } = before;
    const isLatest = entry !== undefined && entry.epoch === step.story.epoch && entry.seq === step.story.seq;
    const said = entry !== undefined && isWhole(entry) && (isLatest || before.layout === '');
    const row: RecordingRow = Object.assign({}, before, columnsOf(step.story), said ? reportedColumns(entry) : {});
    // A late report of an owner may move the start earlier, or the end later.
    if (row.state === 'finished') Object.assign(row, columnsMade(row, madeOf(before)));
    const isOver = row.state === 'finished' || row.state === 'failed';
    const isAnotherRecorder = isOver && recordersOf(row).length > recordersOf(before).length;
    if (isAnotherRecorder) {
      const added = recordersOf(row).filter((recorder) => !recordersOf(before).includes(recorder));
      row.awaited = JSON.stringify([...awaitedOf(row), ...added]);
    }
    await trx
      .updateTable('recordings')
      .set(row)
      .where((eb) => eb.and({ tenant, id }))
      .execute();
    if (row.deleted_ms !== null) {
      if (row.recorders !== before.recorders) await this.#o.onDeletedSeen(trx, row);
      return;
    }
    if (row.state === 'finished') await shiftContents(trx, row, before.started_ms - row.started_ms);
    await shiftTranscripts(trx, row, before.started_ms - row.started_ms);
    await this.#storeAndNotify(trx, row, step.events);
    const isEndedAnew = before.state === 'running' && row.state === 'ended' && !step.events.includes('recording.ended');
    if (isEndedAnew || isAnotherRecorder) await this.#o.onEnded(trx, row);
  }

  async #storeAndNotify(trx: Transaction, row: RecordingRow, events: RecordingStep['events']): Promise<void> {
    for (const type of events) {
      const isEnd = type === 'recording.ended';
      const atMs = isEnd ? (row.ended_ms ?? undefined) : row.started_ms;
      // The event of the start shows the recording as it was at its start.
      const shownRow = isEnd ? row : Object.assign({}, row, { state: 'running', ended_ms: null, estimated: 0 });
      await this.addEvent(trx, shownRow, type, atMs);
      if (isEnd) await this.#o.onEnded(trx, row);
    }
  }
}

/** Finds a recording, even if it is deleted. */
export const recordingOf = (db: Database, tenant: string, id: string): Promise<RecordingRow | undefined> =>
  db
    .selectFrom('recordings')
    .selectAll()
    .where((eb) => eb.and({ tenant, id }))
    .executeTakeFirst();

/** Finds a recording, even if it is deleted, and locks it against other changes until the transaction ends. */
export const lockedRecording = (
  trx: Transaction,
  { tenant, id }: Pick<RecordingRow, 'tenant' | 'id'>,
): Promise<RecordingRow | undefined> =>
  trx
    .updateTable('recordings')
    .set((eb) => ({ id: eb.ref('id') }))
    .where((eb) => eb.and({ tenant, id }))
    .returningAll()
    .executeTakeFirst();

/** Returns false for an end whose owner knew only the recording's id. */
const isWhole = ({ recording }: RecordingEntry): boolean => recording.state === 'running';

const reportedColumns = ({ recording }: RecordingEntry) => ({
  identity: recording.identity,
  mode: recording.mode,
  layout: recording.state === 'running' ? recording.layout : '',
  made_by: recording.byIdentity,
  later: Number(recording.later),
});

const columnsOf = (story: RecordingStory) => ({
  state: story.state,
  started_ms: story.startedMs,
  ended_ms: story.endedMs,
  estimated: Number(story.isEstimated),
  recorders: JSON.stringify(story.recorders),
  stints: JSON.stringify(story.stints),
  epoch: story.epoch,
  seq: story.seq,
  told: Number(story.isEndSent),
});

export function columnsMade(row: RecordingRow, made: MadeRecording) {
  const ordered = { startedMs: row.started_ms, endedMs: row.ended_ms, stints: stintsOf(row) };
  const { startedMs, durationMs, holeMs, holes } = withMissing(ordered, made);
  return { started_ms: startedMs, duration_ms: durationMs, hole_ms: holeMs, holes: JSON.stringify(holes) };
}

/** Moves files and posts of a recording of which the begin was found to be earlier. */
export async function shiftContents(
  trx: Transaction,
  { tenant, id }: Pick<RecordingRow, 'tenant' | 'id'>,
  laterMs: number,
): Promise<void> {
  if (laterMs === 0) return;
  await trx
    .updateTable('recording_outputs')
    .set((eb) => ({ offset_ms: eb('offset_ms', '+', laterMs) }))
    .where((eb) => eb.and({ tenant, recording: id }))
    .execute();
  await shiftPosts(trx, { tenant, id }, laterMs);
}

/** Returns what the files of the last version have. */
export const madeOf = (row: RecordingRow): MadeRecording => ({
  startedMs: row.started_ms,
  durationMs: row.duration_ms,
  holeMs: row.hole_ms,
  holes: holesOf(row),
});

const storyOf = (row: RecordingRow): RecordingStory => ({
  state: row.state,
  startedMs: row.started_ms,
  endedMs: row.ended_ms,
  isEstimated: row.estimated === 1,
  recorders: recordersOf(row),
  stints: stintsOf(row),
  epoch: row.epoch,
  seq: row.seq,
  isEndSent: row.told === 1,
});

function newRow(
  { tenant, room, sid }: RecordingsReport,
  entry: RecordingEntry,
  story: RecordingStory,
  of: { readonly meeting: string; readonly occurrence: string },
): RecordingRow {
  const noContents = { version: 0, assembled: '[]', awaited: '[]', compositions: '{}' };
  const emptyResult = { sequence: 0, duration_ms: 0, hole_ms: 0, holes: '[]', bytes: 0, files: '[]', failure: '' };
  const noTimes = { settled_ms: null, deleted_ms: null, erased_ms: null, trashed_ms: null };
  const ownKey = { tenant, id: entry.recording.recordingId, room, sid };
  return Object.assign(ownKey, of, reportedColumns(entry), columnsOf(story), noContents, emptyResult, noTimes);
}

/** Returns the meeting's occurrence that began last, or begins soon. */
async function occurrenceOf(trx: Transaction, { tenant, room, startedMs }: RecordingsReport) {
  const meeting = await trx
    .selectFrom('meetings')
    .select('id')
    .where('tenant', '=', tenant)
    .where('id', '=', room)
    .executeTakeFirst();
  if (meeting === undefined) return { meeting: '', occurrence: '' };
  const found = await trx
    .selectFrom('meeting_occurrences')
    .select('original_start')
    .where('meeting', '=', meeting.id)
    .where('starts_ms', '<=', startedMs + EARLY_MS)
    .where('ends_ms', '>=', startedMs)
    .orderBy('starts_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { meeting: meeting.id, occurrence: found?.original_start ?? '' };
}
