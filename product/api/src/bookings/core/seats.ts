// How many seats a meeting needs, and how many of them its tenant may have.
import { fenceOf } from '@meridian/protocol';
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
  /** Participants to be recorded at once; 0: it is not recorded by itself. */
  readonly recordSlots: number;
  /** Where they may be recorded; '': anywhere. */
  readonly fence: string;
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

/**
 * In the regions that the meeting names, in equal parts, else in `usualRegion`. A meeting that records itself books
 * slots of recorders for all of its seats in one piece, with the booking of the first region: one recorder has the
 * recording. It books no more, or a tenant's limit of seats would not bound them; the centre keeps at most what its
 * largest recorder has, which the api does not know.
 */
export function bookingsOf({ meeting, ...one }: ToBook, seats: number, usualRegion: string): SeatBooking[] {
  const { id, tenant, room, settings } = meeting;
  const regions = settings.regions.length === 0 ? [usualRegion] : settings.regions;
  const fence = fenceOf(settings.regions) ?? '';
  const [each, over] = [Math.floor(seats / regions.length), seats % regions.length];
  return regions.flatMap((region, at) => {
    const sessions = each + (at < over ? 1 : 0);
    if (sessions === 0) return [];
    const { startsMs, endsMs } = one;
    const name = `meeting/${tenant}/${id}/${one.originalStart}/${region}`;
    const recordSlots = settings.record === 'auto' && at === 0 ? seats : 0;
    return [{ id: name, roomKey: `${tenant}/${room}`, region, sessions, recordSlots, fence, startsMs, endsMs }];
  });
}

const byStart = (a: ToBook, b: ToBook): number =>
  a.startsMs - b.startsMs ||
  (a.meeting.id < b.meeting.id ? -1 : a.meeting.id > b.meeting.id ? 1 : 0) ||
  (a.originalStart < b.originalStart ? -1 : 1);
