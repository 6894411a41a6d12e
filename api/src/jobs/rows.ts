// What is kept of jobs in the database.
import { type Generated, type RawBuilder, type Selectable, sql } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { type Cause, isUrgent, type Rank, rankOf } from './core/rank.ts';

declare module '../store/tables.ts' {
  interface Tables {
    jobs: {
      id: string;
      kind: string;
      /** One job of a kind has it. */
      key: string;
      tenant: string;
      /** Jobs of a lane share a bound; nodes keep to the lanes that they have. */
      lane: string;
      /**
       * Whose slots it takes: '' those of its kind, else one of the kind's `pools`. Of what nodes do: where it can be
       * done (`Take.pools`); '': at any.
       */
      pool: string;
      payload: string;
      run_at_ms: number;
      /** 0: in the order of `run_at_ms`. */
      rank_ms: Generated<number>;
      /** JSON of `Cause`: from which `rank_ms` is made. */
      cause: Generated<string>;
      attempts: number;
      /** How often it was added since it exists: more than when it began, and it runs once more. */
      added: number;
      lease_until_ms: number;
      leased_by: string;
      created_ms: number;
      /** '': this service does it; else nodes of this kind. */
      worker: Generated<string>;
      /** That has it, or had it last; ''. */
      worker_node: Generated<string>;
      /** 0 to 1, as its node says. */
      done: Generated<number>;
      /** JSON: {code, detail} of its last failure at a node; '{}'. */
      result: Generated<string>;
    };
  }
}

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
