// Links to the media nodes of a room are held as long as they are its nodes.
import type { NodeLinks } from '../links/nodes.ts';

export class HeldNodes {
  readonly #nodes: Pick<NodeLinks, 'hold' | 'release'>;
  readonly #holder: string;
  readonly #held = new Set<string>();

  constructor(o: { nodes: Pick<NodeLinks, 'hold' | 'release'>; roomKey: string }) {
    this.#nodes = o.nodes;
    this.#holder = `owner ${o.roomKey}`;
  }

  /** Those that are held now; goes on changing. */
  get ids(): ReadonlySet<string> {
    return this.#held;
  }

  /** Holds links to these nodes, no others. */
  follow(nodeIds: ReadonlySet<string>): void {
    for (const nodeId of nodeIds) {
      if (this.#held.has(nodeId)) continue;
      this.#held.add(nodeId);
      this.#nodes.hold(nodeId, this.#holder);
    }
    for (const nodeId of this.#held) {
      if (nodeIds.has(nodeId)) continue;
      this.#held.delete(nodeId);
      this.#nodes.release(nodeId, this.#holder);
    }
  }

  /** Idempotent. */
  close(): void {
    this.follow(new Set());
  }
}
