// Finds the times in which a composed room got no media, though participants sent it: a composer would show its
// background meanwhile, and nothing would say what is missing. Pure.

/**
 * Silence of all cameras and microphones after which the room's media is cut off. A silent microphone sends every
 * 400 ms, and may lose a packet. Less than the time that a recording's composer runs behind, so that no output of a cut
 * is kept.
 */
export const CUT_MS = 1200;
/** Cuts that are remembered, more than one output can be behind. */
const CUTS_MAX = 16;

interface Input {
  /** Time from which it is expected: its beginning, or the end of its mute. */
  sinceMs: number;
  isMuted: boolean;
  hasSent: boolean;
}

export class InputCuts {
  readonly #inputs = new Map<string, Input>();
  #lastMs = Number.NEGATIVE_INFINITY;
  readonly #cuts: { readonly fromMs: number; readonly toMs: number }[] = [];

  begin(trackId: string, nowMs: number): void {
    this.#inputs.set(trackId, { sinceMs: nowMs, isMuted: false, hasSent: false });
  }

  muted(trackId: string, isMuted: boolean, nowMs: number): void {
    this.#settle(nowMs, nowMs);
    const input = this.#inputs.get(trackId);
    if (input !== undefined) Object.assign(input, { isMuted, sinceMs: nowMs });
  }

  /** Whether a track is there that should send. */
  get areExpected(): boolean {
    return [...this.#inputs.values()].some(({ isMuted }) => !isMuted);
  }

  end(trackId: string, nowMs: number): void {
    this.#settle(nowMs, nowMs);
    this.#inputs.delete(trackId);
  }

  /** Notes a frame of any track, also of one that need not send all the time. */
  frame(trackId: string, ptsMs: number, nowMs: number): void {
    const ms = Math.min(ptsMs, nowMs);
    this.#settle(ms, nowMs);
    const input = this.#inputs.get(trackId);
    if (input !== undefined) input.hasSent = true;
    this.#lastMs = Math.max(this.#lastMs, ms);
  }

  /** Returns whether the output of this time lacks all media. */
  isCut(ms: number, nowMs: number): boolean {
    return ms > (this.#cutFromMs(nowMs) ?? ms) || this.#cuts.some(({ fromMs, toMs }) => ms > fromMs && ms < toMs);
  }

  /** Ends a cut, if there is one, at this time. */
  #settle(toMs: number, nowMs: number): void {
    const fromMs = this.#cutFromMs(nowMs);
    if (fromMs === undefined || fromMs >= toMs) return;
    this.#cuts.push({ fromMs, toMs });
    if (this.#cuts.length > CUTS_MAX) this.#cuts.shift();
  }

  /** Returns since when nothing comes that should; undefined while media comes. */
  #cutFromMs(nowMs: number): number | undefined {
    // A track that has sent nothing may be one that cannot be received.
    const expected = [...this.#inputs.values()].filter(({ isMuted, hasSent }) => !isMuted && hasSent);
    if (expected.length === 0) return undefined;
    const fromMs = Math.max(this.#lastMs, Math.min(...expected.map(({ sinceMs }) => sinceMs)));
    return nowMs - fromMs > CUT_MS ? fromMs : undefined;
  }
}
