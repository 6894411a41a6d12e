import { it } from 'vitest';
import { TestCloud } from '../support/cloud.ts';
import { moveWhileTalking } from '../support/moving.ts';
import { launchTalking } from '../support/talking.ts';

it('a talking participant is moved to the other region and back', async () => {
  const cloud = await TestCloud.start();
  const browser = await launchTalking();
  try {
    await moveWhileTalking(browser, cloud, ['sfu-sgp-1', 'sfu-fra-1']);
  } finally {
    await browser.close();
    await cloud.stop();
  }
}, 300_000);
