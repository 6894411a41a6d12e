// Tests renditions, by a gateway or the publisher, for a client that cannot decode a track and never learns of them.
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
const join = (
  identity: string,
  o: { claims?: object; video?: object; join?: wire.Join.$Properties } = {},
): Promise<TestClient> => TestClient.join(one.url, { room, identity, ...o } as Parameters<typeof TestClient.join>[1]);
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

it('a rendition is published only by gateways and the publisher, of an original of its kind, once per codec', async () => {
  const [speaker, transcoder, eve] = [await join('speaker'), await gateway(), await join('eve')];
  expect(await publish(transcoder, rendition, 'video/H264', original)).toBe('TRACK_UNKNOWN');
  expect(await publish(speaker, original, 'video/VP8')).toBe('published');
  await until(() => transcoder.tracksReceived().includes(original), 'the gateway has the original');
  await until(() => eve.tracksReceived().includes(original), 'Eve has the original');
  expect(await publish(eve, rendition, 'video/H264', original)).toBe('NOT_PERMITTED');
  expect(await publish(speaker, rendition, 'video/H264', 'TR_nobody0000001')).toBe('TRACK_UNKNOWN');
  expect(await publish(speaker, rendition, 'video/H264', original)).toBe('published');
  expect(await publish(speaker, 'TR_rendition0002', 'video/h264', original)).toBe('TRACK_EXISTS');
  expect(await publish(transcoder, 'TR_rendition0002', 'video/H264', original)).toBe('TRACK_EXISTS');
  expect(await publish(speaker, 'TR_rendition0003', 'video/AV1', original)).toBe('published');
  expect(await speaker.outcome({ unpublish: { trackId: rendition } })).toBe('ack');
  const audio = { track: { trackId: rendition, kind: 1, source: 2, derivedFrom: original }, rtpParameters: {} };
  expect(await transcoder.outcome({ publish: { ...audio, rtpParameters: rtpOf('audio/opus') } })).toBe(
    'REQUEST_INVALID',
  );
  expect(await publish(transcoder, rendition, 'video/H264', original)).toBe('published');
  expect(await publish(transcoder, 'TR_rendition0002', 'video/H264', rendition)).toBe('REQUEST_INVALID');
});

it('a gateway that publishes nothing but renditions is not shown', async () => {
  const speaker = await join('speaker');
  expect(await publish(speaker, original, 'video/VP8')).toBe('published');
  const hidden = await join('hidden', { claims: { kind: 'gateway' }, video: { hidden: true } });
  expect(await publish(hidden, 'TR_own0000000001', 'video/H264')).toBe('NOT_PERMITTED');
  const watcher = await join('watcher', { join: decodesLittle });
  expect(await publish(hidden, rendition, 'video/H264', original)).toBe('published');
  await until(() => watcher.tracksReceived().includes(original), 'the watcher receives it');
  expect(speaker.events().map(({ body }) => body)).toEqual([
    'trackPublished',
    undefined,
    'participantJoined',
    undefined,
  ]);
});

const rtpOf = (mimeType: string): wire.RtpParameters.$Properties => ({
  mid: '0',
  codecs: [{ mimeType, payloadType: 100, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 1 }],
});

it('a rendition reaches, under the original’s id, only a client that cannot decode the original', async () => {
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
  await until(() => late.tracksReceived().includes(original), 'a client that comes later has it too');
  expect(failures(late)).toEqual([]);
});

it('requests about the original reach the media node with the rendition’s id, also after a resume', async () => {
  const [speaker, transcoder] = [await join('speaker'), await gateway()];
  await publish(speaker, original, 'video/VP8');
  await publish(transcoder, rendition, 'video/H264', original);
  const little = await join('little', { join: decodesLittle });
  await until(() => little.tracksReceived().includes(original), 'it has the rendition');
  const lastUpdate = () => (node.called('update').at(-1) as wire.UpdateConsumer | undefined)?.update;
  const update = { trackId: original, subscribed: true, spatialLayer: 0 };
  expect(await little.outcome({ updateSubscription: update })).toBe('ack');
  expect(lastUpdate()).toMatchObject({ ...update, trackId: rendition });
  expect(await little.outcome({ updateSubscription: { ...update, trackId: rendition } })).toBe('TRACK_UNKNOWN');

  const resume = { sessionId: little.sessionId, resumeKey: little.joined?.resumeKey ?? '', rosterSeq: 0 };
  little.socket.terminate();
  const again = await join('little', { join: { ...decodesLittle, resume } });
  expect(again.joined?.resumed).toBe(true);
  expect(again.joined?.subscriptions.map(({ trackId }) => trackId)).toEqual([original]);
  expect(await again.outcome({ updateSubscription: { ...update, spatialLayer: 1 } })).toBe('ack');
  expect(lastUpdate()).toMatchObject({ trackId: rendition, spatialLayer: 1 });
  const state = { consumerId: 'c', trackId: rendition, score: 7 };
  const { sessionId } = again;
  node.say('sig-1', note.consumerChanged, { roomKey: `acme/${room}`, sessionId, state });
  const heard = await again.hears('the state', (frame) => frame.subscriptionState?.score === 7);
  expect(heard.subscriptionState?.trackId).toBe(original);

  expect(await speaker.outcome({ unpublish: { trackId: original } })).toBe('ack');
  await until(() => node.called('unsubscribe').length > 0, 'the rendition is let go of');
  expect(node.called('unsubscribe').at(-1)).toMatchObject({ sessionId, trackId: rendition });
});

it('a publisher’s rendition is muted with the original and ends with it, at the media node too', async () => {
  const speaker = await join('speaker');
  await publish(speaker, original, 'video/VP8');
  expect(await speaker.outcome({ setTrackMuted: { trackId: original, muted: true } })).toBe('ack');
  await publish(speaker, rendition, 'video/H264', original);
  const held = () => [...(node.sessions.get(speaker.sessionId)?.tracks.values() ?? [])];
  expect(held().map(({ trackId, muted }) => [trackId, muted])).toEqual([
    [original, true],
    [rendition, true],
  ]);
  expect(await speaker.outcome({ setTrackMuted: { trackId: original, muted: false } })).toBe('ack');
  expect(held().map(({ muted }) => muted)).toEqual([false, false]);
  const admin = await join('admin', { video: { roomAdmin: true } });
  const mute = { sessionId: speaker.sessionId, trackId: original };
  expect(await admin.outcome({ muteParticipant: mute })).toBe('ack');
  await until(() => held().every(({ muted }) => muted === true), 'both are muted');
  expect(await speaker.outcome({ unpublish: { trackId: original } })).toBe('ack');
  expect(held()).toEqual([]);
  expect(await publish(speaker, original, 'video/VP8')).toBe('published');
  expect(await publish(speaker, rendition, 'video/H264', original)).toBe('published');
  const { sessionId } = speaker;
  node.say('sig-1', note.trackEnded, { roomKey: `acme/${room}`, sessionId, trackId: original, reason: 'ENDED' });
  await until(() => held().every(({ trackId }) => trackId !== rendition), 'its rendition is closed');
  expect(await publish(speaker, rendition, 'video/H264', original)).toBe('TRACK_UNKNOWN');
});
