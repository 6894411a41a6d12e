// `kill -9` of nodes that carry a call or its signaling: they restart, a new participant joins the same room, and the
// others' sound and pictures have no gap.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { callAcrossRegions, join, untilMoreFrames, untilMoreSound } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
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

describe('kill -9', () => {
  it.each(['sig-fra', 'sig-sgp'])(
    '%s is killed: media never stops, its clients resume at the other instance, a newcomer joins',
    async (id) => {
      const room = `kill-${id}`;
      const { ana, bo } = await callAcrossRegions(browser, cloud, { room, codec: 'vp8' });
      await Promise.all([ana, bo].flatMap((p) => [untilMoreFrames(p), untilMoreSound(p)]));
      await Promise.all([ana, bo].map(watchContinuity));
      const pid = cloud.pid(id);
      cloud.kill(id);
      await Promise.all([untilMoreFrames(ana, 60), untilMoreFrames(bo, 60)]);
      await Promise.all([ana.connected(), bo.connected()]);
      expect(await ana.room('return room.remoteParticipants.size;')).toBe(1);
      expect(await bo.room('return room.remoteParticipants.size;')).toBe(1);
      await untilRestarted(cloud, id, pid);
      await expectUndisturbed([ana, bo], `while ${id} was dead`);
      const eva = await join(browser, cloud, { room, name: 'Eva', from: 'frankfurt', camera: '0' });
      await untilMoreFrames(eva);
    },
  );

  it('a media node is killed: its participants return by themselves, the others never lose each other', async () => {
    const room = 'kill-sfu';
    const { ana, bo } = await callAcrossRegions(browser, cloud, { room, codec: 'vp8' });
    const eva = await join(browser, cloud, { room, name: 'Eva', from: 'frankfurt' });
    await Promise.all([ana, bo, eva].flatMap((p) => [untilMoreFrames(p), untilMoreSound(p)]));
    await Promise.all([ana, eva].map(watchContinuity));
    await bo.room("window.back = 0; room.on('reconnected', () => { window.back += 1; });");
    const pid = cloud.pid('sfu-sgp-1');
    cloud.kill('sfu-sgp-1');
    await Promise.all([untilMoreFrames(ana, 60), untilMoreFrames(eva, 60)]);
    await untilRestarted(cloud, 'sfu-sgp-1', pid);
    await expectUndisturbed([ana, eva], 'while sfu-sgp-1 was dead', ['Ana', 'Eva']);
    // Bo's counters restart at his return, so growth must be counted from then.
    await until('Bo is back', () => bo.room<boolean>("return window.back >= 1 && room.state === 'connected';"));
    await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
    await until('Ana sees both again', () => ana.room<boolean>('return room.remoteParticipants.size === 2;'));
  });
});
