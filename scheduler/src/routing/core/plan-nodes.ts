// The nodes of the plan for its receivers: all of them once, then those that have changed (versioned-map.ts).

import { VersionedMap } from '../../base/core/versioned-map.ts';
import { type NodeDescription, type NodeRecord, publicState } from '../../fleet/core/node.ts';

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

/** By node id. */
export const planNodes = (): VersionedMap<NodeRef> =>
  new VersionedMap({
    // A description never changes in place: a node that registers again brings another.
    isSame: (a, b) => a.state === b.state && a.description === b.description,
    goneMax: GONE_MAX,
  });
