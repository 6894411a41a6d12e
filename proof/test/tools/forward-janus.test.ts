// Descriptions and configuration of the Janus that `bench -- forward` measures. Each description of Janus is one that
// Janus 1.1.2 wrote, without lines that nothing here reads.
import { describe, expect, test } from 'vitest';
import { bestSettings, describeSettings, janusFiles, shippedSettings } from '../../bench/forward/janus-config.ts';
import { publisherOffer, readServer, subscriberAnswer } from '../../bench/forward/janus-sdp.ts';

const side = { address: '198.18.0.2', usernameFragment: 'ufrag', password: 'password', fingerprint: 'AA:BB' };
const video = { kind: 'video', ssrc: 1001, payloadType: 96 } as const;
const audio = { kind: 'audio', ssrc: 1002, payloadType: 111 } as const;

const transportLines = [
  'c=IN IP4 198.18.0.1',
  'a=ice-ufrag:mtLb',
  'a=ice-pwd:8SgmDrDAWdP16mXexEGDPr',
  'a=setup:actpass',
  'a=rtcp-mux',
  'a=candidate:1 1 tcp 2013266175 198.18.0.9 9 typ host tcptype active',
  'a=candidate:1 1 udp 2015363327 fe80::1 53507 typ host',
  'a=candidate:1 1 udp 2015363327 198.18.0.1 53508 typ host',
  'a=end-of-candidates',
];
const offer = [
  'v=0',
  'o=- 1 1 IN IP4 198.18.0.1',
  's=VideoRoom 1',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'a=fingerprint:sha-256 63:57',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
  'a=sendonly',
  'a=mid:0',
  ...transportLines,
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 nack',
  'a=rtcp-fb:96 nack pli',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'a=msid:janus janus0',
  'a=ssrc:3630012180 cname:janus',
  'a=ssrc:11 cname:janus',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=sendonly',
  'a=mid:1',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 useinbandfec=1',
  'a=ssrc:4249806792 cname:janus',
  '',
];
const textOf = (lines: readonly string[]): string => lines.join('\r\n');
const linesOf = (sdp: string): string[] => sdp.split('\r\n');
/** Returns the lines of the m-line at this place. */
const mediaOf = (sdp: string, at: number): string[] => linesOf(sdp.split('\r\nm=')[at + 1] ?? '');

describe('a description of Janus that no client can use', () => {
  const without = (start: string): string => textOf(offer.filter((line) => !line.startsWith(start)));
  test.each([
    ['is empty', ''],
    ['has no ICE user name', without('a=ice-ufrag:')],
    ['has no ICE password', without('a=ice-pwd:')],
    ['has no address for UDP and IPv4', without('a=candidate:1 1 udp 2015363327 198.18.0.1')],
  ])('%s', (_, sdp) => {
    expect(() => readServer(sdp)).toThrow('Janus describes no transport over UDP and IPv4.');
  });

  test.each([
    ['rejects a stream', 'm=video 0 UDP/TLS/RTP/SAVPF 96'],
    ['has a stream of another kind', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel'],
  ])('%s', (_, line) => {
    const sdp = textOf(offer.map((known) => (known.startsWith('m=video') ? line : known)));
    expect(() => readServer(sdp)).toThrow(`Janus rejects a stream: ${line}`);
  });
});

test('a description of Janus has its transport, its streams with their first SSRC, and the id of transport-cc', () => {
  const server = readServer(textOf(offer));
  expect(server.transport).toEqual({
    address: '198.18.0.1',
    port: 53508,
    usernameFragment: 'mtLb',
    password: '8SgmDrDAWdP16mXexEGDPr',
  });
  expect(server.transportCcId).toBe(3);
  expect(server.streams.map(({ kind, mid, ssrc, payloadType }) => [kind, mid, ssrc, payloadType])).toEqual([
    ['video', '0', 3630012180, 96],
    ['audio', '1', 4249806792, 111],
  ]);
  expect(readServer(textOf(offer.filter((line) => !line.startsWith('a=extmap:')))).transportCcId).toBe(0);
});

test('a subscriber takes every stream with its feedback and extensions, without retransmissions, as the DTLS client', () => {
  const answer = subscriberAnswer(side, readServer(textOf(offer)));
  expect(linesOf(answer).slice(0, 5)).toContain('a=group:BUNDLE 0 1');
  expect(mediaOf(answer, 0)).toEqual([
    'video 9 UDP/TLS/RTP/SAVPF 96',
    'c=IN IP4 198.18.0.2',
    'a=ice-ufrag:ufrag',
    'a=ice-pwd:password',
    'a=fingerprint:sha-256 AA:BB',
    'a=setup:active',
    'a=rtcp-mux',
    'a=candidate:1 1 udp 2130706431 198.18.0.2 9 typ host',
    'a=end-of-candidates',
    'a=mid:0',
    'a=recvonly',
    'a=rtpmap:96 VP8/90000',
    'a=rtcp-fb:96 nack',
    'a=rtcp-fb:96 nack pli',
    'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  ]);
  expect(mediaOf(answer, 1)).toContain('a=fmtp:111 useinbandfec=1');
  expect(answer.endsWith('\r\n')).toBe(true);
});

test('a publisher offers each stream with its SSRC, and Janus is the DTLS server', () => {
  const both = publisherOffer(side, [video, audio]);
  expect(mediaOf(both, 0)).toEqual(
    expect.arrayContaining([
      'a=setup:active',
      'a=sendonly',
      'a=mid:0',
      'a=rtpmap:96 VP8/90000',
      'a=ssrc:1001 cname:light',
    ]),
  );
  expect(mediaOf(both, 1)).toEqual(
    expect.arrayContaining([
      'audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:1',
      'a=extmap:6 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
      'a=ssrc:1002 cname:light',
    ]),
  );
  expect(linesOf(publisherOffer(side, [audio])).filter((line) => line.startsWith('m='))).toHaveLength(1);
});

describe('configuration of Janus', () => {
  const folder = { dir: '/run/janus', socket: '/run/janus/api', address: '198.18.0.1' };

  test('as shipped has a thread for each transport and full ICE, with the log level of Debian', () => {
    const { 'janus.jcfg': text = '' } = janusFiles(folder, shippedSettings);
    expect(text).not.toContain('event_loops');
    expect(text).toContain('ice_lite = false');
    expect(text).toContain('debug_level = 4');
    expect(describeSettings(shippedSettings)).toBe('a thread per transport, full ICE, debug_level = 4, transport-cc');
  });

  test('at its best has one thread for all transports, and ICE-lite', () => {
    const { 'janus.jcfg': text = '' } = janusFiles(folder, bestSettings);
    expect(text).toContain('event_loops = 1\n');
    expect(text).toContain('ice_lite = true');
    expect(describeSettings(bestSettings)).toBe('event_loops = 1, ICE-lite, debug_level = 1, no transport-cc');
  });

  test.each([shippedSettings, bestSettings])(
    'has its media at one address and its API at a UNIX socket',
    (settings) => {
      const files = janusFiles(folder, settings);
      expect(files['janus.jcfg']).toContain('ice_enforce_list = "198.18.0.1"');
      expect(files['janus.jcfg']).toContain('plugins_folder = "/run/janus/plugins"');
      expect(files['janus.transport.websockets.jcfg']).toContain('ws_unix = "/run/janus/api"');
    },
  );
});
