// Describes a node to the centre, in the parts that all kinds share.
import { limits, type NodeKind, routerConstant, softwareVersion, type wire } from '@meridian/protocol';
import type { NodeConfig } from './config.ts';

export function describeNode(
  kind: NodeKind,
  config: NodeConfig,
  incarnation: string,
): wire.NodeDescription.$Properties {
  const { id: nodeId, region, city, hostId, latitude, longitude } = config;
  const versions = { software: softwareVersion, protocol: limits.protocolVersion, router: routerConstant.version };
  return { nodeId, kind, region, city, hostId, latitude, longitude, versions, incarnation };
}

/** Returns a listener's address for others; `port` is the opened port (0 in the configuration: any). */
export function addressOf(
  purpose: string,
  protocol: 'tcp' | 'udp',
  { ip, announcedAddress: announced = '' }: { readonly ip: string; readonly announcedAddress?: string | undefined },
  port: number,
): wire.Address.$Properties {
  return { purpose, protocol, ip, announced, port };
}
