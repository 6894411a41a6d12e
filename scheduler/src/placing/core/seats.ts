// Sessions charged for each room, by node. Changed in place by the ledger alone.
import { assert, isCheckRoom } from '@meridian/protocol';

export interface Seats {
  readonly nodeId: string;
  sessions: number;
  timed: number; // number of sessions whose believed round trip is known
  accessRttMs: number; // sum over the timed sessions
}

export interface TenantSeats {
  seats: number;
  rooms: number;
}

/** A room is on few nodes, so a list is faster to search than a map. */
export interface RoomCharges {
  readonly roomKey: string;
  readonly tenant: TenantSeats;
  readonly seats: Seats[];
}

export class RoomSeats {
  readonly #rooms = new Map<string, RoomCharges>();
  readonly #tenants = new Map<string, TenantSeats>();

  /** Returns undefined when no session is charged for the room. */
  seatsOf(roomKey: string): readonly Readonly<Seats>[] | undefined {
    return this.#rooms.get(roomKey)?.seats;
  }

  /** Returns undefined when no session is charged for any room of the tenant. */
  seatsOfTenant(tenant: string): Readonly<TenantSeats> | undefined {
    return this.#tenants.get(tenant);
  }

  room(roomKey: string): RoomCharges {
    let room = this.#rooms.get(roomKey);
    if (room === undefined) {
      const tenant = this.#tenant(tenantOf(roomKey));
      tenant.rooms += 1;
      room = { roomKey, tenant, seats: [] };
      this.#rooms.set(roomKey, room);
    }
    return room;
  }

  addSession({ seats, tenant }: RoomCharges, nodeId: string, accessRttMs: number | undefined): Seats {
    tenant.seats += 1;
    let found: Seats | undefined;
    for (const seatsOfNode of seats) if (seatsOfNode.nodeId === nodeId) found = seatsOfNode;
    if (found === undefined) {
      found = { nodeId, sessions: 0, timed: 0, accessRttMs: 0 };
      seats.push(found);
    }
    found.sessions += 1;
    if (accessRttMs !== undefined) {
      found.timed += 1;
      found.accessRttMs += accessRttMs;
    }
    return found;
  }

  /** Removes a session; the last session of a room removes the room. */
  removeSession({ roomKey, seats, tenant }: RoomCharges, from: Seats, accessRttMs: number | undefined): void {
    tenant.seats -= 1;
    from.sessions -= 1;
    if (accessRttMs !== undefined) {
      from.timed -= 1;
      from.accessRttMs -= accessRttMs;
    }
    if (from.sessions > 0) return;
    seats.splice(seats.indexOf(from), 1);
    if (seats.length > 0) return;
    this.#rooms.delete(roomKey);
    tenant.rooms -= 1;
    if (tenant.rooms === 0) this.#tenants.delete(tenantOf(roomKey));
  }

  /** Returns the number of all sessions. Throws when a node has seats of a room but no sessions. */
  count(): number {
    let seated = 0;
    let ofTenants = 0;
    for (const { seats, rooms } of this.#tenants.values()) {
      assert(rooms > 0, 'a tenant without rooms is forgotten');
      ofTenants += seats;
    }
    for (const { seats } of this.#rooms.values()) {
      assert(seats.length > 0, 'a room without charges has no seats');
      for (const { sessions } of seats) {
        assert(sessions > 0, 'seats of a node have sessions');
        seated += sessions;
      }
    }
    assert(ofTenants === seated, `tenants have ${ofTenants} seats, rooms ${seated}`);
    return seated;
  }

  #tenant(name: string): TenantSeats {
    let tenant = this.#tenants.get(name);
    if (tenant === undefined) {
      tenant = { seats: 0, rooms: 0 };
      this.#tenants.set(name, tenant);
    }
    return tenant;
  }
}

/** Returns the tenant of a room key; '' for connection checks, which take no seat of any tenant. */
const tenantOf = (roomKey: string): string => (isCheckRoom(roomKey) ? '' : roomKey.slice(0, roomKey.indexOf('/')));
