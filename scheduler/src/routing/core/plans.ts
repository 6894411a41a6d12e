// Makes the plan for each receiver, as changes to its last version: the nodes that it may use, and paths for signaling
// nodes.
import { nodeKind } from '@meridian/protocol';
import type { NodeRecord } from '../../fleet/core/node.ts';
import { isPlannedFor, type PathOf, type Plan } from './plan.ts';
import { planNodes, refOf } from './plan-nodes.ts';
import { PlanPaths } from './plan-paths.ts';

export interface PlanState {
  readonly version: number;
  readonly records: readonly NodeRecord[];
  readonly deniedIds: readonly string[];
  readonly pathOf: PathOf;
}

export class Plans {
  readonly #nodes = planNodes();
  readonly #paths = new PlanPaths();

  /**
   * `kind`: of the receiver; '': unknown, which gets all nodes. `since`: version that the receiver holds (0: none), so
   * that it gets only changes. Versions rise.
   */
  planFor(o: { kind: string; since: number }, { version, records, deniedIds, pathOf }: PlanState): Plan {
    if (this.#nodes.version !== version)
      this.#nodes.replace(new Map(records.map((record) => [record.description.nodeId, refOf(record)])), version);
    const { since, changed, gone } = this.#nodes.since(o.since);
    const paths = o.kind === nodeKind.signaling ? this.#paths.since(records, { version, since, pathOf }) : undefined;
    return {
      version,
      since,
      nodes: [...changed.values()].filter(({ description }) => o.kind === '' || isPlannedFor(o.kind, description.kind)),
      goneIds: gone,
      paths: [...(paths?.changed.values() ?? [])],
      arePathsChanges: paths !== undefined && paths.since > 0,
      gonePaths: paths?.gone ?? [],
      deniedIds,
    };
  }
}
