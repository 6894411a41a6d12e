// Children that had served and died: watched until they serve again, so that the terminal says when one is back.

const askEveryMs = 100;
const tellAfterMs = 60_000;
const askRarelyEveryMs = 1000;

export interface OutagePorts {
  /** False while the child has no process, true when a new one serves. */
  serves(id: string): Promise<boolean>;
  /** It is not started again: it was removed, or all is ending. */
  isOver(id: string): boolean;
  tell(id: string, text: string, level: 'info' | 'warn'): void;
  nowMs(): number;
  pause(ms: number): Promise<void>;
}

export class Outages {
  readonly #ports: OutagePorts;
  readonly #served = new Set<string>();
  readonly #watched = new Set<string>();

  constructor(ports: OutagePorts) {
    this.#ports = ports;
  }

  /** The child serves for the first time: from now on its deaths are outages. */
  served(id: string): void {
    this.#served.add(id);
  }

  /** Watches a child that died until it serves or is over. Another death meanwhile belongs to the same outage. */
  async died(id: string): Promise<void> {
    if (!this.#served.has(id) || this.#watched.has(id)) return;
    this.#watched.add(id);
    try {
      await this.#watch(id);
    } finally {
      this.#watched.delete(id);
    }
  }

  async #watch(id: string): Promise<void> {
    const { serves, isOver, tell, nowMs, pause } = this.#ports;
    const sinceMs = nowMs();
    let isTold = false;
    while (!isOver(id)) {
      const isBack = await serves(id);
      const forMs = nowMs() - sinceMs;
      if (isOver(id)) return;
      if (isBack) return tell(id, `serves again after ${(forMs / 1000).toFixed(1)} s`, 'info');
      if (forMs >= tellAfterMs && !isTold) {
        isTold = true;
        tell(id, `does not serve ${Math.round(forMs / 1000)} s after its death; its log has the reason`, 'warn');
      }
      await pause(isTold ? askRarelyEveryMs : askEveryMs);
    }
  }
}
