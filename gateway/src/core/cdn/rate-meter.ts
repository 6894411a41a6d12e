/** Bits per second over the last whole seconds. */
export class RateMeter {
  static readonly #WINDOW_S = 5;
  /** Bytes of each second, by its number; no more than the window and the present one. */
  readonly #seconds = new Map<number, number>();

  note(bytes: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + bytes);
    this.#forget(second);
  }

  /** Of the five seconds before the present one. */
  kbps(nowMs: number): number {
    const present = Math.floor(nowMs / 1000);
    this.#forget(present);
    let bytes = 0;
    for (const [second, count] of this.#seconds) if (second !== present) bytes += count;
    return Math.round((bytes * 8) / (RateMeter.#WINDOW_S * 1000));
  }

  #forget(present: number): void {
    for (const second of this.#seconds.keys()) if (second < present - RateMeter.#WINDOW_S) this.#seconds.delete(second);
  }
}
