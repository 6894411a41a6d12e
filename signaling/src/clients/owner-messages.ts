// Handles messages from the owner of a room, which the certificate of the instances' link identifies.
import {
  isErrorCode,
  MeridianError,
  note,
  onNote,
  rosterEventFromWire,
  rpc,
  serve,
  type wire,
} from '@meridian/protocol';
import type { Link, Logger } from '@meridian/runtime';
import type { RoomIdentity } from '../owner/signaling-sink.ts';
import { orderFromWire } from '../wire/control-wire.ts';
import { pageFromWire } from '../wire/crowd-wire.ts';
import { newsFromWire } from '../wire/post-wire.ts';
import type { ClientService } from './client-service.ts';

export function handleOwnerMessages(link: Link, clients: ClientService, log: Logger): void {
  const roomOf = (ref: wire.RoomRef.$Properties | null | undefined): RoomIdentity | undefined => {
    const room = { roomKey: ref?.roomKey ?? '', ownerId: ref?.ownerId ?? '', epoch: ref?.epoch ?? 0 };
    if (room.ownerId === link.remote.id) return room;
    log.warn(
      { remote: link.remote.id, room },
      'an instance sent a message of a room owner for a room that another instance owns',
    );
    return undefined;
  };
  serve(link, rpc.signalingMove, async ({ room: ref, ...order }) => {
    const room = roomOf(ref);
    if (room === undefined) throw new MeridianError('IDENTITY_MISMATCH');
    await clients.move(room, order);
    return {};
  });
  onNote(link, note.signalingEvents, (message) => {
    const room = roomOf(message.room);
    if (room !== undefined) clients.onEvents(room, message.events.map(rosterEventFromWire));
  });
  onNote(link, note.signalingData, (message) => {
    const room = roomOf(message.room);
    if (room !== undefined && message.data != null) clients.onServiceData(room, message.data, message.sessionIds);
  });
  onNote(link, note.signalingKnock, (message) => {
    const room = roomOf(message.room);
    const { waitIds, code, waiting } = message;
    if (room === undefined || (code !== '' && !isErrorCode(code))) return;
    clients.waiting.onAnswer(room, { waitIds, code, waiting: waiting ?? undefined });
  });
  onNote(link, note.signalingLobby, (message) => {
    const room = roomOf(message.room);
    if (room !== undefined) clients.onLobby(room, message.lobby ?? {});
  });
  onNote(link, note.crowdNews, (message) => {
    const room = roomOf(message.room);
    const { rules, hands, stage, identity, reason, lowered } = message;
    if (room !== undefined)
      clients.onCrowdNews(room, {
        rules: rules ?? null,
        hands: hands ?? null,
        stage: stage ?? null,
        identity,
        reason,
        lowered,
      });
  });
  serveCrowd(link, clients);
  onNote(link, note.roomPosts, (message) => {
    const room = roomOf(message.room);
    if (room !== undefined) clients.onPosts(room, newsFromWire(message));
  });
  onNote(link, note.signalingCommand, (message) => {
    const room = roomOf(message.room);
    const order = orderFromWire(message);
    if (room !== undefined && order !== undefined) clients.onOrder(room, message.sessionId, order);
  });
}

/** Lists people in the crowds of rooms here, for signaling nodes of hosts and the api. */
export function serveCrowd(link: Link, clients: Pick<ClientService, 'crowdOf'>): void {
  serve(link, rpc.crowdOf, ({ roomKey, page }) => clients.crowdOf(roomKey, pageFromWire(page)));
}
