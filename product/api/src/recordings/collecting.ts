// Collects the stints of an ended recording from recorders, and orders that they are composed, where that was left for
// later, and assembled. It goes on while a recorder is away that may bring more.
import { ASSEMBLE, type AssembleTask, type ParticipantNumber, roomKeyOf } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { ApiKeys } from '../access/keys.ts';
import {
  assembledOf,
  awaitedOf,
  compositionsOf,
  type OutputRow,
  outputsOf,
  type RecordingRow,
  recordersOf,
} from '../events/recording-body.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import { PAYLOAD_CHARACTERS_MAX } from '../jobs/tasks.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { answersOf } from './asking.ts';
import type { RecordingComposing } from './composing.ts';
import { againMsAt, type Decision, decide, KEPT_MS } from './core/collecting.ts';
import type { RecordingErasing } from './erasing.ts';
import { postsOf } from './posts.ts';
import type { Recorders } from './recorders.ts';
import { type Records, recordingOf } from './records.ts';

interface Payload {
  readonly tenant: string;
  readonly id: string;
  /** Time of the first order of the next version; absent before that. */
  readonly sinceMs?: number;
}

/** The task, with what becomes of the row when it is done. */
export interface AssemblePayload extends AssembleTask {
  readonly marks: readonly string[];
  readonly awaited: readonly string[];
  /** Recorders that were known when the task was ordered; absent in tasks of an earlier release. */
  readonly listed?: readonly string[];
  /** True for files beside those of the last version, whose stints are gone; absent in tasks of an earlier release. */
  readonly isBeside?: boolean;
  /** Number of the first page of its posts; absent in tasks of an earlier release. */
  readonly firstPage?: number;
  /** Time of the first order of this version. */
  readonly sinceMs?: number;
}

export interface CollectingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly recorders: Recorders;
  readonly records: Pick<Records, 'settle'>;
  readonly erasing: Pick<RecordingErasing, 'begin'>;
  readonly keys: Pick<ApiKeys, 'fenceOf'>;
  readonly composing: Pick<RecordingComposing, 'order'>;
}

/** Failure of a recording of which no recorder has anything. */
const UNKNOWN = 'RECORDING_UNKNOWN';
/** Failure of a recording with more stints than a task can name. */
const TOO_LONG = 'RECORDING_TOO_LONG';

export class RecordingCollecting {
  readonly #o: CollectingOptions;
  readonly #kind: JobKind<Payload> = {
    name: 'recordings',
    concurrency: 16,
    perTenant: 8,
    leaseMs: 5 * 60_000,
    attemptsMax: Number.MAX_SAFE_INTEGER,
    run: (payload) => this.#run(payload),
  };

  constructor(o: CollectingOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  /** Begins to collect, in a transaction: that which ends the recording, or a run of its task. */
  async begin(
    trx: Transaction,
    { tenant, id }: Pick<RecordingRow, 'tenant' | 'id'>,
    { inMs = 0, ...since }: { readonly inMs?: number; readonly sinceMs?: number } = {},
  ): Promise<void> {
    const payload: Payload = { tenant, id, ...since };
    await this.#o.jobs.add(trx, this.#kind, { payload, key: `${tenant}/${id}`, tenant, inMs });
  }

  async #run({ tenant, id, sinceMs = this.#o.clock.wallMs() }: Payload): Promise<{ againMs: number } | undefined> {
    const { db, clock } = this.#o;
    const row = await recordingOf(db, tenant, id);
    if (row === undefined || row.deleted_ms !== null || row.ended_ms === null || row.state === 'running')
      return undefined;
    const ageMs = Math.max(0, clock.wallMs() - row.ended_ms);
    const awaited = awaitedOf(row);
    if (isOver(row) && ageMs < KEPT_MS) {
      // The stints of a failed recording are kept, so that it can be examined.
      if (awaited.length === 0 && row.state === 'failed') return { againMs: KEPT_MS - ageMs };
      if (awaited.length > 0 && (await answersOf(this.#o, row, awaited)).size === 0)
        return { againMs: againMsAt(ageMs) };
    }
    const others = this.#o.recorders.linked(await this.#o.keys.fenceOf(tenant));
    const answers = await answersOf(this.#o, row, [...recordersOf(row), ...others]);
    const ended = {
      // Recordings of an earlier release count from the time at which they were carried over.
      endedMs: row.version === 0 ? Math.max(row.ended_ms, row.settled_ms ?? 0) : row.ended_ms,
      listed: recordersOf(row),
      assembled: assembledOf(row),
      awaited,
      compositions: compositionsOf(row),
    };
    return this.#carryOut(row, decide(ended, answers, clock.wallMs()), { ageMs, sinceMs });
  }

  async #carryOut(
    row: RecordingRow,
    decision: Decision,
    { ageMs, sinceMs }: { readonly ageMs: number; readonly sinceMs: number },
  ): Promise<{ againMs: number } | undefined> {
    const { db, log, records, composing } = this.#o;
    const { tenant, id } = row;
    if (decision.do === 'wait') return { againMs: decision.againMs };
    if (decision.do === 'compose') {
      const isChanged = await composing.order(row, decision.stints);
      return { againMs: isChanged ? againMsAt(0) : decision.againMs };
    }
    if (decision.do === 'assemble') return this.#order(row, decision, sinceMs);
    const awaited = JSON.stringify(decision.awaited);
    if (decision.do === 'fail') {
      if (row.state === 'failed' && decision.awaited.length === 0) return this.#eraseStints(row);
      if (row.state !== 'failed')
        await transact(db, (trx) => records.settle(trx, row, { state: 'failed', failure: UNKNOWN, awaited }));
      log.warn({ tenant, recordingId: id, awaited }, 'no recorder has anything of a recording');
      return { againMs: againMsAt(Number.MAX_SAFE_INTEGER) };
    }
    await db
      .updateTable('recordings')
      .set({ awaited })
      .where((eb) => eb.and({ tenant, id, version: row.version, recorders: row.recorders }))
      .execute();
    const isKept = row.state === 'failed' && ageMs < KEPT_MS;
    return decision.awaited.length > 0 || isKept ? { againMs: decision.againMs } : this.#eraseStints(row);
  }

  /** Adds the task in the transaction that shows the recording as `finishing`. */
  async #order(
    row: RecordingRow,
    { stints, marks, awaited, lane, isBeside }: Extract<Decision, { readonly do: 'assemble' }>,
    sinceMs: number,
  ): Promise<{ againMs: number } | undefined> {
    const { db, jobs, log, records } = this.#o;
    const { tenant, id, room, version } = row;
    const payload: AssemblePayload = {
      recordingId: id,
      room: roomKeyOf(tenant, room) ?? '',
      version: version + 1,
      startedWallMs: row.started_ms,
      endedWallMs: row.ended_ms ?? 0,
      stints,
      numbers: numbersOf(await outputsOf(db, tenant, [id])),
      marks,
      awaited,
      listed: recordersOf(row),
      isBeside,
      firstPage: isBeside ? (await postsOf(db, row, 0)).pages : 0,
      sinceMs,
    };
    if (JSON.stringify(payload).length > PAYLOAD_CHARACTERS_MAX) {
      log.error({ tenant, recordingId: id, version: version + 1, failure: TOO_LONG }, 'a recording is too long');
      const assembled = JSON.stringify([...new Set([...assembledOf(row), ...marks])]);
      await transact(db, async (trx) => {
        if (version === 0) await records.settle(trx, row, { state: 'failed', failure: TOO_LONG, assembled });
        else
          await trx
            .updateTable('recordings')
            .set({ assembled, awaited: JSON.stringify(awaited) })
            .where((eb) => eb.and({ tenant, id, version }))
            .execute();
      });
      return { againMs: againMsAt(Number.MAX_SAFE_INTEGER) };
    }
    const state = row.state === 'finished' ? row.state : 'finishing';
    const isOrdered = await transact(db, async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('recordings')
        .set({ state, failure: '', ...(version === 0 && { assembled: '[]' }) })
        .where((eb) => eb.and({ tenant, id, version, state: row.state }))
        .where('deleted_ms', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows > 0n)
        await jobs.add(trx, { name: ASSEMBLE }, { payload, key: `${tenant}/${id}`, tenant, lane });
      return numUpdatedRows > 0n;
    });
    log.info({ tenant, recordingId: id, stints: stints.length, awaited, isOrdered }, 'a recording can be assembled');
    // The row has changed meanwhile.
    return isOrdered ? undefined : { againMs: againMsAt(0) };
  }

  async #eraseStints(row: RecordingRow): Promise<undefined> {
    await transact(this.#o.db, (trx) => this.#o.erasing.begin(trx, row));
  }
}

/** Returns the participants' numbers in the names of the last version's files. */
function numbersOf(outputs: readonly Pick<OutputRow, 'name' | 'identity'>[]): ParticipantNumber[] {
  const numbers = outputs.map(({ name, identity }) => [identity, Number(/^p(\d+)-/.exec(name)?.[1] ?? 0)] as const);
  return [...new Map(numbers.filter(([, number]) => number > 0))].map(([identity, number]) => ({ identity, number }));
}

const isOver = ({ state }: RecordingRow): boolean => state === 'finished' || state === 'failed';
