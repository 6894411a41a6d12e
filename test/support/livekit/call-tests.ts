// The tests that one client of LiveKit's SDKs has to pass against ours, across two regions. Media is counted by
// getStats() and frame callbacks.
import { RoomServiceClient } from 'livekit-server-sdk';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestCloud } from '../cloud.ts';
import { sharedChromium } from '../shared-browser.ts';
import { sharedCloud } from '../shared-cloud.ts';
import type { Agent } from './agent.ts';
import { ourClient, type SdkClient } from './clients.ts';
import { livekitToken } from './tokens.ts';
import { hasEnded, hasHeard, hears, isMuted, knows, sees } from './watch.ts';

/** Makes the tests of a file: ours joins in Frankfurt, theirs in Singapore. */
export function testCallWith(name: string, open: (browser: Browser, cloud: TestCloud) => Promise<SdkClient>): void {
  const room = `livekit-${name}`;
  let cloud: TestCloud;
  let browser: Browser;
  const clients: SdkClient[] = [];
  let ours: Agent;
  let theirs: Agent;
  const tokenOf = (identity: string): Promise<string> =>
    livekitToken(cloud, { room, identity, name: `${identity} of ${name}`, metadata: `m ${identity}` });

  beforeAll(async () => {
    cloud = sharedCloud();
    browser = await sharedChromium();
    clients.push(...(await Promise.all([ourClient(browser, cloud), open(browser, cloud)])));
    [ours, theirs] = clients.map(({ agent }) => agent) as [Agent, Agent];
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await browser?.close();
  });

  describe(`${name} and our SDK`, () => {
    it('pictures and sound flow both ways across two regions', async () => {
      const url = cloud.entryUrl('singapore').replace(/^http/, 'ws');
      await Promise.all([
        ours.join({ url: cloud.entryUrl('frankfurt'), token: await tokenOf('ours') }),
        theirs.join({ url, token: await tokenOf('theirs') }),
      ]);
      const media = { camera: { codec: 'vp8', simulcast: true }, microphone: true } as const;
      await Promise.all([ours.publish(media), theirs.publish(media)]);
      const [atOurs, atTheirs] = await Promise.all([
        sees(ours, 'theirs'),
        sees(theirs, 'ours'),
        hears(ours, 'theirs'),
        hears(theirs, 'ours'),
      ]);
      expect([atOurs.mimeType, atTheirs.mimeType].map((type) => type.toLowerCase())).toEqual([
        'video/vp8',
        'video/vp8',
      ]);
      const { region } = await knows(ours, 'theirs', 'is there');
      expect(region).toBe('singapore');
    });

    it('a mute is seen at the other side, and its end brings the sound back', async () => {
      for (const [by, identity, at] of [[ours, 'ours', theirs] as const, [theirs, 'theirs', ours] as const]) {
        await by.setMuted('microphone', true);
        await knows(at, identity, 'is muted', isMuted('microphone', true));
        await by.setMuted('microphone', false);
        await knows(at, identity, 'is heard again', isMuted('microphone', false));
        await hears(at, identity);
      }
    });

    it('messages arrive both ways, reliable and lossy, with topic and sender', async () => {
      for (const [by, from, at] of [[ours, 'ours', theirs] as const, [theirs, 'theirs', ours] as const])
        for (const reliable of [true, false]) {
          const text = `${from} ${reliable}`;
          await by.send({ text, topic: 'weather', reliable });
          expect(await hasHeard(at, text)).toEqual({ text, topic: 'weather', reliable, from });
          await by
            .send({ text: `not to you, ${text}`, topic: 'weather', reliable, to: ['a third one'] })
            .catch(() => 0);
        }
      await theirs.send({ text: 'the last', topic: 't', reliable: true, to: ['ours'] });
      await hasHeard(ours, 'the last');
      const texts = [...(await ours.heard()), ...(await theirs.heard())].map(({ text }) => text);
      expect(texts.filter((text) => text.startsWith('not to you'))).toEqual([]);
    });

    it('calls are answered both ways, failures have their code', async () => {
      for (const [by, to] of [[ours, 'theirs'] as const, [theirs, 'ours'] as const]) {
        expect(await by.call({ to, method: 'echo', payload: 'hi' })).toEqual({ answer: 'echo: hi' });
        expect(await by.call({ to, method: 'fail', payload: '' })).toEqual({ code: 1600 });
        expect(await by.call({ to, method: 'there is none', payload: '' })).toEqual({ code: 1400 });
      }
    });

    it('name, metadata and attributes are known to the other from the start, and when they change', async () => {
      for (const [by, identity, at] of [[ours, 'ours', theirs] as const, [theirs, 'theirs', ours] as const]) {
        const before = await knows(at, identity, 'is there');
        expect(before).toMatchObject({ name: `${identity} of ${name}`, metadata: `m ${identity}` });
        await by.setAbout({ name: 'Ada', metadata: 'new', attributes: { hand: 'up' } });
        const is = (p: typeof before) => p.name === 'Ada' && p.metadata === 'new' && p.attributes['hand'] === 'up';
        await knows(at, identity, 'has changed', is);
      }
    });

    it('one that a host removes hears why, and is gone for the other', async () => {
      const { key, secret } = cloud.secrets().devKey;
      await new RoomServiceClient(cloud.pageUrl, key, secret).removeParticipant(room, 'theirs');
      expect(await hasEnded(theirs)).toBe('PARTICIPANT_REMOVED');
      await expect.poll(async () => (await ours.people()).length).toBe(0);
    });
  });
}
