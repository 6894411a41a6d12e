// Tests with mediasoup-client itself, because the SDK uses its private parts.
import type { types } from 'mediasoup-client';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { Safari12 } from 'mediasoup-client/handlers/Safari12';
import { afterEach, expect, it, vi } from 'vitest';
import { waitForClientHello } from '../../src/media/dtls-role.ts';

afterEach(() => vi.unstubAllGlobals());

it.each([Chrome111.createFactory({}), Safari12.createFactory({})])(
  'every offer that $name writes makes the media node the client of DTLS',
  ({ factory }) => {
    vi.stubGlobal('RTCPeerConnection', class extends EventTarget {});
    vi.stubGlobal('MediaStream', class {});
    const handler = factory({
      direction: 'recv',
      iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
      iceCandidates: [],
      dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: '00' }] },
      getSendExtendedRtpCapabilities: () => expect.unreachable('nothing is sent'),
    } as types.HandlerOptions);
    const { _remoteSdp: remote } = handler as unknown as { _remoteSdp: { receive(o: object): void; getSdp(): string } };
    const codec = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2, parameters: {} };
    const roles = (): string[] => [...remote.getSdp().matchAll(/^a=setup:(\w+)/gm)].map(([, role]) => role ?? '');
    const receive = (mid: string): void => {
      const offerRtpParameters = {
        codecs: [{ ...codec, rtcpFeedback: [] }],
        headerExtensions: [],
        encodings: [{ ssrc: 7 }],
        rtcp: { cname: 'c', reducedSize: true },
      };
      remote.receive({ mid, kind: 'audio', offerRtpParameters, streamId: 's', trackId: mid });
    };
    receive('0');
    expect(roles()).toEqual(['actpass']);
    waitForClientHello({ handler } as unknown as types.Transport);
    receive('1');
    expect(roles()).toEqual(['active', 'active']);
  },
);
