// Rooms that the centre has turned away lately, because it has more joins than it can take: until they may ask again,
// the signaling node answers for it. So a crowd at one room costs the centre one question. For a client that comes back
// after losing a session the centre is asked anew: that has another rank there.

interface Turned {
  readonly untilMs: number;
  readonly message: string;
}

export class TurnedAway {
  readonly #max: number;
  readonly #rooms = new Map<string, Turned>();

  /** Beyond `max` rooms the one that was turned away longest ago is forgotten: the centre is asked again. */
  constructor(max: number) {
    this.#max = max;
  }

  /** `retryAfterMs` as the centre said it. */
  add(roomKey: string, o: { retryAfterMs: number; message: string }, nowMs: number): void {
    this.#rooms.delete(roomKey);
    this.#rooms.set(roomKey, { untilMs: nowMs + o.retryAfterMs, message: o.message });
    const [oldest] = this.#rooms.size > this.#max ? this.#rooms.keys() : [];
    if (oldest !== undefined) this.#rooms.delete(oldest);
  }

  /** How long the room has to wait still, and the centre's words; undefined when it may ask. */
  find(roomKey: string, nowMs: number): { retryAfterMs: number; message: string } | undefined {
    const turned = this.#rooms.get(roomKey);
    if (turned === undefined) return undefined;
    if (turned.untilMs > nowMs) return { retryAfterMs: turned.untilMs - nowMs, message: turned.message };
    this.#rooms.delete(roomKey);
    return undefined;
  }
}
