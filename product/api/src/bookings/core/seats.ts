import { fenceOf } from '@meridian/protocol';
import { leadersOf, type Meeting } from '../../meetings/core/meeting.ts';

export type BookedMeeting = Pick<
  Meeting,
  'id' | 'tenant' | 'room' | 'leadersBookedBy' | 'hosts' | 'cohosts' | 'invitees' | 'settings'
>;

/** Seats kept at the same time for one user of a tenant without a limit: the largest meeting has 1,000 people. */
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
export const expectedSeats = (meeting: BookedMeeting): number => bookersOf(meeting).length;

/** Returns the booker of each expected person. */
function bookersOf(meeting: BookedMeeting): readonly string[] {
  const { invitees, leadersBookedBy, settings } = meeting;
  const leaders = leadersOf(meeting);
  const others = invitees.filter(({ userId, status }) => status !== 'declined' && !leaders.has(userId));
  const bookers = [...Array.from(leaders, () => leadersBookedBy), ...others.map(({ bookedBy }) => bookedBy)];
  return settings.capacity > 0 ? bookers.slice(0, settings.capacity) : bookers;
}

/**
 * Grants seats within the tenant's `limit` (0: no limit), to occurrences in the order of their starts. People whom one
 * user has added, to whatever meetings, get at most half of the seats that others leave at the same time. API keys and
 * administrators (booker '') may take all that is left.
 */
export function withinQuota(
  occurrences: readonly BookableOccurrence[],
  limit: number,
): Map<BookableOccurrence, number> {
  const grantedSeats = new Map<BookableOccurrence, number>();
  const seatsOfBooker = new Map<string, number>();
  const addSeats = (booker: string, seats: number): void => {
    seatsOfBooker.set(booker, (seatsOfBooker.get(booker) ?? 0) + seats);
  };
  let takenSeats = 0;
  let running: { readonly endsMs: number; readonly booker: string; readonly seats: number }[] = [];
  for (const one of [...occurrences].sort(byStart)) {
    for (const { booker, seats } of running.filter(({ endsMs }) => endsMs <= one.startsMs)) {
      addSeats(booker, -seats);
      takenSeats -= seats;
    }
    running = running.filter(({ endsMs }) => endsMs > one.startsMs);
    const takenBefore = takenSeats;
    for (const [booker, people] of Map.groupBy(bookersOf(one.meeting), (booker) => booker)) {
      const ownSeats = seatsOfBooker.get(booker) ?? 0;
      const left = limit === 0 ? Number.POSITIVE_INFINITY : limit - takenSeats;
      const share = limit === 0 ? BOOKER_SEATS_MAX : Math.ceil((left + ownSeats) / 2);
      const free = booker === '' ? left : Math.min(left, share - ownSeats);
      const seats = Math.max(0, Math.min(people.length, free));
      addSeats(booker, seats);
      takenSeats += seats;
      running.push({ endsMs: one.endsMs, booker, seats });
    }
    grantedSeats.set(one, takenSeats - takenBefore);
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
