/** Times that come again: `offsetMs` after each multiple of `ms` since 1970, so that all instances know the same. */
export interface Every {
  readonly ms: number;
  readonly offsetMs?: number;
}

/** The first of these times after an instant, both in milliseconds since 1970. */
export const nextTime = ({ ms, offsetMs = 0 }: Every, afterMs: number): number =>
  (Math.floor((afterMs - offsetMs) / ms) + 1) * ms + offsetMs;
