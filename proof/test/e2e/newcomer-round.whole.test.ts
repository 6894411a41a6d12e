// A newcomer's round by clicks alone: from the page that the terminal names over a booking and a call with a second
// person to the past meeting with its attendance and report. No other address is typed.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { PASSWORD, signedInUser } from '../support/users.ts';

const cloud = sharedCloud();
let browser: Browser;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterAll(async () => {
  await closePages(browser);
  await browser?.close();
});

async function opened(url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(['camera', 'microphone', 'clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Books with the form that is open: the meeting begins in this minute. */
async function bookNow(page: Page, title: string): Promise<void> {
  await page.getByLabel('Title', { exact: true }).fill(title);
  const [day, time] = await page.evaluate(() => {
    const local = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString();
    return [local.slice(0, 10), local.slice(11, 16)] as const;
  });
  await page.getByLabel('Date', { exact: true }).fill(day);
  await page.getByLabel('Time', { exact: true }).fill(time);
  await page.getByTestId('save').click();
  await page.getByTestId('booked').waitFor();
}

async function untilSkipLinkWorks(page: Page): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('Tab');
  const focused = (): Promise<string> =>
    page.evaluate(() => `${document.activeElement?.className} ${document.activeElement?.id}`);
  expect(await focused()).toContain('skip-link');
  expect((await page.locator('.skip-link').boundingBox())?.y).toBeGreaterThanOrEqual(0);
  await page.keyboard.press('Enter');
  expect(await focused()).toContain('content');
}

/** Checks that nothing is wider than the page, so that it scrolls in one direction only. */
async function expectToFit(page: Page): Promise<void> {
  const [contentPx, windowPx] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(contentPx).toBeLessThanOrEqual(windowPx ?? 0);
}

it('leads from the home page over a call that ends for everyone to its attendance and report', async () => {
  const { email } = await signedInUser(cloud, { tenant: 'newcomer', role: 'host' });
  const host = await opened(cloud.pageUrl);
  await host.getByTestId('home-sign-in').waitFor();
  await untilSkipLinkWorks(host);
  await host.getByTestId('home-sign-in').click();
  await host.getByLabel('E-mail').fill(email);
  await host.getByLabel('Password').fill(PASSWORD);
  await host.getByRole('button', { name: 'Sign in' }).click();
  await host.getByTestId('home-book').click();
  await bookNow(host, 'First round');
  await host.getByTestId('next').getByRole('link', { name: 'Join First round' }).click();
  await host.getByTestId('join').click();
  await host.getByTestId('meeting').waitFor();
  await host.getByTestId('copy-link').click();
  const link = await until('the call copies its link', async () => {
    const text = await host.evaluate(() => navigator.clipboard.readText());
    return text.startsWith('http') && text;
  });

  const guest = await opened(link);
  await guest.locator('#name').fill('Bo');
  await guest.getByTestId('join').click();
  for (const page of [host, guest]) await page.getByTestId('tile').nth(1).waitFor();
  await host.getByTestId('host').click();
  await host.getByTestId('end-all').click();
  await host.getByTestId('end-confirm').click();
  for (const page of [host, guest]) {
    await page.locator('[data-testid=ended][data-code=ROOM_ENDED]').waitFor();
    expect(await page.getByTestId('meeting').count()).toBe(0);
  }
  await guest.context().close();

  await host.getByTestId('ended').getByRole('link', { name: 'Back to your meetings' }).click();
  await host.getByText('No meetings ahead').waitFor();
  await untilSkipLinkWorks(host);
  await host.getByTestId('past').click();
  const row = host.getByTestId('past-row').filter({ hasText: 'First round' });
  await row.waitFor();
  await host.setViewportSize({ width: 390, height: 844 });
  await expectToFit(host);
  await row.getByRole('link').click();
  const attendance = host.getByRole('table', { name: 'Attendance' });
  await attendance.getByText('Bo').waitFor();
  expect(await attendance.getByRole('row').count()).toBe(3);
  await expectToFit(host);
  await host.setViewportSize({ width: 1280, height: 800 });
  await untilSkipLinkWorks(host);
  await host.getByTestId('report').click();
  await host.getByText('Bo', { exact: true }).waitFor();
  expect(await host.getByTestId('timeline').count()).toBe(2);
  await untilSkipLinkWorks(host);
});
