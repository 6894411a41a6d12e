// A person with a link begins a check of camera, microphone and connection in the lobby, and comes back.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { closePages, Participant } from '../support/browser.ts';
import type { TestCloud } from '../support/cloud.ts';
import { askApi } from '../support/company.ts';
import { press } from '../support/host-page.ts';
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

it('the lobby of a link leads to a check, which uses nothing up, can be stopped, and leads back', async () => {
  const wanted = { room: 'checked-link', maxUses: 1, password: 'open sesame' };
  const { id, url } = (await askApi(cloud, 'POST', '/join-links', wanted)) as { id: string; url: string };
  const person = await Participant.open(browser, url, { lang: 'en', from: 'singapore' });
  const { page } = person;
  const { pathname, search } = new URL(page.url());
  await press(person, 'check-link');
  // By keyboard alone, as a person without a pointer.
  await page.getByRole('button', { name: 'Start the check' }).focus();
  await page.keyboard.press('Enter');
  for (const part of ['camera', 'signaling'])
    await page.locator(`[data-testid=check-${part}][data-state=passed]`).waitFor();
  const picture = await page
    .getByLabel('Camera picture')
    .locator('video')
    .evaluate((video: HTMLVideoElement) => {
      Object.assign(window, { shown: (video.srcObject as MediaStream).getTracks() });
      return video.videoWidth;
    });
  expect(picture).toBeGreaterThan(0);

  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Start the check' }).waitFor();
  const isAllClosed = () => {
    const { shown, pcs } = window as unknown as { shown: MediaStreamTrack[]; pcs: RTCPeerConnection[] };
    return shown.every(({ readyState }) => readyState === 'ended') && pcs.every((pc) => pc.signalingState === 'closed');
  };
  await page.waitForFunction(isAllClosed);

  await page.getByRole('link', { name: 'Back to the meeting' }).click();
  await page.getByTestId('join').waitFor();
  expect(new URL(page.url())).toMatchObject({ pathname, search });
  expect(await askApi(cloud, 'GET', `/join-links/${id}`)).toMatchObject({ uses: 0 });
});
