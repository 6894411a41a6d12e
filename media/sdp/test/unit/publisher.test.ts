// Tests offers of LiveKit's clients on their publishing connection, and the answers.
import { limits, MeridianError } from '@meridian/protocol';
import { answerPublisher, type PublisherOffer, readPublisherOffer, readSdp, writeSdp } from '@meridian/sdp';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, section, side, without } from '../support.ts';

const chromium = fixture('livekit/chromium-publisher');
const firefox = fixture('livekit/firefox-publisher');
const unpublished = fixture('livekit/chromium-publisher-unpublished');
const stopped = fixture('livekit/chromium-publisher-stopped');
const read = (text: string): PublisherOffer => readPublisherOffer(readSdp(text));
const answer = (text: string, o: { version?: number; refused?: ReadonlySet<string> } = {}): string =>
  writeSdp(answerPublisher(read(text), side, { sessionId: 7, version: 1, ...o }));
const codeOf = (text: string): string => {
  try {
    read(text);
    return 'fine';
  } catch (error) {
    return error instanceof MeridianError ? error.code : String(error);
  }
};
const lines = (text: string, one: string, count: number): string => text + one.repeat(count);
/** Returns an offer with `count` further audio lines, under mids of their own. */
const manyAudio = (count: number, change = (line: string): string => line): string => {
  const [, audio = ''] = chromium.split(/(?=^m=)/m);
  const more = Array.from({ length: count }, (_, at) => change(audio.replace('a=mid:0', `a=mid:more${at}`)));
  const mids = more.map((_, at) => `more${at}`).join(' ');
  return chromium.replace(/BUNDLE .*/, (bundle) => `${bundle} ${mids}`) + more.join('');
};
const idle = (line: string): string => line.replace('a=sendonly', 'a=inactive');

describe('an offer is refused', () => {
  it.each([
    ['that is empty', '', 'REQUEST_INVALID'],
    ['that is no SDP', '{"sdp":"v=0"}', 'REQUEST_INVALID'],
    ['of a megabyte', lines(chromium, `a=x:${'x'.repeat(1000)}\r\n`, 1000), 'REQUEST_INVALID'],
    ['of ten thousand lines', lines(chromium, 'a=x\r\n', 10_000), 'REQUEST_INVALID'],
    ['of ten thousand m-lines', lines('v=0\r\n', 'm=audio 9 x 0\r\n', 10_000), 'REQUEST_INVALID'],
    ['of more m-lines than the bound', manyAudio(58, idle), 'TRACK_LIMIT'],
    ['of more tracks than a participant may have', manyAudio(limits.tracksPerParticipantMax - 5), 'TRACK_LIMIT'],
    ['with a line that is too long', `${chromium}a=x:${'x'.repeat(5000)}`, 'REQUEST_INVALID'],
    ['without a fingerprint', without(chromium, /^a=fingerprint/), 'REQUEST_INVALID'],
    ['with a weak fingerprint', chromium.replaceAll('sha-256', 'sha-1'), 'REQUEST_INVALID'],
    ['without a DTLS role', without(chromium, /^a=setup/), 'REQUEST_INVALID'],
    ['of a DTLS server', chromium.replaceAll('actpass', 'passive'), 'REQUEST_INVALID'],
    ['without ICE credentials', without(chromium, /^a=ice-pwd/), 'REQUEST_INVALID'],
    ['that is not bundled', without(chromium, /^a=group:BUNDLE/), 'REQUEST_INVALID'],
    ['whose data channels are not bundled', chromium.replace(/(BUNDLE .*) 6/, '$1'), 'REQUEST_INVALID'],
    ['with a repeated mid', chromium.replace('a=mid:1', 'a=mid:0'), 'REQUEST_INVALID'],
    ['without rtcp-mux', without(chromium, /^a=rtcp-mux/), 'REQUEST_INVALID'],
    ['of plain RTP', chromium.replaceAll('UDP/TLS/RTP/SAVPF', 'RTP/AVP'), 'REQUEST_INVALID'],
    ['with layers that no rid names', chromium.replace('a=rid:h send\r\n', ''), 'REQUEST_INVALID'],
    ['with a repeated layer', chromium.replace('send q;h;f', 'send q;q;f'), 'REQUEST_INVALID'],
    ['with layers that cannot be distinguished', without(chromium, /sdes:rtp-stream-id/), 'REQUEST_INVALID'],
    ['with an SSRC above 32 bits', chromium.replaceAll(/a=ssrc:\d+/g, 'a=ssrc:99999999999'), 'REQUEST_INVALID'],
    [
      'of too many layers',
      chromium.replace('a=simulcast:send q;h;f', 'a=rid:x send\r\na=rid:y send\r\na=simulcast:send q;h;f;x;y'),
      'TRACK_LIMIT',
    ],
  ])('%s', (_what, text, code) => expect(codeOf(text)).toBe(code));

  it('or answered with as many lines if it is broken anywhere, and no error without a code occurs', () => {
    const texts = [chromium, firefox, unpublished, stopped, fixture('livekit/native-publisher-later')];
    const broken = fc
      .tuple(fc.constantFrom(...texts), fc.nat(24_000), fc.nat(40), fc.string({ maxLength: 20 }))
      .map(([text, at, length, more]) => text.slice(0, at) + more + text.slice(at + length));
    fc.assert(
      fc.property(broken, (text) => {
        const code = codeOf(text);
        if (code !== 'fine') expect(code).toMatch(/^[A-Z_]+$/);
        else expect(answer(text).match(/^m=/gm)).toHaveLength(read(text).lines.length);
      }),
      { numRuns: 200 },
    );
  });
  it('not for its number of tracks, when a participant may have as many', () => {
    const { lines: all } = read(manyAudio(limits.tracksPerParticipantMax - 6));
    expect(all.filter(({ track }) => track !== undefined)).toHaveLength(limits.tracksPerParticipantMax);
  });
});

describe("Chromium's offer", () => {
  it('is parsed to the first routed codec of each line, and the names of stream and track', () => {
    const { ufrag, setup, allowsMixedExtensions, lines: all } = read(chromium);
    expect({ ufrag, setup, allowsMixedExtensions }).toEqual({
      ufrag: expect.stringMatching(/^.{4}$/),
      setup: 'actpass',
      allowsMixedExtensions: true,
    });
    expect(all.map(({ mid, type, track }) => [mid, type, track?.rtp.codecs[0]?.mimeType])).toEqual([
      ['0', 'audio', 'audio/opus'],
      ['1', 'video', 'video/VP8'],
      ['2', 'video', 'video/H264'],
      ['3', 'video', 'video/VP9'],
      ['4', 'video', 'video/AV1'],
      ['5', 'video', 'video/VP8'],
      ['6', 'application', undefined],
    ]);
    expect(all[0]).toMatchObject({
      direction: 'sendonly',
      streamId: 'a0d9c32f-c5a1-4888-8473-e247593c49bc',
      trackId: '836291d2-a6b5-4974-825d-05247e7cf4ad',
      refusal: undefined,
    });
    expect(all[3]?.track?.rtp.encodings).toEqual([{ ssrc: expect.any(Number), rtx: { ssrc: expect.any(Number) } }]);
    expect(all[6]).toMatchObject({ isData: true, streamId: '', trackId: '', track: undefined, refusal: undefined });
  });
  it('is answered as in the fixture', () => {
    expect(answer(chromium)).toBe(fixture('livekit/chromium-publisher-answer'));
  });
  it.each([
    ['the JavaScript SDK', 'q;h;f'],
    ['the Rust SDK', 'f;h;q'],
    ['no SDK', 'h;q;f'],
  ])('with layers in the order of %s has the lowest first, and is answered in its own order', (_whose, order) => {
    const offered = chromium.replaceAll('send q;h;f', `send ${order}`);
    expect(read(offered).lines[1]?.track?.rtp.encodings).toEqual([{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }]);
    expect(section(answer(offered), 1)).toContain(`a=simulcast:recv ${order}`);
  });
  it('with layers of unknown names is parsed as if the best came first', () => {
    const renamed = chromium.replaceAll(/a=rid:h/g, 'a=rid:x').replaceAll('send q;h;f', 'send q;x;f');
    expect(read(renamed).lines[1]?.track?.rtp.encodings).toEqual([{ rid: 'f' }, { rid: 'x' }, { rid: 'q' }]);
  });
  it('with RED first is accepted with Opus', () => {
    const red = chromium.replace('SAVPF 111 63', 'SAVPF 63 111');
    expect(read(red).lines[0]?.track?.rtp.codecs.map(({ mimeType }) => mimeType)).toEqual(['audio/opus']);
  });
  it('with an old form of data channels has only the data channel line rejected', () => {
    const old = chromium.replace('UDP/DTLS/SCTP webrtc-datachannel', 'DTLS/SCTP 5000');
    expect(section(answer(old), 6)[0]).toBe('application 0 DTLS/SCTP 5000');
    expect(answer(old)).toContain('a=group:BUNDLE 0 1 2 3 4 5\r\n');
  });
  it('with data channels is answered without them if the transport has none', () => {
    const { sctp: _, ...plain } = side;
    const text = writeSdp(answerPublisher(read(chromium), plain, { sessionId: 7, version: 1 }));
    expect(section(text, 6)[0]).toBe('application 0 UDP/DTLS/SCTP webrtc-datachannel');
  });
});

describe('a single line is refused', () => {
  const noVp8 = chromium.replace(/^m=video 9 (\S+) 96 .*/m, 'm=video 9 $1 39 40');
  it('if none of its codecs is routed', () => {
    expect(
      read(noVp8)
        .lines.map(({ refusal }) => refusal ?? '-')
        .join(' '),
    ).toBe('- CODEC_UNSUPPORTED - - - - -');
    const text = answer(noVp8);
    expect(section(text, 1)).toEqual(expect.arrayContaining(['video 0 UDP/TLS/RTP/SAVPF 39', 'a=mid:1', 'a=inactive']));
    expect(text).toContain('a=group:BUNDLE 0 2 3 4 5 6\r\n');
    expect(section(text, 2)[0]).toBe('video 9 UDP/TLS/RTP/SAVPF 108 109');
  });
  it('if the caller refuses the line', () => {
    const text = answer(chromium, { refused: new Set(['0', '6', 'none']) });
    expect(text).toContain('a=group:BUNDLE 1 2 3 4 5\r\n');
    expect(section(text, 0)[0]).toBe('audio 0 UDP/TLS/RTP/SAVPF 111');
    expect(section(text, 6)[0]).toBe('application 0 UDP/DTLS/SCTP webrtc-datachannel');
  });
});

describe('a line without media', () => {
  it('stays open, so that the client can use the line again', () => {
    expect(read(unpublished).lines[5]).toMatchObject({ direction: 'inactive', track: undefined, refusal: undefined });
    const line = section(answer(unpublished), 5);
    expect(line).toEqual(
      expect.arrayContaining(['video 9 UDP/TLS/RTP/SAVPF 96 97', 'a=mid:5', 'a=inactive', 'a=rtpmap:96 VP8/90000']),
    );
    expect(answer(unpublished)).toContain('a=group:BUNDLE 0 1 2 3 4 5 6\r\n');
  });
  it('is rejected in its place once the client has stopped it, and an inactive line can be received again', () => {
    const text = answer(stopped, { version: 3 });
    expect(text).toContain('o=- 7 3 IN');
    expect(section(text, 1)).toEqual(expect.arrayContaining(['video 0 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', 'a=inactive']));
    expect(section(text, 5)).toEqual(expect.arrayContaining(['video 9 UDP/TLS/RTP/SAVPF 96 97', 'a=recvonly']));
    expect(text).toContain('a=group:BUNDLE 0 2 3 4 5 6\r\n');
  });
  it('is rejected in an offer with more lines than tracks of a participant, and the client reuses it', () => {
    const room = limits.tracksPerParticipantMax + 1 - 7;
    expect(section(answer(manyAudio(room, idle)), 7)[0]).toMatch(/^audio 9 /);
    const text = answer(manyAudio(room + 1, idle));
    expect(section(text, 7)[0]).toMatch(/^audio 0 /);
    expect(section(text, 0)[0]).toMatch(/^audio 9 /);
  });
});

describe("Firefox's offer", () => {
  it('is answered as in the fixture', () => {
    expect(answer(firefox)).toBe(fixture('livekit/firefox-publisher-answer'));
  });
  it('names streams and tracks with braces', () => {
    expect(read(firefox).lines[0]).toMatchObject({
      streamId: '{5a817576-a335-4fd8-aaee-e5b36dbbd18a}',
      trackId: '{8ee167e9-94d6-4cd6-83d5-4c134ff20406}',
    });
  });
  it('has a stopped line rejected in its place', () => {
    const text = answer(fixture('livekit/firefox-publisher-stopped'));
    expect(section(text, 1)[0]).toBe('video 0 UDP/TLS/RTP/SAVPF 120');
    expect(section(text, 2)).toEqual(expect.arrayContaining(['a=mid:2', 'a=recvonly']));
  });
});

describe("the offer of LiveKit's native clients", () => {
  const native = fixture('livekit/native-publisher');
  const later = fixture('livekit/native-publisher-later');
  it('begins with idle lines, and has data channels in the middle and layers with the best first', () => {
    const { lines: all } = read(native);
    expect(all.map(({ type, direction }) => `${type} ${direction}`)).toEqual([
      ...['audio recvonly', 'audio recvonly', 'audio recvonly', 'video recvonly', 'video recvonly', 'video recvonly'],
      ...['audio sendonly', 'video sendonly', 'application sendrecv'],
    ]);
    expect(all[7]).toMatchObject({ streamId: '', trackId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(all[7]?.track?.rtp.encodings).toEqual([{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }]);
    expect(section(answer(native), 7)).toContain('a=simulcast:recv f;h;q');
    expect(section(answer(native), 0)).toEqual(
      expect.arrayContaining(['audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:7', 'a=inactive']),
    );
  });
  it('is answered as in the fixture after a camera was stopped and H.264, VP9 and AV1 came', () => {
    expect(answer(later)).toBe(fixture('livekit/native-publisher-answer'));
  });
  it('with VP9 in layers is one stream of all layers, and with AV1 in layers only the best layer', () => {
    const layersOf = (text: string): unknown[] => {
      const sent = read(text).lines.flatMap(({ track }) => track ?? []);
      return sent.slice(1).map(({ rtp, rids }) => [rtp.codecs[0]?.mimeType, rids.join(), rtp.encodings]);
    };
    expect(layersOf(later)).toEqual([
      ['video/H264', '', [{ ssrc: expect.any(Number) }]],
      ['video/VP9', 'f,h,q', [{ rid: 'f' }]],
      ['video/AV1', 'f', [{ rid: 'f' }]],
    ]);
    expect(layersOf(later.replaceAll(/send f;(~?h);(~?q)/g, 'send q;h;f')).slice(1)).toEqual([
      ['video/VP9', 'q,h,f', [{ rid: 'q' }]],
      ['video/AV1', 'f', [{ rid: 'f' }]],
    ]);
    expect(section(answer(later), 10)).toContain('a=simulcast:recv f;h;q');
    expect(section(answer(later), 11)).toEqual(expect.arrayContaining(['a=rid:f recv', 'a=simulcast:recv f']));
  });
});

it('names of stream and track are read from the SSRC of a line without a msid, and are empty if the SSRC has none', () => {
  const unnamed = without(chromium, /^a=(msid:|ssrc:\d+ msid)/);
  const named = unnamed.replace(/a=ssrc:(\d+) cname/, 'a=ssrc:$1 msid:- the|track\r\n$&');
  expect(read(named).lines[0]).toMatchObject({ streamId: '', trackId: 'the|track' });
  expect(read(unnamed).lines[0]).toMatchObject({ streamId: '', trackId: '' });
});

describe('the codec that a client has announced for a track', () => {
  const offered = readSdp(chromium);
  const taken = (wantedOf?: (trackId: string) => string) =>
    readPublisherOffer(offered, wantedOf)
      .lines.filter(({ type, track }) => type === 'video' && track !== undefined)
      .map(({ trackId, track }) => [trackId, track?.rtp.codecs[0]?.mimeType] as const);
  const [first] = taken();
  const [trackId = '', own] = first ?? [];

  it.each(['video/H264', 'video/VP9', 'video/AV1', 'video/VP8'])(
    'is accepted if the line offers it: %s',
    (mimeType) => {
      const [, codec] = taken((id) => (id === trackId ? mimeType : ''))[0] ?? [];
      expect(codec).toBe(mimeType);
      expect(taken((id) => (id === trackId ? mimeType : '')).slice(1)).toEqual(taken().slice(1));
    },
  );

  it('is ignored if the line does not offer the codec, or if the client has announced no codec', () => {
    for (const mimeType of ['video/H266', 'audio/opus', ''])
      expect(taken((id) => (id === trackId ? mimeType : ''))[0]?.[1]).toBe(own);
  });
});
