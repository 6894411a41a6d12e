// Which invitees get a mail after a change of a meeting.
import type { Invitee, Meeting } from '../../meetings/core/meeting.ts';

export const mailKinds = ['invitation', 'change', 'cancellation'] as const;
export type MailKind = (typeof mailKinds)[number];

export interface PlannedMail {
  readonly kind: MailKind;
  readonly invitee: Invitee;
  /** The meeting's when it was planned. */
  readonly sequence: number;
}

/** One mail at most for each invitee with an address: whatever changes at the same time, none gets two. */
export function planMails(before: Meeting | undefined, after: Meeting): PlannedMail[] {
  const { sequence } = after;
  const mail =
    (kind: MailKind) =>
    (invitee: Invitee): PlannedMail => ({ kind, invitee, sequence });
  const reached = (meeting: Meeting | undefined): readonly Invitee[] =>
    meeting === undefined || meeting.status === 'cancelled' ? [] : meeting.invitees.filter(({ email }) => email !== '');
  const [knew, know] = [reached(before), reached(after)];
  const isSame = (a: Invitee) => (b: Invitee) => a.id === b.id && a.email === b.email;
  const isSeen = before !== undefined && before.sequence !== sequence;
  return [
    ...knew.filter((one) => !know.some(isSame(one))).map(mail('cancellation')),
    ...know.filter((one) => !knew.some(isSame(one))).map(mail('invitation')),
    ...(isSeen ? know.filter((one) => knew.some(isSame(one))).map(mail('change')) : []),
  ];
}

/** Does the change take something back: the meeting, an occurrence, an invitation? */
export function isCancelling(
  { before, after }: { readonly before: Meeting | undefined; readonly after: Meeting },
  mails: readonly PlannedMail[],
): boolean {
  const isLess = before !== undefined && after.exceptions.length > before.exceptions.length;
  return isLess || mails.every(({ kind }) => kind === 'cancellation');
}

/** Is there no sense any more in a mail that was planned: a later one says more, or the invitee has gone? */
export function isOutdated({ kind, invitee, sequence }: PlannedMail, now: Meeting): boolean {
  if (kind === 'cancellation') return false;
  if (now.status === 'cancelled' || now.sequence > sequence) return true;
  return !now.invitees.some(({ id, email }) => id === invitee.id && email === invitee.email);
}
