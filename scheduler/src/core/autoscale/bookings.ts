// What has been announced: so many sessions in a region from one time to another, of a room or of nobody in particular. Whoever knows tells
// (the administrator's HTTP, later the API service). The autoscaler has nodes ready for them; for a room seats are kept (reservations.ts).
// Wall times, because they come from people's calendars.

export interface Booking {
  readonly id: string;
  readonly region: string;
  /** Whose seats are kept; absent: they are only expected. */
  readonly roomKey?: string;
  readonly sessions: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

/** Bookings of a day for the largest tenants; beyond it the newest is refused. */
export const BOOKINGS_MAX = 10_000;

export class Bookings {
  readonly #byId = new Map<string, Booking>();

  /** Adds or replaces; false when there are too many. Those that are over are forgotten. */
  put(booking: Booking, nowMs: number): boolean {
    for (const { id, endsAtMs } of this.#byId.values()) if (endsAtMs <= nowMs) this.#byId.delete(id);
    if (!this.#byId.has(booking.id) && this.#byId.size >= BOOKINGS_MAX) return false;
    this.#byId.set(booking.id, booking);
    return true;
  }

  remove(id: string): boolean {
    return this.#byId.delete(id);
  }

  list(): readonly Booking[] {
    return [...this.#byId.values()];
  }

  /** Sessions of the bookings of a region that run now. */
  now(region: string, nowMs: number): number {
    return sum(this.list().filter((b) => b.region === region && b.startsAtMs <= nowMs && b.endsAtMs > nowMs));
  }

  /** Sessions of those that begin within `aheadMs`: the most of them that run at once. */
  next(region: string, nowMs: number, aheadMs: number): number {
    const coming = this.list().filter((b) => {
      return b.region === region && b.startsAtMs > nowMs && b.startsAtMs <= nowMs + aheadMs;
    });
    const at = (time: number): number => sum(coming.filter((b) => b.startsAtMs <= time && b.endsAtMs > time));
    return Math.max(0, ...coming.map((b) => at(b.startsAtMs)));
  }
}

function sum(bookings: readonly Booking[]): number {
  return bookings.reduce((total, booking) => total + booking.sessions, 0);
}
