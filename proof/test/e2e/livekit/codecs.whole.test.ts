// Pictures of each codec pass between livekit-client and our SDK, within a region and across two: all viewers decode
// them, those who come later and those who show them small too. Frames are counted where they are decoded.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Agent, ClientKind, Codec, Received } from '../../support/livekit/agent.ts';
import { type CallStage, sharedStage } from '../../support/livekit/call-tests.ts';
import type { SdkClient } from '../../support/livekit/clients.ts';
import type { Region } from '../../support/livekit/stage.ts';
import { livekitToken } from '../../support/livekit/tokens.ts';
import { isMuted, untilFrames, untilKnown } from '../../support/livekit/watch.ts';
import { until } from '../../support/poll.ts';

let stage: CallStage;
const clients: SdkClient[] = [];
beforeAll(async () => {
  stage = await sharedStage();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => stage?.close());

async function joined(
  kind: ClientKind,
  o: { room: string; identity: string; region?: Region; adaptiveStream?: boolean },
): Promise<Agent> {
  const client = await stage.client(kind);
  clients.push(client);
  const token = await livekitToken(stage.cloud, { room: o.room, identity: o.identity });
  const url = stage.url(kind, o.region ?? 'frankfurt');
  await client.agent.join({ url, token, adaptiveStream: o.adaptiveStream ?? false });
  return client.agent;
}

const untilWidth = (agent: Agent, identity: string, width: number): Promise<Received> =>
  until(`${identity} ${width} wide`, async () =>
    (await agent.received()).find((one) => one.identity === identity && one.frames > 0 && one.width === width),
  );

const cases: readonly (readonly [codec: Codec, mimeType: string, width: number, height: number, mode: string])[] = [
  ['av1', 'video/AV1', 640, 360, 'L2T3_KEY'],
  ['av1', 'video/AV1', 1280, 720, 'L3T3_KEY'],
  ['vp9', 'video/VP9', 640, 360, 'L2T3_KEY'],
  ['h264', 'video/H264', 640, 360, ''],
];

describe.each(cases)('%s (%s) of %i × %i', (codec, mimeType, width, height, mode) => {
  const camera = { codec, simulcast: true, width, height } as const;

  it('by livekit-client is shown by both SDKs, in all regions, later, after a mute, and small', async () => {
    const room = `livekit-${codec}-${height}`;
    const page = await joined('chromium', { room, identity: 'page' });
    const early = await joined('ours', { room, identity: 'early', adaptiveStream: true });
    await page.publish({ camera });
    const { mimeType: received } = await untilFrames(early, 'page');
    expect(received).toBe(mimeType);
    if (mode !== '') expect((await page.sent()).map(({ scalabilityMode }) => scalabilityMode)).toEqual([mode]);
    await early.show('page', width, height);
    await untilWidth(early, 'page', width);

    const late = await joined('ours', { room, identity: 'late' });
    const far = await joined('ours', { room, identity: 'far', region: 'singapore' });
    const theirs = await joined('chromium', { room, identity: 'theirs', region: 'singapore' });
    const all = [early, late, far, theirs];
    await Promise.all(all.map((one) => untilFrames(one, 'page')));
    await Promise.all(all.map((one) => untilWidth(one, 'page', width)));

    await page.setMuted('camera', true);
    await Promise.all(all.map((one) => untilKnown(one, 'page', 'is muted', isMuted('camera', true))));
    await page.setMuted('camera', false);
    await Promise.all(all.map((one) => untilFrames(one, 'page')));

    await early.show('page', 160, 90);
    const { width: small } = await until('a smaller picture', async () =>
      (await early.received()).find((one) => one.identity === 'page' && one.width < width),
    );
    expect(small).toBeGreaterThan(0);
    await untilFrames(early, 'page');
    await early.show('page', width, height);
    await untilWidth(early, 'page', width);
    await untilFrames(early, 'page');
  });

  it('by our SDK is shown by livekit-client in all regions', async () => {
    const room = `ours-${codec}-${height}`;
    const ours = await joined('ours', { room, identity: 'ours' });
    const early = await joined('chromium', { room, identity: 'early' });
    await ours.publish({ camera });
    expect((await untilFrames(early, 'ours')).mimeType).toBe(mimeType);
    const far = await joined('chromium', { room, identity: 'far', region: 'singapore' });
    await Promise.all([early, far].map((one) => untilFrames(one, 'ours')));
    await Promise.all([early, far].map((one) => untilWidth(one, 'ours', width)));
  });
});

describe.each([
  ['av1', 'video/AV1'],
  ['vp9', 'video/VP9'],
] as const)('%s (%s)', (codec, mimeType) => {
  it.each([true, false])("by LiveKit's native SDK, with simulcast %s, is shown by both SDKs", async (simulcast) => {
    const room = `native-${codec}-${simulcast}`;
    const node = await joined('rtc-node', { room, identity: 'node' });
    const ours = await joined('ours', { room, identity: 'ours' });
    const theirs = await joined('chromium', { room, identity: 'theirs', region: 'singapore' });
    await node.publish({ camera: { codec, simulcast } });
    const shown = await Promise.all([ours, theirs].map((one) => untilFrames(one, 'node')));
    expect(shown.map((one) => one.mimeType)).toEqual([mimeType, mimeType]);
  });
});
