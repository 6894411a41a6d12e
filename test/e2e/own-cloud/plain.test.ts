// Plain RTP and WebRTC in one room: a gateway's session with media in the clear on its host, a browser in another
// region, and the signaling node of the gateway killed in between.
import { SessionClient } from '@meridian/client';
import { type RtpCapabilities, type RtpParameters, routerConstant, type Track } from '@meridian/protocol';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePages, launchChromium } from '../../support/browser.ts';
import { hearsMore, join, seesMore, where } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { PlainMedia, sent } from '../../support/plain-media.ts';
import { until } from '../../support/poll.ts';
import { TestGateway } from '../../support/test-gateway.ts';

let cloud: TestCloud;
let browser: Browser;
let gateway: TestGateway;
let media: PlainMedia;
beforeAll(async () => {
  cloud = await TestCloud.start();
  browser = await launchChromium();
  gateway = await TestGateway.start(cloud, 'gateway-fra', 'frankfurt');
  media = await PlainMedia.open();
});
afterAll(async () => {
  media?.close();
  await gateway?.close();
  if (browser !== undefined) await closePages(browser);
  await browser?.close();
  await cloud?.stop();
});

/** VP8 and Opus without feedback: what ffmpeg decodes. */
const capabilities: RtpCapabilities = {
  codecs: (routerConstant.capabilities.codecs ?? [])
    .filter(({ mimeType }) => ['video/vp8', 'audio/opus'].includes(mimeType.toLowerCase()))
    .map((codec) => ({ ...codec, rtcpFeedback: [] })),
  headerExtensions: [],
};

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
    ...{ trackId: `TR_plain${kind}00001`, kind, name: kind, muted: false, mimeType: sent[kind].mimeType },
    ...{ source: kind === 'video' ? 'camera' : 'microphone', layerKind: 'simple', layers: [], ...picture },
  };
}

it('a plain endpoint and a browser hear and see each other across regions, also after its signaling node has died', async () => {
  const room = 'plain';
  const endpoint = { kind: 'plain' as const, ...media.address };
  const session = new SessionClient({
    sockets: gateway.sockets(),
    token: await cloud.token(room, 'ffmpeg'),
    sdk: 'test-gateway/1',
    capabilities,
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

  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'singapore', codec: 'vp8' });
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
    [...session.roster.participants.values()].some(({ tracks }) => [...tracks.values()].some(({ muted }) => muted)),
  );
  session.leave();
  await until('Bo sees it go', () => bo.room<boolean>('return room.remoteParticipants.size === 0;'));
});
