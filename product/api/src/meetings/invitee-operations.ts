import { Type } from 'typebox';
import { operation, operations } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import {
  changeMeeting,
  checkedInvitee,
  checkNotCancelled,
  inviteeParams,
  type MeetingOperationsDeps,
  meetingAnswer,
  newInvitees,
  params,
  readInvitee,
  refuse,
  write,
} from './common.ts';
import { identityOf, inviteeRefusals } from './core/meeting.ts';
import { inviteeOf } from './core/rights.ts';
import { requireRight } from './permitted.ts';
import * as schemas from './schemas.ts';
import { nullableRole } from './shown-meetings.ts';

const writing = operations(write);
export const addInvitees = writing('addInvitees', 'POST /meetings/{meeting}/invitees', {
  problems: ['QUOTA_EXCEEDED'],
  summary: 'Invite people.',
  params,
  body: Type.Object({ invitees: schemas.invitees }, { title: 'NewInvitees' }),
});

export const updateInvitee = writing('updateInvitee', 'PATCH /meetings/{meeting}/invitees/{invitee}', {
  problems: ['QUOTA_EXCEEDED'],
  summary: 'Change an invitee: its role or its reply.',
  params: inviteeParams,
  body: schemas.inviteeChange,
});

export const removeInvitee = writing('removeInvitee', 'DELETE /meetings/{meeting}/invitees/{invitee}', {
  summary: 'Remove an invitee.',
  params: inviteeParams,
});

export const getInviteeLink = operation({
  id: 'getInviteeLink',
  method: 'GET',
  path: '/meetings/{meeting}/invitees/{invitee}/link',
  tag: 'Meetings',
  scope: 'meetings:write',
  summary: 'Get the personal join link of an invitee.',
  description:
    'The same link as in the invitee’s mail and calendar. It gives the invitee’s identity and role without a password, so only a caller that may change the meeting gets the links of others, and the audit log records it. Each invitee with an email or a userId has one; it is valid until the invitee is removed, or until an hour after the last occurrence.',
  params: inviteeParams,
  answers: { 200: schemas.inviteeLink },
  audited: true,
});

export function addInviting(
  routes: Routes,
  o: Pick<MeetingOperationsDeps, 'meetings' | 'meetingLinks' | 'rng' | 'publicUrl'>,
): void {
  const { meetings, meetingLinks, rng } = o;
  routes.add(addInvitees, async ({ principal, params, body }) => {
    const changed = await changeMeeting(meetings, principal, params.meeting, (meeting) => {
      const invitees = [...checkNotCancelled(meeting).invitees, ...newInvitees(body.invitees, rng)];
      refuse(inviteeRefusals(invitees, meeting.invitees.length));
      return { ...meeting, invitees };
    });
    return meetingAnswer(o, changed);
  });

  routes.add(updateInvitee, async ({ principal, params, body }) => {
    const changed = await changeMeeting(meetings, principal, params.meeting, (meeting) => {
      const before = checkedInvitee(checkNotCancelled(meeting), params.invitee);
      const otherInvitees = meeting.invitees.filter((one) => one !== before);
      const invitees = [...otherInvitees, { ...before, ...readInvitee(body) }];
      refuse(
        inviteeRefusals(invitees, otherInvitees.length).map((one) => ({
          ...one,
          pointer: one.pointer.replace('/invitees/0', ''),
        })),
      );
      return { ...meeting, invitees };
    });
    return meetingAnswer(o, changed);
  });

  routes.add(removeInvitee, async ({ principal, params }) => {
    const changed = await changeMeeting(meetings, principal, params.meeting, (meeting) => {
      const before = checkedInvitee(meeting, params.invitee);
      return { ...meeting, invitees: meeting.invitees.filter((one) => one !== before) };
    });
    return meetingAnswer(o, changed);
  });

  routes.add(getInviteeLink, async ({ principal, params }) => {
    const found = await meetings.get(principal.tenant, params.meeting);
    requireRight(principal, 'see', found);
    // The link makes its bearer the invitee, so only the invitee or an editor of the meeting may get it.
    const ownInvitee = inviteeOf(found, { id: principal.id, email: principal.user?.email ?? '' });
    const isOwn = principal.kind === 'user' && ownInvitee?.id === params.invitee;
    const meeting = checkNotCancelled(isOwn ? found : requireRight(principal, 'change', found));
    const invitee = checkedInvitee(meeting, params.invitee);
    const url = meetingLinks.urlOf(meeting, invitee);
    if (url === undefined) throw new Problem('NOT_FOUND', 'the invitee has neither email nor userId');
    return { body: { url, identity: identityOf(invitee), name: invitee.name, role: nullableRole(invitee.role) } };
  });
}
