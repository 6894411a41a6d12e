// Encodings of a video sender for the layers that others watch. A simulcast sender stops its other encodings. A sender
// of one SVC stream codes fewer spatial layers at a smaller size, so that the layers that are left keep their sizes and
// bit rates. Unwatched temporal layers are left out, and the frame rate is halved with each. Chromium makes each change
// with one key frame, without a new offer.
import type { wire } from '@meridian/protocol';
import type { EncodingPlan, VideoPlan } from './codec.ts';

/** Layers that others watch. */
export interface LayerDemand {
  /** Set: bit n stands for layer n. */
  readonly spatialLayers: number;
  /** Undefined: all temporal layers. */
  readonly temporalLayer: number | undefined;
}
/** An absent field means the browser's default. */
export interface SentEncoding extends Partial<EncodingPlan> {
  readonly active: boolean;
}

/** An older media node names the highest and the lowest layer instead of the set. */
export const layerDemandOf = (o: wire.LayerDemand.$Properties): LayerDemand => ({
  spatialLayers: o.spatialLayers || 2 ** ((o.maxSpatialLayer ?? 0) + 1) - 2 ** (o.minSpatialLayer ?? 0),
  temporalLayer: o.maxTemporalLayer ?? undefined,
});

/** `frameRate`: of the source, in frames per second. */
export function encodingsFor(
  { encodings, layers }: Pick<VideoPlan, 'encodings' | 'layers'>,
  demand: LayerDemand,
  frameRate: number,
): SentEncoding[] {
  if (encodings.length > 1) {
    return encodings.map((encoding, index) => ({
      ...withTemporalLayers(encoding, demand.temporalLayer, frameRate),
      active: ((demand.spatialLayers >> index) & 1) === 1,
    }));
  }
  return encodings.map((encoding) => {
    const active = demand.spatialLayers !== 0;
    const sent = withTemporalLayers(encoding, demand.temporalLayer, frameRate);
    const mode = modeOf(sent.scalabilityMode);
    if (mode === undefined || !active) return { ...sent, active };
    const top = mode.spatialLayers - 1;
    const highest = Math.min(highestOf(demand.spatialLayers), top);
    // No mode leaves out a layer between two, and without the lowest one the others would have other numbers.
    const lowest = (demand.spatialLayers & ((1 << highest) - 1)) === 0 ? highest : 0;
    if (lowest === 0 && highest === top) return { ...sent, active };
    return {
      ...sent,
      active,
      scalabilityMode: nameOf({ ...mode, spatialLayers: highest - lowest + 1 }),
      scaleResolutionDownBy: (encoding.scaleResolutionDownBy ?? 1) * 2 ** (top - highest),
      maxBitrate: bitrateOf(encoding, layers, highest, lowest),
    };
  });
}

/** Returns the highest layer of a set; −1 for the empty set. */
export const highestOf = (spatialLayers: number): number => 31 - Math.clz32(spatialLayers);

/** Returns the bit rate of these spatial layers; of the total, the highest gets what the lower ones leave. */
function bitrateOf(encoding: EncodingPlan, layers: VideoPlan['layers'], highest: number, lowest: number): number {
  const sumBps = (count: number): number =>
    layers.slice(0, count).reduce((sum, { maxBitrateBps }) => sum + maxBitrateBps, 0);
  const isTop = highest === layers.length - 1;
  const totalBps = isTop ? encoding.maxBitrate : Math.min(encoding.maxBitrate, sumBps(highest + 1));
  return Math.max(totalBps - sumBps(lowest), Math.round(totalBps / 2));
}

interface ScalabilityMode {
  readonly spatialLayers: number;
  readonly temporalLayers: number;
  /** `_KEY` or nothing. */
  readonly suffix: string;
}

function modeOf(name: string | undefined): ScalabilityMode | undefined {
  const [, spatial, temporal, suffix = ''] = /^L(\d)T(\d)(.*)$/.exec(name ?? '') ?? [];
  return spatial === undefined
    ? undefined
    : { spatialLayers: Number(spatial), temporalLayers: Number(temporal), suffix };
}

const nameOf = ({ spatialLayers, temporalLayers, suffix }: ScalabilityMode): string =>
  `L${spatialLayers}T${temporalLayers}${spatialLayers > 1 ? suffix : ''}`;

function withTemporalLayers(encoding: EncodingPlan, highest: number | undefined, frameRate: number): EncodingPlan {
  const mode = modeOf(encoding.scalabilityMode);
  const dropped = mode === undefined || highest === undefined ? 0 : Math.max(0, mode.temporalLayers - 1 - highest);
  if (mode === undefined || dropped === 0) return encoding;
  return {
    ...encoding,
    scalabilityMode: nameOf({ ...mode, temporalLayers: mode.temporalLayers - dropped }),
    maxFramerate: Math.ceil((encoding.maxFramerate ?? frameRate) / 2 ** dropped),
  };
}
