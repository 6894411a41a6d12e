// Tests that each of LiveKit's SDKs must pass with ours, across two regions. Media is counted by getStats() and frame
// callbacks.
import { RoomServiceClient } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedChromium } from '../shared-browser.ts';
import { sharedCloud } from '../shared-cloud.ts';
import type { Agent, ClientKind } from './agent.ts';
import { chromiumClient, ourClient, pythonClient, rtcNodeClient, type SdkClient } from './clients.ts';
import type { Region, Stage } from './stage.ts';
import { livekitToken } from './tokens.ts';
import { isMuted, untilDisconnected, untilFrames, untilKnown, untilMessage, untilSound } from './watch.ts';

export type CallStage = Pick<Stage, 'cloud' | 'client' | 'url' | 'remove' | 'close'>;

export async function sharedStage(): Promise<CallStage> {
  const cloud = sharedCloud();
  const browser = await sharedChromium();
  const { key, secret } = cloud.secrets().devKey;
  const clients: Readonly<Partial<Record<ClientKind, () => Promise<SdkClient>>>> = {
    ours: () => ourClient(browser, cloud),
    chromium: () => chromiumClient(browser, cloud),
    'rtc-node': () => rtcNodeClient(),
    python: () => pythonClient(),
  };
  return {
    cloud,
    client: (kind) => clients[kind]?.() ?? Promise.reject(new Error(`there is no ${kind} here`)),
    url: (kind, region) => (kind === 'ours' ? cloud.entryUrl(region) : cloud.entryUrl(region).replace(/^http/, 'ws')),
    remove: (room, identity) => new RoomServiceClient(cloud.pageUrl, key, secret).removeParticipant(room, identity),
    close: () => browser.close(),
  };
}

const media = { camera: { codec: 'vp8', simulcast: true }, microphone: true } as const;

/** Defines the tests of a file: our client stays in Frankfurt, each of theirs joins in Singapore in turn. */
export function testCallsWith(kinds: readonly ClientKind[], open: () => Promise<CallStage>): void {
  const room = `livekit-${kinds.join('-')}`;
  let stage: CallStage;
  const clients: SdkClient[] = [];
  let ours: Agent;

  const opened = async (kind: ClientKind): Promise<Agent> => {
    const client = await stage.client(kind);
    clients.push(client);
    return client.agent;
  };
  const joins = async (agent: Agent, identity: string, kind: ClientKind, region: Region): Promise<void> => {
    const token = await livekitToken(stage.cloud, { room, identity, ...aboutOf(identity) });
    await agent.join({ url: stage.url(kind, region), token });
  };
  beforeAll(async () => {
    stage = await open();
    ours = await opened('ours');
    await joins(ours, 'ours', 'ours', 'frankfurt');
    await ours.publish(media);
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await stage?.close();
  });

  describe.each(kinds)('%s and our SDK', (kind) => {
    const identity = `theirs-${kind}`;
    let theirs: Agent;
    const directions = () => [[ours, 'ours', theirs] as const, [theirs, identity, ours] as const];
    beforeAll(async () => {
      theirs = await opened(kind);
    });

    it('exchange pictures and sound across two regions', async () => {
      await joins(theirs, identity, kind, 'singapore');
      await theirs.publish(media);
      const [atOurs, atTheirs] = await Promise.all([
        untilFrames(ours, identity),
        untilFrames(theirs, 'ours'),
        untilSound(ours, identity),
        untilSound(theirs, 'ours'),
      ]);
      expect(atOurs.mimeType.toLowerCase()).toBe('video/vp8');
      expect(atTheirs.mimeType.toLowerCase()).toBe('video/vp8');
      const { region } = await untilKnown(ours, identity, 'is there');
      expect(region).toBe('singapore');
    });

    it('see a mute of the other, and hear the sound again after the unmute', async () => {
      for (const [by, who, at] of directions()) {
        await by.setMuted('microphone', true);
        await untilKnown(at, who, 'is muted', isMuted('microphone', true));
        await by.setMuted('microphone', false);
        await untilKnown(at, who, 'is heard again', isMuted('microphone', false));
        await untilSound(at, who);
      }
    });

    it('exchange reliable and lossy messages, with topic and sender', async () => {
      for (const [by, from, at] of directions())
        for (const reliable of [true, false]) {
          const text = `${kind}: ${from} ${reliable}`;
          await by.send({ text, topic: 'weather', reliable });
          expect(await untilMessage(at, text)).toEqual({ text, topic: 'weather', reliable, from });
          // Refused or dropped: no participant has this name.
          const elsewhere = { text: `not to you, ${text}`, topic: 'weather', reliable, to: ['a third one'] };
          await by.send(elsewhere).catch(() => undefined);
        }
      await Promise.all([
        theirs.send({ text: `last of ${kind}`, topic: 't', reliable: true, to: ['ours'] }),
        ours.send({ text: `last for ${kind}`, topic: 't', reliable: true, to: [identity] }),
      ]);
      await Promise.all([untilMessage(ours, `last of ${kind}`), untilMessage(theirs, `last for ${kind}`)]);
      const texts = [...(await ours.heard()), ...(await theirs.heard())].map(({ text }) => text);
      expect(texts.filter((text) => text.startsWith('not to you'))).toEqual([]);
    });

    it("answer each other's calls, with codes for failures", async () => {
      for (const [, to, by] of directions()) {
        expect(await by.call({ to, method: 'echo', payload: 'hi' })).toEqual({ answer: 'echo: hi' });
        expect(await by.call({ to, method: 'fail', payload: '' })).toEqual({ code: 1600 });
        expect(await by.call({ to, method: 'there is none', payload: '' })).toEqual({ code: 1400 });
      }
    });

    it('exchange messages of 60 kB, and calls of 200 kB there and back', async () => {
      for (const [by, from, at] of directions()) {
        const text = `${kind}, ${from}: `.padEnd(60_000, 'x');
        await by.send({ text, topic: 'large', reliable: true });
        expect(await untilMessage(at, text)).toEqual({ text, topic: 'large', reliable: true, from });
      }
      const payload = 'é'.repeat(100_000);
      const whole = { answer: `echo: ${payload}` };
      // Native SDKs may take calls in one message alone, and then refuse a larger one.
      const outcomes = kind === 'chromium' ? [whole] : [whole, { code: 1402 }, { code: 1504 }];
      for (const [, to, by] of directions())
        expect(outcomes).toContainEqual(await by.call({ to, method: 'echo', payload }));
    });

    it("know each other's name, metadata and attributes from the start, and their changes", async () => {
      for (const [by, who, at] of directions()) {
        const before = await untilKnown(at, who, 'is there');
        expect(before).toMatchObject(aboutOf(who));
        await by.setAbout({ name: 'Ada', metadata: 'new', attributes: { hand: 'up' } });
        const is = (p: typeof before) => p.name === 'Ada' && p.metadata === 'new' && p.attributes['hand'] === 'up';
        await untilKnown(at, who, 'has changed', is);
      }
      await ours.setAbout({ ...aboutOf('ours'), attributes: { hand: '' } });
      await untilKnown(
        theirs,
        'ours',
        'is as before',
        (p) => p.metadata === aboutOf('ours').metadata && !p.attributes['hand'],
      );
    });

    it('see the other go when a host removes it, and the removed one gets the reason', async () => {
      await stage.remove(room, identity);
      expect(await untilDisconnected(theirs)).toBe('PARTICIPANT_REMOVED');
      await expect.poll(async () => (await ours.people()).length).toBe(0);
    });
  });
}

const aboutOf = (identity: string) => ({ name: `name of ${identity}`, metadata: `m ${identity}` });
