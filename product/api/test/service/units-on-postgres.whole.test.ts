// Runs the unit tests that use the database again on PostgreSQL.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@meridian/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { testDatabasesFrom } from '../support/database.ts';
import { EmptiedDatabases } from '../support/database-pool.ts';
import { startPostgres } from '../support/postgres.ts';

const UNIT = new URL('../unit/', import.meta.url);
/**
 * A file of unit tests runs here if it opens a database (it names `testApi` or `testStore`) and its results depend on
 * the database. The files below open one, but compare descriptions of the operations with files; back-ups have a
 * service test of their own.
 */
const excludedFiles = ['every-operation.test.ts', 'openapi.test.ts', 'http/reference.test.ts', 'backup/backup.test.ts'];

const postgres = await startPostgres();
afterAll(async () => {
  testDatabasesFrom();
  await databases.close();
  await postgres.stop();
});
// Copies of a migrated database are faster to make than most tests run.
const made = await postgres.database();
await (await openStore({ url: made, dir: '.', log: createLogger({ name: 'api', level: 'fatal' }) })).close();
const databases = new EmptiedDatabases(() => postgres.database(made));
testDatabasesFrom(() => databases.take());

const files = globSync('**/*.test.ts', { cwd: fileURLToPath(UNIT) }).filter(
  (file) => !excludedFiles.includes(file) && /testApi|testStore/.test(readFileSync(new URL(file, UNIT), 'utf8')),
);
// A suite for each file separates their hooks.
for (const file of files.sort())
  describe(file, async () => {
    await import(new URL(file, UNIT).href);
  });

it('the unit tests are found', () => {
  expect(files.length).toBeGreaterThan(5);
});
