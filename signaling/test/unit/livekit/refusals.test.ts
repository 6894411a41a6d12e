// Tests refused requests of a LiveKit client: it gets the reason and stays, and the others notice nothing.
import {
  ChatMessage,
  DataPacket,
  LeaveRequest,
  MuteTrackRequest,
  RequestResponse_Reason,
  SubscriptionPermission,
  TrackPermission,
  UpdateParticipantMetadata,
  UpdateSubscription,
  UpdateTrackSettings,
  UserPacket,
  VideoQuality,
} from '@livekit/protocol';
import { limits } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { audioTrack, videoTrack } from '../../support/livekit-messages.ts';
import { settled } from '../../support/memory-cloud.ts';
import type { LiveKitClient } from '../../support/memory-livekit.ts';
import { bobsTrack, Company } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await Company.start();
});
afterEach(() => company.cloud.close());

const { INVALID_REQUEST, LIMIT_EXCEEDED, NOT_ALLOWED, UNSUPPORTED_TYPE } = RequestResponse_Reason;
const reasons = (ann: LiveKitClient) => ann.all('requestResponse').map(({ reason }) => reason);

/** Checks that the client stays and is served, then leaves without a trace. `heard`: events that bob may receive. */
async function expectServed(ann: LiveKitClient, heard: readonly string[] = []): Promise<void> {
  await settled();
  ann.say({ case: 'ping', value: 1n });
  expect(ann.all('pong')).toHaveLength(1);
  expect(ann.closed).toBeUndefined();
  expect(company.events).toEqual(['participantJoined', ...heard]);
  ann.say({ case: 'leave', value: new LeaveRequest() });
  await company.expectAnnGone(['participantJoined', ...heard, 'participantLeft']);
}

it('100 announced tracks are accepted up to a participant’s limit, and each further one is refused', async () => {
  const ann = await company.ann();
  for (let at = 0; at < 100; at += 1) ann.say(audioTrack(`cid${at}`));
  expect(ann.all('trackPublished')).toHaveLength(limits.tracksPerParticipantMax);
  expect(reasons(ann)).toEqual(Array(100 - limits.tracksPerParticipantMax).fill(LIMIT_EXCEEDED));
  await expectServed(ann);
});

it('a cid that is announced twice is refused the second time', async () => {
  const ann = await company.ann();
  for (const message of [audioTrack('cid'), videoTrack('cid')]) ann.say(message);
  expect([ann.all('trackPublished').length, reasons(ann)]).toEqual([1, [INVALID_REQUEST]]);
  expect(ann.last('requestResponse')?.request).toMatchObject({ case: 'addTrack', value: { cid: 'cid' } });
  await expectServed(ann);
});

it.each([
  ['no cid', audioTrack(''), INVALID_REQUEST],
  ['a cid of 1,000 characters', audioTrack('c'.repeat(1000)), INVALID_REQUEST],
  ['a name of 10,000 characters', audioTrack('c', { name: 'n'.repeat(10_000) }), INVALID_REQUEST],
  ['a size beyond all pictures', videoTrack('c', { width: 2 ** 32 - 1 }), INVALID_REQUEST],
  ['data', audioTrack('c', { type: 2 }), UNSUPPORTED_TYPE],
])('a track with %s is refused', async (_, message, reason) => {
  const ann = await company.ann();
  ann.say(message);
  expect([ann.all('trackPublished').length, reasons(ann)]).toEqual([0, [reason]]);
  await expectServed(ann);
});

it('an offered track that was never announced gets an answer and is not published', async () => {
  const ann = await company.ann();
  ann.offer([{ mid: '0', kind: 'audio', cid: 'unknown' }]);
  expect((await ann.hears('answer')).sdp).toContain('a=mid:0');
  expect(company.media.called('produce'), 'that of bob').toHaveLength(1);
  await expectServed(ann);
});

it('an announced track that is never offered, or offered as the other kind, is not published', async () => {
  const ann = await company.ann();
  for (const message of [audioTrack('late'), audioTrack('wrong')]) ann.say(message);
  ann.offer([{ mid: '0', kind: 'video', cid: 'wrong' }]);
  await ann.hears('answer');
  expect(ann.all('trackUnpublished').map(({ trackSid }) => trackSid)).toEqual([
    ann.all('trackPublished')[1]?.track?.sid,
  ]);
  expect(company.media.called('produce'), 'that of bob').toHaveLength(1);
  await expectServed(ann);
});

it('tracks of others, and unknown tracks, are neither muted nor received', async () => {
  const ann = await company.ann();
  const unknown = Array.from({ length: 1000 }, (_, at) => `TR_unknown${at}`);
  ann.say({ case: 'mute', value: new MuteTrackRequest({ sid: bobsTrack, muted: true }) });
  ann.say({ case: 'mute', value: new MuteTrackRequest({ sid: 'TR_unknown', muted: true }) });
  ann.say({ case: 'subscription', value: new UpdateSubscription({ trackSids: unknown, subscribe: true }) });
  await settled();
  expect(company.media.called('pauseTrack')).toEqual([]);
  expect(company.media.called('subscribe')).toEqual([]);
  expect(ann.dropped).toEqual(['subscription']);
  await expectServed(ann);
});

it('absurd settings for a track are limited to the layers that the track has', async () => {
  const ann = await company.ann();
  const most = 2 ** 32 - 1;
  const size = { width: most, height: most, fps: most, priority: most };
  for (const quality of [VideoQuality.OFF, 99 as VideoQuality])
    ann.say({ case: 'trackSetting', value: new UpdateTrackSettings({ trackSids: [bobsTrack], quality, ...size }) });
  await company.cloud.until(() => company.media.called('update').length === 2, 'both are passed on');
  for (const message of company.media.called('update') as { update: { priority: number; spatialLayer: number } }[]) {
    expect(message.update.priority).toBeLessThanOrEqual(255);
    expect(message.update.spatialLayer ?? 0).toBeLessThanOrEqual(2);
  }
  await expectServed(ann);
});

it('a client without the right to publish has each track refused, and its offer publishes nothing', async () => {
  const ann = await company.ann({ video: { canPublish: false } });
  ann.say(audioTrack('cid'));
  expect([ann.all('trackPublished').length, reasons(ann)]).toEqual([0, [NOT_ALLOWED]]);
  ann.offer([{ mid: '0', kind: 'audio', cid: 'cid' }]);
  await settled();
  expect(company.media.called('produce'), 'that of bob').toHaveLength(1);
  await expectServed(ann);
});

it('a client without the right to subscribe receives no track, requested or not', async () => {
  const ann = await company.ann({ video: { canSubscribe: false } });
  ann.say({ case: 'subscription', value: new UpdateSubscription({ trackSids: [bobsTrack], subscribe: true }) });
  await settled();
  expect(ann.all('offer').map(({ sdp }) => sdp.includes('m=audio'))).not.toContain(true);
  expect(ann.last('subscriptionPermissionUpdate')).toMatchObject({ trackSid: bobsTrack, allowed: false });
  await expectServed(ann);
});

it('chat in a show without the right to post is dropped and counted', async () => {
  expect(await company.bob.outcome({ act: { setRoom: { kind: 'show' } } })).toBe('ack');
  await settled();
  company.bob.heard.length = 0;
  const ann = await company.ann({ video: { canPublishData: false } });
  const value = new ChatMessage({ id: 'm', message: 'hello' });
  ann.bridge.takeChannel('_reliable', new DataPacket({ value: { case: 'chatMessage', value } }).toBinary());
  await settled();
  expect(ann.dropped).toEqual(['NOT_PERMITTED']);
  await expectServed(ann);
});

it('data without the right to send it, and malformed data, reach no other client', async () => {
  const ann = await company.ann({ video: { canPublishData: false } });
  const user = new UserPacket({ payload: Uint8Array.of(1), topic: 't' });
  ann.bridge.takeChannel('_reliable', new DataPacket({ value: { case: 'user', value: user } }).toBinary());
  ann.bridge.takeChannel('_lossy', Uint8Array.of(0x0b));
  ann.bridge.takeChannel('_lossy', new Uint8Array(limits.dataBytesMax + 1));
  ann.bridge.takeChannel('_data_track', Uint8Array.of(1));
  await settled();
  expect(company.bob.heard.some(({ dataReceived }) => dataReceived != null)).toBe(false);
  expect(ann.dropped).toEqual(['FRAME_MALFORMED', 'FRAME_TOO_LARGE', 'ignored.data_track', 'NOT_PERMITTED']);
  await expectServed(ann);
});

it.each([
  ['without the right', {}, 'm', NOT_ALLOWED],
  ['of 60 kB', { canUpdateOwnMetadata: true }, 'm'.repeat(60_000), INVALID_REQUEST],
])('metadata %s is refused', async (_, video, metadata, reason) => {
  const ann = await company.ann({ video });
  ann.say({ case: 'updateMetadata', value: new UpdateParticipantMetadata({ metadata, requestId: 7 }) });
  expect(await ann.hears('requestResponse')).toMatchObject({ requestId: 7, reason });
  await expectServed(ann);
});

it('the first of 4,000 allowed subscribers are accepted', async () => {
  const ann = await company.ann();
  const trackPermissions = Array.from(
    { length: 4000 },
    (_, at) => new TrackPermission({ participantIdentity: `p${at}`, allTracks: true }),
  );
  ann.say({ case: 'subscriptionPermission', value: new SubscriptionPermission({ trackPermissions }) });
  const subscribers = () => company.media.sessionOf('ann')?.info.participant?.subscribers?.allowed ?? [];
  await company.cloud.until(() => subscribers().length > 0, 'the media node keeps them');
  expect(subscribers()).toHaveLength(limits.allowedSubscribersMax);
  expect(ann.dropped).toEqual(['subscriptionPermission']);
  await expectServed(ann, ['participantChanged']);
});
