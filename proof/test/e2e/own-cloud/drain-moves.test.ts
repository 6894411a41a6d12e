import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { closePages } from '../../support/browser.ts';
import { join, untilMoreFrames, untilMoreSound, whereabouts } from '../../support/call.ts';
import type { TestCloud } from '../../support/cloud.ts';
import { watchContinuity } from '../../support/continuity.ts';
import { untilFleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { standbyCloud } from '../../support/standby-cloud.ts';
import { camera, expectUnbroken } from '../../support/talking.ts';

/** Limit of the drain. No move fails here: a failed one would be retried only a minute later. */
const drainDeadlineMs = 60_000;

let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = standbyCloud();
  await untilFleetAlive(cloud);
  browser = await sharedChromium();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
  await untilFleetAlive(cloud);
});

describe('a drain', () => {
  it('moves talking participants to another node of the region, one after another, and cuts none off', async () => {
    const query = { room: 'drained', codec: 'vp8', from: 'frankfurt' };
    // Two equal nodes of a region may each get either participant, so one is cordoned until both have joined.
    const [home, otherNode] = ['sfu-fra-1', 'sfu-fra-2'];
    await cloud.cordon(otherNode, true);
    const ana = await join(browser, cloud, { ...query, name: 'Ana' }, camera);
    const bo = await join(browser, cloud, { ...query, name: 'Bo' }, camera);
    const participants = [ana, bo];
    for (const p of participants) await untilMoreFrames(p);
    expect(await Promise.all(participants.map(async (p) => (await whereabouts(p)).nodeId))).toEqual([home, home]);
    await cloud.cordon(otherNode, false);
    for (const p of participants) {
      await p.room(
        "window.lost = []; window.movedTo = ''; room.on('trackUnsubscribed', (track) => window.lost.push(track.trackId)); room.on('reconnecting', () => window.lost.push('reconnecting')); room.on('moved', (placement) => { window.movedTo = placement.nodeId; });",
      );
    }
    await Promise.all(participants.map(watchContinuity));
    onTestFinished(() => cloud.drain(home, false));
    await cloud.drain(home, true);
    for (const p of participants) {
      await until(
        `${p.name} is moved`,
        () => p.room<boolean>(`return window.movedTo === '${otherNode}';`),
        drainDeadlineMs,
      ).catch(async (cause: unknown) => {
        throw new Error(`not moved; moves: ${JSON.stringify(await cloud.moves())}`, { cause });
      });
    }
    await until('the drained node is empty', async () => {
      const { nodes } = await cloud.fleet();
      return nodes.find(({ nodeId }) => nodeId === home)?.load.sessions === 0;
    });
    await Promise.all(participants.map((p) => untilMoreFrames(p, 30)));
    await Promise.all(participants.map((p) => untilMoreSound(p)));
    await expectUnbroken(participants, `after the drain of ${home}`);
    expect(await Promise.all(participants.map((p) => p.room('return window.lost;')))).toEqual([[], []]);
    const cy = await join(browser, cloud, { ...query, name: 'Cy' }, camera);
    expect((await whereabouts(cy)).nodeId).toBe(otherNode);
    await Promise.all([...participants, cy].map((p) => p.close()));
  }, 600_000);
});
