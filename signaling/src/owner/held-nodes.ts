// The media nodes of a room at its owner: their links are held open, and each has a copy of the room's info and policy
// for the next owner.
import { note, policyToWire, type RetainedRoom, roomInfoToWire, type wire } from '@meridian/protocol';
import type { NodeLinks } from '../links/nodes.ts';

export interface HeldNodesOptions {
  readonly nodes: Pick<NodeLinks, 'hold' | 'release' | 'post'>;
  readonly room: wire.RoomRef.$Properties;
  retained(): Pick<RetainedRoom, 'info' | 'policy'>;
}

export class HeldNodes {
  readonly #o: HeldNodesOptions;
  readonly #holder: string;
  readonly #heldIds = new Set<string>();

  constructor(o: HeldNodesOptions) {
    this.#o = o;
    this.#holder = `owner ${o.room.roomKey}`;
  }

  /** Live view of the held nodes. */
  get ids(): ReadonlySet<string> {
    return this.#heldIds;
  }

  setNodes(nodeIds: ReadonlySet<string>): void {
    for (const nodeId of nodeIds) {
      if (this.#heldIds.has(nodeId)) continue;
      this.#heldIds.add(nodeId);
      this.#o.nodes.hold(nodeId, this.#holder);
      this.sendCopyTo(nodeId);
    }
    for (const nodeId of this.#heldIds) {
      if (nodeIds.has(nodeId)) continue;
      this.#heldIds.delete(nodeId);
      this.#o.nodes.release(nodeId, this.#holder);
    }
  }

  /** Sends changed info or policy to all held nodes. */
  sendCopies(): void {
    for (const nodeId of this.#heldIds) this.sendCopyTo(nodeId);
  }

  /** Sends the copy to a node that is new to the room or whose link is back; nodes outside the room get nothing. */
  sendCopyTo(nodeId: string): void {
    if (!this.#heldIds.has(nodeId)) return;
    const { info, policy } = this.#o.retained();
    const copy = { info: roomInfoToWire(info), policy: policy.version > 0 ? policyToWire(policy) : null };
    this.#o.nodes.post(nodeId, note.retainedRoom, { room: this.#o.room, ...copy });
  }

  /** Idempotent. */
  close(): void {
    this.setNodes(new Set());
  }
}
