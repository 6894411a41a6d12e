// How a node describes itself to the centre: what is alike for all kinds.
import { limits, type NodeKind, routerConstant, softwareVersion, type wire } from '@meridian/protocol';
import type { NodeConfig } from './config.ts';

/** The node's id, where it stands, which versions it speaks; its kind adds addresses, capacity and public URL. */
export function describeNode(
  kind: NodeKind,
  config: NodeConfig,
  incarnation: string,
): wire.NodeDescription.$Properties {
  const { id: nodeId, region, city, hostId, latitude, longitude } = config;
  const versions = { software: softwareVersion, protocol: limits.protocolVersion, router: routerConstant.version };
  return { nodeId, kind, region, city, hostId, latitude, longitude, versions, incarnation };
}

/** A listener as others reach it; `port` is the one that was opened (0 in the configuration: any). */
export function addressOf(
  purpose: string,
  protocol: 'tcp' | 'udp',
  { ip, announcedAddress: announced = '' }: { readonly ip: string; readonly announcedAddress?: string | undefined },
  port: number,
): wire.Address.$Properties {
  return { purpose, protocol, ip, announced, port };
}
