// Who was kicked from a room does not come back for a while, with whatever token of the same identity. Kept for the
// instance, not with the room: a room that empties or changes its owner does not forgive. Bounded: beyond `max` the
// oldest ban of all rooms is forgotten.

export class Bans {
  readonly #until = new Map<string, number>(); // room and identity -> end of the ban, in order of the bans
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(roomKey: string, identity: string, untilMs: number): void {
    const key = keyOf(roomKey, identity);
    this.#until.delete(key);
    this.#until.set(key, untilMs);
    const oldest = this.#until.size > this.#max ? this.#until.keys().next().value : undefined;
    if (oldest !== undefined) this.#until.delete(oldest);
  }

  /** How long the ban still lasts, 0 when there is none. */
  leftMs(roomKey: string, identity: string, nowMs: number): number {
    const key = keyOf(roomKey, identity);
    const leftMs = (this.#until.get(key) ?? nowMs) - nowMs;
    if (leftMs > 0) return leftMs;
    this.#until.delete(key);
    return 0;
  }
}

const keyOf = (roomKey: string, identity: string): string => JSON.stringify([roomKey, identity]);
