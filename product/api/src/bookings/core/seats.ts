import { fenceOf } from '@meridian/protocol';
import type { Meeting } from '../../meetings/core/meeting.ts';

export type BookedMeeting = Pick<
  Meeting,
  'id' | 'tenant' | 'room' | 'bookedBy' | 'hosts' | 'cohosts' | 'invitees' | 'settings'
>;

/** Seats kept at the same time for one booker of a tenant without a limit: the largest meeting has 1,000 people. */
const BOOKER_SEATS_MAX = 1000;

export interface BookableOccurrence {
  readonly meeting: BookedMeeting;
  readonly originalStart: string;
  readonly startsMs: number;
  readonly endsMs: number;
}

export interface SeatBooking {
  /** Id of the form meeting/TENANT/MEETING/ORIGINAL_START/REGION. */
  readonly id: string;
  readonly roomKey: string;
  readonly region: string;
  readonly sessions: number;
  /** Participants recorded at the same time; 0 if the meeting is not recorded automatically. */
  readonly recordSlots: number;
  /** Regions in which the meeting may be recorded; '' means anywhere. */
  readonly fence: string;
  readonly startsMs: number;
  readonly endsMs: number;
}

/** Returns at most the meeting's capacity; 0 if the meeting names no people. */
export function expectedSeats({ hosts, cohosts, invitees, settings: { capacity } }: BookedMeeting): number {
  const leaders = new Set([...hosts, ...cohosts]);
  const others = invitees.filter(({ userId, status }) => status !== 'declined' && !leaders.has(userId));
  const persons = leaders.size + others.length;
  return capacity > 0 ? Math.min(capacity, persons) : persons;
}

/**
 * Grants seats within the tenant's `limit` (0: no limit), to occurrences in the order of their starts. Meetings of one
 * booker get at most half of the seats that others leave at the same time.
 */
export function withinQuota(
  occurrences: readonly BookableOccurrence[],
  limit: number,
): Map<BookableOccurrence, number> {
  const grantedSeats = new Map<BookableOccurrence, number>();
  let running: BookableOccurrence[] = [];
  for (const one of [...occurrences].sort(byStart)) {
    running = running.filter(({ endsMs }) => endsMs > one.startsMs);
    const seatsOf = (ones: readonly BookableOccurrence[]): number =>
      ones.reduce((sum, runningOne) => sum + (grantedSeats.get(runningOne) ?? 0), 0);
    const { bookedBy } = one.meeting;
    const takenSeats = seatsOf(running);
    const ownSeats = bookedBy === '' ? 0 : seatsOf(running.filter(({ meeting }) => meeting.bookedBy === bookedBy));
    const left = limit === 0 ? Number.POSITIVE_INFINITY : limit - takenSeats;
    const share = limit === 0 ? BOOKER_SEATS_MAX : Math.ceil((left + ownSeats) / 2);
    const most = bookedBy === '' ? left : Math.min(left, share - ownSeats);
    grantedSeats.set(one, Math.max(0, Math.min(expectedSeats(one.meeting), most)));
    running.push(one);
  }
  return grantedSeats;
}

/**
 * Splits the seats equally between the meeting's regions, or books `usualRegion`. One recorder records the whole
 * meeting, so the first region books all its slots, but not more than its seats, which the tenant's limit bounds.
 */
export function bookingsOf({ meeting, ...one }: BookableOccurrence, seats: number, usualRegion: string): SeatBooking[] {
  const { id, tenant, room, settings } = meeting;
  const regions = settings.regions.length === 0 ? [usualRegion] : settings.regions;
  const fence = fenceOf(settings.regions) ?? '';
  const [seatsEach, remainder] = [Math.floor(seats / regions.length), seats % regions.length];
  return regions.flatMap((region, at) => {
    const sessions = seatsEach + (at < remainder ? 1 : 0);
    if (sessions === 0) return [];
    const { startsMs, endsMs } = one;
    const name = `meeting/${tenant}/${id}/${one.originalStart}/${region}`;
    const recordSlots = settings.record === 'auto' && at === 0 ? seats : 0;
    return [{ id: name, roomKey: `${tenant}/${room}`, region, sessions, recordSlots, fence, startsMs, endsMs }];
  });
}

const byStart = (a: BookableOccurrence, b: BookableOccurrence): number =>
  a.startsMs - b.startsMs ||
  (a.meeting.id < b.meeting.id ? -1 : a.meeting.id > b.meeting.id ? 1 : 0) ||
  (a.originalStart < b.originalStart ? -1 : 1);
