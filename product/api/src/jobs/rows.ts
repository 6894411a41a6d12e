import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { type Cause, isUrgent, type Rank, rankOf } from './core/rank.ts';

export type JobRow = Selectable<Tables['jobs']>;

/** Must equal the SQL text of the indexes. */
export const rankInSql: RawBuilder<number> = sql<number>`coalesce(nullif(rank_ms, 0), run_at_ms)`;
/** Is a literal, since a parameter would not match the partial index. */
export const ofThisService: RawBuilder<boolean> = sql<boolean>`worker = ''`;
/** Uses a range of the index, because no rank is later than the job's due time. */
export const isDue = (now: RawBuilder<number>): RawBuilder<boolean> =>
  sql<boolean>`${ofThisService} and ${rankInSql} <= ${now} and run_at_ms <= ${now} and lease_until_ms <= ${now}`;
export const ofNodes: RawBuilder<boolean> = sql<boolean>`worker <> ''`;

export const causeOf = ({ cause }: Pick<JobRow, 'cause'>): Cause => JSON.parse(cause);

/** Returns the rank of a row; without a cause, it is the due time. */
export function rankOfRow(row: Pick<JobRow, 'cause' | 'created_ms' | 'rank_ms' | 'run_at_ms'>): Rank {
  if (row.rank_ms === 0) return { rankMs: row.run_at_ms, reasons: [] };
  return rankOf(Object.assign({ createdMs: row.created_ms }, causeOf(row)));
}

export { isUrgent };
