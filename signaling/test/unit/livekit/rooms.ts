// A room as a LiveKit client joins it, for tests of its view.
import {
  emptyRoomInfo,
  type Participant,
  participantToWire,
  type RoomInfo,
  type RosterChange,
  roomInfoToWire,
  rosterEventToWire,
  type Track,
  type wire,
} from '@meridian/protocol';
import { SharedRoom, ShownRoom } from '../../../src/core/livekit/index.ts';
import { person } from '../fixtures.ts';

export const camera = (o: Partial<Track> = {}): Track => ({
  trackId: 'TR_camera000000',
  kind: 'video',
  source: 'camera',
  name: 'cam',
  muted: false,
  mimeType: 'video/VP8',
  layerKind: 'simulcast',
  layers: [
    { spatialLayer: 0, width: 320, height: 180, maxBitrateBps: 150_000 },
    { spatialLayer: 1, width: 640, height: 360, maxBitrateBps: 500_000 },
    { spatialLayer: 2, width: 1280, height: 720, maxBitrateBps: 1_700_000 },
  ],
  nodeId: 'n1',
  width: 1280,
  height: 720,
  ...o,
});
export const microphone = (o: Partial<Track> = {}): Track =>
  camera({
    trackId: 'TR_microphone00',
    kind: 'audio',
    source: 'microphone',
    name: 'mic',
    mimeType: 'audio/opus',
    layerKind: 'simple',
    layers: [],
    width: 0,
    height: 0,
    ...o,
  });

export const epoch = 7;

export function joinedFrame(o: {
  self?: Participant;
  others?: readonly Participant[];
  info?: Partial<RoomInfo>;
  speakers?: wire.Speaker.$Properties[];
  seq?: number;
}): wire.Joined.$Properties {
  const self = o.self ?? person('ann');
  return {
    sessionId: self.sessionId,
    self: participantToWire(self),
    participants: (o.others ?? []).map(participantToWire),
    room: 'stand-up',
    placement: { roomEpoch: epoch },
    rosterSeq: o.seq ?? 10,
    speakers: o.speakers ?? [],
    roomInfo: roomInfoToWire({ ...emptyRoomInfo, sid: 'RM_1', createdWallMs: 5500, ...o.info }),
  };
}

export const joined = (o: Parameters<typeof joinedFrame>[0] = {}): ShownRoom => shownRoom(joinedFrame(o));
/** View of a client that is alone at its node. */
export const shownRoom = (frame: wire.Joined.$Properties): ShownRoom => new ShownRoom(new SharedRoom(frame), frame);

/** Events from `seq` on, as a frame. */
export const events = (seq: number, ...changes: RosterChange[]): wire.ServerFrame.$Properties => ({
  roomEvents: {
    roomEpoch: epoch,
    events: changes.map((change, index) => rosterEventToWire({ seq: seq + index, change })),
  },
});
