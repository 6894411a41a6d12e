// How much a player loads ahead, so that whoever does not look costs nothing. Pure.

/** `begin`: what is needed to begin at once. */
export type Loading = 'ahead' | 'begin' | 'none';

export interface PlayerSeen {
  readonly isPaused: boolean;
  /** The page is in a tab that is not shown. */
  readonly isHidden: boolean;
  /** It has played. */
  readonly hasBegun: boolean;
  /** Since it was paused, or sought in while it was. */
  readonly stillMs: number;
}

/** Paused for longer, its viewer is elsewhere. */
export const STILL_MS_MAX = 60_000;

/** What plays is loaded, even in a page that is hidden: it is heard. */
export function loadingOf({ isPaused, isHidden, hasBegun, stillMs }: PlayerSeen): Loading {
  if (!isPaused) return 'ahead';
  if (isHidden || stillMs >= STILL_MS_MAX) return 'none';
  return hasBegun ? 'ahead' : 'begin';
}

/** Settings of hls.js. By bytes it would load minutes ahead of a small picture, whatever the seconds say. */
export const bufferOf = (loading: Loading): { maxBufferLength: number; maxMaxBufferLength: number } => {
  const aheadS = loading === 'ahead' ? AHEAD_S : BEGIN_S;
  return { maxBufferLength: aheadS, maxMaxBufferLength: aheadS };
};

/** Enough for a line that falters, and for three places that are dead; little for a phone. */
const AHEAD_S = 20;
/** Less than a segment: one is loaded. */
const BEGIN_S = 0.1;
