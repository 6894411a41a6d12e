import {
  emptyParticipant,
  emptyRoomInfo,
  type Participant,
  participantToWire,
  roomInfoToWire,
  wire,
} from '@meridian/protocol';

export const START_MS = 1_800_000_000_000;

export const participantOf = (name: string, o: Partial<Participant> = {}): Participant => ({
  ...emptyParticipant,
  sessionId: `PA_${name}`,
  identity: name,
  name,
  nodeId: 'n1',
  region: 'fra',
  protocol: 'webrtc',
  joinedWallMs: START_MS,
  ...o,
});
const ofParticipant = (name: string) => ({ participant: participantToWire(participantOf(name)) });
const roster = (names: readonly string[]) => ({
  participants: names.map((name) => participantToWire(participantOf(name))),
});
const track = { trackId: 'TR_a', kind: 1, source: 2, mimeType: 'audio/opus' };

type Recorded = wire.RoomRecording.$Properties & { readonly isOver?: boolean };

export const entry = {
  opened: (...names: string[]) => ({ opened: roster(names) }),
  takenOver: (...names: string[]) => ({ takenOver: roster(names) }),
  joined: (name: string) => ({ joined: {}, ...ofParticipant(name) }),
  left: (name: string, reason = 'CLIENT') => ({ left: { reason }, ...ofParticipant(name) }),
  published: (name: string) => ({ published: { track }, ...ofParticipant(name) }),
  unpublished: (name: string) => ({ unpublished: { trackId: 'TR_a', reason: '' }, track, ...ofParticipant(name) }),
  changed: (metadata: string, title = '') => ({
    changed: roomInfoToWire({ ...emptyRoomInfo, metadata, title, version: 1 }),
  }),
  over: (reason = 'empty') => ({ over: { reason } }),
  recording: (recordingId: string, recorderId: string, { isOver = false, ...o }: Recorded = {}) => ({
    recording: {
      recording: { recordingId, state: 'running', sinceWallMs: START_MS + 5000, byIdentity: 'ann', ...o },
      recorderId,
      isOver,
    },
  }),
};

/** Returns a journal of one owner whose entries start at number `from`, a second apart. */
export function journal(
  epoch: number,
  from: number,
  bodies: readonly wire.JournalEntry.$Properties[],
  o: Partial<wire.Journal.$Properties> = {},
): wire.Journal {
  const entries = bodies.map((body, index) => {
    const seq = from + index;
    return { seq, wallMs: START_MS + (epoch * 100 + seq) * 1000, ...body };
  });
  const message = { roomKey: 'acme/lobby', sid: 'RM_1', epoch, createdWallMs: START_MS, lost: 0, entries, ...o };
  return wire.Journal.decode(wire.Journal.encode(message).finish());
}
