import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-sqlite-'));
  postgres = await startPostgres();
}, 90_000);
afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

storeContract({
  name: 'SQLite',
  open: async () => {
    files += 1;
    return `sqlite:${join(folder, `${files}.db`)}`;
  },
});
storeContract({ name: 'PostgreSQL', open: () => postgres.database() });

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

  it('between two statements of a transaction fails that transaction, and nothing else', async () => {
    const said: string[] = [];
    const destination = { write: (line: string) => void said.push(line) };
    const heard = createLogger({ name: 'api', level: 'warn', destination });
    const store = await openStore({ url: await postgres.database(), dir: '.', log: heard });
    const broken = store.db.transaction().execute(async (db) => {
      await db.selectFrom('api_keys').selectAll().execute();
      await postgres.kill();
      await expect.poll(() => said.join('')).toContain('a connection to the database broke');
      await db.selectFrom('api_keys').selectAll().execute();
    });
    await expect(broken).rejects.toThrow();
    await postgres.restart();
    await expect.poll(() => store.db.selectFrom('api_keys').selectAll().execute()).toEqual([]);
    await store.close();
  });

  it('is given up when it hangs', async () => {
    const api = await testApi({ url: await postgres.database() });
    postgres.pause();
    const answers = await Promise.all(Array.from({ length: 24 }, () => api.ask('GET', '/keys')));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([503]));
    postgres.resume();
    await expect.poll(async () => (await api.ask('GET', '/keys')).statusCode, { timeout: 30_000 }).toBe(200);
    await api.close();
  }, 60_000);
});
