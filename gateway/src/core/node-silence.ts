// Whether a media node has fallen silent to which media are sent. It reports on each stream that it receives once in 1 s
// to 1.5 s (mediasoup 3); without media it has nothing to say.

/** Of the last word, with media sent all the while: the first report after it is missing, and most of the second. */
export const SILENT_MS = 2000;
/** A source that sends nothing for so long rests. */
const PAUSE_MS = 1000;
/** The packets of a process that stood still for so long are still to be read: silence begins anew. */
const STALL_MS = 500;

export class NodeSilence {
  /** Since when packets go there, without a pause and without a word; undefined before its first word. */
  #sinceMs: number | undefined;
  #sentMs = Number.NEGATIVE_INFINITY;
  #lookedMs = Number.NEGATIVE_INFINITY;

  /** Another media node, or another stream: it is to speak first. */
  begin(): void {
    this.#sinceMs = undefined;
  }

  heard(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  sent(nowMs: number): void {
    if (this.#sinceMs !== undefined && nowMs - this.#sentMs > PAUSE_MS) this.#sinceMs = nowMs;
    this.#sentMs = nowMs;
  }

  /** To be asked some times a second. */
  isSilent(nowMs: number): boolean {
    const hasStalled = nowMs - this.#lookedMs > STALL_MS;
    this.#lookedMs = nowMs;
    if (this.#sinceMs === undefined) return false;
    if (hasStalled) this.#sinceMs = nowMs;
    return nowMs - this.#sinceMs >= SILENT_MS && nowMs - this.#sentMs <= PAUSE_MS;
  }
}
