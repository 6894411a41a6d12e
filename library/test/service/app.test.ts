// A library node of the fleet, with an api that has tasks for it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeKind, rpc, serve } from '@meridian/protocol';
import { CloseStack, CredentialStore, createMetrics, secureRng, systemClock } from '@meridian/runtime';
import { Value } from 'typebox/value';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestCloud } from '../../../node-shell/test/support/cloud.ts';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { start } from '../../src/app.ts';
import { type LibraryConfig, libraryConfig } from '../../src/config.ts';
import { secrets, tokenOf } from '../support/library.ts';

const { log } = collectingLog();
const clock = systemClock();
const folder = mkdtempSync(join(tmpdir(), 'meridian-library-app-'));
const HOUR_MS = 3_600_000;

let cloud: TestCloud;
let stack: CloseStack;
let nodes = 0;
beforeAll(async () => {
  cloud = await TestCloud.open();
});
afterEach(() => stack.close('the test is over'));
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

async function node(renditions: object, more: object = {}) {
  nodes += 1;
  const own = { id: `lib-${nodes}`, region: 'fra', latitude: 50.1, longitude: 8.7, hostId: 'host-1', renditions };
  const stateDir = join(folder, own.id);
  const centre = await cloud.centre(`centre-${nodes}`);
  const listen = { ip: '127.0.0.1', port: 0 };
  const addresses = { centreUrl: centre.url, enrolUrl: 'https://127.0.0.1:1', publicUrl: 'http://127.0.0.1:1' };
  const said = Object.assign({ stateDir, controlListen: listen, httpListen: listen }, own, addresses);
  const config = Value.Default(
    libraryConfig,
    Object.assign({ city: 'Frankfurt', store: {} }, said, more),
  ) as LibraryConfig;
  const identity = { id: own.id, kind: nodeKind.library, region: 'fra' };
  const credentials = await cloud.authority.issueCredentials(identity, 24 * HOUR_MS);
  new CredentialStore(join(stateDir, 'credentials.json')).save(credentials);
  stack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const metrics = createMetrics({ service: 'library' });
  const context = { config, log, clock, rng: secureRng(), closeStack: stack, metrics };
  const { linkPort, http } = await start(context as unknown as Parameters<typeof start>[0]);
  const link = await cloud.dial(linkPort, { id: `api-${nodes}`, kind: nodeKind.api });
  return { link, metrics, http };
}

const task = {
  id: 'task-1',
  kind: 'analyse',
  lease: 'lease-1',
  leaseMs: 60_000,
  tenant: 'acme',
  payload: JSON.stringify({ contentId: 'up_none' }),
};

it('asks an api for tasks, and one that it stops with is ended before its links are', async () => {
  const { link, metrics } = await node({ cores: 1 });
  const closing = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<{ readonly id?: string | null }>();
  const given = [task];
  serve(link, rpc.takeTasks, () => ({ tasks: given.splice(0), againMs: 60_000 }));
  serve(link, rpc.endTask, async (message) => {
    ended.resolve(message);
    await closing.promise;
    return { isHeld: true, leaseMs: 0 };
  });
  expect(await ended.promise).toMatchObject({ id: 'task-1', code: 'SOURCE_MISSING', retryable: false });
  expect(await metrics.registry.metrics()).toMatch(/rendition_tasks_running\S* 1/);
  stack.add('the node stops', () => closing.resolve());
  await stack.close('the test ends it');
  expect(await metrics.registry.metrics()).toMatch(
    /rendition_tasks_ended_total\{[^}]*kind="analyse",code="SOURCE_MISSING"[^}]*\} 1/,
  );
});

it('asks for none where renditions are not enabled', async () => {
  const { link, metrics } = await node({ enabled: false });
  let asked = 0;
  serve(link, rpc.takeTasks, () => {
    asked += 1;
    return { tasks: [], againMs: 100 };
  });
  expect(await metrics.registry.metrics()).not.toContain('rendition_tasks');
  await stack.close('the test ends it');
  expect(asked).toBe(0);
});

it('opens neither files nor parts by tokens of API keys that leave its region out', async () => {
  const apiKeys = [
    { key: 'acme', tenant: 'acme', secret: secrets.acme, regions: ['sgp'] },
    { key: 'other', tenant: 'other', secret: secrets.other, regions: ['fra', 'sgp'] },
  ];
  const { http } = await node({ enabled: false }, { apiKeys });
  const get = async (url: string) => {
    const { statusCode, json } = await http.inject({ method: 'GET', url });
    return [statusCode, json().code];
  };
  const file = (key: 'acme' | 'other') =>
    `/library/contents/${tokenOf({ content: 'up_1', may: 'play' }, key)}/original`;
  expect([await get(file('acme')), await get(file('other'))]).toEqual([
    [403, 'FENCED_OUT'],
    [404, 'NOT_FOUND'],
  ]);
  const part = (key: 'acme' | 'other') => `/library/uploads/${tokenOf({ upload: 'up_1' }, key)}/0`;
  const head = async (url: string) => (await http.inject({ method: 'HEAD', url })).statusCode;
  expect([await head(part('acme')), await head(part('other'))]).toEqual([403, 404]);
});
