// The unit tests of everything that asks the database, once more on PostgreSQL.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@meridian/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { testDatabasesFrom } from '../support/database.ts';
import { EmptiedDatabases } from '../support/emptied.ts';
import { startPostgres } from '../support/postgres.ts';

const UNIT = new URL('../unit/', import.meta.url);
/**
 * By this rule a file of unit tests runs here: it opens a database (it names `testApi` or `testStore`), and what it
 * shows depends on that. These open one, but compare descriptions of the operations with files; back-ups have a service
 * test of their own.
 */
const without = ['every-operation.test.ts', 'openapi.test.ts', 'http/reference.test.ts', 'backup/backup.test.ts'];

const postgres = await startPostgres();
afterAll(async () => {
  testDatabasesFrom();
  await databases.close();
  await postgres.stop();
});
// With its tables: making them takes longer than most tests.
const made = await postgres.database();
await (await openStore({ url: made, dir: '.', log: createLogger({ name: 'api', level: 'fatal' }) })).close();
const databases = new EmptiedDatabases(() => postgres.database(made));
testDatabasesFrom(() => databases.take());

const files = globSync('**/*.test.ts', { cwd: fileURLToPath(UNIT) }).filter(
  (file) => !without.includes(file) && /testApi|testStore/.test(readFileSync(new URL(file, UNIT), 'utf8')),
);
// Their hooks are those of a suite each.
for (const file of files.sort())
  describe(file, async () => {
    await import(new URL(file, UNIT).href);
  });

it('are found', () => {
  expect(files.length).toBeGreaterThan(5);
});
