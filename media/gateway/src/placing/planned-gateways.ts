// The gateways of a plan, and what a gateway says of itself so that others can send clients to it.
import { bracketed, nodeKind, type wire } from '@meridian/protocol';
import type { Gateway } from '../core/nearest.ts';

/** RTMP's own ports, where a URL names none. */
const PORTS: Readonly<Record<string, number>> = { 'rtmp:': 1935, 'rtmps:': 443 };

/** Without those that are shut out, and those that no client could be sent to. */
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

/** The address that stands for an RTMP URL: its scheme, host and port; `ip`: where the gateway itself listens. */
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
