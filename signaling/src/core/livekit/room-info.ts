// Translates a room to LiveKit's.
import { Room } from '@livekit/protocol';
import type { Participant, RoomInfo } from '@meridian/protocol';

/** `participants`: all listed participants, including the client's own. */
export function roomOf(o: {
  readonly name: string;
  readonly info: RoomInfo;
  readonly participants: readonly Participant[];
}): Room {
  const { sid, createdWallMs, metadata, recordings } = o.info;
  return new Room({
    sid,
    name: o.name,
    metadata,
    creationTime: BigInt(Math.floor(createdWallMs / 1000)),
    creationTimeMs: BigInt(Math.floor(createdWallMs)),
    numParticipants: o.participants.length,
    numPublishers: o.participants.filter(({ tracks }) => tracks.length > 0).length,
    activeRecording: recordings.some(({ state }) => state === 'running'),
  });
}
