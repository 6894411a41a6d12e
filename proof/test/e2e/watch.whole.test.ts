// The page of links to items: a person without an account plays a file of the library.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { LibraryPages, sha256Of, untilReady } from '../support/library-pages.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
const VTT = 'WEBVTT\n\n00:01.000 --> 00:04.000\nGood morning\n\n00:15.000 --> 00:19.000\nThe plan for the winter\n';
let browser: Browser;
let pages: LibraryPages;
let item: string;

beforeAll(async () => {
  browser = await sharedChromium();
  pages = await LibraryPages.of(cloud, browser, { tenant: 'watch-page', bytes: 0, make: makeLesson });
  const page = await pages.open();
  await pages.choose(page);
  await untilReady(page);
  item = (await pages.items())[0]?.id ?? '';
  const chapters = [
    { startMs: 0, title: 'Welcome' },
    { startMs: 10_000, title: 'Plans' },
  ];
  const [changed] = await pages.ann.ask('PATCH', `/library/items/${item}`, { title: 'Quarterly review', chapters });
  const written = await callOfAnn('PUT', `/library/items/${item}/transcripts/en`, { vtt: VTT });
  expect([changed, written.ok]).toEqual([200, true]);
  await closePages(browser);
});
afterEach(() => closePages(browser));
afterAll(async () => {
  pages?.close();
  await browser?.close();
});

async function makeLesson(file: string): Promise<string> {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10:duration=60'];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=60'];
  const codecs = ['-c:v', 'libx264', '-g', '10', '-c:a', 'aac', '-movflags', '+faststart'];
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...picture, ...sound, ...codecs, '-y', file]);
  return sha256Of(await readFile(file));
}

const callOfAnn = (method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${cloud.pageUrl}/api/v1${path}`, {
    method,
    headers: { cookie: pages.ann.cookie, origin: cloud.pageUrl, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });

interface Link {
  readonly id: string;
  readonly url: string;
  readonly pageUrl: string;
}

async function makeLink(body: object = {}): Promise<Link> {
  const [status, link] = await pages.ann.ask('POST', `/library/items/${item}/links`, body);
  expect(status).toBe(201);
  return link as unknown as Link;
}

/** Opens a page in a browser that knows no user. */
async function openAsStranger(url: string, locale = 'en'): Promise<Page> {
  const page = await (await browser.newContext({ locale })).newPage();
  await page.goto(url);
  return page;
}

const secondsOf = (page: Page): Promise<number> =>
  page.$eval('video', (video) => (video as HTMLVideoElement).currentTime);

it('a link that the library’s page makes plays without an account, with chapters, transcript and download', async () => {
  const { pageUrl } = await makeLink({ may: 'download', use: 'share' });
  expect(pageUrl.startsWith(`${cloud.pageUrl}/watch#`)).toBe(true);
  const page = await openAsStranger(pageUrl);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByRole('heading', { name: 'Quarterly review' }).waitFor();
  await page.getByTestId('picture').click();
  await until('it plays', async () => (await secondsOf(page)) > 0.5, 30_000);

  await page.getByRole('button', { name: 'Go to 0:10, Plans' }).click();
  await until('it plays the chapter', async () => (await secondsOf(page)) >= 10, 30_000);
  await page.getByRole('tab', { name: 'Transcript' }).click();
  await page.getByRole('searchbox').fill('WINTER plan');
  const found = page.getByTestId('side').getByRole('listitem');
  await until('one line is found', async () => (await found.count()) === 1);
  await found.getByRole('button').click();
  await until('it plays the line', async () => (await secondsOf(page)) >= 15, 30_000);

  const saved = page.waitForEvent('download');
  await page.getByTestId('download').click();
  const copy = `${pages.path}.saved`;
  await (await saved).saveAs(copy);
  expect(sha256Of(await readFile(copy))).toBe(pages.sha256);
  const token = new URL(pageUrl).hash.slice(1);
  expect(asked.filter((url) => url.startsWith(`${cloud.pageUrl}/api/`) && url.includes(token))).toEqual([]);
}, 120_000);

it('a link to play alone offers no download, and its page says why it opens no longer', async () => {
  const { id, pageUrl } = await makeLink({ may: 'play', use: 'share' });
  const page = await openAsStranger(pageUrl);
  await page.getByRole('heading', { name: 'Quarterly review' }).waitFor();
  expect(await page.getByTestId('download').count()).toBe(0);

  expect((await callOfAnn('DELETE', `/library/links/${id}`)).status).toBe(204);
  await page.reload();
  await page.getByText('This link was withdrawn.').waitFor();
  const bare = await openAsStranger(`${cloud.pageUrl}/watch`, 'zh-CN');
  await bare.getByText('此地址不是完整的链接。').waitFor();
  const malformed = await openAsStranger(`${cloud.pageUrl}/watch#a.b.c`);
  await malformed.getByText('This link is not valid here.').waitFor();
}, 60_000);

it('a viewer follows one speaker, sees the keys of the player, and goes on where it stopped', async () => {
  const chapters = [
    { startMs: 0, title: 'Ann', kind: 'speaker' },
    { startMs: 12_000, title: 'Bob', kind: 'speaker' },
    { startMs: 15_000, title: 'Ann', kind: 'speaker' },
    { startMs: 30_000, title: 'Bob', kind: 'speaker' },
  ];
  expect((await pages.ann.ask('PATCH', `/library/items/${item}`, { chapters }))[0]).toBe(200);
  const { pageUrl } = await makeLink({ use: 'share' });
  const page = await openAsStranger(pageUrl);
  await page.getByTestId('speaker').selectOption('Bob');
  expect(await page.getByTestId('side').getByRole('listitem').count()).toBe(2);
  await page.getByTestId('moment-next').click();
  await until('it plays Bob', async () => (await secondsOf(page)) >= 12, 30_000);
  expect(await page.locator('.seek-moment').count()).toBe(2);
  await page.getByTestId('side').getByRole('listitem').nth(1).getByRole('button').click();
  await until('it plays Bob again', async () => (await secondsOf(page)) >= 30, 30_000);
  await page.$eval('video', (video) => (video as HTMLVideoElement).pause());

  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('?');
  await page.getByTestId('player-keys').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('player-keys').waitFor({ state: 'detached' });

  await page.reload();
  await page.getByTestId('continued').waitFor();
  await page.getByTestId('picture').click();
  await until('it is where it stopped', async () => (await secondsOf(page)) >= 30, 30_000);
}, 120_000);

it('a link that ends while it plays says so', async () => {
  const isMade = async (): Promise<boolean> => (await pages.items())[0]?.renditions?.state === 'ready';
  await until('it is loaded in parts', isMade, 120_000);
  const { id, pageUrl, url } = await makeLink({ use: 'share' });
  const page = await openAsStranger(pageUrl);
  await page.getByTestId('picture').click();
  await until('it plays', async () => (await secondsOf(page)) > 0.5, 30_000);
  expect((await callOfAnn('DELETE', `/library/links/${id}`)).status).toBe(204);
  await until('its node refuses the link', async () => (await fetch(url)).status >= 400, 60_000);
  // The player may have asked for a part and closed the video already.
  await page.evaluate(() => {
    const video = document.querySelector('video');
    if (video !== null) video.currentTime = 55;
  });
  await page.getByText('This link was withdrawn.').waitFor();
}, 240_000);

it('the page of an item whose file is deleted says that there is nothing any more', async () => {
  const { pageUrl } = await makeLink({ use: 'share' });
  expect((await callOfAnn('DELETE', `/library/items/${item}`)).status).toBe(204);
  const page = await openAsStranger(pageUrl);
  await page.getByText('There is nothing at this address any more.').waitFor();
}, 60_000);
