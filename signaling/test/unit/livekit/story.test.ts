// Tests a LiveKit client's stay from join to end: wherever it is cut, nothing of it stays.
import { DisconnectReason, LeaveRequest, LeaveRequest_Action, MuteTrackRequest } from '@livekit/protocol';
import { note, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it, test } from 'vitest';
import { audioTrack, type OfferedLine, videoTrack } from '../../support/livekit-messages.ts';
import { settled } from '../../support/memory-cloud.ts';
import type { LiveKitClient } from '../../support/memory-livekit.ts';
import { bobsTrack, Company } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await Company.start();
});
afterEach(() => company.cloud.close());

const data: OfferedLine = { mid: '0', kind: 'application' };
const sound: OfferedLine = { mid: '1', kind: 'audio', cid: 'mic' };
const picture: OfferedLine = { mid: '2', kind: 'video', cid: 'cam', rids: ['f', 'q', 'h'] };
const sidOf = (ann: LiveKitClient, cid: string): string =>
  ann.all('trackPublished').find((published) => published.cid === cid)?.track?.sid ?? '';
const bobHears = (count: number) =>
  company.cloud.until(() => company.events.length >= count, `bob hears ${count} events`);

it.each([true, false])(
  'the client learns whether its token lets it change its metadata, also after a change of its rights: %s',
  async (may) => {
    const ann = await company.ann({ video: { canUpdateOwnMetadata: may } });
    expect(ann.last('join')?.participant?.permission?.canUpdateMetadata).toBe(may);
    const updates = ann.all('update').length;
    expect(await company.bob.outcome({ act: { member: { identity: 'ann', canPublish: false } } })).toBe('ack');
    await ann.hears('update', updates + 1);
    const own = ann.last('update')?.participants.find(({ identity }) => identity === 'ann');
    expect(own?.permission).toMatchObject({ canPublish: false, canUpdateMetadata: may });
  },
);

/** Steps of a stay, in order; each waits until the room has its result. */
const steps: readonly (readonly [what: string, act: (ann: LiveKitClient) => Promise<unknown>])[] = [
  [
    'receives',
    () => company.cloud.until(() => company.media.called('resume').length === 1, 'it receives the track of bob'),
  ],
  [
    'announces',
    async (ann) => {
      for (const message of [audioTrack('mic'), videoTrack('cam')]) ann.say(message);
      expect(ann.all('trackPublished')).toHaveLength(2);
    },
  ],
  [
    'publishes',
    async (ann) => {
      ann.offer([data, sound, picture]);
      await bobHears(3);
    },
  ],
  [
    'mutes',
    async (ann) => {
      ann.say({ case: 'mute', value: new MuteTrackRequest({ sid: sidOf(ann, 'mic'), muted: true }) });
      await bobHears(4);
    },
  ],
  [
    'is muted',
    async (ann) => {
      const { sessionId } = ann.session;
      expect(await company.bob.outcome({ muteParticipant: { sessionId, trackId: sidOf(ann, 'cam') } })).toBe('ack');
      expect(await ann.hears('mute')).toMatchObject({ sid: sidOf(ann, 'cam'), muted: true });
    },
  ],
  [
    'unpublishes',
    async (ann) => {
      ann.offer([data, { mid: '1', kind: 'audio' }, picture]);
      await bobHears(6);
    },
  ],
  [
    'publishes on the same line',
    async (ann) => {
      ann.say(audioTrack('mic2'));
      ann.offer([data, { ...sound, cid: 'mic2' }, picture]);
      await bobHears(7);
    },
  ],
  [
    'follows a track that moves',
    async (ann) => {
      moved(ann, 'consumer-new');
      await company.cloud.until(() => company.media.called('moveCommit').length === 1, 'the client has it');
    },
  ],
];
const heard = [
  'participantJoined',
  ...['trackPublished', 'trackPublished', 'trackMuted', 'trackMuted', 'trackUnpublished', 'trackPublished'],
];

/** Moves bob's track to another consumer. */
function moved(ann: LiveKitClient, consumerId: string): void {
  const { sessionId } = ann.session;
  const [before] = company.media.sessionOf('ann')?.subscriptions.values() ?? [];
  const subscription: wire.Subscription.$Properties = { ...before, consumerId, trackEpoch: 2 };
  const trackMoved = { trackId: bobsTrack, trackEpoch: 2, oldConsumerId: before?.consumerId ?? '', subscription };
  company.media.say('sig-fra', note.consumerMoved, { roomKey: 'acme/lobby', sessionId, moved: trackMoved });
}

it('a whole stay reaches the room and the media node, in order', async () => {
  const ann = await company.ann();
  for (const [, act] of steps) await act(ann);
  expect(company.events).toEqual(heard);
  const produced = company.media.called('produce').slice(1) as { rtpParameters: wire.RtpParameters }[];
  expect(produced.map(({ rtpParameters: { mid, encodings } }) => [mid, encodings?.map(({ rid }) => rid)])).toEqual([
    ['1', ['']],
    ['2', ['q', 'h', 'f']],
    ['1', ['']],
  ]);
  expect(ann.all('trackUnpublished').map(({ trackSid }) => trackSid)).toEqual([sidOf(ann, 'mic')]);
  expect(ann.all('mute'), 'that of the host alone').toHaveLength(1);
  expect(ann.all('answer').map(({ id, type }) => [id, type])).toEqual(Array(3).fill([1, 'answer']));
  const connected = company.media.called('connect') as { connect: { transportId: string } }[];
  expect(connected.map(({ connect }) => connect.transportId.split('-').at(-1))).toEqual(['recv', 'send']);
  const { oldConsumerId, trackId } = (company.media.called('moveCommit')[0] as { done: wire.TrackMoveDone }).done;
  expect([trackId, oldConsumerId]).toEqual([bobsTrack, expect.stringMatching('consumer-sfu-fra')]);
  expect(ann.dropped).toEqual([]);
  const { sessionId } = ann.session;
  expect(await company.bob.outcome({ kick: { sessionId } })).toBe('ack');
  await ann.ends();
  const { reason, action } = ann.last('leave') ?? {};
  expect([reason, action]).toEqual([DisconnectReason.PARTICIPANT_REMOVED, LeaveRequest_Action.DISCONNECT]);
  await company.expectAnnGone([...heard, 'participantLeft']);
});

test.each(steps.map(([what], at) => [what, at] as const))(
  'nothing stays of a client that is cut before it %s',
  async (_, count) => {
    const ann = await company.ann();
    for (const [, act] of steps.slice(0, count)) await act(ann);
    const next = steps[count]?.[1](ann).catch(() => undefined); // its last messages are on their way
    ann.cut();
    await next;
    await company.cloud.until(() => company.events.at(-1) === 'participantLeft', 'it has left');
    expect(ann.dropped, 'its own doing is no failure').toEqual([]);
    await company.expectAnnGone(company.events);
  },
);

test.each([0, 1, 2, 5])('nothing stays of a client that is cut %s turns after its request to join', async (turns) => {
  const ann = company.beginJoin();
  for (let at = 0; at < turns; at += 1) await settled();
  ann.cut();
  await settled();
  await company.cloud.until(() => company.node.clients.sessionCount === 1, 'it is gone');
  await settled();
  await company.expectAnnGone(company.events);
});

test.each([
  ['a revoked token', 'TOKEN_REVOKED', DisconnectReason.PARTICIPANT_REMOVED, LeaveRequest_Action.DISCONNECT],
  [
    'another client with its identity',
    'DUPLICATE_IDENTITY',
    DisconnectReason.DUPLICATE_IDENTITY,
    LeaveRequest_Action.DISCONNECT,
  ],
  ['the stop of its node', 'SHUTTING_DOWN', DisconnectReason.SERVER_SHUTDOWN, LeaveRequest_Action.RECONNECT],
])('%s ends the stay of a client with %s', async (_, code, reason, action) => {
  const ann = await company.ann();
  if (code === 'TOKEN_REVOKED') ann.session.revoke();
  else if (code === 'SHUTTING_DOWN') ann.session.shutDown();
  else await company.ann({ answers: false });
  await ann.ends();
  expect(ann.all('leave').map((leave) => [leave.reason, leave.action])).toEqual([[reason, action]]);
});

it('a client that leaves while its track is being published leaves nothing behind', async () => {
  const ann = await company.ann();
  ann.say(audioTrack('mic'));
  ann.offer([data, sound]);
  ann.say({ case: 'leave', value: new LeaveRequest() });
  await company.expectAnnGone(company.events);
});
