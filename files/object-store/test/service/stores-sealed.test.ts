import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PART_BYTES_MIN } from '../../src/core/bounds.ts';
import { openFileStore } from '../../src/file-store.ts';
import { SealKeys } from '../../src/seal.ts';
import { openSealedStore } from '../../src/sealed-store.ts';
import { hashOf, storeContract } from '../support/stores-contract.ts';

const folderOf = (): Promise<string> => mkdtemp(join(tmpdir(), 'meridian-sealed-'));
const keys = new SealKeys([{ id: 'k1', secret: Buffer.alloc(32, 1) }]);

storeContract('sealed files', async () => {
  const folder = await folderOf();
  return {
    open: async () => openSealedStore({ store: await openFileStore({ folder }), keys }),
    dispose: () => rm(folder, { recursive: true }),
  };
});

/** Opens a sealed store over one that the test can change, as a provider of storage could. */
async function openSealed(ring = keys) {
  const folder = await folderOf();
  const below = await openFileStore({ folder });
  const store = openSealedStore({ store: below, keys: ring });
  return {
    below,
    store,
    put: (key: string, bytes: Uint8Array) => store.put(key, bytes, { sha256: hashOf(bytes) }),
    async replace(name: string, bytes: Uint8Array) {
      await below.remove(name);
      await below.put(name, bytes, { sha256: hashOf(bytes) });
    },
    async end() {
      await store.close('test');
      await rm(folder, { recursive: true });
    },
  };
}

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'none',
    ({ code }: { code: string }) => code,
  );
const CHUNK = 65_536;
const SEALED_CHUNK = CHUNK + 28;

it('a sealed store detects every changed byte, and shows no byte of an object to the store below', async () => {
  const w = await openSealed();
  const bytes = Buffer.from('a sentence that is no secret to us');
  await w.put('t-a/x', bytes);
  for (const name of ['data/t-a/x', 'info/t-a/x']) {
    const sealed = Buffer.from(await w.below.get(name));
    expect(sealed.includes('sentence')).toBe(false);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await w.replace(name, changed);
      expect(['SEAL_BROKEN', 'KEY_UNKNOWN', 'KEY_WRONG'], `${name} ${at}`).toContain(
        await codeOf(w.store.get('t-a/x')),
      );
    }
    await w.replace(name, sealed);
  }
  expect(Buffer.from(await w.store.get('t-a/x'))).toEqual(bytes);
  await w.end();
});

it('a sealed store detects chunks that are cut off, repeated, exchanged, or of another object', async () => {
  const w = await openSealed();
  await w.put('t-a/x', Buffer.alloc(3 * CHUNK, 7));
  await w.put('t-a/y', Buffer.alloc(3 * CHUNK, 7));
  const x = Buffer.from(await w.below.get('data/t-a/x'));
  const y = Buffer.from(await w.below.get('data/t-a/y'));
  const [first, second, third] = [0, 1, 2].map((at) => x.subarray(at * SEALED_CHUNK, (at + 1) * SEALED_CHUNK));
  const orders = [
    [first, second],
    [first, first, third],
    [second, first, third],
    [first, second, third, third],
  ];
  const forged = [...orders.map((order) => Buffer.concat(order as Buffer[])), y, x.subarray(0, -1), Buffer.alloc(0)];
  for (const [at, data] of forged.entries()) {
    await w.replace('data/t-a/x', data);
    const whole = codeOf(w.store.get('t-a/x'));
    // Data behind the end is not read, but its size is detected.
    expect([at, at === 3 ? 'SEAL_BROKEN' : await whole]).toEqual([at, 'SEAL_BROKEN']);
    if (data.length !== x.length) expect(await codeOf(w.store.head('t-a/x'))).toBe('SEAL_BROKEN');
  }
  await w.replace('data/t-a/x', Buffer.concat([first, first, third] as Buffer[]));
  expect(await codeOf(w.store.get('t-a/x', { range: { from: CHUNK, bytes: 1 } }))).toBe('SEAL_BROKEN');
  expect(await w.store.get('t-a/x', { range: { from: 2 * CHUNK, bytes: 1 } })).toEqual(new Uint8Array([7]));
  // The data and info of another object are moved to this key.
  for (const kind of ['data', 'info']) await w.replace(`${kind}/t-a/x`, await w.below.get(`${kind}/t-a/y`));
  expect(await codeOf(w.store.get('t-a/x'))).toBe('SEAL_BROKEN');
  expect(await codeOf(w.store.head('t-a/x'))).toBe('SEAL_BROKEN');
  await w.below.remove('data/t-a/y');
  expect(await codeOf(w.store.get('t-a/y'))).toBe('SEAL_BROKEN');
  await w.end();
});

it('a sealed store seals with the newest key of a tenant, opens with older ones, and with no key of another tenant', async () => {
  const key = (id: string, fill: number, folder?: string) => ({ id, secret: Buffer.alloc(32, fill), folder });
  const w = await openSealed(new SealKeys([key('a1', 1, 't-a'), key('b1', 2, 't-b')]));
  const bytes = Buffer.from('v');
  await w.put('t-a/x', bytes);
  const read = (name: string, ...ring: ReturnType<typeof key>[]): Promise<string> =>
    codeOf(openSealedStore({ store: w.below, keys: new SealKeys(ring) }).get(name));
  const newest = new SealKeys([key('a1', 1, 't-a'), key('a2', 3, 't-a')]);
  const later = openSealedStore({ store: w.below, keys: newest });
  await later.put('t-a/y', bytes, { sha256: hashOf(bytes) });
  expect(await read('t-a/x', key('a1', 1, 't-a'), key('a2', 3, 't-a'))).toBe('none');
  expect(await read('t-a/y', key('a2', 3, 't-a'))).toBe('none');
  expect(await read('t-a/y', key('a1', 1, 't-a'))).toBe('KEY_UNKNOWN');
  expect(await read('t-a/x', key('a1', 9, 't-a'))).toBe('KEY_WRONG');
  expect(await read('t-a/x', key('a1', 1, 't-b'))).toBe('KEY_WRONG');
  expect(await codeOf(w.put('t-c/x', bytes))).toBe('KEY_UNKNOWN');
  expect(() => new SealKeys([key('a', 1), key('a', 2)])).toThrow(RangeError);
  expect(() => new SealKeys([{ id: 'a', secret: Buffer.alloc(16) }])).toThrow(RangeError);
  await w.end();
});

it('a sealed store finishes an upload whose process died between bytes and record, and drops a false upload', async () => {
  const w = await openSealed();
  const bytes = Buffer.alloc(PART_BYTES_MIN, 5);
  for (const key of ['t-a/x', 't-a/y']) {
    const upload = await w.store.upload(key);
    await upload.append(bytes, { sha256: hashOf(bytes) });
    await (await w.below.upload(`data/${key}`)).finish();
    expect(await w.store.head(key)).toBeUndefined();
    expect(await w.store.list('', { limit: 9 })).toEqual(
      key === 't-a/x' ? [] : [{ key: 't-a/x', bytes: bytes.length }],
    );
    const later = await w.store.upload(key);
    expect(later.parts).toEqual([{ bytes: bytes.length, sha256: undefined }]);
    expect(await codeOf(later.append(bytes, { sha256: hashOf(bytes) }))).toBe('STORE_REFUSED');
    if (key === 't-a/x') expect(await later.finish()).toEqual({ bytes: bytes.length, sha256: hashOf(bytes) });
    else expect(await codeOf(later.finish(hashOf(Buffer.from('other'))))).toBe('HASH_MISMATCH');
  }
  expect(hashOf(await w.store.get('t-a/x'))).toBe(hashOf(bytes));
  expect(await w.store.head('t-a/y')).toBeUndefined();
  expect((await w.below.list('', { limit: 9 })).map(({ key }) => key)).toEqual(['data/t-a/x', 'info/t-a/x']);
  await w.end();
});

it('a sealed store replaces the rest of a crashed put, refuses parts that are no chunks, and makes an empty object', async () => {
  const w = await openSealed();
  await w.below.put('data/t-a/x', Buffer.from('half'), { sha256: hashOf(Buffer.from('half')) });
  expect(await w.store.head('t-a/x')).toBeUndefined();
  await w.put('t-a/x', Buffer.from('whole'));
  expect(Buffer.from(await w.store.get('t-a/x')).toString()).toBe('whole');
  const odd = Buffer.alloc(PART_BYTES_MIN + 1);
  const upload = await w.store.upload('t-a/odd');
  await upload.append(odd, { sha256: hashOf(odd) });
  expect(await codeOf(upload.append(odd, { sha256: hashOf(odd) }))).toBe('STORE_REFUSED');
  expect(await upload.finish()).toEqual({ bytes: odd.length, sha256: hashOf(odd) });
  expect(await (await w.store.upload('t-a/empty')).finish()).toEqual({ bytes: 0, sha256: hashOf(Buffer.alloc(0)) });
  expect(await w.store.get('t-a/empty')).toHaveLength(0);
  await w.end();
});
