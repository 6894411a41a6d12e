// What other policies would have cost and gained, as the simulator found: the newest ones are kept.
import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Static } from 'typebox';
import { timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import type { NewPolicyComparison, PolicyComparison } from './schemas.ts';
import './tables.ts';

/** Each is a few kB, and people compare with the last ones. */
export const COMPARISONS_MAX = 10;

export async function listComparisons(db: Database): Promise<Static<typeof PolicyComparison>[]> {
  const rows = await newestFirst(db).execute();
  return rows.map(({ id, made_ms, comparison }) => ({
    id,
    madeAt: timeText(made_ms),
    ...(JSON.parse(comparison) as Static<typeof NewPolicyComparison>),
  }));
}

/** Removes those beyond the newest. */
export async function addComparison(
  db: Transaction,
  comparison: Static<typeof NewPolicyComparison>,
  { clock, rng }: { readonly clock: Clock; readonly rng: Rng },
): Promise<Static<typeof PolicyComparison>> {
  const madeMs = Math.floor(clock.wallMs());
  const id = newId('PC_', (count) => rng.bytes(count), 20);
  await db
    .insertInto('policy_comparisons')
    .values({ id, made_ms: madeMs, comparison: JSON.stringify(comparison) })
    .execute();
  const kept = await newestFirst(db).execute();
  await db
    .deleteFrom('policy_comparisons')
    .where(
      'id',
      'not in',
      kept.map((row) => row.id),
    )
    .execute();
  return { id, madeAt: timeText(madeMs), ...comparison };
}

const newestFirst = (db: Database) =>
  db
    .selectFrom('policy_comparisons')
    .selectAll()
    .orderBy('made_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(COMPARISONS_MAX);
