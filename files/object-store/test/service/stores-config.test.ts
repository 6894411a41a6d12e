import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { openStore, type StoreConfig, sealKeysConfig, storeConfig, storeIssues } from '../../src/store-config.ts';
import { hashOf } from '../support/stores-contract.ts';

const s3 = { kind: 's3', region: 'eu-1', bucket: 'recordings', prefix: '', forcePathStyle: true };

const files: StoreConfig = { kind: 'files', region: 'x', prefix: '', forcePathStyle: false };

it.each([
  [{ kind: 'files', dir: '/x', region: 'x', prefix: '', forcePathStyle: false }, true],
  [{ kind: 'files', dir: '' }, false],
  [{ kind: 'other', dir: '/x' }, false],
  [s3, true],
  [Object.assign({}, s3, { prefix: 'a/b/' }), true],
  [Object.assign({}, s3, { prefix: 'a/b' }), false],
  [Object.assign({}, s3, { prefix: '/' }), false],
  [Object.assign({}, s3, { prefix: '~a/' }), false],
  [Object.assign({}, s3, { bucket: 'A' }), false],
  [Object.assign({}, s3, { endpoint: 'ftp://x' }), false],
])('accepts or refuses the store %j', (value, isTaken) => {
  expect(Value.Check(storeConfig, value)).toBe(isTaken);
});

it('refuses seal keys that are not 32 bytes, and an access key id or secret alone', () => {
  expect(Value.Check(sealKeysConfig, [{ id: 'a', secret: 'ab'.repeat(32) }])).toBe(true);
  expect(Value.Check(sealKeysConfig, [{ id: 'a', secret: 'ab'.repeat(31) }])).toBe(false);
  expect(Value.Check(sealKeysConfig, [{ id: 'A/', secret: 'ab'.repeat(32) }])).toBe(false);
  const half = Object.assign({}, s3, { accessKeyId: 'a' }) as StoreConfig;
  expect(storeIssues('store', half)).toMatchObject([{ key: 'store.secretAccessKey' }]);
  expect(storeIssues('store', s3 as StoreConfig)).toEqual([]);
  const nowhere = Object.assign({}, s3, { bucket: undefined }) as StoreConfig;
  expect(storeIssues('store', nowhere)).toMatchObject([{ key: 'store.bucket' }]);
});

it('seals objects when there are keys', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'meridian-config-'));
  const bytes = Buffer.from('clear words');
  for (const sealKeys of [[], [{ id: 'a', secret: 'ab'.repeat(32) }]]) {
    const store = await openStore(files, { folder: dir, sealKeys });
    await store.put('a/b', bytes, { sha256: hashOf(bytes) });
    await store.close('test');
  }
  const plain = await openStore(files, { folder: dir });
  expect(Buffer.from(await plain.get('a/b'))).toEqual(bytes);
  expect(Buffer.from(await plain.get('data/a/b')).includes('clear')).toBe(false);
  await plain.close('test');
  await rm(dir, { recursive: true });
});

it('writes nothing to a server that would overwrite objects', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]} ${request.headers['if-none-match']}`);
    request.resume().on('end', () => response.setHeader('ETag', '"x"').end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const access = { endpoint: `http://127.0.0.1:${port}`, accessKeyId: 'a', secretAccessKey: 'b' };
  const store = await openStore(Object.assign({}, s3, access) as StoreConfig, { folder: '' });
  const bytes = Buffer.from('v');
  await expect(store.put('a', bytes, { sha256: hashOf(bytes) })).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  await expect(store.upload('a')).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  expect(new Set(asked)).toEqual(new Set(['PUT /recordings/~writes-once *']));
  await store.close('test');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
