// An ffmpeg that streams for days takes no more memory than after its first minutes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { inputArgs, outputArgs } from '../../src/adapters/ffmpeg/pipe-args.ts';
import { NutReader, nutFrame, nutHeader } from '../../src/core/index.ts';

/** An hour of a picture or sound has about as many. */
const FRAMES = 100_000;
const WARM_FRAMES = 20_000;
/** Forty bytes for each frame; a syncpoint alone takes 220. */
const GROWTH_KIB_MAX = 3200;
const SAMPLES = 240;

it('ffmpeg keeps nothing of the frames that it has taken and given', async () => {
  const child = spawn('ffmpeg', ['-loglevel', 'error', ...inputArgs, '-vn', '-c:a', 'pcm_s16le', ...outputArgs]);
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stderr.resume();
  const reader = new NutReader();
  const residentKib = (): number =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
  let [given, warmKib] = [0, 0];
  const done = Promise.withResolvers<void>();
  child.stdout.on('data', (bytes: Buffer) => {
    given += reader.push(bytes).length;
    if (given >= WARM_FRAMES && warmKib === 0) warmKib = residentKib();
    if (given >= FRAMES) done.resolve();
  });
  child.once('close', () => done.reject(new Error('ffmpeg has ended')));
  const media = { kind: 'audio', sampleRate: 48_000, channels: 2 } as const;
  child.stdin.write(
    nutHeader({
      fourcc: [0x50, 0x53, 0x44, 16],
      timeScale: 48_000,
      decodeDelay: 0,
      config: new Uint8Array(0),
      media,
    }),
  );
  const data = new Uint8Array(SAMPLES * 4);
  // ffmpeg gives a frame when the next one has come.
  for (let frame = 0; frame < FRAMES + 100; frame += 1)
    if (!child.stdin.write(nutFrame(frame * SAMPLES, true, data))) await once(child.stdin, 'drain');
  await done.promise;
  const growthKib = residentKib() - warmKib;
  const closed = once(child, 'close');
  child.stdin.end();
  await closed;
  expect(growthKib).toBeLessThan(GROWTH_KIB_MAX);
}, 300_000);
