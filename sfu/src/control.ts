// Requests to this node, allowed by the node kind in the caller's certificate: signaling nodes 40–69 and 217, media
// nodes 110–112, 115. Any other of these numbers is answered with KIND_NOT_PERMITTED, so that a wrong certificate
// reveals nothing.
import {
  type ControlLink,
  errorInfoOf,
  fingerprintFromWire,
  MeridianError,
  note,
  onNote,
  policyToWire,
  type Rpc,
  roomInfoToWire,
  routerConstant,
  rpc,
  rtpParametersFromWire,
  serve,
  trackToWire,
  type wire,
} from '@meridian/protocol';
import type { Link, Logger } from '@meridian/runtime';
import {
  attachFrom,
  channelFrom,
  consumerPreferencesFrom,
  dataFrom,
  fenceFrom,
  iceTo,
  participantFrom,
  pipeEndFrom,
  pipeEndTo,
  policyFrom,
  publishLimitFrom,
  pulledTo,
  pullFrom,
  roomFrom,
  roomInfoFrom,
  roomKeyFrom,
  sessionTo,
  subscribedTo,
  subscriptionTo,
  trackFrom,
  trackRequestFrom,
  trackRequestsFrom,
  transportsTo,
  warmFrom,
} from './control-wire.ts';
import type { MediaNode } from './media/node.ts';

const signalingNumbers = { from: 40, to: 69 };
const nodeNumbers = [rpc.pipeOpen, rpc.pull, rpc.unpull, rpc.pipeSent].map(({ number }) => number);

/**
 * Returns a `serve` that wraps each handler. It first checks a room lease that is new here with the centre, except for
 * `detachSession`: a signaling node may release its sessions whatever its lease.
 *
 * An internal error is logged here with its stack, and the caller gets only INTERNAL; if the worker has died during the
 * request, the caller gets WORKER_DIED.
 */
function createAnswer(link: Link, node: MediaNode, log: Logger): typeof serve {
  return <Q, QP, A, AP>(
    _link: ControlLink,
    kind: Rpc<Q, QP, A, AP>,
    handler: (message: Q) => Promise<NoInfer<AP>> | NoInfer<AP>,
  ): void =>
    serve(link, kind, async (message) => {
      const { incarnation } = node;
      try {
        const { room } = message as { room?: wire.RoomRef.$Properties | null };
        if (room != null && kind.number !== rpc.detachSession.number) {
          await node.leaseVerifier.check(roomFrom(room));
          // The caller has already seen the request fail. A session created now would belong to a departed signaling
          // node and would never end.
          if (link.closed) throw new MeridianError('NODE_UNREACHABLE', 'the link of the caller has ended');
        }
        return await handler(message);
      } catch (error) {
        const { code, message: text, retryAfterMs } = errorInfoOf(error);
        if (code === 'INTERNAL' && (!node.hasWorker || node.incarnation !== incarnation))
          throw new MeridianError('WORKER_DIED');
        if (code === 'INTERNAL') log.error({ request: kind.number, remote: link.remote, err: error }, 'request failed');
        throw new MeridianError(code, text, { retryAfterMs, cause: error });
      }
    });
}

export function serveSignaling(link: Link, node: MediaNode, log: Logger): void {
  const answer = createAnswer(link, node, log);
  const remoteId = link.remote.id;
  node.signalingNodes.found(remoteId);
  serveSessions(link, node, answer);
  answer(link, rpc.produce, async ({ room, sessionId, track, rtpParameters }) => ({
    track: trackToWire(
      await node.produce(remoteId, roomFrom(room), sessionId, trackFrom(track), rtpParametersFromWire(rtpParameters)),
    ),
  }));
  answer(link, rpc.closeTrack, ({ room, sessionId, trackId, reason }) => {
    node.closeTrack(remoteId, roomFrom(room), sessionId, trackId, reason);
    return {};
  });
  answer(link, rpc.trackStats, async ({ room, sessionId }) => ({
    tracks: await node.trackStats(remoteId, roomFrom(room), sessionId),
  }));
  answer(link, rpc.sessionsMeasured, async ({ sessionIds }) => ({
    sessions: await node.measureSessions(remoteId, sessionIds),
  }));
  answer(link, rpc.pauseTrack, async ({ room, sessionId, trackId, paused }) => {
    await node.pauseTrack(remoteId, roomFrom(room), sessionId, trackId, paused);
    return {};
  });
  answer(link, rpc.subscribeTracks, async ({ room, sessionId, subscriptions }) =>
    subscribedTo(await node.subscribe(remoteId, roomFrom(room), sessionId, trackRequestsFrom(subscriptions))),
  );
  answer(link, rpc.unsubscribeTrack, ({ room, sessionId, trackId, reason }) => {
    node.unsubscribe(remoteId, roomFrom(room), sessionId, { trackId, reason });
    return {};
  });
  answer(link, rpc.updateConsumer, async ({ room, sessionId, update }) => {
    const { trackId, preferences } = consumerPreferencesFrom(update);
    await node.updateConsumer(remoteId, roomFrom(room), sessionId, trackId, preferences);
    return {};
  });
  answer(link, rpc.resumeConsumers, async ({ room, sessionId, consumerIds }) => {
    await node.resumeConsumers(remoteId, roomFrom(room), sessionId, consumerIds);
    return {};
  });
  answer(link, rpc.trackMoveCommit, async ({ room, sessionId, done }) => {
    await node.commitMove(remoteId, roomFrom(room), sessionId, done?.trackId ?? '', done?.oldConsumerId ?? '');
    return {};
  });
  answer(link, rpc.repullTrack, async ({ room, track, anew }) => {
    await node.repull(roomFrom(room), trackRequestFrom(track ?? {}), anew);
    return {};
  });
  onNote(link, note.sessionsHeld, ({ rooms, tenants }) => {
    for (const { tenant, limits } of tenants) node.publishBudgets.limit(tenant ?? '', publishLimitFrom(limits));
    node.signalingNodes.applyClaims(remoteId, new Set(rooms.flatMap(({ sessionIds }) => sessionIds ?? [])));
  });
  onNote(link, note.roomData, (message) => {
    const { data, targetNodeIds } = dataFrom(message);
    node.data.fromSignaling(remoteId, data, targetNodeIds);
  });
  onNote(link, note.channelMessage, (message) => node.channels.fromSignaling(remoteId, channelFrom(message)));
  for (const number of nodeNumbers) link.onRequest(number, refuseKind);
}

function serveSessions(link: Link, node: MediaNode, answer: typeof serve): void {
  const { id: remoteId, region } = link.remote;
  answer(link, rpc.attachSession, async (message) => {
    const request = attachFrom(message);
    if (request.session.participant.signalingId !== remoteId) throw new MeridianError('IDENTITY_MISMATCH');
    node.checkPlacementEpoch(message.session?.regionEpoch ?? 0);
    const attached = await node.attach(request);
    return { ...transportsTo(attached), ...subscribedTo(attached) };
  });
  answer(link, rpc.warmUp, async (message) => {
    if (message.end) {
      node.warm.end(remoteId, message.sessionId);
      return {};
    }
    const made = await node.warm.make(remoteId, warmFrom(message));
    return { ...transportsTo(made), subscriptions: made.subscriptions.map(subscriptionTo) };
  });
  answer(link, rpc.adoptSession, ({ room, sessionId, resumeKey, signalingId }) => {
    if (signalingId !== remoteId) throw new MeridianError('IDENTITY_MISMATCH');
    const adopted = node.adopt({ id: remoteId, region }, roomFrom(room), sessionId, resumeKey);
    return {
      ...transportsTo(adopted),
      session: sessionTo(adopted.session),
      subscriptions: adopted.subscriptions.map(subscriptionTo),
      tracks: adopted.tracks.map(trackToWire),
    };
  });
  answer(link, rpc.detachSession, async ({ room, sessionId, adoption, gently }) => {
    const roomKey = roomKeyFrom(room?.roomKey);
    await node.detach(remoteId, { roomKey, sessionId, adoption: adoption ?? undefined, gently });
    return {};
  });
  answer(link, rpc.updateSession, ({ room, sessionId, participant }) => {
    node.update(remoteId, roomFrom(room), participantFrom({ ...participant, sessionId }));
    return {};
  });
  onNote(link, note.retainedRoom, ({ room, info, policy }) =>
    node.storeRoomCopy(remoteId, roomFrom(room), { info: roomInfoFrom(info), policy: policyFrom(policy) }),
  );
  answer(link, rpc.settleSession, ({ room, sessionId }) => ({
    tracks: node.settle(remoteId, roomFrom(room), sessionId).map(trackToWire),
  }));
  answer(link, rpc.restartTransport, async ({ room, sessionId, transportId }) => ({
    transportId,
    iceParameters: iceTo(await node.restartTransport(remoteId, roomFrom(room), sessionId, transportId)),
  }));
  answer(link, rpc.connectTransport, async ({ room, sessionId, connect }) => {
    const fingerprint = fingerprintFromWire(connect?.fingerprint, 'transport');
    const transportId = connect?.transportId ?? '';
    await node.connectTransport(remoteId, roomFrom(room), sessionId, { transportId, fingerprint });
    return {};
  });
  answer(link, rpc.roomSnapshot, ({ room }) => {
    const { kept, ...snapshot } = node.snapshot(roomFrom(room));
    return {
      ...snapshot,
      info: roomInfoToWire(kept.info),
      infoEpoch: kept.epoch,
      policy: policyToWire(kept.policy),
      sessions: snapshot.sessions.map(({ session, tracks, attached, hasMedia }) => ({
        session: sessionTo(session),
        tracks: tracks.map(trackToWire),
        attached,
        media: hasMedia,
      })),
    };
  });
}

export function serveNode(link: Link, node: MediaNode, log: Logger): void {
  const answer = createAnswer(link, node, log);
  const remoteId = link.remote.id;
  answer(link, rpc.pipeOpen, async (message) => {
    if (message.routerVersion !== routerConstant.version) throw new MeridianError('ROUTER_VERSION');
    return pipeEndTo(await node.acceptPipe(link.remote, fenceFrom(message.fence), pipeEndFrom(message)));
  });
  answer(link, rpc.pull, async (message) => {
    const request = pullFrom(message);
    return pulledTo(request.roomKey, await node.servePull(link.remote, request));
  });
  answer(link, rpc.unpull, (message) => {
    node.serving.unpull(remoteId, message);
    return {};
  });
  answer(link, rpc.pipeSent, async ({ fence }) => ({
    sentBytes: (await node.pipes.traffic(remoteId, fenceFrom(fence)))?.sentBytes ?? 0,
  }));
  onNote(link, note.demand, (message) => {
    node.serving.demand(remoteId, message).catch((error: unknown) => {
      log.warn({ remoteId, trackId: message.trackId, err: error }, 'the demanded layers could not be set');
    });
  });
  onNote(link, note.carriedState, (message) => node.applyCarriedState(remoteId, message));
  onNote(link, note.roomData, (message) => node.data.fromNode(link.remote, dataFrom(message).data));
  for (let number = signalingNumbers.from; number <= signalingNumbers.to; number += 1)
    link.onRequest(number, refuseKind);
  link.onRequest(rpc.warmUp.number, refuseKind);
}

function refuseKind(): never {
  throw new MeridianError('KIND_NOT_PERMITTED');
}
