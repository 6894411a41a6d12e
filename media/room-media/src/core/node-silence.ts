// Detects that a media node has fallen silent. A node sends a report on each active stream every 1 s to 1.5 s
// (mediasoup 3); without media it sends none.

/** Time since the node's last datagram after which the node is silent: at least one report is missing by then. */
export const SILENT_MS = 2000;
/** Pause of the media after which the node need not send reports. */
const PAUSE_MS = 1000;
/** After a stall of this process the packets of the stall are still unread, so silence is counted anew. */
const STALL_MS = 500;

export class NodeSilence {
  /** Time from which silence counts; undefined before the node's first datagram. */
  #sinceMs: number | undefined;
  #lastFlowMs = Number.NEGATIVE_INFINITY;
  #checkedMs = Number.NEGATIVE_INFINITY;

  /** Starts anew for another media node or other media: silence counts from the node's first datagram. */
  begin(): void {
    this.#sinceMs = undefined;
  }

  noteDatagram(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  /** Notes that media flows to the node, or is expected from it. */
  noteMedia(nowMs: number): void {
    if (this.#sinceMs !== undefined && nowMs - this.#lastFlowMs > PAUSE_MS) this.#sinceMs = nowMs;
    this.#lastFlowMs = nowMs;
  }

  /** Returns whether the node is silent; call it some times a second. */
  isSilent(nowMs: number): boolean {
    const hasStalled = nowMs - this.#checkedMs > STALL_MS;
    this.#checkedMs = nowMs;
    if (this.#sinceMs === undefined) return false;
    if (hasStalled) this.#sinceMs = nowMs;
    return nowMs - this.#sinceMs >= SILENT_MS && nowMs - this.#lastFlowMs <= PAUSE_MS;
  }
}
