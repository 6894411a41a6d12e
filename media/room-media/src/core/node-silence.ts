// Whether a media node has fallen silent. It reports on each stream that it gets or sends once in 1 s to 1.5 s
// (mediasoup 3); without media it has nothing to say.

/** Since its last word: one report is missing. */
export const SILENT_MS = 2000;
/** Without media for so long, it need not report. */
const PAUSE_MS = 1000;
/** The packets of a process that stood still for so long are still to be read: silence begins anew. */
const STALL_MS = 500;

export class NodeSilence {
  /** Since when media flows, without a pause and without a word; undefined before its first word. */
  #sinceMs: number | undefined;
  #flowsMs = Number.NEGATIVE_INFINITY;
  #lookedMs = Number.NEGATIVE_INFINITY;

  /** Another media node, or other media: it is to speak first. */
  begin(): void {
    this.#sinceMs = undefined;
  }

  heard(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  /** Media goes there now, or is to come. */
  flows(nowMs: number): void {
    if (this.#sinceMs !== undefined && nowMs - this.#flowsMs > PAUSE_MS) this.#sinceMs = nowMs;
    this.#flowsMs = nowMs;
  }

  /** To be asked some times a second. */
  isSilent(nowMs: number): boolean {
    const hasStalled = nowMs - this.#lookedMs > STALL_MS;
    this.#lookedMs = nowMs;
    if (this.#sinceMs === undefined) return false;
    if (hasStalled) this.#sinceMs = nowMs;
    return nowMs - this.#sinceMs >= SILENT_MS && nowMs - this.#flowsMs <= PAUSE_MS;
  }
}
