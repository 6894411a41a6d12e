// Makes the plan for each receiver, as changes to its last version: the nodes that it may use, and paths for signaling
// nodes.
import { nodeKind } from '@meridian/protocol';
import type { NodeRecord } from '../../fleet/core/node.ts';
import { plannedHostIds } from './links/hosts.ts';
import {
  isBoundedPlan,
  isOfEveryHost,
  isPlannedFor,
  type PathOf,
  type Plan,
  type PlanReceiver,
  planNameOf,
} from './plan.ts';
import { planNodes, refOf } from './plan-nodes.ts';
import { PlanPaths } from './plan-paths.ts';

export interface PlanState {
  readonly version: number;
  readonly records: readonly NodeRecord[];
  readonly deniedIds: readonly string[];
  readonly pathOf: PathOf;
}

export class Plans {
  /** Nodes of plans that may name every host's nodes; a plan has those of its kinds. */
  readonly #nodes = planNodes();
  /** Nodes of bounded plans: they change also when a host gets routes, or gives its routes to another. */
  readonly #boundedNodes = planNodes();
  readonly #paths = new PlanPaths();

  /** `since`: version that the receiver holds (0: none), so that it gets only changes. Versions rise. */
  planFor(o: PlanReceiver & { since: number }, state: PlanState): Plan {
    const { version, records, deniedIds, pathOf } = state;
    const name = planNameOf(o);
    const nodes = isBoundedPlan(name) ? this.#boundedNodes : this.#nodes;
    if (nodes.version !== version)
      nodes.replace(refsOf(isBoundedPlan(name) ? boundedRecords(records) : records), version);
    const { since, changed, gone } = nodes.since(o.since);
    const paths = name === nodeKind.signaling ? this.#paths.since(records, { version, since, pathOf }) : undefined;
    return {
      version,
      since,
      nodes: [...changed.values()].filter(({ description }) => isPlannedFor(name, description.kind)),
      goneIds: gone,
      paths: [...(paths?.changed.values() ?? [])],
      arePathsChanges: paths !== undefined && paths.since > 0,
      gonePaths: paths?.gone ?? [],
      deniedIds,
    };
  }
}

const refsOf = (records: readonly NodeRecord[]) =>
  new Map(records.map((record) => [record.description.nodeId, refOf(record)]));

function boundedRecords(records: readonly NodeRecord[]): readonly NodeRecord[] {
  const hostIds = plannedHostIds(records);
  return records.filter(({ description: { kind, hostId } }) => !isOfEveryHost(kind) || hostIds.has(hostId));
}
