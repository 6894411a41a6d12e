// Variants of a stream: the shown picture and its publisher's lower simulcast layers.
import type { VideoLayer } from '@meridian/protocol';
import type { SegmentWindow } from './window.ts';

/** Bound of the offered layers, including the best. */
export const RUNGS_MAX = 3;
/** Peak of a segment with its key frame, relative to the encoder's mean. */
const PEAK_TO_MEAN = 1.25;
const SOUND_BPS = 160_000;

/** Layers of the shown picture, the lowest first. */
export interface ShownLayers {
  /** 1 without simulcast. */
  readonly count: number;
  /** Layers as the publisher planned them; empty if it did not state them. */
  readonly planned: readonly VideoLayer[];
}

export interface Variant {
  /** Absent for the stream itself, with the best layer. */
  readonly rung?: number;
  readonly bitsPerSecond: number;
  readonly codecs: string;
  readonly size?: { readonly width: number; readonly height: number };
}

/**
 * Returns the variants, the best first; empty before there is media. A rung has the planned values until it was made
 * (`rungs`), then its measured values.
 */
export function variantsOf(o: {
  readonly stream: SegmentWindow;
  readonly rungs: ReadonlyMap<number, SegmentWindow>;
  readonly layers: ShownLayers;
}): Variant[] {
  const { tracks, peakBitsPerSecond } = o.stream;
  if (tracks === undefined || peakBitsPerSecond === 0) return [];
  const { codecs } = tracks;
  const { count, planned } = o.layers;
  const rungs = tracks.width === undefined ? 0 : Math.min(count, RUNGS_MAX) - 1;
  const isPlanned = rungs > 0 && planned.length === count;
  const plannedBps = (at: number): number =>
    isPlanned ? Math.ceil((planned[at]?.maxBitrateBps ?? 0) * PEAK_TO_MEAN) + SOUND_BPS : 0;
  const best = Math.max(peakBitsPerSecond, plannedBps(count - 1));
  const list: Variant[] = [{ bitsPerSecond: best, codecs, ...sizeOf(tracks) }];
  for (let rung = rungs - 1; rung >= 0; rung -= 1) {
    const window = o.rungs.get(rung);
    // A layer of half the width and height needs less than half the rate, with its sound.
    const guess = isPlanned ? plannedBps(rung) : Math.ceil(best / 2 ** (rungs - rung));
    const bitsPerSecond = Math.max(window?.peakBitsPerSecond ?? 0, guess);
    const size = window?.tracks === undefined ? sizeOf(isPlanned ? planned[rung] : undefined) : sizeOf(window.tracks);
    list.push({ rung, bitsPerSecond, codecs: window?.tracks?.codecs ?? codecs, ...size });
  }
  return list;
}

function sizeOf(of: { readonly width?: number; readonly height?: number } | undefined): Pick<Variant, 'size'> {
  const { width, height } = of ?? {};
  return width === undefined || height === undefined || width === 0 ? {} : { size: { width, height } };
}
