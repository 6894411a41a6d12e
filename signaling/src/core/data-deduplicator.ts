// Delivers each data message once while a session has two homes, which both forward it. Of equal messages, the n-th
// from one node counts as the n-th from the other.

/** Digests remembered, enough for the few seconds of a move; beyond it the oldest is forgotten. */
const messagesMax = 1024;

export class DataDeduplicator {
  readonly #seen = new Map<string, { readonly byNode: Map<string, number>; delivered: number }>();

  /** Returns whether the message with this digest is new. `nodeId`: the node that forwarded it. */
  isNew(digest: string, nodeId: string): boolean {
    const entry = this.#seen.get(digest) ?? { byNode: new Map<string, number>(), delivered: 0 };
    this.#seen.set(digest, entry);
    const oldest = this.#seen.size > messagesMax ? this.#seen.keys().next().value : undefined;
    if (oldest !== undefined) this.#seen.delete(oldest);
    const times = (entry.byNode.get(nodeId) ?? 0) + 1;
    entry.byNode.set(nodeId, times);
    if (times <= entry.delivered) return false;
    entry.delivered = times;
    return true;
  }
}
