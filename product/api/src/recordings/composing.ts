// Kind `compose` of tasks: recorders make one picture of the tracks of a stint, as another stint.
import { COMPOSE, type ComposeTask, roomKeyOf } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Composition, Compositions } from '../events/core/recording-story.ts';
import { compositionsOf, type RecordingRow } from '../events/recording-body.ts';
import { failureOf, stateOf } from '../jobs/explaining.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { GIVEN_UP_MS, type ToCompose } from './core/collecting.ts';
import { composeKeyOf } from './progress.ts';
import { AGAIN_MS, type EndedTask, INVALID, recorderTask, UNREADABLE } from './recorder-tasks.ts';
import { lockedRecording } from './records.ts';

/** The task, with the state of the copy that it composes. */
interface ComposePayload extends ComposeTask {
  readonly from: Composition;
}

export interface ComposingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  /** Begins to collect the recording, in the transaction that ends its task. */
  collect(trx: Transaction, row: RecordingRow, inMs?: number): Promise<void>;
}

/** Failure of a task that no recorder has taken for a day. */
const NOT_TAKEN = 'NO_PICTURE_TRANSCODER';

const stintComposed = Type.Object({ stintId: Type.String({ pattern: '^[A-Za-z0-9_.-]{1,160}$' }) });

export class RecordingComposing {
  readonly #o: ComposingOptions;
  readonly kind = recorderTask<ComposePayload>(COMPOSE, (trx, task) => this.#ended(trx, task));

  constructor(o: ComposingOptions) {
    this.#o = o;
    o.jobs.register(this.kind);
  }

  /**
   * Adds a task for each stint that has none, in the transaction that shows the recording as `finishing`. A task that
   * has not succeeded for a day is given up. Returns whether the recording has changed, so that it is collected anew.
   */
  async order(row: RecordingRow, stints: readonly ToCompose[]): Promise<boolean> {
    const { db, log, clock } = this.#o;
    const { tenant, id, version, state } = row;
    return transact(db, async (trx) => {
      const compositions: Record<string, Composition> = { ...compositionsOf(row) };
      let isGivenUp = false;
      for (const { stint, from } of stints) {
        const failure = await this.#add(trx, row, { stint, from });
        const { sinceMs = clock.wallMs() } = compositions[stint.stintId] ?? {};
        compositions[stint.stintId] =
          failure === undefined ? Object.assign({}, from, { sinceMs }) : this.#endOf(from, { failure });
        if (failure === undefined) continue;
        isGivenUp = true;
        log.error(
          { tenant, recordingId: id, stintId: stint.stintId, failure },
          'a stint could not be composed in a day',
        );
      }
      const { numUpdatedRows } = await trx
        .updateTable('recordings')
        .set({
          state: state === 'finished' ? state : 'finishing',
          compositions: JSON.stringify(compositions),
          ...(version === 0 && { assembled: '[]', failure: '' }),
        })
        .where((eb) => eb.and({ tenant, id, version, state, compositions: row.compositions }))
        .where('deleted_ms', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new RowChanged();
      return isGivenUp;
    }).catch((error: unknown) => {
      if (error instanceof RowChanged) return true;
      throw error;
    });
  }

  /** Returns the code of a task that is given up; undefined while it waits or runs. */
  async #add(trx: Transaction, row: RecordingRow, { stint, from }: ToCompose): Promise<string | undefined> {
    const { jobs, clock } = this.#o;
    const { tenant, id, room } = row;
    const key = composeKeyOf(row, stint.stintId);
    const before = await jobs.explaining
      .rows(trx)
      .where('kind', '=', COMPOSE)
      .where('key', '=', key)
      .executeTakeFirst();
    const { sinceMs = before?.created_ms ?? clock.wallMs() } = compositionsOf(row)[stint.stintId] ?? {};
    const isOverdue = clock.wallMs() - sinceMs >= GIVEN_UP_MS;
    if (before !== undefined) {
      if (stateOf(before) === 'running' || !isOverdue) return undefined;
      await jobs.remove(trx, { name: COMPOSE }, key);
      return failureOf(before)?.code ?? NOT_TAKEN;
    }
    const payload: ComposePayload = { recordingId: id, room: roomKeyOf(tenant, room) ?? '', stint, from };
    await jobs.add(trx, { name: COMPOSE }, { payload, key, tenant, lane: stint.holder });
    return undefined;
  }

  async #ended(trx: Transaction, { tenant, payload, code, result }: EndedTask<ComposePayload>): Promise<void> {
    const { clock, log, collect } = this.#o;
    const { recordingId: id, stint, from } = payload;
    // Tasks of two stints may end at the same time, and both change the row.
    const row = await lockedRecording(trx, { tenant, id });
    if (row === undefined || row.deleted_ms !== null || row.state === 'running') return;
    const { sinceMs = row.ended_ms ?? 0 } = compositionsOf(row)[stint.stintId] ?? {};
    if (code === UNREADABLE && clock.wallMs() - sinceMs < GIVEN_UP_MS) return collect(trx, row, AGAIN_MS);
    const isGood = code === '' && Value.Check(stintComposed, result);
    const outcome = isGood ? { stintId: (result as { stintId: string }).stintId } : { failure: code || INVALID };
    if (!isGood) log.error({ tenant, recordingId: id, stintId: stint.stintId, ...outcome }, 'a stint was not composed');
    const compositions: Compositions = { ...compositionsOf(row), [stint.stintId]: this.#endOf(from, outcome) };
    await trx
      .updateTable('recordings')
      .set({ compositions: JSON.stringify(compositions) })
      .where((eb) => eb.and({ tenant, id }))
      .execute();
    await collect(trx, row);
  }

  #endOf(from: Composition, outcome: Pick<Composition, 'stintId'> | Pick<Composition, 'failure'>): Composition {
    const { isComplete, endedMs } = from;
    return { isComplete, endedMs, ...outcome, atMs: this.#o.clock.wallMs() };
  }
}

/** Undoes an order for a row that has changed since it was read. */
class RowChanged extends Error {}

/** Removes the tasks `compose` of a recording; recorders that run them lose their leases. */
export async function removeComposing(
  trx: Transaction,
  jobs: Pick<Jobs, 'remove'>,
  row: Pick<RecordingRow, 'tenant' | 'id' | 'compositions'>,
): Promise<void> {
  for (const stintId of Object.keys(compositionsOf(row)))
    await jobs.remove(trx, { name: COMPOSE }, composeKeyOf(row, stintId));
}

/** Returns the code for which stints of the recording were not composed; '' for none. */
export const composeFailureOf = (row: Pick<RecordingRow, 'compositions'>): string =>
  Object.values(compositionsOf(row)).find(({ failure }) => failure !== undefined)?.failure ?? '';
