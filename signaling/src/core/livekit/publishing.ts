// Makes our Publish from a LiveKit client's AddTrackRequest and the m-line of its offer that carries the track.
import type { SignalResponse } from '@livekit/protocol';
import {
  dependencyDescriptorUri,
  kindToWire,
  type LayerKind,
  layerKindToWire,
  MeridianError,
  type RtpEncoding,
  type RtpParameters,
  rtpParametersToWire,
  sourceToWire,
  type Track,
  type VideoLayer,
  type wire,
} from '@meridian/protocol';
import type { OfferedTrack } from '@meridian/sdp';
import { reasonOf } from './request-reasons.ts';
import type { RequestedTrack } from './requested-track.ts';
import { responseOf } from './responses.ts';
import { trackInfoOf } from './tracks.ts';

/** Answers AddTrackRequest; the client waits for the answer before it makes its offer. */
export function trackPublishedResponse(requestedTrack: RequestedTrack, trackSid: string): SignalResponse {
  const mimeType =
    requestedTrack.kind === 'video' && requestedTrack.mimeType === '' ? usualMimeType : requestedTrack.mimeType;
  const layerKind = layerKindOf(requestedTrack, { mimeType, streams: requestedTrack.layers.length });
  const info = trackInfoOf(trackOf(requestedTrack, { trackSid, mimeType, layerKind, layers: requestedTrack.layers }), {
    cid: requestedTrack.cid,
  });
  info.disableDtx = requestedTrack.disableDtx;
  info.stereo = requestedTrack.stereo;
  return responseOf('trackPublished', { cid: requestedTrack.cid, track: info });
}

/** Returns our Publish for a track in an offer. Throws REQUEST_INVALID when the m-line has another media kind. */
export function publishOf(
  requestedTrack: RequestedTrack,
  offered: OfferedTrack,
  trackSid: string,
): wire.Publish.$Properties {
  if (offered.kind !== requestedTrack.kind)
    throw new MeridianError(
      'REQUEST_INVALID',
      `offer: ${offered.mid} is ${offered.kind}, the track is ${requestedTrack.kind}`,
    );
  const mimeType = offered.rtp.codecs[0]?.mimeType ?? '';
  const layerKind = hasReadableLayers(offered.rtp)
    ? layerKindOf(requestedTrack, { mimeType, streams: offered.rids.length })
    : 'simple';
  const count = spatialLayersOf(requestedTrack, offered);
  const rtp = rtpOf(requestedTrack, offered, { layerKind, count });
  const layers = layersOf(requestedTrack, layerKind === 'svc' ? count : (rtp.encodings?.length ?? 1));
  const track = trackOf(requestedTrack, { trackSid, mimeType, layerKind, layers });
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

/** Returns the refusal to publish; clients know it as an answer to their AddTrackRequest. */
export const publishRefused = (
  { cid }: Pick<RequestedTrack, 'cid'>,
  error: { readonly code: string; readonly message: string },
): SignalResponse =>
  responseOf('requestResponse', {
    reason: reasonOf(error.code),
    message: error.message,
    request: { case: 'addTrack', value: { cid } },
  });

const usualMimeType = 'video/VP8';
const svcMimeTypes: ReadonlySet<string> = new Set(['video/vp9', 'video/av1']);

/**
 * Returns false for AV1 without the dependency descriptor, from which a media node reads the layers; it would forward
 * nothing of such a track as SVC. Native SDKs offer the descriptor only with simulcast.
 */
const hasReadableLayers = ({ codecs, headerExtensions = [] }: RtpParameters): boolean =>
  codecs[0]?.mimeType.toLowerCase() !== 'video/av1' ||
  headerExtensions.some(({ uri }) => uri === dependencyDescriptorUri);

/**
 * VP9 and AV1 count as SVC whatever the offer lists, unless the client announced a stream per layer: browsers that take
 * several encodings as SVC list rids that no packet has (usesLegacySVCEncodings of livekit-client).
 */
function layerKindOf(
  requestedTrack: RequestedTrack,
  o: { readonly mimeType: string; readonly streams: number },
): LayerKind {
  if (requestedTrack.kind === 'audio') return 'simple';
  if (svcMimeTypes.has(o.mimeType.toLowerCase()) && !(requestedTrack.isStreamPerLayer && o.streams > 1)) return 'svc';
  return o.streams > 1 ? 'simulcast' : 'simple';
}

function trackOf(
  { kind, source, name, muted, width, height, encryption }: RequestedTrack,
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

/** Returns the sent layers: the largest if too many are announced; sizes halved from the track's if too few are. */
function layersOf({ kind, layers, width, height }: RequestedTrack, count: number): VideoLayer[] {
  if (kind === 'audio') return [];
  const sent = layers.slice(-count).map((layer, spatialLayer) => Object.assign({}, layer, { spatialLayer }));
  if (sent.length === count) return sent;
  return Array.from({ length: count }, (_, index) => ({
    spatialLayer: index,
    width: Math.ceil(width / 2 ** (count - 1 - index)),
    height: Math.ceil(height / 2 ** (count - 1 - index)),
    maxBitrateBps: 0,
  }));
}

const spatialLayersMax = 3; // VP9 and AV1 with every SDK
/** libwebrtc makes no smaller layer of VP9 and AV1. */
const smallestLayer = { longSide: 240, shortSide: 135 };

/** Returns the number of SVC layers, which libwebrtc reduces for a small picture; 1 for AV1 with a single rid. */
function spatialLayersOf({ layers, width, height }: RequestedTrack, { rids, rtp }: OfferedTrack): number {
  if (rids.length === 1 && rtp.codecs[0]?.mimeType.toLowerCase() === 'video/av1') return 1;
  const asked = Math.min(Math.max(layers.length, 1), spatialLayersMax);
  if (width === 0 || height === 0) return asked;
  const [longSide, shortSide] = [Math.max(width, height), Math.min(width, height)];
  const halvings = Math.floor(
    Math.log2(Math.min(longSide / smallestLayer.longSide, shortSide / smallestLayer.shortSide)),
  );
  return Math.min(asked, 1 + Math.max(0, halvings));
}

function rtpOf(
  { kind, disableDtx }: RequestedTrack,
  { rtp }: OfferedTrack,
  { layerKind, count }: { readonly layerKind: LayerKind; readonly count: number },
): RtpParameters {
  const encodings = rtp.encodings ?? [{}];
  if (layerKind === 'simulcast') return withEncodings(rtp, ridsUpwards(encodings));
  const [single = {}] = encodings;
  // livekit-client sends L3T3_KEY for cameras, L1T3 for screens (LocalParticipant); descriptions lack the mode.
  const scalabilityMode = count > 1 ? `L${count}T3_KEY` : 'L1T3';
  const svcField = layerKind === 'svc' ? { scalabilityMode } : {};
  const audioField = kind === 'audio' ? { dtx: !disableDtx } : {};
  return withEncodings(rtp, [Object.assign({}, single, svcField, audioField)]);
}

const withEncodings = (rtp: RtpParameters, encodings: RtpEncoding[]): RtpParameters =>
  Object.assign({}, rtp, { encodings });

/** Rids for a quarter, a half and all of the picture; SDKs list them in either order. */
const knownRids: readonly (string | undefined)[] = ['q', 'h', 'f'];

/** Sorts known rids upwards. Unknown rids keep their order, since RFC 8853 lists the best first. */
function ridsUpwards(encodings: readonly RtpEncoding[]): RtpEncoding[] {
  if (!encodings.every(({ rid }) => knownRids.includes(rid))) return [...encodings];
  return encodings.toSorted((a, b) => knownRids.indexOf(a.rid) - knownRids.indexOf(b.rid));
}
