// livekit-client whose socket breaks, or whose ICE begins anew: its session and its media go on. One that loses its
// session joins anew.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestCloud } from '../../support/cloud.ts';
import type { Agent } from '../../support/livekit/agent.ts';
import { agentIn, openLivekitPage, ourClient, type SdkClient } from '../../support/livekit/clients.ts';
import { LiveKitPageAgent } from '../../support/livekit/livekit-page.ts';
import { livekitToken } from '../../support/livekit/tokens.ts';
import { hasHeard, sees } from '../../support/livekit/watch.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';

const room = 'livekit-resume';
/** The page keeps its sockets and its room where the test finds them. */
const KEEP = `
  window.sockets = [];
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket { constructor(...args) { super(...args); window.sockets.push(this); } };
  const { Room } = LivekitClient;
  LivekitClient.Room = class extends Room { constructor(options) { super(options); window.room = this; } };
  0`;
/** Without pictures; three times what is promised, as readings are far apart on a busy machine. */
const GAP_MS_MAX = 3000;
/** Of tokens at nodes. */
const CLOCK_TOLERANCE_MS = 2000;

let cloud: TestCloud;
let browser: Browser;
let ours: SdkClient;
let page: Page;
let theirs: Agent;
let tokenEndsWallMs: number;
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
  [ours, page] = await Promise.all([ourClient(browser, cloud), openLivekitPage(browser, cloud)]);
  await page.evaluate(KEEP);
  theirs = await agentIn(page, LiveKitPageAgent);
  const url = cloud.entryUrl('frankfurt');
  await ours.agent.join({ url, token: await livekitToken(cloud, { room, identity: 'ours' }) });
  const token = await livekitToken(cloud, { room, identity: 'theirs', expiresInS: 1 });
  tokenEndsWallMs = Date.now() + 1000 + CLOCK_TOLERANCE_MS;
  await theirs.join({ url: url.replace(/^http/, 'ws'), token });
  const camera = { camera: { codec: 'vp8', simulcast: false } } as const;
  await Promise.all([ours.agent.publish(camera), theirs.publish(camera)]);
  await Promise.all([sees(ours.agent, 'theirs'), sees(theirs, 'ours')]);
});
afterAll(async () => {
  await ours?.close();
  await page?.context().close();
  await browser?.close();
});

/** The longest time without a new picture of `theirs` at ours, until `isOver`. A track that begins anew fails. */
async function longestGapMs(isOver: () => boolean): Promise<number> {
  let [frames, sinceMs, longestMs] = [0, performance.now(), 0];
  while (!isOver()) {
    const now = (await ours.agent.received()).find(({ identity }) => identity === 'theirs')?.frames ?? 0;
    expect(now).toBeGreaterThanOrEqual(frames);
    if (now > frames) [frames, sinceMs] = [now, performance.now()];
    longestMs = Math.max(longestMs, performance.now() - sinceMs);
  }
  return longestMs;
}

/** Does it, waits until both see each other again, and measures meanwhile. */
async function disturbed(act: () => Promise<unknown>): Promise<number> {
  let isOver = false;
  const gap = longestGapMs(() => isOver);
  try {
    await act();
    await Promise.all([sees(theirs, 'ours'), sees(ours.agent, 'theirs')]);
  } finally {
    isOver = true;
  }
  return gap;
}

const generation = (side: string): Promise<unknown> =>
  page.evaluate(`room.engine.pcManager.${side}.getRemoteDescription().sdp.match(/ice-ufrag:(.*)/)[1]`);

it('a socket that breaks: the same session goes on, pictures flow all the time, messages arrive afterwards', async () => {
  const before = await theirs.status();
  const credentials = await Promise.all([generation('publisher'), generation('subscriber')]);
  const gapMs = await disturbed(async () => {
    await page.evaluate('sockets.at(-1).close(4000)');
    await until('it is back', async () => (await theirs.status()).reconnects === before.reconnects + 1);
  });
  expect(gapMs).toBeLessThan(GAP_MS_MAX);
  expect(await theirs.status()).toMatchObject({ state: 'connected', sid: before.sid, disconnects: [] });
  const now = await Promise.all([generation('publisher'), generation('subscriber')]);
  expect(now[0]).not.toBe(credentials[0]);
  expect(now[1]).not.toBe(credentials[1]);
  await theirs.send({ text: 'back', topic: 't', reliable: true });
  await ours.agent.send({ text: 'welcome', topic: 't', reliable: true });
  await Promise.all([hasHeard(ours.agent, 'back'), hasHeard(theirs, 'welcome')]);
});

it('ICE that the client begins anew gets new credentials of the node, and pictures flow all the time', async () => {
  const credentials = await generation('publisher');
  const gapMs = await disturbed(async () => {
    await page.evaluate('room.engine.pcManager.publisher.createAndSendOffer({ iceRestart: true })');
    await until('other credentials', async () => (await generation('publisher')) !== credentials);
  });
  expect(gapMs).toBeLessThan(GAP_MS_MAX);
  const isUp = await page.evaluate(`room.engine.pcManager.publisher.getConnectionState()`);
  expect(isUp).toBe('connected');
});

it('a session that is lost when its token has ended: the client joins anew with the token it was given', async () => {
  const { sid } = await theirs.status();
  await until('its own token has ended', () => Date.now() > tokenEndsWallMs);
  await page.evaluate(`room.simulateScenario('full-reconnect')`);
  await until('it is another session', async () => (await theirs.status()).sid !== sid);
  await Promise.all([sees(theirs, 'ours'), sees(ours.agent, 'theirs')]);
  expect(await theirs.status()).toMatchObject({ state: 'connected', disconnects: [] });
});
