// Our side of a description: what the media node says of itself, and the m-lines.
import type { Fingerprint, RtpCodec } from '@meridian/protocol';
import type { HeaderExtension } from './codecs.ts';
import type { Candidate, Description, Direction, Media } from './description.ts';

export interface IceCredentials {
  readonly usernameFragment: string;
  readonly password: string;
}
/** The media node's side of a transport. It is ICE-lite, and the DTLS server. */
export interface NodeSide {
  readonly ice: IceCredentials;
  readonly candidates: readonly Candidate[];
  readonly fingerprint: Fingerprint;
  /** Of a transport that has data channels. */
  readonly sctp?: { readonly port: number; readonly maxMessageBytes: number };
}
export interface DescriptionId {
  /** A number that no other session of the server has. */
  readonly sessionId: number;
  /** Rises with every description that we give in the session. */
  readonly version: number;
}
/** What an m-line is in any description of ours. */
export interface LineName {
  readonly mid: string;
  readonly type: string;
  readonly protocol: string;
  /** The first format of the line, which a rejected line has to name. */
  readonly format: string;
}
/** What the m-line says of RTP. */
export interface LineRtp {
  readonly codecs: readonly RtpCodec[];
  readonly headerExtensions: readonly HeaderExtension[];
  readonly reducedSize: boolean;
  /** The parameters of a codec as text, '' without any. */
  fmtpOf(codec: RtpCodec): string;
}

/** The description. All lines that are not rejected share its transport. */
export function description(id: DescriptionId, media: readonly Media[], o: { mixedExtensions: boolean }): Description {
  const { sessionId, version: sessionVersion } = id;
  const open = media.filter(({ port }) => port !== 0).map(({ mid }) => mid);
  return {
    version: 0,
    origin: { username: '-', sessionId, sessionVersion, netType: 'IN', ipVer: 4, address: '0.0.0.0' },
    name: '-',
    timing: { start: 0, stop: 0 },
    ...(open.length > 0 && { groups: [{ type: 'BUNDLE', mids: open.join(' ') }] }),
    ...(o.mixedExtensions && { extmapAllowMixed: 'extmap-allow-mixed' }),
    icelite: 'ice-lite',
    media,
  };
}

const connection = { version: 4, ip: '0.0.0.0' };

/** Nothing is received on it, and nothing is sent. */
export const rejectedLine = ({ type, protocol, format, mid }: LineName): Media => ({
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

/** Audio or video, from our side. */
export function rtpLine(
  { mid, type, protocol }: LineName,
  o: { side: NodeSide; setup: string; direction: Direction; rtp: LineRtp },
): Media {
  const { codecs, headerExtensions, reducedSize, fmtpOf } = o.rtp;
  return {
    type,
    protocol,
    payloads: codecs.map(({ payloadType }) => payloadType).join(' '),
    ...transportOf(o.side, o.setup),
    mid,
    direction: o.direction,
    rtcpMux: 'rtcp-mux',
    ...(reducedSize && { rtcpRsize: 'rtcp-rsize' }),
    rtp: codecs.map(({ mimeType, payloadType: payload, clockRate: rate, channels }) => {
      const codec = mimeType.slice(mimeType.indexOf('/') + 1);
      return { payload, codec, rate, ...(channels === undefined ? {} : { encoding: channels }) };
    }),
    fmtp: codecs.flatMap((codec) => {
      const config = isRtx(codec) ? `apt=${codec.parameters?.['apt']}` : fmtpOf(codec);
      return config === '' ? [] : [{ payload: codec.payloadType, config }];
    }),
    rtcpFb: codecs.flatMap(({ payloadType: payload, rtcpFeedback = [] }) =>
      rtcpFeedback.map(({ type: of, parameter = '' }) =>
        parameter === '' ? { payload, type: of } : { payload, type: of, subtype: parameter },
      ),
    ),
    ext: headerExtensions.map(({ uri, id: value }) => ({ uri, value })),
  };
}

/** Data channels, from our side (RFC 8841). */
export const dataLine = (
  mid: string,
  { side, sctp, setup }: { side: NodeSide; sctp: NonNullable<NodeSide['sctp']>; setup: string },
): Media => ({
  type: 'application',
  protocol: DATA_PROTOCOL,
  payloads: DATA_FORMAT,
  ...transportOf(side, setup),
  mid,
  direction: 'sendrecv',
  rtp: [],
  fmtp: [],
  sctpPort: sctp.port,
  maxMessageSize: sctp.maxMessageBytes,
});

export const MEDIA_PROTOCOL = 'UDP/TLS/RTP/SAVPF';
export const DATA_PROTOCOL = 'UDP/DTLS/SCTP';
export const DATA_FORMAT = 'webrtc-datachannel';

const isRtx = ({ mimeType }: RtpCodec): boolean => mimeType.endsWith('/rtx');

const transportOf = (side: NodeSide, setup: string) => ({
  port: 9, // the candidates name the port
  connection,
  iceUfrag: side.ice.usernameFragment,
  icePwd: side.ice.password,
  candidates: side.candidates,
  endOfCandidates: 'end-of-candidates',
  fingerprint: { type: side.fingerprint.algorithm, hash: side.fingerprint.value },
  setup,
});
