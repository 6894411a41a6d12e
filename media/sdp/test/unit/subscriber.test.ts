// Tests offers on the receiving connection of LiveKit's clients, and their answers.
import { limits, MeridianError } from '@meridian/protocol';
import {
  answerBounds,
  type NodeTransport,
  offerToSubscriber,
  readSdp,
  readSubscriberAnswer,
  type SubscriberAnswer,
  type SubscriberLine,
  writeSdp,
} from '@meridian/sdp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consumerRtp, fixture, section, sentMedia, side, without } from '../support.ts';

const data: SubscriberLine = { mid: '0', kind: 'application', sent: undefined };
const audio: SubscriberLine = { mid: '1', kind: 'audio', sent: sentMedia('TR_a', consumerRtp('audio/opus', 1001)) };
const vp8 = sentMedia('TR_v', consumerRtp('video/VP8', 2001));
const video = (mid: string, sent: SubscriberLine['sent']): SubscriberLine => ({ mid, kind: 'video', sent });
const codec = (name: string): SubscriberLine['sent'] => sentMedia(`TR_${name}`, consumerRtp(`video/${name}`, 2001));
const unknown = sentMedia('TR_n', {
  ...consumerRtp('video/VP8', 6001),
  codecs: [{ mimeType: 'video/none', payloadType: 120, clockRate: 90_000 }],
});
/** Offered lines of the captured answers. */
const captured: readonly SubscriberLine[] = [
  data,
  audio,
  video('2', vp8),
  video('3', sentMedia('TR_h', consumerRtp('video/H264', 3001))),
  video('4', sentMedia('TR_x', consumerRtp('video/AV1', 4001))),
  video('5', unknown),
];
const beginning: NodeTransport = { ...side, beginsDtls: true };
const offer = (lines: readonly SubscriberLine[], version = 1, from = side): string =>
  writeSdp(offerToSubscriber(from, lines, { sessionId: 7, version }));

describe('an offer', () => {
  it('of data, audio and video is as in the fixture', () => {
    expect(offer(captured, 50)).toBe(fixture('livekit/subscriber-offer'));
  });
  it('of data channels alone has one line, and no line if the transport has no data channels', () => {
    expect(offer([data])).toContain('a=group:BUNDLE 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n');
    const { sctp: _, ...plain } = side;
    const text = writeSdp(offerToSubscriber(plain, [data], { sessionId: 7, version: 1 }));
    expect(section(text, 0)[0]).toBe('application 0 UDP/DTLS/SCTP webrtc-datachannel');
    expect(text).not.toContain('BUNDLE');
  });
  it("has the consumer's payload types, header extensions, SSRCs and retransmission", () => {
    const line = section(offer([video('2', vp8)]), 0);
    expect(line).toEqual(
      expect.arrayContaining([
        ...['video 9 UDP/TLS/RTP/SAVPF 101 102', 'a=rtpmap:102 rtx/90000', 'a=fmtp:102 apt=101', 'a=sendonly'],
        ...['a=msid:PA_alice|TR_v TR_v', 'a=ssrc-group:FID 2001 2002', 'a=ssrc:2002 cname:cname2001'],
        ...['a=setup:actpass', 'a=rtcp-mux', 'a=rtcp-rsize', 'a=extmap:8 urn:3gpp:video-orientation'],
      ]),
    );
  });
  it('of a media node that begins DTLS says so in every line', () => {
    const text = offer(captured, 50, beginning);
    expect(text.match(/^a=setup:.*$/gm)).toEqual(captured.map(() => 'a=setup:active'));
    expect(text.replaceAll('setup:active', 'setup:actpass')).toBe(offer(captured, 50));
  });
  it("never negotiates the MID header extension, because packets have the consumer's mid, not the line's", () => {
    expect(vp8.rtp.headerExtensions?.map(({ uri }) => uri)).toContain('urn:ietf:params:rtp-hdrext:sdes:mid');
    expect(offer(captured)).not.toContain('sdes:mid');
  });
  it('rejects a line without media, in its place and outside of the bundle', () => {
    const text = offer([data, video('5', undefined), audio]);
    expect(text).toContain('a=group:BUNDLE 0 1\r\n');
    expect(section(text, 1)).toEqual(expect.arrayContaining(['video 0 UDP/TLS/RTP/SAVPF 0', 'a=mid:5', 'a=inactive']));
  });
  it("has the codec's parameters", () => {
    const high = sentMedia('TR_h', consumerRtp('video/H264', 3001, '64001f'));
    expect(section(offer([video('2', high)]), 0)).toContain(
      'a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=64001f',
    );
  });
});

const chromium = fixture('livekit/chromium-subscriber-answer');
const firefox = fixture('livekit/firefox-subscriber-answer');
const read = (text: string, lines = captured, from = side): SubscriberAnswer =>
  readSubscriberAnswer(readSdp(text), lines, from);
const codeOf = (text: string, lines = captured): string => {
  try {
    read(text, lines);
    return 'fine';
  } catch (error) {
    return error instanceof MeridianError ? error.code : String(error);
  }
};

describe('an answer is refused', () => {
  const [head = '', ...sections] = chromium.split(/(?=^m=)/m);
  it.each([
    ['that is empty', ''],
    ['that is no SDP', 'answer'],
    ['of fewer lines', head + sections.slice(0, -1).join('')],
    ['of more lines', chromium + (sections[1] ?? '')],
    ['of ten thousand m-lines', `v=0\r\n${'m=video 0 x 0\r\n'.repeat(10_000)}`],
    ['with lines in another order', head + sections.toReversed().join('')],
    ['with lines of one kind in another order', chromium.replace('mid:2', 'mid:9').replace('mid:3', 'mid:2')],
    ['without mids', without(chromium, /^a=mid/)],
    ['without a fingerprint', without(chromium, /^a=fingerprint/)],
    ['with half a fingerprint', chromium.replaceAll(/(sha-256 .{20}).*/g, '$1')],
    ['of a DTLS server, when the client begins', chromium.replaceAll('setup:active', 'setup:passive')],
    ['without a DTLS role', without(chromium, /^a=setup/)],
  ])('%s', (_what, text) => expect(codeOf(text)).toBe('REQUEST_INVALID'));

  it('when it would begin DTLS as the media node does', () => {
    expect(() => read(chromium, captured, beginning)).toThrow('the DTLS role must be passive');
    const { fingerprint } = read(chromium.replaceAll('setup:active', 'setup:passive'), captured, beginning);
    expect(fingerprint).toEqual(read(chromium).fingerprint);
  });

  it('or parsed if it is broken anywhere, and no error without a code occurs', () => {
    const broken = fc
      .tuple(fc.constantFrom(chromium, firefox), fc.nat(5000), fc.nat(40), fc.string({ maxLength: 20 }))
      .map(([text, at, length, more]) => text.slice(0, at) + more + text.slice(at + length));
    fc.assert(
      fc.property(broken, (text) => {
        expect(codeOf(text)).toMatch(/^(fine|[A-Z_]+)$/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('an answer', () => {
  it.each([
    ['Chromium, which has all codecs except one that does not exist,', chromium, ['5']],
    ['Firefox, which had no H.264,', firefox, ['3', '5']],
  ])('of %s gives the certificate and the refused lines', (_whose, text, refusedMids) => {
    expect(read(text)).toEqual({
      fingerprint: { algorithm: 'sha-256', value: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) },
      refusedMids,
    });
  });
  it("of LiveKit's native clients accepts all codecs that are routed here", () => {
    const lines = [data, audio, ...['VP8', 'H264', 'VP9', 'AV1'].map((of, at) => video(`${at + 2}`, codec(of)))];
    expect(read(fixture('livekit/native-subscriber-answer'), lines).refusedMids).toEqual([]);
  });
  it('to data channels alone has one line', () => {
    expect(read(fixture('livekit/chromium-subscriber-answer-data'), [data]).refusedMids).toEqual([]);
  });
  it('does not list lines that we offered as rejected', () => {
    const rejected = captured.map((line) => (line.mid === '5' ? video('5', undefined) : line));
    expect(read(chromium, rejected).refusedMids).toEqual([]);
  });
  it('to as many tracks as a participant receives is read within bounds that grow with the offer', () => {
    const [head = '', , , one = ''] = chromium.split(/(?=^m=)/m);
    const many = Array.from({ length: limits.subscriptionsPerParticipantMax }, (_, at) => String(at));
    const text = head + many.map((mid) => one.replace('mid:2', `mid:${mid}`)).join('');
    const lines = many.map((mid) => video(mid, vp8));
    expect(() => readSdp(text)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
    expect(readSubscriberAnswer(readSdp(text, answerBounds(lines.length)), lines, side).refusedMids).toEqual([]);
    for (const more of [`a=x:${'x'.repeat(60)}\r\n`.repeat(20_000), 'a=x\r\n'.repeat(20_000)])
      expect(() => readSdp(text + more, answerBounds(lines.length))).toThrow(/^SDP: at most/);
  });
});
