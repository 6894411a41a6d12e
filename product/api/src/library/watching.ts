// Setting of a tenant: what is stored of playbacks.
import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { lockTenant } from '../access/tenants.ts';
import type { JobContext, JobKind, Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { anonymiseSome, deleteSome } from './watch-rows.ts';

/**
 * `counts`: hourly starts; `watches`: also playbacks without a person; `viewers`: also the link's person and the
 * position.
 */
export const watchingModes = ['counts', 'watches', 'viewers'] as const;
export type WatchingMode = (typeof watchingModes)[number];
const defaultMode: WatchingMode = 'viewers';

/** Without an item, the job removes everything that the tenant's setting excludes. */
interface Payload {
  readonly tenant: string;
  readonly item?: string;
  readonly content?: string;
}

/** After this time, the job continues with a new lease. */
const TURN_MS = 60_000;

export interface WatchingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly jobs: Jobs;
}

export class WatchSettings {
  readonly #o: WatchingOptions;
  readonly #kind: JobKind<Payload> = {
    name: 'library watches to erase',
    concurrency: 1,
    leaseMs: 10 * 60_000,
    attemptsMax: 1000,
    run: (payload, context) => this.#erase(payload, context),
  };

  /** Registers jobs, so it must be constructed before they start. */
  constructor(o: WatchingOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  async get(tenant: string, db: Database = this.#o.db): Promise<WatchingMode> {
    return (await modesOf(db, [tenant])).get(tenant) ?? defaultMode;
  }

  /** Changes the setting; a job soon removes data that it excludes. Rejects with NOT_FOUND. */
  async change(trx: Transaction, tenant: string, watching: WatchingMode): Promise<void> {
    // The lock waits for reports that are being stored by the previous setting.
    await lockTenant(trx, tenant);
    await trx
      .insertInto('tenant_library')
      .values({ tenant, watching })
      .onConflict((on) => on.column('tenant').doUpdateSet({ watching }))
      .execute();
    if (watching !== 'viewers') await this.#o.jobs.add(trx, this.#kind, { payload: { tenant }, key: tenant, tenant });
  }

  /** Lets a job remove the item's playbacks soon. */
  async forgetItem(
    trx: Transaction,
    { tenant, id: item, content }: { readonly tenant: string; readonly id: string; readonly content: string },
  ): Promise<void> {
    const payload = { tenant, item, content };
    await this.#o.jobs.add(trx, this.#kind, { payload, key: `${tenant}/${item}`, tenant });
  }

  async #erase(
    { tenant, item, content = '' }: Payload,
    { signal }: JobContext,
  ): Promise<{ againMs: number } | undefined> {
    const { db, clock } = this.#o;
    const untilMs = clock.nowMs() + TURN_MS;
    const eraseBatch =
      item === undefined ? () => this.#eraseUnwanted(tenant) : () => eraseItem(db, { tenant, item, content });
    while ((await eraseBatch()) > 0) if (signal.aborted || clock.nowMs() >= untilMs) return { againMs: 0 };
    return undefined;
  }

  async #eraseUnwanted(tenant: string): Promise<number> {
    const { db } = this.#o;
    const mode = await this.get(tenant);
    if (mode === 'viewers') return 0;
    const ofTenant = sql`tenant = ${tenant}`;
    const positions = await deleteSome(db, 'library_positions', ofTenant);
    const playbacks = mode === 'counts' ? deleteSome(db, 'library_watches', ofTenant) : anonymiseSome(db, tenant);
    return positions + (await playbacks);
  }
}

async function eraseItem(
  db: Database,
  { tenant, item, content }: { readonly tenant: string; readonly item: string; readonly content: string },
): Promise<number> {
  const own = sql`tenant = ${tenant} and item = ${item}`;
  return (
    (await deleteSome(db, 'library_watches', own)) +
    (await deleteSome(db, 'library_positions', own)) +
    (await deleteSome(db, 'library_demand', sql`${own} and content = ${content}`))
  );
}

export async function modesOf(db: Database, tenants: readonly string[]): Promise<Map<string, WatchingMode>> {
  const rows = await db.selectFrom('tenant_library').selectAll().where('tenant', 'in', tenants).execute();
  return new Map(
    rows.map(({ tenant, watching }) => [tenant, watchingModes.find((one) => one === watching) ?? defaultMode]),
  );
}
