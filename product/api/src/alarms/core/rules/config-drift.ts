import { type ConfigDrift, configDrift } from '../../../console/core/config-drift.ts';
import { type AlarmRule, labelsOf } from '../rule.ts';

/** The alarm names only a few keys; the node's page lists all. */
const KEYS_NAMED_MAX = 3;
const VALUE_CHARACTERS_MAX = 40;

export const configDriftRule: AlarmRule = {
  id: 'config-drift',
  source: 'centre',
  severity: 'warning',
  reason: 'A node’s configuration differs from that of two thirds of the nodes of its kind.',
  limit: 1,
  unit: 'keys',
  limitSource:
    'Nodes of a kind should be configured alike; among two, neither is the odd one. A change is rolled out node by node, each with up to two minutes to move its sessions (the installed drainLimitMs), so three nodes in a row must not raise an alarm.',
  forMs: 600_000,
  clearForMs: 30_000,
  judge: ({ cloud }, limit) => {
    if (cloud === undefined) return undefined;
    const drifts = configDrift(cloud.nodes);
    return cloud.nodes.flatMap((node) => {
      const drift = drifts.get(node.nodeId);
      if (drift === undefined) return [];
      const text = `${node.nodeId} (${node.site}) is configured differently from most ${node.kind} nodes: ${namedOf(drift)}.`;
      const value = drift.length;
      return [{ subject: node.nodeId, value, isBad: value >= limit, labels: labelsOf(node), text }];
    });
  },
};

function namedOf(drift: readonly ConfigDrift[]): string {
  const named = drift
    .slice(0, KEYS_NAMED_MAX)
    .map(({ key, ownValue, usualValue }) => `${key} ${shownValue(ownValue)}, usually ${shownValue(usualValue)}`);
  const more = drift.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function shownValue(value: string): string {
  if (value === 'null') return 'not set';
  return value.length > VALUE_CHARACTERS_MAX ? `${value.slice(0, VALUE_CHARACTERS_MAX)}…` : value;
}
