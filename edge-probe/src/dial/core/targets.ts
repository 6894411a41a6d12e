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
  /** The centre takes it for dead. */
  readonly isDead?: true;
}
export interface Targets {
  readonly signaling: readonly SignalingTarget[];
  readonly gateways: readonly GatewayTarget[];
}

/** More of a region would not be tried in any round. */
const PER_REGION_MAX = 16;

/** A gateway that has been dead for so long was taken away for good; the api forgets silent testers then, too. */
export const DEAD_KNOWN_MS = 3_600_000;

/** Nodes of the plan that a client could be sent to, in the order of their ids; and gateways that have died. */
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

/** By TLS where there is nothing else. */
function rtmpUrlOf(addresses: readonly wire.Address.$Properties[]): string | undefined {
  const found = (['rtmp', 'rtmps'] as const).map((scheme) => addresses.find(({ purpose }) => purpose === scheme));
  const address = found[0] ?? found[1];
  if (address === undefined) return undefined;
  const url = `${address.purpose}://${bracketed(address.announced || address.ip || '')}:${address.port}`;
  return URL.canParse(url) ? url : undefined;
}

export interface DeadGateway {
  readonly gateway: GatewayTarget;
  /** When that was seen first. */
  readonly sinceMs: number;
}

/**
 * A gateway of the region that has died, while none lives there: the first in the plan, or the one known before, which
 * the centre may have forgotten meanwhile. One that leaves in order is none: it never is dead in the plan.
 */
export function deadGateway(
  before: DeadGateway | undefined,
  gateways: readonly GatewayTarget[],
  o: { readonly region: string; readonly nowMs: number },
): DeadGateway | undefined {
  const own = gateways.filter(({ region }) => region === o.region);
  if (own.some(({ isDead }) => isDead !== true)) return undefined;
  const [gateway] = own;
  const known = before ?? (gateway === undefined ? undefined : { gateway, sinceMs: o.nowMs });
  return known === undefined || o.nowMs - known.sinceMs >= DEAD_KNOWN_MS ? undefined : known;
}

/** By turns: living gateways of other regions, or of the own one where there is no other. */
export function viewingGateway(
  gateways: readonly GatewayTarget[],
  region: string,
  turn: number,
): GatewayTarget | undefined {
  const living = gateways.filter(({ isDead }) => isDead !== true);
  const others = living.filter((one) => one.region !== region);
  const choice = others.length > 0 ? others : living;
  return choice[turn % Math.max(choice.length, 1)];
}
