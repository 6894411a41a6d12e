// Parses and answers the offer of a LiveKit client's publishing connection. Unsupported lines are refused one by one;
// the tracks of the other lines continue.
import { type Fingerprint, limits } from '@meridian/protocol';
import type { Description, Direction, Media } from './description.ts';
import { invalid } from './invalid.ts';
import {
  DATA_FORMAT,
  DATA_PROTOCOL,
  type DescriptionId,
  dataLine,
  description,
  type NodeTransport,
  rejectedLine,
  rtpLine,
} from './lines.ts';
import { bestFirst, lineOf, sentLines } from './offer.ts';
import { asOffered, receivedLine } from './received-line.ts';
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
  readonly format: string;
  readonly direction: Direction;
  /** Stream and track named by the client on the line; `''` without. */
  readonly streamId: string;
  readonly trackId: string;
  readonly track: OfferedTrack | undefined;
  /** Set when the line's media cannot be accepted. */
  readonly refusal: 'CODEC_UNSUPPORTED' | undefined;
  /** Format with which the answer keeps an open line without media, so the client can use it later. */
  readonly idle: LineFormat | undefined;
  readonly isData: boolean;
}
export interface PublisherOffer {
  readonly fingerprint: Fingerprint;
  readonly ufrag: string;
  readonly setup: string;
  readonly allowsMixedExtensions: boolean;
  readonly lines: readonly PublisherLine[];
}

/**
 * Lines for all tracks of a participant, and data. In longer offers, idle lines are rejected, so that browsers reuse
 * them and repeated screen shares do not lengthen a client's offers forever.
 */
const IDLE_KEPT_LINES_MAX = limits.tracksPerParticipantMax + 1;

/** LiveKit's names of layers, the lowest first. */
const LAYERS = ['q', 'h', 'f'];

/**
 * Parses an offer. Throws REQUEST_INVALID for a malformed one, and TRACK_LIMIT for too many lines, tracks or layers. A
 * line without a routed codec has a `refusal`. `wantedOf` returns the MIME type that the client has announced for a
 * track, `''` for none: browsers offer all codecs in their own order, and send the answer's first.
 */
export function readPublisherOffer(sdp: Description, wantedOf: (trackId: string) => string = () => ''): PublisherOffer {
  sentLines(sdp);
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

/** Answers each line of the offer, in order. Rejects lines with a `refusal` and those of `refused`. */
export function answerPublisher(
  offer: PublisherOffer,
  side: NodeTransport,
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
  const media = mimeTypeFirst(offered, wantedOf(msidOf(offered).trackId));
  const track = isSentOn ? trackOf(media, lowestFirst) : undefined;
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

/** Moves the formats of this MIME type to the front. */
function mimeTypeFirst(media: Media, mimeType: string): Media {
  const isWanted = ({ codec }: Media['rtp'][number]): boolean =>
    `${media.type}/${codec}`.toLowerCase() === mimeType.toLowerCase();
  const wanted = new Set(media.rtp.filter(isWanted).map(({ payload }) => String(payload)));
  if (wanted.size === 0) return media;
  const formats = String(media.payloads ?? '').split(' ');
  const inFront = formats.filter((format) => wanted.has(format));
  return { ...media, payloads: [...inFront, ...formats.filter((format) => !wanted.has(format))].join(' ') };
}

/** Sorts LiveKit's layer names, which its clients offer in either order; other names follow the standard's order. */
const lowestFirst = (rids: readonly string[]): string[] =>
  rids.every((rid) => LAYERS.includes(rid))
    ? rids.toSorted((one, other) => LAYERS.indexOf(one) - LAYERS.indexOf(other))
    : bestFirst(rids);

/** Reads the msid of the line, or of its first SSRC with one. `-` means no stream. */
function msidOf({ msid, ssrcs }: Media): { streamId: string; trackId: string } {
  const [line] = msid ?? [];
  const [id = '', appdata = ''] =
    line === undefined
      ? String(ssrcs?.find(({ attribute }) => attribute === 'msid')?.value ?? '').split(' ')
      : [String(line.id), String(line.appdata ?? '')];
  return { streamId: id === '-' ? '' : id, trackId: appdata };
}
