// Kind `assemble` of tasks: recorders make the files of a recording, and its end is compared with the library's rows.
import assert from 'node:assert/strict';
import { ASSEMBLE, type AssembledOutput, type AssembledRecording, type OutputFacts } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { assembledOf, type OutputRow, outputsOf, type RecordingRow, recordersOf } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import type { Items } from '../library/items.ts';
import type { RecordingUploads, StoredOutput } from '../library/recording-uploads.ts';
import type { UploadRow } from '../library/rows.ts';
import type { Trimming } from '../library/trimming.ts';
import { findUpload } from '../library/upload-rows.ts';
import type { Transaction } from '../store/transaction.ts';
import { readAssembled } from './assembled.ts';
import type { AssemblePayload, RecordingCollecting } from './collecting.ts';
import { composeFailureOf } from './composing.ts';
import { chaptersOf } from './core/chapters.ts';
import { GIVEN_UP_MS } from './core/collecting.ts';
import { type MadeRecording, withBeside } from './core/missing.ts';
import { itemsOf, type RecordingErasing } from './erasing.ts';
import { forgetPosts, shiftPosts } from './posts.ts';
import { AGAIN_MS, type EndedTask, INVALID, recorderTask, UNREADABLE } from './recorder-tasks.ts';
import { columnsMade, lockedRecording, madeOf, type Records, shiftContents } from './records.ts';
import { storedName } from './stored-name.ts';
import { giveTranscripts, shiftTranscripts } from './transcripts.ts';

export interface AssemblingOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Pick<Records, 'settle'>;
  readonly collecting: Pick<RecordingCollecting, 'begin'>;
  readonly erasing: Pick<RecordingErasing, 'begin'>;
  readonly files: Pick<RecordingUploads, 'outputsOf' | 'removeItem' | 'give' | 'releaseHeld'>;
  readonly items: Pick<Items, 'change' | 'setTranscript'>;
  readonly trimming: Pick<Trimming, 'later'>;
}

/** Pause before recorders are asked again for a later version: the files of the last one are there meanwhile. */
const AGAIN_MS_OF_LATER = 10 * 60_000;

/** File that the library has. */
type Settled = OutputFacts & Pick<StoredOutput, 'item' | 'bytes'> & { readonly upload: UploadRow };

export class RecordingAssembling {
  readonly #o: AssemblingOptions;
  readonly kind = recorderTask<AssemblePayload>(ASSEMBLE, (trx, task) => this.#ended(trx, task));

  constructor(o: AssemblingOptions) {
    this.#o = o;
  }

  async #ended(trx: Transaction, { tenant, payload, code, result }: EndedTask<AssemblePayload>): Promise<void> {
    const row = await lockedRecording(trx, { tenant, id: payload.recordingId });
    if (row === undefined || row.deleted_ms !== null || row.version !== payload.version - 1) return;
    // A recording that turned out to go on after its estimated end is ordered anew.
    if (row.state === 'running' || row.state === 'ended') return;
    const made = code === '' ? readAssembled(result) : undefined;
    if (made === undefined) return this.#failed(trx, row, payload, code === '' ? INVALID : code);
    await this.#finished(trx, row, payload, made);
  }

  /** Keeps the last version, if there is one. */
  async #failed(trx: Transaction, row: RecordingRow, payload: AssemblePayload, failure: string): Promise<void> {
    const { clock, log, records, collecting, files } = this.#o;
    const { tenant, id, version } = row;
    const { sinceMs = row.ended_ms ?? 0 } = payload;
    if (failure === UNREADABLE && (version > 0 || clock.wallMs() - sinceMs < GIVEN_UP_MS))
      return collecting.begin(trx, row, { inMs: version > 0 ? AGAIN_MS_OF_LATER : AGAIN_MS, sinceMs });
    log.error({ tenant, recordingId: id, version: payload.version, failure }, 'a recording could not be assembled');
    const assembled = JSON.stringify([...new Set([...assembledOf(row), ...payload.marks])]);
    const awaited = JSON.stringify(awaitedAfter(row, payload));
    await files.releaseHeld(trx, { tenant, recording: id });
    if (version === 0) await records.settle(trx, row, { state: 'failed', failure, assembled, awaited });
    else
      await trx
        .updateTable('recordings')
        .set({ assembled, awaited })
        .where((eb) => eb.and({ tenant, id }))
        .execute();
    await collecting.begin(trx, row);
  }

  async #finished(
    trx: Transaction,
    row: RecordingRow,
    payload: AssemblePayload,
    made: AssembledRecording,
  ): Promise<void> {
    const { log, records, collecting, erasing, files } = this.#o;
    const { tenant, id: recordingId } = row;
    const { version, isBeside = false, firstPage = 0 } = payload;
    const outputs = await this.#settledOutputs(trx, row, namedOutputs(payload, made.outputs));
    const ofVersion: MadeRecording = {
      startedMs: Math.round(made.startedWallMs),
      durationMs: Math.round(made.durationMs),
      holeMs: Math.round(made.holeMs),
      holes: made.holes.map(({ ms, durationMs, identity, source }) => {
        const fromMs = Math.round(made.startedWallMs + ms);
        return { fromMs, toMs: fromMs + Math.round(durationMs), identity, source };
      }),
    };
    const columns = columnsMade(row, isBeside ? withBeside(madeOf(row), ofVersion) : ofVersion);
    const earlierMs = ofVersion.startedMs - columns.started_ms;
    const laterMs = row.started_ms - columns.started_ms;
    await shiftTranscripts(trx, row, laterMs);
    const formerLaterMs = isBeside ? laterMs : 0;
    await shiftContents(trx, row, formerLaterMs);
    const former = isBeside ? await outputsOf(trx, tenant, [recordingId]) : [];
    await this.#storeOutputs(trx, row, { outputs, made, earlierMs, laterMs: laterMs - formerLaterMs, kept: former });
    await files.releaseHeld(trx, { tenant, recording: recordingId });
    await forgetPosts(trx, row, firstPage + made.postPages);
    await shiftPosts(trx, row, earlierMs - formerLaterMs, firstPage);
    const awaited = awaitedAfter(row, payload);
    const isSettled = await records.settle(trx, row, {
      state: 'finished',
      ...columns,
      version,
      assembled: JSON.stringify(payload.marks),
      awaited: JSON.stringify(awaited),
      bytes: [...former, ...outputs].reduce((sum, { bytes }) => sum + bytes, 0),
      failure: composeFailureOf(row),
    });
    assert(isSettled, 'the recording is locked');
    log.info({ tenant, recordingId, version, outputs: outputs.length, awaited, isBeside }, 'a recording is finished');
    if (awaited.length > 0) await collecting.begin(trx, row);
    else await erasing.begin(trx, row);
  }

  /** Rejects with CONFLICT if the library does not have one of the files. */
  async #settledOutputs(
    trx: Transaction,
    { tenant, id: recording }: RecordingRow,
    outputs: readonly AssembledOutput[],
  ): Promise<Settled[]> {
    const stored = await this.#o.files.outputsOf(trx, { tenant, recording });
    const settled: Settled[] = [];
    for (const { upload: id, ...facts } of outputs) {
      const upload = await findUpload(trx, tenant, id);
      const isOwn = upload?.recording === recording && upload.output === facts.name;
      const file = stored.find(({ item }) => item.id === upload?.item);
      const isThere = upload?.state === 'done' || upload?.state === 'held';
      if (!isOwn || !isThere || file?.item.state !== 'ready')
        throw new Problem('CONFLICT', `the library does not have the file ${facts.name}`);
      settled.push(Object.assign(facts, { upload, item: file.item, bytes: upload.bytes }));
    }
    return settled;
  }

  /**
   * Replaces the files of the last version but `kept` ones; items of files that are no longer there are deleted.
   */
  async #storeOutputs(
    trx: Transaction,
    { tenant, id: recording, started_ms: startedMs }: RecordingRow,
    o: {
      readonly outputs: readonly Settled[];
      readonly made: AssembledRecording;
      readonly earlierMs: number;
      /** Time by which the files before must move, since the recording was found to begin earlier. */
      readonly laterMs: number;
      readonly kept: readonly OutputRow[];
    },
  ): Promise<void> {
    const { files, items, trimming } = this.#o;
    const before = await outputsOf(trx, tenant, [recording]);
    const stored: OutputRow[] = [];
    const kept = new Set([...o.outputs.map(({ item }) => item.id), ...o.kept.map(({ item }) => item)]);
    await trx
      .deleteFrom('recording_outputs')
      .where((eb) => eb.and({ tenant, recording }))
      .$if(o.kept.length > 0, (query) =>
        query.where(
          'item',
          'not in',
          o.kept.map(({ item }) => item),
        ),
      )
      .execute();
    for (const output of o.outputs) {
      const { item } = output;
      await files.give(trx, output.upload);
      const chapters = JSON.stringify(chaptersOf(output, o.made.chapters));
      const former = before.find((one) => one.item === item.id);
      const last = former?.chapters ?? '[]';
      // Chapters that a person has changed stay.
      if (item.chapters === last && chapters !== last) await items.change(trx, { tenant, id: item.id }, { chapters });
      if (former !== undefined) {
        const earlierMs = Math.round(startedMs + former.offset_ms - (o.made.startedWallMs + output.offsetMs));
        await trimming.later(trx, { tenant, id: item.id }, { earlierMs, formerMs: former.duration_ms });
      }
      const values: OutputRow = {
        tenant,
        recording,
        name: output.name,
        item: item.id,
        source: output.source,
        identity: output.identity,
        participant: output.participantName,
        offset_ms: Math.round(output.offsetMs + o.earlierMs),
        duration_ms: Math.round(output.durationMs),
        width: output.width,
        height: output.height,
        bytes: output.bytes,
        chapters,
      };
      await trx.insertInto('recording_outputs').values(values).execute();
      stored.push(values);
    }
    const placedBefore = before.map((one) => Object.assign({}, one, { offset_ms: one.offset_ms + o.laterMs }));
    await giveTranscripts(trx, items, { tenant, id: recording }, { before: placedBefore, outputs: stored });
    for (const item of await itemsOf(trx, { tenant, id: recording }))
      if (!kept.has(item)) await files.removeItem(trx, { tenant, id: item });
  }
}

/** Returns the recorders that a version lacks: those that were not known when it was ordered were not asked. */
function awaitedAfter(row: RecordingRow, { awaited, listed = [] }: AssemblePayload): readonly string[] {
  return [...new Set([...awaited, ...recordersOf(row).filter((id) => !listed.includes(id))])];
}

const namedOutputs = (payload: AssemblePayload, outputs: readonly AssembledOutput[]): AssembledOutput[] =>
  outputs.map((output) => Object.assign({}, output, { name: storedName(payload, output.name) }));
