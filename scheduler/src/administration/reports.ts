// Views of the centre for the admin API, as plain data. Reads only.
import type { Centre } from '../centre/centre.ts';
import { type NodeRecord, publicState, sessionsSeen } from '../fleet/core/node.ts';
import type { Lease } from '../owning/core/leases.ts';

/** Returns the whole fleet with everything that must survive a restart: rooms, epochs, sessions, charges. */
export function fleetView(centre: Centre, nowMs: number) {
  return {
    centreIncarnation: centre.incarnation,
    planVersion: centre.fleet.planVersion,
    nodes: centre.fleet.list().map((record) => nodeView(centre, record, nowMs)),
    commandsAhead: [...centre.fleet.commandsAhead].map(([nodeId, { drainReason, cordonReason }]) => ({
      nodeId,
      drainReason: drainReason ?? null,
      cordonReason: cordonReason ?? null,
    })),
    denied: centre.denied.list(),
    leases: centre.leases.list().map((lease) => leaseView(centre, lease, nowMs)),
  };
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
    isLeaving: record.isLeaving,
    drain: centre.drains.progress(record) ?? null,
    cordonReason: record.cordonReason ?? null,
    distrust: record.distrust ?? null,
    load: record.load,
    sessionsSeen: sessionsSeen(record),
    sessionsAssumed: centre.ledger.assumedOn(description.nodeId),
    sessionsReserved: centre.reserved.seatsOn(description.nodeId),
    rooms: [...record.rooms.values()],
    charges: centre.ledger.list(description.nodeId).map((charge) => ({
      decisionId: charge.decisionId,
      roomKey: charge.roomKey,
      sessionId: charge.sessionId,
      state: charge.state,
      expiresInMs: Number.isFinite(charge.expiresAtMs) ? Math.max(0, Math.round(charge.expiresAtMs - nowMs)) : null,
    })),
  };
}

/** Returns a decision with all its inputs, in words and as a story. Undefined: it is not, or no longer, known here. */
export function decisionView({ placing }: Pick<Centre, 'placing'>, decisionId: string) {
  const explained = placing.explain(decisionId);
  if (explained === undefined) return undefined;
  const { lines: _lines, ...story } = placing.story(decisionId) ?? {};
  return { ...explained.record, explanation: explained.explanation, story };
}

export function leaseView(centre: Centre, lease: Lease, nowMs: number) {
  const { roomKey, ownerId, epoch, seenEpoch } = lease;
  const isLive = centre.leases.isLive(lease, nowMs);
  return {
    roomKey,
    ownerId: ownerId === '' ? null : ownerId,
    epoch,
    seenEpoch,
    isLive,
    expiresInMs: Math.max(0, Math.round(lease.expiresAtMs - nowMs)),
  };
}
