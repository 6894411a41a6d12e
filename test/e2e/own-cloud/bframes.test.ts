// An encoder as it is set up by default, with B-frames, which no browser takes by WebRTC.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages, launchChromium } from '../../support/browser.ts';
import { join, seesMore } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { until } from '../../support/poll.ts';
import { waysOf } from '../../support/ways.ts';

let cloud: TestCloud;
let browser: Browser;
let encoder: ChildProcess | undefined;
beforeAll(async () => {
  cloud = await TestCloud.start();
  browser = await launchChromium();
});
afterAll(async () => {
  encoder?.kill('SIGKILL');
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
  await cloud?.stop();
});

/** Moving pictures, most of them B, to a URL of RTMP. */
function publish(url: string): ChildProcess {
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25'];
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-g', '25', '-pix_fmt', 'yuv420p'];
  const args = ['-hide_banner', '-loglevel', 'error', '-nostdin', ...picture, ...coding, '-f', 'flv', url];
  return spawn('ffmpeg', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The kinds of the pictures of two seconds: I, P, B. */
async function kindsOf(url: string): Promise<string[]> {
  const shown = ['-select_streams', 'v', '-show_entries', 'frame=pict_type', '-of', 'default=nw=1:nk=1'];
  const { stdout } = await promisify(execFile)('ffprobe', ['-v', 'error', '-read_intervals', '%+2', ...shown, url]);
  return stdout.trim().split(/\s+/);
}

it('is seen by a browser in another region, and played by HTTP-FLV there as it is', async () => {
  const room = 'bframes';
  encoder = publish((await waysOf(cloud, 'frankfurt', { room, identity: 'ann' })).publish?.rtmp.url ?? '');
  const flv = (await waysOf(cloud, 'singapore', { room, identity: 'cy' })).play?.flv ?? '';
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'singapore', codec: 'vp8' });
  await until('Bo sees the encoder', () =>
    bo.room<boolean>('return [...room.remoteParticipants.values()].some((p) => p.identity === "ann-encoder");'),
  );
  const [kinds] = await Promise.all([kindsOf(flv), seesMore(bo, 50)]);
  expect(kinds.filter((kind) => kind === 'B').length).toBeGreaterThan(kinds.length / 2);
  const { video } = await bo.stats();
  expect(video.some(({ frameWidth }) => frameWidth === 640)).toBe(true);
  expect(encoder.exitCode).toBe(null);
});
