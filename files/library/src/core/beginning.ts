// Chooses the ranges of a content that edges prefetch: the beginning, where the next viewers start.
import { RENDITIONS_PREFIX } from '@meridian/protocol';
import { MASTER_NAME } from './renditions/playlists.ts';

export interface FileRange {
  readonly file: string;
  readonly from: number;
  readonly bytes: number;
}

/** Prefetched duration of each quality: longer than an edge needs to fetch the rest of it. */
const BEGINNING_MS = 120_000;
/** Prefetched bytes of a content without renditions: about two minutes of a film. */
export const ORIGINAL_BYTES = 64 * 1_048_576;

export const MASTER_FILE = `${RENDITIONS_PREFIX}${MASTER_NAME}`;

export function playlistsOf(master: string): string[] {
  const named = [...master.matchAll(/^#EXT-X-MEDIA:.*URI="([a-z0-9-]+\.m3u8)"|^([a-z0-9-]+\.m3u8)$/gm)];
  return [...new Set(named.map(([, sound, picture]) => `${RENDITIONS_PREFIX}${sound ?? picture}`))];
}

/** Returns the init segment and the segments of the first two minutes, from a playlist of `mediaPlaylist`. */
export function beginningOf(playlist: string): FileRange[] {
  const ranges: FileRange[] = [];
  const init = /^#EXT-X-MAP:URI="([^"]+)"$/m.exec(playlist)?.[1];
  // The playlist does not give the size of the init segment (some kilobytes).
  if (init !== undefined) ranges.push({ file: `${RENDITIONS_PREFIX}${init}`, from: 0, bytes: 1 });
  let ms = 0;
  for (const [, seconds, bytes, from, file] of playlist.matchAll(
    /^#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)\n(\S+)$/gm,
  )) {
    if (ms >= BEGINNING_MS) break;
    ms += Number(seconds) * 1000;
    ranges.push({ file: `${RENDITIONS_PREFIX}${file}`, from: Number(from), bytes: Number(bytes) });
  }
  return ranges;
}

/** Returns each slice that the ranges touch, once and in order; `at` is the offset of its first byte. */
export function slicesOf(ranges: readonly FileRange[], sliceBytes: number): { file: string; at: number }[] {
  const slices = new Map<string, { file: string; at: number }>();
  for (const { file, from, bytes } of ranges)
    for (let number = Math.floor(from / sliceBytes); number * sliceBytes < from + bytes; number += 1)
      slices.set(`${file} ${number}`, { file, at: number * sliceBytes });
  return [...slices.values()];
}
