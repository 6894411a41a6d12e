// Converts the forwarder's timings of the link between two hosts into a sample for the centre. Only a direct path with
// a flow measures the link better than the probes do: a relayed path measures two links and a host, and an idle path
// is probed no more often than the link.

/** Figures of a pipe's path over the last second; see `sample` in sfu/pathd/src/control.h. */
export interface PathSample {
  readonly via: string;
  readonly active: boolean;
  /** -1: not measured yet. */
  readonly rttMs: number;
  readonly delayChangeMs: number;
  readonly jitterMs: number;
  readonly lossFast: number;
  readonly lossSlow: number;
  /** Datagrams of the last second, probes included. */
  readonly sent: number;
  readonly silenceMs: number;
}

/** Same meaning as `LinkSample` of the wire. */
export interface LinkReport {
  readonly toHostId: string;
  readonly rttMs: number;
  readonly onewayChangeMs: number;
  readonly jitterMs: number;
  readonly lossFast: number;
  readonly lossSlow: number;
  readonly slowProbes: number;
  readonly silent: boolean;
}

/** A path with fewer datagrams a second counts as idle; probes alone are five a second. */
export const FLOW_PER_SECOND = 20;
/**
 * Number of probes in the slow loss window of a link measured by probes. The centre forgives one lost probe, and with
 * a smaller number here the same loss would weigh more than on such a link.
 */
const SLOW_PROBES = 150;
/** A link that is silent for this long carries nothing, and its figures are stale. */
const SILENT_MS = 200;

export function linkReportOf(toHostId: string, path: PathSample): LinkReport | undefined {
  const { via, active, rttMs, sent, silenceMs, jitterMs, lossFast, lossSlow } = path;
  if (via !== 'direct' || !active || rttMs < 0 || sent < FLOW_PER_SECOND) return undefined;
  const onewayChangeMs = Math.min(rttMs, Math.max(0, path.delayChangeMs));
  const share = (value: number): number => Math.min(1, Math.max(0, value));
  const losses = { lossFast: share(lossFast), lossSlow: share(lossSlow) };
  const silent = silenceMs >= SILENT_MS;
  return { toHostId, rttMs, onewayChangeMs, jitterMs, ...losses, slowProbes: SLOW_PROBES, silent };
}
