import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages, type Participant } from '../support/browser.ts';
import { join } from '../support/call.ts';
import { requestApi } from '../support/company.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { OPERATORS, sharedCloud } from '../support/shared-cloud.ts';
import { type SignedIn, signedInPage, signedInWatcher } from '../support/users.ts';

const room = 'wall';
const cloud = sharedCloud();
let browser: Browser;
let watcher: SignedIn;
let ana: Participant;
let page: Page;
beforeAll(async () => {
  browser = await sharedChromium();
  [page, ana] = await Promise.all([
    watchingPage(),
    join(browser, cloud, { room, name: 'Ana', from: 'frankfurt', mic: '0' }),
  ]);
});
afterAll(async () => {
  await closePages(browser);
  await browser?.close();
});

async function watchingPage(): Promise<Page> {
  watcher = await signedInWatcher(cloud, OPERATORS);
  return signedInPage(browser, cloud, watcher);
}

it("the wall shows a moving camera, reports when it turns black, and writes the view into the tenant's audit log", async () => {
  await until('the room is known', async () => {
    const [, { data }] = await watcher.ask('GET', '/console/rooms');
    return (data as { room: string }[]).some((one) => one.room === room);
  });
  await page.goto(`${cloud.pageUrl}/console/wall?lang=en`);
  const tile = page.getByTestId('wall-tile').filter({ hasText: room });
  await tile.getByText('Not watched').waitFor();
  await page.getByTestId('look').click();
  const picture = () => tile.locator('img').getAttribute('src');
  const first = await picture();
  const second = await until('another picture', async () => {
    const now = await picture();
    return now !== first && now;
  });
  const [spread] = await page.evaluate(spreadsOf, [second]);
  expect(spread, 'brightness of a picture').toBeGreaterThan(50);

  await ana.page.evaluate(blackCamera);
  await tile.getByText(/Black \d+ s/).waitFor();
  await page.getByTestId('look').click();
  const viewEntries = await until('the end is written', async () => {
    const { data } = await requestApi(cloud, 'GET', '/audit?limit=50');
    const ours = (data as { operation: string; by: { kind: string }; targets: Record<string, string> }[]).filter(
      ({ operation, targets }) => operation === 'lookAtRooms' && targets['room'] === room,
    );
    return ours.some(({ targets }) => targets['phase'] === 'ended') && ours;
  });
  expect(viewEntries.map(({ by, targets }) => `${by.kind} ${targets['phase']}`).sort()).toEqual([
    'operator began',
    'operator ended',
  ]);
});

/** Returns the brightest minus the darkest pixel of each picture. */
async function spreadsOf(sources: readonly (string | null)[]): Promise<number[]> {
  return Promise.all(
    sources.map(async (source) => {
      const image = new Image();
      image.src = source ?? '';
      await image.decode();
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const context = canvas.getContext('2d');
      context?.drawImage(image, 0, 0);
      const pixels = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
      const greens = pixels.filter((_, at) => at % 4 === 1);
      return Math.max(...greens) - Math.min(...greens);
    }),
  );
}

async function blackCamera(): Promise<void> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 360];
  const context = canvas.getContext('2d');
  setInterval(() => context?.fillRect(0, 0, canvas.width, canvas.height), 100);
  const [track] = canvas.captureStream(10).getVideoTracks();
  for (const pc of (window as unknown as { pcs: RTCPeerConnection[] }).pcs)
    for (const sender of pc.getSenders())
      if (sender.track?.kind === 'video' && track !== undefined) await sender.replaceTrack(track);
}
