// A person with a link checks camera, microphone and connection before the meeting, on the page of the cloud.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { CheckReport } from '../../sdk-web/src/check/types.ts';
import { closePages, Participant } from '../support/browser.ts';
import type { TestCloud } from '../support/cloud.ts';
import { askApi } from '../support/company.ts';
import { press, takeClipboard } from '../support/host-page.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
});

it('leads from the lobby of a link to what works and why, to a report, and back, and uses nothing up', async () => {
  const link = await askApi(cloud, 'POST', '/join-links', {
    room: 'checked-page',
    maxUses: 1,
    password: 'open sesame',
  });
  const { id, url } = link as { id: string; url: string };
  const person = await Participant.open(browser, url, { lang: 'en', from: 'singapore' });
  const { page } = person;
  await takeClipboard(person);
  await press(person, 'check-link');
  // By keyboard alone, as a person without a pointer.
  await page.getByRole('button', { name: 'Start the check' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-testid=check][data-at=done]').waitFor();
  expect(await page.getByTestId('check-progress').textContent()).toBe(await page.locator('h1').textContent());
  const stateOf = (part: string) => page.getByTestId(`check-${part}`).getAttribute('data-state');
  for (const part of ['camera', 'microphone', 'signaling'])
    expect([part, await stateOf(part)]).toEqual([part, 'passed']);
  expect(await page.locator('video').evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(0);

  await press(person, 'check-copy');
  await page.getByText('Copied').waitFor();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const report = JSON.parse(text.slice(text.indexOf('\n{'))) as CheckReport;
  expect(report).toMatchObject({
    isFinished: true,
    udp: { value: { targets: [{ protocol: 'udp', address: '127.0.2.5' }] } },
    tls: { state: 'skipped', code: 'NOT_OFFERED' },
    placement: { nodeId: 'sfu-sgp-1', region: 'singapore' },
  });
  // Which ways pass on a machine that is busy is for the tests of the SDK.
  expect([report.udp.state, report.tcp.state]).toContain('passed');
  expect(await page.getByTestId('check-where').textContent()).toContain('To Singapore, on the node sfu-sgp-1.');
  expect(report.uplink.value?.bitrateBps).toBeGreaterThan(0);

  await page.getByRole('link', { name: 'Back to the meeting' }).click();
  await page.getByTestId('join').waitFor();
  expect(new URL(page.url()).pathname).toBe(new URL(url).pathname);
  expect(await askApi(cloud, 'GET', `/join-links/${id}`)).toMatchObject({ uses: 0 });
});
