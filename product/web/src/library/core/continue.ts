// Where a person goes on after a part of the video. Pure.

/** A person that has seen less has hardly begun. */
const SEEN_MS_LEAST = 10_000;
/** In the last twentieth there are credits: it was seen. */
const LAST_SHARE = 0.05;

/** Undefined: from the beginning. `durationMs` 0: not known. */
export function continueAt(positionMs: number | undefined, durationMs: number): number | undefined {
  if (positionMs === undefined || !(positionMs >= SEEN_MS_LEAST)) return undefined;
  return durationMs > 0 && positionMs >= durationMs * (1 - LAST_SHARE) ? undefined : positionMs;
}
