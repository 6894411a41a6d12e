import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { TestCloud } from '../../support/cloud.ts';
import { untilFleetAlive, untilRestarted } from '../../support/fleet.ts';
import { chromiumClient, ourClient, type SdkClient } from '../../support/livekit/clients.ts';
import { livekitToken } from '../../support/livekit/tokens.ts';
import { untilFrames } from '../../support/livekit/watch.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';

const room = 'livekit-killed';
/** Limit for a killed node to restart and register, which takes a while on a busy machine. */
const BACK_MS_MAX = 60_000;

let cloud: TestCloud;
let browser: Browser;
let ours: SdkClient;
let theirs: SdkClient;
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
  [ours, theirs] = await Promise.all([ourClient(browser, cloud), chromiumClient(browser, cloud)]);
  const token = (identity: string): Promise<string> => livekitToken(cloud, { room, identity });
  await ours.agent.join({ url: cloud.entryUrl('singapore'), token: await token('ours') });
  const url = cloud.entryUrl('frankfurt').replace(/^http/, 'ws');
  await theirs.agent.join({ url, token: await token('theirs') });
  const camera = { camera: { codec: 'vp8', simulcast: false } } as const;
  await Promise.all([ours.agent.publish(camera), theirs.agent.publish(camera)]);
});
beforeEach(() => untilFleetAlive(cloud));
afterAll(async () => {
  await Promise.all([ours?.close(), theirs?.close()]);
  await browser?.close();
  await untilFleetAlive(cloud);
});

it.each(['sig-fra', 'sfu-fra-1'])(
  '%s is killed: the client is back with another session, and pictures flow both ways',
  async (id) => {
    await Promise.all([untilFrames(ours.agent, 'theirs'), untilFrames(theirs.agent, 'ours')]);
    const before = await theirs.agent.status();
    const pid = cloud.pid(id);
    cloud.kill(id);
    await until(
      'it has joined anew',
      async () => {
        const { state, sid, reconnects } = await theirs.agent.status();
        return state === 'connected' && sid !== before.sid && reconnects > before.reconnects;
      },
      BACK_MS_MAX,
    );
    await Promise.all([
      untilFrames(ours.agent, 'theirs', undefined, BACK_MS_MAX),
      untilFrames(theirs.agent, 'ours', undefined, BACK_MS_MAX),
    ]);
    expect((await theirs.agent.status()).disconnects).toEqual([]);
    expect((await ours.agent.people()).map(({ identity }) => identity)).toEqual(['theirs']);
    await untilRestarted(cloud, id, pid);
  },
);
