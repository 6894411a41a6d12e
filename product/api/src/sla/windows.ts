import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import { Problem } from '../http/problems.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { transact } from '../store/transaction.ts';
import { HOUR_MS } from './core/judge.ts';
import { monthOf, monthSpan } from './core/month.ts';
import type { Span } from './core/objectives.ts';

const DAY_MS = 86_400_000;
/** Retention of the figures to which windows apply. */
const KEPT_MS = 400 * DAY_MS;
/** Limit, since each row of a month is compared with each window. */
export const WINDOWS_MAX = 50;
export const WINDOW_DAYS_MAX = 31;

export type Window = Selectable<Tables['sla_exclusions']>;

export const windowsIn = (db: Database, { fromMs, toMs }: Span): Promise<Window[]> =>
  db
    .selectFrom('sla_exclusions')
    .selectAll()
    .where('to_ms', '>', fromMs)
    .where('from_ms', '<', toMs)
    .orderBy('from_ms')
    .orderBy('id')
    .execute();

/** Adds a window, and removes old ones. Rejects with REQUEST_INVALID, or QUOTA_EXCEEDED for a month with too many. */
export function addWindow(
  o: { readonly db: Database; readonly clock: Clock; readonly rng: Rng },
  {
    region,
    fromMs,
    toMs,
    reason,
    by,
  }: Span & { readonly region: string; readonly reason: string; readonly by: string },
): Promise<Window> {
  const nowMs = Math.floor(o.clock.wallMs());
  const fieldProblem = (pointer: string, detail: string): Problem =>
    new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });
  if (fromMs % HOUR_MS !== 0) throw fieldProblem('/from', 'must be the start of an hour');
  if (toMs % HOUR_MS !== 0) throw fieldProblem('/to', 'must be the start of an hour');
  if (toMs <= fromMs || toMs - fromMs > WINDOW_DAYS_MAX * DAY_MS)
    throw fieldProblem('/to', `must be after \`from\`, by at most ${WINDOW_DAYS_MAX} days`);
  if (Math.abs(fromMs - nowMs) > KEPT_MS) throw fieldProblem('/from', 'must be within 400 days of now');
  const touched = { fromMs: monthSpan(monthOf(fromMs)).fromMs, toMs: monthSpan(monthOf(toMs - 1)).toMs };
  return transact(o.db, async (db) => {
    await db
      .deleteFrom('sla_exclusions')
      .where('to_ms', '<', nowMs - KEPT_MS)
      .execute();
    if ((await windowsIn(db, touched)).length >= WINDOWS_MAX)
      throw new Problem('QUOTA_EXCEEDED', `a month has at most ${WINDOWS_MAX} windows`);
    const id = newId('SX_', (count) => o.rng.bytes(count), 20);
    const row = { id, region, from_ms: fromMs, to_ms: toMs, reason, by_id: by, created_ms: nowMs };
    await db.insertInto('sla_exclusions').values(row).execute();
    return row;
  });
}

/** Rejects with NOT_FOUND. */
export async function removeWindow(db: Database, id: string): Promise<void> {
  const { numDeletedRows } = await db.deleteFrom('sla_exclusions').where('id', '=', id).executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) throw new Problem('NOT_FOUND');
}
