// State of a room's recordings: the policy lists the requested recordings, and hidden sessions of recorders show which
// of them run.
import {
  isWatcher,
  type Participant,
  type RecordingMode,
  type RoomRecording,
  recorderOf,
  recordingSlots,
} from '@meridian/protocol';

export interface RecorderSession {
  readonly recorderId: string;
  readonly participant: Participant;
}

export const isRecorder = (participant: Pick<Participant, 'identity' | 'hidden'>): boolean =>
  recorderOf(participant) !== undefined;

/** Returns false for recorders and operators' watchers: a room with only such participants is empty. */
export const occupiesRoom = (participant: Pick<Participant, 'identity' | 'hidden'>): boolean =>
  !isRecorder(participant) && !isWatcher(participant);

/** Returns the recorders by recording id, in the order of `participants`, which is that of their arrival. */
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

/** Returns the recording with this id, or with this name from the client that began it; '' names none. */
export const recordingNamed = (recordings: readonly RoomRecording[], name: string): RoomRecording | undefined =>
  name === ''
    ? undefined
    : (recordings.find(({ recordingId }) => recordingId === name) ??
      recordings.find(({ askedId }) => askedId === name));

export interface RecordingsView {
  readonly roomSid: string;
  /** The room has visible participants, so this life adopts recordings that were requested before it. */
  readonly hasPeople: boolean;
  readonly nowWallMs: number;
  /** Returns whether the recording's recorder is in the room. */
  isRunning(recordingId: string): boolean;
  /** Returns when a recorder should begin by the centre's answer; undefined before the answer. */
  expectedWallMs(recordingId: string): number | undefined;
  /** Returns the code that prevents the recording; '': none; undefined: no recorder was requested yet. */
  failure(recordingId: string): string | undefined;
  /** Returns whether the recorder that took the recording keeps tracks for later; undefined before the answer. */
  isLater(recordingId: string): boolean | undefined;
}

/** Returns the recordings as waiting or running, without those of other lives. */
export function currentRecordings(recordings: readonly RoomRecording[], view: RecordingsView): RoomRecording[] {
  return recordings
    .filter(({ roomSid }) => roomSid === '' || roomSid === view.roomSid)
    .map((recording) => currentRecording(recording, view));
}

function currentRecording(recording: RoomRecording, view: RecordingsView): RoomRecording {
  const { recordingId, identity, byIdentity, priority, mode, layout, pageUrl, askedId } = recording;
  const state = view.isRunning(recordingId) ? 'running' : 'waiting';
  const expectedWallMs = view.expectedWallMs(recordingId) ?? recording.expectedWallMs;
  return {
    recordingId,
    identity,
    state,
    sinceWallMs: state === recording.state ? recording.sinceWallMs : view.nowWallMs,
    byIdentity,
    roomSid: recording.roomSid || (view.hasPeople ? view.roomSid : ''),
    priority,
    expectedWallMs: state === 'running' ? 0 : expectedWallMs,
    mode,
    layout,
    pageUrl,
    askedId,
    failure: state === 'running' ? '' : (view.failure(recordingId) ?? recording.failure),
    later: view.isLater(recordingId) ?? recording.later,
  };
}

/**
 * Returns the media node near which a recorder should run, and its cost in slots: the node of the recorded participant,
 * or that of most participants (on a tie, the first). `trackSlots`: cost of a composed recording whose tracks are kept
 * for later, 0 for other modes. Undefined without visible participants.
 */
export function recordingPlace(
  participants: readonly Participant[],
  { identity, mode }: Pick<RoomRecording, 'identity' | 'mode'>,
): { readonly nodeId: string; readonly slots: number; readonly trackSlots: number } | undefined {
  const people = participants.filter(({ hidden }) => !hidden);
  const own = identity === '' ? undefined : people.find((one) => one.identity === identity);
  const counts = new Map<string, number>();
  for (const { nodeId } of people) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  const [first] = [...counts].toSorted(([, a], [, b]) => b - a);
  if (first === undefined) return undefined;
  const recorded = identity === '' ? people.length : 1;
  return {
    nodeId: own?.nodeId ?? first[0],
    slots: recordingSlots(mode, recorded),
    trackSlots: mode === 'composed' ? recordingSlots('', recorded) : 0,
  };
}

/** Returns why `TenantLimits.recording` forbids a recording of this mode; undefined: it may begin. */
export function recordingRefusal(allowed: string, mode: RecordingMode): 'NOT_PERMITTED' | 'QUOTA_EXCEEDED' | undefined {
  if (allowed === 'used') return 'QUOTA_EXCEEDED';
  if (allowed === 'off' || (allowed === 'tracks' && mode !== '')) return 'NOT_PERMITTED';
  return undefined;
}
