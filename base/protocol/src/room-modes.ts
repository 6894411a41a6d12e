/**
 * How a room is spread over media nodes: `single` on one, `direct` with each participant at a near one, `relay` like
 * that with paths by relays where they gain, and moves for the room's delay (docs/design/moves.md).
 */
export const roomModes = ['single', 'direct', 'relay'] as const;
export type RoomMode = (typeof roomModes)[number];

export function isRoomMode(value: unknown): value is RoomMode {
  const modes: readonly unknown[] = roomModes;
  return modes.includes(value);
}
