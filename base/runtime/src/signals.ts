/** A terminal, npm and a supervisor may all pass on the same request; a signal this much later is a second one. */
const SECOND_SIGNAL_MS = 500;

/** Distinguishes a person's second signal from echoes: another kind, or the same kind within half a second. */
export class SignalJudge {
  readonly #firstMs = new Map<string, number>();

  /** Returns 'end' for the very first signal, 'force' for a kind first seen at least 500 ms ago, otherwise 'echo'. */
  judge(signal: string, nowMs: number): 'end' | 'force' | 'echo' {
    const firstMs = this.#firstMs.get(signal);
    if (firstMs !== undefined) return nowMs - firstMs >= SECOND_SIGNAL_MS ? 'force' : 'echo';
    this.#firstMs.set(signal, nowMs);
    return this.#firstMs.size === 1 ? 'end' : 'echo';
  }
}
