// ffmpeg arguments that make the pictures of sheets and all renditions of an MP4 in one pass.
import type { Tiles } from '@meridian/room-media/core';
import type { RecordedCodec } from '../tracks/outputs.ts';
import { PICTURES_PER_SECOND, type PlannedRendition, SEGMENT_MS } from './hls.ts';

export interface EncodePlan {
  readonly codec: RecordedCodec;
  readonly hasSound: boolean;
  readonly durationMs: number;
  readonly tiles: Tiles;
  readonly renditions: readonly PlannedRendition[];
}

/** Interval of a sheet's tiles: each tenth raw picture, so a tile is at most half a second off. */
export const TILE_EVERY_MS = 10_000;
export const RAW_EVERY_MS = 1000;
const TILE_WIDTH = 160;
/** Limits upright pictures such as a phone's screen: 160 by 346. */
const TILE_HEIGHT_MAX = 400;
const TILE_COLUMNS = 10;
const TILES_PER_SHEET = 100;

export function tilesOf({ width, height }: { readonly width: number; readonly height: number }): Tiles {
  const high = Math.round((TILE_WIDTH * height) / Math.max(1, width) / 2) * 2;
  return {
    width: TILE_WIDTH,
    height: Math.min(TILE_HEIGHT_MAX, Math.max(2, high)),
    columns: TILE_COLUMNS,
    perSheet: TILES_PER_SHEET,
    everyMs: TILE_EVERY_MS,
  };
}

export const rawBytes = ({ width, height }: Tiles): number => (width * height * 3) / 2;

/** Decoders that show the highest spatial layer; ffmpeg's own VP9 decoder shows all, one after another. */
const decoderArgs: Partial<Record<RecordedCodec, readonly string[]>> = {
  vp9: ['-c:v', 'libvpx-vp9'],
  av1: ['-c:v', 'libdav1d'],
};
const bitExactArgs = ['-fflags', '+bitexact', '-flags:v', '+bitexact', '-map_metadata', '-1'];

/** Input is `pipe:0`; raw pictures are `pipe:3`, and renditions as fragmented MP4 from `pipe:4` on. */
export function encodeArgs(plan: EncodePlan): string[] {
  const { codec, durationMs, tiles, renditions } = plan;
  const limit = ['-t', (durationMs / 1000).toFixed(3)];
  const raw = [
    ...['-map', '0:v:0', '-vf', filterOf(tiles, 1000 / RAW_EVERY_MS), '-r', `${1000 / RAW_EVERY_MS}`],
    ...['-fps_mode', 'cfr', ...limit, '-pix_fmt', 'yuv420p', ...bitExactArgs, '-f', 'rawvideo', 'pipe:3'],
  ];
  const input = [...(decoderArgs[codec] ?? []), '-f', 'mov', '-i', 'pipe:0'];
  return [...input, ...raw, ...renditions.flatMap((one, at) => renditionArgs(plan, one, { limit, pipe: at + 4 }))];
}

function renditionArgs(
  { hasSound }: EncodePlan,
  rendition: PlannedRendition,
  { limit, pipe }: { readonly limit: readonly string[]; readonly pipe: number },
): string[] {
  const keyEvery = `${(SEGMENT_MS / 1000) * PICTURES_PER_SECOND}`;
  const sound = ['-map', '0:a:0', '-af', 'aresample=48000,apad', '-ac', '2', '-c:a', 'aac', '-b:a', '96k'];
  return [
    ...['-map', '0:v:0', '-vf', filterOf(rendition, PICTURES_PER_SECOND), '-r', `${PICTURES_PER_SECOND}`],
    ...(hasSound ? [...sound, '-flags:a', '+bitexact'] : []),
    ...['-fps_mode', 'cfr', ...limit, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast'],
    ...['-profile:v', 'main', '-crf', '23', '-maxrate', `${rendition.maxKbps}k`],
    // All segments have the same length and begin with a key frame; without B-frames, pictures are in display order.
    ...['-bufsize', `${rendition.maxKbps * 2}k`, '-bf', '0', '-g', keyEvery, '-keyint_min', keyEvery],
    ...['-sc_threshold', '0', '-threads', '1', ...bitExactArgs],
    ...['-movflags', '+frag_keyframe+empty_moov+default_base_moof+skip_trailer', '-f', 'mp4', `pipe:${pipe}`],
  ];
}

/**
 * Fits pictures of any size into one size, at a constant rate, and repeats the last forever. When a track's size
 * changes, ffmpeg restarts the filters: the output rate (`-r`) fills the gap, so no filter may count from the start.
 */
function filterOf({ width, height }: { readonly width: number; readonly height: number }, rate: number): string {
  const size = `${width}:${height}`;
  return [
    `scale=${size}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic+accurate_rnd+bitexact`,
    `pad=${size}:-1:-1`,
    'setsar=1',
    `fps=${rate}`,
    'tpad=stop=-1:stop_mode=clone',
  ].join(',');
}

/** Builds arguments that turn raw pictures on `pipe:0` into a JPEG sheet on `pipe:3`. */
export function sheetArgs({ width, height, columns }: Tiles, count: number): string[] {
  const across = Math.min(columns, count);
  return [
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', '1', '-i', 'pipe:0'],
    ...['-vf', `tile=${across}x${Math.ceil(count / across)}`, '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '5'],
    ...['-pix_fmt', 'yuvj420p', '-threads', '1', ...bitExactArgs, '-f', 'image2pipe', 'pipe:3'],
  ];
}
