// Transcripts of recordings: WebVTT in the time of the recording, which its items get in their own time.
import type { Clock } from '@meridian/runtime';
import { type OutputRow, outputsOf, type RecordingRow } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import { readWebVtt } from '../library/core/web-vtt.ts';
import { TRANSCRIPTS_BYTES_MAX, TRANSCRIPTS_MAX } from '../library/item-operations.ts';
import type { Items } from '../library/items.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { shiftedVtt } from './core/shifted-vtt.ts';

export interface NewTranscript {
  readonly row: RecordingRow;
  readonly language: string;
  readonly vtt: string;
}

/**
 * Stores a transcript, and gives it to the items that there are. Returns whether it is longer than the one before.
 * Rejects with REQUEST_INVALID for text that is no WebVTT, CONFLICT beyond the limits of languages and bytes, NOT_FOUND
 * for a deleted recording.
 */
export async function putTranscript(
  trx: Transaction,
  { clock, items }: { readonly clock: Clock; readonly items: Pick<Items, 'setTranscript'> },
  { row, language: its, vtt }: NewTranscript,
): Promise<{ readonly isLonger: boolean }> {
  const read = readWebVtt(vtt);
  if ('wrong' in read)
    throw new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer: '/vtt', detail: read.wrong }] });
  const { tenant, id: recording } = row;
  // Comes first, so that two of them run one after the other.
  const locked = await trx
    .updateTable('recordings')
    .set((eb) => ({ id: eb.ref('id') }))
    .where((eb) => eb.and({ tenant, id: recording }))
    .where('deleted_ms', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (locked === undefined) throw new Problem('NOT_FOUND');
  const kept = await transcriptsOf(trx, row);
  const others = kept.filter((one) => one.language !== its);
  if (others.length >= TRANSCRIPTS_MAX)
    throw new Problem('CONFLICT', `a recording has at most ${TRANSCRIPTS_MAX} transcripts`);
  const before = kept.find((one) => one.language === its)?.vtt;
  const bytes = bytesOf([{ vtt }]);
  const isLonger = bytes > bytesOf(before === undefined ? [] : [{ vtt: before }]);
  if (isLonger && bytesOf(others) + bytes > TRANSCRIPTS_BYTES_MAX)
    throw new Problem(
      'CONFLICT',
      `the transcripts of a recording have at most ${TRANSCRIPTS_BYTES_MAX} bytes together`,
    );
  const changed = { vtt, changed_ms: clock.wallMs() };
  await trx
    .insertInto('recording_transcripts')
    .values({ tenant, recording, language: its, ...changed })
    .onConflict((on) => on.columns(['tenant', 'recording', 'language']).doUpdateSet(changed))
    .execute();
  for (const output of await outputsOf(trx, tenant, [recording]))
    await give(trx, items, { output, language: its, vtt, before, beforeOutput: output });
  return { isLonger };
}

const bytesOf = (transcripts: readonly { readonly vtt: string }[]): number =>
  transcripts.reduce((sum, { vtt }) => sum + Buffer.byteLength(vtt), 0);

/** Moves all transcripts, if the recording begins earlier than was known. Those of its items stay as they are. */
export async function shiftTranscripts(
  trx: Transaction,
  row: Pick<RecordingRow, 'tenant' | 'id'>,
  laterMs: number,
): Promise<void> {
  if (laterMs === 0) return;
  for (const { tenant, recording, language: its, vtt } of await transcriptsOf(trx, row))
    await trx
      .updateTable('recording_transcripts')
      .set({ vtt: shiftedVtt(vtt, { fromMs: -laterMs, durationMs: Number.MAX_SAFE_INTEGER }) ?? vtt })
      .where((eb) => eb.and({ tenant, recording, language: its }))
      .execute();
}

/**
 * Gives items of a new version the transcripts of the recording. `before`: the files of the version before, in the same
 * time as the transcripts.
 */
export async function giveTranscripts(
  trx: Transaction,
  items: Pick<Items, 'setTranscript'>,
  row: Pick<RecordingRow, 'tenant' | 'id'>,
  o: { readonly before: readonly Placed[]; readonly outputs: readonly Placed[] },
): Promise<void> {
  for (const { language: its, vtt } of await transcriptsOf(trx, row))
    for (const output of o.outputs) {
      const beforeOutput = o.before.find(({ item }) => item === output.item);
      await give(trx, items, { output, language: its, vtt, before: vtt, beforeOutput });
    }
}

export const transcriptsOf = (db: Database, { tenant, id: recording }: Pick<RecordingRow, 'tenant' | 'id'>) =>
  db
    .selectFrom('recording_transcripts')
    .selectAll()
    .where((eb) => eb.and({ tenant, recording }))
    .execute();

export async function forgetRecordingTranscripts(
  trx: Transaction,
  { tenant, id: recording }: Pick<RecordingRow, 'tenant' | 'id'>,
): Promise<void> {
  await trx
    .deleteFrom('recording_transcripts')
    .where((eb) => eb.and({ tenant, recording }))
    .execute();
}

type Placed = Pick<OutputRow, 'tenant' | 'item' | 'offset_ms' | 'duration_ms'>;

/** Sets the transcript of an item, unless it has one that is not the last of the recording: a person's stays. */
async function give(
  trx: Transaction,
  items: Pick<Items, 'setTranscript'>,
  o: {
    readonly output: Placed;
    readonly language: string;
    readonly vtt: string;
    /** Transcript of the recording, and place of the file, of which the item has its transcript; absent for none. */
    readonly before: string | undefined;
    readonly beforeOutput: Placed | undefined;
  },
): Promise<void> {
  const { tenant, item: id } = o.output;
  const has = await trx
    .selectFrom('library_transcripts')
    .select('vtt')
    .where((eb) => eb.and({ tenant, item: id, language: o.language }))
    .executeTakeFirst();
  const given =
    o.before === undefined || o.beforeOutput === undefined ? undefined : shiftedVtt(o.before, timeOf(o.beforeOutput));
  if (has !== undefined && has.vtt !== given) return;
  const vtt = shiftedVtt(o.vtt, timeOf(o.output));
  if (vtt !== has?.vtt) await items.setTranscript(trx, { tenant, id, language: o.language }, vtt);
}

const timeOf = ({ offset_ms: fromMs, duration_ms: durationMs }: Placed) => ({ fromMs, durationMs });
