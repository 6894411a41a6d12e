// Sends files between two of LiveKit's SDKs in two regions, as their own byte streams, which our service forwards.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../poll.ts';
import type { Agent, ReceivedFile } from './agent.ts';
import { type CallStage, sharedStage } from './call-tests.ts';
import type { SdkClient } from './clients.ts';
import type { Region } from './stage.ts';
import { livekitToken } from './tokens.ts';
import { untilKnown, untilMessage } from './watch.ts';

const kinds = ['chromium', 'rtc-node'] as const;
const regionOf: Readonly<Record<(typeof kinds)[number], Region>> = { chromium: 'frankfurt', 'rtc-node': 'singapore' };

const isWhole = (content: Buffer) => {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { bytes: content.byteLength, sha256, failure: '' };
};

/** Defines the tests of a file. `whole` bytes arrive; `tooLarge` bytes exceed the sender's queue. */
export function testFiles(o: { readonly whole: number; readonly tooLarge?: number }): void {
  let stage: CallStage;
  const clients: SdkClient[] = [];
  const agents = new Map<string, Agent>();
  const agent = (kind: string): Agent => {
    const found = agents.get(kind);
    if (found === undefined) throw new Error(`${kind} has not joined`);
    return found;
  };
  beforeAll(async () => {
    stage = await sharedStage();
    const room = `livekit-files-${o.whole}`;
    await Promise.all(
      kinds.map(async (kind) => {
        const client = await stage.client(kind);
        clients.push(client);
        const token = await livekitToken(stage.cloud, { room, identity: kind });
        await client.agent.join({ url: stage.url(kind, regionOf[kind]), token });
        agents.set(kind, client.agent);
      }),
    );
    await Promise.all([
      untilKnown(agent('chromium'), 'rtc-node', 'is there'),
      untilKnown(agent('rtc-node'), 'chromium', 'is there'),
    ]);
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await stage?.close();
  });
  const next = async (at: Agent, before: number): Promise<ReceivedFile> =>
    until('the end of a file', async () => (await at.files())[before], FILE_MS_MAX);

  describe.each([
    ['chromium', 'rtc-node'],
    ['rtc-node', 'chromium'],
  ])('from %s to %s', (from, to) => {
    it(`a file of ${o.whole} bytes that is sent at once arrives whole, and a line of text goes past it`, async () => {
      const [sender, receiver] = [agent(from), agent(to)];
      const content = randomBytes(o.whole);
      const before = (await receiver.files()).length;
      await sender.sendFile({ content: content.toString('base64'), to: [to] });
      await sender.send({ text: `after the file of ${from}`, topic: 't', reliable: true, to: [to] });
      const arrived = next(receiver, before);
      await untilMessage(receiver, `after the file of ${from}`);
      if (o.tooLarge !== undefined) expect((await receiver.files()).length).toBe(before);
      expect(await arrived).toEqual({ from, ...isWhole(content) });
    });

    if (o.tooLarge !== undefined)
      it('a file that is too large fails at its receiver, both stay in the call, and the next file arrives', async () => {
        const [sender, receiver] = [agent(from), agent(to)];
        const before = (await receiver.files()).length;
        await sender.sendFile({ content: randomBytes(o.tooLarge ?? 0).toString('base64') });
        expect((await next(receiver, before)).failure).not.toBe('');
        const content = randomBytes(100_000);
        await sender.sendFile({ content: content.toString('base64') });
        expect(await next(receiver, before + 1)).toEqual({ from, ...isWhole(content) });
        for (const one of [sender, receiver])
          expect(await one.status()).toMatchObject({ state: 'connected', reconnects: 0 });
      });
  });
}

/** Limit that ends a hang: 3 MB take 10 s. */
const FILE_MS_MAX = 60_000;
