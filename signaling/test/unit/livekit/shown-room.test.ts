// Tests a LiveKit client's view of the room.
import {
  ClientConfigSetting,
  ConnectionQuality,
  DisconnectReason,
  Encryption_Type,
  ParticipantInfo_Kind,
  ParticipantInfo_State,
  type SignalResponse,
  StreamState,
  SubscriptionError,
  TrackSource,
  TrackType,
  VideoLayer_Mode,
  VideoQuality,
} from '@livekit/protocol';
import { emptyRoomInfo, type Participant, participantToWire, rosterViewToWire } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { person } from '../fixtures.ts';
import { camera, epoch, events, joined, joinedFrame, microphone } from './rooms.ts';

const cases = (responses: SignalResponse[]): unknown[] => responses.map(({ message }) => message.case);
type Message = SignalResponse['message'];
type ValueOf<Name> = Extract<Message, { case: Name }>['value'];
function only<Name extends Message['case']>(responses: SignalResponse[], name: Name): ValueOf<Name> {
  const found = responses.flatMap(({ message }) => (message.case === name ? [message.value] : []));
  expect(found, `messages ${String(cases(responses))}`).toHaveLength(1);
  return found[0] as ValueOf<Name>;
}
const details = {
  iceServers: [{ urls: ['turn:a'], username: 'u', credential: 'c' }],
  pingIntervalS: 5,
  pingTimeoutS: 15,
  nodeId: 'd1',
  region: 'eu',
  canResume: true,
};
const bob = person('bob');

describe('JoinResponse', () => {
  it('has the room, the own participant, and the others', () => {
    const ann = person('ann', { metadata: 'm', attributes: { a: '1' }, joinedWallMs: 2999, clientProtocol: 2 });
    const recordings = [{ state: 'waiting' }, { state: 'running' }] as never;
    const room = joined({
      self: ann,
      others: [person('bob', { tracks: [camera()] })],
      info: { metadata: 'rm', recordings },
    });
    const join = room.joinResponse(details);
    expect(join.room).toMatchObject({
      sid: 'RM_1',
      name: 'stand-up',
      metadata: 'rm',
      numParticipants: 2,
      numPublishers: 1,
      activeRecording: true,
      creationTime: 5n,
      creationTimeMs: 5500n,
    });
    expect(join.participant).toMatchObject({
      sid: 'PA_ann',
      identity: 'ann',
      metadata: 'm',
      attributes: { a: '1' },
      joinedAt: 2n,
      joinedAtMs: 2999n,
      state: ParticipantInfo_State.ACTIVE,
      isPublisher: false,
      clientProtocol: 2,
    });
    expect(join.otherParticipants.map(({ sid, isPublisher }) => [sid, isPublisher])).toEqual([['PA_bob', true]]);
    expect(join.iceServers).toMatchObject([{ urls: ['turn:a'], username: 'u', credential: 'c' }]);
  });

  it('keeps SDKs on the supported paths', () => {
    const join = joined().joinResponse(details);
    expect(join).toMatchObject({
      serverVersion: '1.9.0',
      subscriberPrimary: true,
      fastPublish: false,
      enabledPublishCodecs: [],
      pingInterval: 5,
      pingTimeout: 15,
      serverInfo: { version: '1.9.0', nodeId: 'd1', region: 'eu' },
      clientConfiguration: { resumeConnection: ClientConfigSetting.ENABLED },
    });
  });

  it('counts no hidden participant, and shows no rendition', () => {
    const self = person('ann', { hidden: true });
    const tracks = [camera(), camera({ trackId: 'TR_rendition000', derivedFrom: 'TR_camera000000' })];
    const room = joined({ self, others: [person('bob', { tracks })] });
    const join = room.joinResponse(details);
    expect(join.room?.numParticipants).toBe(1);
    expect(join.otherParticipants[0]?.tracks.map(({ sid }) => sid)).toEqual(['TR_camera000000']);
    expect(room.track('TR_rendition000')).toBeUndefined();
  });

  it.each([
    ['standard', ParticipantInfo_Kind.STANDARD],
    ['gateway', ParticipantInfo_Kind.INGRESS],
    ['recorder', ParticipantInfo_Kind.EGRESS],
    ['agent', ParticipantInfo_Kind.AGENT],
  ] as const)('shows a %s as LiveKit does', (kind, expected) => {
    const join = joined({ others: [person('bob', { kind })] }).joinResponse(details);
    expect(join.otherParticipants[0]?.kind).toBe(expected);
  });
});

describe('a client that is back', () => {
  it('learns of the last 64 that left, and of all that are present', () => {
    const others = Array.from({ length: 70 }, (_, index) => person(`p${index}`));
    const room = joined({ others });
    room.apply(
      events(11, ...others.map(({ sessionId }) => ({ type: 'participantLeft', sessionId, reason: '' }) as const)),
    );
    const { participants } = only(room.resumed(joinedFrame({ others: [bob], seq: 81 })), 'update');
    const gone = participants.filter(({ state }) => state === ParticipantInfo_State.DISCONNECTED);
    expect(gone.map(({ identity }) => identity)).toEqual(others.slice(6).map(({ identity }) => identity));
    const present = participants.filter(({ state }) => state === ParticipantInfo_State.ACTIVE);
    expect(present.map(({ identity }) => identity).toSorted()).toEqual(['ann', 'bob']);
    expect(participants.every(({ version }) => version > 0)).toBe(true);
  });

  it('learns who speaks, and that the others do not', () => {
    const speakers = [{ sessionId: 'PA_bob', levelDbov: 0 }];
    const room = joined({ others: [bob], speakers });
    const { speakers: said } = only(room.resumed(joinedFrame({ others: [bob], seq: 11 })), 'speakersChanged');
    expect(said.map(({ sid, active }) => [sid, active])).toEqual([
      ['PA_ann', false],
      ['PA_bob', false],
    ]);
  });
});

describe('tracks', () => {
  const trackOf = (track: ReturnType<typeof camera>) =>
    joined({ others: [person('bob', { tracks: [track] })] }).joinResponse(details).otherParticipants[0]?.tracks[0];

  it('shows a camera in simulcast with its layers, lowest first', () => {
    const info = trackOf(camera({ muted: true, encryption: 'gcm', mimeType: 'video/VP8;x=1' }));
    expect(info).toMatchObject({
      sid: 'TR_camera000000',
      type: TrackType.VIDEO,
      source: TrackSource.CAMERA,
      name: 'cam',
      muted: true,
      width: 1280,
      height: 720,
      simulcast: true,
      mimeType: 'video/VP8',
      mid: '',
      encryption: Encryption_Type.GCM,
      stream: 'camera',
    });
    expect(info?.layers.map(({ quality, height, bitrate }) => [quality, height, bitrate])).toEqual([
      [VideoQuality.LOW, 180, 150_000],
      [VideoQuality.MEDIUM, 360, 500_000],
      [VideoQuality.HIGH, 720, 1_700_000],
    ]);
    expect(info?.codecs).toMatchObject([
      { mimeType: 'video/VP8', videoLayerMode: VideoLayer_Mode.ONE_SPATIAL_LAYER_PER_STREAM },
    ]);
  });

  it('shows a single layer as HIGH, and never a fourth as OFF', () => {
    expect(trackOf(camera({ layerKind: 'simple', layers: [] }))?.layers).toMatchObject([
      { quality: VideoQuality.HIGH, width: 1280, height: 720 },
    ]);
    const [first] = camera().layers;
    const layers = Array.from({ length: 4 }, (_, spatialLayer) => ({
      width: 1,
      height: 1,
      maxBitrateBps: 0,
      ...first,
      spatialLayer,
    }));
    expect(trackOf(camera({ layers }))?.layers.map(({ quality }) => quality)).toEqual([0, 1, 2, 2]);
  });
});

describe('events', () => {
  it('drops a repetition, a lower epoch, and a frame without roster changes', () => {
    const room = joined();
    const join = events(11, { type: 'participantJoined', participant: bob });
    expect(cases(room.apply(join))).toContain('update');
    expect(room.apply(join)).toEqual([]);
    const other = events(12, { type: 'participantJoined', participant: person('eve') });
    expect(room.apply({ roomEvents: { ...other.roomEvents, roomEpoch: epoch - 1 } })).toEqual([]);
    expect(room.apply({ pong: {} })).toEqual([]);
    expect(room.apply({})).toEqual([]);
    expect(room.participant('PA_eve')).toBeUndefined();
  });

  it('accepts a gap in seq, and a new owner that counts from one', () => {
    const room = joined();
    room.apply(events(15, { type: 'participantJoined', participant: bob }));
    const eve = events(1, { type: 'participantJoined', participant: person('eve') });
    room.apply({ roomEvents: { ...eve.roomEvents, roomEpoch: epoch + 1 } });
    expect(room.others().map(({ identity }) => identity)).toEqual(['bob', 'eve']);
  });

  it('reports joins and leaves, with the new count of the room', () => {
    const room = joined();
    const came = room.apply(events(11, { type: 'participantJoined', participant: bob }));
    expect(only(came, 'update').participants).toMatchObject([{ sid: 'PA_bob', state: ParticipantInfo_State.ACTIVE }]);
    expect(only(came, 'roomUpdate').room?.numParticipants).toBe(2);
    const left = room.apply(events(12, { type: 'participantLeft', sessionId: 'PA_bob', reason: 'KICKED' }));
    expect(only(left, 'update').participants).toMatchObject([
      {
        sid: 'PA_bob',
        identity: 'bob',
        state: ParticipantInfo_State.DISCONNECTED,
        disconnectReason: DisconnectReason.PARTICIPANT_REMOVED,
      },
    ]);
    expect(only(left, 'roomUpdate').room?.numParticipants).toBe(1);
  });

  it('reports the end of an identity’s older session before the newer session', () => {
    const room = joined({ others: [bob] });
    const again = person('bob', { sessionId: 'PA_bob2' });
    const { participants } = only(
      room.apply(
        events(
          11,
          { type: 'participantChanged', participant: { ...bob, name: 'Bob' } },
          { type: 'participantJoined', participant: again },
        ),
      ),
      'update',
    );
    expect(participants.map(({ sid, state }) => [sid, state])).toEqual([
      ['PA_bob', ParticipantInfo_State.DISCONNECTED],
      ['PA_bob2', ParticipantInfo_State.ACTIVE],
    ]);
  });

  it('reports a participant’s changes once, in their final state, with a rising version', () => {
    const room = joined({ others: [bob] });
    const before = room.joinResponse(details).otherParticipants[0]?.version ?? 0;
    const responses = room.apply(
      events(
        11,
        { type: 'trackPublished', sessionId: 'PA_bob', track: camera() },
        { type: 'trackPublished', sessionId: 'PA_bob', track: microphone() },
        { type: 'trackMuted', sessionId: 'PA_bob', trackId: 'TR_camera000000', muted: true },
        { type: 'trackUnpublished', sessionId: 'PA_bob', trackId: 'TR_microphone00', reason: '' },
        { type: 'participantChanged', participant: { ...bob, metadata: 'new' } },
      ),
    );
    const [info] = only(responses, 'update').participants;
    expect(info).toMatchObject({ metadata: 'new', tracks: [{ sid: 'TR_camera000000', muted: true }] });
    expect(info?.version).toBeGreaterThan(before);
  });

  it('reports changed rights of the own participant, and does not report its leave', () => {
    const room = joined();
    const changed: Participant = { ...person('ann'), canPublish: false, publishSources: ['microphone'] };
    const told = room.apply(events(11, { type: 'participantChanged', participant: changed }));
    expect(only(told, 'update').participants).toMatchObject([
      { sid: 'PA_ann', permission: { canPublish: false, canPublishSources: [TrackSource.MICROPHONE] } },
    ]);
    const gone = room.apply(events(12, { type: 'participantLeft', sessionId: 'PA_ann', reason: 'KICKED' }));
    expect(cases(gone)).not.toContain('update');
    expect(room.self.identity).toBe('ann');
  });

  it('reports its rights to a client without a place in the roster', () => {
    const self = person('ann', { hidden: true });
    const room = joined({ self });
    room.apply({
      rosterSnapshot: rosterViewToWire({ epoch, seq: 20, participants: [], speakers: [], info: emptyRoomInfo }),
    });
    const told = room.apply({ rightsChanged: { self: participantToWire({ ...self, canSubscribe: false }) } });
    expect(only(told, 'update').participants).toMatchObject([{ permission: { canSubscribe: false } }]);
    expect(room.self.canSubscribe).toBe(false);
  });

  it('reports qualities, and nothing for an unknown quality', () => {
    const room = joined({ others: [bob, person('eve', { quality: 'poor' })] });
    expect(only(room.firstMessages(), 'connectionQuality').updates).toMatchObject([
      { participantSid: 'PA_eve', quality: ConnectionQuality.POOR },
    ]);
    const told = room.apply(events(11, { type: 'qualityChanged', sessionId: 'PA_ann', quality: 'excellent' }));
    expect(only(told, 'connectionQuality').updates).toMatchObject([
      { participantSid: 'PA_ann', quality: ConnectionQuality.EXCELLENT },
    ]);
    expect(room.apply(events(12, { type: 'qualityChanged', sessionId: 'PA_ann', quality: 'unknown' }))).toEqual([]);
  });

  it('reports the speakers, and those that stopped, with an amplitude from 0 to 1', () => {
    const room = joined({ others: [bob], speakers: [{ sessionId: 'PA_bob', levelDbov: -20 }] });
    expect(only(room.firstMessages(), 'speakersChanged').speakers).toMatchObject([
      { sid: 'PA_bob', level: expect.closeTo(0.1, 3), active: true },
    ]);
    const told = room.apply(events(11, { type: 'speakersChanged', speakers: [{ sessionId: 'PA_ann', levelDbov: 0 }] }));
    expect(only(told, 'speakersChanged').speakers).toMatchObject([
      { sid: 'PA_ann', level: 1, active: true },
      { sid: 'PA_bob', level: 0, active: false },
    ]);
    const silent = room.apply(events(12, { type: 'speakersChanged', speakers: [] }));
    expect(only(silent, 'speakersChanged').speakers).toMatchObject([{ sid: 'PA_ann', active: false }]);
    expect(room.apply(events(13, { type: 'speakersChanged', speakers: [] }))).toEqual([]);
  });

  it('reports new metadata and a running recording', () => {
    const info = { ...emptyRoomInfo, metadata: 'new', recordings: [{ state: 'running' }] as never };
    const told = joined().apply(events(11, { type: 'roomChanged', info }));
    expect(only(told, 'roomUpdate').room).toMatchObject({ metadata: 'new', activeRecording: true, name: 'stand-up' });
  });

  it('replaces its state by a snapshot, and announces only the difference', () => {
    const room = joined({ others: [bob, person('eve')] });
    const participants: Participant[] = [person('ann'), bob, person('dan')];
    const view = rosterViewToWire({ epoch: epoch + 1, seq: 3, participants, speakers: [], info: emptyRoomInfo });
    const told = only(room.apply({ rosterSnapshot: view }), 'update').participants;
    expect(told.map(({ sid, state }) => [sid, state])).toEqual([
      ['PA_eve', ParticipantInfo_State.DISCONNECTED],
      ['PA_dan', ParticipantInfo_State.ACTIVE],
    ]);
  });

  it('turns the last frame into a Leave', () => {
    const told = joined().apply({ disconnect: { code: 'KICKED' } });
    expect(only(told, 'leave').reason).toBe(DisconnectReason.PARTICIPANT_REMOVED);
  });
});

describe('own tracks', () => {
  const withCamera = (o: Partial<Participant> = {}) => joined({ self: person('ann', { tracks: [camera()], ...o }) });
  const muted = (seq: number, is: boolean) =>
    events(seq, { type: 'trackMuted', sessionId: 'PA_ann', trackId: 'TR_camera000000', muted: is });

  it('mutes the client after a host’s mute, and not after the client’s own', () => {
    const room = withCamera();
    expect(only(room.apply(muted(11, true)), 'mute')).toMatchObject({ sid: 'TR_camera000000', muted: true });
    expect(room.mutes.request('TR_camera000000', false, true)).toBe(true);
    expect(cases(room.apply(muted(12, false)))).not.toContain('mute');
  });

  it('tells a returning client that a track is no longer muted, unless the client unmuted it itself', () => {
    const mutesAfter = (isAsked: boolean): unknown[] => {
      const room = joined({ self: person('ann', { tracks: [camera({ muted: true })] }) });
      if (isAsked) room.mutes.request('TR_camera000000', false, true);
      const back = room.resumed(joinedFrame({ self: person('ann', { tracks: [camera()] }), seq: 11 }));
      return back.flatMap(({ message }) => (message.case === 'mute' ? [message.value.muted] : []));
    };
    expect([mutesAfter(false), mutesAfter(true)]).toEqual([[false], []]);
  });

  it('tells the client that its track has ended', () => {
    const told = withCamera().apply(
      events(11, { type: 'trackUnpublished', sessionId: 'PA_ann', trackId: 'TR_camera000000', reason: 'X' }),
    );
    expect(only(told, 'trackUnpublished').trackSid).toBe('TR_camera000000');
    expect(cases(told)).not.toContain('update');
  });

  it('reports once that a track is received, when another participant may receive it', () => {
    const room = withCamera();
    const deaf = room.apply(
      events(11, { type: 'participantJoined', participant: person('bob', { canSubscribe: false }) }),
    );
    expect(cases(deaf)).not.toContain('trackSubscribed');
    const heard = room.apply(events(12, { type: 'participantJoined', participant: person('eve') }));
    expect(only(heard, 'trackSubscribed').trackSid).toBe('TR_camera000000');
    const again = room.apply(events(13, { type: 'participantJoined', participant: person('dan') }));
    expect(cases(again)).not.toContain('trackSubscribed');
  });

  it('reports which layers are received, only of own tracks and not for a move', () => {
    const room = withCamera();
    const demand = { trackId: 'TR_camera000000', maxSpatialLayer: 0 };
    expect(only(room.apply({ layerDemand: demand }), 'subscribedQualityUpdate').trackSid).toBe('TR_camera000000');
    expect(room.apply({ layerDemand: { ...demand, trackId: 'TR_other0000000' } })).toEqual([]);
    expect(room.apply({ layerDemand: { ...demand, moveId: 'M' } })).toEqual([]);
  });
});

describe('subscriptions', () => {
  const withBob = () => joined({ others: [person('bob', { tracks: [camera()] })] });
  const failed = (code: string, trackId = 'TR_camera000000') => ({
    subscriptionsAdded: { failed: [{ trackId, code }] },
  });

  it.each([
    ['CODEC_UNSUPPORTED', SubscriptionError.SE_CODEC_UNSUPPORTED],
    ['TRACK_UNKNOWN', SubscriptionError.SE_TRACK_NOTFOUND],
    ['NODE_UNREACHABLE', SubscriptionError.SE_UNKNOWN],
    ['constructor', SubscriptionError.SE_UNKNOWN],
  ])('reports why a track cannot be received: %s', (code, err) => {
    expect(only(withBob().apply(failed(code)), 'subscriptionResponse')).toMatchObject({
      trackSid: 'TR_camera000000',
      err,
    });
  });

  it('reports once that a track may not be received, and once that it may again', () => {
    const room = withBob();
    const refused = room.apply(failed('NOT_PERMITTED'));
    expect(only(refused, 'subscriptionPermissionUpdate')).toMatchObject({ participantSid: 'PA_bob', allowed: false });
    const removed = { trackId: 'TR_camera000000', reason: 'NOT_PERMITTED' };
    expect(room.apply({ subscriptionRemoved: removed })).toEqual([]);
    const added = { subscriptionsAdded: { subscriptions: [{ trackId: 'TR_camera000000' }] } };
    expect(only(room.apply(added), 'subscriptionPermissionUpdate')).toMatchObject({ allowed: true });
    expect(room.apply(added)).toEqual([]);
    expect(only(room.apply({ subscriptionRemoved: removed }), 'subscriptionPermissionUpdate').allowed).toBe(false);
    expect(room.apply(failed('NOT_PERMITTED', 'TR_gone00000000'))).toEqual([]);
  });

  it('reports that the client’s link holds a track back, and no other pause', () => {
    const room = withBob();
    const state = (pausedReason: string) => ({ subscriptionState: { trackId: 'TR_camera000000', pausedReason } });
    expect(room.apply(state('subscriber'))).toEqual([]);
    expect(only(room.apply(state('downlink')), 'streamStateUpdate').streamStates).toMatchObject([
      { participantSid: 'PA_bob', trackSid: 'TR_camera000000', state: StreamState.PAUSED },
    ]);
    expect(room.apply(state('downlink'))).toEqual([]);
    expect(only(room.apply(state('')), 'streamStateUpdate').streamStates).toMatchObject([
      { state: StreamState.ACTIVE },
    ]);
  });
});
