// An example of every frame. The bytes are in vectors/frames.json, for SDKs in other languages.
import type { wire } from '../../src/index.ts';

type Golden = { name: string } & (
  | { direction: 'client'; frame: wire.ClientFrame.$Properties }
  | { direction: 'server'; frame: wire.ServerFrame.$Properties }
);
const client = (name: string, frame: wire.ClientFrame.$Properties): Golden => ({ name, direction: 'client', frame });
const server = (name: string, frame: wire.ServerFrame.$Properties): Golden => ({ name, direction: 'server', frame });

const rtp: wire.RtpParameters.$Properties = {
  mid: '0',
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 96,
      clockRate: 90000,
      parameters: [{ key: 'x-google-start-bitrate', number: 600 }],
      rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
    },
  ],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 4 }],
  encodings: [{ rid: 'r0', scaleResolutionDownBy: 2, maxBitrateBps: 300_000 }],
  cname: 'cname',
  reducedSizeRtcp: true,
};
const track: wire.TrackInfo.$Properties = {
  trackId: 'TR_0123456789abcdef',
  kind: 2,
  source: 1,
  mimeType: 'video/VP8',
  layerKind: 2,
  layers: [{ spatialLayer: 0, width: 320, height: 180, maxBitrateBps: 150_000 }],
  nodeId: 'sfu-fra-1',
};
const participant: wire.ParticipantInfo.$Properties = {
  sessionId: 'PA_0123456789abcdef',
  identity: 'ana',
  name: 'Ana',
  tracks: [track],
  nodeId: 'sfu-fra-1',
  signalingId: 'sig-fra',
  region: 'frankfurt',
  joinedWallMs: 1_790_000_000_000,
  quality: 4,
  canPublish: true,
  canSubscribe: true,
  canPublishData: true,
  kind: 3,
  protocol: 'webrtc',
  attributes: { hand: 'up' },
};
const iceServer = {
  urls: ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:443?transport=tcp'],
  username: '1793620800:PA_0123456789abcdef',
  credential: 'Y3JlZGVudGlhbA==',
};
const transport: wire.TransportInfo.$Properties = {
  id: 't1',
  iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
  iceCandidates: [
    {
      foundation: 'udpcandidate',
      priority: 1_076_302_079,
      address: '127.0.1.5',
      protocol: 'udp',
      port: 7900,
      type: 'host',
    },
  ],
  dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AA:BB' }] },
};
const subscription: wire.Subscription.$Properties = {
  consumerId: 'c1',
  trackId: track.trackId ?? '',
  publisherSessionId: 'PA_0123456789abcdef',
  kind: 2,
  layerKind: 2,
  rtpParameters: rtp,
  trackEpoch: 1,
};

export const goldenFrames: Golden[] = [
  client('join', {
    requestId: 1,
    join: {
      protocolVersion: 1,
      token: 'header.payload.signature',
      sdk: 'web/0.1.0',
      routerVersion: 1,
      recvRtpCapabilities: {
        codecs: [{ kind: 1, mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48000, channels: 2 }],
        headerExtensions: [
          { kind: 1, uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', preferredId: 10, direction: 'sendrecv' },
        ],
      },
      sendEndpoint: { webrtc: { fingerprint: { algorithm: 'sha-256', value: 'AA:BB' } } },
      recvEndpoint: { webrtc: { fingerprint: { algorithm: 'sha-256', value: 'CC:DD' } } },
      echoTimes: [{ signalingId: 'sig-fra', rttMs: 12.5 }],
      fromCity: 'frankfurt',
    },
  }),
  client('resume', {
    requestId: 1,
    join: {
      protocolVersion: 1,
      token: 't',
      resume: { sessionId: 'PA_0123456789abcdef', resumeKey: 'key' },
    },
  }),
  client('join that stands in for a lost session', {
    requestId: 1,
    join: {
      protocolVersion: 1,
      token: 't',
      priorSessionId: 'PA_0123456789abcdef',
      rejoinReceipt: Uint8Array.of(1, 2, 3),
    },
  }),
  client('publish', { requestId: 2, publish: { track, rtpParameters: rtp } }),
  client('unpublish', { requestId: 3, unpublish: { trackId: 'TR_0123456789abcdef' } }),
  client('set track muted', { requestId: 4, setTrackMuted: { trackId: 'TR_0123456789abcdef', muted: true } }),
  client('update subscription', {
    requestId: 5,
    updateSubscription: {
      trackId: 'TR_0123456789abcdef',
      subscribed: true,
      paused: false,
      spatialLayer: 0,
      temporalLayer: 2,
      priority: 1,
    },
  }),
  client('subscriptions ready', { subscriptionsReady: { consumerIds: ['c1', 'c2'] } }),
  client('track move done', { trackMoveDone: { trackId: 'TR_0123456789abcdef', oldConsumerId: 'c1', trackEpoch: 2 } }),
  client('send data', {
    requestId: 6,
    sendData: {
      payload: Uint8Array.of(1, 2, 3),
      topic: 'board',
      lossy: true,
      destinationSessionIds: ['PA_0123456789abcdef'],
    },
  }),
  client('restart ice', { requestId: 7, restartIce: { transportId: 't1' } }),
  client('connect transport', {
    requestId: 7,
    connectTransport: { transportId: 't1', fingerprint: { algorithm: 'sha-256', value: 'AA:BB' } },
  }),
  client('kick', { requestId: 8, kick: { sessionId: 'PA_0123456789abcdef', reason: 'spam' } }),
  client('mute participant', {
    requestId: 9,
    muteParticipant: { sessionId: 'PA_0123456789abcdef', trackId: 'TR_0123456789abcdef' },
  }),
  client('update self', { requestId: 10, updateSelf: { name: '安娜', attributes: { hand: '' } } }),
  client('stats', {
    stats: {
      rttMs: 20,
      outboundLoss: 0.01,
      inboundLoss: 0,
      freezeCount: 1,
      freezeMs: 300,
      jitterMs: 4,
      availableOutboundBps: 2_000_000,
      periodMs: 2000,
    },
  }),
  client('stats with what happened', {
    stats: {
      rttMs: 20,
      periodMs: 2000,
      sentBps: 1_200_000,
      receivedBps: 3_400_000,
      sentHeight: 720,
      receivedHeight: 360,
      receivedFps: 29.5,
      concealed: 0.01,
      transport: 'udp',
      network: 'wifi',
      device: 'Chrome 131, Windows',
      events: [{ agoMs: 300, kind: 'device', source: 'microphone', detail: 'Yeti' }],
    },
  }),
  client('set subscribers', {
    requestId: 17,
    setSubscribers: { subscribers: { allowed: [{ identity: 'bo', sources: [2] }] } },
  }),
  client('leave', { leave: { reason: 'button', quality: { measuredS: 60, rttP50Ms: 21, transport: 'udp' } } }),
  client('ping', { ping: { sentMs: 1234.5, rttMs: 20 } }),
  client('move ready', { requestId: 11, moveReady: { moveId: 'MV_1', ok: true } }),
  client('echo times', {
    echoTimes: { times: [{ signalingId: 'sig-fra', rttMs: 12.5, receipt: new Uint8Array([1, 2, 3]) }] },
  }),
  client('update room', { requestId: 13, updateRoom: { metadata: '{"topic":"安娜"}' } }),
  client('update room at a version', { requestId: 14, updateRoom: { metadata: 'x', expectedVersion: 0 } }),
  client('rendition refused', {
    requestId: 15,
    renditionRefused: { trackId: 'TR_0123456789abcdef', mimeType: 'video/H264', code: 'CODEC_UNSUPPORTED' },
  }),
  client('ask track stats', { requestId: 16, askTrackStats: {} }),
  client('act', { requestId: 17, act: { remove: { identity: 'bob', reason: 'noise', banS: 600 } } }),
  client('explain placement', { requestId: 12, explainPlacement: { decisionId: 'DE_1.frankfurt' } }),
  server('error', { replyTo: 2, error: { code: 'TRACK_EXISTS', message: 'A track of this id exists already.' } }),
  server('ack', { replyTo: 3, ack: {} }),
  server('joined', {
    replyTo: 1,
    joined: {
      sessionId: 'PA_0123456789abcdef',
      resumeKey: 'key',
      rejoinReceipt: Uint8Array.of(1, 2, 3),
      self: participant,
      participants: [participant],
      sendTransport: transport,
      recvTransport: transport,
      iceServers: [iceServer],
      subscriptions: [subscription],
      placement: {
        decisionId: 'DE_1',
        node: {
          nodeId: 'sfu-fra-1',
          hostId: 'host-fra',
          region: 'frankfurt',
          city: 'frankfurt',
          latitude: 50.11,
          longitude: 8.68,
        },
        signalingId: 'sig-fra',
        ownerId: 'sig-sgp',
        roomEpoch: 1,
        locationSource: 'dbip-city',
        locationRadiusKm: 50,
        reasons: ['nearest'],
        mode: 'normal',
      },
      rosterSeq: 7,
      pingIntervalMs: 2500,
      room: 'demo',
      roomInfo: { metadata: '{"topic":"x"}', version: 1 },
      viewers: { byProtocol: { hls: 800 } },
    },
  }),
  server('published', { replyTo: 2, published: { track } }),
  server('ice restarted', {
    replyTo: 7,
    iceRestarted: {
      transportId: 't1',
      iceParameters: { usernameFragment: 'u2', password: 'p2', iceLite: true },
      iceServers: [iceServer],
    },
  }),
  server('room events', {
    roomEvents: {
      roomEpoch: 1,
      events: [
        { seq: 8, participantJoined: { participant } },
        { seq: 9, trackPublished: { sessionId: 'PA_0123456789abcdef', track } },
        { seq: 10, trackMuted: { sessionId: 'PA_0123456789abcdef', trackId: 'TR_0123456789abcdef', muted: true } },
        { seq: 11, speakersChanged: { speakers: [{ sessionId: 'PA_0123456789abcdef', levelDbov: -30 }] } },
        { seq: 12, qualityChanged: { sessionId: 'PA_0123456789abcdef', quality: 2 } },
        {
          seq: 13,
          trackUnpublished: { sessionId: 'PA_0123456789abcdef', trackId: 'TR_0123456789abcdef', reason: 'ended' },
        },
        { seq: 14, participantLeft: { sessionId: 'PA_0123456789abcdef', reason: 'left' } },
        { seq: 15, roomChanged: { info: { metadata: '{"topic":"x"}', version: 1 } } },
      ],
    },
  }),
  server('roster snapshot', {
    rosterSnapshot: { roomEpoch: 2, rosterSeq: 1, participants: [participant], info: { metadata: 'x', version: 2 } },
  }),
  server('subscriptions added', {
    subscriptionsAdded: {
      subscriptions: [subscription],
      failed: [{ trackId: 'TR_x', code: 'CODEC_UNSUPPORTED', message: 'no H264' }],
    },
  }),
  server('subscription removed', {
    subscriptionRemoved: { consumerId: 'c1', trackId: 'TR_0123456789abcdef', reason: 'unpublished' },
  }),
  server('subscription state', {
    subscriptionState: {
      consumerId: 'c1',
      trackId: 'TR_0123456789abcdef',
      producerPaused: false,
      spatialLayer: 1,
      temporalLayer: 2,
      score: 10,
    },
  }),
  server('layer demand', { layerDemand: { trackId: 'TR_0123456789abcdef', maxSpatialLayer: -1 } }),
  server('layer demand of a set', {
    layerDemand: { trackId: 'TR_0123456789abcdef', maxSpatialLayer: 2, spatialLayers: 5 },
  }),
  server('rendition wanted', {
    renditionRequest: { trackId: 'TR_0123456789abcdef', mimeType: 'video/H264', isWanted: true },
  }),
  server('own track stats', { ownTrackStats: { tracks: [{ trackId: 'TR_0123456789abcdef', bitrateBps: 1_200_000 }] } }),
  server('waiting', { waiting: { reason: 'lobby', hosts: 1 } }),
  server('lobby', {
    lobby: { waiters: [{ waitId: 'WA_1', identity: 'cy', name: 'Cy', sinceWallMs: 1_790_000_000_000 }] },
  }),
  server('unmute asked', { unmuteAsked: { byIdentity: 'ann', source: 1 } }),
  server('rights changed', { rightsChanged: { self: { sessionId: 'PA_0123456789abcdef', role: 'speaker' } } }),
  server('room viewers', { roomViewers: { byProtocol: { hls: 800 } } }),
  server('data received', {
    dataReceived: {
      sessionId: 'PA_0123456789abcdef',
      identity: 'ana',
      payload: Uint8Array.of(1, 2, 3),
      topic: 'board',
      wallMs: 1_790_000_000_000,
    },
  }),
  server('track moved', {
    trackMoved: { trackId: 'TR_0123456789abcdef', trackEpoch: 2, oldConsumerId: 'c1', subscription },
  }),
  server('move participant', {
    moveParticipant: {
      moveId: 'MV_1',
      node: { nodeId: 'sfu-sgp-1' },
      sendTransport: transport,
      recvTransport: transport,
      iceServers: [iceServer],
      reason: 'nearer',
      decisionId: 'DE_2',
    },
  }),
  server('move done', { moveDone: { moveId: 'MV_1', ok: false, code: 'MOVE_FAILED' } }),
  server('transport changed', { transportChanged: { transportId: 't1', state: 'disconnected' } }),
  server('disconnect', { disconnect: { code: 'KICKED', message: 'spam', reconnect: false } }),
  server('echo targets', { echoTargets: { targets: [{ signalingId: 'sig-fra', url: 'wss://fra.example/v1/echo' }] } }),
  server('placement explained', {
    replyTo: 12,
    placementExplained: {
      decisionId: 'DE_1.frankfurt',
      reasons: ['the address is known to dbip-city', 'access: 9 ms from the client, timed'],
      options: [
        {
          nodeId: 'sfu-fra-1',
          region: 'frankfurt',
          city: 'frankfurt',
          points: 98.5,
          parts: [{ name: 'access', points: 66.5, pointsMax: 68, reason: '9 ms from the client, timed' }],
        },
        { nodeId: 'sfu-fra-2', region: 'frankfurt', city: 'frankfurt', filter: 'capacity' },
      ],
    },
  }),
  client('send post', {
    requestId: 40,
    sendPost: { kind: 'danmaku', text: 'bravo', pictureWallMs: 1_790_000_000_000, style: '#ff0000 top' },
  }),
  client('send reactions', { requestId: 41, sendReactions: { counts: { like: 3 } } }),
  client('send vote', { requestId: 42, sendVote: { pollId: 'PO_1', options: [0, 2] } }),
  client('raise hand', { requestId: 43, raiseHand: { raised: true } }),
  client('crowd page', { requestId: 44, crowdPage: { afterIdentity: 'ann', limit: 50, prefix: 'b' } }),
  client('ask break-out token', { requestId: 45, askBreakOutToken: { breakOutId: 'BO_0123456789ab' } }),
  client('warm', { requestId: 46, warm: { protocolVersion: 1, token: 'token', sdk: 'web/0.1.0' } }),
  server('break-out token', { replyTo: 45, breakOutToken: { token: 'a.b.c', room: 'class~BO_0123456789ab' } }),
  server('post taken', { replyTo: 40, postAccepted: { postId: 'PT_1', wallMs: 1_790_000_000_001 } }),
  server('posts', {
    posts: { posts: [{ postId: 'PT_1', kind: 'chat', identity: 'ann', text: 'hi' }], omitted: 2, removedIds: ['PT_0'] },
  }),
  server('reactions', { reactions: { totals: { like: 12 } } }),
  server('board', {
    board: { version: 3, polls: [{ pollId: 'PO_1', text: 'Tea?', options: [{ text: 'yes', votes: 4 }] }] },
  }),
  server('stage asked', { stageAsked: { on: true, byIdentity: 'ann' } }),
  server('hand lowered', { handLowered: {} }),
  server('warmed', { replyTo: 46, warmed: { livesMs: 60_000, recvTransport: { id: 'transport' } } }),
  server('crowd hands', { crowdHands: { hands: [{ identity: 'bo', name: 'Bo', sinceWallMs: 1_790_000_000_000 }] } }),
  server('crowd people', { replyTo: 44, crowdPeople: { people: [{ identity: 'bo', name: 'Bo' }], total: 1 } }),
  server('pong', { pong: { sentMs: 1234.5 } }),
];
