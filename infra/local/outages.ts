// Watches children that died after serving, so that the terminal shows when they serve again.

const pollIntervalMs = 100;
const warnAfterMs = 60_000;
const slowPollIntervalMs = 1000;

export interface OutagePorts {
  /** Returns false while the child has no process, true when a new one serves. */
  serves(id: string): Promise<boolean>;
  /** True when the child is not restarted: it was removed, or the cloud is ending. */
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

  /** Reports that a child serves: its later deaths are outages. */
  markServed(id: string): void {
    this.#served.add(id);
  }

  /** Watches a dead child until it serves or is over. Another death meanwhile belongs to the same outage. */
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
    let isWarned = false;
    while (!isOver(id)) {
      const isBack = await serves(id);
      const downMs = nowMs() - sinceMs;
      if (isOver(id)) return;
      if (isBack) return tell(id, `serves again after ${(downMs / 1000).toFixed(1)} s`, 'info');
      if (downMs >= warnAfterMs && !isWarned) {
        isWarned = true;
        tell(id, `does not serve ${Math.round(downMs / 1000)} s after its death; its log has the reason`, 'warn');
      }
      await pause(isWarned ? slowPollIntervalMs : pollIntervalMs);
    }
  }
}
