// The S3 sink against MinIO, a real server.
import { truncate, writeFile } from 'node:fs/promises';
import { Bucket } from '@meridian/object-store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { credentials, type Minio, startMinio } from '../../../object-store/test/support/minio.ts';
import { S3Sink } from '../../src/sinks/s3-sink.ts';
import { addressesOf, clock, openRig, type Rig } from '../support/sink-rig.ts';

const PART = 5 * 1_048_576;
let rig: Rig;
let minio: Minio;
beforeAll(async () => {
  rig = await openRig();
  minio = await startMinio();
  await minio.makeBucket('theirs');
});
afterAll(async () => {
  await minio.stop();
  await rig.end();
});

it.each([
  ['film.mp4', 'film.mp4'],
  ['课件 & <第一章> 👩‍🏫.mp4', '课件 & _第一章_ 👩‍🏫.mp4'],
])('an upload to %j resumes where it stopped, and sends no part twice', async (name, storedName) => {
  const { endpoint } = minio;
  const where = { endpoint, region: 'us-east-1', bucket: 'theirs' };
  const bucket = new Bucket(Object.assign({ prefix: 'from/', forcePathStyle: true, credentials }, where));
  const settings = Object.assign({ prefix: 'from', pathStyle: true }, where, credentials);
  const sink = new S3Sink({ settings, addresses: addressesOf(), clock, partBytes: PART });
  const file = await rig.fetchedFile(3 * PART + 7, { name });
  const key = `IT_0001/${storedName}`;
  const { signal } = file;
  await truncate(file.path, 2 * PART + 1);
  await expect(sink.take(file)).rejects.toMatchObject({ code: 'HASH_MISMATCH' });
  const [begun = ''] = await bucket.uploads(key, signal);
  expect(await bucket.parts(key, begun, signal)).toHaveLength(2);
  await writeFile(file.path, file.content);
  await sink.take(file);
  expect(await bucket.uploads(key, signal)).toEqual([]);
  const { sha256 } = file.notice;
  expect(await bucket.head(key, signal)).toMatchObject({ bytes: 3 * PART + 7, sha256 });
  const read = await bucket.get(key, { bytesMax: 4 * PART, signal });
  expect(file.content.equals(read?.bytes ?? Buffer.alloc(0))).toBe(true);
  await sink.take(file);
  const newer = await rig.fetchedFile(10, { name });
  await sink.take(newer);
  expect(await bucket.head(key, signal)).toMatchObject({ bytes: 10, sha256: newer.notice.sha256 });
  await sink.close();
  bucket.close();
});
