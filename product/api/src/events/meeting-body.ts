// Events omit lists that may be long; a company can request them.
import { type Static, Type } from 'typebox';
import type { Invitee, Meeting } from '../meetings/core/meeting.ts';
import * as schemas from '../meetings/schemas.ts';
import { meetingFieldsOf } from '../meetings/shown-meetings.ts';
import { changedParts, type MeetingStory } from './core/meeting-story.ts';

const {
  description: _,
  exceptions: __,
  overrides: ___,
  invitees: ____,
  settings: _____,
  joinUrl: ______,
  hostUrl: _______,
  ...short
} = schemas.meeting.properties;

export const eventMeeting = Type.Object(
  { ...short, inviteeCount: Type.Integer() },
  { title: 'EventMeeting', description: 'A meeting without its long parts, which `GET /meetings/{meeting}` returns.' },
);
const { id, email, name, userId, status } = schemas.meeting.properties.invitees.items.properties;
const eventInvitee = Type.Object({ id, email, name, userId, status }, { title: 'EventInvitee' });
export const meetingEventBody = {
  meeting: eventMeeting,
  changed: Type.Array(Type.String({ enum: [...changedParts] }), {
    description: 'Parts that differ from the previous version; empty for a new meeting.',
  }),
  invitee: Type.Optional(eventInvitee),
};
const storedBody = Type.Object(meetingEventBody);
export type MeetingEventBody = Static<typeof storedBody>;

export function meetingBodyOf(after: Meeting, { changed, invitee }: MeetingStory): MeetingEventBody {
  const { description, exceptions, overrides, invitees, settings, ...meeting } = meetingFieldsOf(after);
  return {
    meeting: { ...meeting, inviteeCount: invitees.length },
    changed: [...changed],
    ...(invitee && { invitee: shownInvitee(invitee) }),
  };
}

const shownInvitee = ({ id, email, name, userId, status }: Invitee): Static<typeof eventInvitee> => ({
  id,
  email,
  name,
  userId,
  status,
});
