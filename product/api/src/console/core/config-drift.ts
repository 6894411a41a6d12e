// Which nodes are configured otherwise than most of their kind. Pure.
import type { FleetNode } from './fleet.ts';

/** One key; values are JSON as nodes say them, `null`: not set. */
export interface ConfigDrift {
  readonly key: string;
  readonly here: string;
  /** What at least two thirds of the nodes have. */
  readonly usually: string;
}

/**
 * By node, in the order of keys. Of each key those nodes are compared that say it and are not dead: others have another
 * version. Where no value is that of two thirds, as of two nodes that differ, none is the usual one.
 */
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
