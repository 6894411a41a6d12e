import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { CheckReport } from '../../../sdk-web/src/check/types.ts';
import { closePages, Participant } from '../support/browser.ts';
import type { TestCloud } from '../support/cloud.ts';
import { prepareClipboard, press } from '../support/host-page.ts';
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

it('the check page shows its findings and their reasons, reads them out, and copies the report', async () => {
  const person = await Participant.open(browser, cloud.pageUrl, { lang: 'en', from: 'singapore', room: 'checked' });
  const { page } = person;
  await prepareClipboard(person);
  await press(person, 'check-link');
  await press(person, 'check-start');
  await page.locator('[data-testid=check][data-at=done]').waitFor();
  expect(await page.getByTestId('check-progress').textContent()).toBe(await page.locator('h1').textContent());
  const stateOf = (part: string) => page.getByTestId(`check-${part}`).getAttribute('data-state');
  for (const part of ['camera', 'microphone', 'signaling'])
    expect([part, await stateOf(part)]).toEqual([part, 'passed']);

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
  // Either may pass: not every network lets UDP pass between its own address and loopback.
  expect([report.udp.state, report.tcp.state]).toContain('passed');
  expect(report.uplink.value?.bitrateBps).toBeGreaterThan(0);
  expect(await page.getByTestId('check-where').textContent()).toContain('To Singapore, on the node sfu-sgp-1.');
});
