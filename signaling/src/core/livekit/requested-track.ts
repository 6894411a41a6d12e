// Checks AddTrackRequest, with which a LiveKit client announces a track.
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
  cleanDisplayName,
  cutText,
  displayNameRule,
  type Encryption,
  isDisplayName,
  limits,
  type MediaKind,
  mayPublish,
  type Participant,
  type TrackSource,
  type VideoLayer,
} from '@meridian/protocol';
import { responseOf } from './responses.ts';
import { encryptionTypes, liveKitSources } from './tracks.ts';

export interface RequestedTrack {
  /** The client's name of the track: the track id in `a=msid` of its offer. */
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
  /** Codec that the client means to send; '': not given, or unsupported here. */
  readonly mimeType: string;
  /** VP9 and AV1: every layer is a stream of its own. */
  readonly isStreamPerLayer: boolean;
}
export type RequestedTrackResult =
  | { readonly ok: true; readonly track: RequestedTrack }
  | { readonly ok: false; readonly code: string; readonly response: SignalResponse };

/** A MediaStreamTrack's id is a UUID; msid ids have at most this length (RFC 8830, 2). */
const cidLengthMax = 64;
const sizeMax = 0xffff;

/**
 * Checks a request to publish; the number counts the tracks that the client publishes or has requested. A refusal
 * has a code of errors.ts and the response that LiveKit clients know.
 */
export function requestedTrackOf(
  request: AddTrackRequest,
  o: { readonly canPublish: boolean; readonly tracks: number },
): RequestedTrackResult {
  const fault = faultOf(request, o);
  if (fault !== undefined) return { ok: false, code: fault.code, response: refusal(request, fault) };
  const isVideo = request.type === TrackType.VIDEO;
  const [codec] = request.simulcastCodecs;
  return {
    ok: true,
    track: {
      cid: request.cid,
      kind: isVideo ? 'video' : 'audio',
      source: sourceOf(request.source),
      name: cleanDisplayName(request.name),
      muted: request.muted,
      width: isVideo ? request.width : 0,
      height: isVideo ? request.height : 0,
      layers: isVideo ? layersUpwards(layersOf(request)) : [],
      encryption: encryptionOf(request.encryption),
      disableDtx: request.disableDtx,
      stereo: request.stereo,
      mimeType: isVideo ? (mimeTypes.get(codec?.codec.toLowerCase() ?? '') ?? '') : 'audio/opus',
      isStreamPerLayer: codec?.videoLayerMode === VideoLayer_Mode.ONE_SPATIAL_LAYER_PER_STREAM,
    },
  };
}

/** Codec names of AddTrackRequest. */
const mimeTypes: ReadonlyMap<string, string> = new Map([
  ['vp8', 'video/VP8'],
  ['vp9', 'video/VP9'],
  ['av1', 'video/AV1'],
  ['h264', 'video/H264'],
]);
interface Fault {
  readonly code: 'NOT_PERMITTED' | 'TRACK_LIMIT' | 'REQUEST_INVALID';
  readonly reason: RequestResponse_Reason;
  readonly message: string;
}

function faultOf(
  request: AddTrackRequest,
  o: { readonly canPublish: boolean; readonly tracks: number },
): Fault | undefined {
  const { cid, name, type, width, height } = request;
  const layers = layersOf(request);
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
  if (!isDisplayName(cleanDisplayName(name))) return invalid(`name: ${displayNameRule}`);
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
      value: { cid: cid.slice(0, cidLengthMax), name: cutText(name, limits.nameLengthMax) },
    },
  });

const keyOf = <Key extends string, Value>(table: { readonly [key in Key]: Value }, value: Value): Key | undefined =>
  (Object.keys(table) as Key[]).find((key) => table[key] === value);
/** Returns whether the participant has the right to publish the requested track. */
export const mayAnnounce = (self: Participant, { source, type }: AddTrackRequest): boolean =>
  mayPublish(self, { source: sourceOf(source), kind: type === TrackType.VIDEO ? 'video' : 'audio' });

const sourceOf = (source: LiveKitSource): TrackSource => keyOf(liveKitSources, source) ?? 'unknown';
const encryptionOf = (type: Encryption_Type): Encryption | undefined => keyOf(encryptionTypes, type);

/** Returns the layers of the request, or of its first codec, where some SDKs list them. Further codecs are ignored. */
const layersOf = ({ layers, simulcastCodecs }: AddTrackRequest): AddTrackRequest['layers'] =>
  layers.length > 0 ? layers : (simulcastCodecs[0]?.layers ?? []);

/** Sorts layers by size: livekit-client lists the best layer first for SVC, the lowest first for simulcast. */
const layersUpwards = (layers: AddTrackRequest['layers']): VideoLayer[] =>
  layers
    .toSorted((a, b) => a.width * a.height - b.width * b.height || a.quality - b.quality)
    .map(({ width, height, bitrate }, spatialLayer) => ({ spatialLayer, width, height, maxBitrateBps: bitrate }));
