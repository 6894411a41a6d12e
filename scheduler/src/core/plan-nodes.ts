// The nodes of the plan with the version at which each last changed, so that a receiver that holds version v is told what changed after v:
// a fleet of n nodes that registers one after the other costs n² entries in all, and not n² for each of them. Bounded: of nodes that have
// left, only the newest are remembered, and who holds an older version than those is told everything. No clock.
import { type NodeDescription, type NodeRecord, publicState } from './node.ts';

export interface NodeRef {
  readonly description: NodeDescription;
  readonly state: 'alive' | 'suspect' | 'draining' | 'dead';
}

export const refOf = (record: NodeRecord): NodeRef => ({
  description: record.description,
  state: publicState(record),
});

/** Of the receiver's list: `since` 0 is all of it; else what has changed after that version, and who has left. */
export interface NodesTold {
  readonly since: number;
  readonly nodes: readonly NodeRef[];
  readonly goneIds: readonly string[];
}

/** Nodes that have left and are remembered; beyond, whoever has missed it is told everything. */
const GONE_MAX = 1024;

export class PlanNodes {
  readonly #known = new Map<string, { ref: NodeRef; version: number }>();
  readonly #gone = new Map<string, number>(); // the version without them, the oldest first
  #version = 0;
  /** Receivers below are told everything. */
  #floor = 0;

  /** What the plan of this version says of nodes. Versions rise; the same one again says the same. */
  update(refs: readonly NodeRef[], version: number): void {
    if (version === this.#version) return;
    this.#version = version;
    for (const ref of refs) {
      const { nodeId } = ref.description;
      const before = this.#known.get(nodeId)?.ref;
      if (before !== undefined && isSame(before, ref)) continue;
      this.#known.set(nodeId, { ref, version });
      this.#gone.delete(nodeId);
    }
    if (this.#known.size === refs.length) return;
    const named = new Set(refs.map(({ description }) => description.nodeId));
    for (const nodeId of this.#known.keys()) {
      if (named.has(nodeId)) continue;
      this.#known.delete(nodeId);
      this.#gone.set(nodeId, version);
    }
    for (const [nodeId, goneAt] of this.#gone) {
      if (this.#gone.size <= GONE_MAX) break;
      this.#gone.delete(nodeId);
      this.#floor = goneAt;
    }
  }

  /** For a receiver that holds version `since`; 0: it holds none. */
  since(since: number): NodesTold {
    const isWhole = since <= 0 || since < this.#floor || since > this.#version;
    const known = [...this.#known.values()].filter(({ version }) => isWhole || version > since);
    const gone = isWhole ? [] : [...this.#gone].filter(([, version]) => version > since);
    return { since: isWhole ? 0 : since, nodes: known.map(({ ref }) => ref), goneIds: gone.map(([nodeId]) => nodeId) };
  }
}

/** A description never changes in place: a node that registers again brings another. */
function isSame(a: NodeRef, b: NodeRef): boolean {
  return a.state === b.state && a.description === b.description;
}
