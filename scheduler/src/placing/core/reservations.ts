// Seats kept for booked rooms: from some minutes before a booking begins until it ends, its booked sessions that have
// not come yet are charged to media nodes of its region, and no other session is placed there. All state follows from
// the bookings and the ledger, so the next leader derives the same.
// - A room's seats go where the room is, then where they were, then to the node with most free seats: as few nodes as
//   possible. A node that is drained, dead or distrusted loses them to others.
// - An arriving session takes a seat on its node, or on another node when its own has none; a leaving session gives the
//   seat back until the booking ends.
// - Sessions that are already charged get no seat. Seats that do not fit are short: reported, and tried again every
//   second.
// - An empty room keeps seats for EMPTY_MS of its booking only: a meeting that does not take place keeps no one out.
import type { Booking } from './bookings.ts';
import { sessionsMax } from './filters/capacity.ts';
import { type NodeView, type ReservedSeats, sessionsCharged } from './view.ts';

/** Time before a booking begins: some join early, and a new machine needs minutes to start. */
export const RESERVE_AHEAD_MS = 10 * 60_000;
/** Time after a booking begins in which its room may be empty: the first participants are seldom later. */
export const EMPTY_MS = 15 * 60_000;
/** Limit of rooms with kept seats; beyond it the latest wait. */
export const RESERVED_ROOMS_MAX = 2_000;
const NODES_MAX = 32;
const PLAN_EVERY_MS = 1_000;

export interface ReservationsOptions {
  bookings(): readonly Booking[];
  nodes(): readonly NodeView[];
  seatsOf(roomKey: string): ReadonlyMap<string, { readonly sessions: number }> | undefined;
}

export interface RegionReserved {
  kept: number;
  short: number;
}

export class Reservations {
  readonly #o: ReservationsOptions;
  #byRoom = new Map<string, Map<string, number>>(); // room key -> node id -> seats
  #byNode = new Map<string, number>();
  #shortByRoom = new Map<string, number>();
  #regions = new Map<string, RegionReserved>();
  #plannedAtMs = Number.NEGATIVE_INFINITY;

  constructor(o: ReservationsOptions) {
    this.#o = o;
  }

  seatsOn(nodeId: string): number {
    return this.#byNode.size === 0 ? 0 : (this.#byNode.get(nodeId) ?? 0);
  }

  has(roomKey: string): boolean {
    return this.#byRoom.has(roomKey);
  }

  /** Returns the seats kept for a room; undefined: no booking. */
  seatsFor(roomKey: string): readonly ReservedSeats[] | undefined {
    const seats = this.#byRoom.get(roomKey);
    return seats === undefined ? undefined : [...seats].map(([nodeId, sessions]) => ({ nodeId, sessions }));
  }

  shortOf(roomKey: string): number {
    return this.#shortByRoom.get(roomKey) ?? 0;
  }

  get regions(): ReadonlyMap<string, RegionReserved> {
    return this.#regions;
  }

  /** Takes a seat of the room after a placement, at once. */
  seated(roomKey: string, nodeId: string): void {
    const seats = this.#byRoom.get(roomKey);
    if (seats === undefined) return;
    const from = seats.has(nodeId) ? nodeId : [...seats.keys()].at(-1);
    if (from !== undefined) this.#add(seats, from, -1);
  }

  /** Makes the next tick plan again after a change of the bookings. */
  changed(): void {
    this.#plannedAtMs = Number.NEGATIVE_INFINITY;
  }

  tick(nowMs: number, wallMs: number): void {
    if (nowMs - this.#plannedAtMs < PLAN_EVERY_MS) return;
    this.#plannedAtMs = nowMs;
    const inUse = this.#o
      .bookings()
      .filter((booking) => wallMs < booking.startsAtMs + EMPTY_MS || !this.#isEmpty(booking));
    const bookedRooms = bookedRoomsOf(inUse, wallMs);
    const seatsBefore = this.#byRoom;
    this.#byRoom = new Map();
    this.#byNode = new Map();
    this.#shortByRoom = new Map();
    this.#regions = new Map();
    if (bookedRooms.length === 0) return;
    const allNodes = this.#o.nodes();
    const nodes = allNodes.filter(isOpen);
    const regionOf = new Map(allNodes.map((node) => [node.nodeId, node.region]));
    for (const bookedRoom of bookedRooms) this.#keep(bookedRoom, nodes, regionOf, seatsBefore.get(bookedRoom.roomKey));
  }

  #isEmpty({ roomKey = '' }: Booking): boolean {
    return [...(this.#o.seatsOf(roomKey)?.values() ?? [])].every(({ sessions }) => sessions === 0);
  }

  /** Keeps a room's booked seats in its booked regions, less those that its sessions have taken. */
  #keep(
    bookedRoom: BookedRoom,
    nodes: readonly NodeView[],
    regionOf: ReadonlyMap<string, string>,
    earlierSeats?: Seats,
  ): void {
    const room = this.#o.seatsOf(bookedRoom.roomKey);
    const arrived = new Map<string, number>();
    let arrivedElsewhere = 0; // sessions in regions without a booking: they count against any booked region
    for (const [nodeId, { sessions }] of room ?? []) {
      const region = regionOf.get(nodeId) ?? '';
      if (bookedRoom.byRegion.has(region)) arrived.set(region, (arrived.get(region) ?? 0) + sessions);
      else arrivedElsewhere += sessions;
    }
    const seats: Seats = new Map();
    this.#byRoom.set(bookedRoom.roomKey, seats);
    for (const [region, booked] of bookedRoom.byRegion) {
      const missing = Math.max(0, booked - (arrived.get(region) ?? 0));
      const takenSeats = Math.min(missing, arrivedElsewhere);
      arrivedElsewhere -= takenSeats;
      const regionNodes = nodes.filter((node) => node.region === region);
      const short = this.#spread(missing - takenSeats, inOrder(regionNodes, room, earlierSeats), seats);
      if (short > 0) this.#shortByRoom.set(bookedRoom.roomKey, this.shortOf(bookedRoom.roomKey) + short);
      const sum = this.#regions.get(region) ?? { kept: 0, short: 0 };
      this.#regions.set(region, { kept: sum.kept + missing - takenSeats - short, short: sum.short + short });
    }
  }

  /** Returns the number of seats that found no node. */
  #spread(count: number, nodes: readonly NodeView[], seats: Seats): number {
    let seatsLeft = count;
    for (const node of nodes.slice(0, NODES_MAX)) {
      if (seatsLeft === 0) break;
      const free = Math.min(seatsLeft, sessionsMax(node) - sessionsCharged(node) - this.seatsOn(node.nodeId));
      if (free <= 0) continue;
      this.#add(seats, node.nodeId, free);
      seatsLeft -= free;
    }
    return seatsLeft;
  }

  #add(seats: Seats, nodeId: string, count: number): void {
    for (const map of [seats, this.#byNode]) {
      const sum = (map.get(nodeId) ?? 0) + count;
      if (sum > 0) map.set(nodeId, sum);
      else map.delete(nodeId);
    }
  }
}

type Seats = Map<string, number>;

interface BookedRoom {
  readonly roomKey: string;
  readonly startsAtMs: number;
  readonly byRegion: Map<string, number>;
}

/** Rooms booked now or soon, by region, the earliest first, bounded. Of concurrent bookings the largest counts. */
function bookedRoomsOf(bookings: readonly Booking[], wallMs: number): BookedRoom[] {
  const bookedRooms = new Map<string, BookedRoom>();
  const dueBookings = bookings.filter(({ roomKey, startsAtMs, endsAtMs }) => {
    return roomKey !== undefined && startsAtMs - RESERVE_AHEAD_MS <= wallMs && endsAtMs > wallMs;
  });
  dueBookings.sort((a, b) => a.startsAtMs - b.startsAtMs || (a.id < b.id ? -1 : 1));
  for (const { roomKey = '', region, sessions, startsAtMs } of dueBookings) {
    const bookedRoom = bookedRooms.get(roomKey) ?? { roomKey, startsAtMs, byRegion: new Map<string, number>() };
    if (!bookedRooms.has(roomKey) && bookedRooms.size >= RESERVED_ROOMS_MAX) continue;
    bookedRoom.byRegion.set(region, Math.max(sessions, bookedRoom.byRegion.get(region) ?? 0));
    bookedRooms.set(roomKey, bookedRoom);
  }
  return [...bookedRooms.values()];
}

/** Sorts nodes: those of the room, then those with its earlier seats, then most free seats first. */
function inOrder(
  nodes: readonly NodeView[],
  room: ReadonlyMap<string, unknown> | undefined,
  earlierSeats: Seats | undefined,
): NodeView[] {
  const rank = ({ nodeId }: NodeView): number => (room?.has(nodeId) ? 0 : earlierSeats?.has(nodeId) ? 1 : 2);
  const free = (node: NodeView): number => sessionsMax(node) - sessionsCharged(node);
  return [...nodes].sort((a, b) => rank(a) - rank(b) || free(b) - free(a) || (a.nodeId < b.nodeId ? -1 : 1));
}

function isOpen(node: NodeView): boolean {
  const isHere = node.liveness !== 'dead' && node.isLinked && node.distrust === undefined;
  const isTaking = node.drainReason === undefined && node.cordonReason === undefined && node.state === 'serving';
  return isHere && isTaking;
}
