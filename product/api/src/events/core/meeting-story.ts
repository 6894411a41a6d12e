import type { Invitee, Meeting } from '../../meetings/core/meeting.ts';

export const meetingEventTypes = [
  'meeting.created',
  'meeting.changed',
  'meeting.cancelled',
  'meeting.invitee_replied',
] as const;
export type MeetingEventType = (typeof meetingEventTypes)[number];
export const isOfMeeting = (type: string): boolean => type.startsWith('meeting.');

const comparedParts = [
  ...(['status', 'title', 'description', 'localStart', 'timeZone', 'durationMinutes', 'recurrence'] as const),
  ...(['exceptions', 'overrides', 'hosts', 'cohosts', 'invitees', 'settings'] as const),
];
export const changedParts = [...comparedParts, 'password'] as const;
export type ChangedPart = (typeof changedParts)[number];

export interface MeetingStory {
  readonly type: MeetingEventType;
  /** Parts that changed; empty for a new meeting. */
  readonly changed: readonly ChangedPart[];
  readonly invitee?: Invitee;
}

/** Returns the one event of a version; the version number orders events. */
export function storyOf(before: Meeting | undefined, after: Meeting): MeetingStory {
  if (before === undefined) return { type: 'meeting.created', changed: [] };
  const changed: ChangedPart[] = comparedParts.filter(
    (part) => JSON.stringify(before[part]) !== JSON.stringify(after[part]),
  );
  if (before.passwordHash !== after.passwordHash) changed.push('password');
  if (after.status === 'cancelled' && before.status !== 'cancelled') return { type: 'meeting.cancelled', changed };
  const invitee = changed.join() === 'invitees' ? repliedOf(before, after) : undefined;
  return invitee === undefined
    ? { type: 'meeting.changed', changed }
    : { type: 'meeting.invitee_replied', changed, invitee };
}

/** Returns the invitee who replied; undefined if anything else about the invitees changed. */
function repliedOf(before: Meeting, after: Meeting): Invitee | undefined {
  const inviteesBefore = new Map(before.invitees.map((one) => [one.id, one]));
  const changedInvitees = after.invitees.filter(
    (one) => JSON.stringify(one) !== JSON.stringify(inviteesBefore.get(one.id)),
  );
  const [invitee, ...more] = changedInvitees;
  const inviteeBefore = invitee && inviteesBefore.get(invitee.id);
  if (invitee === undefined || inviteeBefore === undefined || more.length > 0) return undefined;
  if (after.invitees.length !== before.invitees.length) return undefined;
  const { status, userId } = invitee;
  // The reply of a user who was invited by address also sets the user's identity.
  const isReply =
    status !== inviteeBefore.status && JSON.stringify({ ...inviteeBefore, status, userId }) === JSON.stringify(invitee);
  return isReply ? invitee : undefined;
}
