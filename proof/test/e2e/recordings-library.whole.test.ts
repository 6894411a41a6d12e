// The library among colleagues: sharing with a person, links with an end, trim, and the trash.
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
import { type SignedIn, signedInColleague, signedInPage } from '../support/users.ts';

const cloud = sharedCloud();
const TENANT = 'library-shared';
let browser: Browser;
let pages: LibraryPages;
let bo: SignedIn;
let item: string;

beforeAll(async () => {
  browser = await sharedChromium();
  pages = await LibraryPages.of(cloud, browser, { tenant: TENANT, bytes: 0, role: 'admin', make: makeLesson });
  bo = await signedInColleague(cloud, pages.ann, { email: `bo@${TENANT}.example`, name: 'Bo', role: 'member' });
  const page = await pages.open();
  await pages.choose(page);
  await untilReady(page);
  item = (await pages.items())[0]?.id ?? '';
  await closePages(browser);
});
afterEach(() => closePages(browser));
afterAll(async () => {
  pages?.close();
  await browser?.close();
});

async function makeLesson(file: string): Promise<string> {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10:duration=20'];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=20'];
  const codecs = ['-c:v', 'libx264', '-g', '10', '-c:a', 'aac', '-movflags', '+faststart'];
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...picture, ...sound, ...codecs, '-y', file]);
  return sha256Of(await readFile(file));
}

async function openAs(user: SignedIn, address: string): Promise<Page> {
  const page = await signedInPage(browser, cloud, user);
  await page.goto(`${cloud.pageUrl}/library${address}`);
  return page;
}

const openItem = (): Promise<Page> => openAs(pages.ann, `#${item}`);

async function openAsStranger(url: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(url);
  return page;
}

async function untilPlaying(page: Page): Promise<void> {
  await page.getByTestId('picture').click();
  const atS = (): Promise<number> => page.$eval('video', (video) => (video as HTMLVideoElement).currentTime);
  await until('it plays', async () => (await atS()) > 0.3, 30_000);
}

/** Makes a link with the dialog, and returns its address. */
async function makeLink(page: Page): Promise<string> {
  await page.getByTestId('link').click();
  await page.getByLabel('Valid for').selectOption('hour');
  await page.getByRole('button', { name: 'Create link' }).click();
  const url = await page.getByLabel('The link', { exact: true }).inputValue();
  await page.getByText(/^Valid until /).waitFor();
  await page.keyboard.press('Escape');
  return url;
}

it('a colleague finds and plays what was shared, without the right to change it, until it is taken back', async () => {
  const ofBo = await openAs(bo, '?view=shared');
  await ofBo.getByText('Nothing is shared with you').waitFor();

  const page = await openItem();
  await page.getByTestId('link').click();
  await page.getByTestId('share-find').fill('bo@');
  await page.getByRole('button', { name: /^Add .*bo@/ }).click();
  await page.getByTestId('readers').getByRole('listitem').waitFor();

  await ofBo.reload();
  await ofBo.getByTestId('library-list').getByRole('link').click();
  await ofBo.getByRole('heading', { name: 'lesson' }).waitFor();
  await untilPlaying(ofBo);
  for (const name of ['delete', 'trim-open', 'details-form', 'download'])
    expect([name, await ofBo.getByTestId(name).count()]).toEqual([name, 0]);

  await page.getByRole('button', { name: /^Remove / }).click();
  await until('the reader is gone', async () => (await page.getByTestId('readers').count()) === 0);
  await ofBo.goto(`${cloud.pageUrl}/library?view=shared&again`);
  await ofBo.getByText('Nothing is shared with you').waitFor();
}, 120_000);

it('what is put into the trash is away for all, its links end, and Undo or the trash bring it back', async () => {
  const page = await openItem();
  const stranger = await openAsStranger(await makeLink(page));
  await stranger.getByRole('heading', { name: 'lesson' }).waitFor();

  await page.getByTestId('delete').click();
  await page
    .getByTestId('undo-note')
    .getByText(/is in the trash/)
    .waitFor();
  await stranger.reload();
  await stranger.getByText(/There is nothing at this address any more\.|This link was withdrawn\./).waitFor();
  await page.getByTestId('library-empty').waitFor();

  await page.getByTestId('undo').click();
  await page.getByTestId('library-list').getByRole('link').click();
  await page.getByRole('heading', { name: 'lesson' }).waitFor();
  await page.getByTestId('delete').click();
  await page.getByRole('link', { name: 'Trash' }).click();
  await page.getByText('30 days left').waitFor();
  await page.getByRole('button', { name: /^Restore / }).click();
  await page.getByTestId('trash-empty').waitFor();
  await page.goBack();
  await page.getByTestId('library-list').getByRole('link').waitFor();
}, 120_000);

it('a trim by the keyboard shortens what is played, and Undo trim brings the whole back', async () => {
  const page = await openItem();
  const lengthMs = async (): Promise<number> => {
    const [, found] = await pages.ann.ask('GET', `/library/items/${item}`);
    return (found['media'] as { durationMs: number }).durationMs;
  };
  const wholeMs = await lengthMs();
  await page.getByTestId('trim-open').click();
  await page.getByTestId('trim-fromMs').focus();
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('PageUp');
  await page.getByTestId('trim-save').click();
  await page.getByText(/^Cut to /).waitFor({ timeout: 60_000 });
  expect(await lengthMs()).toBeLessThan(wholeMs - 5000);

  await page.getByTestId('trim-undo').click();
  await until('it is whole', async () => (await lengthMs()) === wholeMs, 30_000);
}, 120_000);
