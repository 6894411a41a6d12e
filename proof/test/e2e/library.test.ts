import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { LibraryPages, sha256Of, untilReady } from '../support/library-pages.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
/** Size of two blocks. */
const FILE_BYTES = 9 * 1_048_576;
let browser: Browser;
let pages: LibraryPages;

beforeAll(async () => {
  browser = await sharedChromium();
  pages = await LibraryPages.of(cloud, browser, { tenant: 'library-page', bytes: FILE_BYTES });
});
afterEach(() => closePages(browser));
afterAll(async () => {
  pages?.close();
  await browser?.close();
});

it('an upload brings a whole file, and a library node makes its qualities by tasks of the queue', async () => {
  const page = await pages.open();
  await pages.choose(page);
  await untilReady(page);
  const { sha256 } = pages;
  const [item] = await pages.items();
  expect(item).toMatchObject({ state: 'ready', kind: 'video', type: 'video/mp4', bytes: FILE_BYTES, sha256 });
  await until('qualities are there', async () => (await pages.items())[0]?.renditions?.state === 'ready', 60_000);
  const { url, playlistUrl } = await pages.link(item?.id ?? '');
  expect(sha256Of(new Uint8Array(await (await fetch(url)).arrayBuffer()))).toBe(sha256);
  expect(await (await fetch(playlistUrl)).text()).toMatch(/^#EXTM3U[\s\S]*RESOLUTION=320x180/);
});

it('an upload of a file that the tenant has sends no bytes, and the file is stored once', async () => {
  const page = await pages.open();
  let patches = 0;
  page.on('request', (request) => {
    if (request.method() === 'PATCH') patches += 1;
  });
  await pages.choose(page);
  await untilReady(page);
  const [, usage] = await pages.ann.ask('GET', '/library/usage');
  expect([patches, (await pages.items()).length, usage['bytes']]).toEqual([0, 2, FILE_BYTES]);
});
