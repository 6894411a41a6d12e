// Limits of the client listeners: number of connections, and time of an unproven connection.
import { ConnectionGate, type ConnectionLimits } from '@meridian/node-shell';
import type { AddressRange } from '@meridian/protocol';
import { connectionMetrics } from './metrics.ts';
import type { GatewayDeps } from './parts.ts';

/** Bounds over all addresses. Most connections are viewers, and a viewer may hold 6 MB unsent (core/slow-viewer.ts). */
const totalLimits = { total: 4000, provenMax: 3600 };
/** Time for a request or handshake on a slow line, and for the join of a sender. */
const PROOF_MS = 20_000;
/** Bound per address for an office that watches; HLS players keep idle connections between requests. */
const VIEWERS_PER_ADDRESS = 1000;
/** Bound per address for an office behind one router, or a server that pushes for many. */
const PUBLISHERS_PER_ADDRESS = 200;

export const httpLimits: ConnectionLimits = {
  ...totalLimits,
  perAddress: VIEWERS_PER_ADDRESS,
  provenPerAddress: VIEWERS_PER_ADDRESS,
  proofMs: PROOF_MS,
};
export const rtmpLimits: ConnectionLimits = {
  ...totalLimits,
  perAddress: PUBLISHERS_PER_ADDRESS,
  provenPerAddress: PUBLISHERS_PER_ADDRESS,
  proofMs: PROOF_MS,
};

export interface Gates {
  readonly http: ConnectionGate;
  readonly rtmp: ConnectionGate;
}

export function openGates(
  { clock, metrics }: Pick<GatewayDeps, 'clock' | 'metrics'>,
  trustedProxies: readonly AddressRange[],
): Gates {
  const onEnded = connectionMetrics(metrics);
  const gateOf = (listener: keyof Gates, limits: ConnectionLimits): ConnectionGate =>
    new ConnectionGate({ limits, trustedProxies, clock, onEnded: (why) => onEnded(listener, why) });
  return { http: gateOf('http', httpLimits), rtmp: gateOf('rtmp', rtmpLimits) };
}
