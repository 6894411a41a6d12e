// Recent refusals by recorders, and silent recorders: both are skipped for a while.

/** Recorders end a watch this long after its last request, so a full recorder may then have capacity. */
export const REFUSED_MS = 15_000;
/** Time for which a silent recorder is skipped, since each request to it costs a deadline. */
export const AWAY_MS = 5000;
/** Beyond this limit, the oldest refusals are dropped. */
const REFUSALS_MAX = 5000;

export class Refusals {
  readonly #rooms = new Map<string, { readonly untilMs: number; readonly code: string }>(); // By "node room".
  readonly #awayUntilMs = new Map<string, number>(); // End of the pause, by node.

  refused(nodeId: string, roomKey: string, code: string, nowMs: number): void {
    const key = `${nodeId} ${roomKey}`;
    this.#rooms.delete(key);
    this.#rooms.set(key, { untilMs: nowMs + REFUSED_MS, code });
    for (const [oldest, { untilMs }] of this.#rooms) {
      if (untilMs > nowMs && this.#rooms.size <= REFUSALS_MAX) break;
      this.#rooms.delete(oldest);
    }
  }

  addAway(nodeId: string, nowMs: number): void {
    this.#awayUntilMs.set(nodeId, nowMs + AWAY_MS);
    for (const [id, untilMs] of this.#awayUntilMs) if (untilMs <= nowMs) this.#awayUntilMs.delete(id);
  }

  /** Returns why the recorder is skipped now; undefined if it can be asked. */
  refusalOf(nodeId: string, roomKey: string, nowMs: number): string | undefined {
    if ((this.#awayUntilMs.get(nodeId) ?? 0) > nowMs) return 'NODE_UNREACHABLE';
    const found = this.#rooms.get(`${nodeId} ${roomKey}`);
    return found !== undefined && found.untilMs > nowMs ? found.code : undefined;
  }
}
