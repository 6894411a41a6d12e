// Decides whether a client sends anything, by the bytes that its transport has received. The ICE state does not serve:
// a plain endpoint has none.

/**
 * Browsers refresh ICE consent every 5 s, and receivers report by RTCP within 5 s: three missed periods are silence.
 */
export const silenceMs = 15_000;

export interface Heard {
  readonly bytes: number;
  /** Undefined: no look has found new bytes. */
  readonly grewAtMs: number | undefined;
  readonly lookedAtMs: number;
}

export function heardAfter(before: Heard | undefined, bytes: number, nowMs: number): Heard {
  const grew = bytes > (before?.bytes ?? 0);
  return { bytes, grewAtMs: grew ? nowMs : before?.grewAtMs, lookedAtMs: nowMs };
}

/** Judges by the last look, so a node that looks seldom counts no client as silent before the next look. */
export const isHeard = ({ grewAtMs, lookedAtMs }: Heard): boolean =>
  grewAtMs !== undefined && lookedAtMs - grewAtMs < silenceMs;
