// How far a player loads ahead, so that an idle viewer costs nothing.

/** `ahead`: loads `AHEAD_S` of media. `begin`: loads only what an immediate start needs. `none`: loads nothing. */
export type Loading = 'ahead' | 'begin' | 'none';

export interface PlayerActivity {
  readonly isPaused: boolean;
  readonly isHidden: boolean;
  readonly hasBegun: boolean;
  /** Time since the pause, or since the last seek during it. */
  readonly stillMs: number;
}

/** Pause after which the player loads nothing, since the viewer is assumed to be gone. */
export const STILL_MS_MAX = 60_000;

/** A playing video loads ahead even in a hidden tab, where it is still heard. */
export function loadingOf({ isPaused, isHidden, hasBegun, stillMs }: PlayerActivity): Loading {
  if (!isPaused) return 'ahead';
  if (isHidden || stillMs >= STILL_MS_MAX) return 'none';
  return hasBegun ? 'ahead' : 'begin';
}

/**
 * Settings of hls.js. maxMaxBufferLength caps the buffer in seconds, since the limit by bytes would load minutes ahead
 * at a low bitrate.
 */
export const bufferOf = (loading: Loading): { maxBufferLength: number; maxMaxBufferLength: number } => {
  const aheadS = loading === 'ahead' ? AHEAD_S : BEGIN_S;
  return { maxBufferLength: aheadS, maxMaxBufferLength: aheadS };
};

/** Seconds loaded ahead: enough to bridge a weak connection and three dead edges, yet little for a phone. */
const AHEAD_S = 20;
/** Seconds loaded before playback: less than a segment, so that exactly one segment loads. */
const BEGIN_S = 0.1;
