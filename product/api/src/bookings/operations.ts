import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { requireRight } from '../meetings/permitted.ts';
import type { RoomBookings } from './room-bookings.ts';

const seats = Type.Integer({ minimum: 0 });

export const getMeetingSeats = operation({
  id: 'getMeetingSeats',
  method: 'GET',
  path: '/meetings/{meeting}/seats',
  tag: 'Meetings',
  summary: 'Get the seats reserved for the current or next occurrence.',
  description:
    'Seats are booked a day ahead and reserved from ten minutes before the start. If seats are missing, participants are not refused: each is placed where there is capacity.',
  scope: 'meetings:read',
  params: Type.Object({ meeting: Type.String({ maxLength: 64 }) }),
  answers: {
    200: Type.Object(
      {
        originalStart: Type.String(),
        startsAt: Time,
        endsAt: Time,
        expected: Type.Integer({ minimum: 0, description: 'Number of hosts and of invitees that have not declined.' }),
        booked: Type.Integer({
          minimum: 0,
          description: 'Seats booked for them, as far as the tenant’s limit allows.',
        }),
        kept: Type.Optional({ ...seats, description: 'Seats reserved for participants that have not joined yet.' }),
        short: Type.Optional({ ...seats, description: 'Booked seats that are not in use and could not be reserved.' }),
      },
      { title: 'MeetingSeats' },
    ),
  },
});

export interface BookingDeps {
  readonly meetings: Pick<Meetings, 'get'>;
  readonly bookings: Pick<RoomBookings, 'seatsOf'>;
}

export function addBookingOperations(routes: Routes, { meetings, bookings }: BookingDeps): void {
  routes.add(getMeetingSeats, async ({ principal, params }) => {
    const meeting = requireRight(principal, 'see', await meetings.get(principal.tenant, params.meeting));
    const { startsMs, endsMs, live, ...one } = await bookings.seatsOf(meeting);
    return { body: { ...one, startsAt: timeText(startsMs), endsAt: timeText(endsMs), ...live } };
  });
}
