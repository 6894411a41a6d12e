// A video of the library over a line that gets slower: the player changes the quality and continues.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { LibraryPages, sha256Of, untilReady } from '../support/library-pages.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
const SECONDS = 100;
/** Time for two cores to make its qualities. */
const MADE_MS = 280_000;
/** Time to a new quality: loaded media plays first. */
const SWITCHED_MS = 60_000;
const TEST_MS = 600_000;
let browser: Browser;
let pages: LibraryPages;

beforeAll(async () => {
  browser = await sharedChromium();
  pages = await LibraryPages.of(cloud, browser, { tenant: 'library-throttled', bytes: 0, make: makeFilm });
});
afterEach(() => closePages(browser));
afterAll(async () => {
  pages?.close();
  await browser?.close();
});

/** Makes a moving picture, so that qualities differ in their rates. */
async function makeFilm(file: string): Promise<string> {
  const source = ['-f', 'lavfi', '-i', `testsrc2=size=1920x1080:rate=5:duration=${SECONDS}`];
  const coded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '30', '-pix_fmt', 'yuv420p', '-y', file];
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...source, ...coded]);
  return sha256Of(await readFile(file));
}

async function ratesOf(playlistUrl: string): Promise<Map<number, number>> {
  const master = await (await fetch(playlistUrl)).text();
  const named = master.matchAll(/BANDWIDTH=(\d+).*RESOLUTION=\d+x(\d+)/g);
  return new Map([...named].map(([, rate, height]) => [Number(height), Number(rate)]));
}

/** Records the heights of the picture, and its longest stall in milliseconds. */
const watched = (page: Page): Promise<unknown> =>
  page.$eval('video', (element) => {
    const video = element as HTMLVideoElement;
    let [lastS, lastMs] = [video.currentTime, performance.now()];
    setInterval(() => {
      const nowMs = performance.now();
      if (!video.paused && !video.ended) {
        const still = Math.max(Number(video.dataset['stillMs'] ?? 0), nowMs - lastMs);
        video.dataset['stillMs'] = String(still);
      }
      if (video.currentTime === lastS && !video.paused) return;
      [lastS, lastMs] = [video.currentTime, nowMs];
    }, 20);
  });
const heightOf = (page: Page): Promise<number> =>
  page.$eval('video', (element) => (element as HTMLVideoElement).videoHeight);

function throttled(session: CDPSession, bitsPerS: number): Promise<unknown> {
  const rates = { offline: false, latency: 30, downloadThroughput: bitsPerS / 8, uploadThroughput: -1 };
  return session.send('Network.emulateNetworkConditions', rates);
}

it('a library video plays in three qualities, each as the line allows, and never stalls for a second', {
  timeout: TEST_MS,
}, async () => {
  const page = await pages.open();
  await page.setViewportSize({ width: 1920, height: 1200 });
  await pages.choose(page);
  await untilReady(page);
  const isMade = async (): Promise<boolean> => (await pages.items())[0]?.renditions?.state === 'ready';
  await until('qualities are there', isMade, MADE_MS);
  const id = (await pages.items())[0]?.id ?? '';
  const rates = await ratesOf((await pages.link(id)).playlistUrl);
  expect([...rates.keys()].toSorted((a, b) => a - b)).toEqual([360, 720, 1080]);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await page.goto(`${cloud.pageUrl}/library#${id}`);
  await page.getByTestId('picture').click();
  await page.$eval('video', (element) => element.requestFullscreen());
  const plays = (height: number) =>
    until(`it plays ${height} lines`, async () => (await heightOf(page)) === height, SWITCHED_MS);
  await plays(1080);
  await watched(page);
  for (const height of [720, 360]) {
    await throttled(session, 1.5 * (rates.get(height) ?? 0));
    await plays(height);
  }
  const stillMs = await page.$eval('video', (element) => Number((element as HTMLVideoElement).dataset['stillMs']));
  expect(stillMs).toBeLessThanOrEqual(1000);
});
