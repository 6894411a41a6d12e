/**
 * Spread of a room over media nodes: `single` on one; `direct` with each participant at a near node; `relay` also with
 * paths over relays where they gain, and moves for the room's delay (docs/design/moves.md).
 */
export const roomModes = ['single', 'direct', 'relay'] as const;
export type RoomMode = (typeof roomModes)[number];

export function isRoomMode(value: unknown): value is RoomMode {
  const modes: readonly unknown[] = roomModes;
  return modes.includes(value);
}
