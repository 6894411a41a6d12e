import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { PART_BYTES_MIN } from '../../src/core/bounds.ts';
import { openFileStore } from '../../src/file-store.ts';
import { ObjectWriter, placeObject } from '../../src/object-writer.ts';
import { SEAL_KEY_BYTES, SealKeys } from '../../src/seal.ts';
import { openSealedStore } from '../../src/sealed-store.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { hashOf } from '../support/stores-contract.ts';

async function openStore(isSealed = false): Promise<FaultyStore> {
  const folder = await mkdtemp(join(tmpdir(), 'object-writer-'));
  const files = await openFileStore({ folder });
  const keys = new SealKeys([{ id: 'k1', secret: Buffer.alloc(SEAL_KEY_BYTES, 1) }]);
  const store = new FaultyStore(isSealed ? openSealedStore({ store: files, keys }) : files);
  onTestFinished(async () => {
    await store.close('test');
    await rm(folder, { recursive: true });
  });
  return store;
}
const allow = (): void => undefined;
const large = Buffer.alloc(2 * PART_BYTES_MIN + 12_345, 'some bytes');

async function write(store: FaultyStore, bytes = large) {
  const object = new ObjectWriter(store, 'a/b', allow);
  for (let at = 0; at < bytes.length; at += 1_000_000) await object.write(bytes.subarray(at, at + 1_000_000));
  return object;
}

it.each([false, true])('a large object is written in parts, a small one at once; sealed: %s', async (isSealed) => {
  const store = await openStore(isSealed);
  const info = { bytes: large.length, sha256: hashOf(large) };
  expect(await (await write(store)).finish()).toEqual(info);
  expect([await store.head('a/b'), store.countOf('append')]).toEqual([info, 3]);
  const small = new ObjectWriter(store, 'a/c', allow);
  await small.write(Buffer.from('small'));
  expect(await small.finish()).toEqual({ bytes: 5, sha256: hashOf(Buffer.from('small')) });
  expect([store.countOf('put'), store.countOf('append')]).toEqual([1, 3]);
});

it.each([false, true])('the parts of an abandoned attempt are discarded; sealed: %s', async (isSealed) => {
  const store = await openStore(isSealed);
  const half = await write(store, Buffer.alloc(PART_BYTES_MIN + 1, 'others'));
  expect(half).toBeDefined();
  expect(await (await write(store)).finish()).toEqual({ bytes: large.length, sha256: hashOf(large) });
  const aborted = await write(store);
  await aborted.abort();
  await aborted.abort();
  expect((await store.upload('a/b')).parts).toEqual([]);
});

it.each([false, true])('another object is replaced, a large one at the next attempt; sealed: %s', async (isSealed) => {
  const store = await openStore(isSealed);
  for (const text of ['first', 'second', 'second'])
    expect((await placeObject(store, 'a/s', Buffer.from(text))).sha256).toBe(hashOf(Buffer.from(text)));
  expect(Buffer.from(await store.get('a/s', {})).toString()).toBe('second');
  await placeObject(store, 'a/b', Buffer.from('of an earlier try'));
  await expect((await write(store)).finish()).rejects.toMatchObject({ code: 'OBJECT_EXISTS' });
  expect(await (await write(store)).finish()).toMatchObject({ sha256: hashOf(large) });
});
