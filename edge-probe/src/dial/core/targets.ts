// Where a tester goes: what the parent hands it, and how that is read from the plan. Pure.
import { bracketed, nodeKind, type wire } from '@meridian/protocol';

export interface SignalingTarget {
  readonly region: string;
  readonly url: string;
}
export interface GatewayTarget {
  readonly region: string;
  /** Without a path. */
  readonly url: string;
  /** As encoders get it, without a path. */
  readonly rtmpUrl: string;
}
export interface Targets {
  readonly signaling: readonly SignalingTarget[];
  readonly gateways: readonly GatewayTarget[];
}

/** More of a region would not be tried in any round. */
const PER_REGION_MAX = 16;

/** Nodes of the plan that a client could be sent to, in the order of their ids. */
export function targetsOf({ nodes, deniedIds }: Pick<wire.Plan, 'nodes' | 'deniedIds'>): Targets {
  const denied = new Set(deniedIds);
  const counts = new Map<string, number>();
  const usable = [...nodes]
    .sort((a, b) => ((a.nodeId ?? '') < (b.nodeId ?? '') ? -1 : 1))
    .filter(({ nodeId, kind, region, state, publicUrl }) => {
      if (state === 'dead' || state === 'draining' || !publicUrl || denied.has(nodeId ?? '')) return false;
      if (kind !== nodeKind.signaling && kind !== nodeKind.gateway) return false;
      const count = (counts.get(`${kind} ${region}`) ?? 0) + 1;
      counts.set(`${kind} ${region}`, count);
      return count <= PER_REGION_MAX;
    });
  return {
    signaling: usable.flatMap(({ kind, region, publicUrl }) =>
      kind === nodeKind.signaling ? [{ region: region ?? '', url: publicUrl ?? '' }] : [],
    ),
    gateways: usable.flatMap(({ kind, region, publicUrl, addresses }) => {
      const rtmpUrl = rtmpUrlOf(addresses ?? []);
      if (kind !== nodeKind.gateway || rtmpUrl === undefined || !URL.canParse(publicUrl ?? '')) return [];
      return [{ region: region ?? '', url: new URL(publicUrl ?? '').origin, rtmpUrl }];
    }),
  };
}

/** By TLS where there is nothing else. */
function rtmpUrlOf(addresses: readonly wire.Address.$Properties[]): string | undefined {
  const found = (['rtmp', 'rtmps'] as const).map((scheme) => addresses.find(({ purpose }) => purpose === scheme));
  const address = found[0] ?? found[1];
  if (address === undefined) return undefined;
  const url = `${address.purpose}://${bracketed(address.announced || address.ip || '')}:${address.port}`;
  return URL.canParse(url) ? url : undefined;
}

/** By turns: gateways of other regions, or of the own one where there is no other. */
export function viewingGateway(
  gateways: readonly GatewayTarget[],
  region: string,
  turn: number,
): GatewayTarget | undefined {
  const others = gateways.filter((one) => one.region !== region);
  const choice = others.length > 0 ? others : gateways;
  return choice[turn % Math.max(choice.length, 1)];
}
