// The nodes of the plan as they are told: all of them once, then those that have changed (plan-book.ts).
import { type NodeDescription, type NodeRecord, publicState } from './node.ts';
import { PlanBook } from './plan-book.ts';

export interface NodeRef {
  readonly description: NodeDescription;
  readonly state: 'alive' | 'suspect' | 'draining' | 'dead';
}

export const refOf = (record: NodeRecord): NodeRef => ({
  description: record.description,
  state: publicState(record),
});

/** Nodes that have left and are remembered. */
const GONE_MAX = 1024;

export const planNodes = (): PlanBook<NodeRef> =>
  new PlanBook({
    keyOf: ({ description }) => description.nodeId,
    // A description never changes in place: a node that registers again brings another.
    isSame: (a, b) => a.state === b.state && a.description === b.description,
    goneMax: GONE_MAX,
  });
