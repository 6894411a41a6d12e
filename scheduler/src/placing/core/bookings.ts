// Announced sessions: a number of sessions in a region for a time, for a room or for the region as a whole.
// Administrators announce by HTTP, the api announces meetings. The autoscaler has nodes ready for them; for a room,
// seats are kept (reservations.ts). Wall times, because they come from people's calendars.

export interface Booking {
  readonly id: string;
  readonly region: string;
  /** The room for which seats are kept; absent: the sessions are only expected. */
  readonly roomKey?: string;
  readonly sessions: number;
  /** Participants of the room to record at once; absent: none. */
  readonly recordSlots?: number;
  /** Fence of the recording; absent: any region. */
  readonly fence?: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

/** Prefix of the ids of the api's bookings for meetings. */
export const MEETING_PREFIX = 'meeting/';

/** Whether the id is a meeting's in (afterId, untilId]; an `untilId` of '' has no upper end. */
export const isAmongMeetings = (id: string, afterId: string, untilId: string): boolean =>
  id.startsWith(MEETING_PREFIX) && id > afterId && (untilId === '' || id <= untilId);

export const isSameBooking = (a: Booking | undefined, b: Booking): boolean =>
  a?.region === b.region &&
  a.roomKey === b.roomKey &&
  a.sessions === b.sessions &&
  a.recordSlots === b.recordSlots &&
  a.fence === b.fence &&
  a.startsAtMs === b.startsAtMs &&
  a.endsAtMs === b.endsAtMs;

/** Limit of bookings: a day of the largest tenants. Beyond it, a new booking is refused. */
export const BOOKINGS_MAX = 10_000;

export class Bookings {
  readonly #byId = new Map<string, Booking>();
  /** Ended bookings are searched only after this time, so that a centre that takes over many does not stall. */
  #firstEndsAtMs = Number.POSITIVE_INFINITY;

  /** Adds or replaces a booking, and forgets ended ones; false when there are too many. */
  put(booking: Booking, nowMs: number): boolean {
    if (this.#firstEndsAtMs <= nowMs) this.#forgetOver(nowMs);
    if (!this.#byId.has(booking.id) && this.#byId.size >= BOOKINGS_MAX) return false;
    this.#byId.set(booking.id, booking);
    this.#firstEndsAtMs = Math.min(this.#firstEndsAtMs, booking.endsAtMs);
    return true;
  }

  remove(id: string): boolean {
    return this.#byId.delete(id);
  }

  get(id: string): Booking | undefined {
    return this.#byId.get(id);
  }

  list(): readonly Booking[] {
    return [...this.#byId.values()];
  }

  sessionsNow(region: string, nowMs: number): number {
    return sum(this.list().filter((b) => b.region === region && b.startsAtMs <= nowMs && b.endsAtMs > nowMs));
  }

  /**
   * Returns the peak of concurrent sessions among bookings that begin within `aheadMs`. A sweep over sorted starts and
   * ends: comparing pairs of the full number of bookings would hold up the centre for longer than nodes wait for it.
   */
  peakAhead(region: string, nowMs: number, aheadMs: number): number {
    const changes: { readonly atMs: number; readonly sessions: number }[] = [];
    for (const booking of this.#byId.values()) {
      const { startsAtMs, endsAtMs, sessions } = booking;
      if (booking.region !== region || startsAtMs <= nowMs || startsAtMs > nowMs + aheadMs) continue;
      if (endsAtMs <= startsAtMs) continue;
      changes.push({ atMs: startsAtMs, sessions }, { atMs: endsAtMs, sessions: -sessions });
    }
    // At the same moment ends go before starts.
    changes.sort((a, b) => a.atMs - b.atMs || a.sessions - b.sessions);
    let [running, most] = [0, 0];
    for (const { sessions } of changes) {
      running += sessions;
      most = Math.max(most, running);
    }
    return most;
  }

  #forgetOver(nowMs: number): void {
    this.#firstEndsAtMs = Number.POSITIVE_INFINITY;
    for (const { id, endsAtMs } of this.#byId.values()) {
      if (endsAtMs <= nowMs) this.#byId.delete(id);
      else this.#firstEndsAtMs = Math.min(this.#firstEndsAtMs, endsAtMs);
    }
  }
}

function sum(bookings: readonly Booking[]): number {
  return bookings.reduce((total, booking) => total + booking.sessions, 0);
}
