import { expect, it } from 'vitest';
import { moveWhileTalking } from '../support/moving.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { launchTalking } from '../support/talking.ts';

it('who talks is moved to the other region: nobody loses a track, sound and pictures go on, what comes later works', async () => {
  const browser = await launchTalking();
  try {
    await moveWhileTalking(browser, sharedCloud(), ['sfu-sgp-1']);
    expect(browser.contexts()).toEqual([]);
  } finally {
    await browser.close();
  }
});
