// An upload whose library node, network and page are cut off: received parts are kept, and the bytes equal the file.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { cutNetwork, LibraryPages, sha256Of, untilReady, untilSent, uploadOffsets } from '../support/library-pages.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
/**
 * Three requests of 8 MiB are in flight. Chromium may send them whole, without the rate, while their page closes. The
 * file is much larger.
 */
const FILE_BYTES = 72 * 1_048_576;
/** Rate of the page's network, so slow that the page is seen sending even if the machine stops for seconds. */
const UPLOAD_BYTES_PER_S = 3 * 1_048_576;
let browser: Browser;
let pages: LibraryPages;

beforeAll(async () => {
  browser = await sharedChromium();
  pages = await LibraryPages.of(cloud, browser, { tenant: 'library-cut', bytes: FILE_BYTES });
});
afterEach(() => closePages(browser));
afterAll(async () => {
  pages?.close();
  await browser?.close();
});

it('an upload completes although the node, the network and the page are cut off', async () => {
  const first = await pages.open(UPLOAD_BYTES_PER_S);
  await pages.choose(first);
  await untilSent(first, 0.2);
  cloud.kill('lib-fra');
  await untilSent(first, 0.4);
  await cutNetwork(first, UPLOAD_BYTES_PER_S);
  await untilSent(first, 0.6);
  await first.context().close();

  const second = await pages.open(UPLOAD_BYTES_PER_S);
  const offsets = uploadOffsets(second);
  await pages.choose(second);
  await untilReady(second);
  // The upload continues instead of beginning anew: first requests of parts have offsets.
  expect(offsets.slice(0, 3).some((offset) => offset > 0)).toBe(true);
  const items = await pages.items();
  const { sha256 } = pages;
  expect(items).toMatchObject([{ state: 'ready', bytes: FILE_BYTES, sha256 }]);
  const { url } = await pages.link(items[0]?.id ?? '');
  expect(sha256Of(new Uint8Array(await (await fetch(url)).arrayBuffer()))).toBe(sha256);
});
