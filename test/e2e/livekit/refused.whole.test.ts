// LiveKit's SDKs that may not come in, or may not do what they try.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestCloud } from '../../support/cloud.ts';
import { chromiumClient, ourClient, rtcNodeClient, type SdkClient } from '../../support/livekit/clients.ts';
import { livekitToken, type TokenOptions } from '../../support/livekit/tokens.ts';
import { knows } from '../../support/livekit/watch.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { keyOfTenant } from '../../support/users.ts';

const room = 'livekit-refused';
let cloud: TestCloud;
let browser: Browser;
/** A participant by our SDK that shows its camera. */
let ours: SdkClient;
const clients: SdkClient[] = [];
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
  ours = await ourClient(browser, cloud);
  clients.push(ours);
  await ours.agent.join({
    url: cloud.entryUrl('frankfurt'),
    token: await livekitToken(cloud, { room, identity: 'ours' }),
  });
  await ours.agent.publish({ camera: { codec: 'vp8', simulcast: false } });
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await browser?.close();
});

const kinds = [
  ['livekit-client', () => chromiumClient(browser, cloud)],
  ['rtc-node', () => rtcNodeClient()],
] as const;

describe.each(kinds)('%s', (name, open) => {
  const opened = async (): Promise<SdkClient> => {
    const client = await open();
    clients.push(client);
    return client;
  };
  const joins = async (client: SdkClient, o: Partial<TokenOptions>): Promise<void> => {
    const token = await livekitToken(cloud, { room, identity: name, ...o });
    await client.agent.join({ url: cloud.entryUrl('frankfurt').replace(/^http/, 'ws'), token });
  };

  it('a token that is signed by another, has expired, is for no room or is no token lets it not in', async () => {
    const { agent } = await opened();
    const { key } = cloud.secrets().devKey;
    const url = cloud.entryUrl('frankfurt').replace(/^http/, 'ws');
    const bad = [
      ['TOKEN_INVALID', livekitToken(cloud, { room, identity: name, key: { key, secret: 'x'.repeat(40) } })],
      ['TOKEN_EXPIRED', livekitToken(cloud, { room, identity: name, expiresInS: -60 })],
      ['NOT_PERMITTED', livekitToken(cloud, { room, identity: name, grant: { roomJoin: false } })],
      ['TOKEN_', Promise.resolve('no token')],
    ] as const;
    for (const [code, token] of bad) await expect(agent.join({ url, token: await token })).rejects.toThrow(code);
  });

  it('without the right to subscribe it receives nothing, though it is shown who publishes', async () => {
    const client = await opened();
    await joins(client, { grant: { canPublish: false, canSubscribe: false } });
    await knows(client.agent, 'ours', 'is shown with its camera', ({ tracks }) => tracks.length === 1);
    expect(await client.agent.received()).toEqual([]);
    // Native SDKs wait ten seconds for an answer to what they may not publish.
    if (client.kind === 'chromium') await expect(client.agent.publish({ microphone: true })).rejects.toThrow();
    const { tracks } = await knows(ours.agent, name, 'is there');
    expect(tracks).toEqual([]);
  });

  it('with a token of another tenant it sees nothing of a room of the same name', async () => {
    const key = await keyOfTenant(cloud, `tenant-of-${name}`, ['rooms:join']);
    const client = await opened();
    await joins(client, { key, identity: 'foreigner' });
    expect(await client.agent.people()).toEqual([]);
    const { state } = await client.agent.status();
    expect(state).toBe('connected');
    expect((await ours.agent.people()).map(({ identity }) => identity)).not.toContain('foreigner');
  });
});
