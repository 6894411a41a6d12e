// Our answer to a WHIP client's offer: the media node's side of the one transport, and what is received on each line.
import type { Fingerprint, RtpCodec } from '@meridian/protocol';
import type { Candidate, Description, Media } from './description.ts';
import type { Offer, OfferedLine, OfferedTrack } from './offer.ts';

export interface IceCredentials {
  readonly usernameFragment: string;
  readonly password: string;
}
/** The media node's side of a transport. It is ICE-lite, and the DTLS server. */
export interface NodeSide {
  readonly ice: IceCredentials;
  readonly candidates: readonly Candidate[];
  readonly fingerprint: Fingerprint;
}

/** The media type of a fragment of a description (RFC 8840). */
export const FRAGMENT_TYPE = 'application/trickle-ice-sdpfrag';

/** The description that answers the offer. `sessionId`: a number that no other of this gateway has. */
export function answerTo(offer: Offer, side: NodeSide, sessionId: number): Description {
  const taken = offer.lines.filter(({ track }) => track !== undefined).map(({ mid }) => mid);
  return {
    version: 0,
    origin: { username: '-', sessionId, sessionVersion: 1, netType: 'IN', ipVer: 4, address: '0.0.0.0' },
    name: '-',
    timing: { start: 0, stop: 0 },
    groups: [{ type: 'BUNDLE', mids: taken.join(' ') }],
    ...(offer.allowsMixedExtensions && { extmapAllowMixed: 'extmap-allow-mixed' }),
    icelite: 'ice-lite',
    media: offer.lines.map((line) => (line.track === undefined ? refused(line) : received(line, line.track, side))),
  };
}

/** The answer to an ICE restart: new credentials, the same candidates. */
export function restartedFragment({ usernameFragment, password }: IceCredentials): string {
  return ['a=ice-lite', `a=ice-ufrag:${usernameFragment}`, `a=ice-pwd:${password}`, ''].join('\r\n');
}

const connection = { version: 4, ip: '0.0.0.0' };

/** Nothing is received on it, and nothing is sent. */
const refused = ({ type, protocol, format, mid }: OfferedLine): Media => ({
  type,
  port: 0,
  protocol,
  payloads: format,
  connection,
  rtp: [],
  fmtp: [],
  direction: 'inactive',
  ...(mid !== '' && { mid }),
});

function received({ type, protocol, mid }: OfferedLine, track: OfferedTrack, side: NodeSide): Media {
  const { codecs, headerExtensions = [], rtcp } = track.rtp;
  const { rids } = track;
  return {
    type,
    port: 9, // the candidates name the port
    protocol,
    payloads: codecs.map(({ payloadType }) => payloadType).join(' '),
    connection,
    iceUfrag: side.ice.usernameFragment,
    icePwd: side.ice.password,
    candidates: side.candidates,
    endOfCandidates: 'end-of-candidates',
    fingerprint: { type: side.fingerprint.algorithm, hash: side.fingerprint.value },
    setup: 'passive',
    mid,
    direction: 'recvonly',
    rtcpMux: 'rtcp-mux',
    ...(rtcp?.reducedSize === true && { rtcpRsize: 'rtcp-rsize' }),
    rtp: codecs.map(({ mimeType, payloadType: payload, clockRate: rate, channels }) => {
      const codec = mimeType.slice(mimeType.indexOf('/') + 1);
      return { payload, codec, rate, ...(channels === undefined ? {} : { encoding: channels }) };
    }),
    fmtp: codecs.flatMap((codec) => {
      const config = fmtpOf(codec, track.fmtp);
      return config === '' ? [] : [{ payload: codec.payloadType, config }];
    }),
    rtcpFb: codecs.flatMap(({ payloadType: payload, rtcpFeedback = [] }) =>
      rtcpFeedback.map(({ type: of, parameter = '' }) =>
        parameter === '' ? { payload, type: of } : { payload, type: of, subtype: parameter },
      ),
    ),
    ext: headerExtensions.map(({ uri, id: value }) => ({ uri, value })),
    ...(rids.length > 0 && {
      rids: rids.map((id) => ({ id, direction: 'recv' })),
      simulcast: { dir1: 'recv', list1: rids.join(';') },
    }),
  };
}

/** As offered. A sender of stereo learns that stereo is received. */
function fmtpOf({ mimeType, parameters = {} }: RtpCodec, offered: string): string {
  if (mimeType.endsWith('/rtx')) return `apt=${parameters['apt']}`;
  const needsStereo = parameters['sprop-stereo'] === 1 && !/(^|;)\s*stereo=1/.test(offered);
  return needsStereo ? `${offered};stereo=1` : offered;
}
