// Qualities and speeds that a player offers, and what is said while qualities are made. Pure.
import type { Renditions } from './model.ts';

/** As hls.js lists what a playlist has. */
export interface Level {
  readonly uri: string;
  readonly height: number;
  readonly bitrate: number;
}

export interface Quality {
  /** `720p` */
  readonly name: string;
  /** Its place in the list of levels. */
  readonly level: number;
}

/** The largest first. Of two codecs of one size, that which takes less of the line. */
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

/** By the name of its playlist, as an upright picture is counted by its width; '': it has no picture. */
export function nameOf({ uri, height }: Level): string {
  const named = /(?:^|\/)(\d{2,5}p)(?:-[a-z0-9-]+)?\.m3u8$/.exec(uri)?.[1];
  return named ?? (height > 0 ? `${height}p` : '');
}

const speeds: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 2];
/** With that in use, which the browser's own menu may have chosen. */
export const speedsWith = (speed: number): readonly number[] => [...new Set([...speeds, speed])].sort((a, b) => a - b);

/** The next speed of the list; the same at its ends. */
export function speedBeside(speed: number, by: 1 | -1): number {
  const other = by === 1 ? speeds.find((one) => one > speed) : speeds.findLast((one) => one < speed);
  return other ?? speed;
}

export const isMaking = (renditions: Renditions | undefined): boolean =>
  renditions?.state === 'waiting' || renditions?.state === 'working';

export type Making =
  | { readonly say: 'making.waiting' | 'making.failed' }
  | { readonly say: 'making.working'; readonly share: number };

/** Undefined: there is nothing to say. `share` is 1 only of what is ready. */
export function makingOf(renditions: Renditions | undefined): Making | undefined {
  if (renditions === undefined || renditions.state === 'ready') return undefined;
  if (renditions.state === 'failed') return { say: 'making.failed' };
  if (renditions.state === 'waiting') return { say: 'making.waiting' };
  const share = Math.floor(Math.min(0.99, Math.max(0, renditions.done || 0)) * 100) / 100;
  return { say: 'making.working', share };
}
