// Chooses the layers worth sending from the size at which a LiveKit client shows a track, by the rules of LiveKit's
// server (pkg/rtc/mediatrackreceiver.go, GetQualityForDimension).
//
// Case 1: disabled, or the quality OFF: paused.
// Case 2: the smallest layer of at least 90 % of a given size (height; in portrait pictures width), else the top layer.
// Case 3: without a size, LOW is the lowest layer, HIGH the top layer, MEDIUM the second or the top layer.
// Case 4: a frame rate chooses the lowest sufficient temporal layer: the three have 7.5, 15 and 30 frames a second.
import { VideoQuality } from '@livekit/protocol';
import type { Track } from '@meridian/protocol';

export interface LayerSettings {
  readonly disabled: boolean;
  readonly quality: VideoQuality;
  /** 0: not given. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}
/** Layers to receive; an undefined layer means the highest available. */
export interface LayerChoice {
  readonly paused: boolean;
  readonly spatialLayer: number | undefined;
  readonly temporalLayer: number | undefined;
}

export function layersFor(track: Track, settings: LayerSettings): LayerChoice {
  const hasSize = settings.width > 0 && settings.height > 0;
  const paused = settings.disabled || (!hasSize && settings.quality === VideoQuality.OFF);
  if (track.kind !== 'video') return { paused, spatialLayer: undefined, temporalLayer: undefined };
  const topLayer = track.layers.length - 1;
  const layer = hasSize ? layerOfSize(track, settings) : layerOfQuality(settings.quality, topLayer);
  return {
    paused,
    // The top layer is the default.
    spatialLayer: layer < topLayer ? layer : undefined,
    temporalLayer: temporalLayerOf(settings.fps),
  };
}

/** Converts LiveKit's priority (1 highest) to ours (255 highest, as mediasoup). 0 means none in both. */
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
