// A video goes into the library from its page, while the library node, the network and the page are cut off; what has
// come stays, and the bytes are those of the file. The same file again: nothing of it is sent.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { type SignedIn, signedInPage, signedInUser } from '../support/users.ts';

const cloud = sharedCloud();
const FILE_BYTES = 24 * 1_048_576;
/** Of the page's network: the upload takes some seconds, so that it can be cut off. */
const UPLOAD_BYTES_PER_S = 6 * 1_048_576;

let browser: Browser;
let ann: SignedIn;
let folder: string;
let path: string;
let sha256: string;

beforeAll(async () => {
  browser = await sharedChromium();
  ann = await signedInUser(cloud, { tenant: 'library-page', role: 'host' });
  folder = mkdtempSync(join(tmpdir(), 'meridian-library-page-'));
  path = join(folder, 'lesson.mp4');
  sha256 = await makeVideo(path);
});
afterEach(() => closePages(browser));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await browser?.close();
});

/** A second of a real video, and bytes that players pass over. */
async function makeVideo(file: string): Promise<string> {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=1'];
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...source, '-c:v', 'libx264', '-y', file]);
  const video = await readFile(file);
  const rest = FILE_BYTES - video.length;
  const head = Buffer.alloc(8);
  head.writeUInt32BE(rest, 0);
  head.write('free', 4, 'latin1');
  const whole = Buffer.concat([video, head, randomBytes(rest - head.length)]);
  await writeFile(file, whole);
  return createHash('sha256').update(whole).digest('hex');
}

/** Ann's page of the library, with a network that is no faster than this. */
async function open(): Promise<Page> {
  const page = await signedInPage(browser, cloud, ann);
  const session = await page.context().newCDPSession(page);
  const rates = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: UPLOAD_BYTES_PER_S };
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', rates);
  await page.goto(`${cloud.pageUrl}/library`);
  await page.getByTestId('upload-button').waitFor();
  return page;
}

const choose = (page: Page): Promise<void> => page.getByTestId('files').setInputFiles(path);
const phase = (page: Page): Promise<string | null> => page.getByTestId('upload').getAttribute('data-phase');
const share = (page: Page): Promise<number> =>
  page
    .getByTestId('upload')
    .locator('progress')
    .evaluate((bar) => (bar as HTMLProgressElement).value)
    .catch(() => 0);
const sent = (page: Page, least: number): Promise<unknown> =>
  until(
    `${least} of it is sent`,
    async () => (await phase(page)) === 'sending' && (await share(page)) >= least,
    60_000,
  );
const ready = (page: Page): Promise<unknown> =>
  until('it is ready', async () => (await phase(page)) === 'ready', 60_000);

it('brings a file whole, though the node, the network and the page are cut off', async () => {
  const first = await open();
  await choose(first);
  await sent(first, 0.2);
  cloud.kill('lib-fra');
  await sent(first, 0.4);
  await first.context().setOffline(true);
  await first.context().setOffline(false);
  await sent(first, 0.6);
  await first.context().close();

  const second = await open();
  await choose(second);
  await sent(second, 0.4); // it goes on, and is not begun anew
  await ready(second);
  const [, { data }] = (await ann.ask('GET', '/library/items?text=lesson')) as [number, { data: { id: string }[] }];
  expect(data).toMatchObject([{ state: 'ready', kind: 'video', type: 'video/mp4', bytes: FILE_BYTES, sha256 }]);
  const [made, link] = await ann.ask('POST', `/library/items/${data[0]?.id}/links`, {});
  expect(made).toBe(201);
  const bytes = Buffer.from(await (await fetch(String(link['url']))).arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
});

it('has qualities made of a video, by tasks that a library node takes from the queue', async () => {
  const item = async () => {
    const [, { data }] = await ann.ask('GET', '/library/items?text=lesson');
    return (data as { id: string; renditions?: { state: string } }[])[0];
  };
  await until('they are there', async () => (await item())?.renditions?.state === 'ready', 60_000);
  const [, { playlistUrl }] = await ann.ask('POST', `/library/items/${(await item())?.id}/links`, {});
  const playlist = await (await fetch(String(playlistUrl))).text();
  expect(playlist).toMatch(/^#EXTM3U[^]*RESOLUTION=320x180/);
});

it('sends nothing of a file that the tenant has, and keeps it once', async () => {
  const page = await open();
  let patches = 0;
  page.on('request', (request) => {
    if (request.method() === 'PATCH') patches += 1;
  });
  await choose(page);
  await ready(page);
  const [, { data }] = (await ann.ask('GET', '/library/items?text=lesson')) as [number, { data: { id: string }[] }];
  const [, usage] = await ann.ask('GET', '/library/usage');
  expect([patches, data.length, usage['bytes']]).toEqual([0, 2, FILE_BYTES]);
});
