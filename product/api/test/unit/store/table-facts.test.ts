import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { tableFacts } from '../../../src/store/table-facts.ts';
import { testStore } from '../../support/database.ts';

let store: Store;
beforeAll(async () => {
  store = await testStore();
});
afterAll(() => store.close());

it('every table of the database, and no other, has its facts', async () => {
  // SQLite's triggers fill the tables of the full-text index from the rows of items, so these need no facts.
  const found = (await store.db.introspection.getTables()).filter(({ name }) => !/^library_search(_|$)/.test(name));
  const columns = Object.fromEntries(found.map((table) => [table.name, table.columns.map(({ name }) => name)]));
  expect(Object.keys(tableFacts).toSorted()).toEqual(Object.keys(columns).toSorted());
  for (const [name, { key, owner, secrets = [], json = [] }] of Object.entries(tableFacts)) {
    const ownColumns = columns[name] ?? [];
    const namedColumns = [...key, ...(owner === undefined ? [] : [owner.column, ...owner.order]), ...json];
    for (const column of [...namedColumns, ...secrets.map((each) => each.split('.')[0] ?? '')])
      expect([name, ownColumns]).toEqual([name, expect.arrayContaining([column])]);
    // Columns with such names must be declared secret.
    const hidden = ownColumns.filter((column) => /secret|hash|password|sealed|token/.test(column));
    if (tableFacts[name]?.exported === true && !name.startsWith('audit_'))
      expect([name, secrets]).toEqual([name, expect.arrayContaining(hidden)]);
    // Exactly the tables with rows in a new database are declared as seeded.
    const { rows } = await sql`select 1 from ${sql.table(name)}`.execute(store.db);
    expect([name, rows.length > 0]).toEqual([name, tableFacts[name]?.seeded === true]);
  }
});

it('parents come before the tables that refer to them', () => {
  const names = Object.keys(tableFacts);
  for (const [at, name] of names.entries()) {
    const parent = tableFacts[name]?.owner?.parent;
    if (parent !== undefined) expect(names.slice(0, at)).toContain(parent);
  }
});
