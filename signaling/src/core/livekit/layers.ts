// From what a LiveKit client says it shows of a track to the layers that are worth sending. Pure; the rules are those
// of LiveKit's server (pkg/rtc/mediatrackreceiver.go, GetQualityForDimension).
//
// Case 1, disabled, or the quality OFF: paused.
// Case 2, a size: the smallest layer that is large enough, the size taken a tenth smaller; if none is, the top one.
//         Compared by height, of portrait pictures by width.
// Case 3, no size: the quality; LOW is the lowest layer, HIGH the top one, MEDIUM the second or the top one.
// Case 4, a frame rate: the lowest temporal layer that has it, of three that double it, to 30 a second.
import { VideoQuality } from '@livekit/protocol';
import type { Track } from '@meridian/protocol';

export interface LayerSettings {
  readonly disabled: boolean;
  readonly quality: VideoQuality;
  /** 0: not said. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}
/** Undefined: the highest there is. */
export interface WantedLayers {
  readonly paused: boolean;
  readonly spatialLayer: number | undefined;
  readonly temporalLayer: number | undefined;
}

export function layerFor(track: Track, settings: LayerSettings): WantedLayers {
  const hasSize = settings.width > 0 && settings.height > 0;
  const paused = settings.disabled || (!hasSize && settings.quality === VideoQuality.OFF);
  if (track.kind !== 'video') return { paused, spatialLayer: undefined, temporalLayer: undefined };
  const top = track.layers.length - 1;
  const layer = hasSize ? layerOfSize(track, settings) : layerOfQuality(settings.quality, top);
  return {
    paused,
    // The top one is what comes anyway.
    spatialLayer: layer < top ? layer : undefined,
    temporalLayer: temporalLayerOf(settings.fps),
  };
}

/**
 * LiveKit counts from 1, the highest, and 0 is not said; ours (of mediasoup) are 1 to 255, the highest, and 0 is not
 * said.
 */
export const priorityOf = (priority: number): number =>
  priority === 0 ? 0 : Math.max(lowestPriority, highestPriority + 1 - priority);

const lowestPriority = 1;
const highestPriority = 255;
const tolerance = 0.9;
const fpsOfLowest = 7.5;

function layerOfSize({ layers, width, height }: Track, wanted: LayerSettings): number {
  const isPortrait = width < height;
  const wantedSide = (isPortrait ? wanted.width : wanted.height) * tolerance;
  const found = layers.findIndex((layer) => (isPortrait ? layer.width : layer.height) >= wantedSide);
  return found < 0 ? layers.length - 1 : found;
}

function layerOfQuality(quality: VideoQuality, top: number): number {
  if (quality === VideoQuality.LOW) return 0;
  return quality === VideoQuality.MEDIUM ? Math.min(1, top) : top;
}

function temporalLayerOf(fps: number): number | undefined {
  if (fps <= 0 || fps > 2 * fpsOfLowest) return undefined;
  return fps > fpsOfLowest ? 1 : 0;
}
