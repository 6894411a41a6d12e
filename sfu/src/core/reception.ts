// Decides whether a client sends anything, by the bytes that its transport has received. The ICE state is no help,
// because a plain endpoint has none.

/**
 * Three missed periods count as silence: browsers refresh ICE consent every 5 s, and receivers send RTCP within 5 s.
 */
export const silenceMs = 15_000;

export interface Reception {
  readonly bytes: number;
  /** Time of the latest look that found new bytes; undefined: none has. */
  readonly grewAtMs: number | undefined;
  readonly lookedAtMs: number;
}

export function receptionAfter(before: Reception | undefined, bytes: number, nowMs: number): Reception {
  const grew = bytes > (before?.bytes ?? 0);
  return { bytes, grewAtMs: grew ? nowMs : before?.grewAtMs, lookedAtMs: nowMs };
}

/** Judges as of the last look, so that a node that looks seldom does not count clients as silent between looks. */
export const isReceiving = ({ grewAtMs, lookedAtMs }: Reception): boolean =>
  grewAtMs !== undefined && lookedAtMs - grewAtMs < silenceMs;
