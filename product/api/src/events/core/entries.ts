import {
  isRecordingId,
  MeridianError,
  type Participant,
  participantFromWire,
  partsOfRoomKey,
  recordingFromWire,
  roomInfoFromWire,
  trackFromWire,
  type wire,
} from '@meridian/protocol';
import type { RecordingEntry } from './recording-story.ts';
import type { Entry } from './story.ts';

export interface Journal {
  readonly tenant: string;
  readonly room: string;
  readonly sid: string;
  readonly epoch: number;
  readonly startedMs: number;
  readonly lost: number;
  readonly entries: readonly Entry[];
  readonly recordings: readonly RecordingEntry[];
}

const SID = /^RM_[A-Za-z0-9]{1,64}$/;
/** Limit of entries in a message; owners send fewer (signaling/src/limits.ts). */
const ENTRIES_MAX = 10_000;
/** The year 2200; a later time is corrupt. */
const WALL_MS_MAX = 7_258_118_400_000;

/** Throws REQUEST_INVALID. An entry of an unknown kind appears only in `seqs`. */
export function journalOf(message: wire.Journal): Journal & { readonly seqs: readonly number[] } {
  const parts = partsOfRoomKey(message.roomKey);
  if (parts === undefined) throw invalid('the room key is not valid');
  if (!SID.test(message.sid)) throw invalid('the sid is not valid');
  if (!isCount(message.epoch) || message.epoch < 1) throw invalid('the epoch is not valid');
  if (message.entries.length > ENTRIES_MAX) throw invalid('too many entries');
  const seqs = message.entries.map(({ seq }) => seq ?? 0);
  if (!seqs.every((seq) => isCount(seq) && seq > 0)) throw invalid('an entry has no number');
  const { sid, epoch, lost } = message;
  const entries = message.entries.flatMap((entry) => entryOf(epoch, entry)).sort((a, b) => a.seq - b.seq);
  const recordings = message.entries.flatMap((entry) => recordingOf(epoch, entry)).sort((a, b) => a.seq - b.seq);
  return { ...parts, sid, epoch, startedMs: wallMs(message.createdWallMs), lost, entries, recordings, seqs };
}

function entryOf(epoch: number, entry: wire.JournalEntry.$Properties): Entry[] {
  const at = { epoch, seq: entry.seq ?? 0, wallMs: wallMs(entry.wallMs) };
  const participantFields = () => whoOf(entry.participant ?? {});
  const roster = entry.opened ?? entry.takenOver;
  if (roster) {
    return [
      { ...at, type: entry.opened ? 'opened' : 'takenOver', participants: (roster.participants ?? []).map(whoOf) },
    ];
  }
  if (entry.joined) return [{ ...at, type: 'joined', participant: participantFields() }];
  if (entry.left) return [{ ...at, type: 'left', participant: participantFields(), reason: reasonOf(entry.left) }];
  if (entry.published)
    return [
      {
        ...at,
        type: 'published',
        participant: participantFields(),
        track: trackFromWire(entry.published.track ?? {}),
        reason: '',
      },
    ];
  if (entry.unpublished) {
    const track = trackFromWire(entry.track ?? {});
    return [
      { ...at, type: 'unpublished', participant: participantFields(), track, reason: reasonOf(entry.unpublished) },
    ];
  }
  if (entry.changed) return [{ ...at, type: 'changed', info: roomInfoFromWire(entry.changed) }];
  if (entry.over) return [{ ...at, type: 'over', reason: reasonOf(entry.over) }];
  return [];
}

/** Drops an entry with an invalid recording id, since no request could name that recording. */
function recordingOf(epoch: number, entry: wire.JournalEntry.$Properties): RecordingEntry[] {
  if (!entry.recording) return [];
  const { recording, recorderId, isOver } = entry.recording;
  const reported = recordingFromWire(recording ?? {});
  if (!isRecordingId(reported.recordingId)) return [];
  const [identity, byIdentity] = [withoutNul(reported.identity), withoutNul(reported.byIdentity)];
  const sinceWallMs = Math.min(Math.max(Math.round(reported.sinceWallMs), 0), WALL_MS_MAX);
  return [
    {
      epoch,
      seq: entry.seq ?? 0,
      wallMs: wallMs(entry.wallMs),
      recording: Object.assign({}, reported, { identity, byIdentity, sinceWallMs }),
      recorderId: withoutNul(recorderId ?? '').slice(0, 128),
      isOver: isOver ?? false,
    },
  ];
}

/** PostgreSQL cannot store a NUL, and an entry that can never be stored would block all later ones. */
const withoutNul = (text: string): string => text.replaceAll('\0', '');
const reasonOf = ({ reason }: { reason?: string | null }): string => withoutNul(reason ?? '').slice(0, 200);

function whoOf(info: wire.ParticipantInfo.$Properties): Participant {
  const given = participantFromWire(info);
  const [sessionId, identity, name] = [withoutNul(given.sessionId), withoutNul(given.identity), withoutNul(given.name)];
  const [nodeId, region, protocol] = [withoutNul(given.nodeId), withoutNul(given.region), withoutNul(given.protocol)];
  const joinedWallMs = Math.min(given.joinedWallMs, WALL_MS_MAX);
  return { ...given, sessionId, identity, name, nodeId, region, protocol, joinedWallMs, tracks: [] };
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const invalid = (problem: string) => new MeridianError('REQUEST_INVALID', problem);

function wallMs(value: number | null | undefined): number {
  if (value === null || value === undefined || !(value > 0) || value > WALL_MS_MAX)
    throw invalid('an entry has no time');
  return Math.round(value);
}
