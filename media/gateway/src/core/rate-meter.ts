/** Measures a rate per second over the last whole seconds. Noting is cheap. */
export class RateMeter {
  static readonly #WINDOW_S = 5;
  /** Sums of the window's seconds and the present one, by second modulo the length. */
  readonly #sums = new Float64Array(RateMeter.#WINDOW_S + 1);
  #second = 0;
  #firstMs: number | undefined;

  note(amount: number, nowMs: number): void {
    this.#firstMs ??= nowMs;
    this.#advance(nowMs);
    const at = this.#second % this.#sums.length;
    this.#sums[at] = (this.#sums[at] ?? 0) + amount;
  }

  /** Mean of the five seconds before the present one, or of the time so far if shorter; 0 before one second. */
  perSecond(nowMs: number): number {
    if (this.#firstMs === undefined) return 0;
    this.#advance(nowMs);
    const present = this.#second;
    const fromMs = Math.max(this.#firstMs, (present - RateMeter.#WINDOW_S) * 1000);
    const seconds = present - fromMs / 1000;
    if (seconds < 1) return 0;
    return this.#sum() / seconds;
  }

  isKnown(nowMs: number): boolean {
    this.#advance(nowMs);
    return this.#firstMs !== undefined && this.#second - this.#firstMs / 1000 >= 1;
  }

  /** Mean of the five seconds before the present one, even if measuring began later. */
  sustainedPerSecond(nowMs: number): number {
    this.#advance(nowMs);
    return this.#sum() / RateMeter.#WINDOW_S;
  }

  kbps(nowMs: number): number {
    return Math.round((this.perSecond(nowMs) * 8) / 1000);
  }

  #sum(): number {
    const present = this.#second % this.#sums.length;
    return this.#sums.reduce((total, one, at) => (at === present ? total : total + one), 0);
  }

  #advance(nowMs: number): void {
    const present = Math.max(this.#second, Math.floor(nowMs / 1000));
    const from = Math.max(this.#second + 1, present - RateMeter.#WINDOW_S);
    for (let second = from; second <= present; second += 1) this.#sums[second % this.#sums.length] = 0;
    this.#second = present;
  }
}
