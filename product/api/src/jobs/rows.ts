// What is kept of jobs in the database.
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { type Cause, isUrgent, type Rank, rankOf } from './core/rank.ts';

export type JobRow = Selectable<Tables['jobs']>;

/** What jobs are sorted by; the text is that of the indexes. */
export const rankInSql: RawBuilder<number> = sql<number>`coalesce(nullif(rank_ms, 0), run_at_ms)`;
/** Literal: only so an index of a part of the table is used. */
export const ofThisService: RawBuilder<boolean> = sql<boolean>`worker = ''`;
/** Of jobs that this service does. No rank is later than its job is due; so the index ends at what is not. */
export const isDue = (now: RawBuilder<number>): RawBuilder<boolean> =>
  sql<boolean>`${ofThisService} and ${rankInSql} <= ${now} and run_at_ms <= ${now} and lease_until_ms <= ${now}`;
export const ofNodes: RawBuilder<boolean> = sql<boolean>`worker <> ''`;

/** Of rows that this service wrote. */
export const causeOf = ({ cause }: Pick<JobRow, 'cause'>): Cause => JSON.parse(cause);

/** The rank of a row, and why it has it. Without a cause it keeps the order of its time. */
export function rankOfRow(row: Pick<JobRow, 'cause' | 'created_ms' | 'rank_ms' | 'run_at_ms'>): Rank {
  if (row.rank_ms === 0) return { rankMs: row.run_at_ms, reasons: [] };
  return rankOf(Object.assign({ createdMs: row.created_ms }, causeOf(row)));
}

export { isUrgent };
