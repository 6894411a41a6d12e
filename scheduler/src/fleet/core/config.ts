// Differences between the configurations of nodes of one kind.
import { limits } from '@meridian/protocol';
import type { ConfigValue, NodeDescription } from './node.ts';

/** Bound of settings in an answer; keys beyond it are left out. A key with a thousand values takes 30 kB. */
const CONFIG_BYTES_MAX = limits.controlFrameBytesMax / 4;
/** Bytes of a node in an answer without its configuration; 243 were measured, with names of usual length. */
export const NODE_BYTES = 256;
/** Bytes of a value besides its key and text: tags and lengths, also of the enclosing messages. */
const VALUE_BYTES = 10;

type Described = Pick<NodeDescription, 'nodeId' | 'kind' | 'config'>;

/**
 * Returns, by node, its values of the keys on which nodes of its kind disagree. Keys without a difference are left out,
 * so that an answer with thousands of nodes stays small. For each key, either all nodes' values are there or none.
 */
export function differingConfigs(nodes: readonly Described[]): ReadonlyMap<string, readonly ConfigValue[]> {
  const found = new Map<string, ConfigValue[]>();
  let bytesLeft = Math.min(CONFIG_BYTES_MAX, limits.controlFrameBytesMax - nodes.length * NODE_BYTES);
  for (const ofKind of Map.groupBy(nodes, ({ kind }) => kind).values()) {
    const values = ofKind.flatMap(({ nodeId, config = [] }) => config.map((value) => ({ nodeId, ...value })));
    for (const [key, entries] of Map.groupBy(values, (value) => value.key)) {
      if (new Set(entries.map(({ value }) => value)).size < 2) continue;
      const bytes = entries.reduce((sum, { value }) => sum + Buffer.byteLength(key + value) + VALUE_BYTES, 0);
      if (bytes > bytesLeft) continue;
      bytesLeft -= bytes;
      for (const { nodeId, value } of entries) found.set(nodeId, [...(found.get(nodeId) ?? []), { key, value }]);
    }
  }
  return found;
}
