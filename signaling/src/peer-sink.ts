// Reaches the signaling nodes of a room for its owner: this node directly, others over their links.
import { note, rosterEventToWire, rpc } from '@meridian/protocol';
import type { ClientService } from './clients/client-service.ts';
import { bounds } from './limits.ts';
import type { PeerLinks } from './links/peers.ts';
import type { SignalingSink } from './owner/signaling-sink.ts';
import { orderToWire } from './wire/control-wire.ts';
import { newsToWire } from './wire/post-wire.ts';

/** Messages without a link are lost; the signaling node then notices the gap in numbers, or the loss of its owner. */
export function signalingSink(
  selfId: string,
  clients: () => ClientService,
  peers: PeerLinks,
  onError: (error: unknown) => void,
): SignalingSink {
  return {
    events: (signalingId, room, events) => {
      if (signalingId === selfId) clients().onEvents(room, events);
      else if (events.length > 0)
        peers.post(signalingId, note.signalingEvents, { room, events: events.map(rosterEventToWire) });
      else peers.postWhenLinked(signalingId, note.signalingEvents, { room, events: [] }).catch(onError);
    },
    data: (signalingId, room, data, sessionIds) => {
      if (signalingId === selfId) clients().onServiceData(room, data, sessionIds);
      else peers.post(signalingId, note.signalingData, { room, data, sessionIds: [...sessionIds] });
    },
    knocked: (signalingId, room, { waitIds, code, waiting }) => {
      if (signalingId === selfId) clients().waiting.onAnswer(room, { waitIds, code, waiting });
      else
        peers.post(signalingId, note.signalingKnock, { room, waitIds: [...waitIds], code, waiting: waiting ?? null });
    },
    lobby: (signalingId, room, lobby) => {
      if (signalingId === selfId) clients().onLobby(room, lobby);
      else peers.post(signalingId, note.signalingLobby, { room, lobby });
    },
    crowd: (signalingId, room, news) => {
      if (signalingId === selfId) clients().onCrowdNews(room, news);
      else peers.post(signalingId, note.crowdNews, { ...news, room });
    },
    posts: (signalingId, room, news) => {
      if (signalingId !== selfId)
        return newsToWire(news).every((message) =>
          peers.post(signalingId, note.roomPosts, Object.assign({ room }, message)),
        );
      clients().onPosts(room, news);
      return true;
    },
    order: (signalingId, room, sessionId, order) => {
      if (signalingId === selfId) clients().onOrder(room, sessionId, order);
      else peers.post(signalingId, note.signalingCommand, { room, sessionId, ...orderToWire(order) });
    },
    move: async (signalingId, room, order) => {
      if (signalingId === selfId) await clients().move(room, order);
      else await peers.call(signalingId, rpc.signalingMove, { room, ...order }, bounds.moveMs);
    },
  };
}
