// Every minute, the api sends the centre all bookings of the next day as a whole, so the centre needs no earlier
// message. Seats beyond the tenant's limit or the fleet's capacity are only reported; no participant is refused for
// them.
import { call, rpc, type wire } from '@meridian/protocol';
import type { Clock, Link, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import { limitsOf } from '../access/core/limits.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind } from '../jobs/jobs.ts';
import { type Meeting, meetingFrom } from '../meetings/core/meeting.ts';
import type { Database } from '../store/store.ts';
import { type BookableOccurrence, bookingsOf, expectedSeats, type SeatBooking, withinQuota } from './core/seats.ts';

const DAY_MS = 86_400_000;
const MEETING_MS_MAX = DAY_MS;
/** Limit that the centre accepts; beyond it, each tenant has a share, of which its earliest occurrences are booked. */
const OCCURRENCES_MAX = 10_000;
const ROWS_AT_ONCE = 500;
const PAGE = 500;
const CENTRE_MS = 5000;

export interface SeatCentre {
  /** Sends a page of bookings. Returns the number of all bookings for which no node has room. */
  bookRooms(page: wire.BookRooms.$Properties): Promise<{ readonly refused: number }>;
  /** `isDue`: the centre reserves seats by now; `kept`: reserved seats; `short`: seats neither taken nor reserved. */
  bookedSeats(roomKey: string): Promise<{ readonly isDue: boolean; readonly kept: number; readonly short: number }>;
}

export interface RoomBookingsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Region that is booked for meetings that name none. */
  readonly region: string;
  /** Returns undefined while no centre can be reached. */
  centre(): SeatCentre | undefined;
}

export interface MeetingSeats {
  readonly originalStart: string;
  readonly startsMs: number;
  readonly endsMs: number;
  readonly expected: number;
  /** Expected seats within the tenant's limit. */
  readonly booked: number;
  /** Seats at the centre, which it keeps from ten minutes before the start; absent earlier, or without the centre. */
  readonly live?: { readonly kept: number; readonly short: number };
}

export const seatCentreOf = (link: Link): SeatCentre => ({
  bookRooms: (page) => call(link, rpc.bookRooms, page, { deadlineMs: CENTRE_MS }),
  bookedSeats: (roomKey) => call(link, rpc.bookedSeats, { roomKey }, { deadlineMs: CENTRE_MS }),
});

export class RoomBookings {
  readonly #o: RoomBookingsOptions;

  constructor(o: RoomBookingsOptions) {
    this.#o = o;
  }

  /** Sends the bookings to the centre every minute, from one instance. */
  get job(): JobKind<unknown> {
    return {
      name: 'room bookings',
      concurrency: 1,
      leaseMs: 60_000,
      attemptsMax: 3,
      every: { ms: 60_000 },
      run: async () => {
        await this.reconcile();
        return undefined;
      },
    };
  }

  /** Rejects if there is no centre. */
  async reconcile(): Promise<void> {
    const { log } = this.#o;
    const centre = this.#o.centre();
    if (centre === undefined) throw new Error('there is no link to a centre');
    const nowMs = this.#o.clock.wallMs();
    const occurrences = await this.#occurrences(nowMs, nowMs + DAY_MS);
    const seatBookings: SeatBooking[] = [];
    for (const [tenant, occurrencesOfTenant] of Map.groupBy(occurrences, ({ meeting }) => meeting.tenant))
      for (const [one, seats] of withinQuota(occurrencesOfTenant, await this.#limitOf(tenant)))
        seatBookings.push(...bookingsOf(one, seats, this.#o.region));
    seatBookings.sort((a, b) => (a.id < b.id ? -1 : 1));
    let refused = 0;
    for (let at = 0; at === 0 || at < seatBookings.length; at += PAGE) {
      const page = seatBookings.slice(at, at + PAGE);
      const untilId = at + PAGE < seatBookings.length ? (page.at(-1)?.id ?? '') : '';
      const bookings = page.map(({ startsMs, endsMs, ...one }) => ({
        ...one,
        startsWallMs: startsMs,
        endsWallMs: endsMs,
      }));
      const answer = await centre.bookRooms({ afterId: seatBookings[at - 1]?.id ?? '', untilId, bookings });
      refused += answer.refused;
    }
    if (refused > 0) log.warn({ refused, wanted: seatBookings.length }, 'the centre cannot reserve all bookings');
  }

  /** Returns the seats of the current or next occurrence. Rejects with NOT_FOUND if no occurrence is left. */
  async seatsOf({ id, tenant, room }: Meeting): Promise<MeetingSeats> {
    const next = await this.#o.db
      .selectFrom('meeting_occurrences')
      .select(['original_start', 'starts_ms', 'ends_ms'])
      .where('meeting', '=', id)
      .where('tenant', '=', tenant)
      .where('ends_ms', '>', this.#o.clock.wallMs())
      .orderBy('starts_ms')
      .limit(1)
      .executeTakeFirst();
    if (next === undefined) throw new Problem('NOT_FOUND', 'no occurrence is left');
    const concurrent = await this.#occurrences(next.starts_ms, next.ends_ms, tenant);
    const grantedSeats = withinQuota(concurrent, await this.#limitOf(tenant));
    const found = [...grantedSeats].find(([one]) => one.meeting.id === id && one.originalStart === next.original_start);
    if (found === undefined) throw new Problem('NOT_FOUND');
    const [{ meeting, originalStart, startsMs, endsMs }, booked] = found;
    const live = await this.#liveOf(`${tenant}/${room}`);
    const seats = { originalStart, startsMs, endsMs, expected: expectedSeats(meeting), booked };
    return live === undefined ? seats : { ...seats, live };
  }

  async #liveOf(roomKey: string): Promise<MeetingSeats['live']> {
    try {
      const seats = await this.#o.centre()?.bookedSeats(roomKey);
      return seats?.isDue === true ? { kept: seats.kept, short: seats.short } : undefined;
    } catch (err) {
      this.#o.log.info({ err }, 'the centre did not report its reserved seats');
      return undefined;
    }
  }

  /** Returns occurrences, of `tenant` only if given. */
  async #occurrences(fromMs: number, toMs: number, tenant?: string): Promise<BookableOccurrence[]> {
    const { db } = this.#o;
    let candidates = db
      .selectFrom('meeting_occurrences')
      .select(['tenant', 'meeting', 'original_start', 'starts_ms', 'ends_ms'])
      .select(
        sql<number>`row_number() over (partition by tenant order by starts_ms, meeting, original_start)`.as('turn'),
      )
      .where('starts_ms', '>', fromMs - MEETING_MS_MAX)
      .where('starts_ms', '<', toMs)
      .where('ends_ms', '>', fromMs);
    if (tenant !== undefined) candidates = candidates.where('tenant', '=', tenant);
    // Each tenant's first occurrence, then each tenant's second one, and so on.
    const rows = await candidates.orderBy('turn').orderBy('tenant').limit(OCCURRENCES_MAX).execute();
    const meetings = new Map<string, BookableOccurrence['meeting']>();
    const ids = [...new Set(rows.map(({ meeting }) => meeting))];
    for (let at = 0; at < ids.length; at += ROWS_AT_ONCE) {
      const bodies = await db
        .selectFrom('meetings')
        .select(['id', 'body'])
        .where('id', 'in', ids.slice(at, at + ROWS_AT_ONCE))
        .execute();
      for (const { id, body } of bodies) meetings.set(id, bookedMeetingOf(meetingFrom(body)));
    }
    return rows.flatMap(({ meeting: id, original_start: originalStart, starts_ms: startsMs, ends_ms: endsMs }) => {
      const meeting = meetings.get(id);
      return meeting === undefined ? [] : [{ meeting, originalStart, startsMs, endsMs }];
    });
  }

  async #limitOf(tenant: string): Promise<number> {
    const row = await this.#o.db.selectFrom('tenants').select('limits').where('id', '=', tenant).executeTakeFirst();
    return row === undefined ? 0 : limitsOf(row.limits).seats;
  }
}

/** Drops long fields that a booking does not need: descriptions, changes of single occurrences. */
const bookedMeetingOf = ({
  id,
  tenant,
  room,
  leadersBookedBy,
  hosts,
  cohosts,
  invitees,
  settings,
}: Meeting): BookableOccurrence['meeting'] => ({
  id,
  tenant,
  room,
  leadersBookedBy,
  hosts,
  cohosts,
  invitees,
  settings,
});
