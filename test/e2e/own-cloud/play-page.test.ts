// The player page: an encoder's picture by the best way that a browser has, which the page names.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages, launchChromium } from '../../support/browser.ts';
import { TestCloud } from '../../support/cloud.ts';
import { until } from '../../support/poll.ts';
import { waysOf } from '../../support/ways.ts';

const room = 'played';
let cloud: TestCloud;
let browser: Browser;
let encoder: ChildProcess | undefined;
beforeAll(async () => {
  [cloud, browser] = await Promise.all([TestCloud.start(), launchChromium()]);
  const { publish } = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' });
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25'];
  const sound = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p'];
  const args = ['-hide_banner', '-loglevel', 'error', '-nostdin', ...picture, ...sound, ...coding, '-c:a', 'aac'];
  encoder = spawn('ffmpeg', [...args, '-f', 'flv', publish?.rtmp.url ?? ''], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
});
afterAll(async () => {
  encoder?.kill('SIGKILL');
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
  await cloud?.stop();
});

const noWebrtc = ['RTCPeerConnection', 'webkitRTCPeerConnection'];
const noMse = ['MediaSource', 'WebKitMediaSource', 'ManagedMediaSource', 'VideoDecoder'];

/** The player page of a room, in a browser without these globals. */
async function open(played: string, missing: readonly string[] = []): Promise<Page> {
  const context = await browser.newContext({ locale: 'en' });
  await context.addInitScript(`for (const name of ${JSON.stringify(missing)}) delete window[name];`);
  // Chromium plays HLS by itself.
  if (missing.includes('MediaSource'))
    await context.addInitScript("HTMLMediaElement.prototype.canPlayType = () => '';");
  const page = await context.newPage();
  await page.goto(`${cloud.pageUrl}/play/${played}`);
  return page;
}

const FRAME = '[data-testid="play"]';
const shown = (page: Page): Promise<string> =>
  page.$eval(FRAME, ({ dataset }) => `${dataset['at']} ${dataset['way']}`).catch(() => '');

/** Waits until a way plays; then how many colours a line of its picture has, and what the page says of it. */
async function played(page: Page, way: string): Promise<{ colours: number; said: string }> {
  await until(`${way} plays`, async () => (await shown(page)) === `playing ${way}`, 30_000);
  const colours = await page.$eval(`${FRAME} :is(video, canvas)`, (element) => {
    const canvas = new OffscreenCanvas(64, 1);
    const context = canvas.getContext('2d');
    context?.drawImage(element as HTMLVideoElement, 0, 0, 64, 1);
    return new Set(new Uint32Array(context?.getImageData(0, 0, 64, 1).data.buffer ?? new ArrayBuffer(0))).size;
  });
  const facts = await until('the delay is known', async () => {
    const text = await page.innerText('.play-facts');
    return /\d ms/.test(text) && text;
  });
  return { colours, said: facts.replaceAll(/\s+/g, ' ') };
}

it.each([
  { way: 'webrtc', missing: [], name: 'WebRTC playing', element: 'video' },
  { way: 'flv', missing: noWebrtc, name: 'FLV playing', element: 'video' },
  { way: 'mpeg1', missing: [...noWebrtc, ...noMse], name: 'MPEG-1 playing', element: 'canvas' },
])('a browser without $missing plays by $way', async ({ way, missing, name, element }) => {
  const page = await open(room, missing);
  const { colours, said } = await played(page, way);
  expect(said).toContain(name);
  expect(colours).toBeGreaterThan(3);
  expect(await page.locator(`${FRAME} ${element}`).count()).toBe(1);
  await page.context().close();
});

it('an empty room is waited for', async () => {
  const page = await open('nobody');
  await page.getByText('Waiting for a picture').waitFor();
  expect(await shown(page)).toBe('empty webrtc');
  await page.context().close();
});
