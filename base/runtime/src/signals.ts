/**
 * Time after which a repeated signal is a second request. A terminal, npm and a supervisor may all pass on the same
 * request.
 */
const SECOND_SIGNAL_MS = 500;

/**
 * Distinguishes a person's second signal from echoes of the first: another kind, or the same kind within half a second.
 */
export class SignalJudge {
  readonly #firstMs = new Map<string, number>();

  /**
   * Returns 'end' for the very first signal, 'force' for a kind that first came at least 500 ms ago, otherwise 'echo'.
   * `nowMs` is monotonic.
   */
  judge(signal: string, nowMs: number): 'end' | 'force' | 'echo' {
    const firstMs = this.#firstMs.get(signal);
    if (firstMs !== undefined) return nowMs - firstMs >= SECOND_SIGNAL_MS ? 'force' : 'echo';
    this.#firstMs.set(signal, nowMs);
    return this.#firstMs.size === 1 ? 'end' : 'echo';
  }
}
