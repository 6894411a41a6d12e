// What nodes of one kind have differently in their configuration. Pure.
import { limits } from '@meridian/protocol';
import type { ConfigValue, NodeDescription } from './node.ts';

/**
 * Of an answer: a quarter of the largest frame. One key on which a thousand nodes do not agree takes 30 kB; beyond,
 * keys are left out.
 */
const CONFIG_BYTES_MAX = limits.controlFrameBytesMax / 4;
/** The rest of a node in an answer took 243 bytes, with names of usual length. */
export const NODE_BYTES = 256;
/** Of a value, besides its key and itself: tags and lengths, also of what it stands in. */
const VALUE_BYTES = 10;

type Described = Pick<NodeDescription, 'nodeId' | 'kind' | 'config'>;

/**
 * By node its values of the keys on which nodes of its kind do not agree: where all do there is nothing to see, and an
 * answer with thousands of nodes stays small. Of a key either all nodes' values are there or none.
 */
export function differingConfigs(nodes: readonly Described[]): ReadonlyMap<string, readonly ConfigValue[]> {
  const found = new Map<string, ConfigValue[]>();
  let left = Math.min(CONFIG_BYTES_MAX, limits.controlFrameBytesMax - nodes.length * NODE_BYTES);
  for (const ofKind of Map.groupBy(nodes, ({ kind }) => kind).values()) {
    const values = ofKind.flatMap(({ nodeId, config = [] }) => config.map((value) => ({ nodeId, ...value })));
    for (const [key, said] of Map.groupBy(values, (value) => value.key)) {
      if (new Set(said.map(({ value }) => value)).size < 2) continue;
      const bytes = said.reduce((sum, { value }) => sum + Buffer.byteLength(key + value) + VALUE_BYTES, 0);
      if (bytes > left) continue;
      left -= bytes;
      for (const { nodeId, value } of said) found.set(nodeId, [...(found.get(nodeId) ?? []), { key, value }]);
    }
  }
  return found;
}
