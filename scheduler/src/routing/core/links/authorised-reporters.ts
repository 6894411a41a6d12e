// Which nodes may report for the machine that they say they are on, and be given its keys. What machine it is on is a
// node's own word; but a machine stands in one region, that of its media node with the lowest id, and a region is in
// the certificate. Of several probes on a machine the one with the lowest id reports.
import { nodeKind } from '@meridian/protocol';
import type { NodeDescription, NodeRecord } from '../../../fleet/core/node.ts';

/**
 * The ids of all nodes that may: media nodes of their machine's region, and one probe of each machine. Dead ones are
 * not there.
 */
export function authorisedReporters(records: readonly NodeRecord[]): ReadonlySet<string> {
  const byHost = new Map<string, { sfus: NodeDescription[]; probes: NodeDescription[] }>();
  for (const { description, liveness } of records) {
    const { kind, hostId } = description;
    if (liveness === 'dead' || (kind !== nodeKind.media && kind !== nodeKind.edgeProbe)) continue;
    const there = byHost.get(hostId) ?? { sfus: [], probes: [] };
    byHost.set(hostId, there);
    (kind === nodeKind.media ? there.sfus : there.probes).push(description);
  }
  const ids = new Set<string>();
  for (const { sfus, probes } of byHost.values()) {
    const region = (lowest(sfus) ?? lowest(probes))?.region;
    const ofRegion = (node: NodeDescription): boolean => node.region === region;
    for (const { nodeId } of sfus.filter(ofRegion)) ids.add(nodeId);
    const probe = lowest(probes.filter(ofRegion));
    if (probe !== undefined) ids.add(probe.nodeId);
  }
  return ids;
}

function lowest(nodes: readonly NodeDescription[]): NodeDescription | undefined {
  let first: NodeDescription | undefined;
  for (const node of nodes) if (first === undefined || node.nodeId < first.nodeId) first = node;
  return first;
}
