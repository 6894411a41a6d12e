// What the admin API shows of the centre, as plain data. Reads only.
import type { Centre } from './centre.ts';
import type { Lease } from './core/leases.ts';
import { type NodeRecord, publicState, sessionsSeen } from './core/node.ts';
import { pairPath } from './core/plan.ts';
import { figure, rounded } from './link-report.ts';

/** The whole fleet with everything that must survive a restart: rooms, epochs, sessions, reservations. */
export function fleetView(centre: Centre, nowMs: number) {
  return {
    centreIncarnation: centre.incarnation,
    planVersion: centre.fleet.planVersion,
    nodes: centre.fleet.list().map((record) => nodeView(centre, record, nowMs)),
    denied: centre.denied.list(),
    leases: centre.leases.list().map((lease) => leaseView(centre, lease, nowMs)),
  };
}

/** Which nodes hold a room and how they reach one another. */
export function roomPlan(centre: Centre, roomKey: string, nowMs: number) {
  const lease = centre.leases.get(roomKey);
  const holders = centre.fleet
    .holdersOf(roomKey, 'sfu')
    .map((id) => centre.fleet.get(id)?.description)
    .filter((node) => node !== undefined);
  const paths = holders.flatMap((a, index) =>
    holders.slice(index + 1).map((b) => {
      const path = pairPath(a, b, centre.routing.wayOf);
      const delays = {
        delayMs: rounded(delayOf(centre, a.hostId, b.hostId)),
        rttMs: figure(centre.routing.rttMs(a.hostId, b.hostId)),
      };
      return path === undefined ? { a: a.nodeId, b: b.nodeId, via: null, ...delays } : { ...path, ...delays };
    }),
  );
  return {
    roomKey,
    lease: lease === undefined ? null : leaseView(centre, lease, nowMs),
    nodeIds: holders.map((node) => node.nodeId),
    paths,
  };
}

/** One way, mean of both directions. */
function delayOf({ routing }: Centre, a: string, b: string): number {
  return (routing.delayMs(a, b) + routing.delayMs(b, a)) / 2;
}

function nodeView(centre: Centre, record: NodeRecord, nowMs: number) {
  const { description } = record;
  return {
    ...description,
    state: publicState(record),
    liveness: record.liveness,
    isLinked: record.isLinked,
    silentMs: Math.round(nowMs - record.heardAtMs),
    drainReason: record.drainReason ?? null,
    distrust: record.distrust ?? null,
    load: record.load,
    sessionsSeen: sessionsSeen(record),
    sessionsAssumed: centre.ledger.assumedOn(description.nodeId),
    rooms: [...record.rooms.values()],
    reservations: centre.ledger.list(description.nodeId).map((charge) => ({
      decisionId: charge.decisionId,
      roomKey: charge.roomKey,
      sessionId: charge.sessionId,
      state: charge.state,
      expiresInMs: Number.isFinite(charge.expiresAtMs) ? Math.max(0, Math.round(charge.expiresAtMs - nowMs)) : null,
    })),
  };
}

function leaseView(centre: Centre, lease: Lease, nowMs: number) {
  const { roomKey, ownerId, epoch, seenEpoch } = lease;
  const isLive = centre.leases.isLive(lease, nowMs);
  return {
    roomKey,
    ownerId,
    epoch,
    seenEpoch,
    isLive,
    expiresInMs: Math.max(0, Math.round(lease.expiresAtMs - nowMs)),
  };
}
