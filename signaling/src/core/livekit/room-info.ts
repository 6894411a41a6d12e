import { Room } from '@livekit/protocol';
import type { Participant, RoomInfo } from '@meridian/protocol';

export function roomOf(_o: {
  readonly name: string;
  readonly info: RoomInfo;
  readonly participants: readonly Participant[];
}): Room {
  return new Room();
}
