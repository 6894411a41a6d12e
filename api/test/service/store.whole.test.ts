// What the api needs of its database, of SQLite's file and of a real PostgreSQL; and what becomes of it without.
import { copyFileSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@meridian/runtime';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { storeContract } from '../support/contract/store.ts';
import { testDatabasesFrom } from '../support/database.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { testApi } from '../support/test-api.ts';

const log = createLogger({ name: 'api', level: 'fatal' });
let postgres: Postgres;
let folder: string;
let files = 0;
/** Of both kinds, after all migrations: others are copies of them. */
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

describe('on PostgreSQL, as on SQLite', async () => {
  beforeAll(() => testDatabasesFrom(() => postgres.database(made.postgres)));
  afterAll(() => testDatabasesFrom());
  const unit = new URL('../unit/store/', import.meta.url);
  // A module by another name than that of `units-on-postgres.test.ts`, which may run in this process as well.
  for (const file of globSync('*.test.ts', { cwd: unit.pathname }))
    await import(new URL(`${file}?of=store`, unit).href);
});

it('SQLite begins in a state folder that is not there yet', async () => {
  await (await openStore({ url: 'sqlite:new.db', dir: join(folder, 'state/api'), log })).close();
});

describe('a database that cannot be opened', () => {
  it('is named, without its password', async () => {
    const url = 'postgres://ann:geheim@127.0.0.1:1/none';
    const error = await openStore({ url, dir: '.', log }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(String(error)).toContain('127.0.0.1:1');
    expect(String(error)).not.toContain('geheim');
  });

  it.each([['no database at all'], ['SQLite format 3\0 cut off']])('is no file with %j', async (text) => {
    writeFileSync(join(folder, 'broken.db'), text);
    await expect(openStore({ url: 'sqlite:broken.db', dir: folder, log })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringContaining('broken.db'),
    });
  });
});

describe('a PostgreSQL that goes away', () => {
  it('is answered 503 with Retry-After quickly, and asked again when it is back', async () => {
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
    const making = { body: { name: 'oa', scopes: [] }, headers: { 'idempotency-key': 'k1' } };
    expect((await api.ask('POST', '/keys', making)).statusCode).toBe(503);
    await postgres.restart();
    expect((await list()).statusCode).toBe(200);
    expect((await api.ask('POST', '/keys', making)).statusCode).toBe(201);
    await api.close();
  });

  it('fails what is under way, a query and a transaction between two, and nothing else', async () => {
    const { db, close } = await openStore({ url: made.postgres, dir: '.', log });
    const isAsked = Promise.withResolvers<void>();
    const isGone = Promise.withResolvers<void>();
    const transaction = db.transaction().execute(async (db) => {
      await sql`select 1`.execute(db);
      isAsked.resolve();
      await isGone.promise;
      await sql`select 1`.execute(db);
    });
    await isAsked.promise;
    const query = sql`select pg_sleep(60)`.execute(db);
    const ended = Promise.allSettled([query, transaction]);
    await postgres.kill();
    await expect(query).rejects.toThrow();
    isGone.resolve();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await postgres.restart();
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    await close();
  });

  it('is given up when it hangs', async () => {
    const api = await testApi({ url: await postgres.database() });
    postgres.pause();
    const answers = await Promise.all(Array.from({ length: 24 }, () => api.ask('GET', '/keys')));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([503]));
    postgres.resume();
    await expect.poll(async () => (await api.ask('GET', '/keys')).statusCode, { timeout: 30_000 }).toBe(200);
    await api.close();
  });
});
