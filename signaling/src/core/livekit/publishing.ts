// From a LiveKit client's AddTrackRequest, and the line of its offer that carries the track, to our Publish.
import {
  type AddTrackRequest,
  Encryption_Type,
  type TrackSource as LiveKitSource,
  RequestResponse_Reason,
  type SignalResponse,
  TrackType,
  VideoLayer_Mode,
} from '@livekit/protocol';
import {
  type Encryption,
  isDisplayName,
  kindToWire,
  type LayerKind,
  layerKindToWire,
  limits,
  type MediaKind,
  MeridianError,
  type RtpEncoding,
  type RtpParameters,
  rtpParametersToWire,
  sourceToWire,
  type Track,
  type TrackSource,
  type VideoLayer,
  type wire,
} from '@meridian/protocol';
import type { OfferedTrack } from '@meridian/sdp';
import { reasonOf } from './request-reasons.ts';
import { responseOf } from './responses.ts';
import { encryptionTypes, liveKitSources, trackInfoOf } from './tracks.ts';

export interface AskedTrack {
  /** The client's name of it: the track id in `a=msid` of its offer. */
  readonly cid: string;
  readonly kind: MediaKind;
  readonly source: TrackSource;
  readonly name: string;
  readonly muted: boolean;
  readonly width: number;
  readonly height: number;
  /** Lowest first. */
  readonly layers: readonly VideoLayer[];
  readonly encryption: Encryption | undefined;
  readonly disableDtx: boolean;
  readonly stereo: boolean;
  /** Of the codec that the client means to send; '': it does not say, or none that is routed here. */
  readonly mimeType: string;
  /** Of VP9 and AV1: every layer is a stream of its own. */
  readonly isStreamPerLayer: boolean;
}
export type AskedTrackResult =
  | { readonly ok: true; readonly track: AskedTrack }
  | { readonly ok: false; readonly code: string; readonly response: SignalResponse };

/** A MediaStreamTrack's id is a UUID; msid-ids are at most so long (RFC 8830, 2). */
const cidLengthMax = 64;
const sizeMax = 0xffff;

/**
 * A request to publish. `tracks`: how many the client publishes, or has asked for, already. Refused: with a code of
 * errors.ts, and the response that clients know.
 */
export function askedTrackOf(
  request: AddTrackRequest,
  o: { readonly canPublish: boolean; readonly tracks: number },
): AskedTrackResult {
  const fault = faultOf(request, o);
  if (fault !== undefined) return { ok: false, code: fault.code, response: refusal(request, fault) };
  const isVideo = request.type === TrackType.VIDEO;
  const [codec] = request.simulcastCodecs;
  const layers = [request.layers, codec?.layers ?? []].find(({ length }) => length > 0) ?? [];
  return {
    ok: true,
    track: {
      cid: request.cid,
      kind: isVideo ? 'video' : 'audio',
      source: sourceOf(request.source),
      name: request.name,
      muted: request.muted,
      width: isVideo ? request.width : 0,
      height: isVideo ? request.height : 0,
      layers: isVideo ? layersUpwards(layers) : [],
      encryption: encryptionOf(request.encryption),
      disableDtx: request.disableDtx,
      stereo: request.stereo,
      mimeType: isVideo ? (mimeTypes[codec?.codec.toLowerCase() ?? ''] ?? '') : 'audio/opus',
      isStreamPerLayer: codec?.videoLayerMode === VideoLayer_Mode.ONE_SPATIAL_LAYER_PER_STREAM,
    },
  };
}

/**
 * The answer to AddTrackRequest, which the client waits for before it offers the track. It names the codec to be sent,
 * and no second one: there are no backup codecs here.
 */
export function trackPublishedResponse(asked: AskedTrack, trackSid: string): SignalResponse {
  const mimeType = asked.kind === 'video' && asked.mimeType === '' ? usualMimeType : asked.mimeType;
  const layerKind = layerKindOf(asked, { mimeType, streams: asked.layers.length });
  const info = trackInfoOf(trackOf(asked, { trackSid, mimeType, layerKind, layers: asked.layers }), { cid: asked.cid });
  info.disableDtx = asked.disableDtx;
  info.stereo = asked.stereo;
  return responseOf('trackPublished', { cid: asked.cid, track: info });
}

/** Our request, once an offer has the track. Throws REQUEST_INVALID when the line is of the other kind. */
export function publishOf(asked: AskedTrack, offered: OfferedTrack, trackSid: string): wire.Publish.$Properties {
  if (offered.kind !== asked.kind)
    throw new MeridianError('REQUEST_INVALID', `offer: ${offered.mid} is ${offered.kind}, the track is ${asked.kind}`);
  const mimeType = offered.rtp.codecs[0]?.mimeType ?? '';
  const layerKind = layerKindOf(asked, { mimeType, streams: offered.rids.length });
  const rtp = rtpOf(asked, offered, layerKind);
  const layers = layersOf(asked, layerKind, rtp.encodings?.length ?? 1);
  const track = trackOf(asked, { trackSid, mimeType, layerKind, layers });
  return {
    track: Object.assign({}, track, {
      kind: kindToWire(track.kind),
      source: sourceToWire(track.source),
      layerKind: layerKindToWire(layerKind),
      layers: [...layers],
    }),
    rtpParameters: rtpParametersToWire(rtp),
  };
}

/** The service has refused to publish; clients know it as an answer to their AddTrackRequest. */
export const publishRefused = (
  { cid }: Pick<AskedTrack, 'cid'>,
  error: { readonly code: string; readonly message: string },
): SignalResponse =>
  responseOf('requestResponse', {
    reason: reasonOf(error.code),
    message: error.message,
    request: { case: 'addTrack', value: { cid } },
  });

const usualMimeType = 'video/VP8';
/** As AddTrackRequest names codecs. */
const mimeTypes: { readonly [codec: string]: string | undefined } = {
  vp8: 'video/VP8',
  vp9: 'video/VP9',
  av1: 'video/AV1',
  h264: 'video/H264',
};
const svcMimeTypes: ReadonlySet<string> = new Set(['video/vp9', 'video/av1']);

interface Fault {
  readonly code: 'NOT_PERMITTED' | 'TRACK_LIMIT' | 'REQUEST_INVALID';
  readonly reason: RequestResponse_Reason;
  readonly message: string;
}

function faultOf(
  request: AddTrackRequest,
  o: { readonly canPublish: boolean; readonly tracks: number },
): Fault | undefined {
  const { cid, name, type, layers, width, height } = request;
  const invalid = (message: string): Fault => ({
    code: 'REQUEST_INVALID',
    reason: RequestResponse_Reason.INVALID_REQUEST,
    message,
  });
  const { NOT_ALLOWED, LIMIT_EXCEEDED, UNSUPPORTED_TYPE } = RequestResponse_Reason;
  if (!o.canPublish)
    return { code: 'NOT_PERMITTED', reason: NOT_ALLOWED, message: 'does not have permission to publish' };
  if (type !== TrackType.AUDIO && type !== TrackType.VIDEO)
    return { code: 'REQUEST_INVALID', reason: UNSUPPORTED_TYPE, message: 'a track is audio or video' };
  if (o.tracks >= limits.tracksPerParticipantMax)
    return { code: 'TRACK_LIMIT', reason: LIMIT_EXCEEDED, message: `at most ${limits.tracksPerParticipantMax} tracks` };
  if (cid === '' || cid.length > cidLengthMax) return invalid(`cid: 1 to ${cidLengthMax} characters`);
  if (!isDisplayName(name)) return invalid(`name: at most ${limits.nameLengthMax} characters that are seen`);
  if (layers.length > limits.encodingsMax) return invalid(`layers: at most ${limits.encodingsMax}`);
  if (encryptionOf(request.encryption) === undefined && request.encryption !== Encryption_Type.NONE)
    return invalid('encryption: gcm or custom');
  const sizes = [width, height, ...layers.flatMap((layer) => [layer.width, layer.height])];
  if (sizes.some((size) => size > sizeMax)) return invalid(`sizes: at most ${sizeMax}`);
  return undefined;
}

const refusal = ({ cid, name }: AddTrackRequest, { reason, message }: Fault): SignalResponse =>
  responseOf('requestResponse', {
    reason,
    message,
    request: {
      case: 'addTrack',
      value: { cid: cid.slice(0, cidLengthMax), name: name.slice(0, limits.nameLengthMax) },
    },
  });

const keyOf = <Key extends string, Value>(table: { readonly [key in Key]: Value }, value: Value): Key | undefined =>
  (Object.keys(table) as Key[]).find((key) => table[key] === value);
const sourceOf = (source: LiveKitSource): TrackSource => keyOf(liveKitSources, source) ?? 'unknown';
const encryptionOf = (type: Encryption_Type): Encryption | undefined => keyOf(encryptionTypes, type);

/** SVC of livekit-client lists its layers the best first, simulcast the lowest first: by size they are alike. */
const layersUpwards = (layers: AddTrackRequest['layers']): VideoLayer[] =>
  layers
    .toSorted((a, b) => a.width * a.height - b.width * b.height || a.quality - b.quality)
    .map(({ width, height, bitrate }, spatialLayer) => ({ spatialLayer, width, height, maxBitrateBps: bitrate }));

/**
 * VP9 and AV1 are sent as SVC whatever the offer lists: browsers that take several encodings as SVC list rids that no
 * packet has (livekit-client utils.ts, usesLegacySVCEncodings).
 */
function layerKindOf(asked: AskedTrack, o: { readonly mimeType: string; readonly streams: number }): LayerKind {
  if (asked.kind === 'audio') return 'simple';
  if (svcMimeTypes.has(o.mimeType.toLowerCase()) && !(asked.isStreamPerLayer && o.streams > 1)) return 'svc';
  return o.streams > 1 ? 'simulcast' : 'simple';
}

function trackOf(
  { kind, source, name, muted, width, height, encryption }: AskedTrack,
  o: {
    readonly trackSid: string;
    readonly mimeType: string;
    readonly layerKind: LayerKind;
    readonly layers: readonly VideoLayer[];
  },
): Track {
  return {
    trackId: o.trackSid,
    kind,
    source,
    name,
    muted,
    mimeType: o.mimeType,
    layerKind: o.layerKind,
    layers: o.layers,
    nodeId: '',
    width,
    height,
    ...(encryption === undefined ? {} : { encryption }),
  };
}

/** As many as are sent: of more the largest, of fewer than are sent none, as their sizes are not known. */
function layersOf({ kind, layers, width, height }: AskedTrack, layerKind: LayerKind, streams: number): VideoLayer[] {
  if (kind === 'audio') return [];
  const count = layerKind === 'svc' ? spatialLayersOf(layers) : streams;
  const sent = layers.slice(-count).map((layer, spatialLayer) => Object.assign({}, layer, { spatialLayer }));
  if (sent.length === count) return sent;
  return Array.from({ length: count }, (_, index) => ({
    spatialLayer: index,
    width: Math.ceil(width / 2 ** (count - 1 - index)),
    height: Math.ceil(height / 2 ** (count - 1 - index)),
    maxBitrateBps: 0,
  }));
}

const spatialLayersMax = 3; // of VP9 and AV1 with every SDK
const spatialLayersOf = (layers: readonly VideoLayer[]): number =>
  Math.min(Math.max(layers.length, 1), spatialLayersMax);

function rtpOf(
  { kind, layers, disableDtx }: AskedTrack,
  { rtp, rids }: OfferedTrack,
  layerKind: LayerKind,
): RtpParameters {
  const encodings = rtp.encodings ?? [{}];
  if (layerKind === 'simulcast') return withEncodings(rtp, ridsUpwards(encodings));
  // The rids of SVC are in no packet.
  const [first = {}] = encodings;
  const single: RtpEncoding = rids.length > 1 || layerKind === 'svc' ? withoutRid(first) : first;
  const count = spatialLayersOf(layers);
  // livekit-client: L3T3_KEY for cameras, L1T3 for screens (LocalParticipant.ts); descriptions do not have it.
  const scalabilityMode = count > 1 ? `L${count}T3_KEY` : 'L1T3';
  const ofSvc = layerKind === 'svc' ? { scalabilityMode } : {};
  const ofAudio = kind === 'audio' ? { dtx: !disableDtx } : {};
  return withEncodings(rtp, [Object.assign({}, single, ofSvc, ofAudio)]);
}

const withEncodings = (rtp: RtpParameters, encodings: RtpEncoding[]): RtpParameters =>
  Object.assign({}, rtp, { encodings });

function withoutRid({ rid: _, ...rest }: RtpEncoding): RtpEncoding {
  return rest;
}

/** q, h, f are a quarter, a half, all of the picture; SDKs list them in either order. */
const ridRanks: { readonly [rid: string]: number | undefined } = { q: 0, h: 1, f: 2 };

/** Of other names the order stays: the offer is read as the best first, RFC 8853. */
function ridsUpwards(encodings: readonly RtpEncoding[]): RtpEncoding[] {
  const rankOf = ({ rid = '' }: RtpEncoding): number | undefined => ridRanks[rid];
  if (encodings.some((encoding) => rankOf(encoding) === undefined)) return [...encodings];
  return encodings.toSorted((a, b) => (rankOf(a) ?? 0) - (rankOf(b) ?? 0));
}
