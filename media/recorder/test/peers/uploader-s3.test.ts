// Tests the recorder's uploads to a real S3 server. Needs MinIO, or Go to build it.
import { createLogger, ManualClock, secureRng } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { PART_BYTES_MIN } from '../../../../files/object-store/src/core/bounds.ts';
import { openS3Store } from '../../../../files/object-store/src/s3-store.ts';
import type { Store } from '../../../../files/object-store/src/store.ts';
import { credentials, type Minio, startMinio } from '../../../../files/object-store/test/support/minio.ts';
import { hashOf } from '../../../../files/object-store/test/support/stores-contract.ts';
import { Uploader } from '../../src/stints/uploader.ts';

let minio: Minio;
beforeAll(async () => {
  minio = await startMinio();
  await minio.makeBucket('recordings');
});
afterAll(() => minio.stop());

const open = (prefix: string): Store =>
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
    deadlineMs: 30_000,
  });

const partOf = (value: number): Uint8Array => new Uint8Array(PART_BYTES_MIN).fill(value);

it('the uploader waits while its key is refused in the middle of an upload, and then uploads the rest', async () => {
  const [store, clock] = [open('refused/'), new ManualClock()];
  const log = createLogger({ name: 'recorder', level: 'silent' });
  const uploader = new Uploader({ store, clock, rng: secureRng(), log });
  const whole = Buffer.concat([1, 2, 3].map(partOf));
  let [bytes, sha256]: [number, string | undefined] = [PART_BYTES_MIN, undefined];
  const upload = uploader.upload({
    key: 'a/b',
    get bytes() {
      return bytes;
    },
    get sha256() {
      return sha256;
    },
    read: (from, count) => Promise.resolve(whole.subarray(from, from + count)),
  });
  await until('a part is there', async () => (await store.upload('a/b')).parts.length === 1);
  await minio.kill();
  await minio.start('another secret');
  [bytes, sha256] = [whole.length, hashOf(whole)];
  upload.noteGrowth();
  await until('the key is refused', () => {
    clock.advance(60_000);
    return uploader.isDenied;
  });
  await minio.kill();
  await minio.start();
  let isOver = false;
  const outcome = upload.outcome.finally(() => {
    isOver = true;
  });
  await until('it is over', () => {
    clock.advance(60_000);
    return isOver;
  });
  expect(await outcome).toEqual({ type: 'stored' });
  expect(await store.head('a/b')).toEqual({ bytes: whole.length, sha256: hashOf(whole) });
  await uploader.close();
  await store.close('test');
});
