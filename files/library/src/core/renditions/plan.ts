// How a content is cut and scaled: rungs, chunks, small pictures. Times are counted in pictures of the plan's rate, so
// that what workers make of neighbouring chunks meets without a gap.
import type { Rate, SourcePicture } from './source.ts';

export const codecs = ['h264', 'av1'] as const;
export type RungCodec = (typeof codecs)[number];

/** One size of the picture, before its quality is known. */
export interface RungSize {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The most that the encoder may send. */
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

/** What `analyse` answers, and all later tasks of the content are given. */
export interface RenditionPlan {
  /** From the smallest on; empty without a picture. */
  readonly ladder: readonly Rung[];
  readonly chunks: readonly Chunk[];
  readonly durationMs: number;
  readonly hasSound: boolean;
  readonly rate: Rate;
  readonly av1: { readonly pays: boolean; readonly saving: number };
}

const MBIT = 1000;
/** Lines of the shorter side. Beyond the caps a picture of this size is no better to see. */
const standard = [
  { lines: 360, maxKbps: 1 * MBIT },
  { lines: 720, maxKbps: 3.5 * MBIT },
  { lines: 1080, maxKbps: 7 * MBIT },
] as const;
/** A source that has so many more lines than the rung below gets one of its own size. */
const OWN_RUNG = 1.15;
/** Of the longer side: what decoders of H.264 take at level 5.1. */
const SIDE_MAX = 4096;
const FAST_RATE = 40;
/** Twice the pictures need so much more. */
const FAST_SHARE = 1.5;

/** From the smallest on, never larger than the source (but for odd sides and sides below 2). */
export function ladderOf({ width, height, rate }: SourcePicture): RungSize[] {
  const shorter = Math.min(width, height);
  const lines: number[] = standard.map((one) => one.lines).filter((one) => one <= shorter);
  const top = lines.at(-1) ?? 0;
  if (top < 1080 && shorter >= top * OWN_RUNG) lines.push(shorter);
  const share = rate.num / rate.den > FAST_RATE ? FAST_SHARE : 1;
  const sizes = lines.map((one) => {
    const scale = Math.min(one / shorter, SIDE_MAX / Math.max(width, height));
    return {
      name: `${one}p`,
      width: even(width * scale),
      height: even(height * scale),
      maxKbps: Math.round(capOf(one) * share),
    };
  });
  return sizes.filter(({ height: high }, at) => high !== sizes[at - 1]?.height);
}

/** H.264 of 4:2:0 has even sides; an odd one loses a line. */
const even = (side: number): number => Math.max(2, Math.floor((side + 0.01) / 2) * 2);

/** Between standard sizes by the number of pixels. */
function capOf(lines: number): number {
  const above = standard.find((one) => one.lines >= lines) ?? standard[standard.length - 1] ?? standard[0];
  return Math.max(100, above.maxKbps * Math.min(1, (lines / above.lines) ** 1.5));
}

const KEY_S = 2;
const KEYS_OF_SEGMENT = 2;

/** From key frame to key frame: 2 s, of NTSC's rates 2.002 s. */
export const keyPictures = ({ num, den }: Rate): number => Math.max(1, Math.round((KEY_S * num) / den));
/** Of a segment: about 4 s. */
export const segmentPictures = (rate: Rate): number => keyPictures(rate) * KEYS_OF_SEGMENT;
/** Of the whole; at least one. */
export const allPictures = ({ durationMs, rate }: Pick<RenditionPlan, 'durationMs' | 'rate'>): number =>
  Math.max(1, Math.round((durationMs * rate.num) / (1000 * rate.den)));
/** When the picture `at` is shown. */
export const msOf = (at: number, { num, den }: Rate): number => (at * 1000 * den) / num;

/** More of them would not fit into one message with their results. */
export const CHUNKS_MAX = 64;
/** A shorter one costs more to begin than it shares out. */
export const CHUNK_MS_MIN = 60_000;
/** Four take a fourth of the time when each has as many chunks. */
const WORKERS = 4;

/** Whole segments each; the last one has the rest. `chunkMsMin`: no chunk is shorter, but for the only one. */
export function chunksOf(durationMs: number, rate: Rate, chunkMsMin = CHUNK_MS_MIN): Chunk[] {
  const segments = Math.ceil(allPictures({ durationMs, rate }) / segmentPictures(rate));
  const most = Math.min(CHUNKS_MAX, segments, Math.floor(durationMs / chunkMsMin));
  const count = Math.max(1, most > WORKERS ? most - (most % WORKERS) : most);
  const border = (at: number): number =>
    at === count ? durationMs : msOf(Math.round((at * segments) / count) * segmentPictures(rate), rate);
  return Array.from({ length: count }, (_, at) => ({ fromMs: border(at), toMs: border(at + 1) }));
}

/** Pictures of a chunk on the time line of the whole. */
export function picturesOf(plan: RenditionPlan, chunk: number): { readonly from: number; readonly count: number } {
  const { rate, chunks } = plan;
  const at = (ms: number): number => Math.round((ms * rate.num) / (1000 * rate.den));
  const { fromMs = 0, toMs = 0 } = chunks[chunk] ?? {};
  const from = at(fromMs);
  const end = chunk === chunks.length - 1 ? allPictures(plan) : at(toMs);
  return { from, count: Math.max(1, end - from) };
}

/** One sheet of small pictures is fetched at once: at 160 by 90 it has about a megabyte. */
const SHEET_COLUMNS = 10;
const SHEET_ROWS = 20;
const TILE_WIDTH = 160;
/** Of a picture as high as a phone's screen: 160 by 346. */
const TILE_HEIGHT_MAX = 400;

export interface Tiles {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly perSheet: number;
  readonly everyMs: number;
  /** As `everyMs`. */
  readonly everyPictures: number;
  readonly count: number;
}

/** Of a plan with a picture: so far apart that one sheet has them all. */
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

/** How many small pictures show a moment of these pictures. */
export const tilesIn = ({ from, count }: { readonly from: number; readonly count: number }, every: number): number =>
  Math.ceil((from + count) / every) - Math.ceil(from / every);
