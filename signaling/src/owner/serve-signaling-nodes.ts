// Serves another signaling node, which the link's certificate identifies, at the owner of rooms.
import {
  isDisplayName,
  isErrorCode,
  isFence,
  isIdentity,
  isRoomKey,
  limits,
  MeridianError,
  type Note,
  note,
  onNote,
  participantFromWire,
  qualityFromWire,
  type Rpc,
  reactionsFromWire,
  rosterViewToWire,
  rpc,
  serve,
  trackFromWire,
  type wire,
} from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { actFromWire } from '../wire/act-wire.ts';
import { knockingFromWire, needFromWire, offerToWire } from '../wire/control-wire.ts';
import { newsFromWire } from '../wire/post-wire.ts';
import type { OwnedRoom } from './owned-room.ts';
import type { OwnedRooms } from './owned-rooms.ts';

interface RoomMessage {
  room?: wire.RoomRef.$Properties | null;
}

export function serveSignalingNodes(link: Link, rooms: OwnedRooms): void {
  serveRequests(link, rooms);
  serveNotes(link, rooms);
}

function serveRequests(link: Link, rooms: OwnedRooms): void {
  const signalingId = link.remote.id;
  const roomOf = async (message: RoomMessage): Promise<OwnedRoom> => {
    const roomKey = message.room?.roomKey ?? '';
    if (!isRoomKey(roomKey)) throw new MeridianError('REQUEST_INVALID', 'no such room key');
    const room = await rooms.claim({ roomKey, epoch: message.room?.epoch ?? 0 });
    // The link may have ended during the seconds in which the room opened, of which the room does not learn. A retry
    // comes over another link.
    if (link.closed) throw new MeridianError('ROOM_OWNER_LOST');
    return room;
  };
  /** Serves a request about a room, which must be owned here. */
  const answer = <Q extends RoomMessage, QP, A, AP>(
    kind: Rpc<Q, QP, A, AP>,
    answerOf: (room: OwnedRoom, message: Q) => NoInfer<AP>,
  ): void => serve(link, kind, async (message) => answerOf(await roomOf(message), message));
  /** Serves a request without content in its answer. */
  const serveChange = <Q extends RoomMessage, QP>(
    kind: Rpc<Q, QP, wire.Empty, wire.Empty.$Properties>,
    change: (room: OwnedRoom, message: Q) => void,
  ): void =>
    answer(kind, (room, message) => {
      change(room, message);
      return {};
    });

  answer(rpc.ownerJoin, (room, message) => join(room, signalingId, message));
  answer(rpc.ownerKnock, (room, message) => {
    const waiting = room.lobby.knock(signalingId, knockingFromWire(message));
    return { waits: waiting !== undefined, waiting: waiting ?? null };
  });
  answer(rpc.ownerAct, (room, { bySessionId, act }) => {
    const { affected, recordingId } = room.act(signalingId, bySessionId, actFromWire(act));
    return { affected, recordingId };
  });
  answer(rpc.ownerPost, (room, { sessionId, identity, name, post }) =>
    room.posts.post(signalingId, { sessionId, identity, name: nameFrom(name) }, post ?? {}),
  );
  serveChange(rpc.ownerVote, (room, { identity, vote }) => room.posts.vote(signalingId, identity, vote ?? {}));
  answer(rpc.ownerGrants, (room, { pullerNodeId, trackIds, carrierNodeId }) => {
    const { offers, failed } = room.grants(pullerNodeId, trackIds, carrierNodeId);
    return { subscriptions: offers.map((offer) => offerToWire(offer)), failed };
  });
  answer(rpc.ownerSnapshot, (room) => rosterViewToWire(room.snapshot()));
  serveChange(rpc.ownerLeave, (room, { sessionId, reason }) => room.leave(signalingId, sessionId, reason));
  serveChange(rpc.ownerPublish, (room, { sessionId, track }) =>
    room.publish(signalingId, sessionId, trackFromWire(track ?? {})),
  );
  serveChange(rpc.ownerUnpublish, (room, { sessionId, trackId, reason }) =>
    room.unpublish(signalingId, sessionId, trackId, reason),
  );
  serveChange(rpc.ownerMute, (room, { sessionId, trackId, muted }) =>
    room.mute(signalingId, sessionId, trackId, muted),
  );
  serveChange(rpc.ownerUpdate, (room, message) =>
    room.update(signalingId, participantFromWire(message.participant ?? {})),
  );
  serveChange(rpc.ownerHand, (room, { identity, name, raised }) => {
    if (!isIdentity(identity) || !isDisplayName(name))
      throw new MeridianError('REQUEST_INVALID', 'hand: invalid identity or name');
    room.stage.hand(signalingId, { identity, name, raised });
  });
  serveChange(rpc.ownerMoved, (room, message) => room.moved(signalingId, message));
}

const nameFrom = (name: string): string => (isDisplayName(name) ? name : '');

function join(room: OwnedRoom, signalingId: string, message: wire.OwnerJoin): wire.OwnerJoined.$Properties {
  const participant = participantFromWire(message.participant ?? {});
  if (!isFence(message.fence)) throw new MeridianError('REQUEST_INVALID', 'not a fence');
  if (participant.tracks.length > limits.tracksPerParticipantMax) throw new MeridianError('TRACK_LIMIT');
  const { view, offers, fence, outside, toCrowd } = room.join(signalingId, {
    participant,
    takeover: message.takeover,
    manualSubscribe: message.manualSubscribe,
    adoption: message.adoption ?? undefined,
    fence: message.fence,
  });
  const roster = message.noRoster ? null : rosterViewToWire(view);
  return { roster, subscriptions: offers.map((offer) => offerToWire(offer)), fence, outside, toCrowd };
}

/** Notes for an owner that has lost the room are dropped: the next owner gets everything from the start. */
function serveNotes(link: Link, rooms: OwnedRooms): void {
  const signalingId = link.remote.id;
  const onRoomNote = <M extends RoomMessage, MP>(
    kind: Note<M, MP>,
    handle: (room: OwnedRoom, message: M) => void,
  ): void =>
    onNote(link, kind, (message) => {
      const room = rooms.get(message.room?.roomKey ?? '');
      if (room !== undefined && room.room.epoch === message.room?.epoch) handle(room, message);
    });
  onRoomNote(note.ownerQuality, (room, { sessionId, quality }) =>
    room.quality(signalingId, sessionId, qualityFromWire(quality)),
  );
  onRoomNote(note.ownerNeeds, (room, { needs }) => room.needs(signalingId, needs.map(needFromWire)));
  onRoomNote(note.ownerReactions, (room, { counts }) => room.posts.react(reactionsFromWire(counts)));
  onRoomNote(note.ownerPostsKept, (room, message) => room.posts.mergeCopy(newsFromWire(message)));
  onRoomNote(note.ownerUnknock, (room, { waitId }) => room.lobby.unknock(signalingId, waitId));
  onRoomNote(note.ownerRenditionRefused, (room, message) => {
    const refused = message.refused ?? {};
    const code = refused.code ?? '';
    const known = isErrorCode(code) ? code : 'INTERNAL';
    room.renditionRefused(signalingId, message.sessionId, needFromWire(refused), known);
  });
}
