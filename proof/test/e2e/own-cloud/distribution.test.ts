// Orders of files for two edge sites of a real cloud, whose processes are frozen and killed meanwhile.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleOf } from '../../../../infra/services/entries.mjs';
import { TestCloud } from '../../support/cloud.ts';
import { sha256Of } from '../../support/library-pages.ts';
import { until } from '../../support/poll.ts';

const root = resolve(import.meta.dirname, '../../../..');
const sites = ['rcv-fra', 'rcv-sgp'];
/** Size of three blocks. */
const FILE_BYTES = 20_000_000;
/**
 * Time for lost notices: every 30 s the api looks for notices that are a minute old and were lost with a killed Redis.
 */
const DONE_MS = 180_000;
let cloud: TestCloud;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-distribution-'));
  cloud = await TestCloud.start({ extraArgs: ['--distribution'] });
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Delivery {
  readonly state: string;
  readonly bytes: number;
}

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const { key, secret } = cloud.secrets().devKey;
  const token = await new SignJWT({ scope: 'library:read library:write tenant:admin' })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(key)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(Buffer.from(secret));
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const answer = await fetch(`${cloud.pageUrl}/api/v1${path}`, init);
  expect([path, answer.status]).toEqual([path, method === 'POST' ? 201 : 200]);
  return (await answer.json()) as T;
}

async function uploaded(name: string): Promise<{ item: string; sha256: string; name: string }> {
  const path = join(folder, name);
  const bytes = Buffer.from(randomBytes(FILE_BYTES / 2).toString('hex'));
  writeFileSync(path, bytes);
  const { key, secret } = cloud.secrets().devKey;
  const own = { MERIDIAN_URL: cloud.pageUrl, MERIDIAN_API_KEY: key, MERIDIAN_API_SECRET: secret };
  const env = Object.assign({}, process.env, own);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [bundleOf(root, 'meridian'), 'library', 'upload', path],
    { env },
  );
  const item = /LI_\w+/.exec(stdout)?.[0] ?? expect.unreachable(stdout);
  return { item, name, sha256: sha256Of(bytes) };
}

const orderItem = async (item: string): Promise<string> =>
  (await ask<{ id: string }>('POST', '/distribution/orders', { item, to: { all: true } })).id;
const deliveries = async (order: string): Promise<readonly Delivery[]> =>
  (await ask<{ data: Delivery[] }>('GET', `/distribution/deliveries?order=${order}`)).data;
const untilCompleted = (order: string) =>
  until(
    'the order is completed',
    async () => {
      const { state, total, done } = await ask<{ state: string; total: number; done: number }>(
        'GET',
        `/distribution/orders/${order}`,
      );
      return state === 'completed' && done === total && total === sites.length;
    },
    DONE_MS,
  );
const fileAt = (site: string, { item, name }: { readonly item: string; readonly name: string }): string =>
  join(cloud.stateDir, site, 'files', item, name);
const isAtAllSites = (file: { readonly item: string; readonly name: string; readonly sha256: string }): boolean =>
  sites.every((site) => existsSync(fileAt(site, file)) && sha256Of(readFileSync(fileAt(site, file))) === file.sha256);

it("an order brings a whole file to each site, even when a region's library node is killed", async () => {
  const file = await uploaded('first.txt');
  cloud.kill('lib-sgp');
  const order = await orderItem(file.item);
  await untilCompleted(order);
  expect(isAtAllSites(file)).toBe(true);
  expect((await deliveries(order)).map(({ state, bytes }) => [state, bytes])).toEqual([
    ['done', FILE_BYTES],
    ['done', FILE_BYTES],
  ]);
});

it('an order brings files while api and centre are dead, and reports them when both are back', async () => {
  const file = await uploaded('second.txt');
  const thawSites = sites.map((site) => cloud.freeze(site));
  const order = await orderItem(file.item);
  await until('notices are sent', async () => (await deliveries(order)).every(({ state }) => state === 'noticed'));
  const thawCentre = ['api', 'centre'].map((id) => cloud.freeze(id));
  for (const thaw of thawSites) thaw();
  try {
    await until('the files are there', () => isAtAllSites(file), DONE_MS);
  } finally {
    for (const thaw of thawCentre) thaw();
  }
  await untilCompleted(order);
});

it('an order loses nothing when receivers and Redis are killed during a file', async () => {
  const file = await uploaded('third.txt');
  const order = await orderItem(file.item);
  for (const id of [...sites, 'redis-notices']) cloud.kill(id);
  await untilCompleted(order);
  expect(isAtAllSites(file)).toBe(true);
});
