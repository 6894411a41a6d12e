// Every place that shows a moving picture fills its box by one rule, whatever the picture's size.

import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildStories, serveFolder } from '../../../product/web/test/screenshots.ts';
import { closePages, Participant } from '../support/browser.ts';
import { press } from '../support/host-page.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const cloud = sharedCloud();
let browser: Browser;
let storiesDir: string;
let server: Server;
let origin: string;
beforeAll(async () => {
  browser = await sharedChromium();
  storiesDir = await mkdtemp(join(tmpdir(), 'meridian-stories-'));
  await buildStories(storiesDir);
  server = await serveFolder(storiesDir);
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await closePages(browser);
  await browser?.close();
  await rm(storiesDir, { recursive: true, force: true });
});

interface Place {
  readonly fit: string;
  readonly isMirrored: boolean;
  /** Pixels that the element differs from its box, and the box from the place around it. */
  readonly offPx: number;
}

/** Measures every picture of the page, once each has a size. */
async function placesOf(page: Page): Promise<Place[]> {
  await page.waitForFunction(() => {
    const pictures = [...document.querySelectorAll('video')];
    return pictures.length > 0 && pictures.every(({ videoWidth, readyState }) => videoWidth > 0 && readyState >= 2);
  });
  return page.evaluate(() =>
    [...document.querySelectorAll('video, .video-box img, .video-box canvas')].map((picture) => {
      const box = picture.parentElement;
      const place = box?.offsetParent;
      if (!(box instanceof HTMLElement) || !(place instanceof HTMLElement)) throw new Error('a picture has no place');
      const style = getComputedStyle(picture);
      const around = place.getBoundingClientRect();
      const left = around.x + place.clientLeft;
      const top = around.y + place.clientTop;
      const drawn = picture.getBoundingClientRect();
      const off = [
        drawn.left - left,
        drawn.top - top,
        drawn.right - (around.right - place.clientLeft),
        drawn.bottom - (around.bottom - place.clientTop),
      ];
      return {
        fit: style.objectFit,
        isMirrored: style.transform.startsWith('matrix(-1,'),
        offPx: Math.round(Math.max(...off.map(Math.abs))),
      };
    }),
  );
}

const stories: [story: string, fits: string[], isMirrored: boolean][] = [
  ['lobby', ['cover'], true],
  ['check-running', ['cover'], true],
  ['alone', ['cover'], true],
  ['two', ['cover', 'cover'], false],
  ['share-people', ['contain', 'cover', 'cover', 'cover', 'cover'], false],
  ['show', ['contain'], false],
  ['show-invited', ['cover'], true],
  ['library-picture', ['contain'], false],
];
const views = [
  ['320x180', 390],
  ['320x180', 1280],
  ['270x480', 390],
  ['270x480', 1280],
] as const;

it.each(views)('a picture of %s in a window of %i px fills its place everywhere', async (picture, width) => {
  const page = await browser.newPage({ viewport: { width, height: 844 }, reducedMotion: 'reduce' });
  for (const [story, fits, isMirrored] of stories) {
    await page.goto(`${origin}/stories.html?story=${story}&lang=en&picture=${picture}`);
    const places = await filledPlaces(page, story);
    expect(
      places.map(({ fit }) => fit),
      story,
    ).toEqual(fits);
    expect(places[0]?.isMirrored, story).toBe(isMirrored);
  }
  await page.close();
});

it('the lobby and the check page fill and mirror the picture', async () => {
  const person = await Participant.open(browser, cloud.pageUrl, { lang: 'en', from: 'frankfurt', room: 'boxes' });
  const mirrored = { fit: 'cover', isMirrored: true, offPx: 0 };
  expect(await filledPlaces(person.page, 'lobby')).toEqual([mirrored]);
  await press(person, 'check-link');
  await press(person, 'check-start');
  expect(await filledPlaces(person.page, 'check')).toEqual([mirrored]);
});

/** Waits until every picture of the page fills its place: a tile takes the shape of its picture first. */
const filledPlaces = (page: Page, name: string): Promise<Place[]> =>
  until(`pictures fill their places: ${name}`, async () => {
    const places = await placesOf(page);
    return places.every(({ offPx }) => offPx === 0) && places;
  });
