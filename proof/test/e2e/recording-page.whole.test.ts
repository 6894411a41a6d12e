// The page that plays a recording, with files put by hand into the store of the cloud's recorder.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openFileStore } from '../../../files/object-store/src/file-store.ts';
import { closePages } from '../support/browser.ts';
import { makeFinishedRecording } from '../support/finished-recording.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
const recordingId = 're_played';
let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await sharedChromium();
  folder = mkdtempSync(join(tmpdir(), 'meridian-played-'));
  await makeFinishedRecording(folder, { recordingId });
  const store = await openFileStore({ folder: join(cloud.stateDir, 'rec-fra', 'recordings') });
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await store.put(`t-dev/${recordingId}/finished/${name}`, bytes, { sha256 });
  }
  await store.close('all is there');
});
afterEach(() => closePages(browser));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await browser?.close();
});

async function openRecording(claims: object = {}): Promise<Page> {
  const { key, secret } = cloud.secrets().devKey;
  const token = await new SignJWT(Object.assign({ recording: recordingId, may: 'play' }, claims))
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(key)
    .setExpirationTime('5 min')
    .sign(Buffer.from(secret));
  const base = `http://127.0.1.4:${7894 + cloud.portOffset}/recordings/${token}/`;
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(`${cloud.pageUrl}/recording#base=${encodeURIComponent(base)}`);
  return page;
}

const PLAYER = '[data-testid="recording-player"]';
const shown = (page: Page) =>
  page.$eval(PLAYER, ({ dataset: { at, ms, pictures } }) => ({ at, ms: Number(ms), pictures: pictures ?? '' }));
/** Returns the largest distance of the pictures from the large picture's time, by the offsets of the recording. */
const apartMs = (page: Page) =>
  page.$$eval('.recording-tile', (tiles) => {
    const offsets: Record<string, number> = { 'camera-ann': 0, 'camera-bob': 2, 'camera-eve': 4, 'screen-bob': 10 };
    const times = tiles.map((tile) => {
      const time = tile.querySelector('video')?.currentTime ?? Number.NaN;
      return time + (offsets[(tile as HTMLElement).dataset['output'] ?? ''] ?? Number.NaN);
    });
    return times.map((time) => Math.abs(time - (times[0] ?? 0)) * 1000);
  });
const colours = (page: Page) =>
  page.$eval('.recording-tile.large video', (video) => {
    const context = new OffscreenCanvas(64, 1).getContext('2d');
    context?.drawImage(video as HTMLVideoElement, 0, 0, 64, 1);
    return new Set(new Uint32Array(context?.getImageData(0, 0, 64, 1).data.buffer ?? new ArrayBuffer(0))).size;
  });

it('the recording page plays all tracks together, seeks to chapters, and skips a hole', async () => {
  const page = await openRecording({ may: 'download' });
  await page.getByRole('heading', { name: 'Quarterly review' }).waitFor();
  await page.locator(PLAYER).waitFor();
  await page.keyboard.press(' ');
  await until('two pictures play', async () => (await shown(page)).pictures === 'camera-ann camera-bob', 30_000);
  expect(await page.locator('.danmaku-post').count()).toBeGreaterThan(0);

  await page
    .getByRole('button', { name: /shares the screen/ })
    .first()
    .click();
  await until('the screen is large and plays', async () => {
    const { at, ms, pictures } = await shown(page);
    return at === 'playing' && ms > 11_000 && ms < 18_000 && pictures.startsWith('screen-bob ');
  });
  expect(await colours(page)).toBeGreaterThan(3);
  await until('all are in time', async () => (await apartMs(page)).every((ms) => ms < 200));
  expect(await apartMs(page)).toHaveLength(4);

  await page.getByRole('slider', { name: 'Position' }).press('Home');
  await until('it is at its begin', async () => (await shown(page)).ms < 5000);
  const bar = await page.locator('.seek-bar').boundingBox();
  if (bar === null) throw new Error('there is no bar');
  await page.mouse.click(bar.x + bar.width * (17 / 24), bar.y + bar.height / 2);
  await until('it is behind the hole', async () => (await shown(page)).ms >= 20_000, 30_000);
  await until('it has ended', async () => (await shown(page)).at === 'paused', 30_000);

  await page.getByRole('tab', { name: 'Files' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download captions-en.vtt' }).click();
  expect((await saved).suggestedFilename()).toBe('captions-en.vtt');
}, 120_000);

it('the recording page shows why there is nothing to play', async () => {
  const refused = await openRecording({ may: 'nothing' });
  await refused.getByText('This link is not valid here').waitFor();
  const otherPage = await openRecording({ recording: 're_other' });
  await otherPage.getByText('There is no such recording any more').waitFor();
  const none = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
  await none.goto(`${cloud.pageUrl}/recording`);
  await none.getByText('此地址不指向任何录制').waitFor();
});
