// Meetings as iCalendar (RFC 5545; RFC 5546 for invitations). The same meeting always gives the same bytes.
import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  type ICalCalendar,
  ICalCalendarMethod,
  type ICalDayJsStub,
  type ICalEventData,
  ICalEventStatus,
} from 'ical-generator';
import { instantOf, localOf } from '../meetings/core/local-time.ts';
import type { Invitee, InviteeStatus, Meeting } from '../meetings/core/meeting.ts';
import { type Occurrence, occurrenceAt } from '../meetings/core/occurrences.ts';
import { vtimezoneOf } from './core/vtimezone.ts';

/** `publish`: for any reader. `request`: an invitation. `cancel`: the meeting or the invitation is cancelled. */
export type CalendarMethod = 'publish' | 'request' | 'cancel';

export interface CalendarOptions {
  readonly method: CalendarMethod;
  joinUrl(meeting: Meeting): string;
  /** Organizer who invites; absent if there is no address for answers. */
  readonly organizer?: { readonly name: string; readonly email: string };
  /** The invitee; other invitees are not named. */
  readonly attendee?: Invitee;
  readonly name?: string;
}

const METHODS = {
  publish: ICalCalendarMethod.PUBLISH,
  request: ICalCalendarMethod.REQUEST,
  cancel: ICalCalendarMethod.CANCEL,
} as const;
const STATUSES: Readonly<Record<InviteeStatus, ICalAttendeeStatus>> = {
  needsAction: ICalAttendeeStatus.NEEDSACTION,
  accepted: ICalAttendeeStatus.ACCEPTED,
  tentative: ICalAttendeeStatus.TENTATIVE,
  declined: ICalAttendeeStatus.DECLINED,
};
const DAY_MS = 86_400_000;

export function calendarOf(meetings: readonly Meeting[], o: CalendarOptions): string {
  const startsMs = (meeting: Meeting): number => instantOf(meeting.localStart, meeting.timeZone);
  const firstMs = Math.min(...meetings.map(startsMs));
  const calendar = ical({
    prodId: { company: 'Meridian', product: 'Meetings' },
    method: METHODS[o.method],
    timezone: { name: null, generator: (zone) => (zone === 'UTC' ? null : vtimezoneOf(zone, firstMs - DAY_MS)) },
    ...(o.name !== undefined && { name: o.name }),
  });
  for (const meeting of meetings) addMeeting(calendar, meeting, o);
  return calendar.toString().replaceAll('\r\nRRULE:DURATION:', '\r\nDURATION:');
}

function addMeeting(calendar: ICalCalendar, meeting: Meeting, o: CalendarOptions): void {
  const { localStart, timeZone, durationMinutes, recurrence, exceptions } = meeting;
  const startsMs = instantOf(localStart, timeZone);
  const rule = [
    `RRULE:${recurrence}`,
    // DURATION is used instead of an end: if clocks change during the first occurrence, some programs would apply its
    // displayed hours to every occurrence.
    `DURATION:PT${durationMinutes}M`,
    ...(exceptions.length === 0 ? [] : [exdateOf(exceptions, timeZone)]),
  ];
  calendar.createEvent({
    ...eventOf(meeting, meeting.title, o),
    timezone: timeZone,
    start: onTheClock(localStart, timeZone),
    ...(recurrence === ''
      ? lengthOf({ localStart, startsMs, endsMs: startsMs + durationMinutes * 60_000 }, timeZone)
      : { repeating: rule.join('\r\n') }),
  });
  for (const { originalStart } of meeting.overrides) {
    const occurrence = occurrenceAt(meeting, originalStart);
    if (occurrence !== undefined) addOverride(calendar, meeting, occurrence, o);
  }
}

function addOverride(calendar: ICalCalendar, meeting: Meeting, occurrence: Occurrence, o: CalendarOptions): void {
  const { originalStart, localStart, title = meeting.title } = occurrence;
  calendar.createEvent({
    ...eventOf(meeting, title, o),
    timezone: meeting.timeZone,
    start: onTheClock(localStart, meeting.timeZone),
    ...lengthOf(occurrence, meeting.timeZone),
    recurrenceId: onTheClock(originalStart, meeting.timeZone),
  });
}

/** Returns a duration if clocks change, since the displayed end could be before the start, or ambiguous. */
function lengthOf(
  { localStart, startsMs, endsMs }: Pick<Occurrence, 'localStart' | 'startsMs' | 'endsMs'>,
  timeZone: string,
): Pick<ICalEventData, 'end' | 'repeating'> {
  const localEnd = localOf(endsMs, timeZone);
  const shownMs = Date.parse(`${localEnd}Z`) - Date.parse(`${localStart}Z`);
  if (shownMs === endsMs - startsMs) return { end: onTheClock(localEnd, timeZone) };
  // The library has no field for DURATION, but writes `repeating` unchanged; `calendarOf` removes the RRULE before it.
  return { repeating: `DURATION:PT${(endsMs - startsMs) / 60_000}M` };
}

/** Keeps the time as written, since a start that clocks skip in one year must not move the whole series. */
function onTheClock(local: string, timeZone: string): ICalDayJsStub {
  const [date = '', time = ''] = local.replaceAll(/[-:]/g, '').split('T');
  const stub: ICalDayJsStub = {
    format: (form) => (form === 'YYYYMMDD' ? date : time),
    isValid: () => true,
    toDate: () => new Date(instantOf(local, timeZone)),
    toJSON: () => local,
    tz: () => stub,
    utc: () => stub,
  };
  return stub;
}

function eventOf(meeting: Meeting, title: string, o: CalendarOptions): Omit<ICalEventData, 'start'> {
  const url = o.joinUrl(meeting);
  const { organizer, attendee } = o;
  const isOff = meeting.status === 'cancelled' || o.method === 'cancel';
  return {
    id: `${meeting.id}@meridian`,
    sequence: meeting.sequence,
    // The stamp depends on the version, so that an unchanged feed has the same text.
    stamp: new Date(meeting.updatedMs),
    summary: title,
    description: meeting.description === '' ? url : `${meeting.description}\n\n${url}`,
    location: url,
    url,
    status: isOff ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    ...(organizer !== undefined && { organizer }),
    ...(attendee !== undefined && {
      attendees: [
        {
          email: attendee.email,
          name: attendee.name || null,
          role: ICalAttendeeRole.REQ,
          status: STATUSES[attendee.status],
          rsvp: true,
        },
      ],
    }),
  };
}

const exdateOf = (exceptions: readonly string[], timeZone: string): string => {
  const times = exceptions.map((local) => local.replaceAll(/[-:]/g, ''));
  // Each exception has a separate line, because lines may have at most 75 bytes.
  return timeZone === 'UTC'
    ? times.map((time) => `EXDATE:${time}Z`).join('\r\n')
    : times.map((time) => `EXDATE;TZID=${timeZone}:${time}`).join('\r\n');
};
