// What of a content edges fetch ahead: its beginning, where those who come next begin.
import { RENDITIONS_PREFIX } from '@meridian/protocol';
import { MASTER_NAME } from './renditions/playlists.ts';

/** A range of a file of a content. */
export interface FileRange {
  readonly file: string;
  readonly from: number;
  readonly bytes: number;
}

/** So much of each quality: longer than an edge needs to fetch what follows. */
const BEGINNING_MS = 120_000;
/** Of what has no qualities: as much as two minutes of a film. */
export const ORIGINAL_BYTES = 64 * 1_048_576;

export const MASTER_FILE = `${RENDITIONS_PREFIX}${MASTER_NAME}`;

/** Playlists that a master names, as files of the content. */
export function playlistsOf(master: string): string[] {
  const named = [...master.matchAll(/^#EXT-X-MEDIA:.*URI="([a-z0-9-]+\.m3u8)"|^([a-z0-9-]+\.m3u8)$/gm)];
  return [...new Set(named.map(([, sound, picture]) => `${RENDITIONS_PREFIX}${sound ?? picture}`))];
}

/** The init segment, and the segments of the first two minutes, of a playlist of ours (`mediaPlaylist`). */
export function beginningOf(playlist: string): FileRange[] {
  const ranges: FileRange[] = [];
  const init = /^#EXT-X-MAP:URI="([^"]+)"$/m.exec(playlist)?.[1];
  // Of a size that the list does not say: some kilobytes.
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

/** Slices that the ranges touch, each once, in their order: `at` is the first byte of one. */
export function slicesOf(ranges: readonly FileRange[], sliceBytes: number): { file: string; at: number }[] {
  const slices = new Map<string, { file: string; at: number }>();
  for (const { file, from, bytes } of ranges)
    for (let number = Math.floor(from / sliceBytes); number * sliceBytes < from + bytes; number += 1)
      slices.set(`${file} ${number}`, { file, at: number * sliceBytes });
  return [...slices.values()];
}
