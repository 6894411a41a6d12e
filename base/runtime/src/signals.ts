/** A terminal, npm and a supervisor may all pass on one request to stop; what comes this much later is a second one. */
const SECOND_SIGNAL_MS = 500;

/**
 * Tells a person's second signal from echoes of the first: another kind, or the same kind again within half a second.
 */
export class SignalJudge {
  readonly #firstMs = new Map<string, number>();

  /**
   * 'end' for the first signal of all, 'force' for one of a kind that came at least 500 ms ago, else 'echo'. `nowMs` is
   * monotonic.
   */
  judge(signal: string, nowMs: number): 'end' | 'force' | 'echo' {
    const firstMs = this.#firstMs.get(signal);
    if (firstMs !== undefined) return nowMs - firstMs >= SECOND_SIGNAL_MS ? 'force' : 'echo';
    this.#firstMs.set(signal, nowMs);
    return this.#firstMs.size === 1 ? 'end' : 'echo';
  }
}
