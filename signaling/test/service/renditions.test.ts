// A track that a client cannot decode, and a rendition of it by a gateway: the client gets that and never hears of it.
import { note, routerConstant, rtpCapabilitiesToWire, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TestClient } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let one: Instance;
let room = '';
let rooms = 0;
beforeAll(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  one = await rig.instance('sig-1');
});
afterAll(() => rig.close());
beforeEach(() => {
  rooms += 1;
  room = `room-${rooms}`;
});

const original = 'TR_original00001';
const rendition = 'TR_rendition0001';
const join = (identity: string, o: { claims?: object; join?: wire.Join.$Properties } = {}): Promise<TestClient> =>
  TestClient.join(one.url, { room, identity, ...o } as Parameters<typeof TestClient.join>[1]);
/** Decodes H264 alone. */
const decodesLittle = {
  recvRtpCapabilities: rtpCapabilitiesToWire({
    codecs: (routerConstant.capabilities.codecs ?? []).filter(({ mimeType }) => mimeType === 'video/H264'),
  }),
};
const publish = (client: TestClient, trackId: string, mimeType: string, derivedFrom = ''): Promise<string> =>
  client.outcome({
    publish: {
      track: { trackId, kind: 2, source: 1, name: '', derivedFrom },
      rtpParameters: {
        mid: '0',
        codecs: [{ mimeType, payloadType: 100, clockRate: 90_000 }],
        encodings: [{ ssrc: 1 }],
      },
    },
  });
const gateway = (): Promise<TestClient> => join('gateway', { claims: { kind: 'gateway' } });
const failures = (client: TestClient): string[] =>
  client.heard.flatMap((frame) => frame.subscriptionsAdded?.failed ?? []).map(({ code }) => code ?? '');

it('is published by gateways alone, of an original of its kind', async () => {
  const [speaker, transcoder] = [await join('speaker'), await gateway()];
  expect(await publish(transcoder, rendition, 'video/H264', original)).toBe('TRACK_UNKNOWN');
  expect(await publish(speaker, original, 'video/VP8')).toBe('published');
  await until(() => transcoder.tracksReceived().includes(original), 'the gateway has the original');
  expect(await publish(speaker, rendition, 'video/H264', original)).toBe('NOT_PERMITTED');
  const audio = { track: { trackId: rendition, kind: 1, source: 2, derivedFrom: original }, rtpParameters: {} };
  expect(await transcoder.outcome({ publish: { ...audio, rtpParameters: rtpOf('audio/opus') } })).toBe(
    'REQUEST_INVALID',
  );
  expect(await publish(transcoder, rendition, 'video/H264', original)).toBe('published');
  expect(await publish(transcoder, 'TR_rendition0002', 'video/H264', rendition)).toBe('REQUEST_INVALID');
});
const rtpOf = (mimeType: string): wire.RtpParameters.$Properties => ({
  mid: '0',
  codecs: [{ mimeType, payloadType: 100, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 1 }],
});

it('is received as the original by who cannot decode that, and by nobody else; nobody is told of it', async () => {
  const [speaker, transcoder] = [await join('speaker'), await gateway()];
  const [able, little] = [await join('able'), await join('little', { join: decodesLittle })];
  await publish(speaker, original, 'video/VP8');
  await until(() => failures(little).length === 1, 'it cannot have the original');
  expect(failures(little)).toEqual(['CODEC_UNSUPPORTED']);
  expect(await publish(transcoder, rendition, 'video/H264', original)).toBe('published');
  await until(() => little.tracksReceived().length === 1, 'it has the rendition');
  expect(little.tracksReceived()).toEqual([original]);
  const added = await little.hears(
    'the subscription',
    (frame) => frame.subscriptionsAdded?.subscriptions?.length === 1,
  );
  expect(added.subscriptionsAdded?.subscriptions?.[0]?.publisherSessionId).toBe(speaker.sessionId);
  expect(able.tracksReceived()).toEqual([original]);
  const shown = able.events().flatMap((event) => event.trackPublished?.track?.trackId ?? []);
  expect(shown).not.toContain(rendition);
  const late = await join('late', { join: decodesLittle });
  expect(late.joined?.participants.flatMap(({ tracks }) => tracks?.map(({ trackId }) => trackId))).toEqual([original]);
  await until(() => late.tracksReceived().includes(original), 'who comes later has it too');
  expect(failures(late)).toEqual([]);
});

it('is known to the media node by its own id, whatever the client asks of the original, also when it is resumed', async () => {
  const [speaker, transcoder] = [await join('speaker'), await gateway()];
  await publish(speaker, original, 'video/VP8');
  await publish(transcoder, rendition, 'video/H264', original);
  const little = await join('little', { join: decodesLittle });
  await until(() => little.tracksReceived().includes(original), 'it has the rendition');
  const updated = () => (node.called('update').at(-1) as wire.UpdateConsumer | undefined)?.update;
  const update = { trackId: original, subscribed: true, spatialLayer: 0 };
  expect(await little.outcome({ updateSubscription: update })).toBe('ack');
  expect(updated()).toMatchObject({ ...update, trackId: rendition });
  expect(await little.outcome({ updateSubscription: { ...update, trackId: rendition } })).toBe('TRACK_UNKNOWN');

  const resume = { sessionId: little.sessionId, resumeKey: little.joined?.resumeKey ?? '', rosterSeq: 0 };
  little.socket.terminate();
  const again = await join('little', { join: { ...decodesLittle, resume } });
  expect(again.joined?.resumed).toBe(true);
  expect(again.joined?.subscriptions.map(({ trackId }) => trackId)).toEqual([original]);
  expect(await again.outcome({ updateSubscription: { ...update, spatialLayer: 1 } })).toBe('ack');
  expect(updated()).toMatchObject({ trackId: rendition, spatialLayer: 1 });
  const state = { consumerId: 'c', trackId: rendition, score: 7 };
  const { sessionId } = again;
  node.say('sig-1', note.consumerChanged, { roomKey: `acme/${room}`, sessionId, state });
  const heard = await again.hears('the state', (frame) => frame.subscriptionState?.score === 7);
  expect(heard.subscriptionState?.trackId).toBe(original);

  expect(await speaker.outcome({ unpublish: { trackId: original } })).toBe('ack');
  await until(() => node.called('unsubscribe').length > 0, 'the rendition is let go of');
  expect(node.called('unsubscribe').at(-1)).toMatchObject({ sessionId, trackId: rendition });
});
