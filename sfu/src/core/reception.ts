// Decides whether the client of a plain endpoint sends anything, by the bytes that its transport has received. For
// other clients the ICE state says it.

/** Three missed reports count as silence: receivers send RTCP within 5 s. */
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
