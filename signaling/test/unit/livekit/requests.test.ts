// Tests requests of LiveKit clients by their socket as our frames.
import {
  AddTrackRequest,
  GetDataBlobRequest,
  LeaveRequest,
  MuteTrackRequest,
  ParticipantTracks,
  Ping,
  PublishDataTrackRequest,
  RequestResponse_Reason,
  SessionDescription,
  SignalRequest,
  SimulateScenario,
  SubscriptionPermission,
  SyncState,
  TrackPermission,
  UpdateParticipantMetadata,
  UpdateSubscription,
  UpdateTrackSettings,
  UpdateVideoLayers,
  VideoQuality,
} from '@livekit/protocol';
import { limits, wire } from '@meridian/protocol';
import { describe, expect, it, test } from 'vitest';
import { layersFor, priorityOf, Requests, type ShownRoom, type Translated } from '../../../src/core/livekit/index.ts';
import { person } from '../fixtures.ts';
import { camera, events, joined, microphone } from './rooms.ts';

type Message = NonNullable<ConstructorParameters<typeof SignalRequest>[0]>['message'];
const nowWallMs = 1_700_000_000_000.5;
const CAMERA = 'TR_camera000000';
const MICROPHONE = 'TR_microphone00';
const withBob = (): ShownRoom => joined({ others: [person('bob', { tracks: [camera(), microphone()] })] });
const client = (room = withBob(), o: { automatic?: boolean } = {}) => {
  const requests = new Requests(room, o);
  return (message: Message): Translated =>
    requests.translate(new SignalRequest({ message: message as never }), { nowWallMs });
};
const frames = ({ serviceRequests }: Translated): unknown[] => serviceRequests.map(({ message }) => message);
const subscribe = (trackSids: string[], subscribe = true): Message => ({
  case: 'subscription',
  value: new UpdateSubscription({ trackSids, subscribe }),
});
const setting = (o: ConstructorParameters<typeof UpdateTrackSettings>[0], trackSids = [CAMERA]): Message => ({
  case: 'trackSetting',
  value: new UpdateTrackSettings({ trackSids, quality: VideoQuality.HIGH, ...o }),
});

describe('a client that is back', () => {
  const sync = (o: ConstructorParameters<typeof SyncState>[0]): Message => ({
    case: 'syncState',
    value: new SyncState(o),
  });

  it('receives the tracks that it names, except those that it does not show; requested sizes stay', () => {
    const say = client();
    say(setting({ width: 320, height: 180 }));
    const paused = frames(say(sync({ trackSidsDisabled: [CAMERA] })));
    expect(paused).toMatchObject([{ updateSubscription: { trackId: CAMERA, subscribed: true, paused: true } }]);
    expect(paused).toMatchObject(
      frames(client()(setting({ width: 320, height: 180, disabled: false }))).map((one) => ({
        updateSubscription: { spatialLayer: (one as wire.ClientFrame).updateSubscription?.spatialLayer },
      })),
    );
    const subscription = new UpdateSubscription({ trackSids: [MICROPHONE], subscribe: false });
    expect(frames(say(sync({ subscription })))).toEqual([
      { updateSubscription: { trackId: MICROPHONE, subscribed: false } },
    ]);
    expect(say(sync({}))).toEqual({ serviceRequests: [], responses: [] });
  });

  it('names its own tracks that the room does not have', () => {
    expect(client()(sync({ trackSidsDisabled: ['TR_gone'] }))).toEqual({
      serviceRequests: [],
      responses: [],
      ignored: 'syncState',
    });
  });
});

describe('an unsupported request', () => {
  test.each<[string, Message]>([
    ['unknown', { case: undefined }],
    ['leave', { case: 'leave', value: new LeaveRequest() }],
    ['offer', { case: 'offer', value: new SessionDescription() }],
    ['addTrack', { case: 'addTrack', value: new AddTrackRequest() }],
    ['simulate', { case: 'simulate', value: new SimulateScenario() }],
    ['updateLayers', { case: 'updateLayers', value: new UpdateVideoLayers() }],
  ])('is named: %s', (name, message) => {
    expect(client()(message)).toEqual({ serviceRequests: [], responses: [], ignored: name });
  });

  it('is refused where clients wait for an answer', () => {
    const data = client()({ case: 'publishDataTrackRequest', value: new PublishDataTrackRequest({ pubHandle: 3 }) });
    expect(data.responses[0]?.message.value).toMatchObject({
      reason: RequestResponse_Reason.UNSUPPORTED_TYPE,
      request: { case: 'publishDataTrack', value: { pubHandle: 3 } },
    });
    const blob = client()({ case: 'getDataBlobRequest', value: new GetDataBlobRequest({ requestId: 9 }) });
    expect(blob.responses[0]?.message.value).toMatchObject({
      requestId: 9,
      reason: RequestResponse_Reason.UNSUPPORTED_TYPE,
    });
    expect(frames(data)).toEqual([]);
  });
});

describe('ping', () => {
  it('is answered at once, and brings our service the round trip', () => {
    const old = client()({ case: 'ping', value: 5n });
    expect(old).toMatchObject({
      serviceRequests: [],
      responses: [{ message: { case: 'pong', value: 1_700_000_000_000n } }],
    });
    const now = client()({ case: 'pingReq', value: new Ping({ timestamp: 77n, rtt: 42n }) });
    expect(now.responses[0]?.message).toMatchObject({
      case: 'pongResp',
      value: { lastPingTimestamp: 77n, timestamp: 1_700_000_000_000n },
    });
    expect(frames(now)).toEqual([{ ping: { sentMs: 77, rttMs: 42 } }]);
  });

  it('accepts no impossible round trip', () => {
    const rttOf = (rtt: bigint) => frames(client()({ case: 'pingReq', value: new Ping({ rtt }) }));
    expect(rttOf(-5n)).toMatchObject([{ ping: { rttMs: 0 } }]);
    expect(rttOf(2n ** 62n)).toMatchObject([{ ping: { rttMs: 24 * 3600_000 } }]);
  });
});

describe('mute', () => {
  const mute = (muted: boolean, sid = CAMERA): Message => ({
    case: 'mute',
    value: new MuteTrackRequest({ sid, muted }),
  });
  const own = (): ShownRoom => joined({ self: person('ann', { tracks: [camera()] }) });
  const shown = (room: ShownRoom, seq: number, muted: boolean): unknown[] =>
    room
      .apply(events(seq, { type: 'trackMuted', sessionId: 'PA_ann', trackId: CAMERA, muted }))
      .map(({ message }) => message.case)
      .filter((name) => name === 'mute');

  it('of a track that the roster does not have yet waits for it, without a request', () => {
    const told = client(own())(mute(true, 'TR_later000000'));
    expect(told).toEqual({ serviceRequests: [], responses: [] });
    expect(frames(client()(mute(true)))).toEqual([]); // another participant's track
  });

  it('in the present state makes no request', () => {
    const ask = client(own());
    expect(frames(ask(mute(false)))).toEqual([]);
    expect(frames(ask(mute(true)))).toEqual([{ setTrackMuted: { trackId: CAMERA, muted: true } }]);
    expect(frames(ask(mute(true)))).toEqual([]);
  });

  it('that is refused is not remembered, so a host’s later mute still shows', () => {
    const room = own();
    const [asked] = client(room)(mute(true)).serviceRequests;
    expect(asked?.onAnswer({ code: 'RATE_LIMITED', message: '' })).toEqual([]);
    expect(shown(room, 11, true)).toEqual(['mute']);
  });

  it('is remembered up to a bound when the roster never answers', () => {
    const { mutes } = own();
    for (let index = 0; index < 1000; index += 1) expect(mutes.request(CAMERA, index % 2 === 0, false)).toBe(true);
    for (let index = 0; index < 32; index += 1) expect(mutes.observe(CAMERA, index % 2 === 0)).toBe(false);
    expect(mutes.observe(CAMERA, true)).toBe(true);
  });
});

describe('subscriptions', () => {
  it('are requested for tracks of others, each once; other ids are ignored', () => {
    const room = joined({
      self: person('ann', { tracks: [camera({ trackId: 'TR_own000000000' })] }),
      others: [person('bob', { tracks: [camera()] })],
    });
    const told = client(room)({
      case: 'subscription',
      value: new UpdateSubscription({
        trackSids: [CAMERA, CAMERA, 'TR_own000000000', 'TR_gone00000000'],
        participantTracks: [new ParticipantTracks({ participantSid: 'PA_bob', trackSids: [CAMERA] })],
        subscribe: true,
      }),
    });
    expect(frames(told)).toEqual([{ updateSubscription: { trackId: CAMERA, subscribed: true } }]);
    expect(told.ignored).toBe('subscription');
  });

  it('name participants’ tracks too', () => {
    const told = client()({
      case: 'subscription',
      value: new UpdateSubscription({
        participantTracks: [new ParticipantTracks({ trackSids: [CAMERA, MICROPHONE] })],
      }),
    });
    expect(frames(told)).toEqual([
      { updateSubscription: { trackId: CAMERA, subscribed: false } },
      { updateSubscription: { trackId: MICROPHONE, subscribed: false } },
    ]);
    expect(told.ignored).toBeUndefined();
  });

  it('are limited to the tracks that a client can have', () => {
    const far = Array.from({ length: limits.subscriptionsPerParticipantMax }, (_, index) => `TR_${index}`);
    const told = client()(subscribe([...far, CAMERA]));
    expect(frames(told)).toEqual([]);
    expect(told.ignored).toBe('subscription');
  });

  it('keep the settings of a track, all of which our frame contains', () => {
    const ask = client();
    const low = { paused: false, priority: 0, spatialLayer: 0 };
    expect(frames(ask(setting({ quality: VideoQuality.LOW })))).toEqual([
      { updateSubscription: { trackId: CAMERA, subscribed: true, ...low } },
    ]);
    expect(frames(ask(subscribe([CAMERA], false)))).toEqual([
      { updateSubscription: { trackId: CAMERA, subscribed: false } },
    ]);
    expect(frames(ask(setting({ quality: VideoQuality.LOW, disabled: true })))).toEqual([]);
    expect(frames(ask(subscribe([CAMERA])))).toEqual([
      { updateSubscription: { trackId: CAMERA, subscribed: true, ...low, paused: true } },
    ]);
  });

  it('that are refused are answered', () => {
    const [asked] = client()(subscribe([CAMERA])).serviceRequests;
    expect(asked?.onAnswer()).toEqual([]);
    expect(asked?.onAnswer({ code: 'CODEC_UNSUPPORTED', message: '' })[0]?.message.case).toBe('subscriptionResponse');
  });
});

describe('layers', () => {
  const top = undefined;
  const portrait = camera({
    width: 720,
    height: 1280,
    layers: camera().layers.map(({ width, height, ...rest }) => ({ ...rest, width: height, height: width })),
  });
  const two = camera({ layers: camera().layers.slice(0, 2) });
  test.each([
    ['a track without known layers', camera({ layers: [] }), { quality: VideoQuality.LOW }, top],
    ['a sound', microphone(), { quality: VideoQuality.LOW }, top],
    ['an unknown quality: the top one', camera(), { quality: 99 as VideoQuality }, top],
    ['the quality LOW', camera(), { quality: VideoQuality.LOW }, 0],
    ['the quality MEDIUM', camera(), { quality: VideoQuality.MEDIUM }, 1],
    ['the quality HIGH', camera(), { quality: VideoQuality.HIGH }, top],
    ['the quality MEDIUM of two layers: the top one', two, { quality: VideoQuality.MEDIUM }, top],
    ['half a size: by the quality', camera(), { width: 10, quality: VideoQuality.MEDIUM }, 1],
    ['a size and a quality: by the size', camera(), { width: 320, height: 180, quality: VideoQuality.HIGH }, 0],
    ['a size of which the layer has nine tenths: that layer', camera(), { width: 355, height: 200 }, 0],
    ['a size of which the layer has less: the next layer', camera(), { width: 360, height: 201 }, 1],
    ['a landscape: by its height', camera(), { width: 4000, height: 180 }, 0],
    ['a portrait: by its width', portrait, { width: 180, height: 4000 }, 0],
    ['a size above all layers: the top one', camera(), { width: 7680, height: 4320 }, top],
    ['the largest numbers: the top one', camera(), { width: 2 ** 32 - 1, height: 2 ** 32 - 1 }, top],
  ])('are chosen for %s', (_, track, settings, spatialLayer) => {
    const all = { disabled: false, quality: VideoQuality.HIGH, width: 0, height: 0, fps: 0, ...settings };
    expect(layersFor(track, all)).toEqual({ paused: false, spatialLayer, temporalLayer: undefined });
  });

  test.each([
    [0, undefined],
    [1, 0],
    [7, 0],
    [8, 1],
    [15, 1],
    [16, undefined],
    [60, undefined],
  ])('%d frames a second need the temporal layer %s', (fps, temporalLayer) => {
    const all = { disabled: false, quality: VideoQuality.HIGH, width: 0, height: 0, fps };
    expect(layersFor(camera(), all).temporalLayer).toBe(temporalLayer);
  });

  it('are paused when the track is disabled, or the quality is OFF', () => {
    const off = { disabled: false, quality: VideoQuality.OFF, width: 0, height: 0, fps: 0 };
    expect(layersFor(camera(), off).paused).toBe(true);
    expect(layersFor(camera(), { ...off, width: 10, height: 10 }).paused).toBe(false);
    expect(layersFor(microphone(), { ...off, quality: VideoQuality.HIGH, disabled: true }).paused).toBe(true);
  });

  test.each([
    [0, 0],
    [1, 255],
    [2, 254],
    [255, 1],
    [4_000_000_000, 1],
  ])('LiveKit’s priority %d is our priority %d', (theirs, ours) => {
    expect(priorityOf(theirs)).toBe(ours);
  });
});

describe('updateMetadata', () => {
  const update = (o: ConstructorParameters<typeof UpdateParticipantMetadata>[0]) =>
    client()({ case: 'updateMetadata', value: new UpdateParticipantMetadata({ requestId: 4, ...o }) });

  it('leaves empty fields unchanged', () => {
    expect(frames(update({}))).toEqual([{ updateSelf: { attributes: {} } }]);
    expect(frames(update({ name: 'Ann', metadata: 'm', attributes: { a: '', b: '1' } }))).toEqual([
      { updateSelf: { name: 'Ann', metadata: 'm', attributes: { a: '', b: '1' } } },
    ]);
  });

  test.each([
    [undefined, RequestResponse_Reason.OK],
    ['NOT_PERMITTED', RequestResponse_Reason.NOT_ALLOWED],
    ['REQUEST_INVALID', RequestResponse_Reason.INVALID_REQUEST],
    ['RATE_LIMITED', RequestResponse_Reason.LIMIT_EXCEEDED],
    ['toString', RequestResponse_Reason.UNCLASSIFIED_ERROR],
  ])('is answered when our answer comes: %s', (code, reason) => {
    const told = update({ name: 'Ann' });
    expect(told.responses).toEqual([]);
    const error = code === undefined ? undefined : { code, message: 'why' };
    expect(told.serviceRequests[0]?.onAnswer(error)[0]?.message).toMatchObject({
      case: 'requestResponse',
      value: { requestId: 4, reason, message: code === undefined ? '' : 'why', request: { case: 'updateMetadata' } },
    });
  });
});

describe('subscriptionPermission', () => {
  const own = (): ShownRoom =>
    joined({ self: person('ann', { tracks: [camera(), microphone()] }), others: [person('bob'), person('eve')] });
  const permit = (trackPermissions: ConstructorParameters<typeof TrackPermission>[0][], allParticipants = false) =>
    client(own())({
      case: 'subscriptionPermission',
      value: new SubscriptionPermission({
        allParticipants,
        trackPermissions: trackPermissions.map((one) => new TrackPermission(one)),
      }),
    });
  const { TRACK_SOURCE_CAMERA, TRACK_SOURCE_MICROPHONE } = wire.TrackSource;

  it('to all removes every restriction', () => {
    expect(frames(permit([{ participantSid: 'PA_bob' }], true))).toEqual([{ setSubscribers: {} }]);
  });

  it('to none lets no participant receive, which differs from all', () => {
    expect(frames(permit([]))).toEqual([{ setSubscribers: { subscribers: { allowed: [] } } }]);
  });

  it('never allows more than requested: unknown participants and tracks are left out', () => {
    const told = permit([
      { participantSid: 'PA_gone', allTracks: true },
      { participantIdentity: 'bob', trackSids: ['TR_gone00000000'] },
      { participantIdentity: 'eve' },
    ]);
    expect(frames(told)).toEqual([{ setSubscribers: { subscribers: { allowed: [] } } }]);
    expect(told.ignored).toBe('subscriptionPermission');
  });

  it('applies by identity and source', () => {
    const told = permit([
      { participantSid: 'PA_bob', trackSids: [CAMERA] },
      { participantIdentity: 'bob', trackSids: [MICROPHONE] },
      { participantIdentity: 'eve', allTracks: true },
      { participantIdentity: 'not yet here', trackSids: [CAMERA] },
    ]);
    const allowed = [
      { identity: 'bob', sources: [TRACK_SOURCE_CAMERA, TRACK_SOURCE_MICROPHONE] },
      { identity: 'eve', sources: [] },
      { identity: 'not yet here', sources: [TRACK_SOURCE_CAMERA] },
    ];
    expect(frames(told)).toEqual([{ setSubscribers: { subscribers: { allowed } } }]);
    expect(told.ignored).toBeUndefined();
  });

  it('of one of two tracks of a source allows neither: our rule knows the source alone', () => {
    const second = camera({ trackId: 'TR_camera000001' });
    const own = { ...person('ann'), tracks: [camera(), second, microphone()] };
    const requests = new Requests(joined({ self: own, others: [person('bob')] }), { automatic: true });
    const value = new SubscriptionPermission({
      trackPermissions: [new TrackPermission({ participantIdentity: 'bob', trackSids: [CAMERA, MICROPHONE] })],
    });
    const told = requests.translate(new SignalRequest({ message: { case: 'subscriptionPermission', value } }), {
      nowWallMs: 0,
    });
    expect(frames(told)).toEqual([
      { setSubscribers: { subscribers: { allowed: [{ identity: 'bob', sources: [TRACK_SOURCE_MICROPHONE] }] } } },
    ]);
  });

  it('is bounded in the number of participants', () => {
    const many = Array.from({ length: limits.allowedSubscribersMax + 1 }, (_, index) => ({
      participantIdentity: `p${index}`,
      allTracks: true,
    }));
    const told = permit(many);
    const [frame] = told.serviceRequests;
    expect(frame?.message.setSubscribers?.subscribers?.allowed).toHaveLength(limits.allowedSubscribersMax);
    expect(told.ignored).toBe('subscriptionPermission');
  });
});
