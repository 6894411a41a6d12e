// Means of nodes' figures, computed from what the alarm judge observes.
import type { FleetNode } from '../../console/core/fleet.ts';

export const SAMPLE_MS = 5 * 60_000;
const BUCKET_MS = 60_000;

type Figures = Pick<FleetNode, 'cpu' | 'txBps' | 'rxBps'>;
interface Sums {
  readonly of: Map<string, { cpu: number; txBps: number; rxBps: number; looks: number }>;
  readonly sinceMs: number;
}

/** Keeps sums of at most six minutes, each of the nodes observed meanwhile. Times are monotonic. */
export class FleetMeans {
  #buckets: Sums[] = [];

  addSample(nodes: readonly FleetNode[], nowMs: number): void {
    let last = this.#buckets.at(-1);
    if (last === undefined || nowMs - last.sinceMs >= BUCKET_MS) {
      last = { of: new Map(), sinceMs: nowMs };
      this.#buckets = [...this.#buckets.filter(({ sinceMs }) => nowMs - sinceMs < SAMPLE_MS + BUCKET_MS), last];
    }
    for (const { nodeId, state, cpu, txBps, rxBps } of nodes) {
      if (state === 'dead') continue;
      const sums = last.of.get(nodeId);
      if (sums === undefined) last.of.set(nodeId, { cpu, txBps, rxBps, looks: 1 });
      else {
        sums.cpu += cpu;
        sums.txBps += txBps;
        sums.rxBps += rxBps;
        sums.looks += 1;
      }
    }
  }

  /** Returns means of the last five minutes; undefined for a node not observed in them. */
  of(nodeId: string, nowMs: number): Figures | undefined {
    const sum = { cpu: 0, txBps: 0, rxBps: 0, looks: 0 };
    for (const { of, sinceMs } of this.#buckets) {
      const sums = nowMs - sinceMs <= SAMPLE_MS ? of.get(nodeId) : undefined;
      if (sums === undefined) continue;
      sum.cpu += sums.cpu;
      sum.txBps += sums.txBps;
      sum.rxBps += sums.rxBps;
      sum.looks += sums.looks;
    }
    const { cpu, txBps, rxBps, looks } = sum;
    return looks === 0 ? undefined : { cpu: cpu / looks, txBps: txBps / looks, rxBps: rxBps / looks };
  }
}
