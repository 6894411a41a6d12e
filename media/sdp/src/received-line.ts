// Builds the answer's line for media that the client offered to send.
import type { RtpCodec } from '@meridian/protocol';
import type { Media } from './description.ts';
import { type LineName, type LineRtp, type NodeTransport, rtpLine } from './lines.ts';
import type { LineFormat, OfferedTrack } from './track.ts';

/** Returns the line that receives the track; simulcast layers are in the order of the offer. */
export function receivedLine(line: LineName, track: OfferedTrack, side: NodeTransport): Media {
  const { codecs, headerExtensions = [], rtcp } = track.rtp;
  const rtp = asOffered({ codecs, headerExtensions, fmtp: track.fmtp }, rtcp?.reducedSize === true);
  const { rids } = track;
  return {
    ...rtpLine(line, { side, setup: 'passive', direction: 'recvonly', rtp }),
    ...(rids.length > 0 && {
      rids: rids.map((id) => ({ id, direction: 'recv' })),
      simulcast: { dir1: 'recv', list1: rids.join(';') },
    }),
  };
}

/** Returns the RTP attributes with the client's codec parameters. A sender of stereo learns that stereo is received. */
export const asOffered = ({ codecs, headerExtensions, fmtp }: LineFormat, reducedSize: boolean): LineRtp => ({
  codecs,
  headerExtensions,
  reducedSize,
  fmtpOf: ({ parameters = {} }: RtpCodec) => {
    const needsStereo = parameters['sprop-stereo'] === 1 && !/(^|;)\s*stereo=1/.test(fmtp);
    return needsStereo ? `${fmtp};stereo=1` : fmtp;
  },
});
