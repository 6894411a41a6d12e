// Fits an answer into a frame of a link.

export interface AnsweredRoom {
  readonly picture?: Uint8Array | null | undefined;
}

/**
 * Returns the rooms that fit into `bytesMax`, in order: first the pictures of the last rooms are dropped (`without`
 * returns such a room), and then the last rooms.
 */
export function fitIntoFrame<Room extends AnsweredRoom>(
  rooms: readonly Room[],
  o: { readonly bytesMax: number; bytesOf(room: Room): number; without(room: Room): Room },
): Room[] {
  const fitted = [...rooms];
  let bytes = fitted.reduce((sum, room) => sum + o.bytesOf(room), 0);
  for (let at = fitted.length - 1; at >= 0 && bytes > o.bytesMax; at -= 1) {
    const room = fitted[at];
    if (room === undefined || (room.picture?.byteLength ?? 0) === 0) continue;
    const bare = o.without(room);
    bytes -= o.bytesOf(room) - o.bytesOf(bare);
    fitted[at] = bare;
  }
  while (bytes > o.bytesMax) {
    const last = fitted.pop();
    if (last === undefined) break;
    bytes -= o.bytesOf(last);
  }
  return fitted;
}
