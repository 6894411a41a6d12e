// Ends tracks, sessions and everything in one order (docs/design/closures.md): first the dependants are informed, then
// the track or session is closed, then an empty room is dropped.
import type { PipeHub } from './pipes.ts';
import type { PullTable } from './pulls.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import type { Serving } from './serving.ts';
import type { Session } from './session.ts';
import type { Outbox } from './shapes.ts';
import type { Subscriber } from './subscriber.ts';
import type { NodeTrack } from './track.ts';

export interface EndingParts {
  readonly rooms: Rooms;
  readonly outbox: Outbox;
  readonly subscriber: Subscriber;
  readonly serving: Serving;
  readonly pulls: PullTable;
  readonly pipes: PipeHub;
}

/**
 * Ends a track: informs its subscribers and pullers (and its publisher if `notifyPublisher`), closes the producer, and
 * drops the room if it is empty. Idempotent.
 */
export function endTrack(
  parts: EndingParts,
  room: Room,
  track: NodeTrack,
  reason: string,
  notifyPublisher: boolean,
): void {
  const entry = room.members.tracks.get(track.trackId);
  if (entry?.media !== track) return;
  const subscribers = [...entry.subscribers];
  room.members.removeTrack(track.trackId);
  parts.subscriber.trackEnded(room, track, subscribers, reason);
  parts.serving.trackEnded(track, reason);
  const publisher = room.members.sessions.get(track.publisherSessionId)?.media;
  if (notifyPublisher && track.origin && publisher !== undefined) {
    parts.outbox.trackEnded(publisher.signalingId, publisher.at, { trackId: track.trackId, reason });
  }
  track.close();
  parts.rooms.dropIfEmpty(room);
}

/**
 * Ends a session with its tracks, subscriptions and transports. With a `code`, informs its signaling node. Idempotent.
 */
export function endSession(parts: EndingParts, session: Session, code?: string): void {
  const { rooms } = parts;
  if (rooms.sessions.get(session.sessionId) !== session) return;
  rooms.sessions.delete(session.sessionId);
  const room = rooms.get(session.roomKey);
  const published = [...(room?.members.sessions.get(session.sessionId)?.publishes ?? [])];
  for (const trackId of published) {
    const track = room?.members.tracks.get(trackId)?.media;
    if (room !== undefined && track !== undefined) endTrack(parts, room, track, 'the publisher left', false);
  }
  parts.subscriber.moves.publisherGone(session);
  parts.subscriber.sessionEnded(session);
  room?.members.removeSession(session.sessionId);
  session.close();
  if (code !== undefined) parts.outbox.sessionEnded(session.signalingId, session.at, code);
  if (room !== undefined) rooms.dropIfEmpty(room);
}

/** Ends all sessions, and informs signaling nodes and owners of the lost sessions of each room. */
export function endAll(parts: EndingParts, code: string): void {
  parts.subscriber.moves.close();
  parts.subscriber.catchUps.close();
  for (const room of parts.rooms.all()) {
    const sessions = [...room.members.sessions.values()].map(({ media }) => media);
    const nodeIds = new Set([room.ownerId, ...sessions.map(({ signalingId }) => signalingId)]);
    const sessionIds = sessions.map(({ sessionId }) => sessionId);
    for (const session of sessions) endSession(parts, session);
    if (sessionIds.length === 0) continue;
    for (const id of nodeIds) parts.outbox.roomLost(id, { roomKey: room.key, code, sessionIds });
  }
  parts.pipes.close(code);
  parts.pulls.close(code);
}
