// Finds nodes that are configured otherwise than most nodes of their kind.
import type { FleetNode } from './fleet.ts';

/** A key whose value differs from most nodes. Values are JSON as reported; `null` means not set. */
export interface ConfigDrift {
  readonly key: string;
  /** Value of this node. */
  readonly here: string;
  /** Value of at least two thirds of the nodes. */
  readonly usually: string;
}

/** Returns drift by node, for living nodes that report a key. A key without a two-thirds majority has no drift. */
export function configDrift(nodes: readonly FleetNode[]): ReadonlyMap<string, readonly ConfigDrift[]> {
  const found = new Map<string, ConfigDrift[]>();
  const alive = nodes.filter(({ state }) => state !== 'dead');
  for (const ofKind of Map.groupBy(alive, ({ kind }) => kind).values()) {
    const said = ofKind.flatMap(({ nodeId, config = {} }) =>
      Object.entries(config).map(([key, here]) => ({ nodeId, key, here })),
    );
    const byKey = [...Map.groupBy(said, ({ key }) => key)].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, values] of byKey) {
      const usually = usualOf(values.map(({ here }) => here));
      if (usually === undefined) continue;
      for (const { nodeId, here } of values)
        if (here !== usually) found.set(nodeId, [...(found.get(nodeId) ?? []), { key, here, usually }]);
    }
  }
  return found;
}

function usualOf(values: readonly string[]): string | undefined {
  const counts = [...Map.groupBy(values, (value) => value)];
  return counts.find(([, same]) => same.length * 3 >= values.length * 2)?.[0];
}
