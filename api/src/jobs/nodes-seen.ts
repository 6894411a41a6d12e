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
}

export class NodesSeen {
  readonly #clock: Clock;
  /** In the order in which they were seen. */
  readonly #nodes = new Map<string, Seen>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `free`: tasks that it could begin now. */
  note(node: string, free: number): void {
    this.#nodes.delete(node);
    this.#nodes.set(node, { atMs: this.#clock.nowMs(), free });
    for (const oldest of this.#nodes.keys()) {
      if (this.#nodes.size <= NODES_MAX) break;
      this.#nodes.delete(oldest);
    }
  }

  present(): string[] {
    const sinceMs = this.#clock.nowMs() - SEEN_MS;
    return [...this.#nodes].filter(([, { atMs }]) => atMs > sinceMs).map(([node]) => node);
  }

  free(): number {
    return this.present().reduce((sum, node) => sum + (this.#nodes.get(node)?.free ?? 0), 0);
  }

  /** At which a lane is done best; undefined: at any. */
  nodeFor(lane: string): string | undefined {
    return lane === '' ? undefined : nodeFor(lane, this.present());
  }
}
