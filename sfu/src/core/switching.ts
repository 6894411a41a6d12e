// When subscribers of one track may change to another spatial layer. Every change asks the publisher for a key frame,
// which costs every subscriber bits and quality, so changes share their moments. A lone subscriber changes at once.
// Case 1, no subscriber has changed for a period: at once, and every other within `openMs` of that too: when a
//         participant begins to speak, all want that picture larger together. The origin makes one or two key frames of
//         it (its request delay is longer than that).
// Case 2, else at the next common moment: multiples of the period on the wall clock, the same at all nodes of the
//         track, so that those of several regions are asked for together. Tracks have moments of their own.
// A wall clock that jumps moves a moment, nothing else.

export interface SwitchTimes {
  readonly periodMs: number;
  readonly openMs: number;
}

/**
 * Three key frames in 18 s while many change all the time: twice 1 / 6 s is below the aim of one in 2 s. Open for less
 * than the origin's delay.
 */
export const switchTimes: SwitchTimes = { periodMs: 6_000, openMs: 350 };

/**
 * How long a change has to wait. `openedAtMs`: when changes of this track were last let through, on the clock of
 * `nowMs`; undefined: never. `phase`: 0 … 1, of the track.
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

/** A track's share of the period: the same at every node. */
export function phaseOf(trackId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < trackId.length; at += 1) hash = Math.imul(hash ^ trackId.charCodeAt(at), 0x01000193);
  return ((hash >>> 0) % 4096) / 4096; // the lower bits, which it mixes well
}
