// The media nodes of a room, as its owner follows them: links to them are held as long as they are its nodes, and they
// keep a copy of what the room is and allows for its next owner.
import { type KeptRoom, note, policyToWire, roomInfoToWire, type wire } from '@meridian/protocol';
import type { NodeLinks } from '../links/nodes.ts';

export interface HeldNodesOptions {
  readonly nodes: Pick<NodeLinks, 'hold' | 'release' | 'post'>;
  readonly room: wire.RoomRef.$Properties;
  kept(): Pick<KeptRoom, 'info' | 'policy'>;
}

export class HeldNodes {
  readonly #o: HeldNodesOptions;
  readonly #holder: string;
  readonly #held = new Set<string>();

  constructor(o: HeldNodesOptions) {
    this.#o = o;
    this.#holder = `owner ${o.room.roomKey}`;
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
      this.#o.nodes.hold(nodeId, this.#holder);
      this.keepAt(nodeId);
    }
    for (const nodeId of this.#held) {
      if (nodeIds.has(nodeId)) continue;
      this.#held.delete(nodeId);
      this.#o.nodes.release(nodeId, this.#holder);
    }
  }

  /** What the room is or allows has changed. */
  keep(): void {
    for (const nodeId of this.#held) this.keepAt(nodeId);
  }

  /** A node of the room has nothing of this owner yet, or its link is up (again). Other nodes are not answered. */
  keepAt(nodeId: string): void {
    if (!this.#held.has(nodeId)) return;
    const { info, policy } = this.#o.kept();
    const copy = { info: roomInfoToWire(info), policy: policy.version > 0 ? policyToWire(policy) : null };
    this.#o.nodes.post(nodeId, note.keptRoom, { room: this.#o.room, ...copy });
  }

  /** Idempotent. */
  close(): void {
    this.follow(new Set());
  }
}
