// Session descriptions between a light client and Janus: the few lines that both need.

/** Client's side of a transport. Its checks show its real address to Janus, which learns it as peer-reflexive. */
export interface ClientSide {
  readonly address: string;
  readonly usernameFragment: string;
  readonly password: string;
  readonly fingerprint: string;
}

export interface SentStream {
  readonly kind: 'video' | 'audio';
  readonly ssrc: number;
  readonly payloadType: number;
}

export interface ServerTransport {
  readonly address: string;
  readonly port: number;
  readonly usernameFragment: string;
  readonly password: string;
}

export interface OfferedStream {
  readonly kind: 'video' | 'audio';
  readonly mid: string;
  readonly ssrc: number;
  readonly payloadType: number;
  /** Lines of the offer that name the codec, its feedback and the extensions, which the answer repeats. */
  readonly lines: readonly string[];
}

export interface ServerDescription {
  readonly transport: ServerTransport;
  readonly streams: readonly OfferedStream[];
  /** Identifier of transport-wide-cc in the packets of the server; 0 where the server offers none. */
  readonly transportCcId: number;
}

export const LEVEL_EXTENSION_ID = 6;
const LEVEL_URI = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
const TRANSPORT_CC_URI = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
/** Discard port: a full ICE agent's checks to it fail, and then it uses the address of the client's own checks. */
const DISCARD_PORT = 9;

/** Returns the offer of a publisher, which is the DTLS client. */
export function publisherOffer(side: ClientSide, streams: readonly SentStream[]): string {
  const media = streams.flatMap(({ kind, ssrc, payloadType }, index) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
    ...transportLines(side),
    `a=mid:${index}`,
    'a=sendonly',
    ...(kind === 'video'
      ? [`a=rtpmap:${payloadType} VP8/90000`, `a=rtcp-fb:${payloadType} nack`, `a=rtcp-fb:${payloadType} nack pli`]
      : [
          `a=rtpmap:${payloadType} opus/48000/2`,
          `a=fmtp:${payloadType} useinbandfec=1`,
          `a=extmap:${LEVEL_EXTENSION_ID} ${LEVEL_URI}`,
        ]),
    `a=ssrc:${ssrc} cname:light`,
  ]);
  return textOf([...sessionLines(streams.map((_, index) => String(index))), ...media]);
}

/** Returns the answer of a subscriber, which takes all that is offered and is the DTLS client. */
export function subscriberAnswer(side: ClientSide, { streams }: ServerDescription): string {
  const media = streams.flatMap(({ kind, mid, payloadType, lines }) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
    ...transportLines(side),
    `a=mid:${mid}`,
    'a=recvonly',
    ...lines,
  ]);
  return textOf([...sessionLines(streams.map(({ mid }) => mid)), ...media]);
}

/**
 * Reads an offer or answer of Janus. Throws when it has no IPv4 address for UDP, no ICE credentials, or rejects a
 * stream.
 */
export function readServer(sdp: string): ServerDescription {
  const [session = [], ...media] = sections(sdp);
  const all = [...session, ...media.flat()];
  const candidate = all
    .map((line) => /^a=candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) /i.exec(line))
    .find(Boolean);
  const usernameFragment = lineAfter(all, 'a=ice-ufrag:');
  const password = lineAfter(all, 'a=ice-pwd:');
  if (!candidate || usernameFragment === undefined || password === undefined)
    throw new Error('Janus describes no transport over UDP and IPv4.');
  const transportCc = all.find((line) => line.startsWith('a=extmap:') && line.endsWith(TRANSPORT_CC_URI));
  return {
    transport: { address: candidate[1] ?? '', port: Number(candidate[2]), usernameFragment, password },
    streams: media.map(streamOf),
    transportCcId: Number(/^a=extmap:(\d+)/.exec(transportCc ?? '')?.[1] ?? 0),
  };
}

function streamOf(lines: readonly string[]): OfferedStream {
  const [, kind, port, formats = ''] = /^m=(\S+) (\d+) \S+ (.*)$/.exec(lines[0] ?? '') ?? [];
  if ((kind !== 'video' && kind !== 'audio') || port === '0') throw new Error(`Janus rejects a stream: ${lines[0]}`);
  const [payloadType = ''] = formats.split(' ');
  const isOfStream = (line: string): boolean =>
    line.startsWith('a=extmap:') || new RegExp(`^a=(rtpmap|fmtp|rtcp-fb):${payloadType} `).test(line);
  return {
    kind,
    mid: lineAfter(lines, 'a=mid:') ?? '',
    ssrc: Number(/^a=ssrc:(\d+) /.exec(lines.find((line) => line.startsWith('a=ssrc:')) ?? '')?.[1] ?? 0),
    payloadType: Number(payloadType),
    lines: lines.filter(isOfStream),
  };
}

const sessionLines = (mids: readonly string[]): string[] => [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  `a=group:BUNDLE ${mids.join(' ')}`,
];

const transportLines = ({ address, usernameFragment, password, fingerprint }: ClientSide): string[] => [
  `c=IN IP4 ${address}`,
  `a=ice-ufrag:${usernameFragment}`,
  `a=ice-pwd:${password}`,
  `a=fingerprint:sha-256 ${fingerprint}`,
  'a=setup:active',
  'a=rtcp-mux',
  `a=candidate:1 1 udp 2130706431 ${address} ${DISCARD_PORT} typ host`,
  'a=end-of-candidates',
];

/** Splits a description into the lines of the session and those of each m-line. */
function sections(sdp: string): string[][] {
  const found: string[][] = [[]];
  for (const line of sdp.split(/\r\n|\n/)) {
    if (line.startsWith('m=')) found.push([]);
    found.at(-1)?.push(line);
  }
  return found;
}

const lineAfter = (lines: readonly string[], start: string): string | undefined =>
  lines.find((line) => line.startsWith(start))?.slice(start.length);

const textOf = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;
