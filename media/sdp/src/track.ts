// Converts the media sent on one m-line of an offer to RTP parameters for a media node.
import {
  limits,
  type MediaKind,
  MeridianError,
  type RtpCodec,
  type RtpEncoding,
  type RtpParameters,
} from '@meridian/protocol';
import { chooseCodec, type HeaderExtension, headerExtensionsOf } from './codecs.ts';
import type { Description, Direction, Media } from './description.ts';
import { invalid } from './invalid.ts';

const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const RID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
/** Codecs that media nodes forward in simulcast; layers of other codecs share one stream or are not received. */
const SIMULCAST_CODECS = ['video/VP8', 'video/H264'];

export interface OfferedTrack {
  readonly mid: string;
  readonly kind: MediaKind;
  readonly rtp: RtpParameters;
  /** Codec parameters as offered; `''` without any. */
  readonly fmtp: string;
  /** Names of the accepted layers in the order of the offer; empty for a single layer. */
  readonly rids: readonly string[];
}
export interface LineFormat {
  readonly codecs: readonly RtpCodec[];
  readonly headerExtensions: readonly HeaderExtension[];
  readonly fmtp: string;
}

export const directionOf = (sdp: Description, media: Media): Direction =>
  media.direction ?? sdp.direction ?? 'sendrecv';

/** Returns whether the client has not rejected the line; in a bundle it may be open without a port (RFC 8843). */
export const isOpen = ({ port, bundleOnly }: Media): boolean => port !== 0 || bundleOnly !== undefined;

export function isSent(sdp: Description, media: Media): boolean {
  const direction = directionOf(sdp, media);
  return isAudioOrVideo(media) && (direction === 'sendonly' || direction === 'sendrecv') && isOpen(media);
}

export const isAudioOrVideo = ({ type }: Media): boolean => type === 'audio' || type === 'video';

/** Returns the accepted codec and header extensions; undefined without a routed codec. */
export function formatOf(media: Media): LineFormat | undefined {
  const kind = kindOf(media);
  const headerExtensions = headerExtensionsOf(media, kind);
  const chosen = chooseCodec(media, kind, headerExtensions);
  return chosen === undefined ? undefined : { ...chosen, headerExtensions };
}

/**
 * Returns the media sent on the line; undefined without a routed codec. `lowestFirst` sorts offered layer names. Throws
 * REQUEST_INVALID for malformed layers or SSRCs, TRACK_LIMIT for too many layers.
 */
export function trackOf(
  media: Media,
  lowestFirst: (rids: readonly string[]) => readonly string[],
): OfferedTrack | undefined {
  const mid = String(media.mid ?? '');
  const format = formatOf(media);
  if (format === undefined) return undefined;
  const { codecs, headerExtensions, fmtp } = format;
  const rids = ridsOf(media);
  const cname = media.ssrcs?.find(({ attribute }) => attribute === 'cname')?.value;
  const rtp: RtpParameters = {
    mid,
    codecs: [...codecs],
    headerExtensions: headerExtensions.map(({ uri, id }) => ({ uri, id })),
    encodings: encodingsOf({ media, rids: lowestFirst(rids), headerExtensions, hasRtx: codecs.length > 1 }),
    rtcp: { ...(cname === undefined ? {} : { cname: String(cname) }), reducedSize: media.rtcpRsize !== undefined },
  };
  return withRoutedLayers({ mid, kind: kindOf(media), rtp, fmtp, rids });
}

/**
 * Clients offer VP9 and AV1 with the layers of VP8. For AV1 only the best layer is accepted. VP9 sends all layers in
 * one stream, under the first offered name, if the answer contains them all.
 */
function withRoutedLayers(track: OfferedTrack): OfferedTrack {
  const best = track.rtp.encodings?.at(-1)?.rid;
  const [first, second] = track.rids;
  const codec = track.rtp.codecs[0]?.mimeType ?? '';
  if (best === undefined || first === undefined || second === undefined || SIMULCAST_CODECS.includes(codec))
    return track;
  if (codec === 'video/VP9') return { ...track, rtp: { ...track.rtp, encodings: [{ rid: first }] } };
  return { ...track, rids: [best], rtp: { ...track.rtp, encodings: [{ rid: best }] } };
}

const kindOf = ({ type }: Media): MediaKind => (type === 'audio' ? 'audio' : 'video');

/** Returns the names of the sent layers; of alternatives the first. */
function ridsOf({ simulcast, rids }: Media): string[] {
  const sent = new Set((rids ?? []).filter(({ direction }) => direction === 'send').map(({ id }) => String(id)));
  const list = simulcast?.dir1 === 'send' ? simulcast.list1 : simulcast?.dir2 === 'send' ? simulcast.list2 : undefined;
  const named = list === undefined ? [] : String(list).split(';');
  const wanted = named.map((layer) => (layer.split(',')[0] ?? '').replace('~', ''));
  if (wanted.some((rid) => !sent.has(rid) || rid.length > limits.ridLengthMax) || new Set(wanted).size < wanted.length)
    throw invalid('simulcast names a layer that has no rid, or the same layer twice');
  if (wanted.length > limits.encodingsMax)
    throw new MeridianError('TRACK_LIMIT', `at most ${limits.encodingsMax} simulcast layers`);
  return wanted;
}

/** Returns an encoding per layer, in this order; without layers a single one, named by its SSRC or the line's mid. */
function encodingsOf(o: {
  media: Media;
  rids: readonly string[];
  headerExtensions: readonly HeaderExtension[];
  hasRtx: boolean;
}): RtpEncoding[] {
  const hasExtension = (wanted: string): boolean => o.headerExtensions.some(({ uri }) => uri === wanted);
  if (o.rids.length > 0) {
    if (!hasExtension(MID) || !hasExtension(RID)) throw invalid('layers need the header extensions for mid and rid');
    return o.rids.map((rid) => ({ rid }));
  }
  const ssrc = o.media.ssrcs?.[0]?.id;
  if (ssrc === undefined) {
    if (!hasExtension(MID)) throw invalid('a line without SSRC needs the header extension for mid');
    return [{}];
  }
  if (!isSsrc(ssrc)) throw invalid('not an SSRC');
  const pairs = (o.media.ssrcGroups ?? []).filter(({ semantics }) => semantics === 'FID');
  const [, rtx] = pairs.map(({ ssrcs }) => String(ssrcs).split(' ').map(Number)).find(([of]) => of === ssrc) ?? [];
  return [{ ssrc, ...(o.hasRtx && isSsrc(rtx) ? { rtx: { ssrc: rtx } } : {}) }];
}

const isSsrc = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= 0xffff_ffff;
