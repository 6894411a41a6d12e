// The time of leases is the database's: several instances have one. What differs between SQLite and PostgreSQL is here.
import type { Clock } from '@meridian/runtime';
import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

/** Now, in SQL. One process alone has an SQLite file open: its own clock is the database's. */
export function databaseNowMs({ timeOf }: Store, clock: Clock): RawBuilder<number> {
  return timeOf === 'process'
    ? sql<number>`cast(${Math.floor(clock.wallMs())} as bigint)`
    : sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
}

/** Rows that no other instance is taking at the same moment. SQLite has one writer. */
export function unlocked<DB extends Tables, TB extends keyof DB, O>(
  { kind }: Store,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return kind === 'sqlite' ? query : query.forUpdate().skipLocked();
}
