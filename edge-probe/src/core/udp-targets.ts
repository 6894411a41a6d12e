// Addresses of other hosts' probes for datagrams: on each host that of the probe with the lowest id, because the centre
// uses only the reports of that one.
import { nodeKind } from '@meridian/protocol';
import type { PeerNode } from './dial-targets.ts';

export interface UdpTarget {
  readonly nodeId: string;
  readonly hostId: string;
  readonly ip: string;
  readonly port: number;
}

/** Returns the targets by host. Leaves out DNS names, and addresses of another `family` than our socket's. */
export function udpTargets(ownHostId: string, family: 4 | 6, nodes: readonly PeerNode[]): Map<string, UdpTarget> {
  const targets = new Map<string, UdpTarget>();
  const probes = nodes.filter(
    (node) => node.kind === nodeKind.edgeProbe && node.state !== 'dead' && node.hostId !== ownHostId,
  );
  for (const node of [...probes].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))) {
    const target = udpTargetOf(node, family);
    if (target !== undefined && !targets.has(node.hostId)) targets.set(node.hostId, target);
  }
  return targets;
}

function udpTargetOf({ nodeId, hostId, addresses }: PeerNode, family: 4 | 6): UdpTarget | undefined {
  for (const { purpose, protocol, ip: listenIp, announced, port } of addresses) {
    const ip = announced === '' ? listenIp : announced;
    if (purpose !== 'probe' || protocol !== 'udp' || port < 1 || port > 65_535) continue;
    if (familyOf(ip) === family) return { nodeId, hostId, ip, port };
  }
  return undefined;
}

export function familyOf(ip: string): 4 | 6 | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(ip)) return 4;
  return /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(ip) ? 6 : undefined;
}
