import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config-files.ts';
import { ports } from '../../src/core/host.ts';
import { LoneHost } from '../support/lone-host.ts';

const WAIT = { timeout: 180_000, interval: 200 };
let host: LoneHost;
beforeAll(async () => {
  host = await LoneHost.open();
});
afterAll(() => host.close());

const saved = () => join(host.folder, 'saved.tgz');
const database = () => join(host.state, 'api/meridian.db');
const isWell = () => vi.waitFor(async () => expect(await host.meridian('doctor')).toMatchObject({ code: 0 }), WAIT);
const refused = (code: string) => ({ code: 1, text: expect.stringContaining(`(${code})`) });

async function centre(path: string, method = 'GET'): Promise<Record<string, unknown>> {
  const token = readConfig(join(host.etc, 'scheduler.yaml'))['clusterToken'];
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = Object.assign({ method, headers }, method === 'POST' ? { body: '{"reason":"stolen"}' } : {});
  const url = `http://127.0.0.1:${ports.centreHttp}${path}`;
  const script = `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then((r) => r.text()).then(console.log)`;
  return JSON.parse((await host.exec([process.execPath, '-e', script])).text) as Record<string, unknown>;
}

function inDatabase<T>(file: string, use: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file);
  try {
    return use(db);
  } finally {
    db.close();
  }
}
const migrationsIn = (file: string) =>
  inDatabase(file, (db) =>
    db
      .prepare('select name from kysely_migration')
      .all()
      .map(({ name }) => name),
  );
const tenantName = () => inDatabase(database(), (db) => db.prepare('select name from tenants').get()?.['name']);

it('a first server is restored with nodes, authority, users, denials and keys, also elsewhere, but not from a damaged file', async () => {
  expect(await host.init()).toMatchObject({ code: 0 });
  mkdirSync(join(host.etc, 'tls'));
  mkdirSync(join(host.folder, 'live'));
  for (const name of ['cert.pem', 'key.pem']) {
    writeFileSync(join(host.folder, 'live', name), `old ${name}`);
    symlinkSync(join(host.folder, 'live', name), join(host.etc, 'tls', name));
  }
  const end = host.run();
  await isWell();
  expect(await centre('/v1/nodes/sfu-stolen/deny', 'POST')).toMatchObject({ denied: true });
  expect(await host.meridian('backup', saved())).toMatchObject({ code: 0 });
  expect(await end()).toBe(0);
  renameSync(host.etc, join(host.folder, 'lost-etc'));
  renameSync(host.state, join(host.folder, 'lost-state'));
  rmSync(join(host.folder, 'live'), { recursive: true });
  writeFileSync(join(host.folder, 'cut.tgz'), 'not a back-up');
  expect(await host.meridian('restore', join(host.folder, 'cut.tgz'), '--no-start')).toEqual(refused('BACKUP_DAMAGED'));
  const free = await host.program(
    "require('node:net').createServer().listen(20000, 'fd00::11', () => console.log('up'))",
  );
  const taken = /sfu-1 mediaListen: tcp \[fd00::11\]:20000: EADDRINUSE[\s\S]*PREFLIGHT_FAILED/;
  expect((await host.meridian('restore', saved(), '--no-start')).text).toMatch(taken);
  free();
  expect(existsSync(host.etc)).toBe(false);
  mkdirSync(join(host.etc, 'tls'), { recursive: true });
  writeFileSync(join(host.etc, 'tls/cert.pem'), 'fresh');
  expect(await host.meridian('restore', saved(), '--no-start')).toEqual({
    code: 0,
    text: expect.stringContaining(`kept: ${join(host.etc, 'tls/cert.pem')}`),
  });
  expect(readFileSync(join(host.etc, 'tls/cert.pem'), 'utf8')).toBe('fresh');
  expect(lstatSync(join(host.etc, 'tls/key.pem')).isFile()).toBe(true);
  expect(readFileSync(join(host.etc, 'tls/key.pem'), 'utf8')).toBe('old key.pem');
  expect(await host.meridian('restore', saved(), '--no-start')).toEqual(refused('HOST_EXISTS'));
  const endAgain = host.run();
  await isWell();
  expect((await centre('/v1/fleet'))['denied']).toMatchObject([{ nodeId: 'sfu-stolen', reason: 'stolen' }]);
  expect(await host.meridian('restore', saved(), '--database-only')).toEqual(refused('SERVICE_RUNS'));
  expect(await endAgain()).toBe(0);

  // The same on a machine with other addresses.
  renameSync(host.etc, join(host.folder, 'again-etc'));
  renameSync(host.state, join(host.folder, 'again-state'));
  const addresses = ['--address', '127.0.0.21', '--address', 'fd00::11', '--tls-address', '127.0.0.22'];
  expect(await host.meridian('restore', saved(), '--no-start', ...addresses)).toEqual({
    code: 0,
    text: expect.stringContaining('meridian node centre 127.0.0.21:7000'),
  });
  const set = readFileSync(join(host.etc, 'sfu-1.yaml'), 'utf8').replaceAll(/#.*/g, '');
  expect(set).toContain('127.0.0.22');
  expect(set).not.toMatch(/127\.0\.0\.1[12]/);
  const endMoved = host.run();
  await isWell();
  expect(await endMoved()).toBe(0);
});

it('the records alone are restored for an earlier release, with the later database put aside', async () => {
  inDatabase(database(), (db) => {
    db.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '')");
    db.exec("update tenants set name = 'Later'");
  });
  writeFileSync(join(host.folder, 'cut.tgz'), 'not a back-up');
  expect(await host.meridian('restore', join(host.folder, 'cut.tgz'), '--database-only')).toEqual(
    refused('BACKUP_DAMAGED'),
  );
  expect(migrationsIn(database())).toContain('9999-later');
  const configs = ['host', 'api'].map((name) => readFileSync(join(host.etc, `${name}.yaml`), 'utf8'));
  expect(await host.meridian('restore', saved(), '--database-only')).toEqual({
    code: 0,
    text: expect.stringContaining('systemctl start meridian-api.service'),
  });
  expect(['host', 'api'].map((name) => readFileSync(join(host.etc, `${name}.yaml`), 'utf8'))).toEqual(configs);
  const files = readdirSync(join(host.state, 'api')).filter((name) => name.startsWith('meridian.db'));
  expect(files.sort()).toEqual(['meridian.db', expect.stringMatching(/^meridian\.db\.20\d\d-\d\d-\d\dT[\d-]+Z$/)]);
  expect(migrationsIn(join(host.state, 'api', files[1] ?? ''))).toContain('9999-later');
  expect([migrationsIn(database()).includes('9999-later'), tenantName()]).toEqual([false, 'Main']);
  const end = host.run();
  await isWell();
  expect(await end()).toBe(0);
});

it('a restore keeps a database that is still there', async () => {
  inDatabase(database(), (db) => db.exec("update tenants set name = 'Survived'"));
  renameSync(host.etc, join(host.folder, 'lost-etc-2'));
  const full = await host.meridian('restore', saved(), '--no-start');
  expect(full).toEqual(refused('DATABASE_NOT_EMPTY'));
  expect(full.text).toContain('--keep-database');
  expect(await host.meridian('restore', saved(), '--keep-database', '--database-only')).toMatchObject({ code: 2 });
  renameSync(database(), `${database()}.elsewhere`);
  rmSync(host.etc, { recursive: true });
  expect(await host.meridian('restore', saved(), '--keep-database')).toEqual(refused('DATABASE_MISSING'));
  expect(existsSync(host.etc)).toBe(false);
  expect(await host.meridian('restore', saved(), '--database-only')).toEqual(refused('CONFIG_MISSING'));
  renameSync(`${database()}.elsewhere`, database());
  expect(await host.meridian('restore', saved(), '--no-start', '--keep-database')).toMatchObject({ code: 0 });
  expect(tenantName()).toBe('Survived');
  const end = host.run();
  await isWell();
  expect(await end()).toBe(0);
});

it('an interrupted set-up starts again with its authority', async () => {
  const sealed = () => readFileSync(join(host.state, 'scheduler/authority.sealed'), 'utf8');
  const before = sealed();
  rmSync(join(host.etc, 'host.yaml'));
  expect(await host.init()).toMatchObject({ code: 0 });
  expect(sealed()).toBe(before);
});
