// Moments at which subscribers of one track may change to another spatial layer. Every change asks the publisher for a
// key frame, which costs every subscriber bits and quality, so changes share their moments. The only subscriber of a
// track changes at once.
// - Case 1, no subscriber has changed for a period: the change happens at once, like every other change within `openMs`
//   after it. When a participant begins to speak, all subscribers want the larger picture together; the origin merges
//   their requests into one or two key frames, because its request delay is longer than `openMs`.
// - Case 2, otherwise: the change waits for the next common moment of the track, a multiple of the period on the wall
//   clock plus the track's `phase`. All nodes have the same moments, so that changes of several regions are requested
//   together. A jump of the wall clock only moves a moment.

export interface SwitchTimes {
  readonly periodMs: number;
  readonly openMs: number;
}

/**
 * Changes of layers cause at most two key frames in a period of 6 s, fewer than one in 2 s. `openMs` is below the
 * origin's request delay, so that the origin merges their requests.
 */
export const switchTimes: SwitchTimes = { periodMs: 6_000, openMs: 350 };

/**
 * Returns how long a change has to wait. `openedAtMs`: start of the last `openMs` in which changes were made, on the
 * clock of `nowMs`. `phase`: shift of the track's moments, 0 … 1 of the period.
 */
export function switchInMs(
  o: { nowMs: number; wallMs: number; openedAtMs: number | undefined; phase: number },
  { periodMs, openMs }: SwitchTimes = switchTimes,
): number {
  const sinceMs = o.openedAtMs === undefined ? Number.POSITIVE_INFINITY : o.nowMs - o.openedAtMs;
  if (sinceMs < openMs || sinceMs >= periodMs) return 0;
  const intoMs = (((o.wallMs - o.phase * periodMs) % periodMs) + periodMs) % periodMs;
  return periodMs - intoMs;
}

/** Returns the shift of the track's moments, 0 … 1 of the period; it is the same at every node. */
export function phaseOf(trackId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < trackId.length; at += 1) hash = Math.imul(hash ^ trackId.charCodeAt(at), 0x01000193);
  return ((hash >>> 0) % 4096) / 4096; // the lower bits are mixed well
}
