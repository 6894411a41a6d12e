// Finds nodes that are configured otherwise than most nodes of their kind.
import type { FleetNode } from './fleet.ts';

/** A key whose value differs from most nodes. Values are JSON as reported; `null` means not set. */
export interface ConfigDrift {
  readonly key: string;
  /** Value of this node. */
  readonly ownValue: string;
  /** Value of at least two thirds of the nodes. */
  readonly usualValue: string;
}

/** Returns drift by node, for living nodes that report a key. A key without a two-thirds majority has no drift. */
export function configDrift(nodes: readonly FleetNode[]): ReadonlyMap<string, readonly ConfigDrift[]> {
  const found = new Map<string, ConfigDrift[]>();
  const alive = nodes.filter(({ state }) => state !== 'dead');
  for (const ofKind of Map.groupBy(alive, ({ kind }) => kind).values()) {
    const reportedSettings = ofKind.flatMap(({ nodeId, config = {} }) =>
      Object.entries(config).map(([key, here]) => ({ nodeId, key, here })),
    );
    const byKey = [...Map.groupBy(reportedSettings, ({ key }) => key)].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, values] of byKey) {
      const usualValue = usualOf(values.map(({ here }) => here));
      if (usualValue === undefined) continue;
      for (const { nodeId, here: ownValue } of values)
        if (ownValue !== usualValue) found.set(nodeId, [...(found.get(nodeId) ?? []), { key, ownValue, usualValue }]);
    }
  }
  return found;
}

function usualOf(values: readonly string[]): string | undefined {
  const counts = [...Map.groupBy(values, (value) => value)];
  return counts.find(([, same]) => same.length * 3 >= values.length * 2)?.[0];
}
