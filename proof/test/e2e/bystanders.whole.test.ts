// `kill -9` of processes that carry no call: the call continues without a gap, each process is restarted, and a
// newcomer joins the same room.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { closePages, Participant } from '../support/browser.ts';
import { callAcrossRegions, join, untilMoreFrames, untilMoreSound } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { requestApi } from '../support/company.ts';
import { watchContinuity } from '../support/continuity.ts';
import { untilFleetAlive, untilRestarted } from '../support/fleet.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { expectUndisturbed } from '../support/talking.ts';

let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
  await untilFleetAlive(cloud);
});
beforeEach(() => untilFleetAlive(cloud));

it('a call continues when the centre, the page, a probe, a gateway or a recorder is killed', async () => {
  const room = 'kill-bystanders';
  const { ana, bo } = await callAcrossRegions(browser, cloud, { room, codec: 'vp8' });
  await Promise.all([ana, bo].flatMap((p) => [untilMoreFrames(p), untilMoreSound(p)]));
  await Promise.all([ana, bo].map(watchContinuity));
  for (const id of ['centre', 'web', 'probe-fra', 'probe-sgp', 'gw-fra', 'gw-sgp', 'rec-fra', 'rec-sgp']) {
    const pid = cloud.pid(id);
    cloud.kill(id);
    await Promise.all([untilMoreFrames(ana, 30), untilMoreFrames(bo, 30)]);
    await untilRestarted(cloud, id, pid);
    await expectUndisturbed([ana, bo], `while ${id} was dead`);
    const eva = await until(`a newcomer joins after the death of ${id}`, () =>
      join(browser, cloud, { room, name: `Eva-${id}`, from: 'singapore', camera: '0', mic: '0' }),
    );
    await untilMoreFrames(eva, 5);
    await eva.close();
  }
});

it('a call continues when the api is killed, and acknowledged changes are kept', async () => {
  const room = 'kill-api';
  const { ana, bo } = await callAcrossRegions(browser, cloud, { room, codec: 'vp8' });
  await Promise.all([ana, bo].flatMap((p) => [untilMoreFrames(p), untilMoreSound(p)]));
  await Promise.all([ana, bo].map(watchContinuity));
  const pid = cloud.pid('api');
  const link = await requestApi(cloud, 'POST', '/join-links', { room });
  const revoked = await requestApi(cloud, 'POST', '/join-links', { room });
  await requestApi(cloud, 'DELETE', `/join-links/${revoked['id']}`);
  cloud.kill('api');
  await Promise.all([untilMoreFrames(ana, 30), untilMoreFrames(bo, 30)]);
  await untilRestarted(cloud, 'api', pid);
  await expectUndisturbed([ana, bo], 'while the api was dead');
  const found = await until('the api answers', () => requestApi(cloud, 'GET', `/join-links/${link['id']}`));
  expect(found).toMatchObject({ id: link['id'], room });
  await expect(requestApi(cloud, 'GET', `/rooms/${room}`)).resolves.toMatchObject({ active: true });
  const guest = await Participant.open(browser, String(link['url']), { lang: 'en', from: 'singapore' });
  await guest.page.fill('#name', 'Gil');
  await guest.page.getByTestId('join').click();
  await guest.connected();
  await untilMoreFrames(guest, 5);
  const late = await Participant.open(browser, String(revoked['url']), { lang: 'en', from: 'singapore' });
  await late.page.fill('#name', 'Lea');
  await late.page.getByTestId('join').click();
  await late.page.locator('[data-testid=join-problem]').waitFor();
});
