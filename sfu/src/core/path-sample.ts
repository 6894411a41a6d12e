// What the forwarder's own timings say of the link between two hosts, for the centre. Only a direct path that carries a
// flow is a link that it knows better than the probes do: a relayed path is two links and a machine, and an idle one is
// probed no more often than theirs.

/** One path of one pipe, over the last second; see `sample` in control.h. */
export interface PathSample {
  readonly via: string;
  readonly active: boolean;
  /** -1: not timed yet. */
  readonly rttMs: number;
  readonly delayChangeMs: number;
  readonly jitterMs: number;
  readonly lossFast: number;
  readonly lossSlow: number;
  /** Datagrams of the last second, probes among them. */
  readonly sent: number;
  readonly silenceMs: number;
}

/** As `LinkSample` of the wire. */
export interface LinkWord {
  readonly toHostId: string;
  readonly rttMs: number;
  readonly onewayChangeMs: number;
  readonly jitterMs: number;
  readonly lossFast: number;
  readonly lossSlow: number;
  readonly slowProbes: number;
  readonly silent: boolean;
}

/** A path is probed five times a second: more than this is a flow. */
export const FLOW_PER_SECOND = 20;
/**
 * Probes in the slow window of a link that is probed fast. One of them is forgiven, so as many are claimed: else the
 * same loss would weigh more here.
 */
const SLOW_PROBES = 150;
/** A link that is silent for so long carries nothing, and its figures are those from before. */
const SILENT_MS = 200;

/** Undefined: this path says nothing about the link. */
export function linkWordOf(toHostId: string, path: PathSample): LinkWord | undefined {
  const { via, active, rttMs, sent, silenceMs, jitterMs, lossFast, lossSlow } = path;
  if (via !== 'direct' || !active || rttMs < 0 || sent < FLOW_PER_SECOND) return undefined;
  const onewayChangeMs = Math.min(rttMs, Math.max(0, path.delayChangeMs));
  const share = (value: number): number => Math.min(1, Math.max(0, value));
  const losses = { lossFast: share(lossFast), lossSlow: share(lossSlow) };
  const silent = silenceMs >= SILENT_MS;
  return { toHostId, rttMs, onewayChangeMs, jitterMs, ...losses, slowProbes: SLOW_PROBES, silent };
}
