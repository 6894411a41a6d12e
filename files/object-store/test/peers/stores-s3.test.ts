// The S3 store against a real server. Needs MinIO, or Go to build it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PART_BYTES_MIN } from '../../src/core/bounds.ts';
import { openS3Store } from '../../src/s3-store.ts';
import type { Store } from '../../src/store.ts';
import { credentials, type Minio, startMinio } from '../support/minio.ts';
import { hashOf, storeContract } from '../support/stores-contract.ts';

let minio: Minio;
beforeAll(async () => {
  minio = await startMinio();
  await minio.makeBucket('recordings');
});
afterAll(() => minio.stop());

const open = (prefix: string, o: { deadlineMs?: number } = {}): Store =>
  openS3Store({
    endpoint: minio.endpoint,
    region: 'us-east-1',
    bucket: 'recordings',
    prefix,
    forcePathStyle: true,
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
    },
    deadlineMs: o.deadlineMs ?? 30_000,
  });

storeContract('S3 on MinIO', async () => ({
  open: async () => open('contract/'),
  dispose: async () => undefined,
}));

const partOf = (value: number): Uint8Array => new Uint8Array(PART_BYTES_MIN).fill(value);

it('an upload resumes after the server was killed in the middle of it', async () => {
  const store = open('killed/', { deadlineMs: 5000 });
  const parts = [1, 2, 3].map(partOf);
  const whole = Buffer.concat(parts);
  const upload = await store.upload('a/b');
  await upload.append(partOf(1), { sha256: hashOf(partOf(1)) });
  const second = upload.append(partOf(2), { sha256: hashOf(partOf(2)) });
  const [died] = await Promise.allSettled([second, minio.kill()]);
  await expect(store.head('a/b')).rejects.toMatchObject({ code: 'STORE_UNREACHABLE', retryable: true });
  await minio.start();
  if (died.status === 'rejected') await upload.append(partOf(2), { sha256: hashOf(partOf(2)) });
  await upload.append(partOf(3), { sha256: hashOf(partOf(3)) });
  expect(await upload.finish(hashOf(whole))).toEqual({ bytes: whole.length, sha256: hashOf(whole) });
  expect(hashOf(await store.get('a/b'))).toBe(hashOf(whole));
  await store.close('test');
});
