// Tests the description of a participant on the wire, and which of its fields may change.
import { describe, expect, it } from 'vitest';
import {
  emptyParticipant,
  emptyRoomInfo,
  mayPublish,
  mayReceive,
  type Participant,
  participantBytes,
  participantFromWire,
  participantMutableKeys,
  participantSelfKeys,
  participantsDiffer,
  participantToWire,
  type RosterChange,
  type RosterEvent,
  rosterEventFromWire,
  rosterEventToWire,
  rosterViewFromWire,
  rosterViewToWire,
  type Track,
  wire,
} from '../../src/index.ts';

const participant: Participant = {
  sessionId: 'PA_1',
  identity: 'ann',
  name: 'Ann',
  metadata: '{}',
  nodeId: 'n',
  signalingId: 'd',
  region: 'fra',
  joinedWallMs: 1_767_225_600_000,
  quality: 'good',
  canPublish: true,
  publishSources: ['camera', 'screen_share'],
  canSubscribe: false,
  canPublishData: true,
  admin: true,
  hidden: false,
  kind: 'recorder',
  protocol: 'webrtc',
  clientProtocol: 1,
  attributes: { hand: 'up', place: 'äther' },
  role: 'cohost',
  handRaisedWallMs: 1_767_225_600_001,
  tokenRights: 21,
  subscribers: [
    { identity: 'bo', sources: ['microphone'] },
    { identity: 'cy', sources: [] },
  ],
  tracks: [
    {
      trackId: 'T',
      kind: 'video',
      source: 'screen_share',
      name: 'x',
      muted: true,
      mimeType: 'video/VP9',
      layerKind: 'svc',
      layers: [{ spatialLayer: 1, width: 2, height: 3, maxBitrateBps: 4 }],
      nodeId: 'n',
      width: 5,
      height: 6,
      derivedFrom: 'TR_original',
      encryption: 'gcm',
    },
  ],
};
const info = {
  metadata: '{}',
  version: 2,
  sid: 'RM_1',
  createdWallMs: 1_767_225_600_000,
  locked: true,
  lobby: true,
  spotlight: ['ann'],
  endsWallMs: 1_767_229_200_000,
  title: 'Weekly',
  autoRecord: true,
  recordings: [
    {
      recordingId: 're_1',
      identity: 'ann',
      state: 'running' as const,
      sinceWallMs: 1_767_225_600_003,
      byIdentity: 'bob',
      roomSid: 'RM_1',
      priority: 3,
      expectedWallMs: 1_767_225_600_004,
      mode: '' as const,
      layout: 'grid' as const,
      pageUrl: '',
      askedId: 're_asked',
      failure: 'PAGE_FAILED',
      later: true,
    },
  ],
  kind: 'show' as const,
  slowModeMs: 5000,
  postsMuted: true,
  breakOuts: [{ breakOutId: 'BO_0123456789ab', name: 'Red', identities: ['bob'], endsWallMs: 1_767_225_600_005 }],
};
const changes: RosterChange[] = [
  { type: 'participantJoined', participant },
  { type: 'participantLeft', sessionId: 'PA_1', reason: 'LEFT' },
  { type: 'participantChanged', participant: { ...participant, tracks: [] } },
  { type: 'trackPublished', sessionId: 'PA_1', track: participant.tracks[0] as Participant['tracks'][0] },
  { type: 'trackUnpublished', sessionId: 'PA_1', trackId: 'T', reason: 'ENDED' },
  { type: 'trackMuted', sessionId: 'PA_1', trackId: 'T', muted: true },
  { type: 'speakersChanged', speakers: [{ sessionId: 'PA_1', levelDbov: -20 }] },
  { type: 'qualityChanged', sessionId: 'PA_1', quality: 'lost' },
  { type: 'roomChanged', info: { ...info, metadata: '{"topic":"äther"}', version: 3 } },
  { type: 'unknown' },
];

describe('the wire form', () => {
  it.each(changes.map((change, index) => [change.type, { seq: index + 1, change }] as [string, RosterEvent]))(
    'of %s survives unchanged',
    (_name, event) => {
      const bytes = wire.RoomEvent.encode(rosterEventToWire(event)).finish();
      expect(rosterEventFromWire(wire.RoomEvent.decode(bytes))).toEqual(event);
    },
  );

  it('of a roster survives unchanged', () => {
    const view = {
      epoch: 3,
      seq: 9,
      participants: [participant],
      speakers: [{ sessionId: 'PA_1', levelDbov: -127 }],
      info: { ...info, metadata: 'open' },
    };
    const bytes = wire.RosterSnapshot.encode(rosterViewToWire(view)).finish();
    expect(rosterViewFromWire(wire.RosterSnapshot.decode(bytes))).toEqual(view);
  });

  it('has no field that our type lacks', () => {
    const ours = (value: object): string[] => Object.keys(value).sort();
    const fields = (message: object): string[] =>
      Object.keys(Object.getPrototypeOf(message) as object)
        .filter((key) => key !== 'toJSON')
        .sort();
    expect(fields(new wire.ParticipantInfo())).toEqual(ours(emptyParticipant));
    expect(fields(new wire.RoomInfo())).toEqual(ours(emptyRoomInfo));
    expect(fields(new wire.TrackInfo())).toEqual(ours(participant.tracks[0] ?? {}));
  });
});

it('participantBytes returns the bytes on the wire, whatever the quality and mutes', () => {
  const alone = wire.RosterSnapshot.encode({ participants: [participantToWire(participant)] }).finish();
  expect(participantBytes(participant)).toBe(alone.byteLength);
  const tracks = participant.tracks.map((track) => ({ ...track, muted: false }));
  expect(participantBytes({ ...participant, quality: 'unknown', tracks })).toBe(participantBytes(participant));
});

it('the fields that a participant may change itself are among the changeable fields', () => {
  expect(participantSelfKeys).toEqual(['name', 'metadata', 'attributes', 'subscribers']);
  expect(participantMutableKeys).toEqual([
    ...['name', 'metadata', 'nodeId', 'signalingId', 'region'],
    ...[
      'canPublish',
      'publishSources',
      'canSubscribe',
      'canPublishData',
      'admin',
      'attributes',
      'role',
      'handRaisedWallMs',
      'tokenRights',
      'subscribers',
    ],
  ]);
});

describe('a participant limited to some sources', () => {
  it.each<[string, Participant['publishSources'], Track['source'], Track['kind'], boolean]>([
    ['a camera, limited to it', ['camera'], 'camera', 'video', true],
    ['a microphone, limited to the camera', ['camera'], 'microphone', 'audio', false],
    ['a picture with the source microphone', ['microphone'], 'microphone', 'video', false],
    ['sound with the source screen', ['screen_share'], 'screen_share', 'audio', false],
    ['sound of a screen, limited to its picture', ['screen_share'], 'screen_share_audio', 'audio', false],
    ['a track without a source', ['camera', 'microphone'], 'unknown', 'video', false],
    ['a track of an unknown source, limited to such', ['unknown'], 'unknown', 'video', true],
    ['anything, without a limit', undefined, 'microphone', 'video', true],
  ])('publishes %s: %s %s %s → %s', (_what, publishSources, source, kind, may) => {
    expect(mayPublish({ canPublish: true, publishSources }, { source, kind })).toBe(may);
    expect(mayPublish({ canPublish: false, publishSources }, { source, kind })).toBe(false);
  });
});

describe('the allowed subscribers of a participant', () => {
  const publisher = (subscribers: Participant['subscribers']) => ({ subscribers });
  it.each([
    [undefined, true, true],
    [[], false, false],
    [[{ identity: 'bo', sources: [] }], true, true],
    [[{ identity: 'cy', sources: [] }], false, false],
    [[{ identity: 'bo', sources: ['microphone'] }], true, false],
    [
      [
        { identity: 'bo', sources: ['microphone'] },
        { identity: 'bo', sources: ['camera'] },
      ],
      true,
      true,
    ],
  ] as const)('%j: microphone %s, camera %s', (subscribers, microphone, camera) => {
    expect(mayReceive(publisher(subscribers), 'microphone', 'bo')).toBe(microphone);
    expect(mayReceive(publisher(subscribers), 'camera', 'bo')).toBe(camera);
  });

  it('survive the wire: an empty list does not mean all', () => {
    for (const subscribers of [undefined, [], [{ identity: 'bo', sources: ['camera'] as const }]]) {
      const bytes = wire.ParticipantInfo.encode(participantToWire({ ...participant, subscribers })).finish();
      const read = participantFromWire(wire.ParticipantInfo.decode(bytes));
      expect(read.subscribers).toEqual(subscribers);
      const changed = { ...participant, subscribers: [{ identity: 'eve', sources: [] }] };
      expect(participantsDiffer(read, changed, ['subscribers'])).toBe(true);
      expect(participantsDiffer(read, { ...participant, subscribers }, ['subscribers'])).toBe(false);
    }
  });
});
