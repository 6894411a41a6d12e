import { isInFence } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { nodeFor } from './core/rendezvous.ts';

/** Nodes ask every second or two, and renew leases, so a node that was silent for this long is gone. */
export const SEEN_MS = 30_000;
/** More than a cloud has of one kind; beyond the limit, the nodes silent for longest are removed. */
const NODES_MAX = 1000;

export interface TaskRequest {
  /** Kind of the node. */
  readonly worker: string;
  readonly node: string;
  /** Tasks that the node could begin, in `pools` and without a pool. */
  readonly free: number;
  readonly pools: readonly string[];
  readonly region: string;
}
interface SeenNode extends TaskRequest {
  readonly atMs: number;
}
export interface TaskPlace {
  readonly worker: string;
  readonly pool: string;
  readonly fence: string;
}

export class RecentNodes {
  readonly #clock: Clock;
  /** Nodes by id, in the order of their last request. */
  readonly #nodes = new Map<string, SeenNode>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  recordRequest({ node, ...request }: TaskRequest): void {
    this.#nodes.delete(node);
    this.#nodes.set(node, { node, ...request, atMs: this.#clock.nowMs() });
    for (const oldest of this.#nodes.keys()) {
      if (this.#nodes.size <= NODES_MAX) break;
      this.#nodes.delete(oldest);
    }
  }

  present(place: TaskPlace): string[] {
    return this.#present(place).map(({ node }) => node);
  }

  free(place: TaskPlace): number {
    return this.#present(place).reduce((sum, { free }) => sum + free, 0);
  }

  /** Returns the node of a lane; undefined if any node may take it. */
  nodeFor(lane: string, place: TaskPlace): string | undefined {
    return lane === '' ? undefined : nodeFor(lane, this.present(place));
  }

  #present({ worker, pool, fence }: TaskPlace): SeenNode[] {
    const sinceMs = this.#clock.nowMs() - SEEN_MS;
    return [...this.#nodes.values()].filter(
      (node) =>
        node.worker === worker &&
        node.atMs > sinceMs &&
        (pool === '' || node.pools.includes(pool)) &&
        isInFence(fence, node.region),
    );
  }
}
