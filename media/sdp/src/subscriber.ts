// Builds the offer for a LiveKit client's receiving connection, and reads its answer.
import type { Fingerprint, RtpCodec, RtpParameters } from '@meridian/protocol';
import type { Description, Media } from './description.ts';
import { invalid } from './invalid.ts';
import {
  DATA_FORMAT,
  DATA_PROTOCOL,
  dataLine,
  description,
  type LineRtp,
  MEDIA_PROTOCOL,
  type NodeTransport,
  rejectedLine,
  rtpLine,
} from './lines.ts';
import { isOpen } from './track.ts';
import { fingerprintOf } from './transport.ts';

/** Sent media of a line: a consumer's RTP, and the names of its stream and track. */
export interface SentMedia {
  readonly rtp: RtpParameters;
  readonly streamId: string;
  readonly trackId: string;
}
export interface SubscriberLine {
  readonly mid: string;
  readonly kind: 'audio' | 'video' | 'application';
  /** Undefined for a rejected line without media, whose place another `mid` may take. */
  readonly sent: SentMedia | undefined;
}
export interface SubscriberAnswer {
  readonly fingerprint: Fingerprint;
  readonly refusedMids: readonly string[];
}

const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';

/** Offers these lines, in order. Data channels are rejected without `side.sctp`. */
export function offerToSubscriber(
  side: NodeTransport,
  lines: readonly SubscriberLine[],
  id: { readonly sessionId: number; readonly version: number },
): Description {
  const media = lines.map((line) => (line.kind === 'application' ? dataOf(line, side) : mediaOf(line, side)));
  return description(id, media, { mixedExtensions: true });
}

/**
 * Parses the client's answer to these lines. Throws REQUEST_INVALID for a malformed one, other lines, or a client that
 * has not the DTLS role that `side` leaves to it.
 */
export function readSubscriberAnswer(
  sdp: Description,
  lines: readonly SubscriberLine[],
  side: Pick<NodeTransport, 'beginsDtls'>,
): SubscriberAnswer {
  if (sdp.media.length !== lines.length) throw invalid(`${lines.length} lines were offered`);
  lines.forEach(({ mid, kind }, at) => {
    const answered = sdp.media[at];
    if (answered?.type !== kind) throw invalid(`the line ${mid} is ${kind}`);
    if (isOpen(answered) && String(answered.mid ?? '') !== mid) throw invalid(`the line ${mid} has another mid`);
  });
  const open = sdp.media.filter(isOpen);
  const setup = sdp.setup ?? open.find((media) => media.setup !== undefined)?.setup;
  const role = side.beginsDtls ? 'passive' : 'active';
  if (open.length > 0 && setup !== role) throw invalid(`the DTLS role must be ${role}`);
  return {
    fingerprint: fingerprintOf(sdp, open),
    refusedMids: lines.filter((line, at) => isOffered(line) && isRejected(sdp.media[at])).map(({ mid }) => mid),
  };
}

const setupOf = ({ beginsDtls }: NodeTransport): string => (beginsDtls ? 'active' : 'actpass');

const isRejected = (media: Media | undefined): boolean => media === undefined || !isOpen(media);

const isOffered = ({ kind, sent }: SubscriberLine): boolean => kind === 'application' || sent !== undefined;

function dataOf({ mid, kind: type }: SubscriberLine, side: NodeTransport): Media {
  if (side.sctp === undefined) return rejectedLine({ mid, type, protocol: DATA_PROTOCOL, format: DATA_FORMAT });
  return dataLine(mid, { side, sctp: side.sctp, setup: setupOf(side) });
}

function mediaOf({ mid, kind: type, sent }: SubscriberLine, side: NodeTransport): Media {
  const name = { mid, type, protocol: MEDIA_PROTOCOL, format: '0' };
  if (sent === undefined) return rejectedLine(name);
  const line = rtpLine(name, { side, setup: setupOf(side), direction: 'sendonly', rtp: lineRtpOf(sent.rtp) });
  return { ...line, ...sourcesOf(sent) };
}

/**
 * Returns the consumer's RTP without the MID header extension: its packets carry the media node's `mid`, which differs
 * from that of a reused line; receivers find the line by SSRC.
 */
const lineRtpOf = ({ codecs, headerExtensions = [], rtcp }: RtpParameters): LineRtp => ({
  codecs,
  headerExtensions: headerExtensions.filter(({ uri }) => uri !== MID),
  reducedSize: rtcp?.reducedSize !== false,
  fmtpOf: ({ parameters = {} }: RtpCodec) =>
    Object.entries(parameters)
      .map(([name, value]) => `${name}=${value}`)
      .join(';'),
});

function sourcesOf({ rtp, streamId, trackId }: SentMedia): Pick<Media, 'msid' | 'ssrcs' | 'ssrcGroups'> {
  const encodings = rtp.encodings ?? [];
  const pairs = encodings.flatMap(({ ssrc, rtx }) => (ssrc === undefined ? [] : [[ssrc, rtx?.ssrc ?? []].flat()]));
  const value = rtp.rtcp?.cname ?? streamId;
  return {
    msid: [{ id: streamId, appdata: trackId }],
    ssrcs: pairs.flat().map((id) => ({ id, attribute: 'cname', value })),
    ssrcGroups: pairs.filter(({ length }) => length > 1).map((ssrcs) => ({ semantics: 'FID', ssrcs: ssrcs.join(' ') })),
  };
}
