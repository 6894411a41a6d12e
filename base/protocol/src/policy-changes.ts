// Changes of a policy's members, bans and recordings by acts: the same at the owner of a room and, for an empty room,
// at the api.
import { MeridianError } from './errors.ts';
import { limits } from './limits.ts';
import { isSamePerson } from './persons.ts';
import type { Ban, Member, RecordingLayout, Removal, RoomPolicy, RoomRecording } from './policy.ts';

const rightNames = ['canPublish', 'publishSources', 'canSubscribe', 'canPublishData'] as const;

/** Adds a ban and drops expired bans. When too many remain, the oldest ban with an end goes, otherwise the oldest. */
export function withBan(bans: readonly Ban[], ban: Ban, nowWallMs: number): Ban[] {
  const isOver = ({ untilWallMs }: Ban): boolean => untilWallMs > 0 && untilWallMs <= nowWallMs;
  const lasting = bans.filter((one) => one.identity !== ban.identity && !isOver(one));
  const firstToEnd = lasting.findIndex(({ untilWallMs }) => untilWallMs > 0);
  if (lasting.length >= limits.policyBansMax) lasting.splice(Math.max(0, firstToEnd), 1);
  return [...lasting, ban];
}

/** Adds a removal and drops those of earlier lives of the room. When too many remain, the oldest goes. */
export function withRemoval(removed: readonly Removal[], removal: Removal): Removal[] {
  const others = removed.filter((one) => one.roomSid === removal.roomSid && one.identity !== removal.identity);
  return [...others, removal].slice(-limits.policyRemovedMax);
}

/** Changes the policy so that no ban and no removal keeps this person out. */
export const withoutBan = (policy: RoomPolicy, identity: string): RoomPolicy => ({
  ...policy,
  bans: policy.bans.filter((one) => !isSamePerson(one.identity, identity)),
  removed: policy.removed.filter((one) => !isSamePerson(one.identity, identity)),
});

/**
 * Changes a member. A new role discards the member's earlier single rights; without a new role, the given rights are
 * added to them. `reset` removes role and rights. The caller bounds the number (`limits.policyMembersMax`).
 */
export function withMember(members: readonly Member[], member: Member, reset: boolean): Member[] {
  const { identity } = member;
  const before = members.find((one) => one.identity === identity);
  const otherMembers = members.filter((one) => one.identity !== identity);
  const hasNewRole = member.role !== '' && member.role !== before?.role;
  const after = hasNewRole ? member : { ...before, ...member, role: member.role || (before?.role ?? '') };
  const isEmptyMember = after.role === '' && rightNames.every((name) => !(name in after));
  return reset || isEmptyMember ? otherMembers : [...otherMembers, after];
}

/** Returns the member of a show with the role that puts the identity onto the stage, or off it. */
export const memberOnStage = (identity: string, on: boolean): Member => ({
  identity,
  role: on ? 'speaker' : 'attendee',
});

/** Adds a recording; a known id changes nothing. Throws QUOTA_EXCEEDED beyond `limits.recordingsPerRoomMax`. */
export function withRecording(recordings: readonly RoomRecording[], recording: RoomRecording): RoomRecording[] {
  if (recordings.some(({ recordingId }) => recordingId === recording.recordingId)) return [...recordings];
  if (recordings.length >= limits.recordingsPerRoomMax)
    throw new MeridianError('QUOTA_EXCEEDED', `a room has at most ${limits.recordingsPerRoomMax} recordings`);
  return [...recordings, recording];
}

export const withoutRecording = (recordings: readonly RoomRecording[], recordingId: string): RoomRecording[] =>
  recordingId === '' ? [] : recordings.filter((one) => one.recordingId !== recordingId);

/** Sets the layout of a composed recording; `recordingId` '' means all of them. Other recordings have no layout. */
export const withLayout = (
  recordings: readonly RoomRecording[],
  recordingId: string,
  layout: RecordingLayout,
): RoomRecording[] =>
  recordings.map((one) =>
    one.mode === 'composed' && (recordingId === '' || one.recordingId === recordingId) ? { ...one, layout } : one,
  );
