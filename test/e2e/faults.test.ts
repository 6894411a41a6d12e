// `kill -9` of every child in turn: shown, restarted, a new join into the same room works, and media between the others
// never stops.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { callAcrossRegions, hearsMore, join, seesMore } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { fleetAlive } from '../support/fleet.ts';
import { until } from '../support/poll.ts';
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
  await fleetAlive(cloud);
});

beforeEach(() => fleetAlive(cloud));

/** Pid of a restarted child, once it is another one than before. */
const restarted = (id: string, before: number): Promise<number> =>
  until(`${id} runs again`, () => {
    try {
      const now = cloud.pid(id);
      return now !== before && now;
    } catch (error) {
      if (error instanceof Error && error.message.includes('is not running')) return false;
      throw error;
    }
  });

describe('kill -9', () => {
  it('of what carries no call: the call goes on, each is restarted, newcomers join the same room', async () => {
    const room = 'kill-bystanders';
    const { ana, bo } = await callAcrossRegions(browser, cloud, { room, codec: 'vp8' });
    await seesMore(bo);
    for (const id of ['centre', 'web', 'probe-fra', 'probe-sgp']) {
      const pid = cloud.pid(id);
      cloud.kill(id);
      await Promise.all([seesMore(ana, 30, 20_000), seesMore(bo, 30, 20_000)]);
      await restarted(id, pid);
      const eva = await until(`a newcomer joins after the death of ${id}`, async () =>
        join(browser, cloud, { room, name: `Eva-${id}`, from: 'singapore', camera: '0' }),
      );
      await seesMore(eva);
      await eva.close();
    }
    await Promise.all([ana, bo].map((p) => p.close()));
  });

  it.each(['sig-fra', 'sig-sgp'])(
    'of %s: media never stops, its clients resume at the other instance, a newcomer joins',
    async (id) => {
      const room = `kill-${id}`;
      const { ana, bo } = await callAcrossRegions(browser, cloud, { room, codec: 'vp8' });
      await Promise.all([seesMore(ana), seesMore(bo)]);
      const pid = cloud.pid(id);
      cloud.kill(id);
      await Promise.all([seesMore(ana, 30, 20_000), seesMore(bo, 30, 20_000)]);
      await Promise.all([ana.connected(), bo.connected()]);
      expect(await ana.room('return room.remoteParticipants.size;')).toBe(1);
      expect(await bo.room('return room.remoteParticipants.size;')).toBe(1);
      const eva = await join(browser, cloud, { room, name: 'Eva', from: 'frankfurt', camera: '0' });
      await seesMore(eva);
      await restarted(id, pid);
      await Promise.all([ana, bo, eva].map((p) => p.close()));
    },
  );

  it('of a media node: its participants come back by themselves, the others never lose each other', async () => {
    const room = 'kill-sfu';
    const { ana, bo } = await callAcrossRegions(browser, cloud, { room, codec: 'vp8' });
    const eva = await join(browser, cloud, { room, name: 'Eva', from: 'frankfurt' });
    await Promise.all([seesMore(ana), seesMore(bo), seesMore(eva)]);
    await bo.room("window.back = 0; room.on('reconnected', () => { window.back += 1; });");
    const pid = cloud.pid('sfu-sgp-1');
    cloud.kill('sfu-sgp-1');
    await seesMore(ana, 20, 20_000);
    await restarted('sfu-sgp-1', pid);
    // Only then do his counters begin anew: what is counted from before would ask for too much.
    await until('Bo is back', () => bo.room<boolean>("return window.back >= 1 && room.state === 'connected';"));
    await Promise.all([seesMore(bo), hearsMore(bo)]);
    await until('Ana sees both again', () => ana.room<boolean>('return room.remoteParticipants.size === 2;'));
    await Promise.all([ana, bo, eva].map((p) => p.close()));
  });
});
