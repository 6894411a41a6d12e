// Tests offers of real clients: RTP parameters for the media node, and the answer.
import { limits, MeridianError, type RtpParameters } from '@meridian/protocol';
import { answerTo, type NodeTransport, type Offer, readOffer, readSdp, tracksOf, writeSdp } from '@meridian/sdp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, section, without } from '../support.ts';

const read = (text: string): Offer => readOffer(readSdp(text));
const rtpOf = (text: string): RtpParameters[] => tracksOf(read(text)).map(({ rtp }) => rtp);
const codeOf = (text: string): string => {
  try {
    read(text);
    return 'fine';
  } catch (error) {
    return error instanceof MeridianError ? error.code : String(error);
  }
};
const side: NodeTransport = {
  beginsDtls: false,
  ice: { usernameFragment: 'nodeufrag', password: 'nodepassword' },
  candidates: [
    { foundation: 'udp', component: 1, transport: 'udp', priority: 2, ip: '192.0.2.9', port: 7900, type: 'host' },
    {
      foundation: 'tcp',
      component: 1,
      transport: 'tcp',
      priority: 1,
      ip: '192.0.2.9',
      port: 7900,
      type: 'host',
      tcptype: 'passive',
    },
  ],
  fingerprint: { algorithm: 'sha-256', value: 'AA:BB' },
};
const answer = (text: string): string => writeSdp(answerTo(read(text), side, 7));
/** Moves formats to the front of the first line of video. */
const preferring = (text: string, first: RegExp): string =>
  text.replace(/(m=video 9 \S+) (.*)/, (_all, head: string, formats: string) => {
    const list = formats.split(' ');
    return [head, ...list.filter((one) => first.test(one)), ...list.filter((one) => !first.test(one))].join(' ');
  });
const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const obs = fixture('obs');
const chromium = fixture('chromium');

describe('an offer is refused', () => {
  const manyLines = (count: number): string => {
    const [head = '', audio = ''] = obs.split('m=');
    const lines = Array.from({ length: count }, (_, at) => `m=${audio.replace('mid:0', `mid:a${at}`)}`);
    return head.replace('BUNDLE 0 1', `BUNDLE ${lines.map((_, at) => `a${at}`).join(' ')}`) + lines.join('');
  };
  it.each([
    ['that is empty', '', 'REQUEST_INVALID'],
    ['that is no SDP', '{"sdp":"v=0"}', 'REQUEST_INVALID'],
    ['with a line that is too long', `${obs}a=x:${'x'.repeat(5000)}`, 'REQUEST_INVALID'],
    ['with too many lines', obs + 'a=x\r\n'.repeat(5000), 'REQUEST_INVALID'],
    ['whose fingerprint is a number', obs.replaceAll(/(fingerprint:\S+) .*/g, '$1 65'), 'REQUEST_INVALID'],
    ['whose hash algorithm is a number', obs.replaceAll(/fingerprint:\S+/g, 'fingerprint:7'), 'REQUEST_INVALID'],
    ['whose protocol is a number', obs.replaceAll('UDP/TLS/RTP/SAVPF', '7'), 'REQUEST_INVALID'],
    ['that sends nothing', obs.replaceAll('a=sendonly', 'a=recvonly'), 'REQUEST_INVALID'],
    ['of data alone', 'v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n', 'REQUEST_INVALID'],
    ['whose lines the client itself has rejected', obs.replaceAll(/(audio|video) 9/g, '$1 0'), 'REQUEST_INVALID'],
    ['without a fingerprint', without(obs, /^a=fingerprint/), 'REQUEST_INVALID'],
    ['with a weak fingerprint', obs.replace('sha-256', 'sha-1'), 'REQUEST_INVALID'],
    ['with half a fingerprint', obs.replace(/(sha-256 .{20}).*/, '$1'), 'REQUEST_INVALID'],
    ['without a DTLS role', without(obs, /^a=setup/), 'REQUEST_INVALID'],
    ['of a DTLS server', obs.replaceAll('actpass', 'passive'), 'REQUEST_INVALID'],
    ['without ICE credentials', without(obs, /^a=ice-pwd/), 'REQUEST_INVALID'],
    ['without rtcp-mux', obs.replace('a=rtcp-mux\r\n', ''), 'REQUEST_INVALID'],
    ['that is not bundled', without(obs, /^a=group:BUNDLE/), 'REQUEST_INVALID'],
    ['that is bundled in part', obs.replace('BUNDLE 0 1', 'BUNDLE 0'), 'REQUEST_INVALID'],
    ['without a mid', obs.replace('a=mid:0\r\n', ''), 'REQUEST_INVALID'],
    ['with a mid that is too long', obs.replaceAll(/BUNDLE 0|mid:0/g, `$&${'m'.repeat(256)}`), 'REQUEST_INVALID'],
    ['with a repeated mid', obs.replaceAll('mid:1', 'mid:0'), 'REQUEST_INVALID'],
    ['of plain RTP', obs.replaceAll('UDP/TLS/RTP/SAVPF', 'RTP/AVP'), 'REQUEST_INVALID'],
    ['with layers that no rid names', obs.replace('a=rid:1 send\r\n', ''), 'REQUEST_INVALID'],
    ['with a repeated layer', obs.replace('send 0;1', 'send 0;0'), 'REQUEST_INVALID'],
    ['with layers that cannot be distinguished', without(obs, /^a=extmap:2/), 'REQUEST_INVALID'],
    ['without SSRC and mid extension', without(fixture('gstreamer'), /^a=ssrc/), 'REQUEST_INVALID'],
    ['with an SSRC above 32 bits', obs.replaceAll('2106439731', '99999999999'), 'REQUEST_INVALID'],
    ['without a codec', without(obs, /^a=rtpmap:96/), 'CODEC_UNSUPPORTED'],
    ['of a codec that is not routed', obs.replace('H264/90000', 'H265/90000'), 'CODEC_UNSUPPORTED'],
    ['of Opus with a wrong clock rate', obs.replace('opus/48000', 'opus/16000'), 'CODEC_UNSUPPORTED'],
    ['of Opus with one channel', obs.replace('opus/48000/2', 'opus/48000'), 'CODEC_UNSUPPORTED'],
    ['of H.264 in packetization mode 0', obs.replace('mode=1', 'mode=0'), 'CODEC_UNSUPPORTED'],
    ['of H.264 4:4:4', obs.replace('42e01f', 'f4001f'), 'CODEC_UNSUPPORTED'],
    ['of more tracks than a participant may have', manyLines(limits.tracksPerParticipantMax + 1), 'TRACK_LIMIT'],
    ['of more lines than the bound', `${obs}${'m=audio 0 x 0\r\n'.repeat(63)}`, 'TRACK_LIMIT'],
    [
      'of too many layers',
      obs.replace('a=simulcast:send 0;1', 'a=rid:2 send\r\na=rid:3 send\r\na=rid:4 send\r\na=simulcast:send 0;1;2;3;4'),
      'TRACK_LIMIT',
    ],
  ])('%s', (_what, text, code) => expect(codeOf(text)).toBe(code));

  it('with an error code, or accepted and answered, whatever part of it is broken', () => {
    const names = ['chromium', 'chromium-simulcast', 'firefox', 'obs', 'gstreamer'].map(fixture);
    const broken = fc
      .tuple(fc.constantFrom(...names), fc.nat(12_000), fc.nat(40), fc.string({ maxLength: 20 }))
      .map(([text, at, length, more]) => text.slice(0, at) + more + text.slice(at + length));
    fc.assert(
      fc.property(broken, (text) => {
        if (codeOf(text) === 'fine') answer(text);
        else expect(codeOf(text)).toMatch(/^[A-Z_]+$/);
      }),
      { numRuns: 200 },
    );
  });
  it('for its number of tracks only above the limit of a participant', () => {
    expect(tracksOf(read(manyLines(limits.tracksPerParticipantMax)))).toHaveLength(limits.tracksPerParticipantMax);
  });
});

describe("Chromium's offer", () => {
  it('becomes the first routed codecs, with retransmission, feedback and known header extensions', () => {
    const [audio, video, ...others] = rtpOf(chromium);
    expect(others).toEqual([]);
    expect(audio).toMatchObject({
      mid: '0',
      codecs: [{ mimeType: 'audio/opus', payloadType: 111, channels: 2, parameters: { useinbandfec: 1 } }],
      encodings: [{ ssrc: expect.any(Number) }],
      rtcp: { cname: expect.any(String), reducedSize: true },
    });
    expect(audio?.codecs[0]?.rtcpFeedback).toEqual([{ type: 'transport-cc', parameter: '' }]);
    expect(video?.codecs).toMatchObject([
      { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, parameters: {} },
      { mimeType: 'video/rtx', payloadType: 97, parameters: { apt: 96 } },
    ]);
    expect(video?.codecs[0]?.rtcpFeedback?.map(({ type, parameter }) => `${type} ${parameter}`.trim())).toEqual([
      'nack',
      'nack pli',
      'ccm fir',
      'transport-cc',
    ]);
    expect(video?.encodings).toEqual([{ ssrc: expect.any(Number), rtx: { ssrc: expect.any(Number) } }]);
    expect(video?.headerExtensions).toContainEqual({ uri: MID, id: 4 });
    expect(video?.headerExtensions?.map(({ uri }) => uri)).not.toContain(
      'http://www.webrtc.org/experiments/rtp-hdrext/color-space',
    );
  });
  it('is answered with the received media, and its lines without media are rejected', () => {
    const text = answer(chromium);
    expect(text).toContain('a=group:BUNDLE 0 1\r\n');
    expect(text).toContain('a=ice-lite\r\n');
    expect(section(text, 0)[0]).toBe('audio 9 UDP/TLS/RTP/SAVPF 111');
    const video = section(text, 1);
    expect(video[0]).toBe('video 9 UDP/TLS/RTP/SAVPF 96 97');
    expect(video).toEqual(
      expect.arrayContaining([
        ...['a=mid:1', 'a=recvonly', 'a=rtcp-mux', 'a=rtcp-rsize', 'a=setup:passive', 'a=fingerprint:sha-256 AA:BB'],
        ...['a=ice-ufrag:nodeufrag', 'a=ice-pwd:nodepassword', 'a=end-of-candidates'],
        ...['a=candidate:udp 1 udp 2 192.0.2.9 7900 typ host'],
        ...['a=candidate:tcp 1 tcp 1 192.0.2.9 7900 typ host tcptype passive'],
        ...['a=rtpmap:96 VP8/90000', 'a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96', `a=extmap:4 ${MID}`],
        ...['a=rtcp-fb:96 nack', 'a=rtcp-fb:96 nack pli', 'a=rtcp-fb:96 ccm fir', 'a=rtcp-fb:96 transport-cc'],
      ]),
    );
    expect(section(text, 2)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^video 0 /), 'a=inactive', 'a=mid:2']),
    );
    expect(section(text, 3)[0]).toBe('application 0 UDP/DTLS/SCTP webrtc-datachannel');
  });
  it('with an encrypted header extension is accepted without the extension', () => {
    const encrypted = chromium.replaceAll(MID, `urn:ietf:params:rtp-hdrext:encrypt ${MID}`);
    expect(
      rtpOf(encrypted).flatMap(({ headerExtensions = [] }) => headerExtensions.map(({ uri }) => uri)),
    ).not.toContain(MID);
  });
  it('of simulcast becomes layers from the lowest to the best, answered in the order of the offer', () => {
    const [, video] = rtpOf(fixture('chromium-simulcast'));
    expect(video?.encodings).toEqual([{ rid: 'l' }, { rid: 'm' }, { rid: 'h' }]);
    const lines = section(answer(fixture('chromium-simulcast')), 1);
    expect(lines.filter((line) => line.startsWith('a=rid'))).toEqual(['a=rid:h recv', 'a=rid:m recv', 'a=rid:l recv']);
    expect(lines).toContain('a=simulcast:recv h;m;l');
  });
  it.each([
    ['VP9', /^98$/, [{ rid: 'h' }], 'recv h;m;l'],
    ['AV1', /^45$/, [{ rid: 'h' }], 'recv h'],
  ])(
    'of simulcast in %s becomes one layer, since media nodes forward no simulcast of it',
    (_, first, encodings, recv) => {
      const text = preferring(fixture('chromium-simulcast'), first);
      expect(rtpOf(text)[1]?.encodings).toEqual(encodings);
      expect(section(answer(text), 1)).toContain(`a=simulcast:${recv}`);
    },
  );
  it.each([
    ['VP9 of profile 0 gives VP9', /^98$/, { mimeType: 'video/VP9', parameters: { 'profile-id': 0 } }],
    ['H.264 gives its profile', /^10[2-9]$/, { mimeType: 'video/H264', parameters: { 'profile-level-id': '42e01f' } }],
    ['AV1 gives AV1', /^45$/, { mimeType: 'video/AV1' }],
    ['VP9 of another profile gives VP8, the next routed codec', /^100$/, { mimeType: 'video/VP8' }],
  ])('whose first format is %s', (_what, first, codec) => {
    expect(rtpOf(preferring(chromium, first))[1]?.codecs[0]).toMatchObject(codec);
  });
});

it("Firefox's offer is accepted with its stereo and with its bundled line that has no port", () => {
  const [audio, video] = rtpOf(fixture('firefox'));
  expect(audio?.codecs[0]).toMatchObject({ mimeType: 'audio/opus', payloadType: 109 });
  expect(video).toMatchObject({
    codecs: [{ mimeType: 'video/VP8' }, { mimeType: 'video/rtx', payloadType: 124 }],
    encodings: [{ ssrc: 1758125449, rtx: { ssrc: 2335878212 } }],
  });
  const text = answer(fixture('firefox'));
  expect(section(text, 0)).toContain('a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1');
  expect(section(text, 1)).toEqual(expect.arrayContaining(['a=mid:1', 'a=recvonly']));
});
it("OBS' offer, which names the best layer first, becomes two layers; the answer states H.264's parameters", () => {
  const [audio, video] = rtpOf(obs);
  expect(audio?.codecs[0]?.parameters).toEqual({ useinbandfec: 1, 'sprop-stereo': 1 });
  expect(video).toMatchObject({
    codecs: [{ mimeType: 'video/H264', parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f' } }],
    encodings: [{ rid: '1' }, { rid: '0' }],
    rtcp: { reducedSize: false },
  });
  expect(video?.codecs[0]?.rtcpFeedback?.map(({ type }) => type)).toEqual(['nack', 'nack']);
  expect(section(answer(obs), 1)).toContain(
    'a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1',
  );
});
it("GStreamer's offer is accepted with its mids and codec names, and the answer states that stereo is received", () => {
  const [video, audio] = rtpOf(fixture('gstreamer'));
  expect(video).toMatchObject({ mid: 'video0', codecs: [{ parameters: { 'profile-level-id': '42e01f' } }] });
  expect(audio).toMatchObject({
    mid: 'audio1',
    codecs: [{ mimeType: 'audio/opus' }],
    encodings: [{ ssrc: 2861330943 }],
  });
  const text = answer(fixture('gstreamer'));
  expect(text).toContain('a=group:BUNDLE video0 audio1\r\n');
  expect(section(text, 1)).toContain('a=fmtp:97 sprop-stereo=1;minptime=10;stereo=1');
});
it('only the first rtpmap of a repeated payload type counts', () => {
  const twice = obs.replace('a=rtpmap:96 H264/90000', '$&\r\na=rtpmap:96 H265/90000');
  expect(rtpOf(twice)[1]?.codecs[0]).toMatchObject({ mimeType: 'video/H264', payloadType: 96 });
});
it('an offer of one line needs no bundle, and no SSRC when it has a mid', () => {
  const [head = '', , video = ''] = obs.split('m=');
  const one = `${head.replace(/a=group:BUNDLE.*\r\n/, '')}m=${video}`.replaceAll(/a=(ssrc|rid|simulcast).*\r\n/g, '');
  expect(rtpOf(one)).toMatchObject([{ mid: '1', encodings: [{}] }]);
});
it('retransmission without an SSRC group is ignored, and of alternative layers the first is accepted', () => {
  const lone = fixture('firefox').replace('a=ssrc-group:FID', 'a=ssrc-group:X');
  expect(rtpOf(lone)[1]?.encodings).toEqual([{ ssrc: 1758125449 }]);
  expect(rtpOf(obs.replace('send 0;1', 'send ~1;0,7'))[1]?.encodings).toEqual([{ rid: '0' }, { rid: '1' }]);
});
