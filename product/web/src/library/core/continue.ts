/** Position from which a video is resumed; a person who stopped earlier starts from the beginning. */
const SEEN_MS_LEAST = 10_000;
/** Last share of a video, in which it counts as watched, since it shows credits. */
const LAST_SHARE = 0.05;

/** Returns undefined to start from the beginning. `durationMs` 0: unknown. */
export function continueAt(positionMs: number | undefined, durationMs: number): number | undefined {
  if (positionMs === undefined || !(positionMs >= SEEN_MS_LEAST)) return undefined;
  return durationMs > 0 && positionMs >= durationMs * (1 - LAST_SHARE) ? undefined : positionMs;
}
