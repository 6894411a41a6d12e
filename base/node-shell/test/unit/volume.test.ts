// Tests how often a volume is looked at, and what reports contain when it does not answer.
import { tmpdir } from 'node:os';
import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { type Volume, VolumeWatch, volumeOf } from '../../src/volume.ts';

const { log, lines } = collectingLog();
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function watch() {
  const clock = new ManualClock();
  const measurements: PromiseWithResolvers<Volume>[] = [];
  const volume = new VolumeWatch({
    folder: '/spool',
    clock,
    log,
    measure: () => {
      const look = Promise.withResolvers<Volume>();
      measurements.push(look);
      return look.promise;
    },
  });
  return { clock, looks: measurements, volume };
}
const reportedDisk = (bytes: number, freeBytes: number) => ({ diskBytes: bytes, diskFreeBytes: freeBytes });

it('a report never waits for a look: it has no figures before the first has ended', async () => {
  const { looks, volume } = watch();
  expect(volume.load()).toEqual({});
  looks[0]?.resolve({ bytes: 100, freeBytes: 40 });
  await turn();
  expect(volume.load()).toEqual(reportedDisk(100, 40));
});

it('a volume is looked at every 10 s at most, however often it is reported, and not after the close', async () => {
  const { clock, looks, volume } = watch();
  for (let ms = 0; ms < 30_000; ms += 1000) {
    volume.load();
    looks.at(-1)?.resolve({ bytes: 100, freeBytes: ms });
    await turn();
    clock.advance(1000);
  }
  expect([looks.length, volume.load()]).toEqual([3, reportedDisk(100, 20_000)]);
  looks.at(-1)?.resolve({ bytes: 100, freeBytes: 0 });
  await turn();
  const before = looks.length;
  volume.close();
  volume.close();
  clock.advance(60_000);
  volume.load();
  expect(looks).toHaveLength(before);
});

it('a volume that hangs is looked at once, and unknown after a minute', async () => {
  const { clock, looks, volume } = watch();
  volume.load();
  looks[0]?.resolve({ bytes: 100, freeBytes: 40 });
  await turn();
  clock.advance(10_000);
  for (let s = 0; s < 50; s += 1) {
    expect(volume.load()).toEqual(reportedDisk(100, 40));
    clock.advance(1000);
  }
  clock.advance(1);
  expect([volume.load(), looks.length]).toEqual([{}, 2]);
});

it('an unreadable volume is unknown until it can be read, with a single log line', async () => {
  const { clock, looks, volume } = watch();
  lines.length = 0;
  for (let look = 0; look < 3; look += 1) {
    volume.load();
    looks.at(-1)?.reject(Object.assign(new Error('no such folder'), { code: 'ENOENT' }));
    await turn();
    expect(volume.load()).toEqual({});
    clock.advance(10_000);
  }
  expect(lines).toHaveLength(1);
  volume.load();
  looks.at(-1)?.resolve({ bytes: 100, freeBytes: 40 });
  await turn();
  expect(volume.load()).toEqual(reportedDisk(100, 40));
});

it('the real volume has some bytes, and no more of them are free', async () => {
  const { bytes, freeBytes } = await volumeOf(tmpdir());
  expect([bytes > 0, freeBytes >= 0, freeBytes <= bytes]).toEqual([true, true, true]);
});
