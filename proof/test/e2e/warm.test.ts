// A join on transports that were connected in the lobby (ADR 0045).
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, Participant } from '../support/browser.ts';
import { join, untilMoreFrames, untilMoreSound } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
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
});

/** Returns the states of the page's connections, in the order in which they were made. */
const states = (p: Participant): Promise<string[]> =>
  p.page.evaluate(() => (window as unknown as { pcs: RTCPeerConnection[] }).pcs.map((pc) => pc.connectionState));
const connected = async (p: Participant): Promise<number> =>
  (await states(p)).filter((state) => state === 'connected').length;

async function warmLobby(room: string, name: string): Promise<Participant> {
  const bo = await Participant.open(browser, cloud.pageUrl, { room, name, from: 'singapore' });
  await bo.page.waitForSelector('[data-testid=join]:not([disabled])');
  await until('both transports are connected in the lobby', async () => (await connected(bo)) === 2);
  return bo;
}

describe('a person in the lobby', () => {
  it('has connected transports, of which the room learns nothing, and joins on them', async () => {
    const ana = await join(browser, cloud, { room: 'warm', name: 'Ana', from: 'frankfurt' });
    const bo = await warmLobby('warm', 'Bo');
    const made = (await states(bo)).length;
    expect(await ana.room<number>('return room.remoteParticipants.size;')).toBe(0);
    await bo.page.click('[data-testid=join]');
    await bo.connected();
    await Promise.all([untilMoreFrames(bo), untilMoreSound(bo), untilMoreFrames(ana), untilMoreSound(ana)]);
    expect(await states(bo), 'no connection was made after the click').toHaveLength(made);
    expect(await bo.room<string>('return room.placement.nodeId;')).toBe('sfu-sgp-1');
  });

  it('joins on new transports after the warm ones have gone', async () => {
    const ana = await join(browser, cloud, { room: 'warm-gone', name: 'Ana', from: 'frankfurt' });
    const bo = await warmLobby('warm-gone', 'Bo');
    const made = (await states(bo)).length;
    await bo.page.evaluate(() => {
      for (const pc of (window as unknown as { pcs: RTCPeerConnection[] }).pcs) pc.close();
    });
    await bo.page.click('[data-testid=join]');
    await bo.connected();
    await Promise.all([untilMoreFrames(bo), untilMoreFrames(ana)]);
    expect((await states(bo)).length).toBeGreaterThan(made);
  });
});
