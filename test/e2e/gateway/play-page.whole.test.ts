// The player page: an encoder's picture by the best way that a browser has, which the page names.
import type { ChildProcess } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages } from '../../support/browser.ts';
import { Ffmpegs } from '../../support/ffmpegs.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { waysOf } from '../../support/ways.ts';

const room = 'played';
const cloud = sharedCloud();
let browser: Browser;
const ffmpegs = new Ffmpegs();
let encoder: ChildProcess;
const publish = async (): Promise<ChildProcess> =>
  ffmpegs.publish((await waysOf(cloud, 'frankfurt', { room, identity: 'ann' })).publish?.rtmp.url);
beforeAll(async () => {
  browser = await sharedChromium();
  encoder = await publish();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  ffmpegs.end();
  await browser?.close();
});

const noWebrtc = ['RTCPeerConnection', 'webkitRTCPeerConnection'];
const noMse = ['MediaSource', 'WebKitMediaSource', 'ManagedMediaSource', 'VideoDecoder'];

/** The player page of a room, in a browser without these globals. */
async function open(played: string, missing: readonly string[] = [], asked = '', devToken = true): Promise<Page> {
  const context = await browser.newContext({ locale: 'en' });
  await context.addInitScript(`for (const name of ${JSON.stringify(missing)}) delete window[name];`);
  // Chromium plays HLS by itself.
  if (missing.includes('MediaSource'))
    await context.addInitScript("HTMLMediaElement.prototype.canPlayType = () => '';");
  const page = await context.newPage();
  if (!devToken) {
    await page.route('**/config.json', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), devToken: false } });
    });
  }
  await page.goto(`${cloud.pageUrl}/play/${played}${asked}`);
  return page;
}

const FRAME = '[data-testid="play"]';
const shown = (page: Page): Promise<string> =>
  page.$eval(FRAME, ({ dataset }) => `${dataset['at']} ${dataset['protocol']}`).catch(() => '');

/** Waits until a way plays; then how many colours a line of its picture has, and what the page says of it. */
async function played(page: Page, way: string): Promise<{ colours: number; said: string }> {
  await until(`${way} plays`, async () => (await shown(page)) === `playing ${way}`);
  const colours = await page.$eval(`${FRAME} :is(video, canvas)`, (element) => {
    const canvas = new OffscreenCanvas(64, 1);
    const context = canvas.getContext('2d');
    context?.drawImage(element as HTMLVideoElement, 0, 0, 64, 1);
    return new Set(new Uint32Array(context?.getImageData(0, 0, 64, 1).data.buffer ?? new ArrayBuffer(0))).size;
  });
  const facts = await page.innerText('.play-facts');
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
});

it('a phone held sideways shows the picture as large as its window lets it, and everything at once', async () => {
  const page = await open('nobody');
  await page.setViewportSize({ width: 844, height: 390 });
  await page.getByText('Waiting for a picture').waitFor();
  const frame = await page.locator(FRAME).boundingBox();
  expect(frame?.width).toBe(844 - 2 * 16);
  expect(frame?.height).toBeGreaterThan(320);
  for (const part of ['.play-bar button', '.play-facts', '.play-choice'])
    expect(await page.locator(part).first().boundingBox()).toMatchObject({ y: expect.closeTo(360, -2) });
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(390);
});

it('a page without a good key shows so, and tries nothing again', async () => {
  const page = await open(room, [], '?way=flv#token=a.b.c');
  await page.getByText('Your invitation is not valid here.').waitFor();
  expect(await page.getByText('It is tried again by itself.').count()).toBe(0);
});

it('every way waits when the publisher has gone, and plays on by itself when there is one again', async () => {
  const ways = ['webrtc', 'flv', 'hls', 'mpeg1'];
  const pages = await Promise.all(ways.map((way) => open(room, [], `?way=${way}`)));
  const all = (at: string) => async () => {
    const said = await Promise.all(pages.map(shown));
    return said.every((one, index) => one === `${at} ${ways[index]}`);
  };
  await until('all play', all('playing'), 60_000);
  encoder.kill('SIGKILL');
  await until('all wait', all('empty'), 60_000);
  encoder = await publish();
  await until('all play again', all('playing'), 60_000);
});

describe('where the server of the page gives no tokens', () => {
  const keyOf = async (): Promise<string> => {
    const { play } = await waysOf(cloud, 'frankfurt', { room, identity: 'ann' });
    return /\/hls\/([^/]+)\//.exec(play?.hls ?? '')?.[1] ?? '';
  };
  it('a stream key of the link plays, by other ways than WebRTC', async () => {
    const page = await open(room, [], `#key=${await keyOf()}`, false);
    await until('FLV plays', async () => (await shown(page)) === 'playing flv');
    expect(await page.locator('option').allInnerTexts()).toEqual(['Best way', 'FLV', 'HLS', 'MPEG-1']);
  });
  it.each([
    ['no key', '', 'TOKEN_MISSING', 'Open the whole link that you were sent.'],
    ['what is no key', '#key=abc', 'TOKEN_INVALID', 'Your invitation is not valid here.'],
  ])('%s is refused in words, with nothing to try again', async (_what, fragment, code, words) => {
    const page = await open(room, [], fragment, false);
    await page.getByText(words).waitFor();
    await page.getByText(code).waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  });
  it("another room's key is refused", async () => {
    const page = await open('another', [], `#key=${await keyOf()}`, false);
    await page.getByText('TOKEN_ROOM_MISMATCH').waitFor();
  });
});

it('without a room the page asks for one', async () => {
  const page = await open('');
  await page.getByRole('button', { name: 'Play' }).click();
  await page.getByText('Please enter a room.').waitFor();
  await page.getByLabel('Room').fill('no one');
  await page.getByRole('button', { name: 'Play' }).click();
  await page.getByText('Waiting for a picture').waitFor();
  expect(new URL(page.url()).pathname).toBe('/play/no%20one');
});

it('an empty room is waited for', async () => {
  const page = await open('nobody');
  await page.getByText('Waiting for a picture').waitFor();
  expect(await shown(page)).toBe('empty webrtc');
});
