// Chooses codec, layers and bit rates of a published track.
// - Case 1, a requested codec: that codec if this browser can send it; else no plan, and the caller throws
//   CODEC_UNSUPPORTED.
// - Case 2, no request: VP9 K-SVC in Chromium (one stream with three spatial and three temporal layers, where a layer
//   depends on lower ones only at key frames), in rooms of any size: in a crowd it sends fewer bits than a VP8
//   simulcast, key frames included (docs/design/bandwidth.md). VP8 simulcast in other browsers.
// - Case 3, a screen: one spatial layer at full size, because shrunk text cannot be read, with temporal layers; VP9,
//   else VP8.
// The longer side decides the number of spatial layers, as in Chromium: three from 960, two from 480, else one.
import type { LayerKind, TrackSource } from '@meridian/protocol';

export type Codec = 'vp8' | 'vp9' | 'h264' | 'av1';
export type Browser = 'chromium' | 'firefox' | 'safari';

export interface VideoOptions {
  readonly browser: Browser;
  /** Codecs that the browser can send and the router can route, by preference. */
  readonly sendable: readonly Codec[];
  readonly source: TrackSource;
  readonly width: number;
  readonly height: number;
  readonly codec?: Codec | undefined;
  readonly simulcast?: boolean | undefined;
  readonly maxBitrateBps?: number | undefined;
  readonly maxFrameRate?: number | undefined;
}
export interface EncodingPlan {
  readonly scalabilityMode?: string;
  readonly scaleResolutionDownBy?: number;
  readonly maxBitrate: number;
  readonly maxFramerate?: number;
}
export interface PlannedLayer {
  readonly spatialLayer: number;
  readonly width: number;
  readonly height: number;
  readonly maxBitrateBps: number;
}
export interface VideoPlan {
  readonly codec: Codec;
  readonly layerKind: LayerKind;
  readonly encodings: readonly EncodingPlan[];
  readonly layers: readonly PlannedLayer[];
}

const bitrateFloorBps = 60_000;
const screenBitrateBps = 2_500_000; // 1080p text at 15–30 frames per second

/** Returns undefined when the browser cannot send the requested codec. */
export function planVideo(options: VideoOptions): VideoPlan | undefined {
  const codec =
    options.codec === undefined ? defaultCodec(options) : options.sendable.find((name) => name === options.codec);
  if (codec === undefined) return undefined;
  const screen = options.source === 'screen_share';
  const count = options.simulcast === false || screen ? 1 : spatialLayersOf(options.width, options.height);
  if (codec === 'vp9' || codec === 'av1' || count === 1) return planOneStream(options, codec, screen, count);
  return planSimulcast(options, codec, count);
}

export function spatialLayersOf(width: number, height: number): number {
  const longSide = Math.max(width, height);
  if (longSide >= 960) return 3;
  return longSide >= 480 ? 2 : 1;
}

/** Returns 1.7 Mbit/s at 720p, growing with the pixels to the power of 0.85 (LiveKit's presets lie on this curve). */
export function bitrateBps(codec: Codec, width: number, height: number): number {
  const factor = { vp8: 1, h264: 1, vp9: 0.85, av1: 0.7 }[codec];
  const pixelShare = (width * height) / (1280 * 720);
  return Math.max(bitrateFloorBps, Math.round(1_700_000 * factor * pixelShare ** 0.85));
}

function defaultCodec(options: VideoOptions): Codec | undefined {
  const order: Codec[] = options.browser === 'chromium' ? ['vp9', 'vp8', 'h264', 'av1'] : ['vp8', 'h264', 'vp9', 'av1'];
  return order.find((name) => options.sendable.includes(name));
}

const frameRateOf = (options: VideoOptions): { maxFramerate?: number } =>
  options.maxFrameRate === undefined ? {} : { maxFramerate: options.maxFrameRate };

function layersOf(options: VideoOptions, codec: Codec, count: number): PlannedLayer[] {
  return Array.from({ length: count }, (_, spatialLayer) => {
    const shrink = 2 ** (count - 1 - spatialLayer);
    const width = Math.round(options.width / shrink);
    const height = Math.round(options.height / shrink);
    return { spatialLayer, width, height, maxBitrateBps: bitrateBps(codec, width, height) };
  });
}

/** Plans one stream: SVC for VP9 and AV1 in Chromium, else temporal layers if browser and codec can, else plain. */
function planOneStream(options: VideoOptions, codec: Codec, screen: boolean, count: number): VideoPlan {
  const chromium = options.browser === 'chromium';
  const spatial = (codec === 'vp9' || codec === 'av1') && chromium ? count : 1;
  // A single VP8 stream has no temporal layers: a media node would treat it as SVC, and drop the first key frame of
  // each subscriber (mediasoup 3.27: a VP8 frame of temporal layer 0 counts as above "none yet" unless it is a sync
  // frame, which a key frame is not).
  const layered = chromium && codec !== 'h264' && codec !== 'vp8';
  const scalabilityMode = layered ? (spatial > 1 ? `L${spatial}T3_KEY` : 'L1T3') : undefined;
  const defaultBps = screen ? screenBitrateBps : bitrateBps(codec, options.width, options.height);
  const maxBitrate = options.maxBitrateBps ?? defaultBps;
  const layers = layersOf(options, codec, spatial).map((layer, index) =>
    index === spatial - 1 ? { ...layer, maxBitrateBps: maxBitrate } : layer,
  );
  const encoding = {
    maxBitrate,
    ...(scalabilityMode === undefined ? {} : { scalabilityMode }),
    ...frameRateOf(options),
  };
  return { codec, layerKind: scalabilityMode === undefined ? 'simple' : 'svc', encodings: [encoding], layers };
}

/** Plans simulcast, smallest layer first. Only for VP8 and H.264: the media node routes no other codec as simulcast. */
function planSimulcast(options: VideoOptions, codec: Codec, count: number): VideoPlan {
  const planned = layersOf(options, codec, count);
  const top = planned.at(-1)?.maxBitrateBps ?? bitrateFloorBps;
  const share = (options.maxBitrateBps ?? top) / top;
  const layers = planned.map((layer) => ({
    ...layer,
    maxBitrateBps: Math.max(bitrateFloorBps, Math.round(layer.maxBitrateBps * share)),
  }));
  const encodings = layers.map((layer, index) => ({
    scaleResolutionDownBy: 2 ** (count - 1 - index),
    maxBitrate: layer.maxBitrateBps,
    // H.264 temporal layers are invisible to the media node without the dependency descriptor.
    ...(options.browser === 'chromium' ? { scalabilityMode: codec === 'h264' ? 'L1T1' : 'L1T3' } : {}),
    ...frameRateOf(options),
  }));
  return { codec, layerKind: 'simulcast', encodings, layers };
}
