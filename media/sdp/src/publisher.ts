// The offer of a LiveKit client on its publishing connection, and our answer. What cannot be taken is refused line by
// line: the tracks of the other lines go on.
import { type Fingerprint, limits } from '@meridian/protocol';
import type { Description, Direction, Media } from './description.ts';
import { invalid } from './invalid.ts';
import {
  DATA_FORMAT,
  DATA_PROTOCOL,
  type DescriptionId,
  dataLine,
  description,
  type NodeSide,
  rejectedLine,
  rtpLine,
} from './lines.ts';
import { bestFirst, lineOf, sentLines } from './offer.ts';
import { asOffered, receivedLine } from './received.ts';
import {
  directionOf,
  formatOf,
  isAudioOrVideo,
  isOpen,
  isSent,
  type LineFormat,
  type OfferedTrack,
  trackOf,
} from './track.ts';
import { checkBundle, fingerprintOf, setupOf, ufragOf } from './transport.ts';

export interface PublisherLine {
  readonly mid: string;
  /** `audio`, `video` or `application`. */
  readonly type: string;
  readonly protocol: string;
  /** The first format of the line. */
  readonly format: string;
  readonly direction: Direction;
  /** The stream and track that the client names on the line; '' without. */
  readonly streamId: string;
  readonly trackId: string;
  /** What is sent on it, with the codec that is taken. */
  readonly track: OfferedTrack | undefined;
  /** It is sent and cannot be taken. */
  readonly refusal: 'CODEC_UNSUPPORTED' | undefined;
  /** Of an open line that nothing is sent on: what the answer keeps it with, for the client to send on it later. */
  readonly idle: LineFormat | undefined;
  /** It carries data channels. */
  readonly isData: boolean;
}
export interface PublisherOffer {
  readonly fingerprint: Fingerprint;
  /** The user name of the client's side of ICE. */
  readonly ufrag: string;
  /** Its role in DTLS. */
  readonly setup: string;
  readonly allowsMixedExtensions: boolean;
  readonly lines: readonly PublisherLine[];
}

/**
 * In longer offers lines that nothing is sent on are rejected, which browsers use again for other tracks: the offers of
 * a client that shares its screen again and again would grow without end. All tracks of a participant, and data.
 */
const IDLE_KEPT_LINES_MAX = limits.tracksPerParticipantMax + 1;

/** LiveKit's names of layers, the lowest first. */
const LAYERS = ['q', 'h', 'f'];
/** The codecs that media nodes forward in simulcast; of any other several layers come in one stream, or not at all. */
const SIMULCAST_CODECS = ['video/VP8', 'video/H264'];

/**
 * The offer. Throws REQUEST_INVALID for one that is malformed, and TRACK_LIMIT for too many lines, tracks or layers. A
 * line whose codecs are not routed here has a `refusal`. `wantedOf`: the MIME type that the client has announced for a
 * track, '' for none: browsers offer all codecs in their own order, and send the one that the answer has first.
 */
export function readPublisherOffer(sdp: Description, wantedOf: (trackId: string) => string = () => ''): PublisherOffer {
  sentLines(sdp); // bounds them
  const open = sdp.media.filter(isOpen);
  checkBundle(sdp, open);
  const ufrag = ufragOf(sdp);
  if (ufrag === undefined) throw invalid('without ICE user name and password');
  return {
    fingerprint: fingerprintOf(sdp, open),
    ufrag,
    setup: setupOf(sdp, open),
    allowsMixedExtensions: sdp.extmapAllowMixed !== undefined,
    lines: sdp.media.map((media) => publisherLineOf(sdp, media, wantedOf)),
  };
}

/**
 * The description that answers the offer: a line for each of its lines, in its order. Receives on those that are sent
 * on, except what has a `refusal` and those of `refused`: they are rejected.
 */
export function answerPublisher(
  offer: PublisherOffer,
  side: NodeSide,
  { refused, ...id }: DescriptionId & { readonly refused?: ReadonlySet<string> },
): Description {
  const keepsIdle = offer.lines.length <= IDLE_KEPT_LINES_MAX;
  const media = offer.lines.map((line) => {
    if (refused?.has(line.mid)) return rejectedLine(line);
    if (line.track !== undefined) return receivedLine(line, line.track, side);
    if (line.isData && side.sctp !== undefined) return dataLine(line.mid, { side, sctp: side.sctp, setup: 'passive' });
    if (line.idle === undefined || !keepsIdle) return rejectedLine(line);
    return rtpLine(line, { side, setup: 'passive', direction: 'inactive', rtp: asOffered(line.idle, true) });
  });
  return description(id, media, { mixedExtensions: offer.allowsMixedExtensions });
}

function publisherLineOf(sdp: Description, offered: Media, wantedOf: (trackId: string) => string): PublisherLine {
  const line = lineOf(offered);
  const isSentOn = isSent(sdp, offered);
  const media = wantedFirst(offered, wantedOf(msidOf(offered).trackId));
  const track = isSentOn ? withRoutedLayers(trackOf(media, lowestFirst)) : undefined;
  return {
    ...line,
    direction: directionOf(sdp, media),
    ...msidOf(media),
    track,
    refusal: isSentOn && track === undefined ? 'CODEC_UNSUPPORTED' : undefined,
    idle: !isSentOn && isAudioOrVideo(media) && isOpen(media) ? formatOf(media) : undefined,
    isData: isOpen(media) && line.protocol === DATA_PROTOCOL && line.format === DATA_FORMAT,
  };
}

/**
 * LiveKit's native clients offer VP9 and AV1 with the layers that VP8 has. Of AV1 the best one is taken alone. VP9
 * sends all of them in one stream, under the name that was offered first, as long as the answer has them all.
 */
function withRoutedLayers(track: OfferedTrack | undefined): OfferedTrack | undefined {
  const best = track?.rtp.encodings?.at(-1)?.rid;
  const first = track?.rids[0];
  if (track === undefined || best === undefined || first === undefined || track.rids.length < 2) return track;
  const codec = track.rtp.codecs[0]?.mimeType ?? '';
  if (SIMULCAST_CODECS.includes(codec)) return track;
  if (codec === 'video/VP9') return { ...track, rtp: { ...track.rtp, encodings: [{ rid: first }] } };
  return { ...track, rids: [best], rtp: { ...track.rtp, encodings: [{ rid: best }] } };
}

/** The line with the formats of this MIME type in front. */
function wantedFirst(media: Media, mimeType: string): Media {
  const isWanted = ({ codec }: Media['rtp'][number]): boolean =>
    `${media.type}/${codec}`.toLowerCase() === mimeType.toLowerCase();
  const wanted = new Set(media.rtp.filter(isWanted).map(({ payload }) => String(payload)));
  if (wanted.size === 0) return media;
  const formats = String(media.payloads ?? '').split(' ');
  const inFront = formats.filter((format) => wanted.has(format));
  return { ...media, payloads: [...inFront, ...formats.filter((format) => !wanted.has(format))].join(' ') };
}

/** LiveKit's clients name their layers in either order; other names are in the order that the standard has. */
const lowestFirst = (rids: readonly string[]): string[] =>
  rids.every((rid) => LAYERS.includes(rid))
    ? rids.toSorted((one, other) => LAYERS.indexOf(one) - LAYERS.indexOf(other))
    : bestFirst(rids);

/** Of the line, or else of its first SSRC that has it. `-` stands for no stream. */
function msidOf({ msid, ssrcs }: Media): { streamId: string; trackId: string } {
  const [line] = msid ?? [];
  const [id = '', appdata = ''] =
    line === undefined
      ? String(ssrcs?.find(({ attribute }) => attribute === 'msid')?.value ?? '').split(' ')
      : [String(line.id), String(line.appdata ?? '')];
  return { streamId: id === '-' ? '' : id, trackId: appdata };
}
