import { isInFence, nodeKind, type Rpc, type wire } from '@meridian/protocol';
import type { NodeLinks } from '../nodes/node-links.ts';

export interface Recorder {
  readonly nodeId: string;
  readonly region: string;
  readonly isLinked: boolean;
}

export interface RecordersOptions {
  readonly nodes: Pick<NodeLinks, 'call' | 'linkedNodes'>;
}

export class Recorders {
  readonly #o: RecordersOptions;
  /** Regions by node. */
  readonly #planned = new Map<string, string>();

  constructor(o: RecordersOptions) {
    this.#o = o;
  }

  follow({
    nodes,
    deniedIds = [],
  }: {
    readonly nodes: readonly wire.NodeRef.$Properties[];
    readonly deniedIds?: readonly string[];
  }): void {
    this.#planned.clear();
    for (const node of nodes) {
      const nodeId = node.nodeId ?? '';
      if (node.kind !== nodeKind.recorder || node.state === 'dead' || deniedIds.includes(nodeId)) continue;
      this.#planned.set(nodeId, node.region ?? '');
    }
  }

  get all(): Recorder[] {
    const linked = new Set(this.#o.nodes.linkedNodes(nodeKind.recorder));
    return [...this.#planned].map(([nodeId, region]) => ({ nodeId, region, isLinked: linked.has(nodeId) }));
  }

  /** Returns linked recorders inside the fence. */
  linked(fence: string): string[] {
    return this.all.filter(({ region, isLinked }) => isLinked && isInFence(fence, region)).map(({ nodeId }) => nodeId);
  }

  call<Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>, deadlineMs: number): Promise<A> {
    return this.#o.nodes.call(nodeId, kind, message, deadlineMs);
  }
}
