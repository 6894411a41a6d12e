// Decides whether a client sends anything, by the bytes that its transport has received. The ICE state is no help,
// because a plain endpoint has none.

/**
 * Three missed refreshes count as silence: browsers refresh ICE consent every 5 s, and receivers send RTCP within 5 s.
 */
export const silenceMs = 15_000;

export interface Reception {
  readonly bytes: number;
  /** Time of the latest sample with new bytes; undefined: no sample had any. */
  readonly receivedAtMs: number | undefined;
  readonly sampledAtMs: number;
}

export function nextReception(before: Reception | undefined, bytes: number, nowMs: number): Reception {
  const grew = bytes > (before?.bytes ?? 0);
  return { bytes, receivedAtMs: grew ? nowMs : before?.receivedAtMs, sampledAtMs: nowMs };
}

/** Judges at the time of the last sample, so that a client does not count as silent because samples are rare. */
export const isReceiving = ({ receivedAtMs, sampledAtMs }: Reception): boolean =>
  receivedAtMs !== undefined && sampledAtMs - receivedAtMs < silenceMs;
