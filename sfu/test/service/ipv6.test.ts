// A cloud with IPv6 only: links to the centre and between nodes, a pipe, and media of clients, all on ::1.
import { call, rpc, rtpCapabilitiesToWire, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  audioTrack,
  Cloud,
  endpoint,
  room,
  type SignalingLink,
  sessionIdOf,
  sessionInfo,
  trackIdOf,
  until,
} from './kit/cloud.ts';
import { PlainPeer, plainCapabilities } from './kit/plain-peer.ts';
import { opusPacket, opusParameters, secret } from './kit/rtp.ts';

const ip = '::1';
let cloud: Cloud;
let [signalingA, signalingB]: (SignalingLink | undefined)[] = [];
const closers: (() => void)[] = [];

beforeAll(async () => {
  cloud = await Cloud.open(ip);
  const [a, b] = [await cloud.node('node-a'), await cloud.node('node-b')];
  await cloud.waitUntilLinked('node-a', 'node-b');
  [signalingA, signalingB] = [await cloud.signaling('sig-a', a), await cloud.signaling('sig-b', b)];
});
afterAll(async () => {
  for (const end of closers.splice(0)) end();
  await cloud.close();
});

interface Endpoints {
  readonly send?: wire.Endpoint.$Properties;
  readonly recv?: wire.Endpoint.$Properties;
  readonly subscriptions?: wire.TrackSubscription.$Properties[];
}
function attach(signaling: SignalingLink | undefined, n: number, o: Endpoints): Promise<wire.SessionAttached> {
  if (signaling === undefined) throw new Error('no signaling node');
  return call(signaling.link, rpc.attachSession, {
    room: room(),
    session: { ...sessionInfo(n, signaling.id), recvRtpCapabilities: rtpCapabilitiesToWire(plainCapabilities) },
    sendEndpoint: o.send ?? null,
    recvEndpoint: o.recv ?? null,
    subscriptions: o.subscriptions ?? [],
  });
}

test('audio goes from a client of one node over a pipe to a client of the other', async () => {
  const [speaker, listener] = [await PlainPeer.open(ip), await PlainPeer.open(ip)];
  closers.push(
    () => speaker.close(),
    () => listener.close(),
  );
  const sending = await attach(signalingA, 1, { send: speaker.endpoint });
  expect(sending.sendTransport?.plain?.ip).toBe(ip);
  await signalingA?.produce(sessionIdOf(1), audioTrack(1), opusParameters(1001));
  const trackId = trackIdOf(1);
  const grant = await cloud.grant({ trackId, pullerId: 'node-b', carrierId: 'node-a' });
  const subscriptions = [{ trackId, carrierNodeId: 'node-a', grant }];
  const receiving = await attach(signalingB, 2, { recv: listener.endpoint, subscriptions });
  expect(receiving.failed).toEqual([]);
  let sequence = 0;
  const timer = setInterval(() => speaker.send(opusPacket(1001, sequence++), sending.sendTransport), 20);
  closers.unshift(() => clearInterval(timer));
  await until('sound arrives', () => listener.received.length > 20);
  expect(listener.received.every(({ payload }) => payload.toString().startsWith(secret))).toBe(true);
});

test('a browser is offered the IPv6 address by UDP and TCP', async () => {
  const { recvTransport } = await attach(signalingA, 3, { recv: endpoint });
  const offered = recvTransport?.iceCandidates?.map(({ address, protocol }) => `${address} ${protocol}`);
  expect(offered?.toSorted()).toEqual(['::1 tcp', '::1 udp']);
});
