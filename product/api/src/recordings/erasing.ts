// Erases deleted recordings at every recorder that worked on them. For an absent recorder, another one erases the
// shared store.
import { rpc, type wire } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { forgetLinks } from '../access/file-links.ts';
import { LINKS_REVOKED_MS } from '../access/link-grants.ts';
import type { Revocations } from '../access/revocations.ts';
import { revokeUsed } from '../access/token-uses.ts';
import { type RecordingRow, recordersOf } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import type { Recorders } from './recorders.ts';
import type { Records } from './records.ts';

interface Payload {
  readonly tenant: string;
  readonly id: string;
  readonly recorders: readonly string[];
  readonly sinceMs: number;
  /** True if only parts on these recorders' own disks remain. */
  readonly isLate?: boolean;
}

export interface ErasingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly recorders: Recorders;
  readonly records: Pick<Records, 'addEvent'>;
  readonly revocations: Pick<Revocations, 'add'>;
}

const ANSWER_MS = 30_000;
const AGAIN_MS = 1000;
const AGAIN_MS_MAX = 10 * 60_000;
/** After this time, absent recorders no longer delay the end if the shared store is empty. */
const GONE_MS = 24 * 3600_000;
/** Time for which the row stays, so that late journal entries find it, and recorders that return are asked. */
const KEPT_MS = 30 * 86_400_000;
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

  /** Hides a recording, ends its links and schedules its erasure. Rejects with CONFLICT while it runs. */
  async delete(trx: Transaction, { tenant, id }: Pick<RecordingRow, 'tenant' | 'id'>): Promise<void> {
    const row = await trx
      .updateTable('recordings')
      .set({ deleted_ms: this.#o.clock.wallMs() })
      .where((eb) => eb.and({ tenant, id }))
      .where('deleted_ms', 'is', null)
      .where('state', '!=', 'running')
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) throw new Problem('CONFLICT', 'the recording is running: stop it first');
    await revokeUsed(trx, this.#o, { tenant, id, lifeMs: LINKS_REVOKED_MS });
    await forgetLinks(trx, { tenant, recording: id });
    await this.reschedule(trx, row);
  }

  /** Schedules the erasure again. */
  async reschedule(trx: Transaction, row: RecordingRow): Promise<void> {
    const { tenant, id } = row;
    const recorders = recordersOf(row);
    const payload = { tenant, id, recorders, sinceMs: this.#o.clock.wallMs() };
    // The job belongs to no tenant, so that it outlives an erased tenant.
    await this.#o.jobs.add(trx, this.#kind, { payload, key: `${tenant}/${id}` });
  }

  /**
   * Deletes recordings that ended before `beforeMs`, and removes rows of recordings erased long ago. Returns the number
   * of rows.
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
      .where('erased_ms', '<', this.#o.clock.wallMs() - KEPT_MS)
      .executeTakeFirst();
    return old.length + Number(forgotten.numDeletedRows);
  }

  /** Schedules the erasure at recorders; must be called before the tenant's rows are removed. */
  async eraseTenant(db: Database, tenant: string): Promise<void> {
    const rows = await db
      .selectFrom('recordings')
      .selectAll()
      .where('tenant', '=', tenant)
      .where('erased_ms', 'is', null)
      .execute();
    for (let at = 0; at < rows.length; at += ROWS)
      await transact(db, async (trx) => {
        for (const row of rows.slice(at, at + ROWS)) await this.reschedule(trx, row);
      });
  }

  async #run({
    tenant,
    id,
    recorders: ids,
    sinceMs,
    isLate = false,
  }: Payload): Promise<{ againMs: number } | undefined> {
    const { db, clock, log, jobs, recorders } = this.#o;
    const of = { tenant, id };
    const silent: string[] = [];
    const answers: wire.RecordingErased[] = [];
    for (const nodeId of ids) {
      const answer = await this.#erase(nodeId, of);
      if (answer === undefined) silent.push(nodeId);
      else answers.push(answer);
    }
    const ageMs = Math.max(0, clock.wallMs() - sinceMs);
    if (isLate) return silent.length === 0 || ageMs >= KEPT_MS ? undefined : { againMs: AGAIN_MS_MAX };
    // If none of its recorders answered, any recorder may empty a shared store.
    if (ids.length > 0 && answers.length === 0) answers.push(...(await this.#eraseAtAny(ids, of)));
    const isGone = (nodeId: string): boolean => !recorders.isPlanned(nodeId);
    const isStoreEmpty = answers.some(({ shared }) => shared) || (answers.length > 0 && silent.every(isGone));
    if (silent.length > 0 && !(isStoreEmpty && ageMs >= GONE_MS)) {
      log.info({ tenant, recordingId: id, recorders: silent }, 'recorders could not erase a recording yet');
      return { againMs: Math.min(AGAIN_MS_MAX, Math.max(AGAIN_MS, ageMs / 4)) };
    }
    await transact(db, async (trx) => {
      await this.#endErasure(trx, of);
      if (silent.length === 0) return;
      log.warn(
        { tenant, recordingId: id, recorders: silent },
        'parts on the disks of absent recorders will be erased later',
      );
      const payload = { tenant, id, recorders: silent, sinceMs, isLate: true };
      await jobs.add(trx, this.#kind, { payload, key: `${tenant}/${id} late`, inMs: AGAIN_MS_MAX });
    });
    return undefined;
  }

  /** Returns undefined if the recorder did not erase the recording, or does not answer. */
  async #erase(
    nodeId: string,
    { tenant, id }: Pick<Payload, 'tenant' | 'id'>,
  ): Promise<wire.RecordingErased | undefined> {
    const { recorders, log } = this.#o;
    try {
      return await recorders.call(nodeId, rpc.eraseRecording, { tenant, recordingId: id }, ANSWER_MS);
    } catch (err) {
      log.debug({ err, recorder: nodeId, tenant, recordingId: id }, 'a recorder could not erase a recording yet');
      return undefined;
    }
  }

  /** Returns the answer of the first recorder that erased the recording. */
  async #eraseAtAny(but: readonly string[], of: Pick<Payload, 'tenant' | 'id'>): Promise<wire.RecordingErased[]> {
    for (const { nodeId, isLinked } of this.#o.recorders.all) {
      const answer = isLinked && !but.includes(nodeId) ? await this.#erase(nodeId, of) : undefined;
      if (answer !== undefined) return [answer];
    }
    return [];
  }

  async #endErasure(trx: Transaction, { tenant, id }: Pick<Payload, 'tenant' | 'id'>): Promise<void> {
    const row = await trx
      .updateTable('recordings')
      .set({ erased_ms: this.#o.clock.wallMs(), files: '[]' })
      .where((eb) => eb.and({ tenant, id }))
      .where('deleted_ms', 'is not', null)
      .where('erased_ms', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) await this.#o.records.addEvent(trx, row, 'recording.deleted');
  }
}
