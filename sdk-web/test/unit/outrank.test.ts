// Tests with mediasoup-client itself, because the SDK uses its private parts.
import type { types } from 'mediasoup-client';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { Firefox120 } from 'mediasoup-client/handlers/Firefox120';
import { Safari12 } from 'mediasoup-client/handlers/Safari12';
import { afterEach, expect, it, vi } from 'vitest';
import { outrankEarlierPairs } from '../../src/media/outrank.ts';

interface Remote {
  receive(o: object): void;
  getSdp(): string;
}

const candidate = (protocol: 'udp' | 'tcp', priority: number): types.IceCandidate => ({
  foundation: `${protocol}candidate`,
  priority,
  address: '192.0.2.7',
  ip: '192.0.2.7',
  protocol,
  port: 20_000,
  type: 'host',
  ...(protocol === 'tcp' && { tcpType: 'passive' as const }),
});

function handlerOf({ factory }: types.HandlerFactory): types.HandlerInterface {
  vi.stubGlobal('RTCPeerConnection', class extends EventTarget {});
  vi.stubGlobal('MediaStream', class {});
  return factory({
    direction: 'recv',
    iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
    iceCandidates: [candidate('udp', 1_076_558_079), candidate('tcp', 1_076_276_479)],
    dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: '00' }] },
    getSendExtendedRtpCapabilities: () => expect.unreachable('nothing is sent'),
  } as types.HandlerOptions);
}

const receive = (remote: Remote, mid: string): void => {
  const codec = {
    mimeType: 'audio/opus',
    payloadType: 100,
    clockRate: 48_000,
    channels: 2,
    parameters: {},
    rtcpFeedback: [],
  };
  const offerRtpParameters = {
    codecs: [codec],
    headerExtensions: [],
    encodings: [{ ssrc: 7 }],
    rtcp: { cname: 'c', reducedSize: true },
  };
  remote.receive({ mid, kind: 'audio', offerRtpParameters, streamId: 's', trackId: mid });
};
const priorities = (remote: Remote): Record<'udp' | 'tcp', number[]> => {
  const rows = [...remote.getSdp().matchAll(/^a=candidate:\S+ 1 (\w+) (\d+) /gm)];
  const prioritiesOf = (protocol: string): number[] =>
    rows.filter((row) => row[1] === protocol).map((row) => Number(row[2]));
  return { udp: prioritiesOf('udp'), tcp: prioritiesOf('tcp') };
};

afterEach(() => vi.unstubAllGlobals());

it.each([Chrome111.createFactory({}), Firefox120.createFactory({}), Safari12.createFactory({})])(
  'every section that $name writes after a restart, old or new, outranks earlier ones, UDP still first',
  (factory) => {
    const handler = handlerOf(factory);
    const { _remoteSdp: remote } = handler as unknown as { _remoteSdp: Remote };
    receive(remote, '0');
    const before = priorities(remote);
    expect([before.udp.length, before.tcp.length]).toEqual([1, 1]);
    outrankEarlierPairs({ handler } as unknown as types.Transport);
    receive(remote, '1');
    const after = priorities(remote);
    expect([after.udp.length, after.tcp.length]).toEqual([2, 2]);
    expect(Math.min(...after.tcp)).toBeGreaterThan(Math.max(...before.udp));
    expect(Math.min(...after.udp)).toBeGreaterThan(Math.max(...after.tcp));
  },
);

it('a handler without a remote description stays unchanged', () => {
  expect(() => outrankEarlierPairs({ handler: {} } as unknown as types.Transport)).not.toThrow();
});
