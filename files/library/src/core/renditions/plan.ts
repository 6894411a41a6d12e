// Divides a content into rungs, chunks and thumbnails. Times are counts of pictures, so that the outputs of workers
// join without a gap.
import type { Rate, SourcePicture } from './source.ts';

export const codecs = ['h264', 'av1'] as const;
export type RungCodec = (typeof codecs)[number];

export interface RungSize {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly maxKbps: number;
}

export interface Rung extends RungSize {
  readonly codec: RungCodec;
  /** Constant quality of the encoder: lower is better. */
  readonly crf: number;
}

export interface Chunk {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Result of `analyse`, and input of all later tasks of the content. */
export interface RenditionPlan {
  /** Rungs, smallest first; empty for a content without a picture. */
  readonly ladder: readonly Rung[];
  readonly chunks: readonly Chunk[];
  readonly durationMs: number;
  readonly hasSound: boolean;
  readonly rate: Rate;
  readonly av1: { readonly pays: boolean; readonly saving: number };
}

const MBIT = 1000;
/** Lines of the shorter side, with a bit rate above which a picture of this size does not look better. */
const standard = [
  { lines: 360, maxKbps: 1 * MBIT },
  { lines: 720, maxKbps: 3.5 * MBIT },
  { lines: 1080, maxKbps: 7 * MBIT },
] as const;
/** A source with this many times the lines of the rung below gets a rung of its own size. */
const OWN_RUNG_RATIO = 1.15;
/** Longest side that H.264 decoders accept at level 5.1. */
const SIDE_MAX = 4096;
const FAST_RATE = 40;
/** Bit rate factor for twice the picture rate. */
const FAST_SHARE = 1.5;

/** Returns rungs, smallest first, never larger than the source (except for odd sides and sides below 2). */
export function ladderOf({ width, height, rate }: Pick<SourcePicture, 'width' | 'height' | 'rate'>): RungSize[] {
  const shorter = Math.min(width, height);
  const lines: number[] = standard.map((one) => one.lines).filter((one) => one <= shorter);
  const top = lines.at(-1) ?? 0;
  if (top < 1080 && shorter >= top * OWN_RUNG_RATIO) lines.push(shorter);
  const share = rate.num / rate.den > FAST_RATE ? FAST_SHARE : 1;
  const sizes = lines.map((one) => {
    const scale = Math.min(one / shorter, SIDE_MAX / Math.max(width, height));
    return {
      name: `${one}p`,
      width: even(width * scale),
      height: even(height * scale),
      maxKbps: Math.round(maxKbpsOf(one) * share),
    };
  });
  return sizes.filter(({ height: high }, at) => high !== sizes[at - 1]?.height);
}

/** H.264 in 4:2:0 has even sides; an odd side loses a line. */
const even = (side: number): number => Math.max(2, Math.floor((side + 0.01) / 2) * 2);

function maxKbpsOf(lines: number): number {
  const above = standard.find((one) => one.lines >= lines) ?? standard[standard.length - 1] ?? standard[0];
  return Math.max(100, above.maxKbps * Math.min(1, (lines / above.lines) ** 1.5));
}

const KEY_S = 2;
const KEYS_OF_SEGMENT = 2;

/** Returns the pictures between key frames: 2 s, or 2.002 s at NTSC rates. */
export const keyPictures = ({ num, den }: Rate): number => Math.max(1, Math.round((KEY_S * num) / den));
export const segmentPictures = (rate: Rate): number => keyPictures(rate) * KEYS_OF_SEGMENT;
export const allPictures = ({ durationMs, rate }: Pick<RenditionPlan, 'durationMs' | 'rate'>): number =>
  Math.max(1, Math.round((durationMs * rate.num) / (1000 * rate.den)));
export const msOf = (at: number, { num, den }: Rate): number => (at * 1000 * den) / num;

/** The results of more chunks would not fit into one message. */
export const CHUNKS_MAX = 64;
/** A shorter chunk costs more to start than its parallel encoding saves. */
export const CHUNK_MS_MIN = 60_000;
/** Chunk counts above this are multiples of it, so that four workers have equal shares. */
const WORKERS = 4;

/** Divides into chunks of whole segments, none shorter than `chunkMsMin` except an only one. */
export function chunksOf(durationMs: number, rate: Rate, chunkMsMin = CHUNK_MS_MIN): Chunk[] {
  const segments = Math.ceil(allPictures({ durationMs, rate }) / segmentPictures(rate));
  const chunksMax = Math.min(CHUNKS_MAX, segments, Math.floor(durationMs / chunkMsMin));
  const count = Math.max(1, chunksMax > WORKERS ? chunksMax - (chunksMax % WORKERS) : chunksMax);
  const border = (at: number): number =>
    at === count ? durationMs : msOf(Math.round((at * segments) / count) * segmentPictures(rate), rate);
  return Array.from({ length: count }, (_, at) => ({ fromMs: border(at), toMs: border(at + 1) }));
}

export function picturesOf(plan: RenditionPlan, chunk: number): { readonly from: number; readonly count: number } {
  const { rate, chunks } = plan;
  const at = (ms: number): number => Math.round((ms * rate.num) / (1000 * rate.den));
  const { fromMs = 0, toMs = 0 } = chunks[chunk] ?? {};
  const from = at(fromMs);
  const end = chunk === chunks.length - 1 ? allPictures(plan) : at(toMs);
  return { from, count: Math.max(1, end - from) };
}

/** Players fetch a sheet at once: with tiles of 160 by 90 it has about a megabyte. */
const SHEET_COLUMNS = 10;
const SHEET_ROWS = 20;
const TILE_WIDTH = 160;
/** Allows a picture as high as a phone's screen: 160 by 346. */
const TILE_HEIGHT_MAX = 400;

export interface Tiles {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly perSheet: number;
  readonly everyMs: number;
  readonly everyPictures: number;
  readonly count: number;
}

/** Spaces thumbnails so that one sheet holds all. The plan must have a picture. */
export function tilesOf(plan: Pick<RenditionPlan, 'durationMs' | 'rate' | 'ladder'>): Tiles {
  const { width = 16, height = 9 } = plan.ladder.at(-1) ?? {};
  const perSheet = SHEET_COLUMNS * SHEET_ROWS;
  const pictures = allPictures(plan);
  const key = keyPictures(plan.rate);
  const everyPictures = key * Math.ceil(pictures / (key * perSheet));
  return {
    width: TILE_WIDTH,
    height: Math.min(TILE_HEIGHT_MAX, even((TILE_WIDTH * height) / width)),
    columns: SHEET_COLUMNS,
    perSheet,
    everyMs: msOf(everyPictures, plan.rate),
    everyPictures,
    count: Math.ceil(pictures / everyPictures),
  };
}

export const tilesIn = ({ from, count }: { readonly from: number; readonly count: number }, every: number): number =>
  Math.ceil((from + count) / every) - Math.ceil(from / every);
