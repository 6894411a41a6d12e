import { expect, it } from 'vitest';
import { moveWhileTalking } from '../support/moving.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

it('who talks is moved to the other region: nobody loses a track, sound and pictures go on, what comes later works', async () => {
  const browser = await sharedChromium();
  try {
    await moveWhileTalking(browser, sharedCloud(), ['sfu-sgp-1']);
    expect(browser.contexts()).toEqual([]);
  } finally {
    await browser.close();
  }
});
