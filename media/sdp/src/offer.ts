// Converts a WHIP offer (RFC 9725) to RTP parameters for a media node. Nothing is accepted in part: a line with media
// that cannot be received refuses the whole offer (4.4.3).
import { type Fingerprint, limits, MeridianError } from '@meridian/protocol';
import type { Description, Media } from './description.ts';
import { invalid } from './invalid.ts';
import { isSent, type OfferedTrack, trackOf } from './track.ts';
import { checkBundle, fingerprintOf, setupOf, ufragOf } from './transport.ts';

/** Above the number of tracks, because a client may offer lines without media. */
const MEDIA_MAX = 64;

export interface OfferedLine {
  readonly mid: string;
  readonly type: string;
  readonly protocol: string;
  readonly format: string;
  readonly track: OfferedTrack | undefined;
}
export interface Offer {
  readonly fingerprint: Fingerprint;
  readonly ufrag: string;
  readonly allowsMixedExtensions: boolean;
  readonly lines: readonly OfferedLine[];
}

export const tracksOf = ({ lines }: Offer): OfferedTrack[] => lines.flatMap(({ track }) => track ?? []);

/**
 * Parses an offer. Throws REQUEST_INVALID for a malformed one or one not allowed by WHIP, CODEC_UNSUPPORTED for a line
 * without a routed codec, and TRACK_LIMIT for too many tracks or layers.
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

/** Returns the lines on which audio or video is sent. Throws TRACK_LIMIT for too many of them, or too many lines. */
export function sentLines(sdp: Description): Media[] {
  if (sdp.media.length > MEDIA_MAX) throw new MeridianError('TRACK_LIMIT', `at most ${MEDIA_MAX} m-lines`);
  const sent = sdp.media.filter((media) => isSent(sdp, media));
  if (sent.length > limits.tracksPerParticipantMax)
    throw new MeridianError('TRACK_LIMIT', `at most ${limits.tracksPerParticipantMax} tracks`);
  return sent;
}

/** Returns the parts of the m-line that an answer repeats. */
export function lineOf({ type, protocol, mid, payloads }: Media): Omit<OfferedLine, 'track'> {
  const [format = ''] = String(payloads ?? '').split(' ');
  return { mid: String(mid ?? ''), type, protocol: String(protocol), format };
}

/** Layers whose best one is offered first (RFC 8853, 5.2), the lowest first. */
export const bestFirst = (rids: readonly string[]): string[] => rids.toReversed();

/**
 * Returns the client's ICE ufrag in a fragment of a description (RFC 8840); undefined without one. Throws
 * REQUEST_INVALID for a fragment without ICE attributes.
 */
export function readFragment(sdp: Description): string | undefined {
  const ufrag = ufragOf(sdp);
  const hasCandidates = [sdp, ...sdp.media].some(({ candidates, endOfCandidates }) => candidates ?? endOfCandidates);
  if (ufrag === undefined && !hasCandidates)
    throw new MeridianError('REQUEST_INVALID', 'neither candidates nor credentials');
  return ufrag;
}
