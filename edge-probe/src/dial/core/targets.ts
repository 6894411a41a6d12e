// Targets of a tester (signaling nodes and gateways), which its probe reads from the plan.
import { bracketed, nodeKind, type wire } from '@meridian/protocol';

export interface SignalingTarget {
  readonly region: string;
  readonly url: string;
}
export interface GatewayTarget {
  readonly region: string;
  /** Public address, without a path. */
  readonly url: string;
  /** Address for encoders, without a path. */
  readonly rtmpUrl: string;
  /** True when the centre considers the gateway dead. */
  readonly isDead?: true;
}
export interface Targets {
  readonly signaling: readonly SignalingTarget[];
  readonly gateways: readonly GatewayTarget[];
}

/** Limit on the nodes of each region and kind; a tester would hardly get to more. */
const PER_REGION_MAX = 16;

/** Time after which a dead gateway counts as removed; the api forgets silent testers after the same time. */
export const DEAD_FORGOTTEN_AFTER_MS = 3_600_000;

/** Returns the nodes of the plan that can serve a client, ordered by id, and dead gateways. */
export function targetsOf({ nodes, deniedIds }: Pick<wire.Plan, 'nodes' | 'deniedIds'>): Targets {
  const denied = new Set(deniedIds);
  const counts = new Map<string, number>();
  const usable = [...nodes]
    .sort((a, b) => ((a.nodeId ?? '') < (b.nodeId ?? '') ? -1 : 1))
    .filter(({ nodeId, kind, region, state, publicUrl }) => {
      if (state === 'draining' || !publicUrl || denied.has(nodeId ?? '')) return false;
      if (kind !== nodeKind.signaling && kind !== nodeKind.gateway) return false;
      if (kind === nodeKind.signaling && state === 'dead') return false;
      const key = `${kind} ${region} ${state === 'dead'}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count <= PER_REGION_MAX;
    });
  return {
    signaling: usable.flatMap(({ kind, region, publicUrl }) =>
      kind === nodeKind.signaling ? [{ region: region ?? '', url: publicUrl ?? '' }] : [],
    ),
    gateways: usable.flatMap(({ kind, region, state, publicUrl, addresses }) => {
      const rtmpUrl = rtmpUrlOf(addresses ?? []);
      if (kind !== nodeKind.gateway || rtmpUrl === undefined || !URL.canParse(publicUrl ?? '')) return [];
      const dead = state === 'dead' ? ({ isDead: true } as const) : {};
      return [{ region: region ?? '', url: new URL(publicUrl ?? '').origin, rtmpUrl, ...dead }];
    }),
  };
}

/** Returns the RTMP address, with TLS only when there is no other. */
function rtmpUrlOf(addresses: readonly wire.Address.$Properties[]): string | undefined {
  const rtmpAddresses = (['rtmp', 'rtmps'] as const).map((scheme) =>
    addresses.find(({ purpose }) => purpose === scheme),
  );
  const address = rtmpAddresses[0] ?? rtmpAddresses[1];
  if (address === undefined) return undefined;
  const url = `${address.purpose}://${bracketed(address.announced || address.ip || '')}:${address.port}`;
  return URL.canParse(url) ? url : undefined;
}

export interface DeadGateway {
  readonly gateway: GatewayTarget;
  readonly sinceMs: number;
}

/**
 * Returns a dead gateway of a region without a living one: `before`, which the centre may have forgotten meanwhile, or
 * the first dead gateway in the plan. A gateway that was stopped in order is never dead in the plan.
 */
export function deadGatewayOf(
  before: DeadGateway | undefined,
  gateways: readonly GatewayTarget[],
  o: { readonly region: string; readonly nowMs: number },
): DeadGateway | undefined {
  const gatewaysOfRegion = gateways.filter(({ region }) => region === o.region);
  if (gatewaysOfRegion.some(({ isDead }) => isDead !== true)) return undefined;
  const [gateway] = gatewaysOfRegion;
  const candidate = before ?? (gateway === undefined ? undefined : { gateway, sinceMs: o.nowMs });
  return candidate === undefined || o.nowMs - candidate.sinceMs >= DEAD_FORGOTTEN_AFTER_MS ? undefined : candidate;
}

/** Returns a living gateway of another region, or of `region` if no other has one; `turn` rotates through them. */
export function playbackGatewayOf(
  gateways: readonly GatewayTarget[],
  region: string,
  turn: number,
): GatewayTarget | undefined {
  const living = gateways.filter(({ isDead }) => isDead !== true);
  const others = living.filter((one) => one.region !== region);
  const choice = others.length > 0 ? others : living;
  return choice[turn % Math.max(choice.length, 1)];
}
