// Which sessions a drain moves next: those of the smallest rooms first, because a small room is over with one move and
// a large one takes a while whatever is done; of a room one after another. Only a few at a time, so that what is known
// at their turn decides, and not what was known when the drain began.
export interface HeldRoom {
  readonly roomKey: string;
  /** In the whole room, other nodes included. */
  readonly sessions: number;
  /** On the node that is drained. */
  readonly sessionIds: readonly string[];
}

/**
 * At most `most` sessions to move, of those that no move waits for already; one of each room first, then the second of
 * each.
 */
export function drainNext(
  rooms: readonly HeldRoom[],
  most: number,
  isMoving: (sessionId: string) => boolean,
): { readonly roomKey: string; readonly sessionId: string }[] {
  const order = rooms
    .map(({ roomKey, sessions, sessionIds }) => ({ roomKey, sessions, left: sessionIds.filter((id) => !isMoving(id)) }))
    .filter(({ left }) => left.length > 0)
    .sort((a, b) => a.sessions - b.sessions || (a.roomKey < b.roomKey ? -1 : 1));
  const chosen: { roomKey: string; sessionId: string }[] = [];
  for (let round = 0; chosen.length < most; round += 1) {
    let isOver = true;
    for (const { roomKey, left } of order) {
      const sessionId = left[round];
      if (sessionId === undefined || chosen.length >= most) continue;
      isOver = false;
      chosen.push({ roomKey, sessionId });
    }
    if (isOver) break;
  }
  return chosen;
}
