// Messages of a client of LiveKit's SDKs in tests: announced tracks, and minimal descriptions.
import { AddTrackRequest, type SignalRequest, TrackSource, TrackType, VideoLayer } from '@livekit/protocol';

export type Request = NonNullable<NonNullable<ConstructorParameters<typeof SignalRequest>[0]>['message']>;

export const audioTrack = (cid: string, o: Partial<AddTrackRequest> = {}): Request => ({
  case: 'addTrack',
  value: new AddTrackRequest({ cid, name: cid, type: TrackType.AUDIO, source: TrackSource.MICROPHONE, ...o }),
});
/** Announces a video in three layers. */
export const videoTrack = (cid: string, o: Partial<AddTrackRequest> = {}): Request => ({
  case: 'addTrack',
  value: new AddTrackRequest({
    cid,
    name: cid,
    type: TrackType.VIDEO,
    source: TrackSource.CAMERA,
    width: 1280,
    height: 720,
    layers: [0, 1, 2].map((quality) => new VideoLayer({ quality, width: 320 << quality, height: 180 << quality })),
    ...o,
  }),
});

const fingerprintOf = (byte: string): string => Array.from({ length: 32 }, () => byte).join(':');
export const certificate = fingerprintOf('AB');
export const otherCertificate = fingerprintOf('CD');

export interface AnswerOptions {
  readonly fingerprint?: string;
  readonly refusedMids?: readonly string[];
}

/** Returns an answer as a browser's, as far as it is read. */
export function answerTo(sdp: string, { fingerprint = certificate, refusedMids = [] }: AnswerOptions): string {
  const lines = sdp.split('m=').slice(1);
  const media = lines.flatMap((line) => {
    const mid = /a=mid:(.+)\r/.exec(line)?.[1] ?? '';
    const [type = '', , ...rest] = (line.split('\r\n')[0] ?? '').split(' ');
    return [`m=${type} ${refusedMids.includes(mid) ? 0 : 9} ${rest.join(' ')}`, `a=mid:${mid}`];
  });
  return text(['a=setup:active', `a=fingerprint:sha-256 ${fingerprint}`, ...media]);
}

export interface OfferedLine {
  readonly mid: string;
  readonly kind: 'audio' | 'video' | 'application';
  /** Client's name of the line's track; without a track the line is inactive. */
  readonly cid?: string;
  readonly rids?: readonly string[];
}

export function offerOf(lines: readonly OfferedLine[], fingerprint: string): string {
  const session = [
    `a=group:BUNDLE ${lines.map(({ mid }) => mid).join(' ')}`,
    ...['a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx', 'a=setup:actpass'],
    `a=fingerprint:sha-256 ${fingerprint}`,
  ];
  return text([...session, ...lines.flatMap(offeredLine)]);
}

function offeredLine({ mid, kind, cid, rids = [] }: OfferedLine): string[] {
  if (kind === 'application') return ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', `a=mid:${mid}`];
  const codec = kind === 'audio' ? '111 opus/48000/2' : '96 VP8/90000';
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec.split(' ')[0]}`,
    `a=mid:${mid}`,
    'a=rtcp-mux',
    `a=rtpmap:${codec}`,
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    ...(cid === undefined ? ['a=inactive'] : ['a=sendonly', `a=msid:stream ${cid}`]),
    ...rids.map((rid) => `a=rid:${rid} send`),
    ...(rids.length > 0 ? [`a=simulcast:send ${rids.join(';')}`] : []),
  ];
}

const text = (lines: readonly string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', ...lines, ''].join('\r\n');

/** Returns the offer of a publishing connection with a microphone, whose track has this id. */
export const microphoneOffer = (cid: string, ufrag: string): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${ufrag}`,
    'a=ice-pwd:passwordthatislongenough',
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'CD').join(':')}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=sendonly',
    `a=msid:stream ${cid}`,
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=ssrc:1 cname:c',
    '',
  ].join('\r\n');
