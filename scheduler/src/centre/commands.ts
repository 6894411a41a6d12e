// Commands of administrators (and the autoscaler): nodes are drained, cordoned, shut out and let in again, rooms are
// booked. A command is in force at once and resolves when the copy has it, so that it outlives this centre.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { Copy } from '../copying/copy.ts';
import type { Denied } from '../fleet/core/denied.ts';
import type { Fleet } from '../fleet/core/fleet.ts';
import type { Ownership } from '../owning/ownership.ts';
import { type Booking, type Bookings, isAmongMeetings, isSameBooking } from '../placing/core/bookings.ts';
import type { Reservations } from '../placing/core/reservations.ts';
import type { Routing } from '../routing/routing.ts';

export interface MeetingBookings {
  readonly afterId: string;
  /** '': without an upper end. */
  readonly untilId: string;
  readonly bookings: readonly Booking[];
}

export interface CommandsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly copy: Copy;
  readonly fleet: Fleet;
  readonly routing: Routing;
  readonly denied: Denied;
  readonly ownership: Ownership;
  readonly bookings: Bookings;
  readonly reserved: Reservations;
  releaseCharges(nodeId: string): number;
}

export class Commands {
  readonly #o: CommandsOptions;

  constructor(o: CommandsOptions) {
    this.#o = o;
  }

  /** Sets (reason) or lifts (undefined) the drain command. False: no such node, nor a stored command for it. */
  async drain(nodeId: string, reason: string | undefined): Promise<boolean> {
    if (!this.#o.fleet.drain(nodeId, reason)) return false;
    this.#o.routing.fleetChanged();
    await this.#o.copy.saveDrain(nodeId, reason);
    this.#o.log.info({ nodeId, on: reason !== undefined, reason }, 'drain command');
    return true;
  }

  /** Sets (reason) or lifts (undefined) a cordon: no new session comes, and present sessions stay. False as `drain`. */
  async cordon(nodeId: string, reason: string | undefined): Promise<boolean> {
    if (!this.#o.fleet.cordon(nodeId, reason)) return false;
    this.#o.routing.fleetChanged();
    await this.#o.copy.saveCordon(nodeId, reason);
    this.#o.log.info({ nodeId, on: reason !== undefined, reason }, 'cordon command');
    return true;
  }

  /**
   * Shuts a node out until `allow`: its rooms and charges are released, and the plan names it to every node. Works for
   * an unknown node too: its machine may be gone and its certificate in other hands. Throws RATE_LIMITED. Returns
   * whether the fleet knew it.
   */
  async deny(nodeId: string, reason: string): Promise<boolean> {
    const { log, copy, clock } = this.#o;
    const denial = this.#o.denied.add({ nodeId, reason, sinceWallMs: clock.wallMs() });
    if (denial === undefined) throw new MeridianError('RATE_LIMITED', 'too many nodes are shut out');
    const wasKnown = this.#o.fleet.exclude(nodeId);
    this.#o.routing.fleetChanged();
    const freedRooms = this.#o.ownership.down(nodeId);
    const charges = this.#o.releaseCharges(nodeId);
    log.warn({ nodeId, reason, wasKnown, freedRooms, charges }, 'node shut out');
    await copy.saveDenial(nodeId, denial);
    return wasKnown;
  }

  async allow(nodeId: string): Promise<boolean> {
    if (!this.#o.denied.lift(nodeId)) return false;
    this.#o.fleet.readmit();
    this.#o.log.warn({ nodeId }, 'node let in again');
    await this.#o.copy.saveDenial(nodeId, undefined);
    return true;
  }

  /** Adds a booking; resolves when the copy has the booking. Throws RATE_LIMITED when there are too many. */
  async book(booking: Booking): Promise<void> {
    if (!this.#o.bookings.put(booking, this.#o.clock.wallMs())) {
      throw new MeridianError('RATE_LIMITED', 'there are too many bookings');
    }
    this.#o.reserved.changed();
    await this.#o.copy.saveBooking(booking.id, booking);
  }

  /** Replaces the bookings of meetings with an id in (afterId, untilId]. Returns how many did not fit. */
  async bookMeetings({ afterId, untilId, bookings }: MeetingBookings): Promise<number> {
    const { clock, copy, reserved } = this.#o;
    const presentBookings = this.#o.bookings;
    const wantedIds = new Set(bookings.map(({ id }) => id));
    const goneBookings = presentBookings
      .list()
      .filter(({ id }) => isAmongMeetings(id, afterId, untilId) && !wantedIds.has(id));
    const changed = bookings.filter((booking) => !isSameBooking(presentBookings.get(booking.id), booking));
    // Removals go first, because the number of bookings is limited.
    for (const { id } of goneBookings) presentBookings.remove(id);
    const addedBookings = changed.filter((booking) => presentBookings.put(booking, clock.wallMs()));
    if (goneBookings.length + addedBookings.length > 0) reserved.changed();
    await Promise.all([
      ...goneBookings.map(({ id }) => copy.saveBooking(id, undefined)),
      ...addedBookings.map((booking) => copy.saveBooking(booking.id, booking)),
    ]);
    return changed.length - addedBookings.length;
  }

  async unbook(id: string): Promise<boolean> {
    if (!this.#o.bookings.remove(id)) return false;
    this.#o.reserved.changed();
    await this.#o.copy.saveBooking(id, undefined);
    return true;
  }
}
