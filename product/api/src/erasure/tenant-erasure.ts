// Revokes the tenant's keys at once; then a job removes everything that belongs to the tenant.
import type { Clock, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import type { Principal } from '../access/core/scopes.ts';
import type { ApiKeys } from '../access/keys.ts';
import type { Revocations } from '../access/revocations.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { LibraryKeeping } from '../library/library.ts';
import type { RecordingErasing } from '../recordings/erasing.ts';
import type { Database } from '../store/store.ts';
import { tableFacts } from '../store/table-facts.ts';
import { rowsOf } from '../store/tenant-rows.ts';
import { type Transaction, transact } from '../store/transaction.ts';

interface Payload {
  readonly tenant: string;
  readonly by: { readonly kind: string; readonly id: string };
  readonly address: string;
  readonly requestId: string;
}

/** Time for which keys stay revoked, as for a single one: nodes keep keys on disk. */
const REVOKED_MS = 10 * 365 * 86_400_000;

export interface TenantErasureOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly audit: Pick<AuditLog, 'write'>;
  readonly revocations: Pick<Revocations, 'add'>;
  readonly keys: Pick<ApiKeys, 'ensureSigning'>;
  readonly recordings: Pick<RecordingErasing, 'eraseTenant'>;
  readonly library: Pick<LibraryKeeping, 'eraseTenant'>;
}

export class TenantErasure {
  readonly #o: TenantErasureOptions;
  readonly #kind: JobKind<Payload> = {
    name: 'tenant erasure',
    concurrency: 1,
    leaseMs: 30 * 60_000,
    attemptsMax: 1000,
    run: (payload) => this.#run(payload),
  };

  constructor(o: TenantErasureOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  /** Runs in the caller's transaction. */
  async begin(
    db: Transaction,
    tenant: string,
    o: { by: Principal; address: string; requestId: string },
  ): Promise<void> {
    const { clock, jobs, revocations } = this.#o;
    const nowMs = clock.wallMs();
    // Makes the signing key now, so that it is revoked with the others, and not made later.
    await this.#o.keys.ensureSigning(db, tenant);
    const keys = await db
      .updateTable('api_keys')
      .set({ revoked_ms: nowMs })
      .where('tenant', '=', tenant)
      .where('revoked_ms', 'is', null)
      .returning('id')
      .execute();
    for (const { id } of keys) await revocations.add(db, { tenant, id, untilMs: nowMs + REVOKED_MS });
    await db.deleteFrom('sessions').where('tenant', '=', tenant).execute();
    const by = { kind: o.by.kind, id: o.by.id };
    // The job belongs to no tenant, because the tenant's jobs are removed, too.
    await jobs.add(db, this.#kind, { payload: { ...o, tenant, by }, key: tenant });
  }

  async #run({ tenant, ...o }: Payload): Promise<undefined> {
    const { db, log, audit, recordings, library } = this.#o;
    await recordings.eraseTenant(db, tenant);
    await library.eraseTenant(db, tenant);
    // Rows that refer to others are removed before those others.
    for (const [table, { key, outlivesTenant }] of Object.entries(tableFacts).reverse()) {
      if (table === 'tenants' || outlivesTenant === true) continue;
      for await (const rows of rowsOf(db, table, tenant)) {
        const ids = rows.map((row) => sql`(${sql.join(key.map((name) => row[name]))})`);
        const columns = sql.join(key.map((name) => sql.ref(name)));
        await sql`delete from ${sql.table(table)} where (${columns}) in (${sql.join(ids)})`.execute(db);
      }
    }
    await transact(db, async (trx) => {
      const { numDeletedRows } = await trx.deleteFrom('tenants').where('id', '=', tenant).executeTakeFirst();
      if (numDeletedRows === 0n) return;
      // The tenant's audit log is gone, so the entry goes to the log without a tenant.
      await audit.write(trx, { ...o, tenant: '', operation: 'deleteTenant', targets: { tenant }, status: 204 });
    });
    log.info({ tenant }, 'a tenant was erased');
    return undefined;
  }
}
