import type { Renditions } from './model.ts';

export interface Level {
  readonly uri: string;
  readonly height: number;
  readonly bitrate: number;
}

export interface Quality {
  readonly name: string;
  readonly level: number;
}

/** Returns qualities, largest first. Of two codecs in one size it takes the one with the lower bitrate. */
export function qualitiesOf(levels: readonly Level[]): readonly Quality[] {
  const best = new Map<string, number>();
  for (const [at, level] of levels.entries()) {
    const name = nameOf(level);
    if (name !== '' && level.bitrate < (levels[best.get(name) ?? -1]?.bitrate ?? Number.POSITIVE_INFINITY))
      best.set(name, at);
  }
  const found = [...best].map(([name, level]) => ({ name, level }));
  return found.sort((a, b) => Number.parseInt(b.name, 10) - Number.parseInt(a.name, 10));
}

/**
 * Returns the name from the playlist's file name, since a portrait picture is counted by its width; '' without a
 * picture.
 */
export function nameOf({ uri, height }: Level): string {
  const named = /(?:^|\/)(\d{2,5}p)(?:-[a-z0-9-]+)?\.m3u8$/.exec(uri)?.[1];
  return named ?? (height > 0 ? `${height}p` : '');
}

const speeds: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 2];
/** Adds the current speed, which the browser's own menu may have set. */
export const speedsWith = (speed: number): readonly number[] => [...new Set([...speeds, speed])].sort((a, b) => a - b);

/** Returns the neighbouring speed; the same at the ends. */
export function speedBeside(speed: number, by: 1 | -1): number {
  const other = by === 1 ? speeds.find((one) => one > speed) : speeds.findLast((one) => one < speed);
  return other ?? speed;
}

export const isMaking = (renditions: Renditions | undefined): boolean =>
  renditions?.state === 'waiting' || renditions?.state === 'working';

export type RenditionProgress =
  | { readonly say: 'making.waiting' | 'making.failed' }
  | { readonly say: 'making.working'; readonly share: number };

/** Returns undefined when there is nothing to report. `share` is 1 only when ready. */
export function renditionProgressOf(renditions: Renditions | undefined): RenditionProgress | undefined {
  if (renditions === undefined || renditions.state === 'ready') return undefined;
  if (renditions.state === 'failed') return { say: 'making.failed' };
  if (renditions.state === 'waiting') return { say: 'making.waiting' };
  const share = Math.floor(Math.min(0.99, Math.max(0, renditions.done || 0)) * 100) / 100;
  return { say: 'making.working', share };
}
