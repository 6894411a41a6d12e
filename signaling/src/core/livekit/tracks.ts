// Translates our tracks to LiveKit's.
import {
  Encryption_Type,
  SimulcastCodecInfo,
  TrackInfo,
  TrackSource,
  TrackType,
  VideoLayer,
  VideoLayer_Mode,
  VideoQuality,
} from '@livekit/protocol';
import type { Encryption, LayerKind, TrackSource as Source, Track } from '@meridian/protocol';

/** `cid`: the client's own name of the track, for its publisher alone. */
export function trackInfoOf(track: Track, { cid = '' }: { readonly cid?: string } = {}): TrackInfo {
  const isVideo = track.kind === 'video';
  const mimeType = plainMimeType(track.mimeType);
  const layers = isVideo ? layersOf(track) : [];
  const videoLayerMode = layerModes[track.layerKind];
  return new TrackInfo({
    sid: track.trackId,
    type: isVideo ? TrackType.VIDEO : TrackType.AUDIO,
    source: liveKitSources[track.source],
    name: track.name,
    muted: track.muted,
    mimeType,
    width: track.width,
    height: track.height,
    simulcast: track.layerKind === 'simulcast',
    layers,
    codecs: isVideo && mimeType !== '' ? [new SimulcastCodecInfo({ mimeType, cid, layers, videoLayerMode })] : [],
    // Redundant audio is neither taken nor sent.
    disableRed: true,
    encryption: track.encryption === undefined ? Encryption_Type.NONE : encryptionTypes[track.encryption],
    stream: streams[track.source],
  });
}

export const liveKitSources: { readonly [source in Source]: TrackSource } = {
  unknown: TrackSource.UNKNOWN,
  camera: TrackSource.CAMERA,
  microphone: TrackSource.MICROPHONE,
  screen_share: TrackSource.SCREEN_SHARE,
  screen_share_audio: TrackSource.SCREEN_SHARE_AUDIO,
};
export const encryptionTypes: { readonly [encryption in Encryption]: Encryption_Type } = {
  gcm: Encryption_Type.GCM,
  custom: Encryption_Type.CUSTOM,
};
/** Stream names: tracks of the same stream play in step (microphone with camera, a screen's sound with its picture). */
const streams: { readonly [source in Source]: string } = {
  unknown: '',
  camera: 'camera',
  microphone: 'camera',
  screen_share: 'screen_share',
  screen_share_audio: 'screen_share',
};
const layerModes: { readonly [kind in LayerKind]: VideoLayer_Mode } = {
  simple: VideoLayer_Mode.MODE_UNUSED,
  simulcast: VideoLayer_Mode.ONE_SPATIAL_LAYER_PER_STREAM,
  svc: VideoLayer_Mode.MULTIPLE_SPATIAL_LAYERS_PER_STREAM,
};

/** Lowest first; LiveKit names three. */
export const qualitiesUpwards = [VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH] as const;

/** LiveKit calls a single layer HIGH. */
export const qualityOfLayer = (index: number, layerCount: number): VideoQuality =>
  layerCount <= 1 ? VideoQuality.HIGH : (qualitiesUpwards[index] ?? VideoQuality.HIGH);

/** Returns the type without parameters, such as 'video/VP8'. */
export const plainMimeType = (mimeType: string): string => mimeType.split(';', 1)[0] ?? '';

function layersOf({ layers, width, height }: Track): VideoLayer[] {
  if (layers.length === 0) return [new VideoLayer({ quality: VideoQuality.HIGH, width, height })];
  return layers.map(
    (layer, index) =>
      new VideoLayer({
        quality: qualityOfLayer(index, layers.length),
        width: layer.width,
        height: layer.height,
        bitrate: layer.maxBitrateBps,
        spatialLayer: layer.spatialLayer,
      }),
  );
}
