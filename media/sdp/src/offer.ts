// What a WHIP client offers to send (RFC 9725), as RTP parameters for a media node. Nothing is taken in part: an m-line
// that is sent and cannot be taken refuses the whole offer (4.4.3).
import { type Fingerprint, limits, MeridianError } from '@meridian/protocol';
import type { Description, Media } from './description.ts';
import { invalid } from './invalid.ts';
import { isSent, type OfferedTrack, trackOf } from './track.ts';
import { checkBundle, fingerprintOf, setupOf, ufragOf } from './transport.ts';

/** More than tracks: a client may offer lines that it does not send on. */
const MEDIA_MAX = 64;

export interface OfferedLine {
  readonly mid: string;
  readonly type: string;
  readonly protocol: string;
  /** The first format of the line. */
  readonly format: string;
  /** undefined: nothing is sent on it. */
  readonly track: OfferedTrack | undefined;
}
export interface Offer {
  readonly fingerprint: Fingerprint;
  /** The user name of the client's side of ICE. */
  readonly ufrag: string;
  readonly allowsMixedExtensions: boolean;
  readonly lines: readonly OfferedLine[];
}

export const tracksOf = ({ lines }: Offer): OfferedTrack[] => lines.flatMap(({ track }) => track ?? []);

/**
 * The offer. Throws REQUEST_INVALID for one that is malformed or not of the form that WHIP has, CODEC_UNSUPPORTED for a
 * line without a codec that is routed here, and TRACK_LIMIT for too many tracks or layers.
 */
export function readOffer(sdp: Description): Offer {
  const sent = sentLines(sdp);
  if (sent.length === 0) throw invalid('sends neither audio nor video');
  checkBundle(sdp, sent);
  setupOf(sdp, sent);
  const fingerprint = fingerprintOf(sdp, sent);
  const ufrag = ufragOf(sdp);
  if (ufrag === undefined) throw invalid('without ICE user name and password');
  return {
    fingerprint,
    ufrag,
    allowsMixedExtensions: sdp.extmapAllowMixed !== undefined,
    lines: sdp.media.map((media) => {
      const line = lineOf(media);
      if (!sent.includes(media)) return { ...line, track: undefined };
      const track = trackOf(media, bestFirst);
      if (track === undefined)
        throw new MeridianError('CODEC_UNSUPPORTED', `the line ${line.mid} offers no codec that is routed here`);
      return { ...line, track };
    }),
  };
}

/** The lines that audio or video is sent on. Throws TRACK_LIMIT for too many of them, or of lines. */
export function sentLines(sdp: Description): Media[] {
  if (sdp.media.length > MEDIA_MAX) throw new MeridianError('TRACK_LIMIT', `at most ${MEDIA_MAX} m-lines`);
  const sent = sdp.media.filter((media) => isSent(sdp, media));
  if (sent.length > limits.tracksPerParticipantMax)
    throw new MeridianError('TRACK_LIMIT', `at most ${limits.tracksPerParticipantMax} tracks`);
  return sent;
}

/** What an answer repeats of the m-line. */
export function lineOf({ type, protocol, mid, payloads }: Media): Omit<OfferedLine, 'track'> {
  const [format = ''] = String(payloads ?? '').split(' ');
  return { mid: String(mid ?? ''), type, protocol: String(protocol), format };
}

/** Layers whose best one is offered first (RFC 8853, 5.2), the lowest first. */
export const bestFirst = (rids: readonly string[]): string[] => rids.toReversed();

/**
 * The client's ICE user name in a fragment of a description (RFC 8840); undefined: there is none. Throws
 * REQUEST_INVALID for a fragment that tells nothing of ICE.
 */
export function readFragment(sdp: Description): string | undefined {
  const ufrag = ufragOf(sdp);
  const tells = [sdp, ...sdp.media].some(({ candidates, endOfCandidates }) => candidates ?? endOfCandidates);
  if (ufrag === undefined && !tells) throw new MeridianError('REQUEST_INVALID', 'neither candidates nor credentials');
  return ufrag;
}
