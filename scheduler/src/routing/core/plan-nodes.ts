// Nodes of the plan for its receivers: all nodes once, then changed nodes (versioned-map.ts).

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

const GONE_MAX = 1024;

export const planNodes = (): VersionedMap<NodeRef> =>
  new VersionedMap({
    // A description never changes in place: a node that registers again has a new description object.
    isSame: (a, b) => a.state === b.state && a.description === b.description,
    goneMax: GONE_MAX,
  });
