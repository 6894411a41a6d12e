// The owner's side of a link between instances: requests of another signaling node, which is who its certificate says.
import {
  isErrorCode,
  isFence,
  limits,
  MeridianError,
  note,
  onNote,
  participantFromWire,
  partsOf,
  qualityFromWire,
  rosterViewToWire,
  rpc,
  serve,
  trackFromWire,
  type wire,
} from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { actFromWire } from '../wire/act-wire.ts';
import { knockingFromWire, needFromWire, offerToWire } from '../wire/control-wire.ts';
import type { OwnedRoom } from './owned-room.ts';
import type { OwnedRooms } from './owned-rooms.ts';

type Referring = { room?: wire.RoomRef.$Properties | null };

/** Answers the owner's requests on one link. */
export function serveSignalingNodes(link: Link, rooms: OwnedRooms): void {
  const signalingId = link.remote.id;
  const roomOf = async (message: Referring): Promise<OwnedRoom> => {
    const roomKey = message.room?.roomKey ?? '';
    if (partsOf(roomKey) === undefined) throw new MeridianError('REQUEST_INVALID', 'no such room key');
    const room = await rooms.claimed({ roomKey, epoch: message.room?.epoch ?? 0 });
    // To open a room takes seconds. If the link has ended meanwhile, the room was not there to hear that its signaling
    // node is gone, and nobody would ever say so again; a signaling node that has another link asks once more there.
    if (link.closed) throw new MeridianError('ROOM_OWNER_LOST');
    return room;
  };
  serve(link, rpc.ownerJoin, async (message) => {
    const room = await roomOf(message);
    const participant = participantFromWire(message.participant ?? {});
    if (!isFence(message.fence)) throw new MeridianError('REQUEST_INVALID', 'not a fence');
    if (participant.tracks.length > limits.tracksPerParticipantMax) throw new MeridianError('TRACK_LIMIT');
    const { view, offers, fence, outside } = room.join(signalingId, {
      participant,
      takeover: message.takeover,
      manualSubscribe: message.manualSubscribe,
      adoption: message.adoption ?? undefined,
      fence: message.fence,
    });
    const roster = message.noRoster ? null : rosterViewToWire(view);
    return { roster, subscriptions: offers.map((offer) => offerToWire(offer)), fence, outside };
  });
  serve(link, rpc.ownerKnock, async (message) => {
    const waiting = (await roomOf(message)).lobby.knock(signalingId, knockingFromWire(message));
    return { waits: waiting !== undefined, waiting: waiting ?? null };
  });
  serve(link, rpc.ownerLeave, async (message) => {
    (await roomOf(message)).leave(signalingId, message.sessionId, message.reason);
    return {};
  });
  serve(link, rpc.ownerPublish, async (message) => {
    (await roomOf(message)).publish(signalingId, message.sessionId, trackFromWire(message.track ?? {}));
    return {};
  });
  serve(link, rpc.ownerUnpublish, async (message) => {
    (await roomOf(message)).unpublish(signalingId, message.sessionId, message.trackId, message.reason);
    return {};
  });
  serve(link, rpc.ownerMute, async (message) => {
    (await roomOf(message)).mute(signalingId, message.sessionId, message.trackId, message.muted);
    return {};
  });
  serve(link, rpc.ownerUpdate, async (message) => {
    (await roomOf(message)).update(signalingId, participantFromWire(message.participant ?? {}));
    return {};
  });
  serve(link, rpc.ownerAct, async (message) => {
    const act = actFromWire(message.act);
    return { affected: (await roomOf(message)).act(signalingId, message.bySessionId, act).affected };
  });
  serve(link, rpc.ownerMoved, async (message) => {
    (await roomOf(message)).moved(signalingId, message);
    return {};
  });
  serve(link, rpc.ownerGrants, async (message) => {
    const { offers, failed } = (await roomOf(message)).grants(
      message.pullerNodeId,
      message.trackIds,
      message.carrierNodeId,
    );
    return { subscriptions: offers.map((offer) => offerToWire(offer)), failed };
  });
  serve(link, rpc.ownerSnapshot, async (message) => rosterViewToWire((await roomOf(message)).snapshot()));
  /** A message to an owner that is none any more is lost: the next one is told anew. */
  const openRoomOf = (message: Referring): OwnedRoom | undefined => {
    const room = rooms.get(message.room?.roomKey ?? '');
    return room?.room.epoch === message.room?.epoch ? room : undefined;
  };
  onNote(link, note.ownerQuality, (message) =>
    openRoomOf(message)?.quality(signalingId, message.sessionId, qualityFromWire(message.quality)),
  );
  onNote(link, note.ownerNeeds, (message) => openRoomOf(message)?.needs(signalingId, message.needs.map(needFromWire)));
  onNote(link, note.ownerUnknock, (message) => openRoomOf(message)?.lobby.unknock(signalingId, message.waitId));
  onNote(link, note.ownerRenditionRefused, (message) => {
    const refused = message.refused ?? {};
    const code = refused.code ?? '';
    openRoomOf(message)?.renditionRefused(
      signalingId,
      message.sessionId,
      needFromWire(refused),
      isErrorCode(code) ? code : 'INTERNAL',
    );
  });
}
