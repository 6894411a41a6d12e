// Plain RTP and WebRTC in one room: a gateway's session with media in the clear on its host, a browser in another
// region, and the signaling node of the gateway killed in between. And a player of H.264 alone among browsers that send
// something else.
import { SessionClient, type SubscriptionRow } from '@meridian/client';
import { type RtpCapabilities, type RtpParameters, routerConstant, type Track } from '@meridian/protocol';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages, type Participant } from '../../support/browser.ts';
import { hearsMore, join, seesMore, where } from '../../support/call.ts';
import { fleetAlive } from '../../support/fleet.ts';
import { PlainMedia, sent } from '../../support/plain-media.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { TestGateway } from '../../support/test-gateway.ts';

const cloud = sharedCloud();
let browser: Browser;
let gateway: TestGateway;
let media: PlainMedia;
beforeAll(async () => {
  browser = await sharedChromium();
  gateway = await TestGateway.start(cloud, 'gateway-fra', 'frankfurt');
  media = await PlainMedia.open();
});
afterAll(async () => {
  media?.close();
  await gateway?.close();
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
});

/** Opus, and this for video, without feedback: what ffmpeg decodes. */
const decodes = (video: string): RtpCapabilities => ({
  codecs: (routerConstant.capabilities.codecs ?? [])
    .filter(({ mimeType }) => [video, 'audio/opus'].includes(mimeType.toLowerCase()))
    .map((codec) => ({ ...codec, rtcpFeedback: [] })),
  headerExtensions: [],
});

function parametersOf(kind: 'audio' | 'video'): RtpParameters {
  const { ssrc, ...codec } = sent[kind];
  return {
    mid: kind,
    codecs: [{ ...codec, parameters: {}, rtcpFeedback: [] }],
    headerExtensions: [],
    encodings: [{ ssrc }],
    rtcp: { cname: 'plain', reducedSize: true },
  };
}

function trackOf(kind: 'audio' | 'video'): Omit<Track, 'nodeId'> {
  const picture = kind === 'video' ? { width: 320, height: 240 } : { width: 0, height: 0 };
  return {
    trackId: `TR_plain${kind}00001`,
    kind,
    name: kind,
    muted: false,
    mimeType: sent[kind].mimeType,
    source: kind === 'video' ? 'camera' : 'microphone',
    layerKind: 'simple',
    layers: [],
    ...picture,
  };
}

/** Packets that the browser has sent of each codec, over all layers. */
const packetsOf = async (browser: Participant, mimeType: string): Promise<number> =>
  (await browser.stats()).outbound
    .filter((one) => one.mimeType === mimeType)
    .reduce((sum, { packetsSent }) => sum + packetsSent, 0);

it('a decoder of H.264 alone sees a browser that sends VP9, which adds it for so long, also while it moves', async () => {
  const room = 'h264';
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'singapore' });
  const published = (): Promise<string[]> =>
    bo.room('return [...room.localParticipant.trackPublications.keys()].sort();');
  await until('the browser sends VP9', async () => (await packetsOf(bo, 'video/VP9')) > 0);
  expect(await packetsOf(bo, 'video/H264')).toBe(0);
  const tracks = await published();

  const player = await PlainMedia.open();
  const endpoint = { kind: 'plain' as const, ...player.address };
  const session = new SessionClient({
    sockets: gateway.sockets(),
    token: await cloud.token(room, 'player'),
    sdk: 'test-gateway/1',
    capabilities: decodes('video/h264'),
    sendEndpoint: endpoint,
    recvEndpoint: endpoint,
    protocol: 'rtmp',
    hasMedia: () => true,
  });
  const pictures: SubscriptionRow[] = [];
  session.on('subscriptionsAdded', (rows) => pictures.push(...rows.filter(({ kind }) => kind === 'video')));
  const joined = await session.connect();
  const { plain } = joined.recvTransport ?? {};
  player.connect({ ip: plain?.ip ?? '', port: plain?.port ?? 0 });
  const row = await until('the picture comes in another codec', () => pictures[0]);
  const [codec, encoding] = [row.rtpParameters.codecs[0], row.rtpParameters.encodings?.[0]];
  expect(codec).toMatchObject({ mimeType: 'video/H264', payloadType: 105 });
  expect(tracks).toContain(row.trackId);
  expect(await published()).toEqual(tracks);
  expect(
    session.roster
      .participants()
      .flatMap(({ tracks: each }) => each.map(({ trackId }) => trackId))
      .sort(),
  ).toEqual(tracks);
  await player.decode([
    { kind: 'video', ssrc: encoding?.ssrc ?? 0, payloadType: codec?.payloadType ?? 0, mimeType: 'video/H264' },
  ]);
  await session.subscriptionsReady([row.consumerId]);
  const decodesMore = async (): Promise<void> => {
    const before = player.decoded.video;
    await until('ffmpeg decodes the picture', () => player.decoded.video >= before + 20);
  };
  await decodesMore();
  // No viewer of the original is left.
  const still = async (): Promise<boolean> => {
    const before = await packetsOf(bo, 'video/VP9');
    await decodesMore();
    return (await packetsOf(bo, 'video/VP9')) === before;
  };
  await until('the original rests', still);

  const muted = (): boolean => session.roster.track(row.trackId)?.muted === true;
  await bo.room('await room.localParticipant.setCameraEnabled(false);');
  await until('the player hears that the camera is off', muted);
  await bo.room('await room.localParticipant.setCameraEnabled(true);');
  await decodesMore();

  await cloud.move(await bo.room<string>('return room.localParticipant.sessionId;'), 'sfu-fra-1');
  await until('Bo is in Frankfurt', async () => (await where(bo)).nodeId === 'sfu-fra-1');
  await decodesMore();
  expect(await published()).toEqual(tracks);

  session.leave();
  await until('no viewer needs H.264 any more', async () =>
    (await bo.stats()).outbound.every(({ mimeType }) => mimeType !== 'video/H264'),
  );
  player.close();
  await bo.close();
});

it('a plain endpoint and a browser hear and see each other across regions, also after its signaling node has died', async ({
  task,
}) => {
  // A second try would meet what the first one has left.
  const room = `plain ${task.result?.retryCount ?? 0}`;
  const endpoint = { kind: 'plain' as const, ...media.address };
  const session = new SessionClient({
    sockets: gateway.sockets(),
    token: await cloud.token(room, 'ffmpeg'),
    sdk: 'test-gateway/1',
    capabilities: decodes('video/vp8'),
    sendEndpoint: endpoint,
    recvEndpoint: endpoint,
    protocol: 'rtp',
    hasMedia: () => true,
  });
  const arriving = new Map<string, { kind: 'audio' | 'video'; ssrc: number; payloadType: number }>();
  const take: Parameters<typeof session.on<'subscriptionsAdded'>>[1] = (rows) => {
    for (const { consumerId, kind, rtpParameters } of rows) {
      const [codec, encoding] = [rtpParameters.codecs[0], rtpParameters.encodings?.[0]];
      if (codec !== undefined && encoding?.ssrc !== undefined)
        arriving.set(consumerId, { kind, ssrc: encoding.ssrc, payloadType: codec.payloadType });
    }
  };
  session.on('subscriptionsAdded', take);
  const joined = await session.connect();
  expect(joined.placement).toMatchObject({ nodeId: 'sfu-fra-1', signalingId: 'sig-fra' });
  const { plain } = joined.sendTransport ?? {};
  media.connect({ ip: plain?.ip ?? '', port: plain?.port ?? 0 });
  await media.sendTestMedia();
  for (const kind of ['audio', 'video'] as const) await session.publish(trackOf(kind), parametersOf(kind));

  const query = { room, name: 'Bo', from: 'singapore', codec: 'vp8' };
  // ffmpeg waits for more bytes than a small picture brings before it decodes VP8.
  const bo = await join(browser, cloud, query, 'as asked');
  expect(await where(bo)).toMatchObject({ nodeId: 'sfu-sgp-1' });
  await Promise.all([seesMore(bo), hearsMore(bo)]);
  expect(await bo.room('const p = [...room.remoteParticipants.values()][0]; return [p.identity, p.kind];')).toEqual([
    'ffmpeg',
    'gateway',
  ]);

  await until('both tracks of the browser arrive', () => arriving.size === 2);
  await media.decode([...arriving.values()]);
  await session.subscriptionsReady([...arriving.keys()]);
  const decodesMore = async (): Promise<void> => {
    const before = { ...media.decoded };
    await until('ffmpeg decodes picture and sound', () => {
      const { audio, video } = media.decoded;
      return video >= before.video + 30 && audio >= before.audio + 1000;
    });
  };
  await decodesMore();

  const resumed = new Promise<boolean>((resolve) => {
    session.on('joined', (again) => resolve(again.resumed));
  });
  cloud.kill('sig-fra');
  expect(await resumed).toBe(true);
  await Promise.all([seesMore(bo), hearsMore(bo), decodesMore()]);
  await bo.room('await room.localParticipant.setMicrophoneEnabled(false);');
  await until('the mute is in the roster of the resumed session', () =>
    session.roster.participants().some(({ tracks: each }) => each.some(({ muted }) => muted)),
  );
  session.leave();
  await until('Bo sees it go', () => bo.room<boolean>('return room.remoteParticipants.size === 0;'));
  await fleetAlive(cloud);
});
