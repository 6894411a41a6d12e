// Runs the store contract on a SQLite file and a real PostgreSQL, and stops the PostgreSQL under a running api.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { storeContract } from '../support/contract/store.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { testApi } from '../support/test-api.ts';

const log = createLogger({ name: 'api', level: 'fatal' });
let postgres: Postgres;
let folder: string;
let files = 0;
/** Databases after all migrations, by kind; tests get copies of them. */
const made = { sqlite: '', postgres: '' };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-sqlite-'));
  postgres = await startPostgres();
  made.sqlite = nextFile();
  made.postgres = await postgres.database();
  for (const url of [`sqlite:${made.sqlite}`, made.postgres]) await (await openStore({ url, dir: '.', log })).close();
});
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

function nextFile(): string {
  files += 1;
  return join(folder, `${files}.db`);
}

storeContract({
  name: 'SQLite',
  open: async () => `sqlite:${nextFile()}`,
  migrated: async () => {
    const file = nextFile();
    copyFileSync(made.sqlite, file);
    return `sqlite:${file}`;
  },
});
storeContract({
  name: 'PostgreSQL',
  open: () => postgres.database(),
  migrated: () => postgres.database(made.postgres),
});

describe('a PostgreSQL that goes away', () => {
  it('is answered 503 with Retry-After quickly, and used again when it is back', async () => {
    const api = await testApi({ url: await postgres.database() });
    const list = () => api.ask('GET', '/keys');
    expect((await list()).statusCode).toBe(200);
    await postgres.kill();
    const startMs = performance.now();
    for (let times = 0; times < 20; times += 1) {
      const answer = await list();
      expect(answer.json()).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
      expect(answer.headers['retry-after']).toBe('2');
    }
    expect(performance.now() - startMs).toBeLessThan(10_000);
    const keyRequest = { body: { name: 'oa', scopes: [] }, headers: { 'idempotency-key': 'k1' } };
    expect((await api.ask('POST', '/keys', keyRequest)).statusCode).toBe(503);
    await postgres.restart();
    expect((await list()).statusCode).toBe(200);
    expect((await api.ask('POST', '/keys', keyRequest)).statusCode).toBe(201);
    await api.close();
  });
});
