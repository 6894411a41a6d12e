// From the home page into a call and onto the stage of a show, with links that the pages give: no address is typed.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { type SignedIn, signedInPage, signedInUser } from '../support/users.ts';

const cloud = sharedCloud();
let browser: Browser;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterAll(async () => {
  await closePages(browser);
  await browser?.close();
});

/** Opens `url` as `user`, or in a new browser of a visitor. */
async function opened(url: string, user?: SignedIn): Promise<Page> {
  const page =
    user === undefined ? await (await browser.newContext()).newPage() : await signedInPage(browser, cloud, user);
  await page.context().grantPermissions(['camera', 'microphone', 'clipboard-read', 'clipboard-write']);
  await page.goto(url);
  return page;
}

/** Joins by the lobby; a name that the account or the link gives stays. */
async function joinAs(page: Page, name: string): Promise<void> {
  await page.getByTestId('join').waitFor();
  if (await page.locator('#name').isEditable()) await page.locator('#name').fill(name);
  await page.getByTestId('join').click();
}

async function copied(page: Page, button: string): Promise<string> {
  await page.bringToFront();
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.getByTestId(button).click();
  return until(`${button} copies a link`, async () => {
    const text = await page.evaluate(() => navigator.clipboard.readText());
    return text !== '' && text;
  });
}

it('a newcomer starts a call in two clicks, and another joins it by its link', async () => {
  const host = await opened(`${cloud.pageUrl}/?lang=en`);
  await host.getByTestId('home-new').click();
  await joinAs(host, 'Ada');
  await host.getByTestId('meeting').waitFor();
  const room = new URL(host.url()).searchParams.get('room') ?? '';
  expect(room).not.toBe('');
  const guest = await opened(`${cloud.pageUrl}/?lang=en`);
  const field = guest.getByTestId('home-join').locator('input');
  await field.fill('https://elsewhere.example/m/123456789');
  await field.press('Enter');
  await guest.getByText('This link belongs to another site.').waitFor();
  await field.fill(host.url());
  await field.press('Enter');
  await guest.waitForURL(`**/?*room=${room}*`);
  await guest.getByTestId('join').waitFor();
  await Promise.all([host.context().close(), guest.context().close()]);
});

const openings = [
  { who: 'a visitor', signsIn: false },
  { who: 'a signed-in user', signsIn: true },
];
it.each(openings)(
  '$who hosts a show from the home page: a viewer by the copied link sees it, a cohost comes onto the stage',
  async ({ signsIn }) => {
    const user = signsIn ? await signedInUser(cloud, { tenant: 'home-show', role: 'host' }) : undefined;
    const host = await opened(`${cloud.pageUrl}/?lang=en`, user);
    await host.getByTestId('home-show').click();
    await host.getByTestId('show-form').locator('input').fill('Release');
    await host.getByTestId('show-go').click();
    await joinAs(host, 'Ada');
    await host.getByText('0 people are watching').waitFor();

    const viewer = await opened(await copied(host, 'copy-viewer-link'));
    await viewer.locator('[data-testid=show-screen][data-at=playing]').waitFor();
    const box = await viewer.locator('[data-testid=show-screen] video').boundingBox();
    const frame = await viewer.getByTestId('show-screen').boundingBox();
    expect(Math.abs((box?.width ?? 0) - (frame?.width ?? Number.NaN))).toBeLessThan(1);
    expect(Math.abs((box?.height ?? 0) - (frame?.height ?? Number.NaN))).toBeLessThan(1);
    await host.getByText('1 person is watching').waitFor();

    const cohost = await opened(await copied(host, 'copy-cohost-link'));
    await joinAs(cohost, 'Bo');
    await host.locator('[data-testid=tile]').nth(1).waitFor();
    await cohost.locator('[data-testid=tile]').nth(1).waitFor();
    await Promise.all([host, viewer, cohost].map((page) => page.context().close()));
  },
);
