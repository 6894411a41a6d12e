// Kind `assemble` of tasks: recorders make the files of a recording, and its end is compared with the library's rows.
import { ASSEMBLE, type AssembledOutput, type AssembledRecording } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { type OutputRow, outputsOf, type RecordingRow } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import type { RemoteKind } from '../jobs/jobs.ts';
import type { Items } from '../library/items.ts';
import type { RecordingUploads, StoredOutput } from '../library/recording-uploads.ts';
import type { Trimming } from '../library/trimming.ts';
import { findUpload } from '../library/upload-rows.ts';
import type { Transaction } from '../store/transaction.ts';
import { readAssembled } from './assembled.ts';
import type { AssemblePayload, RecordingCollecting } from './collecting.ts';
import { composeFailureOf } from './composing.ts';
import { chaptersOf } from './core/chapters.ts';
import { GIVEN_UP_MS } from './core/collecting.ts';
import { itemsOf, type RecordingErasing } from './erasing.ts';
import { forgetPosts, shiftPosts } from './posts.ts';
import { columnsMade, type Records, recordingOf } from './records.ts';
import { giveTranscripts, shiftTranscripts } from './transcripts.ts';

export interface AssemblingOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Pick<Records, 'settle'>;
  readonly collecting: Pick<RecordingCollecting, 'begin'>;
  readonly erasing: Pick<RecordingErasing, 'begin'>;
  readonly files: Pick<RecordingUploads, 'outputsOf' | 'removeItem'>;
  readonly items: Pick<Items, 'change' | 'setTranscript'>;
  readonly trimming: Pick<Trimming, 'later'>;
}

/** Time without a renewal after which another recorder continues. */
const LEASE_MS = 30_000;
/** Time for which the task is kept for the recorder that has most of the media. */
const AFFINITY_MS = 60_000;
/** A day of attempts, whose pauses grow to ten minutes. */
const ATTEMPTS_MAX = 200;
/** Failure of a run that could not read a stint of a recorder. */
const UNREADABLE = 'STINT_UNREADABLE';
/** Pause before recorders are asked again; of a later version, the files of the last one are there meanwhile. */
const AGAIN_MS = 10_000;
const AGAIN_MS_OF_LATER = 10 * 60_000;
const INVALID = 'RESULT_INVALID';

type Settled = Omit<AssembledOutput, 'upload'> & Pick<StoredOutput, 'item' | 'bytes'>;

export class RecordingAssembling {
  readonly #o: AssemblingOptions;
  readonly kind: RemoteKind<AssemblePayload> = {
    name: ASSEMBLE,
    remote: { leaseMs: LEASE_MS, affinityMs: AFFINITY_MS, worker: 'recorder', laneIsNode: true },
    attemptsMax: ATTEMPTS_MAX,
    onEnded: (trx, { tenant, payload }, { code, result }) => this.#ended(trx, tenant, { payload, code, result }),
  };

  constructor(o: AssemblingOptions) {
    this.#o = o;
  }

  async #ended(
    trx: Transaction,
    tenant: string,
    { payload, code, result }: { readonly payload: AssemblePayload; readonly code: string; readonly result: unknown },
  ): Promise<void> {
    const row = await recordingOf(trx, tenant, payload.recordingId);
    if (row === undefined || row.deleted_ms !== null || row.state === 'running') return;
    if (row.version !== payload.version - 1) return;
    const made = code === '' ? readAssembled(result) : undefined;
    if (made === undefined) return this.#failed(trx, row, payload, code === '' ? INVALID : code);
    await this.#finished(trx, row, payload, made);
  }

  /** Keeps the last version, if there is one. */
  async #failed(trx: Transaction, row: RecordingRow, payload: AssemblePayload, failure: string): Promise<void> {
    const { clock, log, records, collecting } = this.#o;
    const { tenant, id, version } = row;
    const ageMs = clock.wallMs() - (row.ended_ms ?? 0);
    if (failure === UNREADABLE && (version > 0 || ageMs < GIVEN_UP_MS))
      return collecting.begin(trx, row, version > 0 ? AGAIN_MS_OF_LATER : AGAIN_MS);
    log.error({ tenant, recordingId: id, version: payload.version, failure }, 'a recording could not be assembled');
    const assembled = JSON.stringify([...new Set([...(JSON.parse(row.assembled) as string[]), ...payload.marks])]);
    const awaited = JSON.stringify(payload.awaited);
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
    const { log, records, collecting, erasing } = this.#o;
    const outputs = await this.#settledOutputs(trx, row, made.outputs);
    const columns = columnsMade(row, {
      startedMs: Math.round(made.startedWallMs),
      durationMs: Math.round(made.durationMs),
      holeMs: Math.round(made.holeMs),
      holes: made.holes.map(({ ms, durationMs, identity, source }) => {
        const fromMs = Math.round(made.startedWallMs + ms);
        return { fromMs, toMs: fromMs + Math.round(durationMs), identity, source };
      }),
    });
    const earlierMs = Math.round(made.startedWallMs) - columns.started_ms;
    const laterMs = row.started_ms - columns.started_ms;
    await shiftTranscripts(trx, row, laterMs);
    await this.#storeOutputs(trx, row, { outputs, made, earlierMs, laterMs });
    await forgetPosts(trx, row, made.postPages);
    await shiftPosts(trx, row, earlierMs);
    await records.settle(trx, row, {
      state: 'finished',
      ...columns,
      version: payload.version,
      assembled: JSON.stringify(payload.marks),
      awaited: JSON.stringify(payload.awaited),
      bytes: outputs.reduce((sum, { bytes }) => sum + bytes, 0),
      failure: composeFailureOf(row),
    });
    const { tenant, id: recordingId } = row;
    const { version, awaited } = payload;
    log.info({ tenant, recordingId, version, outputs: outputs.length, awaited }, 'a recording is finished');
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
      if (!isOwn || upload.state !== 'done' || file?.item.state !== 'ready')
        throw new Problem('CONFLICT', `the library does not have the file ${facts.name}`);
      settled.push(Object.assign(facts, { item: file.item, bytes: file.bytes }));
    }
    return settled;
  }

  /** Replaces the files of the last version; items of files that are no longer there are deleted. */
  async #storeOutputs(
    trx: Transaction,
    { tenant, id: recording, started_ms: startedMs }: RecordingRow,
    o: {
      readonly outputs: readonly Settled[];
      readonly made: AssembledRecording;
      readonly earlierMs: number;
      /** Time by which the recording was found to begin earlier than its row says. */
      readonly laterMs: number;
    },
  ): Promise<void> {
    const { files, items, trimming } = this.#o;
    const before = await outputsOf(trx, tenant, [recording]);
    const stored: OutputRow[] = [];
    await trx
      .deleteFrom('recording_outputs')
      .where((eb) => eb.and({ tenant, recording }))
      .execute();
    for (const output of o.outputs) {
      const { item } = output;
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
    const kept = new Set(o.outputs.map(({ item }) => item.id));
    for (const item of await itemsOf(trx, { tenant, id: recording }))
      if (!kept.has(item)) await files.removeItem(trx, { tenant, id: item });
  }
}
