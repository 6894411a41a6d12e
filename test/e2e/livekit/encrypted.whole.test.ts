// End-to-end encryption by LiveKit's SDKs: pictures, sound and data pass two regions, and only those with the key have
// them. Frames are counted where they are decoded.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent, ClientKind } from '../../support/livekit/agent.ts';
import { type CallStage, sharedStage } from '../../support/livekit/call-tests.ts';
import type { SdkClient } from '../../support/livekit/clients.ts';
import type { Region } from '../../support/livekit/stage.ts';
import { livekitToken } from '../../support/livekit/tokens.ts';
import { hasHeard, hears, isMuted, knows, sees } from '../../support/livekit/watch.ts';
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

/** Both directions: the acting agent, its identity, and the agent that notices. */
const ways = () => [[page, 'page', node] as const, [node, 'node', page] as const];
const widthAt = async (agent: Agent, identity: string): Promise<number | undefined> =>
  (await agent.received()).find((one) => one.identity === identity && one.source === 'camera')?.width;

it('with the key pictures, sound and messages come both ways, and the room shows tracks as encrypted', async () => {
  for (const [by, who, at] of ways()) {
    await Promise.all([sees(at, who), hears(at, who)]);
    const { tracks } = await knows(at, who, 'has two tracks', (one) => one.tracks.length === 2);
    expect(tracks.map(({ isEncrypted }) => isEncrypted)).toEqual([true, true]);
    await by.send({ text: `of ${who}`, topic: 't', reliable: true });
    expect(await hasHeard(at, `of ${who}`)).toMatchObject({ topic: 't', from: who });
  }
});

it('mute and unmute: sound and pictures come again', async () => {
  for (const [by, who, at] of ways())
    for (const source of ['microphone', 'camera'] as const) {
      await by.setMuted(source, true);
      await knows(at, who, `has its ${source} muted`, isMuted(source, true));
      await by.setMuted(source, false);
      await knows(at, who, `has its ${source} again`, isMuted(source, false));
      await (source === 'camera' ? sees(at, who) : hears(at, who));
    }
});

it('a page that shows a picture small gets the small layer, and the large one again', async () => {
  // Native SDKs send their layers in one size when that is 640x360.
  const other = await opened('chromium');
  await joins(other, { kind: 'chromium', region: 'singapore', identity: 'other page', key });
  await other.publish(media);
  await until('the large layer', async () => (await widthAt(page, 'other page')) === 640);
  await page.show('other page', 160, 90);
  await until('the small layer', async () => (await widthAt(page, 'other page')) === 320);
  await sees(page, 'other page');
  await page.show('other page', 640, 360);
  await until('the large layer again', async () => (await widthAt(page, 'other page')) === 640);
  await sees(page, 'other page');
  await other.leave();
});

it('the same key in Python: pictures and sound both ways; with another key nothing is decoded', async () => {
  const python = await opened('python');
  await joins(python, { kind: 'python', region: 'singapore', identity: 'python', key });
  await python.publish(media);
  for (const [, who, at] of ways()) {
    await Promise.all([sees(python, who), hears(python, who)]);
    await Promise.all([sees(at, 'python'), hears(at, 'python')]);
  }
  await python.leave();
  await joins(python, { kind: 'python', region: 'singapore', identity: 'other key', key: 'another key' });
  await python.publish(media);
  await Promise.all(ways().map(([, , at]) => knows(at, 'other key', 'is there', (one) => one.tracks.length === 2)));
  await undecoded(python, 'page', 'node');
  for (const [, , at] of ways()) await undecoded(at, 'other key');
  await Promise.all(ways().map(([, who, at]) => Promise.all([sees(at, who), hears(at, who)])));
  await python.leave();
});

/** Of bytes that mean nothing a decoder may make a picture or a click, but no more. */
const PICTURES_MAX = 2;
/** Of 100 readings a second. */
const SOUNDS_MAX = 30;

/** Its tracks are subscribed to; while pictures of others go on for some seconds, none of it is seen, nor heard. */
async function undecoded(agent: Agent, ...identities: readonly string[]): Promise<void> {
  const rows = async () => (await agent.received()).filter(({ identity }) => identities.includes(identity));
  await until('all tracks are received', async () => (await rows()).length === 2 * identities.length);
  await Promise.all([sees(page, 'node', 45), sees(node, 'page', 45)]);
  const all = await rows();
  expect(all).toHaveLength(2 * identities.length);
  expect(Math.max(...all.map(({ frames }) => frames))).toBeLessThanOrEqual(PICTURES_MAX);
  expect(Math.max(...all.map(({ sound }) => sound))).toBeLessThanOrEqual(SOUNDS_MAX);
}

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
