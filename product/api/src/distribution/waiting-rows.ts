import type { Clock } from '@meridian/runtime';
import { sql } from 'kysely';
import { databaseNowMs, unlocked } from '../store/database-time.ts';
import type { Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { DeliveryRow } from './rows.ts';

/** If an instance stops while it sends, another instance takes over after this time. */
export const LEASE_MS = 30_000;

export interface Sent {
  readonly row: DeliveryRow;
  readonly place: string;
  readonly tokenEndsMs: number;
}

/** Claims free deliveries by rank, except paused ones and those of disabled receivers. */
export async function claim(
  trx: Transaction,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  o: { readonly priority: number; readonly limit: number },
): Promise<DeliveryRow[]> {
  const databaseNow = databaseNowMs(store, clock);
  const free = trx
    .selectFrom('distribution_deliveries')
    .select(['tenant', 'id'])
    .where('state', '=', sql.lit('waiting'))
    .where('priority', '=', o.priority)
    .where('paused', '=', 0)
    .where('lease_ms', '<=', databaseNow)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('distribution_receivers as r')
            .select('r.id')
            .whereRef('r.tenant', '=', 'distribution_deliveries.tenant')
            .whereRef('r.id', '=', 'distribution_deliveries.receiver')
            .where('r.state', '=', 'disabled'),
        ),
      ),
    );
  const found = await unlocked(store, free.orderBy('rank_ms').orderBy('id').limit(o.limit)).execute();
  const claimed = new Map<string, DeliveryRow>();
  for (const [tenant, rowsOfTenant] of Map.groupBy(found, (row) => row.tenant))
    for (const row of await trx
      .updateTable('distribution_deliveries')
      .set({ lease_ms: sql<number>`${databaseNow} + ${sql.lit(LEASE_MS)}` })
      .where('tenant', '=', tenant)
      .where(
        'id',
        'in',
        rowsOfTenant.map(({ id }) => id),
      )
      .returningAll()
      .execute())
      claimed.set(`${row.tenant} ${row.id}`, row);
  return found.flatMap(({ tenant, id }) => claimed.get(`${tenant} ${id}`) ?? []);
}

/** Returns the deliveries that no longer waited, whose notices must be withdrawn. */
export async function markNoticed(trx: Transaction, sent: readonly Sent[], nowMs: number): Promise<Sent[]> {
  const endedMeanwhile: Sent[] = [];
  for (const one of sent.toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1))) {
    const { tenant, id, noticed_ms } = one.row;
    const { numUpdatedRows } = await trx
      .updateTable('distribution_deliveries')
      .set({
        state: 'noticed',
        place: one.place,
        noticed_ms: noticed_ms ?? nowMs,
        token_ends_ms: one.tokenEndsMs,
        sent_revision: one.row.revision,
        lease_ms: 0,
      })
      .where((eb) => eb.and({ tenant, id }))
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    if (numUpdatedRows === 0n) endedMeanwhile.push(one);
  }
  return endedMeanwhile;
}

/** Makes the deliveries claimable again after `ms`. */
export async function releaseAfter(
  trx: Transaction,
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { rows, ms }: { readonly rows: readonly DeliveryRow[]; readonly ms: number },
): Promise<void> {
  for (const [tenant, own] of Map.groupBy(rows, (row) => row.tenant))
    await trx
      .updateTable('distribution_deliveries')
      .set({ lease_ms: sql<number>`${databaseNowMs(store, clock)} + ${sql.lit(ms)}` })
      .where('tenant', '=', tenant)
      .where('id', 'in', own.map(({ id }) => id).toSorted())
      .where('state', '=', 'waiting')
      .execute();
}
