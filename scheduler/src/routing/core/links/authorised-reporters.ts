// Chooses the nodes that may report for their machine and receive its keys. A node names its machine itself, but a
// machine belongs to a single region, that of its media node with the lowest id, and the region is in the certificate.
// Among several probes of a machine the lowest id reports.
import { nodeKind } from '@meridian/protocol';
import type { NodeDescription, NodeRecord } from '../../../fleet/core/node.ts';

/** Returns living media nodes of their machine's region, and one living probe of each machine. */
export function authorisedReporters(records: readonly NodeRecord[]): ReadonlySet<string> {
  const byHost = new Map<string, { sfus: NodeDescription[]; probes: NodeDescription[] }>();
  for (const { description, liveness } of records) {
    const { kind, hostId } = description;
    if (liveness === 'dead' || (kind !== nodeKind.media && kind !== nodeKind.edgeProbe)) continue;
    const nodesOfHost = byHost.get(hostId) ?? { sfus: [], probes: [] };
    byHost.set(hostId, nodesOfHost);
    (kind === nodeKind.media ? nodesOfHost.sfus : nodesOfHost.probes).push(description);
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
  let lowestNode: NodeDescription | undefined;
  for (const node of nodes) if (lowestNode === undefined || node.nodeId < lowestNode.nodeId) lowestNode = node;
  return lowestNode;
}
