// Deletes recordings, and erases their stints at recorders: of a deleted recording, and of one whose files have all of
// them.
import { ASSEMBLE, rpc } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { assembledOf, awaitedOf, outputsOf, type RecordingRow, recordersOf } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { RecordingUploads } from '../library/recording-uploads.ts';
import type { ItemRow } from '../library/rows.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { answersOf } from './asking.ts';
import { removeComposing } from './composing.ts';
import { erasedMarks, hasMore, KEPT_MS, LAST } from './core/collecting.ts';
import { forgetPosts } from './posts.ts';
import type { Recorders } from './recorders.ts';
import { type Records, recordingOf } from './records.ts';
import { forgetRecordingTranscripts } from './transcripts.ts';

interface Payload {
  readonly tenant: string;
  readonly id: string;
  readonly recorders: readonly string[];
  readonly sinceMs: number;
}

export interface ErasingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly recorders: Recorders;
  readonly records: Pick<Records, 'addEvent'>;
  readonly files: Pick<RecordingUploads, 'removeItem'>;
  /** Begins to collect a recording of which a recorder has more than its version. */
  collect(trx: Transaction, row: RecordingRow): Promise<void>;
}

const ANSWER_MS = 30_000;
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 3600_000;
const ROWS = 500;

export class RecordingErasing {
  readonly #o: ErasingOptions;
  readonly #kind: JobKind<Payload> = {
    name: 'recordings to erase',
    concurrency: 8,
    leaseMs: 10 * 60_000,
    attemptsMax: Number.MAX_SAFE_INTEGER,
    run: (payload) => this.#run(payload),
  };

  constructor(o: ErasingOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  /** Deletes a recording with its items, and begins to erase its stints. Rejects with CONFLICT while it runs. */
  async delete(trx: Transaction, { tenant, id }: Pick<RecordingRow, 'tenant' | 'id'>): Promise<void> {
    const { clock, jobs, files, records } = this.#o;
    const row = await trx
      .updateTable('recordings')
      .set({ deleted_ms: clock.wallMs() })
      .where((eb) => eb.and({ tenant, id }))
      .where('deleted_ms', 'is', null)
      .where('state', '!=', 'running')
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new Problem('CONFLICT', 'the recording is running: stop it first');
    await jobs.remove(trx, { name: ASSEMBLE }, `${tenant}/${id}`);
    await removeComposing(trx, jobs, row);
    await trx
      .deleteFrom('recording_outputs')
      .where((eb) => eb.and({ tenant, recording: id }))
      .execute();
    await forgetPosts(trx, row);
    await forgetRecordingTranscripts(trx, row);
    for (const item of await itemsOf(trx, row)) await files.removeItem(trx, { tenant, id: item });
    await records.addEvent(trx, row, 'recording.deleted');
    await this.begin(trx, row);
  }

  /**
   * Forgets a file whose item was deleted in the library; without any file, the recording is deleted. More stints are
   * no longer awaited, because a new version would bring the file back.
   */
  async itemDeleted(trx: Transaction, { tenant, id: item, recording }: ItemRow): Promise<void> {
    const { numDeletedRows } = await trx
      .deleteFrom('recording_outputs')
      .where((eb) => eb.and({ tenant, recording, item }))
      .executeTakeFirst();
    if (numDeletedRows === 0n) return;
    const outputs = await outputsOf(trx, tenant, [recording]);
    if (outputs.length === 0) return this.delete(trx, { tenant, id: recording });
    const bytes = outputs.reduce((sum, output) => sum + output.bytes, 0);
    await this.#o.jobs.remove(trx, { name: ASSEMBLE }, `${tenant}/${recording}`);
    const row = await recordingOf(trx, tenant, recording);
    if (row === undefined) return;
    await removeComposing(trx, this.#o.jobs, row);
    const assembled = JSON.stringify([...new Set([...assembledOf(row), LAST])]);
    await trx
      .updateTable('recordings')
      .set({ awaited: '[]', bytes, assembled })
      .where((eb) => eb.and({ tenant, id: recording }))
      .execute();
  }

  /** Begins to erase the stints. Those of a finished recording stay while a recorder has more than its version. */
  async begin(trx: Transaction, row: Pick<RecordingRow, 'tenant' | 'id' | 'recorders'>): Promise<void> {
    const { tenant, id } = row;
    const payload = { tenant, id, recorders: recordersOf(row), sinceMs: this.#o.clock.wallMs() };
    // The job belongs to no tenant, so that it outlives an erased tenant.
    await this.#o.jobs.add(trx, this.#kind, { payload, key: `${tenant}/${id}` });
  }

  /**
   * Deletes recordings that ended before `beforeMs`, and removes rows of those deleted long ago, which late journal
   * entries no longer need. Returns the number of rows.
   */
  async expire(db: Database, { tenant, beforeMs }: { readonly tenant: string; readonly beforeMs: number }) {
    const old = await db
      .selectFrom('recordings')
      .select(['tenant', 'id'])
      .where('tenant', '=', tenant)
      .where('ended_ms', '<', beforeMs)
      .where('deleted_ms', 'is', null)
      .where('state', '!=', 'running')
      .limit(ROWS)
      .execute();
    for (const row of old)
      await transact(db, (trx) => this.delete(trx, row)).catch((error: unknown) => {
        if (!(error instanceof Problem && error.code === 'CONFLICT')) throw error;
      });
    const forgotten = await db
      .deleteFrom('recordings')
      .where('tenant', '=', tenant)
      .where('deleted_ms', '<', this.#o.clock.wallMs() - KEPT_MS)
      .executeTakeFirst();
    return old.length + Number(forgotten.numDeletedRows);
  }

  /** Begins to erase all stints of a tenant; must be called before the tenant's rows are removed. */
  async eraseTenant(db: Database, tenant: string): Promise<void> {
    const rows = await db
      .selectFrom('recordings')
      .select(['tenant', 'id', 'recorders'])
      .where('tenant', '=', tenant)
      .where('erased_ms', 'is', null)
      .execute();
    for (let at = 0; at < rows.length; at += ROWS)
      await transact(db, async (trx) => {
        for (const row of rows.slice(at, at + ROWS)) await this.begin(trx, row);
      });
  }

  /** Asks all recorders that are there, since one of them may share a store with a recorder that is gone. */
  async #run({ tenant, id, recorders: ids, sinceMs }: Payload): Promise<{ againMs: number } | undefined> {
    const { db, clock, log, recorders } = this.#o;
    const all = [...new Set([...ids, ...recorders.linked('')])];
    const row = await recordingOf(db, tenant, id);
    if (row !== undefined && !(await this.#mayErase(row, all))) return undefined;
    const silent: string[] = [];
    const erase = async (nodeId: string): Promise<void> => {
      try {
        await recorders.call(nodeId, rpc.eraseRecording, { tenant, recordingId: id }, ANSWER_MS);
      } catch (err) {
        silent.push(nodeId);
        log.debug({ err, recorder: nodeId, tenant, recordingId: id }, 'a recorder did not erase a recording yet');
      }
    };
    await Promise.all(all.map(erase));
    const ageMs = Math.max(0, clock.wallMs() - sinceMs);
    if (silent.length > 0 && ageMs < KEPT_MS) return { againMs: Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS, ageMs / 4)) };
    if (silent.length > 0)
      log.warn({ tenant, recordingId: id, recorders: silent }, 'recorders that are gone have parts of a recording');
    await db
      .updateTable('recordings')
      .set({ erased_ms: clock.wallMs() })
      .where((eb) => eb.and({ tenant, id }))
      .execute();
    return undefined;
  }

  /**
   * Returns whether the stints may be erased, after it marked them so. While the stints of a finished recording are
   * kept, they may not if a recorder is awaited, or has more than the version: then the recording is collected.
   */
  async #mayErase(row: RecordingRow, nodeIds: readonly string[]): Promise<boolean> {
    const { db, clock } = this.#o;
    const { tenant, id, version } = row;
    const isKept = clock.wallMs() - (row.ended_ms ?? 0) < KEPT_MS;
    if (row.deleted_ms !== null || row.state !== 'finished' || !isKept) return true;
    if (awaitedOf(row).length > 0) return false;
    const marks = assembledOf(row);
    const answers = await answersOf(this.#o, row, nodeIds);
    if ([...answers.values()].some((answer) => hasMore(answer, marks))) {
      await transact(db, (trx) => this.#o.collect(trx, row));
      return false;
    }
    const { numUpdatedRows } = await db
      .updateTable('recordings')
      .set({ assembled: JSON.stringify(erasedMarks(marks)) })
      .where((eb) => eb.and({ tenant, id, version, awaited: row.awaited }))
      .executeTakeFirst();
    // A change meanwhile collects the recording, or erases it.
    return numUpdatedRows > 0n;
  }
}

/** Returns the items of a recording, also those that wait for their content. */
export async function itemsOf(db: Database, { tenant, id }: Pick<RecordingRow, 'tenant' | 'id'>): Promise<string[]> {
  const rows = await db
    .selectFrom('library_items')
    .select('id')
    .where((eb) => eb.and({ tenant, recording: id }))
    .where('deleted_ms', 'is', null)
    .execute();
  return rows.map((row) => row.id);
}
