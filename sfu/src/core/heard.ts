// Whether something comes from a client, by the bytes that its transport has received so far. Not by the state of ICE:
// a plain endpoint has none.

/** Browsers refresh ICE consent every 5 s, receivers report by RTCP within 5 s: three times nothing is silence. */
export const silenceMs = 15_000;

export interface Heard {
  readonly bytes: number;
  /** Of the last look that found more than the one before; undefined: none has. */
  readonly grewAtMs: number | undefined;
  readonly lookedAtMs: number;
}

/** What one more look has found. */
export function heardAfter(before: Heard | undefined, bytes: number, nowMs: number): Heard {
  const grew = bytes > (before?.bytes ?? 0);
  return { bytes, grewAtMs: grew ? nowMs : before?.grewAtMs, lookedAtMs: nowMs };
}

/** As of the last look: a node that looks seldom takes no client for silent before it has looked at it again. */
export const isHeard = ({ grewAtMs, lookedAtMs }: Heard): boolean =>
  grewAtMs !== undefined && lookedAtMs - grewAtMs < silenceMs;
