// Rooms that the overloaded centre has turned away: until their wait is over, the signaling node itself refuses joins
// into them. A client with a receipt of a lost session is sent to the centre anyway, where it has another rank.

interface TurnedAwayRoom {
  readonly untilMs: number;
  readonly message: string;
}

export class TurnedAwayRooms {
  readonly #max: number;
  readonly #rooms = new Map<string, TurnedAwayRoom>();

  /** Beyond `max` rooms the oldest is forgotten, and the centre is asked again. */
  constructor(max: number) {
    this.#max = max;
  }

  add(roomKey: string, o: { retryAfterMs: number; message: string }, nowMs: number): void {
    this.#rooms.delete(roomKey);
    this.#rooms.set(roomKey, { untilMs: nowMs + o.retryAfterMs, message: o.message });
    const [oldest] = this.#rooms.size > this.#max ? this.#rooms.keys() : [];
    if (oldest !== undefined) this.#rooms.delete(oldest);
  }

  /** Returns the room's remaining wait and the centre's message; undefined when it may ask. */
  find(roomKey: string, nowMs: number): { retryAfterMs: number; message: string } | undefined {
    const turned = this.#rooms.get(roomKey);
    if (turned === undefined) return undefined;
    if (turned.untilMs > nowMs) return { retryAfterMs: turned.untilMs - nowMs, message: turned.message };
    this.#rooms.delete(roomKey);
    return undefined;
  }
}
