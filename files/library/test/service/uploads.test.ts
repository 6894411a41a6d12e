// Uploads over real sockets with tus-js-client into a real spool and store, bad requests first.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, statfs, truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BLOCK_BYTES } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { hashOf } from '../../../object-store/test/support/stores-contract.ts';
import { blockLine, offsetLine } from '../../src/core/journal.ts';
import { planText, type UploadPlan } from '../../src/core/plan.ts';
import { SILENT_MS_MAX } from '../../src/serving/senders.ts';
import { SILENT_MS } from '../../src/uploads/spool.ts';
import { blocksHex, folderOf, journalOf, type LibraryOptions, library, planOf } from '../support/library.ts';
import { offsetOf, patch, send, tusHeaders } from '../support/sending.ts';

const film = randomBytes(BLOCK_BYTES + 700_077);
const filmBlocks = blocksHex(film, hashOf, BLOCK_BYTES);
const parts = [
  { from: 0, bytes: BLOCK_BYTES },
  { from: BLOCK_BYTES, bytes: 700_077 },
];

async function startNode(o: LibraryOptions = {}) {
  const node = await library(o);
  onTestFinished(async () => {
    await node.stop();
    await node.remove();
  });
  node.join();
  return node;
}

/** Sends some bytes of a body, then pauses. */
function begun(url: string, o: { readonly offset: number; readonly announced: number; readonly body: Buffer }) {
  const headers = Object.assign({ 'upload-offset': o.offset, 'content-length': o.announced }, tusHeaders);
  const sending = request(url, { method: 'PATCH', headers, agent: false });
  const broken = once(sending, 'error').then(() => 'broken');
  const answered = once(sending, 'response').then(([response]) => (response as { statusCode: number }).statusCode);
  answered.catch(() => undefined);
  sending.write(o.body);
  return { sending, over: Promise.race([broken, answered]) };
}

it('uploads are refused without a token of the upload', async () => {
  const node = await startNode();
  await node.open(planOf(1000));
  const nowS = Math.floor(Date.now() / 1000);
  const statusOf = async (url: string) => (await patch(url, 0, Buffer.alloc(10))).status;
  const good = node.urlOf();
  expect(await statusOf(good.replace(/[^/]+[/]0$/, 'nothing/0'))).toBe(401);
  expect(await statusOf(good.replace(/.[/]0$/, good.at(-3) === 'A' ? 'E/0' : 'A/0'))).toBe(401);
  expect(await statusOf(node.urlOf(0, 'up_1', { exp: nowS - 70 }))).toBe(401);
  expect(await statusOf(node.urlOf(0, 'up_1', { exp: undefined }))).toBe(401);
  expect(await statusOf(node.urlOf(0, '../up_1'))).toBe(401);
  expect(await statusOf(node.urlOf(0, 'up_1', { upload: undefined, content: 'up_1', may: 'play' }))).toBe(401);
  expect(await statusOf(node.urlOf(0, 'up_1', {}, 'narrow'))).toBe(403);
  expect(await statusOf(node.urlOf(0, 'up_1', {}, 'other'))).toBe(404);
  expect(await statusOf(node.urlOf(0, 'up_2'))).toBe(404);
  for (const part of ['1', '-1', '00000', '0x0', '0/0', '..', '%00', ''])
    expect([part, await statusOf(good.replace(/0$/, part))]).toEqual([part, 404]);
  expect(await offsetOf(good)).toBe(0);
});

it('uploads follow tus 1.0, and accept no more than the part', async () => {
  const node = await startNode();
  await node.open(planOf(1000));
  const url = node.urlOf();
  const ask = async (method: string, headers: Record<string, string>, body?: Buffer) =>
    (await fetch(url, body === undefined ? { method, headers } : { method, headers, body })).status;
  const { 'tus-resumable': _, ...without } = tusHeaders;
  expect(await ask('PATCH', Object.assign({ 'upload-offset': '0' }, without), film.subarray(0, 9))).toBe(412);
  expect(await ask('PATCH', tusHeaders, film.subarray(0, 9))).toBe(403);
  expect(await ask('PATCH', Object.assign({}, tusHeaders, { 'content-type': 'text/plain' }), film.subarray(0, 9))).toBe(
    415,
  );
  for (const offset of ['-1', '1e1', '0x0', 'x'])
    expect(await ask('PATCH', Object.assign({ 'upload-offset': offset }, tusHeaders), film.subarray(0, 9))).toBe(400);
  expect((await patch(url, 5, film.subarray(0, 9))).status).toBe(409);
  expect((await patch(url, 0, film.subarray(0, 1001))).status).toBe(413);
  expect([await ask('POST', tusHeaders), await ask('DELETE', tusHeaders)]).toEqual([404, 404]);
  const head = await fetch(url, { method: 'HEAD', headers: tusHeaders });
  expect([head.status, head.headers.get('upload-length'), head.headers.get('upload-offset')]).toEqual([
    200,
    '1000',
    '0',
  ]);
  const taken = await patch(url, 0, film.subarray(0, 600));
  expect([taken.status, taken.headers.get('upload-offset')]).toEqual([204, '600']);
  expect((await patch(url, 600, film.subarray(600, 1000))).status).toBe(204);
});

it('uploads are accepted from pages of any origin', async () => {
  const node = await startNode();
  await node.open(planOf(1000));
  const origin = 'https://page.example';
  const headers = {
    origin,
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'tus-resumable',
  };
  const asked = await fetch(node.urlOf(), { method: 'OPTIONS', headers });
  expect([asked.status, asked.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, HEAD, PATCH, POST']);
  expect(asked.headers.get('access-control-allow-headers')).toBe('tus-resumable');
  const discovered = await fetch(node.urlOf(), { method: 'OPTIONS' });
  expect([discovered.status, discovered.headers.get('tus-version')]).toEqual([204, '1.0.0']);
  const head = await fetch(node.urlOf(), { method: 'HEAD', headers: Object.assign({ origin }, tusHeaders) });
  expect(head.headers.get('access-control-allow-origin')).toBe('*');
  expect(head.headers.get('access-control-expose-headers')?.toLowerCase()).toContain('upload-offset');
});

it('an upload is planned once: another plan for its id, an invalid plan and one without room are refused', async () => {
  const node = await startNode({ freeBytes: 2 ** 52 });
  await expect(node.open(planOf(1000))).rejects.toMatchObject({ code: 'OVERLOADED' });
  const roomy = await startNode();
  await expect(roomy.open(planOf(1000, { parts: [] }))).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  await expect(roomy.open(planOf(1000, { tenant: '../acme' }))).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  await roomy.open(planOf(1000));
  expect((await patch(roomy.urlOf(), 0, film.subarray(0, 600))).status).toBe(204);
  await roomy.open(planOf(1000, { expiresWallMs: 7 }));
  expect(await offsetOf(roomy.urlOf())).toBe(600);
  await expect(roomy.open(planOf(1001))).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  await roomy.open(planOf(1000, { tenant: 'other' }));
  expect(await offsetOf(roomy.urlOf(0, 'up_1', {}, 'other'))).toBe(0);
});

it('an upload loses a block that differs from its announced hash, and no other', async () => {
  const node = await startNode();
  await node.open(planOf(film.length, { blocks: filmBlocks }));
  const url = node.urlOf();
  expect((await patch(url, 0, film.subarray(0, BLOCK_BYTES + 100))).status).toBe(204);
  const wrong = Buffer.from(film.subarray(BLOCK_BYTES + 100));
  wrong[7] = (wrong[7] ?? 0) ^ 1;
  expect((await patch(url, BLOCK_BYTES + 100, wrong)).status).toBe(460);
  expect(await offsetOf(url)).toBe(BLOCK_BYTES);
  await send(url, film);
  await until('it is reported', () => node.api.ended.length > 0);
  expect(node.api.ended[0]).toMatchObject({ code: '', sha256: hashOf(film) });
});

it('an upload keeps the bytes of a sender that lost its network, and lets the next sender start at once', async () => {
  const node = await startNode();
  await node.open(planOf(film.length));
  const url = node.urlOf();
  const lost = begun(url, { offset: 0, announced: film.length, body: film.subarray(0, 300_000) });
  await until('it has a place', () => node.senders.size === 1);
  // The sender waits; HEAD ends it, and its bytes count.
  await until('they have come', async () => (await offsetOf(url)) === 300_000);
  // The answer shows that the silence limit did not end it.
  expect(await lost.over).toBe(204);
  const cut = begun(url, { offset: 300_000, announced: film.length - 300_000, body: film.subarray(300_000, 900_000) });
  await until('it has a place', () => node.senders.size === 1);
  cut.sending.destroy();
  await until('it has left', () => node.senders.size === 0);
  expect(await offsetOf(url)).toBeGreaterThanOrEqual(300_000);
  await send(url, film);
  await until('it is reported', () => node.api.ended.length > 0);
  expect(node.api.ended[0]).toMatchObject({ code: '', sha256: hashOf(film) });
});

it('a second sender of a part ends the first, then continues', async () => {
  const node = await startNode();
  await node.open(planOf(1000));
  const url = node.urlOf();
  const older = begun(url, { offset: 0, announced: 1000, body: film.subarray(0, 400) });
  await until('it has a place', () => node.senders.size === 1);
  const newer = await Promise.all([1, 2].map(() => patch(url, 0, film.subarray(0, 1000))));
  const statuses = newer.map(({ status }) => status);
  expect(statuses.every((status) => [204, 409].includes(status))).toBe(true);
  await older.over;
  const offset = await offsetOf(url);
  if (offset < 1000) expect((await patch(url, offset, film.subarray(offset, 1000))).status).toBe(204);
  await until('it is reported', () => node.api.ended.length > 0);
  expect(node.api.ended[0]?.sha256).toBe(hashOf(film.subarray(0, 1000)));
});

it('an upload breaks off when its token is revoked', async () => {
  const node = await startNode();
  await node.open(planOf(1000));
  const url = node.urlOf(0, 'up_1', { via: 'link-1' });
  const running = begun(url, { offset: 0, announced: 1000, body: film.subarray(0, 400) });
  await until('it has a place', () => node.senders.size === 1);
  node.revoke('link-1');
  // Long before the silence limit.
  await until('it has left', () => node.senders.size === 0, SILENT_MS_MAX / 3);
  expect(await running.over).toBe('broken');
  expect(await offsetOf(url)).toBe(-401);
  expect(await offsetOf(node.urlOf())).toBeGreaterThanOrEqual(0);
});

it('an upload ends at its expiry, and when the api drops it', async () => {
  const node = await startNode();
  await node.open(planOf(1000, { expiresWallMs: Date.now() - 1 }));
  const late = begun(node.urlOf(), { offset: 0, announced: 1000, body: film.subarray(0, 400) });
  await until('it has a place', () => node.senders.size === 1);
  await node.uploads.spool.expire();
  await late.over;
  await until('it is reported', () => node.api.ended.length > 0);
  expect(node.api.ended[0]).toMatchObject({ uploadId: 'up_1', code: 'UPLOAD_EXPIRED' });
  await until('it is forgotten', async () => (await offsetOf(node.urlOf())) === -404);
  await node.open(planOf(1000, { uploadId: 'up_2' }));
  const unwanted = begun(node.urlOf(0, 'up_2'), { offset: 0, announced: 1000, body: film.subarray(0, 400) });
  await until('it has a place', () => node.senders.size === 1);
  for (let times = 0; times < 2; times += 1) await node.drop('up_2');
  await unwanted.over;
  expect([await offsetOf(node.urlOf(0, 'up_2')), node.uploads.spool.uploads, node.api.ended.length]).toEqual([
    -404,
    [],
    1,
  ]);
});

it('uploads of a tenant leave room for other tenants, however many bytes it announces', async () => {
  const folder = await folderOf();
  const { bavail, bsize } = await statfs(folder);
  const room = Math.min(40e9, (bavail * bsize) / 2);
  const node = await startNode({ folder, freeBytes: bavail * bsize - room });
  const open = (uploadId: string, share: number, tenant = 'acme') =>
    node.open(planOf(Math.floor(share * room), { uploadId, tenant }));
  await expect(open('up_0', 0.7)).rejects.toMatchObject({ code: 'OVERLOADED' });
  await open('up_1', 0.4);
  await expect(open('up_2', 0.2)).rejects.toMatchObject({ code: 'OVERLOADED' });
  await open('up_3', 0.2, 'other');
  await node.drop('up_1');
  await open('up_2', 0.2);
});

it('uploads of a person leave room for others of the tenant, however many bytes they announce', async () => {
  const folder = await folderOf();
  const { bavail, bsize } = await statfs(folder);
  const room = Math.min(40e9, (bavail * bsize) / 2);
  const node = await startNode({ folder, freeBytes: bavail * bsize - room });
  const open = (uploadId: string, share: number, owner: string) =>
    node.open(planOf(Math.floor(share * room), { uploadId, owner }));
  await expect(open('up_0', 0.3, 'ann')).rejects.toMatchObject({ code: 'OVERLOADED' });
  await open('up_1', 0.2, 'ann');
  await expect(open('up_2', 0.1, 'ann')).rejects.toMatchObject({ code: 'OVERLOADED' });
  await open('up_3', 0.1, 'bob');
  await expect(open('up_4', 0.25, '')).rejects.toMatchObject({ code: 'OVERLOADED' });
  await open('up_4', 0.15, '');
});

/** Leaves an upload in the spool of which all bytes but the last have come. Its file is sparse. */
async function leaveAlmostWhole(folder: string, plan: UploadPlan) {
  const upload = join(folder, 'spool/uploads', `t-${plan.tenant}`, plan.uploadId);
  await mkdir(upload, { recursive: true });
  const blocks = Math.floor((plan.bytes - 1) / BLOCK_BYTES);
  const lines = Array.from({ length: blocks }, (_, number) => blockLine(number, '0'.repeat(64)));
  const rest = plan.bytes - 1 > blocks * BLOCK_BYTES ? [offsetLine(plan.bytes - 1)] : [];
  await writeFile(join(upload, 'part-0'), [...lines, ...rest].join(''));
  await writeFile(join(upload, 'data'), '');
  await truncate(join(upload, 'data'), plan.bytes);
  await writeFile(join(upload, 'plan.json'), planText(plan));
}

it('an upload counts in its shares with all its bytes, however many have come, until it leaves the spool', async () => {
  const folder = await folderOf();
  const { bavail, bsize } = await statfs(folder);
  const room = Math.min(40e9, (bavail * bsize) / 2);
  const planned = (uploadId: string, share: number, o: Partial<UploadPlan> = {}) =>
    planOf(Math.floor(share * room), { uploadId, ...o });
  await leaveAlmostWhole(folder, planned('up_1', 0.15, { owner: 'ann' }));
  await leaveAlmostWhole(folder, planned('up_2', 0.15, { owner: 'ann' }));
  await leaveAlmostWhole(folder, planned('up_3', 0.4, { tenant: 'other' }));
  const node = await startNode({ folder, freeBytes: bavail * bsize - room });
  expect(node.uploads.spool.uploads.map(({ missingBytes }) => missingBytes)).toEqual([1, 1, 1]);
  await expect(node.open(planned('up_4', 0.08, { owner: 'ann' }))).rejects.toMatchObject({ code: 'OVERLOADED' });
  await expect(node.open(planned('up_5', 0.4, { tenant: 'other' }))).rejects.toMatchObject({ code: 'OVERLOADED' });
  await node.open(planned('up_6', 0.1, { owner: 'bob' }));
  await node.drop('up_1');
  await node.open(planned('up_4', 0.08, { owner: 'ann' }));
});

it('an upload without bytes ends ten minutes after the api last opened it', async () => {
  const clock = new ManualClock({ wallMs: Date.now() });
  const node = await startNode({ clock });
  const exp = Math.floor(Date.now() / 1000) + 86_400;
  const urlOf = (uploadId: string) => node.urlOf(0, uploadId, { exp });
  const plans = ['up_1', 'up_2', 'up_3', 'up_4'].map((uploadId) =>
    planOf(1000, { uploadId, expiresWallMs: clock.wallMs() + 7 * 86_400_000 }),
  );
  for (const plan of plans) await node.open(plan);
  expect((await patch(urlOf('up_2'), 0, film.subarray(0, 400))).status).toBe(204);
  clock.advance(SILENT_MS - 1);
  await node.uploads.spool.expire();
  expect(node.uploads.spool.uploads.filter(({ isReady }) => isReady)).toEqual([]);
  const sender = begun(urlOf('up_3'), { offset: 0, announced: 1000, body: film.subarray(0, 400) });
  await until('it has begun', () => node.uploads.spool.get('acme', 'up_3')?.hasBegun === true);
  await node.open(planOf(1000, { uploadId: 'up_4', expiresWallMs: clock.wallMs() + 7 * 86_400_000 }));
  clock.advance(1);
  await node.uploads.spool.expire();
  await until('it is reported', () => node.api.ended.length > 0);
  expect(node.api.ended).toMatchObject([{ uploadId: 'up_1', code: 'UPLOAD_EXPIRED' }]);
  await until('it is forgotten', async () => (await offsetOf(urlOf('up_1'))) === -404);
  sender.sending.destroy();
  await sender.over;
  expect(node.uploads.spool.uploads.map(({ plan }) => plan.uploadId)).toEqual(['up_2', 'up_3', 'up_4']);
  expect(await offsetOf(urlOf('up_2'))).toBe(400);
});

it('an upload continues after kill -9 during a PATCH, from its last durable offset, with the same bytes', async () => {
  const [folder, plan] = [await folderOf(), planOf(film.length, { blocks: filmBlocks })];
  const program = join(import.meta.dirname, '../support/library-child.ts');
  const child = spawn(process.execPath, [program, folder, planText(plan)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [port] = await once(createInterface({ input: child.stdout }), 'line');
  const before = await startNode();
  const childUrl = before.urlOf().replace(/:\d+/, `:${port}`);
  expect((await patch(childUrl, 0, film.subarray(0, 100_000))).status).toBe(204);
  const running = begun(childUrl, {
    offset: 100_000,
    announced: film.length - 100_000,
    body: film.subarray(100_000, BLOCK_BYTES + 5000),
  });
  // The first block is complete and in the journal.
  await until('a block is on the disk', async () => / /.test(await journalOf(folder, plan)));
  child.kill('SIGKILL');
  await exited;
  await running.over;
  const node = await startNode({ folder });
  const url = node.urlOf();
  expect(await offsetOf(url)).toBe(BLOCK_BYTES);
  await send(url, film);
  await until('it is reported', () => node.api.ended.length > 0);
  expect(node.api.ended[0]).toMatchObject({ code: '', sha256: hashOf(film) });
  const kept = createHash('sha256')
    .update(await node.store.get('t-acme/up_1/original'))
    .digest('hex');
  expect(kept).toBe(hashOf(film));
});

it('an upload continues after a journal line that a crash has cut', async () => {
  const [folder, plan] = [await folderOf(), planOf(1000)];
  const before = await library({ folder });
  before.join();
  await before.open(plan);
  expect((await patch(before.urlOf(), 0, film.subarray(0, 400))).status).toBe(204);
  await before.stop();
  await writeFile(join(folder, 'spool/uploads/t-acme/up_1/part-0'), '50', { flag: 'a' });
  const between = await library({ folder });
  between.join();
  expect((await patch(between.urlOf(), 400, film.subarray(400, 700))).status).toBe(204);
  await between.stop();
  expect(await journalOf(folder, plan)).toBe('400\n700\n');
  const after = await startNode({ folder });
  expect(await offsetOf(after.urlOf())).toBe(700);
});

it('the parts of an upload arrive in parallel, are stored, and the end is reported to the api', async () => {
  const node = await startNode();
  await node.open(planOf(film.length, { parts, blocks: filmBlocks, sha256: hashOf(film) }));
  await Promise.all(parts.map(({ from, bytes }, at) => send(node.urlOf(at), film.subarray(from, from + bytes))));
  await until('it is reported', () => node.api.ended.length > 0);
  const [ended] = node.api.ended;
  expect(ended).toMatchObject({ tenant: 'acme', uploadId: 'up_1', code: '', bytes: film.length, sha256: hashOf(film) });
  expect(Buffer.from(ended?.blocks ?? []).toString('hex')).toBe(filmBlocks);
  expect(hashOf(await node.store.get('t-acme/up_1/original'))).toBe(hashOf(film));
  await until('the spool has forgotten it', () => node.uploads.spool.uploads.length === 0);
});
