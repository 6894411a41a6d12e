// The recording in Chromium: its page plays, and seeks.
import type { Page } from 'playwright-core';
import { launchChromium } from '../../test/support/browser.ts';
import type { TestCloud } from '../../test/support/cloud.ts';
import { requestApi } from '../../test/support/company.ts';
import { until } from '../../test/support/poll.ts';

/** Media that must play after a start or a seek. */
const PLAYED_S = 1;

export interface Played {
  readonly durationMs: number;
  /** Times from each seek until `PLAYED_S` had played. */
  readonly seekMs: readonly number[];
}

/** Plays the item from its begin and from each place, by a link that needs no account. Rejects if it does not play. */
export async function playedInChromium(cloud: TestCloud, item: string, placesMs: readonly number[]): Promise<Played> {
  const body = { may: 'play', use: 'share', expiresInS: 3600 };
  const { pageUrl } = await requestApi(cloud, 'POST', `/library/items/${item}/links`, body);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(String(pageUrl));
    await page.getByTestId('picture').click();
    await plays(page, 0);
    const seekMs: number[] = [];
    for (const placeMs of placesMs) {
      const beganMs = performance.now();
      await page.$eval('video', seek, placeMs / 1000);
      await plays(page, placeMs / 1000);
      seekMs.push(Math.round(performance.now() - beganMs));
    }
    const durationS = await page.$eval('video', (video) => (video as HTMLVideoElement).duration);
    return { durationMs: Math.round(durationS * 1000), seekMs };
  } finally {
    await browser.close();
  }
}

function seek(video: Element, toS: number): void {
  (video as HTMLVideoElement).currentTime = toS;
}

const plays = (page: Page, fromS: number): Promise<boolean> =>
  until(`it plays from ${fromS} s`, async () => {
    const atS = await page.$eval('video', (video) => (video as HTMLVideoElement).currentTime);
    return atS >= fromS + PLAYED_S && atS < fromS + 60;
  });
