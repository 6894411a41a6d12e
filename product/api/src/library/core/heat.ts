// Hotness of a content: its views, each of which counts half after `HALF_LIFE_MS`.

const HALF_LIFE_MS = 3_600_000;
/** Levels are doublings of views, so that ranks change rarely; the last one begins at 4,095 views. */
export const LEVEL_MAX = 12;
/** Half a level: the distance by which heat must fall below a level to leave it, so that no content alternates. */
const HYSTERESIS = 0.5;
const VIEWS_MAX = 2 ** 40;

export interface Heat {
  /** Views at `atMs`, decayed; at least 0. */
  readonly views: number;
  /** Wall clock. */
  readonly atMs: number;
}

/** Returns the decayed views at `nowMs`. After the wall clock was set back, nothing decays. */
export const viewsAt = ({ views, atMs }: Heat, nowMs: number): number =>
  views * 2 ** (-Math.max(0, nowMs - atMs) / HALF_LIFE_MS);

/** Returns the heat after further views. Invalid or negative numbers count as none. */
export function withViews(heat: Heat | undefined, views: number, nowMs: number): Heat {
  const more = Number.isFinite(views) ? Math.max(0, views) : 0;
  const before = heat === undefined ? 0 : viewsAt(heat, nowMs);
  return { views: Math.min(VIEWS_MAX, before + more), atMs: Math.max(nowMs, heat?.atMs ?? nowMs) };
}

/** Returns the level of `views`, 0 to `LEVEL_MAX`. `level` is the level until now, which is left with hysteresis. */
export function levelOf(views: number, level = 0): number {
  const exact = Math.log2(1 + Math.max(0, views));
  const isKept = exact < level && exact > level - HYSTERESIS;
  return isKept ? level : Math.min(LEVEL_MAX, Math.floor(exact));
}
