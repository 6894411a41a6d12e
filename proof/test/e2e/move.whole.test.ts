import { expect, it } from 'vitest';
import { moveWhileTalking } from '../support/moving.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

it('a talking participant moves to the other region: no track is lost, sound and pictures continue, later tracks work', async () => {
  const browser = await sharedChromium();
  try {
    await moveWhileTalking(browser, sharedCloud(), ['sfu-sgp-1']);
    expect(browser.contexts()).toEqual([]);
  } finally {
    await browser.close();
  }
});
