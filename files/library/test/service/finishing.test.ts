// Uploads from the last byte to the api's answer: wrong bytes, missing blocks, restarts, stores, late and repeated
// answers.
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BLOCK_BYTES, rpc } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { StoreError } from '../../../object-store/src/core/errors.ts';
import { openFileStore } from '../../../object-store/src/file-store.ts';
import { openS3Store } from '../../../object-store/src/s3-store.ts';
import { SealKeys } from '../../../object-store/src/seal.ts';
import { openSealedStore } from '../../../object-store/src/sealed-store.ts';
import { FaultyStore } from '../../../object-store/test/support/faulty-store.ts';
import { ScriptedS3 } from '../../../object-store/test/support/scripted-s3.ts';
import { hashOf } from '../../../object-store/test/support/stores-contract.ts';
import type { Check } from '../../src/uploads/finishing.ts';
import { acceptAll, blocksHex, folderOf, type LibraryOptions, library, planOf } from '../support/library.ts';
import { offsetOf, patch, send } from '../support/sending.ts';

const film = randomBytes(BLOCK_BYTES + 300_077);
const small = randomBytes(5000);
type World = Awaited<ReturnType<typeof library>>;

/** Starts a node without an api. */
async function alone(o: LibraryOptions = {}): Promise<World> {
  const node = await library(o);
  onTestFinished(async () => {
    await node.stop();
    if (o.folder === undefined) await node.remove();
  });
  return node;
}
async function startJoined(o: LibraryOptions = {}): Promise<World> {
  const node = await alone(o);
  node.join();
  return node;
}
/** Connects an api that gives orders but does not answer reports until `isBack`. */
function disconnectApi(node: World): { isBack: boolean } {
  const state = { isBack: false };
  node.api.answers = () => {
    if (!state.isBack) throw new Error('away');
    return { keep: true };
  };
  return state;
}
const ended = (node: World, count = 1) => until('it is reported', () => node.api.ended.length >= count);
const keysOf = async (node: World) => (await node.store.list('', { limit: 99 })).map(({ key }) => key);

/** Sends a file as one part, without hashes of blocks. */
async function brought(node: World, bytes: Buffer, uploadId = 'up_1'): Promise<void> {
  await node.open(planOf(bytes.length, { uploadId }));
  await send(node.urlOf(0, uploadId), bytes);
}

it('a file with another hash, or refused by the check, is not stored, and the reason is reported', async () => {
  const check: Check = async (file, signal) =>
    file.name === 'bad' ? { ok: false, code: 'MALWARE_FOUND', detail: 'EICAR' } : acceptAll(file, signal);
  const node = await startJoined({ check });
  await node.open(planOf(small.length, { sha256: hashOf(film) }));
  await send(node.urlOf(), small);
  await ended(node);
  await node.open(planOf(small.length, { uploadId: 'up_2', name: 'bad' }));
  await send(node.urlOf(0, 'up_2'), small);
  await ended(node, 2);
  expect(node.api.ended.map(({ code, detail }) => [code, detail])).toEqual([
    ['HASH_MISMATCH', 'the whole file has another hash'],
    ['MALWARE_FOUND', 'EICAR'],
  ]);
  expect(await keysOf(node)).toEqual([]);
  expect(node.endings).toEqual(['HASH_MISMATCH', 'MALWARE_FOUND']);
  await until('they are forgotten', () => node.uploads.spool.uploads.length === 0);
});

it('a file of one block has the same hash, received across a restart or copied', async () => {
  const folder = await folderOf();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const sha256 = hashOf(small);
  const before = await startJoined({ folder });
  await before.open(planOf(small.length, { sha256 }));
  expect((await patch(before.urlOf(), 0, small.subarray(0, 3000))).status).toBe(204);
  await before.stop();
  const node = await startJoined({ folder });
  await send(node.urlOf(), small);
  await ended(node);
  const copies = [{ from: 0, bytes: small.length, contentId: 'up_1', contentFrom: 0 }];
  await node.open(planOf(small.length, { uploadId: 'up_2', parts: [], copies, blocks: sha256 }));
  await ended(node, 2);
  for (const { code, sha256: whole, blocks } of node.api.ended)
    expect([code, whole, Buffer.from(blocks).toString('hex')]).toEqual(['', sha256, sha256]);
});

it('blocks are copied from a content of the tenant; a missing or different block refuses the upload', async () => {
  const node = await startJoined();
  await brought(node, film);
  await ended(node);
  const edited = Buffer.concat([film.subarray(0, BLOCK_BYTES), small]);
  const copies = [{ from: 0, bytes: BLOCK_BYTES, contentId: 'up_1', contentFrom: 0 }];
  const parts = [{ from: BLOCK_BYTES, bytes: small.length }];
  const blocks = blocksHex(edited, hashOf, BLOCK_BYTES);
  await node.open(planOf(edited.length, { uploadId: 'up_2', parts, copies, blocks }));
  await send(node.urlOf(0, 'up_2'), small);
  await ended(node, 2);
  expect(node.api.ended[1]).toMatchObject({ code: '', sha256: hashOf(edited) });
  const shifted = [{ from: 0, bytes: BLOCK_BYTES, contentId: 'up_1', contentFrom: 1 }];
  await node.open(planOf(edited.length, { uploadId: 'up_3', parts, copies: shifted, blocks }));
  await send(node.urlOf(0, 'up_3'), small);
  await ended(node, 3);
  const other = [{ from: 0, bytes: BLOCK_BYTES, contentId: 'up_9', contentFrom: 0 }];
  await node.open(planOf(edited.length, { uploadId: 'up_4', parts, copies: other, blocks }));
  await send(node.urlOf(0, 'up_4'), small);
  await ended(node, 4);
  expect(node.api.ended.slice(2).map(({ code }) => code)).toEqual(['HASH_MISMATCH', 'UPLOAD_LOST']);
});

it('a proof is computed over contents of the tenant, up to the bound of a proof', async () => {
  const node = await startJoined();
  await brought(node, small);
  await ended(node);
  const nonce = randomBytes(16);
  const digest = (tenant: string, ranges: { contentId: string; from: number; bytes: number }[]) =>
    node.api.ask(rpc.digestContents, { tenant, nonce, ranges });
  const ranges = [
    { contentId: 'up_1', from: 4000, bytes: 1000 },
    { contentId: 'up_1', from: 0, bytes: 10 },
  ];
  const { sha256 } = await digest('acme', ranges);
  const expected = hashOf(Buffer.concat([nonce, small.subarray(4000), small.subarray(0, 10)]));
  expect(Buffer.from(sha256).toString('hex')).toBe(expected);
  const [first] = ranges as [(typeof ranges)[0]];
  const of = (change: object) => [Object.assign({}, first, change)];
  await expect(digest('other', ranges)).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
  await expect(digest('acme', of({ contentId: 'up_2' }))).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
  await expect(digest('acme', of({ from: 4001 }))).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
  for (const change of [{ bytes: 1_048_577 }, { bytes: 0 }, { from: -1 }, { from: 0.5 }, { contentId: '../up_1' }])
    await expect(digest('acme', of(change))).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  const many = Array.from({ length: 129 }, () => first);
  await expect(digest('acme', many)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
});

it('an upload starts finishing again after a restart during the check or during storing', async () => {
  const folder = await folderOf();
  const asked = Promise.withResolvers<void>();
  const hanging: Check = (_file, signal) => {
    asked.resolve();
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const first = await library({ folder, check: hanging });
  first.join();
  await brought(first, film);
  await asked.promise;
  await first.stop();
  let faulty: FaultyStore | undefined;
  const stored = Promise.withResolvers<void>();
  const openStore = async (place: string) => {
    faulty = new FaultyStore(await openFileStore({ folder: join(place, 'files') }));
    faulty.fails = (call, key) => {
      if (call !== 'put' || !key.endsWith('facts.json')) return undefined;
      stored.resolve();
      return new StoreError('STORE_UNREACHABLE');
    };
    return faulty;
  };
  const second = await library({ folder, openStore });
  second.join();
  await stored.promise;
  await second.stop();
  expect(second.api.ended).toEqual([]);
  const third = await startJoined({ folder });
  await ended(third);
  expect(third.api.ended[0]).toMatchObject({ code: '', sha256: hashOf(film) });
  expect(await keysOf(third)).toEqual(['t-acme/up_1/facts.json', 't-acme/up_1/original']);
  onTestFinished(() => rm(folder, { recursive: true }));
});

it('a result is reported until an api answers, across restarts, and an unwanted content is removed', async () => {
  const folder = await folderOf();
  const first = await library({ folder });
  disconnectApi(first);
  first.join();
  await brought(first, small);
  await ended(first);
  expect(first.uploads.reports.size).toBe(1);
  await first.stop();
  // First no api, then an api whose answer is lost, then one that has the content already.
  const second = await library({ folder });
  expect(second.uploads.reports.size).toBe(1);
  disconnectApi(second);
  second.join();
  await ended(second);
  await second.stop();
  const third = await alone({ folder });
  third.api.answers = () => ({ keep: false });
  third.join();
  await ended(third);
  await until('it is forgotten', () => third.uploads.spool.uploads.length === 0);
  expect(await keysOf(third)).toEqual([]);
  const [before, after] = [first.api.ended[0], third.api.ended[0]];
  expect([before?.code, before?.sha256, after?.sha256]).toEqual(['', hashOf(small), hashOf(small)]);
  onTestFinished(() => rm(folder, { recursive: true }));
});

it("a failed step is retried behind other uploads, and given up at the upload's expiry", async () => {
  let fails = 0;
  const check: Check = async (file, signal) => {
    if (file.name !== 'slow') return await acceptAll(file, signal);
    fails += 1;
    throw new Error('the scanner does not answer');
  };
  const clock = systemClock();
  let lateMs = 0;
  const late = Object.assign({}, clock, { wallMs: () => clock.wallMs() + lateMs });
  const node = await startJoined({ check, clock: late });
  await node.open(planOf(small.length, { name: 'slow', expiresWallMs: Date.now() + 100_000 }));
  await send(node.urlOf(), small);
  await until('it fails', () => fails > 0);
  await brought(node, small, 'up_2');
  await ended(node);
  lateMs = 100_000;
  await ended(node, 2);
  expect(node.api.ended.map(({ uploadId, code }) => [uploadId, code])).toEqual([
    ['up_2', ''],
    ['up_1', 'UPLOAD_EXPIRED'],
  ]);
});

it('up to four uploads are checked at once, in turns of tenants and users, while a scanner hangs on some', async () => {
  const begun: string[] = [];
  const hanging = new Map<string, () => void>();
  const check: Check = async (file, signal) => {
    begun.push(file.name);
    if (file.name.startsWith('slow'))
      await new Promise<void>((resolve, reject) => {
        hanging.set(file.name, resolve);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    return await acceptAll(file, signal);
  };
  const node = await startJoined({ check });
  const bring = async (name: string, owner: string, tenant: 'acme' | 'other' = 'acme') => {
    const uploadId = `up_${name.replace(' ', '_')}`;
    await node.open(planOf(small.length, { uploadId, name, owner, tenant }));
    await send(node.urlOf(0, uploadId, {}, tenant), small);
  };
  const release = async (name: string, next: string) => {
    hanging.get(name)?.();
    await until(`${next} is checked`, () => hanging.has(next));
  };
  for (let at = 1; at <= 4; at += 1) await bring(`slow ${at}`, 'ann');
  for (let at = 5; at <= 6; at += 1) await bring(`slow ${at}`, 'bob');
  await bring('quick 7', 'ann', 'other');
  await ended(node);
  expect([node.api.ended[0]?.uploadId, begun.toSorted()]).toEqual([
    'up_quick_7',
    ['quick 7', 'slow 1', 'slow 2', 'slow 5'],
  ]);
  await release('slow 1', 'slow 3');
  await release('slow 5', 'slow 6');
  expect(begun.slice(4)).toEqual(['slow 3', 'slow 6']);
  for (const resolve of hanging.values()) resolve();
  await until('the last one is checked', () => hanging.has('slow 4'));
  hanging.get('slow 4')?.();
  await ended(node, 7);
  expect([begun.length, new Set(node.api.ended.map(({ uploadId }) => uploadId)).size]).toEqual([7, 7]);
});

it('an incomplete upload is dropped without the content that another node stored under its name', async () => {
  const node = await startJoined();
  const content = async () => (await keysOf(node)).length;
  await node.store.put('t-acme/up_1/original', small, { sha256: hashOf(small) });
  await node.drop('up_1');
  await node.open(planOf(small.length));
  await node.drop('up_1');
  expect([node.uploads.spool.uploads, await content()]).toEqual([[], 1]);
  disconnectApi(node);
  await brought(node, small);
  await ended(node);
  await node.drop('up_1');
  expect([node.uploads.spool.uploads, await content()]).toEqual([[], 0]);
});

it('a content is erased while it is made, when it is stored, and when it is missing', async () => {
  const asked = Promise.withResolvers<void>();
  const check: Check = (_file, signal) => {
    asked.resolve();
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const node = await startJoined({ check });
  await brought(node, small);
  await asked.promise;
  const erase = (contentId: string, tenant = 'acme') => node.api.ask(rpc.eraseContent, { tenant, contentId });
  await erase('up_1', 'other');
  expect(node.uploads.spool.uploads).toHaveLength(1);
  await erase('up_1');
  expect([node.uploads.spool.uploads, await keysOf(node), await offsetOf(node.urlOf())]).toEqual([[], [], -404]);
  await node.store.put('t-acme/up_2/original', small, { sha256: hashOf(small) });
  await node.store.put('t-acme/up_20/original', small, { sha256: hashOf(small) });
  for (let times = 0; times < 2; times += 1) await erase('up_2');
  expect(await keysOf(node)).toEqual(['t-acme/up_20/original']);
  await expect(erase('../up_2')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
});

it.each<[string, () => Promise<LibraryOptions['openStore']>]>([
  [
    'a sealed store',
    async () => async (folder) => {
      const keys = new SealKeys([{ id: 'k1', secret: Buffer.alloc(32, 1) }]);
      return openSealedStore({ store: await openFileStore({ folder: join(folder, 'files') }), keys });
    },
  ],
  [
    'S3',
    async () => {
      const s3 = await ScriptedS3.start();
      onTestFinished(() => s3.stop());
      const credentials = { accessKeyId: 'library', secretAccessKey: 'a secret of tests' };
      const place = { region: 'us-east-1', bucket: 'library', prefix: '', forcePathStyle: true, credentials };
      return async () => openS3Store(Object.assign({ endpoint: s3.endpoint }, place));
    },
  ],
])('a file is stored in parts in %s, and erased there', async (_name, make) => {
  const openStore = await make();
  const node = await startJoined(openStore === undefined ? {} : { openStore });
  await brought(node, film);
  await ended(node);
  expect(hashOf(await node.store.get('t-acme/up_1/original'))).toBe(hashOf(film));
  await node.api.ask(rpc.eraseContent, { tenant: 'acme', contentId: 'up_1' });
  expect(await keysOf(node)).toEqual([]);
});
