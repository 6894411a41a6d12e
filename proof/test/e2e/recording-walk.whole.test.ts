// From Record to a dead link, by what the pages give: record, leave, find, share with a colleague and by link, delete.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { untilFleetAlive } from '../support/fleet.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { type SignedIn, signedInColleague, signedInPage, signedInUser } from '../support/users.ts';

const cloud = sharedCloud();
const TENANT = 'recording-walk';
let browser: Browser;
let ann: SignedIn;
let bo: SignedIn;

beforeAll(async () => {
  browser = await sharedChromium();
  const admin = await signedInUser(cloud, { tenant: TENANT, role: 'admin' });
  ann = await signedInColleague(cloud, admin, { email: `ann@${TENANT}.example`, name: 'Ann', role: 'host' });
  bo = await signedInColleague(cloud, admin, { email: `bo@${TENANT}.example`, name: 'Bo', role: 'member' });
  await untilFleetAlive(cloud);
});
afterAll(async () => {
  await closePages(browser);
  await browser?.close();
});

async function opened(path: string, user?: SignedIn): Promise<Page> {
  const page =
    user === undefined
      ? await (await browser.newContext({ locale: 'en' })).newPage()
      : await signedInPage(browser, cloud, user);
  await page.context().grantPermissions(['camera', 'microphone']);
  await page.goto(path.startsWith('http') ? path : `${cloud.pageUrl}${path}`);
  return page;
}

async function untilPlaying(page: Page): Promise<void> {
  await page.getByTestId('picture').click();
  const atS = (): Promise<number> => page.$eval('video', (video) => (video as HTMLVideoElement).currentTime);
  await until('it plays', async () => (await atS()) > 0.3, 60_000);
}

const pieces = async (): Promise<number> =>
  Number(/_pieces_total (\d+)/.exec(await cloud.metrics('rec-fra'))?.[1] ?? 0) +
  Number(/_pieces_total (\d+)/.exec(await cloud.metrics('rec-sgp'))?.[1] ?? 0);

it('a host records, leaves, finds the video, shares it with a colleague and by link, and deletes it', async () => {
  const meeting = await opened('/?lang=en', ann);
  await meeting.getByTestId('home-new').click();
  await meeting.getByTestId('join').click();
  await meeting.getByTestId('meeting').waitFor();
  const before = await pieces();
  await meeting.getByTestId('record').click();
  await meeting.locator('[data-testid=recording][data-state=running]').waitFor();
  await until('media is on a disk', async () => (await pieces()) >= before + 8);
  await meeting.getByTestId('record').click();
  await meeting.getByText('Find it in the library under “Recordings”.').waitFor();
  await meeting.getByTestId('leave').click();

  const library = await opened('/library?view=recordings&lang=en', ann);
  const row = library.getByTestId('recording');
  await row.waitFor();
  expect(await row.textContent()).toContain('Ann');
  await until('it is ready', async () => (await row.getAttribute('data-state')) === 'finished', 120_000);
  await row.getByRole('link').first().click();
  await untilPlaying(library);

  await library.getByTestId('link').click();
  await library.getByTestId('share-find').fill('bo@');
  await library.getByRole('button', { name: /^Add .*bo@/ }).click();
  await library.getByTestId('readers').getByRole('listitem').waitFor();
  await library.getByLabel('Valid for').selectOption('hour');
  await library.getByRole('button', { name: 'Create link' }).click();
  const link = await library.getByLabel('The link', { exact: true }).inputValue();
  await library.keyboard.press('Escape');

  const ofBo = await opened('/library?view=shared&lang=en', bo);
  await ofBo.getByTestId('library-list').getByRole('link').first().click();
  await untilPlaying(ofBo);
  const stranger = await opened(link);
  await untilPlaying(stranger);
  const addresses = await nodeAddresses(link);
  for (const address of addresses) expect((await fetch(address)).status).toBeLessThan(300);

  await library.getByTestId('delete').click();
  await library.getByTestId('undo-note').waitFor();
  const sinceMs = performance.now();
  const isDead = async (address: string): Promise<boolean> => (await fetch(address)).status >= 400;
  for (const address of addresses) await until(`${address} is dead`, () => isDead(address), 10_000);
  console.log(`links of ${addresses.length} addresses were dead ${Math.round(performance.now() - sinceMs)} ms after`);
  await stranger.reload();
  await stranger.getByText(/There is nothing at this address any more\.|This link was withdrawn\./).waitFor();
  await ofBo.goto(`${cloud.pageUrl}/library?view=shared&again`);
  await ofBo.getByText('Nothing is shared with you').waitFor();
}, 300_000);

/** Returns the addresses at library nodes to which the link's page leads. */
async function nodeAddresses(link: string): Promise<string[]> {
  const token = new URL(link).hash.slice(1);
  const answer = await fetch(`${cloud.pageUrl}/api/v1/file-links/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  expect(answer.status).toBe(200);
  const { link: of } = (await answer.json()) as { link: { url: string; playlistUrl?: string; coverUrl?: string } };
  return [of.url, of.playlistUrl, of.coverUrl].filter((one) => one !== undefined);
}
