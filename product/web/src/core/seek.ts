import type { PlayKey } from './play-keys.ts';

const STEP_MS = 5000;
const PAGE_MS = 60_000;

/** Returns the position for a slider key, within the video; undefined for other keys. */
export function positionForKey(key: string, ms: number, durationMs: number): number | undefined {
  const to = unclampedForKey(key, ms, durationMs);
  return to === undefined ? undefined : clampedPosition(to, durationMs);
}

export const clampedPosition = (ms: number, durationMs: number): number => Math.max(0, Math.min(durationMs, ms));

/** Returns the position for a player key; undefined when it does not seek. */
export function positionForPlayKey(key: PlayKey, ms: number, durationMs: number): number | undefined {
  if (key.do === 'skip') return clampedPosition(ms + key.ms, durationMs);
  return key.do === 'seek' ? key.share * durationMs : undefined;
}

function unclampedForKey(key: string, ms: number, durationMs: number): number | undefined {
  if (key === 'ArrowLeft' || key === 'ArrowDown') return ms - STEP_MS;
  if (key === 'ArrowRight' || key === 'ArrowUp') return ms + STEP_MS;
  if (key === 'PageDown') return ms - PAGE_MS;
  if (key === 'PageUp') return ms + PAGE_MS;
  if (key === 'Home') return 0;
  return key === 'End' ? durationMs : undefined;
}
