// What acts make of a policy's members, bans and recordings: alike at the owner of a room and, for an empty room, at
// the api.
import { MeridianError } from './errors.ts';
import { limits } from './limits.ts';
import type { Ban, Member, RecordingLayout, RoomRecording } from './policy.ts';

const rightNames = ['canPublish', 'publishSources', 'canSubscribe', 'canPublishData'] as const;

/** More bans than fit drop the oldest that ends by itself; without such a one, the oldest. Those that are over go. */
export function withBan(bans: readonly Ban[], ban: Ban, nowWallMs: number): Ban[] {
  const isOver = ({ untilWallMs }: Ban): boolean => untilWallMs > 0 && untilWallMs <= nowWallMs;
  const lasting = bans.filter((one) => one.identity !== ban.identity && !isOver(one));
  const firstToEnd = lasting.findIndex(({ untilWallMs }) => untilWallMs > 0);
  if (lasting.length >= limits.policyBansMax) lasting.splice(Math.max(0, firstToEnd), 1);
  return [...lasting, ban];
}

/**
 * With another role, single rights that were given under the role before count no more; else they are added to those
 * there are. `reset`: neither role nor rights are left. The caller bounds how many there are
 * (`limits.policyMembersMax`).
 */
export function withMember(members: readonly Member[], member: Member, reset: boolean): Member[] {
  const { identity } = member;
  const before = members.find((one) => one.identity === identity);
  const others = members.filter((one) => one.identity !== identity);
  const hasNewRole = member.role !== '' && member.role !== before?.role;
  const after = hasNewRole ? member : { ...before, ...member, role: member.role || (before?.role ?? '') };
  const saysNothing = after.role === '' && rightNames.every((name) => !(name in after));
  return reset || saysNothing ? others : [...others, after];
}

/** Of a show: an identity with the role by which it comes onto the stage, or is off it. */
export const memberOnStage = (identity: string, on: boolean): Member => ({
  identity,
  role: on ? 'speaker' : 'attendee',
});

/** A recording more; one of a known id changes nothing. QUOTA_EXCEEDED beyond `limits.recordingsPerRoomMax`. */
export function withRecording(recordings: readonly RoomRecording[], recording: RoomRecording): RoomRecording[] {
  if (recordings.some(({ recordingId }) => recordingId === recording.recordingId)) return [...recordings];
  if (recordings.length >= limits.recordingsPerRoomMax)
    throw new MeridianError('QUOTA_EXCEEDED', `a room has at most ${limits.recordingsPerRoomMax} recordings`);
  return [...recordings, recording];
}

/** Without one recording; `recordingId` '': without any. */
export const withoutRecording = (recordings: readonly RoomRecording[], recordingId: string): RoomRecording[] =>
  recordingId === '' ? [] : recordings.filter((one) => one.recordingId !== recordingId);

/** With another layout of one composed recording; `recordingId` '': of all. Others have none. */
export const withLayout = (
  recordings: readonly RoomRecording[],
  recordingId: string,
  layout: RecordingLayout,
): RoomRecording[] =>
  recordings.map((one) =>
    one.mode === 'composed' && (recordingId === '' || one.recordingId === recordingId) ? { ...one, layout } : one,
  );
