import { readFileSync } from 'node:fs';
import { type RtpParameters, routerConstant } from '@meridian/protocol';
import type { NodeTransport, SentMedia } from '@meridian/sdp';

/** Reads a description of a real client, with line ends of the wire. */
export const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/${name}.sdp`, import.meta.url), 'utf8').replaceAll('\n', '\r\n');

export const section = (text: string, at: number): string[] => text.split('m=')[at + 1]?.trimEnd().split('\r\n') ?? [];

export const without = (text: string, line: RegExp): string =>
  text
    .split('\r\n')
    .filter((one) => !line.test(one))
    .join('\r\n');

export const side: NodeTransport = {
  beginsDtls: false,
  ice: { usernameFragment: 'nodeufrag', password: 'nodepasswordthatislongenough' },
  candidates: [
    { foundation: 'udp', component: 1, transport: 'udp', priority: 2, ip: '192.0.2.9', port: 7900, type: 'host' },
  ],
  fingerprint: { algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') },
  sctp: { port: 5000, maxMessageBytes: 262_144 },
};

/** Returns a consumer's RTP: the router's codec with its retransmissions, under the router's payload types and ids. */
export function consumerRtp(mimeType: string, ssrc: number, profile?: string): RtpParameters {
  const { codecs = [], headerExtensions = [] } = routerConstant.capabilities;
  const codec = codecs.find(
    (one) => one.mimeType === mimeType && (profile === undefined || one.parameters?.['profile-level-id'] === profile),
  );
  if (codec === undefined) throw new Error(`no ${mimeType}`);
  const { kind, preferredPayloadType: payloadType, rtcpFeedback = [], ...of } = codec;
  const rtx = codecs.filter(({ parameters }) => parameters?.['apt'] === payloadType);
  return {
    mid: `consumer${ssrc}`,
    codecs: [
      { ...of, payloadType, rtcpFeedback: rtcpFeedback.filter(({ type }) => type !== 'goog-remb') },
      ...rtx.map(({ kind: _, preferredPayloadType, ...rest }) => ({ ...rest, payloadType: preferredPayloadType })),
    ],
    headerExtensions: headerExtensions
      .filter((one) => one.kind === kind && one.direction === 'sendrecv')
      .map(({ uri, preferredId: id }) => ({ uri, id })),
    encodings: [{ ssrc, ...(rtx.length > 0 && { rtx: { ssrc: ssrc + 1 } }) }],
    rtcp: { cname: `cname${ssrc}`, reducedSize: true },
  };
}

/** Names the stream and track as LiveKit's clients expect. */
export const sentMedia = (trackId: string, rtp: RtpParameters): SentMedia => ({
  rtp,
  streamId: `PA_alice|${trackId}`,
  trackId,
});
