// Sums of ended deliveries by day (UTC), kept in the transaction that ends or reopens a delivery.
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { DeliveryRow } from './rows.ts';

const DAY_MS = 86_400_000;
export const DAYS_KEPT = 400;
/** Rows of one statement: 12 values each, of the 32,766 that SQLite takes. */
const ROWS = 500;
const REMOVED_ROWS = 10_000;

export const dayOf = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 10);

type Ended = Pick<
  DeliveryRow,
  'tenant' | 'region' | 'receiver' | 'priority' | 'state' | 'bytes' | 'neighbour_bytes' | 'created_ms' | 'ended_ms'
> & { readonly isLate: boolean };

/** Adds deliveries to the sums of the days on which they ended, sorted by key, so that two writers do not deadlock. */
export async function countEnded(trx: Transaction, ended: readonly Ended[]): Promise<void> {
  const rows = [...Map.groupBy(ended, keyOf)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) => sumOf(own) ?? []);
  for (let at = 0; at < rows.length; at += ROWS)
    await trx
      .insertInto('distribution_days')
      .values(rows.slice(at, at + ROWS))
      .onConflict((on) =>
        on.columns(['tenant', 'day', 'region', 'receiver', 'priority']).doUpdateSet((eb) => ({
          done: eb('distribution_days.done', '+', eb.ref('excluded.done')),
          failed: eb('distribution_days.failed', '+', eb.ref('excluded.failed')),
          cancelled: eb('distribution_days.cancelled', '+', eb.ref('excluded.cancelled')),
          late: eb('distribution_days.late', '+', eb.ref('excluded.late')),
          bytes: eb('distribution_days.bytes', '+', eb.ref('excluded.bytes')),
          neighbour_bytes: eb('distribution_days.neighbour_bytes', '+', eb.ref('excluded.neighbour_bytes')),
          took_ms: eb('distribution_days.took_ms', '+', eb.ref('excluded.took_ms')),
        })),
      )
      .execute();
}

/** Takes a failure that is retried out of the sums. `failed`: the delivery as it had failed. */
export async function takeBackFailure(trx: Transaction, failed: DeliveryRow): Promise<void> {
  const { tenant, region, receiver, priority, late, ended_ms } = failed;
  const day = dayOf(ended_ms ?? 0);
  await trx
    .updateTable('distribution_days')
    .set((eb) => ({ failed: eb('failed', '-', 1), late: eb('late', '-', late) }))
    .where((eb) => eb.and({ tenant, day, region, receiver, priority }))
    // A failure from before these sums is not in them.
    .where('failed', '>', 0)
    .where('late', '>=', late)
    .execute();
}

/** Removes some days beyond `DAYS_KEPT`. Returns their number; 0 if none is left. */
export async function removeOldDays(db: Database, nowMs: number): Promise<number> {
  const key = ['tenant', 'day', 'region', 'receiver', 'priority'] as const;
  const old = db
    .selectFrom('distribution_days')
    .select(key)
    .where('day', '<', dayOf(nowMs - DAYS_KEPT * DAY_MS))
    .limit(REMOVED_ROWS);
  const { numDeletedRows } = await db
    .deleteFrom('distribution_days')
    .where(({ eb, refTuple }) =>
      eb(refTuple(...key), 'in', old.$asTuple('tenant', 'day', 'region', 'receiver', 'priority')),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

const keyOf = ({ tenant, ended_ms, region, receiver, priority }: Ended): string =>
  JSON.stringify([tenant, dayOf(ended_ms ?? 0), region, receiver, priority]);

function sumOf(rows: readonly Ended[]) {
  const [first] = rows;
  if (first === undefined) return undefined;
  const { tenant, region, receiver, priority, ended_ms } = first;
  const total = { done: 0, failed: 0, cancelled: 0, late: 0, bytes: 0, neighbour_bytes: 0, took_ms: 0 };
  for (const row of rows) {
    if (row.state === 'done' || row.state === 'failed' || row.state === 'cancelled') total[row.state] += 1;
    total.late += Number(row.isLate);
    if (row.state !== 'done') continue;
    total.bytes += row.bytes;
    total.neighbour_bytes += row.neighbour_bytes;
    total.took_ms += Math.max(0, (row.ended_ms ?? 0) - row.created_ms);
  }
  return Object.assign({ tenant, day: dayOf(ended_ms ?? 0), region, receiver, priority }, total);
}
