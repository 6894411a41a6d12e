// Nodes that have asked this instance for tasks a short time ago.
import type { Clock } from '@meridian/runtime';
import { nodeFor } from './core/rendezvous.ts';

/** Nodes ask each second or two, and renew: one that was silent for so long is gone. */
export const SEEN_MS = 30_000;
/** More than a cloud has of one kind; of more, those that were silent the longest are forgotten. */
const NODES_MAX = 1000;

interface Seen {
  readonly atMs: number;
  readonly free: number;
  readonly pools: readonly string[];
}

export class NodesSeen {
  readonly #clock: Clock;
  /** In the order in which they were seen. */
  readonly #nodes = new Map<string, Seen>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `free`: tasks that it could begin now, of these pools and of none. */
  note(node: string, free: number, pools: readonly string[]): void {
    this.#nodes.delete(node);
    this.#nodes.set(node, { atMs: this.#clock.nowMs(), free, pools });
    for (const oldest of this.#nodes.keys()) {
      if (this.#nodes.size <= NODES_MAX) break;
      this.#nodes.delete(oldest);
    }
  }

  /** Those that take jobs of this pool. */
  present(pool: string): string[] {
    const sinceMs = this.#clock.nowMs() - SEEN_MS;
    const takes = ({ atMs, pools }: Seen): boolean => atMs > sinceMs && (pool === '' || pools.includes(pool));
    return [...this.#nodes].filter(([, seen]) => takes(seen)).map(([node]) => node);
  }

  free(pool: string): number {
    return this.present(pool).reduce((sum, node) => sum + (this.#nodes.get(node)?.free ?? 0), 0);
  }

  /** At which a lane is done best; undefined: at any. */
  nodeFor(lane: string, pool: string): string | undefined {
    return lane === '' ? undefined : nodeFor(lane, this.present(pool));
  }
}
