// Who was kicked does not come back for a while, with whatever token of the same identity. Bounded: beyond `max` the oldest is forgotten.

export class Bans {
  readonly #until = new Map<string, number>(); // identity -> end of the ban, in order of the bans
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(identity: string, untilMs: number): void {
    this.#until.delete(identity);
    this.#until.set(identity, untilMs);
    const oldest = this.#until.size > this.#max ? this.#until.keys().next().value : undefined;
    if (oldest !== undefined) this.#until.delete(oldest);
  }

  /** How long the ban still lasts, 0 when there is none. */
  leftMs(identity: string, nowMs: number): number {
    const leftMs = (this.#until.get(identity) ?? nowMs) - nowMs;
    if (leftMs > 0) return leftMs;
    this.#until.delete(identity);
    return 0;
  }
}
