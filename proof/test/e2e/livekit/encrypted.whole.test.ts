// End-to-end encryption by LiveKit's SDKs: pictures, sound and data cross two regions, and only clients with the key
// can decode them. Frames are counted where they are decoded.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent, ClientKind } from '../../support/livekit/agent.ts';
import { type CallStage, sharedStage } from '../../support/livekit/call-tests.ts';
import type { SdkClient } from '../../support/livekit/clients.ts';
import type { Region } from '../../support/livekit/stage.ts';
import { livekitToken } from '../../support/livekit/tokens.ts';
import { untilFrames, untilKnown, untilMessage, untilSound } from '../../support/livekit/watch.ts';
import { until } from '../../support/poll.ts';

const room = 'livekit-encrypted';
const key = 'a key of the room';
const media = { camera: { codec: 'vp8', simulcast: true }, microphone: true } as const;

let stage: CallStage;
const clients: SdkClient[] = [];
let page: Agent;
let node: Agent;
const opened = async (kind: ClientKind): Promise<Agent> => {
  const client = await stage.client(kind);
  clients.push(client);
  return client.agent;
};
const joins = async (
  agent: Agent,
  o: { kind: ClientKind; region: Region; identity: string; key?: string; adaptiveStream?: boolean },
): Promise<void> => {
  const token = await livekitToken(stage.cloud, { room, identity: o.identity });
  await agent.join(Object.assign({}, o, { url: stage.url(o.kind, o.region), token }));
};
beforeAll(async () => {
  stage = await sharedStage();
  [page, node] = await Promise.all([opened('chromium'), opened('rtc-node')]);
  await joins(page, { kind: 'chromium', region: 'frankfurt', identity: 'page', key, adaptiveStream: true });
  await joins(node, { kind: 'rtc-node', region: 'singapore', identity: 'node', key });
  await Promise.all([page.publish(media), node.publish(media)]);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await stage?.close();
});

const directions = () => [[page, 'page', node] as const, [node, 'node', page] as const];

it('with the key pictures, sound and messages pass both ways, and the room shows tracks as encrypted', async () => {
  for (const [by, who, at] of directions()) {
    await Promise.all([untilFrames(at, who), untilSound(at, who)]);
    const { tracks } = await untilKnown(at, who, 'has two tracks', (one) => one.tracks.length === 2);
    expect(tracks.map(({ isEncrypted }) => isEncrypted)).toEqual([true, true]);
    await by.send({ text: `of ${who}`, topic: 't', reliable: true });
    expect(await untilMessage(at, `of ${who}`)).toMatchObject({ topic: 't', from: who });
  }
});

/** A decoder may make a picture or a click of meaningless bytes, but no more. */
const PICTURES_MAX = 2;

it('our SDK, which has no key, receives packets and no picture', async () => {
  const ours = await opened('ours');
  await joins(ours, { kind: 'ours', region: 'frankfurt', identity: 'ours' });
  const camera = async () =>
    (await ours.received()).filter(
      ({ identity, source, packets = 0 }) =>
        (identity === 'page' || identity === 'node') && source === 'camera' && packets > 100,
    );
  await until('packets of two cameras', async () => (await camera()).length === 2);
  expect(Math.max(...(await camera()).map(({ frames }) => frames))).toBeLessThanOrEqual(PICTURES_MAX);
});
