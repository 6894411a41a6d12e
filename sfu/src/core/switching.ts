// Moments at which subscribers of one track may change to another spatial layer. Every change asks the publisher for a
// key frame, which costs every subscriber bits and quality, so changes share their moments. A lone subscriber changes
// at once.
// - Case 1: no subscriber has changed for a period. The first change and all others within `openMs` of it are made at
//   once: when a participant begins to speak, all subscribers want the larger picture together. The origin merges the
//   requests into one or two key frames (its request delay is longer than `openMs`).
// - Case 2: otherwise. A change waits for the track's next common moment. Common moments are a period apart on the wall
//   clock, each track's at its own phase, and are the same at all nodes of the track, so that changes of several
//   regions are requested together.
// After a jump of the wall clock the next moment comes earlier or later; nothing else changes.

export interface SwitchTimes {
  readonly periodMs: number;
  readonly openMs: number;
}

/**
 * Changes of layers cause at most two key frames in a period of 6 s, on average one in 3 s. `openMs` is below the
 * origin's request delay, so that the origin merges the requests of one opening.
 */
export const switchTimes: SwitchTimes = { periodMs: 6_000, openMs: 350 };

/**
 * Returns the time until a change may be made; 0: at once. `windowStartMs`: time of the first change that was made
 * together with the latest one, on the clock of `nowMs`. `phase`: 0 … 1, by track.
 */
export function switchDelayMs(
  o: { nowMs: number; wallMs: number; windowStartMs: number | undefined; phase: number },
  { periodMs, openMs }: SwitchTimes = switchTimes,
): number {
  const sinceMs = o.windowStartMs === undefined ? Number.POSITIVE_INFINITY : o.nowMs - o.windowStartMs;
  if (sinceMs < openMs || sinceMs >= periodMs) return 0;
  const elapsedMs = (((o.wallMs - o.phase * periodMs) % periodMs) + periodMs) % periodMs;
  return periodMs - elapsedMs;
}

/** Returns the shift of the track's moments, 0 … 1 of the period; it is the same at every node. */
export function phaseOf(trackId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < trackId.length; at += 1) hash = Math.imul(hash ^ trackId.charCodeAt(at), 0x01000193);
  return ((hash >>> 0) % 4096) / 4096; // the lower bits are mixed well
}
