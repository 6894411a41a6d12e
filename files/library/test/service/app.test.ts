// A library node in a fleet, with an api that has tasks for it.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OwnedReceipt } from '@meridian/distribution';
import { openNoticePort } from '@meridian/distribution/streams';
import { call, nodeKind, note, post, rpc, serve, type wire } from '@meridian/protocol';
import { CloseStack, CredentialStore, createMetrics, type Link, secureRng, systemClock } from '@meridian/runtime';
import { Value } from 'typebox/value';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import { TestCloud } from '../../../../base/node-shell/test/support/cloud.ts';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import { startRedis } from '../../../../base/runtime/test/support/redis-server.ts';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { noticeOf, presenceOf } from '../../../distribution/test/support/streamed.ts';
import { hashOf } from '../../../object-store/test/support/stores-contract.ts';
import { start } from '../../src/app.ts';
import { type LibraryConfig, libraryConfig } from '../../src/config.ts';
import { messageOf, planOf, secrets, tokenOf } from '../support/library.ts';
import { send, tusHeaders } from '../support/sending.ts';
import { reportBody } from '../support/watch.ts';

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

async function node(renditions: object, more: object = {}, onLink?: (link: Link) => void) {
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
  const link = await cloud.dial(linkPort, { id: `api-${nodes}`, kind: nodeKind.api }, onLink);
  const { port } = http.server.address() as AddressInfo;
  const shows = (line: string) =>
    until(line, async () => (await metrics.registry.metrics()).includes(`meridian_library_${line}\n`));
  return { link, metrics, http, centre, url: `http://127.0.0.1:${port}/library`, shows };
}

const task = {
  id: 'task-1',
  kind: 'analyse',
  lease: 'lease-1',
  leaseMs: 60_000,
  tenant: 'acme',
  payload: JSON.stringify({ contentId: 'up_none' }),
};

it('a node asks an api for tasks, and ends a running task before it closes its links', async () => {
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

it('a node asks for no tasks when renditions are not enabled', async () => {
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

it('a node opens neither files nor parts by tokens of API keys that leave its region out, and no upload on a full disk', async () => {
  const apiKeys = [
    { key: 'acme', tenant: 'acme', secret: secrets.acme, regions: ['sgp'] },
    { key: 'other', tenant: 'other', secret: secrets.other, regions: ['fra', 'sgp'] },
  ];
  const spoolFreeBytes = Number.MAX_SAFE_INTEGER;
  const { http, link } = await node({ enabled: false }, { apiKeys, spoolFreeBytes, kinds: ['image'] });
  expect(await call(link, rpc.libraryFacts, {})).toMatchObject({ storeId: `node:lib-${nodes}`, kinds: ['image'] });
  await expect(call(link, rpc.openUpload, messageOf(planOf(1)))).rejects.toMatchObject({ code: 'OVERLOADED' });
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

it('a node serves files until an api revokes their token, refuses files that the scanner refuses, and obeys its centre', async () => {
  const scanner = createServer((asked, answer) => {
    const clean = !`${asked.headers['x-meridian-name']}`.startsWith('bad');
    asked.resume().once('end', () => answer.end(JSON.stringify({ clean })));
  });
  onTestFinished(() => void scanner.close());
  await once(scanner.listen(0, '127.0.0.1'), 'listening');
  const scan = { url: `http://127.0.0.1:${(scanner.address() as AddressInfo).port}`, limitMs: 60_000 };
  const apiKeys = [{ key: 'acme', tenant: 'acme', secret: secrets.acme }];
  const sealKeys = [{ id: 'k1', secret: '9f'.repeat(32) }];
  const kinds = ['document', 'image'];
  const { link, metrics, centre, url, shows } = await node({ enabled: false }, { apiKeys, scan, sealKeys, kinds });
  const ended: wire.UploadEnded[] = [];
  serve(link, rpc.uploadEnded, (message) => {
    ended.push(message);
    return { keep: true };
  });
  const text = Buffer.alloc(10_000_000, 'words ');
  const pixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const sound = Buffer.alloc(8044);
  sound.write('RIFF$\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0@\x1f\0\0@\x1f\0\0\x01\0\b\0data@\x1f\0\0', 'latin1');
  const partOf = (upload: string, via = '') => `${url}/uploads/${tokenOf({ upload, via })}/0`;
  const open = (uploadId: string, name: string, bytes = text.length) =>
    call(link, rpc.openUpload, messageOf(planOf(bytes, { uploadId, name })));
  for (const [uploadId, name, bytes] of [
    ['up_1', 'good.txt', text],
    ['up_2', 'bad.txt', text],
    ['up_4', 'pixel.png', pixel],
    ['up_5', 'sound.wav', sound],
  ] as const) {
    await open(uploadId, name, bytes.length);
    await send(partOf(uploadId), bytes);
  }
  await until('all are reported', () => ended.length === 4);
  expect(Object.fromEntries(ended.map(({ uploadId, code }) => [uploadId, code]))).toEqual({
    up_1: '',
    up_2: 'MALWARE_FOUND',
    up_4: '',
    up_5: 'TYPE_REFUSED',
  });
  expect(ended.find(({ uploadId }) => uploadId === 'up_1')?.sha256).toBe(hashOf(text));
  await call(link, rpc.makeCover, { tenant: 'acme', contentId: 'up_4', atMs: 0 });
  const files = join(folder, `lib-${nodes}`, 'files');
  const kept = readdirSync(files, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(kept.length).toBeGreaterThan(1);
  for (const { parentPath, name } of kept)
    expect(readFileSync(join(parentPath, name)).includes('words words')).toBe(false);

  await open('up_3', 'late.txt');
  const headers = Object.assign({ 'upload-offset': 0, 'content-length': 1000 }, tusHeaders);
  const sending = request(partOf('up_3', 'link-1'), { method: 'PATCH', headers, agent: false });
  const broken = once(sending, 'error');
  sending.write(text.subarray(0, 100));
  const download = async (via: string, sources: readonly string[] = []) => {
    const path = `${url}/contents/${tokenOf({ content: 'up_1', may: 'play', via, sources })}/original`;
    const [response] = await once(request(path, { agent: false }).end(), 'response');
    return response;
  };
  const [cut, whole] = [await download('link-3', ['item-1', 'maker-1']), await download('link-2', ['item-2'])];
  await shows('upload_senders 1');
  await shows('file_answers 2');
  post(link, note.revoked, {
    version: 1,
    since: 0,
    revoked: ['link-1', 'maker-1'].map((id) => ({ tenant: 'acme', id })),
  });
  await shows('upload_senders 0');
  await shows('file_answers 1');
  await broken;
  await expect(once(cut.resume(), 'end')).rejects.toThrow('aborted');
  await once(whole.resume(), 'end');
  expect(whole.complete).toBe(true);
  expect((await download('link-1')).statusCode).toBe(401);
  expect((await download('link-4', ['maker-1'])).statusCode).toBe(401);

  const shown = await metrics.registry.metrics();
  for (const line of [
    `upload_bytes_total ${2 * text.length + pixel.length + sound.length + 100}`,
    'http_requests_total{status="401"} 2',
    'uploads_ended_total{code="OK"} 2',
    'uploads_ended_total{code="MALWARE_FOUND"} 1',
    'uploads 1',
  ])
    expect(shown).toContain(`meridian_library_${line}\n`);
  expect(shown).toMatch(/meridian_library_spool_free_share 0\.\d/);
  expect(shown).toMatch(/meridian_library_file_bytes_total [1-9]\d{7}\n/);

  const [registered] = centre.registrations;
  expect(registered?.node).toMatchObject({ publicUrl: 'http://127.0.0.1:1', addresses: [{ purpose: 'control' }] });
  const closed = new Promise((resolve) => link.onClose(resolve));
  centre.plan = { version: 2, deniedIds: [`api-${nodes}`] };
  centre.cut('the plan has changed');
  await closed;
});

it('a node counts playbacks, and reports them to an api before it stops', async () => {
  const apiKeys = [{ key: 'acme', tenant: 'acme', secret: secrets.acme }];
  const { link, http, shows } = await node({ enabled: false }, { apiKeys });
  const watched: wire.LibraryWatches[] = [];
  serve(link, rpc.libraryWatched, (message) => {
    watched.push(message);
    return {};
  });
  const url = `/library/plays/${tokenOf({ content: 'up_1', item: 'item_1', may: 'play' })}/watches`;
  expect((await http.inject({ method: 'POST', url, payload: reportBody() })).statusCode).toBe(204);
  for (const line of ['watches 1', 'watch_starts_total 1', 'watch_stalled_seconds_total 0.7']) await shows(line);
  await stack.close('the test ends it');
  expect(watched.flatMap(({ watches }) => watches)).toMatchObject([{ contentId: 'up_1', tenant: 'acme' }]);
});

it('a node lets receivers wait until an api revokes them, and calls platforms only at allowed addresses', async () => {
  const redis = await startRedis();
  const channels = [{ name: 'c0', url: `redis://127.0.0.1:${redis.port}` }];
  const distribution = { channels, keyPrefix: '{t}:' };
  const ofApi = openNoticePort({ channels, keyPrefix: '{t}:', region: '', clock, log });
  onTestFinished(async () => {
    await ofApi.close();
    await redis.stop();
  });
  const called: { receiptUrl: string }[] = [];
  const platform = createServer((asked, answer) => {
    asked.on('data', (piece) => void called.push(JSON.parse(`${piece}`)));
    asked.once('end', () => answer.end());
  });
  onTestFinished(() => void platform.close());
  await once(platform.listen(0, '0.0.0.0'), 'listening');
  const { port } = platform.address() as AddressInfo;
  const receiverOf = (receiver: string, ip: string): wire.HostedReceiver.$Properties => {
    const settings = JSON.stringify({ url: `http://${ip}:${port}/`, secret: `whsec_${'s'.repeat(32)}` });
    return { receiver, tenant: 'acme', kind: 'pull', settings, version: 1 };
  };
  const apiKeys = [{ key: 'acme', tenant: 'acme', secret: secrets.acme }];
  const more = { apiKeys, distribution, distributionTargets: ['127.0.0.1/32'] };
  const receivers = [receiverOf('RC_allowed', '127.0.0.1'), receiverOf('RC_inside', '127.0.0.2')];
  const { link, url, shows } = await node({ enabled: false }, more, (opened) =>
    serve(opened, rpc.hostedReceivers, () => ({ receivers, more: false })),
  );
  const headers = {
    authorization: `Bearer ${tokenOf({ receiver: 'RC_own', region: 'fra', via: 'RC_own' })}`,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ holding: [], presence: presenceOf() });
  const polled = fetch(`${url}/distribution/polls`, { method: 'POST', headers, body });
  await shows('hosted_receivers 2');
  await shows('polls_waiting 3');
  const receipts: OwnedReceipt[] = [];
  const taker = ofApi.takeReceipts('one', async (taken) => void receipts.push(...taken));
  onTestFinished(() => taker.close());
  const tokenEndsMs = Date.now() + 600_000;
  const noticed = ['RC_allowed', 'RC_inside'].map((receiver, at) => ({
    notice: noticeOf({ receiver, delivery: `DL_${at}`, tokenEndsMs }),
    region: 'fra',
  }));
  await ofApi.send(noticed);
  await until('the one inside is refused', () => receipts.some(({ code }) => code !== ''));
  expect(receipts).toMatchObject([{ receiver: 'RC_inside', code: 'TARGET_REFUSED' }]);
  await until('the other is called', () => called.length > 0);
  expect(called[0]?.receiptUrl).toBe('http://127.0.0.1:1/library/distribution/arrivals/token/RC_allowed/DL_0');
  await shows('hosted_deliveries_ended_total{code="TARGET_REFUSED"} 1');
  await shows('notices_given_total 2');
  post(link, note.revoked, { version: 1, since: 0, revoked: [{ tenant: 'acme', id: 'RC_own' }] });
  expect((await polled).status).toBe(401);
});
