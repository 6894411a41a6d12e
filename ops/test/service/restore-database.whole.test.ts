// The api's records alone, out of a back-up, by the api's own program. No service runs.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { restoreDatabase } from '../../src/commands/restore-database.ts';
import { readConfig } from '../../src/config-files.ts';
import { type Context, contextOf } from '../../src/context.ts';
import { hostOf, writtenHost } from '../support/host-files.ts';
import { temporaryFolder } from '../support/little-release.ts';

const root = join(import.meta.dirname, '../../..');
const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const ASIDE = 'meridian.db.2026-01-02T03-04-05-678Z';
let folder: string;
let context: Context;
let said: string[];
let server: Server;

beforeEach(async () => {
  folder = temporaryFolder();
  said = [];
  const [etc, state] = [join(folder, 'etc'), join(folder, 'state')];
  writtenHost(hostOf({ local: '127.0.0.1', public: '127.0.0.1' }, ['api']), etc);
  server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  execFileSync('sed', ['-i', `s/7810/${port}/; s,/var/lib/meridian,${state},`, join(etc, 'api.yaml')]);
  await new Promise((resolve) => void server.close(resolve));
  const io = { out: (text: string) => void said.push(text), err: () => expect.unreachable() };
  context = contextOf(io, { etc, state }, root);
  mkdirSync(join(state, 'api'), { recursive: true });
});

/** A back-up with a tenant of this id; `more` are migrations that this release does not know. */
function savedWith(tenant: string, more: readonly string[] = []): string {
  const names = readdirSync(join(root, 'api/src/store/migrations')).filter((name) => /^\d{4}-/.test(name));
  const migrations = [...names.map((name) => name.slice(0, -3)).sort(), ...more];
  const lines = [
    { meridianBackup: 1, at: new Date(NOW_MS).toISOString(), migrations },
    { table: 'tenants', columns: ['id', 'name', 'limits', 'version', 'created_ms'] },
    [tenant, tenant, '{}', 1, 0],
  ].map((line) => `${JSON.stringify(line)}\n`);
  const sha256 = createHash('sha256').update(lines.join('')).digest('hex');
  const stage = join(folder, 'stage');
  mkdirSync(stage, { recursive: true });
  const end = `${JSON.stringify({ end: true, counts: { tenants: 1 }, sha256 })}\n`;
  writeFileSync(join(stage, 'api.backup'), gzipSync(lines.join('') + end));
  const file = join(folder, `${tenant}.tgz`);
  execFileSync('tar', ['-C', stage, '-czf', file, '.']);
  return file;
}

const path = (name = 'meridian.db'): string => join(folder, 'state/api', name);
const files = (): string[] => readdirSync(join(folder, 'state/api')).sort();
function sql(text: string, name?: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path(name));
  try {
    return db.prepare(text).all();
  } finally {
    db.close();
  }
}
const tenants = (name?: string): unknown[] => sql('select id from tenants', name).map(({ id }) => id);
const bring = (file: string): Promise<void> => restoreDatabase(file, context, NOW_MS);

it('the database of a later release gets a dated name, with all that SQLite has beside it', async () => {
  await bring(savedWith('later'));
  expect([files(), tenants()]).toEqual([['meridian.db'], ['later']]);
  sql("insert into kysely_migration (name, timestamp) values ('9999-later', '')");
  chmodSync(path(), 0o640);
  for (const part of ['-wal', '-shm']) writeFileSync(path(`meridian.db${part}`), '');
  await bring(savedWith('earlier'));
  expect(files()).toEqual(['meridian.db', ASIDE, `${ASIDE}-shm`, `${ASIDE}-wal`]);
  expect([tenants(), tenants(ASIDE)]).toEqual([['earlier'], ['later']]);
  expect(sql('select name from kysely_migration', ASIDE)).toContainEqual({ name: '9999-later' });
  expect(sql('select name from kysely_migration')).not.toContainEqual({ name: '9999-later' });
  expect(statSync(path()).mode & 0o777).toBe(0o640);
  expect(said).toContain(`the database that was here is ${path(ASIDE)}`);
  expect(said.at(-1)).toContain('`systemctl start meridian-api.service`');
});

it('what cannot be restored leaves the database as it is', async () => {
  await bring(savedWith('own'));
  const newer = savedWith('newer', ['9999-later']);
  await expect(bring(newer)).rejects.toMatchObject({
    code: 'BACKUP_NEWER',
    cure: expect.stringContaining('meridian node use'),
  });
  writeFileSync(join(folder, 'stage/api.backup'), 'cut off');
  execFileSync('tar', ['-C', join(folder, 'stage'), '-czf', newer, '.']);
  await expect(bring(newer)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  rmSync(join(folder, 'stage/api.backup'));
  execFileSync('tar', ['-C', join(folder, 'stage'), '-czf', newer, '.']);
  await expect(bring(newer)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  expect([files(), tenants()]).toEqual([['meridian.db'], ['own']]);
});

it('a database that was put aside is never overwritten', async () => {
  for (const tenant of ['first', 'second']) await bring(savedWith(tenant));
  await expect(bring(savedWith('third'))).rejects.toMatchObject({ code: 'FILE_IN_THE_WAY' });
  expect([files(), tenants(), tenants(ASIDE)]).toEqual([['meridian.db', ASIDE], ['second'], ['first']]);
});

it('not while an api runs, and on a first server alone', async () => {
  await bring(savedWith('own'));
  const { httpListen } = readConfig(join(folder, 'etc/api.yaml')) as {
    httpListen: { ip: string; port: number };
  };
  const busy = createServer();
  onTestFinished(() => void busy.close());
  await new Promise<void>((resolve) => void busy.listen(httpListen.port, httpListen.ip, resolve));
  await expect(bring(savedWith('other'))).rejects.toMatchObject({ code: 'SERVICE_RUNS' });
  expect(tenants()).toEqual(['own']);
  rmSync(join(folder, 'etc/api.yaml'));
  await expect(bring(savedWith('other'))).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
  expect(existsSync(path())).toBe(true);
});
