import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { run } from '../../../src/backup/command.ts';
import { lastBackup } from '../../../src/inspection/sums.ts';
import { backupContract } from '../../support/contract/backup.ts';
import { fill } from '../../support/filled-tenant.ts';
import { testApi } from '../../support/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-backup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const sqlite = async (): Promise<string> => {
  made += 1;
  return `sqlite:${join(folder, `${made}.db`)}`;
};
backupContract({ name: 'SQLite to SQLite', from: sqlite, to: sqlite });

const command = async (args: string[]) => {
  const said: string[] = [];
  const code = await run(args, {}, { print: (text) => said.push(text), printError: (text) => said.push(text) });
  return { code, said: said.join('') };
};
const configFor = (name: string, databaseUrl: string): string => {
  const path = join(folder, name);
  const ip = '127.0.0.1';
  const node = {
    id: 'api-1',
    region: 'fra',
    city: 'fra',
    latitude: 0,
    longitude: 0,
    hostId: 'h',
    enrolUrl: 'https://c.example',
  };
  const config = {
    ...node,
    centreUrl: 'wss://c.example',
    sealSecret: 's'.repeat(32),
    httpListen: { ip, port: 1 },
    publicUrl: 'https://meet.example',
    entryUrls: ['https://a.example'],
  };
  writeFileSync(path, JSON.stringify({ ...config, databaseUrl, stateDir: folder }));
  return path;
};

it('the commands save what a running api has, and restore it elsewhere', async () => {
  const url = await sqlite();
  const api = await testApi({ url });
  await fill(api);
  const file = join(folder, 'command.gz');
  expect(await command(['backup', file, '--config', configFor('a.json', url)])).toEqual({
    code: 0,
    said: expect.stringMatching(/^saved \d+ records of 3 tenants\n$/),
  });
  // The morning inspection reads the time of the last back-up.
  const { atMs = 0 } = await lastBackup(api.store.db);
  expect(Math.abs(Date.now() - atMs)).toBeLessThan(60_000);
  await api.close();
  const otherConfig = configFor('b.json', 'sqlite:other.db');
  expect(await command(['restore', file, '--config', otherConfig])).toMatchObject({ code: 0 });
  expect(await command(['restore', file, '--config', otherConfig])).toEqual({
    code: 1,
    said: 'restore: DATABASE_NOT_EMPTY: tenants already has rows: restore into an empty database\n',
  });
  const again = await testApi({ url: `sqlite:${join(folder, 'other.db')}` });
  expect((await again.ask('GET', '/webhooks')).json().data).toHaveLength(1);
  await again.close();
});

it('the commands report errors', async () => {
  const config = configFor('c.json', 'sqlite:nowhere.db');
  for (const args of [[], ['backup'], ['backup', 'a', 'b'], ['export', 'a'], ['backup', 'a', '--fast']])
    expect(await command(args)).toMatchObject({ code: 2, said: expect.stringContaining('usage') });
  expect(await command(['backup', join(folder, 'x.gz'), '--config', config])).toMatchObject({ code: 1 });
  expect(existsSync(join(folder, 'nowhere.db'))).toBe(false);
  expect(await command(['restore', join(folder, 'none.gz'), '--config', config])).toMatchObject({
    code: 1,
    said: expect.stringContaining('ENOENT'),
  });
  expect(await command(['backup', 'x', '--config', join(folder, 'none.json')])).toMatchObject({ code: 2 });
});
