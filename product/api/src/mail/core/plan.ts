import type { Invitee, Meeting } from '../../meetings/core/meeting.ts';

export const mailKinds = ['invitation', 'change', 'cancellation'] as const;
export type MailKind = (typeof mailKinds)[number];

export interface PlannedMail {
  readonly kind: MailKind;
  readonly invitee: Invitee;
  /** Sequence of the meeting when the mail was planned. */
  readonly sequence: number;
}

/** Plans at most one mail per invitee, even if several things changed. */
export function planMails(before: Meeting | undefined, after: Meeting): PlannedMail[] {
  const { sequence } = after;
  const mail =
    (kind: MailKind) =>
    (invitee: Invitee): PlannedMail => ({ kind, invitee, sequence });
  const inviteesWithAddress = (meeting: Meeting | undefined): readonly Invitee[] =>
    meeting === undefined || meeting.status === 'cancelled' ? [] : meeting.invitees.filter(({ email }) => email !== '');
  const [reachedBefore, reachedNow] = [inviteesWithAddress(before), inviteesWithAddress(after)];
  const isSame = (a: Invitee) => (b: Invitee) => a.id === b.id && a.email === b.email;
  const hasNewSequence = before !== undefined && before.sequence !== sequence;
  return [
    ...reachedBefore.filter((one) => !reachedNow.some(isSame(one))).map(mail('cancellation')),
    ...reachedNow.filter((one) => !reachedBefore.some(isSame(one))).map(mail('invitation')),
    ...(hasNewSequence ? reachedNow.filter((one) => reachedBefore.some(isSame(one))).map(mail('change')) : []),
  ];
}

/** Returns whether the meeting, an occurrence or an invitation was cancelled. */
export function isCancelling(
  { before, after }: { readonly before: Meeting | undefined; readonly after: Meeting },
  mails: readonly PlannedMail[],
): boolean {
  const isLess = before !== undefined && after.exceptions.length > before.exceptions.length;
  return isLess || mails.every(({ kind }) => kind === 'cancellation');
}

/** Returns whether a later mail contains more, or the invitee is no longer invited. */
export function isOutdated({ kind, invitee, sequence }: PlannedMail, now: Meeting): boolean {
  if (kind === 'cancellation') return false;
  if (now.status === 'cancelled' || now.sequence > sequence) return true;
  return !now.invitees.some(({ id, email }) => id === invitee.id && email === invitee.email);
}
