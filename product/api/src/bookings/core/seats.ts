import { fenceOf } from '@meridian/protocol';
import type { Meeting } from '../../meetings/core/meeting.ts';

export type Booked = Pick<Meeting, 'id' | 'tenant' | 'room' | 'hosts' | 'cohosts' | 'invitees' | 'settings'>;

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
  /** Participants recorded at the same time; 0: the meeting does not record by itself. */
  readonly recordSlots: number;
  /** Regions where the meeting may be recorded; '': anywhere. */
  readonly fence: string;
  readonly startsMs: number;
  readonly endsMs: number;
}

/** Returns at most the meeting's capacity; 0 without names. */
export function expectedSeats({ hosts, cohosts, invitees, settings: { capacity } }: Booked): number {
  const leaders = new Set([...hosts, ...cohosts]);
  const others = invitees.filter(({ userId, status }) => status !== 'declined' && !leaders.has(userId));
  const persons = leaders.size + others.length;
  return capacity > 0 ? Math.min(capacity, persons) : persons;
}

/** Serves the earliest of simultaneous occurrences first. `limit`: of the tenant; 0: none. */
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
 * Splits the seats equally between regions, or books `usualRegion`. A single recorder has the recording, so the first
 * region books all its slots, at most as many as seats, or they would escape the tenant's limit.
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
