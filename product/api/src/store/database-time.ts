// Leases use the database's time, which all instances share.
import type { Clock } from '@meridian/runtime';
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** Returns the current time as SQL. For SQLite, it is this process's time, since no other process has the file open. */
export function databaseNowMs({ timeOf }: Store, clock: Clock): RawBuilder<number> {
  return timeOf === 'process'
    ? sql<number>`cast(${Math.floor(clock.wallMs())} as bigint)`
    : sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
}

/** Selects rows that no other instance is claiming. SQLite has only one writer. */
export function unlocked<DB extends Tables, TB extends keyof DB, O>(
  { kind }: Store,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return kind === 'sqlite' ? query : query.forUpdate().skipLocked();
}
