import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { StoreError } from '../../../object-store/src/core/errors.ts';
import { SourceCache } from '../../src/renditions/source-cache.ts';
import { Rig } from '../support/renditions.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await new Rig().start();
  for (const id of ['up_a', 'up_b', 'up_c']) await rig.put(Buffer.alloc(100, id), id);
});
beforeEach(() => {
  rig.store.fails = () => undefined;
  rig.store.says = (info) => info;
});
afterAll(() => rig.close());

const keyOf = (id: string): string => `t-acme/up_${id}/original`;
const { signal } = new AbortController();

let folders = 0;
async function opened(bytesMax: number): Promise<SourceCache> {
  folders += 1;
  const cache = await SourceCache.open({ folder: rig.path(`cache-${folders}`), bytesMax });
  onTestFinished(() => cache.close());
  return cache;
}

it('a source has the bytes of the store in a file without a name, which any user may reopen', async () => {
  const cache = await opened(1000);
  const held = await cache.take(rig.store, keyOf('a'), signal);
  expect(await readFile(`/proc/self/fd/${held.fd}`)).toEqual(Buffer.alloc(100, 'up_a'));
  expect(await readdir(rig.path(`cache-${folders}`))).toEqual([]);
});

it('a source is read once for all present and later callers', async () => {
  const cache = await opened(1000);
  const both = await Promise.all([1, 2].map(() => cache.take(rig.store, keyOf('a'), signal)));
  for (const held of both) held.release();
  expect((await cache.take(rig.store, keyOf('a'), signal)).fd).toBe(both[0]?.fd);
  expect([cache.fetched, cache.bytes]).toEqual([1, 100]);
});

it('the least recently used source makes room, never a source in use', async () => {
  const cache = await opened(200);
  const a = await cache.take(rig.store, keyOf('a'), signal);
  (await cache.take(rig.store, keyOf('b'), signal)).release();
  const c = await cache.take(rig.store, keyOf('c'), signal);
  expect(cache.bytes).toBe(200);
  await expect(cache.take(rig.store, keyOf('b'), signal)).rejects.toMatchObject({ code: 'NO_ROOM', retryable: true });
  a.release();
  a.release();
  await cache.take(rig.store, keyOf('b'), signal);
  c.release();
  expect([cache.fetched, cache.bytes]).toEqual([4, 200]);
});

it('a source that is missing, or differs from its description, is refused and not kept', async () => {
  const cache = await opened(1000);
  await expect(cache.take(rig.store, keyOf('none'), signal)).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
  rig.store.says = (info) => ({ bytes: info.bytes, sha256: 'a'.repeat(64) });
  await expect(cache.take(rig.store, keyOf('a'), signal)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  rig.store.says = (info) => info;
  rig.store.fails = (call) => (call === 'get' ? new StoreError('OBJECT_MISSING') : undefined);
  await expect(cache.take(rig.store, keyOf('a'), signal)).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
  expect(cache.bytes).toBe(0);
});

it('a caller that leaves does not end the read for another; the last one does', async () => {
  const cache = await opened(1000);
  const goOn = Promise.withResolvers<void>();
  const isReading = Promise.withResolvers<void>();
  rig.store.fails = async (call) => {
    if (call === 'get') isReading.resolve();
    if (call === 'get') await goOn.promise;
    return undefined;
  };
  const ending = new AbortController();
  const first = cache.take(rig.store, keyOf('a'), ending.signal);
  const second = cache.take(rig.store, keyOf('a'), signal);
  await isReading.promise;
  ending.abort();
  await expect(first).rejects.toMatchObject({ code: 'TASK_ABORTED', retryable: true });
  goOn.resolve();
  (await second).release();
  expect([cache.fetched, cache.bytes]).toEqual([1, 100]);
});
