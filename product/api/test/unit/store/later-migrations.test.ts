// Versions side by side: an older version works with the database of a newer one, because migrations only add.
import { createLogger } from '@meridian/runtime';
import { Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { BREAKS, laterMigrations } from '../../../src/store/core/later-migrations.ts';
import { migrations } from '../../../src/store/migrations/index.ts';
import { sqliteDialect } from '../../../src/store/sqlite.ts';
import { type Database, migrate } from '../../../src/store/store.ts';
import type { Tables } from '../../../src/store/tables.ts';

/** Versions run side by side from this migration on, so each later one is checked. */
const BASE = '0005-operations';
const log = createLogger({ name: 'api', level: 'fatal' });

describe('a database of a possibly later version', () => {
  const known = ['0001-a', '0002-b'];
  const rows: [name: string, executed: string[], later: string[] | undefined][] = [
    ['is used as this version made it', ['0001-a', '0002-b'], []],
    ['is used if it has more migrations', ['0001-a', '0002-b', '0004-d', '0003-c'], ['0003-c', '0004-d']],
    [
      'is refused with a migration that breaks older versions',
      ['0001-a', '0002-b', '0003-c-breaks', '0004-d'],
      undefined,
    ],
    ['is refused without a migration of this version', ['0001-a', '0003-c'], undefined],
    ['is refused if it is behind', ['0001-a'], undefined],
    ['is refused if it is empty', [], undefined],
    ['is refused with a migration between those of this version', ['0001-a', '0001-b', '0002-b'], undefined],
  ];
  it.each(rows)('%s', (_name, executed, later) => {
    expect(laterMigrations(executed, known)).toEqual(later);
  });
});

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
}
interface Schema {
  readonly columns: readonly Column[];
  /** Constraints and unique indexes, as `TABLE(COLUMNS)`. */
  readonly unique: readonly string[];
}

async function schemaOf(db: Database): Promise<Schema> {
  const found = await sql<{ table: string; name: string; type: string; required: number }>`
    select m.name as "table", c.name as name, c.type as type,
      (c."notnull" = 1 and c.dflt_value is null) as required
    from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'`.execute(db);
  const unique = await sql<{ index: string }>`
    select m.name || '(' || (select group_concat(name) from pragma_index_info(i.name)) || ')' as "index"
    from sqlite_master m join pragma_index_list(m.name) i where m.type = 'table' and i."unique" = 1`.execute(db);
  const columns = found.rows.map(({ required, ...column }) => ({ ...column, isRequired: required === 1 }));
  return { columns, unique: unique.rows.map(({ index }) => index) };
}

/** Returns the changes that break an older version, which knows only `before`. */
function breaches(before: Schema, after: Schema): string[] {
  const key = ({ table, name }: Column): string => `${table}.${name}`;
  const tables = new Set(before.columns.map(({ table }) => table));
  const olds = new Map(before.columns.map((column) => [key(column), column]));
  const news = new Map(after.columns.map((column) => [key(column), column]));
  return [
    ...[...olds].filter(([name, { type }]) => news.get(name)?.type !== type).map(([name]) => `${name} is gone`),
    ...[...news]
      .filter(([name, { table, isRequired }]) => isRequired && tables.has(table) && olds.get(name)?.isRequired !== true)
      .map(([name]) => `${name} has to be written`),
    ...after.unique
      .filter((index) => tables.has(index.split('(')[0] ?? '') && !before.unique.includes(index))
      .map((index) => `${index} is unique`),
  ];
}

async function withDatabase<T>(act: (db: Database) => Promise<T>): Promise<T> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(':memory:') });
  try {
    return await act(db);
  } finally {
    await db.destroy();
  }
}

describe('a migration', () => {
  it(`only adds, unless its name ends with ${BREAKS}`, async () => {
    await withDatabase(async (db) => {
      await migrate(db, log, BASE);
      let before = await schemaOf(db);
      for (const name of Object.keys(migrations).filter((one) => one > BASE)) {
        await migrate(db, log, name);
        const after = await schemaOf(db);
        if (!name.endsWith(BREAKS)) expect(breaches(before, after), name).toEqual([]);
        before = after;
      }
    });
  });

  const statements: [what: string, statement: string, breach: string][] = [
    ['takes a column away', 'alter table t drop column b', 't.b is gone'],
    ['renames a table', 'alter table t rename to u', 't.a is gone'],
    ['adds a table', 'create table u (a text not null)', ''],
    ['adds a unique index', 'create unique index i on t (b)', 't(b) is unique'],
    ['adds a column with a default', 'alter table t add column c integer not null default 0', ''],
  ];
  it.each(statements)('that %s is judged correctly', async (_what, statement, breach) => {
    await withDatabase(async (db) => {
      await sql`create table t (a text not null, b text)`.execute(db);
      const before = await schemaOf(db);
      await sql.raw(statement).execute(db);
      expect(breaches(before, await schemaOf(db))[0] ?? '').toBe(breach);
    });
  });

  it('that requires a value for a new column is detected', () => {
    const a = { table: 't', name: 'a', type: 'text', isRequired: true };
    const c = { table: 't', name: 'c', type: 'text', isRequired: true };
    expect(breaches({ columns: [a], unique: [] }, { columns: [a, c], unique: [] })).toEqual(['t.c has to be written']);
  });
});
