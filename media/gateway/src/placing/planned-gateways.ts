// Gateways of a plan, and the address that a gateway announces in it.
import { bracketed, nodeKind, type wire } from '@meridian/protocol';
import type { Gateway } from '../core/nearest.ts';

const PORTS: Readonly<Record<string, number>> = { 'rtmp:': 1935, 'rtmps:': 443 };

/** Returns the plan's gateways without denied ones and those without a client URL. */
export function plannedGateways({ nodes, deniedIds }: Pick<wire.Plan, 'nodes' | 'deniedIds'>): Gateway[] {
  const denied = new Set(deniedIds);
  return nodes.flatMap((node) => {
    const nodeId = node.nodeId ?? '';
    const publicUrl = originOf(node.publicUrl ?? '');
    const rtmpsUrl = rtmpUrlOf(node.addresses ?? [], 'rtmps');
    const rtmpUrl = rtmpUrlOf(node.addresses ?? [], 'rtmp') ?? rtmpsUrl;
    if (node.kind !== nodeKind.gateway || denied.has(nodeId)) return [];
    if (publicUrl === undefined || rtmpUrl === undefined) return [];
    const place = { latitude: node.latitude ?? 0, longitude: node.longitude ?? 0 };
    const { state, region } = node;
    return [{ nodeId, state: state ?? '', region: region ?? '', ...place, publicUrl, rtmpUrl, rtmpsUrl }];
  });
}

/** Returns an RTMP URL as an address: scheme, host and port; `ip` is where the gateway listens. */
export function rtmpAddress(rtmpUrl: string, ip: string): wire.Address.$Properties {
  const { protocol, hostname, port } = new URL(rtmpUrl);
  const announced = hostname.replace(/^\[(.*)\]$/, '$1');
  return { purpose: protocol.slice(0, -1), protocol: 'tcp', ip, announced, port: Number(port) || PORTS[protocol] || 0 };
}

function rtmpUrlOf(addresses: readonly wire.Address.$Properties[], scheme: 'rtmp' | 'rtmps'): string | undefined {
  const address = addresses.find(({ purpose }) => purpose === scheme);
  if (address === undefined) return undefined;
  const host = address.announced || address.ip || '';
  const url = `${address.purpose}://${bracketed(host)}:${address.port}`;
  return URL.canParse(url) ? url : undefined;
}

function originOf(publicUrl: string): string | undefined {
  if (!/^https?:/.test(publicUrl) || !URL.canParse(publicUrl)) return undefined;
  return new URL(publicUrl).origin;
}
