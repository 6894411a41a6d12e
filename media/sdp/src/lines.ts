// Builds our side of a description: the media node's transport, and the m-lines.
import type { Fingerprint, RtpCodec } from '@meridian/protocol';
import type { HeaderExtension } from './codecs.ts';
import type { Candidate, Description, Direction, Media } from './description.ts';

export interface IceCredentials {
  readonly usernameFragment: string;
  readonly password: string;
}
/** Media node's side of a transport, which is ICE-lite. */
export interface NodeTransport {
  readonly ice: IceCredentials;
  readonly candidates: readonly Candidate[];
  readonly fingerprint: Fingerprint;
  /** True when the media node begins DTLS; false when the client does. */
  readonly beginsDtls: boolean;
  /** Set for a transport with data channels. */
  readonly sctp?: { readonly port: number; readonly maxMessageBytes: number };
}
export interface DescriptionId {
  /** Number that is unique among the server's sessions. */
  readonly sessionId: number;
  /** Rises with every description of the session. */
  readonly version: number;
}
/** Identification of an m-line in our descriptions. */
export interface LineName {
  readonly mid: string;
  readonly type: string;
  readonly protocol: string;
  /** First format of the line, which a rejected line must name. */
  readonly format: string;
}
export interface LineRtp {
  readonly codecs: readonly RtpCodec[];
  readonly headerExtensions: readonly HeaderExtension[];
  readonly reducedSize: boolean;
  /** Returns the parameters of a codec as text, `''` without any. */
  fmtpOf(codec: RtpCodec): string;
}

/** Builds a description whose open lines share its transport. */
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

export function rtpLine(
  { mid, type, protocol }: LineName,
  o: { side: NodeTransport; setup: string; direction: Direction; rtp: LineRtp },
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

/** Returns a line of data channels (RFC 8841). */
export const dataLine = (
  mid: string,
  { side, sctp, setup }: { side: NodeTransport; sctp: NonNullable<NodeTransport['sctp']>; setup: string },
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

const transportOf = (side: NodeTransport, setup: string) => ({
  port: 9, // The candidates have the real port.
  connection,
  iceUfrag: side.ice.usernameFragment,
  icePwd: side.ice.password,
  candidates: side.candidates,
  endOfCandidates: 'end-of-candidates',
  fingerprint: { type: side.fingerprint.algorithm, hash: side.fingerprint.value },
  setup,
});
