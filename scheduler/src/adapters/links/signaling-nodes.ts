// Requests of signaling nodes: places, locations, and the ownership of rooms. Gateways may ask for locations alone.
// Other kinds of nodes get KIND_NOT_PERMITTED.
import { MeridianError, nodeKind, type Rpc, rpc, type wire } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import type { Centre } from '../../centre/centre.ts';
import type { LeaseAnswer } from '../../owning/ownership.ts';
import type { GateAnswer } from '../../placing/admitting.ts';
import { callRate } from './call-rate.ts';
import { leaseToWire, locationToWire, placeToWire, turnedAwayToWire } from './wire.ts';

/**
 * Rate limit of explanations, above a signaling node's limits for its clients (signaling/src/limits.ts). An explanation
 * costs about as much as a placement.
 */
export const explainBounds = { perSecond: 50, burst: 200 } as const;

export interface SignalingNodeOptions {
  readonly clock: Clock;
  readonly signalingId: string; // from the certificate
  readonly kind: string; // from the certificate
  readonly centre: Centre;
  /** Throws for an unregistered node, and for a message that names another sender ('' names none). */
  checkSpeaker(claimedId: string): void;
  /** Informs media nodes of a room's lease, before the room's signaling nodes can send them requests. */
  sendLease(nodeIds: readonly string[], lease: LeaseAnswer): void;
  serve<Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, handler: (message: Q) => Promise<AP> | AP): void;
  admit(ask: wire.PlaceRequest): Promise<GateAnswer> | GateAnswer;
  /** Asks the process that made the decision. Rejects with DECISION_UNKNOWN, CENTRE_UNREACHABLE. */
  explain(ask: wire.ExplainDecision): Promise<wire.DecisionExplained.$Properties>;
  /** Hands the job to a gateway; resolves when the gateway has accepted it. */
  transcode(gatewayId: string, order: wire.Transcode): Promise<unknown>;
  timed(ask: wire.PlaceRequest): void;
}

/** Serves the requests of signaling nodes, and of gateways and library nodes, on a link. */
export function serveSignalingNode(o: SignalingNodeOptions): void {
  // `o.centre` is read at every request: each term of leadership has a new `Centre`.
  const { signalingId, checkSpeaker } = o;
  const refuse = (): never => {
    throw new MeridianError('KIND_NOT_PERMITTED');
  };
  const isSignaling = o.kind === nodeKind.signaling;
  const serve = <Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, handler: (message: Q) => Promise<AP> | AP): void =>
    o.serve(kind, isSignaling ? handler : refuse);

  serve(rpc.place, (ask) => {
    checkSpeaker(ask.signalingId);
    o.timed(ask);
    const gate = o.admit(ask);
    return gate instanceof Promise ? gate.then((opened) => placed(o, ask, opened)) : placed(o, ask, gate);
  });
  if (o.kind === nodeKind.gateway || o.kind === nodeKind.library)
    o.serve(rpc.locate, (ask) => {
      checkSpeaker('');
      return { location: locationToWire(o.centre.locationOf(ask, signalingId)) };
    });
  else
    serve(rpc.locate, (ask) => {
      checkSpeaker('');
      const { location, signalingIds } = o.centre.locate(ask, signalingId);
      return { location: locationToWire(location), signalingIds };
    });
  serve(rpc.releaseDecision, ({ decisionId }) => {
    checkSpeaker('');
    o.centre.placing.release(decisionId, signalingId);
    return {};
  });
  const takeExplanation = callRate(o.clock, explainBounds);
  serve(rpc.explainDecision, (ask) => {
    checkSpeaker('');
    takeExplanation();
    return o.explain(ask);
  });
  serve(rpc.transcode, async (order) => {
    checkSpeaker('');
    await o.centre.transcoding.start(order, signalingId, o.transcode);
    return {};
  });
  serve(rpc.roomLease, (ask) => {
    checkSpeaker(ask.signalingId);
    return roomLease(o, ask);
  });
  serve(rpc.renewLeases, ({ leases }) => {
    checkSpeaker('');
    const requests = leases.map(({ roomKey, epoch }) => ({ roomKey: roomKey ?? '', epoch: epoch ?? 0 }));
    const renewed = o.centre.ownership.renewAll(requests, signalingId);
    return { leases: renewed.leases.map(leaseToWire), lostRoomKeys: renewed.lostRoomKeys };
  });
}

async function placed(
  o: SignalingNodeOptions,
  ask: wire.PlaceRequest,
  gate: GateAnswer,
): Promise<wire.PlaceReply.$Properties> {
  if (!gate.ok) {
    o.centre.turnedAway(ask, o.signalingId, gate.retryAfterMs);
    return turnedAwayToWire(gate);
  }
  const answer = await o.centre.place(ask, o.signalingId);
  const { decision } = answer.record;
  if (decision.ok && answer.lease !== undefined) o.sendLease([decision.nodeId], answer.lease);
  const reply = placeToWire(answer);
  return gate.words === '' ? reply : { ...reply, reasons: [...(reply.reasons ?? []), gate.words] };
}

/** Releases, acquires (epoch 0) or renews the lease of a room under the given epoch. */
async function roomLease(
  { centre, signalingId, sendLease }: SignalingNodeOptions,
  ask: wire.RoomLeaseRequest,
): Promise<wire.RoomLease.$Properties> {
  const { roomKey, epoch } = ask;
  if (ask.release) {
    await centre.ownership.release(roomKey, epoch, signalingId);
    return { roomKey, ownerId: '', epoch, expiresInMs: 0 };
  }
  if (epoch === 0) {
    await centre.warmUp.wait();
    const answer = await centre.ownership.acquire(roomKey, signalingId, ask.above);
    sendLease(answer.nodeIds, answer);
    return leaseToWire(answer);
  }
  return leaseToWire(centre.ownership.renew(roomKey, epoch, signalingId));
}
