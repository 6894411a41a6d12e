// Collects the stints of an ended recording from recorders, and orders that they are composed, where that was left for
// later, and assembled. It goes on while a recorder is away that may bring more.
import { ASSEMBLE, type AssembleTask, roomKeyOf, rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { ApiKeys } from '../access/keys.ts';
import { awaitedOf, compositionsOf, type RecordingRow, recordersOf } from '../events/recording-body.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import { PAYLOAD_CHARACTERS_MAX } from '../jobs/tasks.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { RecordingComposing } from './composing.ts';
import { type Answer, againMsAt, type Decision, decide, type HeldStint, KEPT_MS } from './core/collecting.ts';
import type { RecordingErasing } from './erasing.ts';
import type { Recorders } from './recorders.ts';
import { type Records, recordingOf } from './records.ts';

interface Payload {
  readonly tenant: string;
  readonly id: string;
}

/** The task, with what becomes of the row when it is done. */
export interface AssemblePayload extends AssembleTask {
  readonly marks: readonly string[];
  readonly awaited: readonly string[];
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

const ANSWER_MS = 10_000;
/** Limit of stints of a recorder, as of a recording. */
const STINTS_MAX = 1000;
/** Ids of stints hold the id of their recorder. */
const NAME = /^[A-Za-z0-9_.-]{1,160}$/;
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
  async begin(trx: Transaction, { tenant, id }: Payload, inMs = 0): Promise<void> {
    await this.#o.jobs.add(trx, this.#kind, { payload: { tenant, id }, key: `${tenant}/${id}`, tenant, inMs });
  }

  async #run({ tenant, id }: Payload): Promise<{ againMs: number } | undefined> {
    const { db, clock } = this.#o;
    const row = await recordingOf(db, tenant, id);
    if (row === undefined || row.deleted_ms !== null || row.ended_ms === null || row.state === 'running')
      return undefined;
    const ageMs = Math.max(0, clock.wallMs() - row.ended_ms);
    if (isOver(row) && ageMs < KEPT_MS && (await this.#ask(row, awaitedOf(row))).size === 0) {
      if (awaitedOf(row).length > 0) return { againMs: againMsAt(ageMs) };
      // The stints of a failed recording are kept, so that it can be examined.
      if (row.state === 'failed') return { againMs: KEPT_MS - ageMs };
      return this.#eraseStints(row);
    }
    const others = this.#o.recorders.linked(await this.#o.keys.fenceOf(tenant));
    const answers = await this.#ask(row, [...recordersOf(row), ...others]);
    const ended = {
      // Recordings of an earlier release count from the time at which they were carried over.
      endedMs: row.version === 0 ? Math.max(row.ended_ms, row.settled_ms ?? 0) : row.ended_ms,
      listed: recordersOf(row),
      assembled: JSON.parse(row.assembled) as string[],
      awaited: awaitedOf(row),
      compositions: compositionsOf(row),
    };
    return this.#carryOut(row, decide(ended, answers, clock.wallMs()), ageMs);
  }

  async #carryOut(row: RecordingRow, decision: Decision, ageMs: number): Promise<{ againMs: number } | undefined> {
    const { db, log, records, composing } = this.#o;
    const { tenant, id } = row;
    if (decision.do === 'wait') return { againMs: decision.againMs };
    if (decision.do === 'compose') {
      const isChanged = await composing.order(row, decision.stints);
      return { againMs: isChanged ? againMsAt(0) : decision.againMs };
    }
    if (decision.do === 'assemble') return this.#order(row, decision);
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
      .where((eb) => eb.and({ tenant, id, version: row.version }))
      .execute();
    const isKept = row.state === 'failed' && ageMs < KEPT_MS;
    return decision.awaited.length > 0 || isKept ? { againMs: decision.againMs } : this.#eraseStints(row);
  }

  /** Adds the task in the transaction that shows the recording as `finishing`. */
  async #order(
    row: RecordingRow,
    { stints, marks, awaited, lane }: Extract<Decision, { readonly do: 'assemble' }>,
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
      marks,
      awaited,
    };
    if (JSON.stringify(payload).length > PAYLOAD_CHARACTERS_MAX) {
      await transact(db, (trx) =>
        records.settle(trx, row, { state: 'failed', failure: TOO_LONG, assembled: JSON.stringify(marks) }),
      );
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

  /** Returns the answers of recorders that are there. */
  async #ask({ tenant, id }: RecordingRow, nodeIds: readonly string[]): Promise<Map<string, Answer>> {
    const { recorders, log } = this.#o;
    const answers = new Map<string, Answer>();
    const ask = async (nodeId: string): Promise<void> => {
      try {
        const message = { tenant, recordingId: id };
        answers.set(nodeId, answerOf(await recorders.call(nodeId, rpc.recordingStints, message, ANSWER_MS)));
      } catch (err) {
        log.debug({ err, recorder: nodeId, recordingId: id }, 'a recorder did not answer about a recording');
      }
    };
    await Promise.all([...new Set(nodeIds)].map(ask));
    return answers;
  }
}

const isOver = ({ state }: RecordingRow): boolean => state === 'finished' || state === 'failed';

/** Leaves out stints with impossible names. */
function answerOf({ busy, stints }: wire.RecordingStints): Answer {
  const held = stints.slice(0, STINTS_MAX).map(
    (stint): HeldStint => ({
      stintId: stint.stintId ?? '',
      recorderId: stint.recorderId ?? '',
      isComplete: stint.complete ?? false,
      journals: stint.journals ?? [],
      startedMs: timeOf(stint.startedWallMs),
      endedMs: timeOf(stint.endedWallMs),
      isLater: stint.later ?? false,
      composedOf: stint.composedOf ?? '',
    }),
  );
  const isGood = ({ stintId, recorderId, journals }: HeldStint): boolean =>
    journals.length > 0 && [stintId, recorderId, ...journals].every((name) => NAME.test(name));
  return { isBusy: busy, stints: held.filter(isGood) };
}

const timeOf = (wallMs: number | null | undefined): number => (Number.isFinite(wallMs) ? Math.max(0, wallMs ?? 0) : 0);
