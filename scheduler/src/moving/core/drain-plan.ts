// Chooses the sessions that a drain moves next: those of the smallest rooms first, because a small room is finished
// with a single move and a large room takes a while in any case; within a room one after another. Only a few at a time,
// so that the state at their turn decides, and not the state when the drain began.
export interface HeldRoom {
  readonly roomKey: string;
  /** Sessions of the whole room, other nodes included. */
  readonly sessions: number;
  readonly sessionIds: readonly string[];
}

/** Returns at most `most` sessions without a waiting move; first one of each room, then the second of each. */
export function nextToDrain(
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
