import { systemClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { FfmpegProcess } from '../../src/adapters/ffmpeg/process.ts';

const unit = new Uint8Array(1_000_000);

/** Starts a shell script with ffmpeg's pipes in place of ffmpeg. */
function startScript(does: string, queueBytesMax: number) {
  const ended = Promise.withResolvers<void>();
  const child = new FfmpegProcess({
    sandbox: ['sh', '-c', does],
    args: [],
    head: new Uint8Array(0),
    queueBytesMax,
    clock: systemClock(),
    log: { warn: () => undefined },
    onData: () => undefined,
    onEnd: () => ended.resolve(),
  });
  onTestFinished(() => child.close());
  const gone: number[] = [];
  const write = (number: number): Promise<void> =>
    new Promise((resolve) =>
      child.write(unit, () => {
        gone.push(number);
        resolve();
      }),
    );
  return { child, gone, write, ended: ended.promise };
}

it('the memory of each unit is returned after ffmpeg has read it', async () => {
  const { gone, write } = startScript('exec cat >/dev/null', 10_000_000);
  await Promise.all([1, 2, 3].map(write));
  expect(gone).toEqual([1, 2, 3]);
});

it('the memory of a dropped unit is returned, that of a waiting unit is not', () => {
  const { child, gone, write } = startScript('exec sleep 600', 2_000_000);
  void write(1); // This unit is in the pipe.
  void write(2);
  void write(3);
  expect(gone).toEqual([]);
  void write(4);
  expect(gone).toEqual([2]);
  expect(child.droppedUnits).toBe(1);
});
