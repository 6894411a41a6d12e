// How many seats a meeting needs, and how many of them its tenant may have.
import type { Meeting } from '../../meetings/core/meeting.ts';

export type Booked = Pick<Meeting, 'id' | 'tenant' | 'room' | 'hosts' | 'cohosts' | 'invitees' | 'settings'>;

/** One occurrence to come. */
export interface ToBook {
  readonly meeting: Booked;
  readonly originalStart: string;
  readonly startsMs: number;
  readonly endsMs: number;
}

export interface SeatBooking {
  /** meeting/TENANT/MEETING/ORIGINAL_START/REGION. */
  readonly id: string;
  readonly roomKey: string;
  readonly region: string;
  readonly sessions: number;
  readonly startsMs: number;
  readonly endsMs: number;
}

/** All participants that are expected, as many as the meeting takes. A meeting without names is not booked. */
export function expectedSeats({ hosts, cohosts, invitees, settings: { capacity } }: Booked): number {
  const leaders = new Set([...hosts, ...cohosts]);
  const others = invitees.filter(({ userId, status }) => status !== 'declined' && !leaders.has(userId));
  const persons = leaders.size + others.length;
  return capacity > 0 ? Math.min(capacity, persons) : persons;
}

/**
 * Seats of each occurrence of one tenant, given those that run at the same time: the one that begins first is served
 * first. `limit`: of the tenant; 0: none.
 */
export function withinQuota(occurrences: readonly ToBook[], limit: number): Map<ToBook, number> {
  const given = new Map<ToBook, number>();
  let running: ToBook[] = [];
  for (const one of [...occurrences].sort(byStart)) {
    running = running.filter(({ endsMs }) => endsMs > one.startsMs);
    const taken = running.reduce((sum, other) => sum + (given.get(other) ?? 0), 0);
    const expected = expectedSeats(one.meeting);
    given.set(one, limit === 0 ? expected : Math.max(0, Math.min(expected, limit - taken)));
    running.push(one);
  }
  return given;
}

/** In the regions that the meeting names, in equal parts, else in `usualRegion`. */
export function bookingsOf({ meeting, ...one }: ToBook, seats: number, usualRegion: string): SeatBooking[] {
  const { id, tenant, room, settings } = meeting;
  const regions = settings.regions.length === 0 ? [usualRegion] : settings.regions;
  const [each, over] = [Math.floor(seats / regions.length), seats % regions.length];
  return regions.flatMap((region, at) => {
    const sessions = each + (at < over ? 1 : 0);
    if (sessions === 0) return [];
    const { startsMs, endsMs } = one;
    const name = `meeting/${tenant}/${id}/${one.originalStart}/${region}`;
    return [{ id: name, roomKey: `${tenant}/${room}`, region, sessions, startsMs, endsMs }];
  });
}

const byStart = (a: ToBook, b: ToBook): number =>
  a.startsMs - b.startsMs ||
  (a.meeting.id < b.meeting.id ? -1 : a.meeting.id > b.meeting.id ? 1 : 0) ||
  (a.originalStart < b.originalStart ? -1 : 1);
