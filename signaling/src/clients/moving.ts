// Begins the move of a session that an owner has ordered: checks it, and makes the second home.
import { MeridianError, type wire } from '@meridian/protocol';
import { attach, mayBeOnOtherHost } from './attaching.ts';
import type { MoveOrder } from './context.ts';
import type { HeldSession } from './held-session.ts';
import { staysOnHost } from './join.ts';
import { SessionMove } from './session-move.ts';

/** Begins a move; refuses as `LocalSession.beginMove`. */
export function beginMove(held: HeldSession, order: MoveOrder): SessionMove {
  const { holder, media } = held;
  const { nodes, centre } = holder.context;
  if (held.move !== undefined) throw new MeridianError('MOVE_UNDER_WAY', `to ${held.move.order.toNodeId}`);
  if (holder.state !== 'joined') throw new MeridianError('MOVE_FAILED', 'the client is away');
  if (holder.nodeId !== order.fromNodeId) throw new MeridianError('OUT_OF_ORDER', `the session is at ${holder.nodeId}`);
  const [here, there] = [order.fromNodeId, order.toNodeId].map((nodeId) => centre.fleet.get(nodeId)?.hostId);
  const isOfSameHost = here !== undefined && here === there;
  if (holder.opener !== undefined && staysOnHost(media) && !isOfSameHost)
    throw new MeridianError('MOVE_REFUSED', 'the media of the session stays on its host');
  const move: SessionMove = new SessionMove(order, {
    session: holder,
    attach: (wanted) => attachSecond(held, wanted),
    adopt: (nodeId) => held.adopt(nodeId),
    onOver: () => {
      if (held.move !== move) return;
      held.move = undefined;
      held.subscriptions?.moved(false);
      nodes.release(order.toNodeId, `move ${order.moveId}`);
    },
  });
  held.move = move;
  nodes.hold(order.toNodeId, `move ${order.moveId}`);
  move.begin();
  return move;
}

async function attachSecond(held: HeldSession, { toNodeId, decisionId }: MoveOrder): Promise<wire.SessionAttached> {
  const { holder, joined, access, media, subscriptions } = held;
  if (subscriptions === undefined) throw new MeridianError('MOVE_FAILED', 'the session has not begun');
  const { room, adoption, moveCount, resumeKey, fence, manualSubscribe } = joined;
  const attached = await attach(holder.context, room, {
    self: held.self ?? joined.self,
    access,
    fence,
    join: { ...media, manualSubscribe },
    isOnOtherHost: mayBeOnOtherHost(holder.context, holder.opener, toNodeId),
    placed: { nodeId: toNodeId, decisionId },
    subscriptions: await subscriptions.offersForSecond(toNodeId),
    resumeKey,
    second: { home: moveCount + 1, adoption },
  });
  const shown = attached.subscriptions.map((subscription) => subscriptions.withClientIds(subscription));
  subscriptions.recordAtSecond(shown.map(({ trackId }) => trackId ?? ''));
  return { ...attached, subscriptions: shown };
}
