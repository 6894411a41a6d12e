// What has been announced: so many sessions in a region from one time to another, of a room or of no particular one.
// Administrators announce by HTTP, the api announces meetings. The autoscaler has nodes ready for them; for a room
// seats are kept (reservations.ts). Wall times, because they come from people's calendars.

export interface Booking {
  readonly id: string;
  readonly region: string;
  /** The room that seats are kept for; absent: the sessions are only expected. */
  readonly roomKey?: string;
  readonly sessions: number;
  /** Participants of the room that are to be recorded at once; absent: none. */
  readonly recordSlots?: number;
  /** Where they may be recorded; absent: anywhere. */
  readonly fence?: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

/** Ids of the bookings that the api has of meetings begin so. */
export const MEETING_PREFIX = 'meeting/';

/** Is it of a meeting, with an id in (afterId, untilId]? untilId '': up to the last. */
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

/** Bookings of a day for the largest tenants; beyond it the newest is refused. */
export const BOOKINGS_MAX = 10_000;

export class Bookings {
  readonly #byId = new Map<string, Booking>();
  /**
   * None ends before; only then are all of them looked at, or a centre that takes over with as many as are allowed
   * would stand still.
   */
  #firstEndsAtMs = Number.POSITIVE_INFINITY;

  /** Adds or replaces; false when there are too many. Those that are over are forgotten. */
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

  /** Undefined: there is none. */
  get(id: string): Booking | undefined {
    return this.#byId.get(id);
  }

  list(): readonly Booking[] {
    return [...this.#byId.values()];
  }

  /** Sessions of the bookings of a region that run now. */
  now(region: string, nowMs: number): number {
    return sum(this.list().filter((b) => b.region === region && b.startsAtMs <= nowMs && b.endsAtMs > nowMs));
  }

  /**
   * Sessions of those that begin within `aheadMs`: the most of them that run at once. Beginnings and ends are swept in
   * order: looked up pair by pair, as many bookings as are allowed would hold up the centre for longer than nodes wait
   * for it.
   */
  next(region: string, nowMs: number, aheadMs: number): number {
    const changes: { readonly atMs: number; readonly sessions: number }[] = [];
    for (const booking of this.#byId.values()) {
      const { startsAtMs, endsAtMs, sessions } = booking;
      if (booking.region !== region || startsAtMs <= nowMs || startsAtMs > nowMs + aheadMs) continue;
      if (endsAtMs <= startsAtMs) continue;
      changes.push({ atMs: startsAtMs, sessions }, { atMs: endsAtMs, sessions: -sessions });
    }
    // At one moment the bookings that end go before those that begin.
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
