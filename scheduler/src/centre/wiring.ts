// Builds the two largest groups of parts in a centre.
import type { Fleet } from '../fleet/core/fleet.ts';
import type { WarmUp } from '../fleet/warm-up.ts';
import { Access } from '../locating/access.ts';
import type { RoomBook } from '../moving/core/room-book.ts';
import { Drains } from '../moving/drains.ts';
import { noMover } from '../moving/mover.ts';
import { Moves } from '../moving/moves.ts';
import { RoomWatcher } from '../moving/room-watcher.ts';
import type { Ownership } from '../owning/ownership.ts';
import type { Bookings } from '../placing/core/bookings.ts';
import type { ClientBook } from '../placing/core/client-book.ts';
import { DecisionLog } from '../placing/core/decision-log.ts';
import type { Ledger } from '../placing/core/ledger.ts';
import { PlacementIndex } from '../placing/core/placement-index.ts';
import { Reservations } from '../placing/core/reservations.ts';
import type { YoungRooms } from '../placing/core/young-rooms.ts';
import { Placing } from '../placing/placing.ts';
import type { HostDelays } from '../routing/core/links/index.ts';
import type { CentreOptions, ModeOf } from './options.ts';

/** Builds placement and its inputs: kept seats, the index of sites and hosts, the clients' round trips. */
export function makePlacing(
  o: CentreOptions,
  parts: {
    readonly fleet: Fleet;
    readonly ledger: Ledger;
    readonly young: YoungRooms;
    readonly bookings: Bookings;
    readonly clients: ClientBook;
    readonly delays: HostDelays;
    readonly modeOf: ModeOf;
  },
) {
  const { fleet, ledger, young, bookings, clients, delays, modeOf } = parts;
  const reserved: Reservations = new Reservations({
    bookings: () => bookings.list(),
    nodes: () => placementIndex.nodes(o.clock.nowMs()),
    seatsOf: (roomKey) => {
      const seats = ledger.seatsOf(roomKey);
      return seats === undefined ? undefined : new Map(seats.map((one) => [one.nodeId, one]));
    },
  });
  const placementIndex = new PlacementIndex({ fleet, ledger, young, delays, reserved });
  const access = new Access({ ...o, placementIndex, asnOf: (ip) => o.locator.asnOf(ip) });
  const placing = new Placing({
    ...o,
    fleet,
    ledger,
    young,
    reserved,
    placementIndex,
    access,
    modeOf,
    clients,
    decisions: new DecisionLog(),
    idSuffix: o.leaderData?.decisionSuffix ?? '',
  });
  return { reserved, placementIndex, access, placing };
}

/** Builds the moves and their two sources: drains, and the watcher of rooms. */
export function makeMoving(
  o: CentreOptions,
  parts: {
    readonly fleet: Fleet;
    readonly warmUp: WarmUp;
    readonly rooms: RoomBook;
    readonly clients: ClientBook;
    readonly ownership: Ownership;
    readonly placing: Placing;
    readonly placementIndex: PlacementIndex;
    readonly access: Access;
    readonly modeOf: ModeOf;
  },
) {
  const { fleet, warmUp, rooms, clients, ownership, placing, placementIndex, access, modeOf } = parts;
  const mover = o.mover ?? noMover;
  const moves = new Moves({ ...o, mover, fleet, placing, ownership, clients });
  const drains = new Drains({ ...o, fleet, moves });
  const roomWatcher = new RoomWatcher({
    ...o,
    mover,
    fleet,
    placementIndex,
    access,
    clients,
    rooms,
    moves,
    warmUp,
    modeOf,
    isOwned: (roomKey) => ownership.isOwned(roomKey),
  });
  moves.onEnded((ended) => drains.ended(ended));
  return { moves, drains, roomWatcher };
}
