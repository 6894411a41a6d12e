// What the recordings of a room are, by its policy and its roster: the policy says which there are to be, the hidden
// sessions of recorders say which run.
import {
  isWatcher,
  type Participant,
  type RecordingMode,
  type RoomRecording,
  recorderOf,
  recordingSlots,
} from '@meridian/protocol';

/** A recorder in the room. */
export interface RecorderSession {
  readonly recorderId: string;
  readonly participant: Participant;
}

export const isRecorder = (participant: Pick<Participant, 'identity' | 'hidden'>): boolean =>
  recorderOf(participant) !== undefined;

/** Recorders and operators' watchers are no company: a room in which only they are left is empty. */
export const isCompany = (participant: Pick<Participant, 'identity' | 'hidden'>): boolean =>
  !isRecorder(participant) && !isWatcher(participant);

/** The recorders in the room by the id of their recording, in the order of `participants`: that in which they came. */
export function recorderSessions(participants: readonly Participant[]): ReadonlyMap<string, RecorderSession[]> {
  const sessions = new Map<string, RecorderSession[]>();
  for (const participant of participants) {
    const named = recorderOf(participant);
    if (named === undefined) continue;
    const { recordingId, recorderId } = named;
    sessions.set(recordingId, [...(sessions.get(recordingId) ?? []), { recorderId, participant }]);
  }
  return sessions;
}

/** The recording of this id, or the one that the client which began it calls so; '' names none. */
export const recordingNamed = (recordings: readonly RoomRecording[], name: string): RoomRecording | undefined =>
  name === ''
    ? undefined
    : (recordings.find(({ recordingId }) => recordingId === name) ??
      recordings.find(({ askedId }) => askedId === name));

export interface RecordingsSeen {
  /** The present life of the room. */
  readonly roomSid: string;
  /** Participants that are not hidden are there: the life adopts what was asked for before it. */
  readonly hasPeople: boolean;
  readonly nowWallMs: number;
  /** Its recorder is in the room. */
  isRunning(recordingId: string): boolean;
  /** When a recorder is expected to begin, as the centre says; undefined: it has said nothing yet. */
  expectedWallMs(recordingId: string): number | undefined;
  /** The code of what prevents it; '': nothing; undefined: none has been asked yet. */
  failure(recordingId: string): string | undefined;
}

/** The recordings as they are now: those of other lives are left out, the others are waiting or running. */
export function recordingsNow(recordings: readonly RoomRecording[], seen: RecordingsSeen): RoomRecording[] {
  return recordings
    .filter(({ roomSid }) => roomSid === '' || roomSid === seen.roomSid)
    .map((recording) => recordingNow(recording, seen));
}

function recordingNow(recording: RoomRecording, seen: RecordingsSeen): RoomRecording {
  const { recordingId, identity, byIdentity, priority, mode, layout, pageUrl, askedId } = recording;
  const state = seen.isRunning(recordingId) ? 'running' : 'waiting';
  const expectedWallMs = seen.expectedWallMs(recordingId) ?? recording.expectedWallMs;
  return {
    recordingId,
    identity,
    state,
    sinceWallMs: state === recording.state ? recording.sinceWallMs : seen.nowWallMs,
    byIdentity,
    roomSid: recording.roomSid || (seen.hasPeople ? seen.roomSid : ''),
    priority,
    expectedWallMs: state === 'running' ? 0 : expectedWallMs,
    mode,
    layout,
    pageUrl,
    askedId,
    failure: state === 'running' ? '' : (seen.failure(recordingId) ?? recording.failure),
  };
}

/**
 * Where a recorder is wanted, and what it costs, in participants whose tracks are copied: near the media node of the
 * one that is recorded, or where most participants are (of as many the one of the first). Undefined: no participant is
 * there. Hidden ones do not count.
 */
export function recordingPlace(
  participants: readonly Participant[],
  { identity, mode }: Pick<RoomRecording, 'identity' | 'mode'>,
): { readonly nodeId: string; readonly slots: number } | undefined {
  const people = participants.filter(({ hidden }) => !hidden);
  const own = identity === '' ? undefined : people.find((one) => one.identity === identity);
  const counts = new Map<string, number>();
  for (const { nodeId } of people) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  const [first] = [...counts].toSorted(([, a], [, b]) => b - a);
  if (first === undefined) return undefined;
  return { nodeId: own?.nodeId ?? first[0], slots: recordingSlots(mode, identity === '' ? people.length : 1) };
}

/** Why a recording of this mode may not begin, by `TenantLimits.recording`; undefined: it may. */
export function recordingRefusal(allowed: string, mode: RecordingMode): 'NOT_PERMITTED' | 'QUOTA_EXCEEDED' | undefined {
  if (allowed === 'used') return 'QUOTA_EXCEEDED';
  if (allowed === 'off' || (allowed === 'tracks' && mode !== '')) return 'NOT_PERMITTED';
  return undefined;
}
