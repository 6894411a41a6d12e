// Tests uploads to a scripted S3 server with refusals. peers/uploader-s3.test.ts uses a real one.
import { createLogger, ManualClock, secureRng } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { PART_BYTES_MIN } from '../../../../files/object-store/src/core/bounds.ts';
import { openS3Store } from '../../../../files/object-store/src/s3-store.ts';
import type { Store } from '../../../../files/object-store/src/store.ts';
import { type Refusal, type S3Call, ScriptedS3 } from '../../../../files/object-store/test/support/scripted-s3.ts';
import { hashOf } from '../../../../files/object-store/test/support/stores-contract.ts';
import { Uploader, type UploadOutcome } from '../../src/stints/uploader.ts';

const open = ({ endpoint }: ScriptedS3): Store =>
  openS3Store({
    endpoint,
    region: 'us-east-1',
    bucket: 'recordings',
    prefix: 'below/',
    forcePathStyle: true,
    credentials: { accessKeyId: 'recorder', secretAccessKey: 'a secret of tests' },
  });

async function uploading(refuses: (s3: ScriptedS3) => ScriptedS3['refuses']) {
  const s3 = await ScriptedS3.start();
  s3.refuses = refuses(s3);
  const [store, clock] = [open(s3), new ManualClock()];
  const log = createLogger({ name: 'recorder', level: 'silent' });
  const logged: string[] = [];
  const noting = Object.assign(Object.create(log) as typeof log, {
    error: (_: unknown, text: string) => void logged.push(text),
    info: (text: string) => void logged.push(text),
  });
  const uploader = new Uploader({ store, clock, rng: secureRng(), log: noting });
  onTestFinished(async () => {
    await uploader.close();
    await store.close('test');
    await s3.stop();
  });
  const bytes = Buffer.alloc(2 * PART_BYTES_MIN + 9, 'piece');
  const read = (from: number, count: number) => Promise.resolve(bytes.subarray(from, from + count));
  const { outcome } = uploader.upload({ key: 'a/b', bytes: bytes.length, sha256: hashOf(bytes), read });
  let isOver = false;
  void outcome.finally(() => {
    isOver = true;
  });
  const ended = async (): Promise<UploadOutcome> => {
    await until('it is over', () => {
      clock.advance(60_000);
      return isOver;
    });
    return await outcome;
  };
  return { s3, store, uploader, logged, ended, info: { bytes: bytes.length, sha256: hashOf(bytes) } };
}

it.each<[code: string, status: number, refused: S3Call]>([
  ['AccessDenied', 403, 'part'],
  ['ExpiredToken', 400, 'part'],
  ['ExpiredToken', 400, 'complete'],
  ['', 400, 'head'],
  ['', 403, 'head'],
  ['NoSuchBucket', 404, 'uploads'],
])(
  'the uploader waits for credentials (%s %i in %s), logs it once, and uploads the whole file',
  async (code, status, refused) => {
    let left = 3;
    const { store, uploader, logged, ended, info } = await uploading((s3) => (call): Refusal | undefined => {
      const isIn = call === refused && (call === 'uploads' || s3.calls.includes('part'));
      if (!isIn || left === 0) return undefined;
      left -= 1;
      return { code, status };
    });
    await until('it is refused', () => uploader.isDenied);
    expect(await ended()).toEqual({ type: 'stored' });
    expect(await store.head('a/b')).toEqual(info);
    expect([uploader.counts.failures, uploader.counts.refusals, uploader.isDenied]).toEqual([3, 0, false]);
    expect(logged).toEqual([expect.stringContaining('denies access'), expect.stringContaining('again')]);
  },
);

it.each<S3Call>(['part', 'complete'])(
  'the uploader starts again when S3 has lost the upload before %s',
  async (lost) => {
    let isLost = false;
    const { s3, store, ended, info } = await uploading((own) => (call) => {
      if (call === lost && !isLost && own.calls.filter((one) => one === 'part').length > 1) {
        isLost = true;
        own.uploads.clear();
      }
      return undefined;
    });
    expect(await ended()).toEqual({ type: 'stored' });
    expect(await store.head('a/b')).toEqual(info);
    expect([isLost, s3.calls.filter((call) => call === 'begin').length]).toEqual([true, 2]);
  },
);

it('the uploader gives up on a final refusal of S3', async () => {
  const { uploader, ended } = await uploading(
    () => (call) => (call === 'part' ? { code: 'EntityTooLarge', status: 400 } : undefined),
  );
  expect(await ended()).toMatchObject({ type: 'refused', code: 'STORE_REFUSED' });
  expect([uploader.counts.failures, uploader.isDenied]).toEqual([0, false]);
});
