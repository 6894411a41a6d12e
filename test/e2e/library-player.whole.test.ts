// The player of the library on its page: a place that dies under it, a link that is over, where a person left off.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { LibraryPlaces } from '../support/library-places.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';

let browser: Browser;
let places: LibraryPlaces;

beforeAll(async () => {
  [browser, places] = await Promise.all([sharedChromium(), LibraryPlaces.start()]);
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await places?.close();
  await browser?.close();
});

const SEGMENTS = '180p.m4s';
const segments = (asked: readonly string[]): string[] => asked.filter((one) => one.startsWith(`${SEGMENTS} `));

async function opened(): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(places.url);
  await until('its begin is loaded', () => shown(page, ({ readyState }) => readyState >= 2));
  return page;
}

/** Asks the video element; the function runs in the page. */
const shown = <T>(page: Page, ask: (video: HTMLVideoElement) => T): Promise<T> =>
  page.$eval('video', ask as (element: Element) => T);
const atS = (page: Page): Promise<number> => shown(page, ({ currentTime }) => currentTime);

/** From now on the page measures for how long the video stands still at most, in milliseconds. */
const measured = (page: Page): Promise<unknown> =>
  shown(page, (video) => {
    let [lastS, lastMs] = [video.currentTime, performance.now()];
    video.dataset['stillMs'] = '0';
    setInterval(() => {
      const nowMs = performance.now();
      const still = Math.max(Number(video.dataset['stillMs']), nowMs - lastMs);
      video.dataset['stillMs'] = String(still);
      if (video.currentTime === lastS) return;
      [lastS, lastMs] = [video.currentTime, nowMs];
    }, 20);
  });

it('plays on, without a stall of two seconds, when its place dies; and under a new link when its own is over', async () => {
  const page = await opened();
  expect(segments(places.near.asked).length).toBeLessThanOrEqual(2); // what begins every file, and one segment
  places.near.isDeaf = () => true;
  await measured(page);
  await page.getByTestId('picture').click();
  await until('it plays what the dead place had not sent', async () => (await atS(page)) > 2.2);
  expect(Number(await shown(page, ({ dataset }) => dataset['stillMs']))).toBeLessThan(2000);
  expect(segments(places.far.asked).length).toBeGreaterThan(0);
  const [deaf] = [places.near.asked.length];

  for (const place of [places.near, places.far]) place.over.add('token1');
  await page.keyboard.press('5');
  await until('it plays from the middle', async () => (await atS(page)) > 30.2);
  expect([places.links, await shown(page, ({ error }) => error)]).toEqual([['token1', 'token2'], null]);
  expect(places.near.asked).toHaveLength(deaf); // it is known to be dead
  await page.goto('about:blank');
  const last = await until('it is reported at its end', () =>
    places.reports.find(({ positionMs }) => positionMs > 30_000),
  );
  expect(last).toMatchObject({ cache: '', watch: places.reports[0]?.watch });
});
