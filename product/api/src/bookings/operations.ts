import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { permitted } from '../meetings/permitted.ts';
import type { RoomBookings } from './room-bookings.ts';

const seats = Type.Integer({ minimum: 0 });

export const getMeetingSeats = operation({
  id: 'getMeetingSeats',
  method: 'GET',
  path: '/meetings/{meeting}/seats',
  tag: 'Meetings',
  summary: 'Seats that are kept for the occurrence that runs or comes next.',
  description:
    'Seats are booked a day ahead and kept from ten minutes before the start. Missing ones refuse no participant: each is placed where there is room.',
  scope: 'meetings:read',
  params: Type.Object({ meeting: Type.String({ maxLength: 64 }) }),
  answers: {
    200: Type.Object(
      {
        originalStart: Type.String(),
        startsAt: Time,
        endsAt: Time,
        expected: Type.Integer({ minimum: 0, description: 'Hosts and invitees that have not declined.' }),
        booked: Type.Integer({ minimum: 0, description: 'As many of them as the tenant’s limit leaves.' }),
        kept: Type.Optional({ ...seats, description: 'Kept for participants that have not come yet.' }),
        short: Type.Optional({ ...seats, description: 'Booked, and neither taken nor to be found.' }),
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
    const meeting = permitted(principal, 'see', await meetings.get(principal.tenant, params.meeting));
    const { startsMs, endsMs, live, ...one } = await bookings.seatsOf(meeting);
    return { body: { ...one, startsAt: timeText(startsMs), endsAt: timeText(endsMs), ...live } };
  });
}
