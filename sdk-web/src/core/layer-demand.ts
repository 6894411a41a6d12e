// Encodings of a video sender for the layers that others watch. A simulcast sender stops its upper encodings. A sender
// of one SVC stream codes fewer spatial layers at a smaller size, so that the layers that are left keep their sizes and
// bit rates. Unwatched temporal layers are left out, and the frame rate is halved with each. Chromium makes each change
// with one key frame, without a new offer.
import type { EncodingPlan, VideoPlan } from './codec.ts';

/** Highest layers that others watch. */
export interface LayerDemand {
  /** −1: none. */
  readonly spatialLayer: number;
  /** Undefined: all temporal layers. */
  readonly temporalLayer: number | undefined;
}
/** An absent field means the browser's default. */
export interface SentEncoding extends Partial<EncodingPlan> {
  readonly active: boolean;
}

/** `frameRate`: of the source, in frames per second. */
export function encodingsFor(
  { encodings, layers }: Pick<VideoPlan, 'encodings' | 'layers'>,
  demand: LayerDemand,
  frameRate: number,
): SentEncoding[] {
  if (encodings.length > 1) {
    return encodings.map((encoding, index) => ({
      ...withTemporalLayers(encoding, demand.temporalLayer, frameRate),
      active: index <= demand.spatialLayer,
    }));
  }
  return encodings.map((encoding) => {
    const active = demand.spatialLayer >= 0;
    const sent = withTemporalLayers(encoding, demand.temporalLayer, frameRate);
    const mode = modeOf(sent.scalabilityMode);
    const dropped = mode === undefined || !active ? 0 : Math.max(0, mode.spatialLayers - 1 - demand.spatialLayer);
    if (mode === undefined || dropped === 0) return { ...sent, active };
    const spatialLayers = mode.spatialLayers - dropped;
    const bitrateBps = layers.slice(0, spatialLayers).reduce((sum, { maxBitrateBps }) => sum + maxBitrateBps, 0);
    return {
      ...sent,
      active,
      scalabilityMode: nameOf({ ...mode, spatialLayers }),
      scaleResolutionDownBy: (encoding.scaleResolutionDownBy ?? 1) * 2 ** dropped,
      maxBitrate: Math.min(encoding.maxBitrate, bitrateBps),
    };
  });
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
