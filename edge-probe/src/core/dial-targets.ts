// Chooses the probes to dial when datagrams cannot be used. Of two probes, the one with the lower id opens the link,
// and both measure over it.
import { bracketed, nodeKind } from '@meridian/protocol';

export interface PeerNode {
  readonly nodeId: string;
  readonly kind: string;
  readonly hostId: string;
  readonly state: string; // in the plan: alive | suspect | draining | dead
  readonly addresses: readonly PeerAddress[];
}
export interface PeerAddress {
  readonly purpose: string;
  readonly protocol: string; // udp | tcp
  readonly ip: string;
  readonly announced: string;
  readonly port: number;
}

/** Limit on the probes that a probe dials; those with the highest ids are left out. */
export const PEERS_MAX = 64;

export function dialTargets(ownId: string, nodes: readonly PeerNode[]): Map<string, string> {
  const targets = new Map<string, string>();
  const probes = nodes.filter(
    (node) => node.kind === nodeKind.edgeProbe && node.state !== 'dead' && node.nodeId > ownId,
  );
  for (const node of probes.sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))) {
    if (targets.size >= PEERS_MAX) break;
    const address = node.addresses.find(({ purpose, protocol }) => purpose === 'probe' && protocol === 'tcp');
    if (address === undefined || address.port < 1 || address.port > 65_535) continue;
    const host = address.announced === '' ? address.ip : address.announced;
    targets.set(node.nodeId, `wss://${bracketed(host)}:${address.port}`);
  }
  return targets;
}
