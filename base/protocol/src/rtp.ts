// RTP shapes of mediasoup and mediasoup-client, and their wire form. The types are structural: those of both libraries
// fit.
import { MeridianError } from './errors.ts';
import { limits } from './limits.ts';
import { wire } from './wire.ts';

export type MediaKind = 'audio' | 'video';
export type TrackSource = 'camera' | 'microphone' | 'screen_share' | 'screen_share_audio' | 'unknown';
export type LayerKind = 'simple' | 'simulcast' | 'svc';
export type Quality = 'unknown' | 'lost' | 'poor' | 'good' | 'excellent';
export interface RtcpFeedback {
  type: string;
  parameter?: string;
}
export interface RtpCodec {
  mimeType: string;
  payloadType: number;
  clockRate: number;
  channels?: number;
  parameters?: Record<string, unknown>;
  rtcpFeedback?: RtcpFeedback[];
}
export interface RtpEncoding {
  ssrc?: number;
  rid?: string;
  codecPayloadType?: number;
  rtx?: { ssrc: number };
  dtx?: boolean;
  scalabilityMode?: string;
  scaleResolutionDownBy?: number;
  maxBitrate?: number;
}
/** `rid` of silent streams beside the layers, each for a viewer that joins within a group of pictures (ADR 0026). */
export const catchUpRid = 'catch-up';
/** `uri` is a plain string here: the libraries' unions are narrower, so callers cast at the adapter. */
export interface RtpParameters {
  mid?: string;
  codecs: RtpCodec[];
  headerExtensions?: { uri: string; id: number; encrypt?: boolean }[];
  encodings?: RtpEncoding[];
  rtcp?: { cname?: string; reducedSize?: boolean };
  msid?: string;
}
export interface RtpCodecCapability {
  kind: MediaKind;
  mimeType: string;
  preferredPayloadType: number;
  clockRate: number;
  channels?: number;
  parameters?: Record<string, unknown>;
  rtcpFeedback?: RtcpFeedback[];
}
export type HeaderExtensionDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
export interface RtpCapabilities {
  codecs?: RtpCodecCapability[];
  headerExtensions?: {
    kind: MediaKind;
    uri: string;
    preferredId: number;
    preferredEncrypt?: boolean;
    direction?: HeaderExtensionDirection;
  }[];
}

const kinds: Record<MediaKind, wire.MediaKind> = {
  audio: wire.MediaKind.MEDIA_KIND_AUDIO,
  video: wire.MediaKind.MEDIA_KIND_VIDEO,
};
const sources: Record<TrackSource, wire.TrackSource> = {
  unknown: wire.TrackSource.TRACK_SOURCE_UNSPECIFIED,
  camera: wire.TrackSource.TRACK_SOURCE_CAMERA,
  microphone: wire.TrackSource.TRACK_SOURCE_MICROPHONE,
  screen_share: wire.TrackSource.TRACK_SOURCE_SCREEN_SHARE,
  screen_share_audio: wire.TrackSource.TRACK_SOURCE_SCREEN_SHARE_AUDIO,
};
const layerKinds: Record<LayerKind, wire.LayerKind> = {
  simple: wire.LayerKind.LAYER_KIND_SIMPLE,
  simulcast: wire.LayerKind.LAYER_KIND_SIMULCAST,
  svc: wire.LayerKind.LAYER_KIND_SVC,
};
const qualities: Record<Quality, wire.Quality> = {
  unknown: wire.Quality.QUALITY_UNKNOWN,
  lost: wire.Quality.QUALITY_LOST,
  poor: wire.Quality.QUALITY_POOR,
  good: wire.Quality.QUALITY_GOOD,
  excellent: wire.Quality.QUALITY_EXCELLENT,
};
const reverse = <K extends string>(table: Record<K, number>, value: number | null | undefined): K | undefined =>
  (Object.keys(table) as K[]).find((key) => table[key] === (value ?? 0));

export const kindToWire = (kind: MediaKind): wire.MediaKind => kinds[kind];
/** Throws REQUEST_INVALID without a kind. */
export function kindFromWire(kind: wire.MediaKind | null | undefined): MediaKind {
  const found = reverse(kinds, kind);
  if (found === undefined) throw new MeridianError('REQUEST_INVALID', 'kind is neither audio nor video');
  return found;
}
export const trackSources = Object.keys(sources) as readonly TrackSource[];
export const isTrackSource = (value: unknown): value is TrackSource => trackSources.some((source) => source === value);
export const sourceToWire = (source: TrackSource): wire.TrackSource => sources[source];
export const sourceFromWire = (source: wire.TrackSource | null | undefined): TrackSource =>
  reverse(sources, source) ?? 'unknown';
export const layerKindToWire = (kind: LayerKind): wire.LayerKind => layerKinds[kind];
export const layerKindFromWire = (kind: wire.LayerKind | null | undefined): LayerKind =>
  reverse(layerKinds, kind) ?? 'simple';
export const qualityToWire = (quality: Quality): wire.Quality => qualities[quality];
export const qualityFromWire = (quality: wire.Quality | null | undefined): Quality =>
  reverse(qualities, quality) ?? 'unknown';

function parametersToWire(parameters: Record<string, unknown> | undefined): wire.CodecParameter.$Properties[] {
  return Object.entries(parameters ?? {}).map(([key, value]) =>
    Number.isSafeInteger(value) ? { key, number: value as number } : { key, text: String(value) },
  );
}
function parametersFromWire(list: wire.CodecParameter.$Properties[] | null | undefined): Record<string, unknown> {
  const entries = bounded(list, limits.codecParametersMax, 'codec parameters');
  const parameters: [string, unknown][] = entries.map((entry) => [
    boundedText(entry.key, codecParameterKeyLengthMax, 'name of a codec parameter'),
    entry.text == null
      ? (entry.number ?? 0)
      : boundedText(entry.text, limits.codecParameterTextLengthMax, 'codec parameter'),
  ]);
  return Object.fromEntries(parameters.filter(([key]) => /^[a-z][a-z0-9_-]{0,63}$/i.test(key)));
}
const feedbackFromWire = (list: wire.RtcpFeedback.$Properties[] | null | undefined): RtcpFeedback[] =>
  bounded(list, limits.rtcpFeedbackMax, 'RTCP feedback').map((entry) => ({
    type: boundedText(entry.type, limits.rtcpFeedbackTextLengthMax, 'RTCP feedback type'),
    parameter: boundedText(entry.parameter, limits.rtcpFeedbackTextLengthMax, 'RTCP feedback parameter'),
  }));
const bounded = <T>(list: T[] | null | undefined, max: number, what: string): T[] => {
  if ((list?.length ?? 0) > max) throw new MeridianError('REQUEST_INVALID', `${what}: at most ${max}`);
  return list ?? [];
};
const codecParameterKeyLengthMax = 64;
/** Checks a text of a single line, since other clients' SDP contains it unchanged. */
const boundedText = (text: string | null | undefined, max: number, what: string): string => {
  if ((text?.length ?? 0) > max) throw new MeridianError('REQUEST_INVALID', `${what}: at most ${max} characters`);
  if (/\p{Cc}/u.test(text ?? '')) throw new MeridianError('REQUEST_INVALID', `${what}: no control characters`);
  return text ?? '';
};
const mimeTypeFromWire = (mimeType: string | null | undefined): string =>
  boundedText(mimeType, limits.mimeTypeLengthMax, 'mime type');
const uriFromWire = (uri: string | null | undefined): string =>
  boundedText(uri, limits.headerExtensionUriLengthMax, 'header extension uri');
const sdesTextFromWire = (text: string | null | undefined, what: string): string =>
  boundedText(text, limits.sdesTextLengthMax, what);

export function rtpParametersToWire(rtp: RtpParameters): wire.RtpParameters.$Properties {
  return {
    mid: rtp.mid ?? '',
    codecs: rtp.codecs.map((codec) => ({
      mimeType: codec.mimeType,
      payloadType: codec.payloadType,
      clockRate: codec.clockRate,
      channels: codec.channels ?? 0,
      parameters: parametersToWire(codec.parameters),
      rtcpFeedback: codec.rtcpFeedback ?? [],
    })),
    headerExtensions: (rtp.headerExtensions ?? []).map((extension) => ({
      uri: extension.uri,
      id: extension.id,
      encrypt: extension.encrypt ?? false,
    })),
    encodings: (rtp.encodings ?? []).map((encoding) => ({
      ...(encoding.ssrc === undefined ? {} : { ssrc: encoding.ssrc }),
      ...(encoding.rid === undefined ? {} : { rid: encoding.rid }),
      ...(encoding.codecPayloadType === undefined ? {} : { codecPayloadType: encoding.codecPayloadType }),
      ...(encoding.rtx === undefined ? {} : { rtxSsrc: encoding.rtx.ssrc }),
      ...(encoding.dtx === undefined ? {} : { dtx: encoding.dtx }),
      ...(encoding.scalabilityMode === undefined ? {} : { scalabilityMode: encoding.scalabilityMode }),
      ...(encoding.scaleResolutionDownBy === undefined
        ? {}
        : { scaleResolutionDownBy: encoding.scaleResolutionDownBy }),
      ...(encoding.maxBitrate === undefined ? {} : { maxBitrateBps: encoding.maxBitrate }),
    })),
    cname: rtp.rtcp?.cname ?? '',
    reducedSizeRtcp: rtp.rtcp?.reducedSize ?? true,
    msid: rtp.msid ?? '',
  };
}

function encodingFromWire(encoding: wire.RtpEncoding.$Properties): RtpEncoding {
  const rid = boundedText(encoding.rid, limits.ridLengthMax, 'rid');
  const scalabilityMode = boundedText(encoding.scalabilityMode, limits.scalabilityModeLengthMax, 'scalability mode');
  return {
    ...(encoding.ssrc == null ? {} : { ssrc: encoding.ssrc }),
    ...(rid ? { rid } : {}),
    ...(encoding.codecPayloadType == null ? {} : { codecPayloadType: encoding.codecPayloadType }),
    ...(encoding.rtxSsrc == null ? {} : { rtx: { ssrc: encoding.rtxSsrc } }),
    ...(encoding.dtx == null ? {} : { dtx: encoding.dtx }),
    ...(scalabilityMode ? { scalabilityMode } : {}),
    ...(encoding.scaleResolutionDownBy == null ? {} : { scaleResolutionDownBy: encoding.scaleResolutionDownBy }),
    ...(encoding.maxBitrateBps == null ? {} : { maxBitrate: encoding.maxBitrateBps }),
  };
}

/** Reads RTP parameters. Throws REQUEST_INVALID above a bound or without a codec; the media library checks the rest. */
export function rtpParametersFromWire(rtp: wire.RtpParameters.$Properties | null | undefined): RtpParameters {
  const codecs = bounded(rtp?.codecs, limits.codecsPerCapabilitiesMax, 'codecs');
  if (rtp == null || codecs.length === 0) throw new MeridianError('REQUEST_INVALID', 'RTP parameters without a codec');
  const mid = sdesTextFromWire(rtp.mid, 'mid');
  const cname = sdesTextFromWire(rtp.cname, 'cname');
  const msid = sdesTextFromWire(rtp.msid, 'msid');
  const parameters: RtpParameters = {
    ...(mid ? { mid } : {}),
    codecs: codecs.map((codec) => ({
      mimeType: mimeTypeFromWire(codec.mimeType),
      payloadType: codec.payloadType ?? 0,
      clockRate: codec.clockRate ?? 0,
      ...(codec.channels ? { channels: codec.channels } : {}),
      parameters: parametersFromWire(codec.parameters),
      rtcpFeedback: feedbackFromWire(codec.rtcpFeedback),
    })),
    headerExtensions: bounded(rtp.headerExtensions, limits.headerExtensionsMax, 'header extensions').map(
      (extension) => ({
        uri: uriFromWire(extension.uri),
        id: extension.id ?? 0,
        encrypt: extension.encrypt ?? false,
      }),
    ),
    encodings: bounded(rtp.encodings, limits.encodingsMax, 'encodings').map(encodingFromWire),
    rtcp: { ...(cname ? { cname } : {}), reducedSize: rtp.reducedSizeRtcp ?? true },
    ...(msid ? { msid } : {}),
  };
  if (wire.RtpParameters.encode(rtp).finish().byteLength > limits.rtpParametersBytesMax)
    throw new MeridianError('REQUEST_INVALID', `RTP parameters: at most ${limits.rtpParametersBytesMax} bytes`);
  return parameters;
}

export function rtpCapabilitiesToWire(capabilities: RtpCapabilities): wire.RtpCapabilities.$Properties {
  return {
    codecs: (capabilities.codecs ?? []).map((codec) => ({
      kind: kinds[codec.kind],
      mimeType: codec.mimeType,
      preferredPayloadType: codec.preferredPayloadType,
      clockRate: codec.clockRate,
      channels: codec.channels ?? 0,
      parameters: parametersToWire(codec.parameters),
      rtcpFeedback: codec.rtcpFeedback ?? [],
    })),
    headerExtensions: (capabilities.headerExtensions ?? []).map((extension) => ({
      kind: kinds[extension.kind],
      uri: extension.uri,
      preferredId: extension.preferredId,
      preferredEncrypt: extension.preferredEncrypt ?? false,
      direction: extension.direction ?? 'sendrecv',
    })),
  };
}

const directions = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive']);

/** Reads RTP capabilities. Throws REQUEST_INVALID when a list or a text exceeds its bound or a kind is missing. */
export function rtpCapabilitiesFromWire(
  capabilities: wire.RtpCapabilities.$Properties | null | undefined,
): RtpCapabilities {
  return {
    codecs: bounded(capabilities?.codecs, limits.codecsPerCapabilitiesMax, 'codecs').map((codec) => ({
      kind: kindFromWire(codec.kind),
      mimeType: mimeTypeFromWire(codec.mimeType),
      preferredPayloadType: codec.preferredPayloadType ?? 0,
      clockRate: codec.clockRate ?? 0,
      ...(codec.channels ? { channels: codec.channels } : {}),
      parameters: parametersFromWire(codec.parameters),
      rtcpFeedback: feedbackFromWire(codec.rtcpFeedback),
    })),
    headerExtensions: bounded(capabilities?.headerExtensions, limits.headerExtensionsMax, 'header extensions').map(
      (extension) => ({
        kind: kindFromWire(extension.kind),
        uri: uriFromWire(extension.uri),
        preferredId: extension.preferredId ?? 0,
        preferredEncrypt: extension.preferredEncrypt ?? false,
        direction: directions.has(extension.direction ?? '')
          ? (extension.direction as HeaderExtensionDirection)
          : 'sendrecv',
      }),
    ),
  };
}
