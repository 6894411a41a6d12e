// Endpoints without ICE and DTLS, with real RTP over real sockets, and endpoints of one direction.
import { call, routerConstant, rpc, rtpCapabilitiesToWire, rtpParametersFromWire, type wire } from '@meridian/protocol';
import type { types } from 'mediasoup';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  audioTrack,
  Cloud,
  codeOf,
  endpoint,
  fingerprint,
  room,
  type SignalingLink,
  sessionIdOf,
  sessionInfo,
  type TestNode,
  trackIdOf,
  until,
  videoTrack,
} from './kit/cloud.ts';
import { received } from './kit/feed.ts';
import { PlainPeer, plainCapabilities, receiverReport } from './kit/plain-peer.ts';
import { opusPacket, opusParameters, rtpPacket, vp8Packet, vp8Parameters } from './kit/rtp.ts';

let cloud: Cloud;
let a: TestNode;
let b: TestNode;
let signalingA: SignalingLink;
let signalingB: SignalingLink;
let roomCounter = 0;
const peers: PlainPeer[] = [];
const timers: NodeJS.Timeout[] = [];

beforeAll(async () => {
  cloud = await Cloud.open();
  const plainListen = { ip: '127.0.0.1', announcedAddress: '192.0.2.1', portMin: 15_000, portMax: 15_000 };
  [a, b] = [await cloud.node('node-a'), await cloud.node('node-b', { config: { plainListen } })];
  await cloud.waitUntilLinked('node-a', 'node-b');
  [signalingA, signalingB] = [await cloud.signaling('sig-a', a), await cloud.signaling('sig-b', b)];
});
afterAll(async () => {
  for (const timer of timers) clearInterval(timer);
  for (const peer of peers) peer.close();
  await cloud.close();
});
beforeEach(() => {
  roomCounter += 100;
});

const ref = (): wire.RoomRef.$Properties => room(1, 'sig-a', `dev/plain-${roomCounter}`);
const newPeer = async (): Promise<PlainPeer> => {
  const peer = await PlainPeer.open();
  peers.push(peer);
  return peer;
};
const every20Ms = (step: (turn: number) => void): void => {
  let turn = 0;
  timers.push(setInterval(() => step(++turn), 20));
};
interface Endpoints {
  readonly send?: wire.Endpoint.$Properties;
  readonly recv?: wire.Endpoint.$Properties;
  readonly subscriptions?: wire.TrackSubscription.$Properties[];
}
const attach = (signaling: SignalingLink, n: number, o: Endpoints): Promise<wire.SessionAttached> =>
  call(signaling.link, rpc.attachSession, {
    room: ref(),
    session: {
      ...sessionInfo(roomCounter + n, signaling.id),
      recvRtpCapabilities: rtpCapabilitiesToWire(plainCapabilities),
    },
    sendEndpoint: o.send ?? null,
    recvEndpoint: o.recv ?? null,
    subscriptions: o.subscriptions ?? [],
  });
const srtpTo = (ip: string): wire.Endpoint.$Properties => ({
  plain: {
    ip,
    port: 4000,
    srtp: { cryptoSuite: 'AEAD_AES_128_GCM', keyBase64: Buffer.alloc(28, 1).toString('base64') },
  },
});
const ssrcOf = (subscription: wire.Subscription.$Properties | undefined): number | undefined =>
  subscription?.rtpParameters?.encodings?.[0]?.ssrc ?? undefined;
async function speaker(
  n: number,
): Promise<{ peer: PlainPeer; attached: wire.SessionAttached; trackId: string; ssrc: number }> {
  const peer = await newPeer();
  const attached = await attach(signalingA, n, { send: peer.endpoint });
  const ssrc = roomCounter * 10 + n;
  await signalingA.produce(sessionIdOf(roomCounter + n), audioTrack(roomCounter + n), opusParameters(ssrc), ref());
  return { peer, attached, trackId: trackIdOf(roomCounter + n), ssrc };
}

describe('an endpoint that is refused', () => {
  test.each<[string, () => Endpoints, string]>([
    ['has no SRTP to another host', () => ({ recv: { plain: { ip: '192.0.2.9', port: 4000 } } }), 'REQUEST_INVALID'],
    ['has a host name', () => ({ recv: { plain: { ip: 'localhost', port: 4000 } } }), 'REQUEST_INVALID'],
    ['has no port', () => ({ recv: { plain: { ip: '127.0.0.1' } } }), 'REQUEST_INVALID'],
    ['has no SRTP key', () => ({ recv: { plain: { ip: '127.0.0.1', port: 1, srtp: {} } } }), 'REQUEST_INVALID'],
    ['is missing in both directions', () => ({}), 'REQUEST_INVALID'],
    [
      'is on another host, while the node has no `plainListen`',
      () => ({ recv: srtpTo('192.0.2.9') }),
      'ENDPOINT_UNSUPPORTED',
    ],
  ])('%s', async (_name, endpoints, code) => {
    expect(await codeOf(attach(signalingA, 1, endpoints()))).toBe(code);
    expect(a.app.node.rooms.sessions.has(sessionIdOf(roomCounter + 1))).toBe(false);
  });

  test('has another address family than `plainListen`, or finds no free port', async () => {
    expect(await codeOf(attach(signalingB, 1, { recv: srtpTo('2001:db8::9') }))).toBe('ENDPOINT_UNSUPPORTED');
    const { recvTransport } = await attach(signalingB, 2, { recv: srtpTo('192.0.2.9') });
    expect(recvTransport?.plain).toMatchObject({ ip: '192.0.2.1', port: 15_000 });
    expect(recvTransport?.plain?.srtp?.cryptoSuite).toBe('AEAD_AES_128_GCM');
    expect(await codeOf(attach(signalingB, 3, { recv: srtpTo('192.0.2.9') }))).toBe('NO_CAPACITY');
    await call(signalingB.link, rpc.detachSession, { room: ref(), sessionId: sessionIdOf(roomCounter + 2) });
    expect(await codeOf(attach(signalingB, 3, { recv: srtpTo('192.0.2.9') }))).toBe('it did not fail');
  });

  test('is plain, so requests for ICE and a fingerprint are refused', async () => {
    const { sendTransport } = await attach(signalingA, 1, { send: (await newPeer()).endpoint });
    const at = { room: ref(), sessionId: sessionIdOf(roomCounter + 1) };
    const transportId = sendTransport?.id ?? '';
    expect(await codeOf(call(signalingA.link, rpc.restartTransport, { ...at, transportId }))).toBe('REQUEST_INVALID');
    const connect = { transportId, fingerprint };
    expect(await codeOf(call(signalingA.link, rpc.connectTransport, { ...at, connect }))).toBe('REQUEST_INVALID');
  });
});

describe('a session of one direction', () => {
  test('has one transport, and may not subscribe without a receive transport or publish without a send transport', async () => {
    const { trackId } = await speaker(1);
    const sender = await attach(signalingA, 2, { send: endpoint });
    const receiver = await attach(signalingA, 3, { recv: endpoint });
    expect([sender.sendTransport?.id, sender.recvTransport]).toEqual([expect.any(String), null]);
    expect([receiver.sendTransport, receiver.recvTransport?.id]).toEqual([null, expect.any(String)]);
    const { failed } = await signalingA.subscribe(sessionIdOf(roomCounter + 2), [{ trackId }], ref());
    expect(failed.map(({ code }) => code)).toEqual(['NOT_PERMITTED']);
    const produced = signalingA.produce(
      sessionIdOf(roomCounter + 3),
      audioTrack(roomCounter + 9),
      opusParameters(9),
      ref(),
    );
    expect(await codeOf(produced)).toBe('NOT_PERMITTED');
  });
});

describe('a webrtc endpoint without a fingerprint', () => {
  test('accepts one fingerprint later, and no second one', async () => {
    const { sendTransport } = await attach(signalingA, 1, { send: { webrtc: {} } });
    expect(sendTransport?.iceCandidates?.length).toBeGreaterThan(0);
    const transportId = sendTransport?.id ?? '';
    const connect = (change: object) => {
      const at = { room: ref(), sessionId: sessionIdOf(roomCounter + 1) };
      return codeOf(
        call(signalingA.link, rpc.connectTransport, { ...at, connect: { transportId, fingerprint, ...change } }),
      );
    };
    const other = { ...fingerprint, value: fingerprint.value.replaceAll('ab', 'cd') };
    expect(await connect({ transportId: 'another' })).toBe('TRANSPORT_UNKNOWN');
    expect(await connect({ fingerprint: null })).toBe('REQUEST_INVALID');
    expect(await connect({ fingerprint: { ...fingerprint, value: 'AB' } })).toBe('REQUEST_INVALID');
    expect(await connect({})).toBe('it did not fail');
    expect(await connect({ fingerprint: { ...fingerprint, value: fingerprint.value.toUpperCase() } })).toBe(
      'it did not fail',
    );
    expect(await connect({ fingerprint: other })).toBe('OUT_OF_ORDER');
  });

  test('refuses another fingerprint than that of the attach', async () => {
    const { sendTransport } = await attach(signalingA, 1, { send: endpoint });
    const connect = {
      transportId: sendTransport?.id ?? '',
      fingerprint: { ...fingerprint, value: fingerprint.value.replaceAll('ab', 'cd') },
    };
    const at = { room: ref(), sessionId: sessionIdOf(roomCounter + 1) };
    expect(await codeOf(call(signalingA.link, rpc.connectTransport, { ...at, connect }))).toBe('OUT_OF_ORDER');
  });
});

describe('plain RTP', () => {
  test('reaches plain and webrtc receivers of its node, and plain receivers of another node, without a resume', async () => {
    const { peer, attached, trackId, ssrc } = await speaker(1);
    every20Ms((seq) => peer.send(opusPacket(ssrc, seq), attached.sendTransport));
    const [nearPeer, farPeer] = [await newPeer(), await newPeer()];
    const { subscriptions } = await attach(signalingA, 2, { recv: nearPeer.endpoint, subscriptions: [{ trackId }] });
    const browser = await signalingA.attach(roomCounter + 3, { room: ref(), subscriptions: [{ trackId }] });
    browser.recv.setState('connected');
    const grant = await cloud.grant({ trackId, pullerId: 'node-b', carrierId: 'node-a', roomKey: ref().roomKey ?? '' });
    const behindPipe = await attach(signalingB, 4, {
      recv: farPeer.endpoint,
      subscriptions: [{ trackId, carrierNodeId: 'node-a', grant }],
    });
    expect(behindPipe.failed).toEqual([]);
    await until('sound near', () => nearPeer.packetsOf(ssrcOf(subscriptions[0])).length > 10);
    await until('sound far', () => farPeer.packetsOf(ssrcOf(behindPipe.subscriptions[0])).length > 10);
    await until('sound at a browser', () => received(browser, browser.answer.subscriptions[0]?.consumerId) > 10);
    expect(nearPeer.received[0]?.payload.toString()).toMatch(/^THE-PLAINTEXT-OF-THIS-CALL-\d+$/);
    expect(farPeer.received[0]?.payload.toString()).toMatch(/^THE-PLAINTEXT-OF-THIS-CALL-\d+$/);
  });

  test('is accepted from the address of the endpoint only', async () => {
    const { peer, attached, trackId, ssrc } = await speaker(1);
    const [forger, receiver] = [await newPeer(), await newPeer()];
    await attach(signalingA, 2, { recv: receiver.endpoint, subscriptions: [{ trackId }] });
    const packet = (seq: number, text: string) =>
      rtpPacket({ payloadType: 111, seq, timestamp: seq * 960, ssrc, payload: Buffer.from(text) });
    every20Ms((turn) => {
      forger.send(packet(turn * 2, 'forged'), attached.sendTransport);
      peer.send(packet(turn * 2 + 1, 'true'), attached.sendTransport);
    });
    await until('what is true arrives', () => receiver.received.length > 20);
    expect(new Set(receiver.received.map(({ payload }) => payload.toString()))).toEqual(new Set(['true']));
    await call(signalingA.link, rpc.detachSession, { room: ref(), sessionId: sessionIdOf(roomCounter + 1) });
  });

  test('is sent in exactly the layer that the receiver requested', async () => {
    const publisher = await signalingA.attach(roomCounter + 1, { room: ref() });
    const ssrcs = [0, 1, 2].map((layer) => roomCounter * 10 + layer);
    await signalingA.produce(publisher.sessionId, videoTrack(roomCounter + 1), vp8Parameters(ssrcs), ref());
    const producer = [...publisher.send.producers.values()][0]?.handle as types.Producer;
    const bytesOf = (layer: number) => 200 * (layer + 1);
    every20Ms((turn) => {
      for (const [layer, ssrc] of ssrcs.entries())
        producer.send(vp8Packet(ssrc, turn, turn % 10 === 1, bytesOf(layer)));
    });
    await until('all layers arrive', () => producer.score.filter(({ score }) => score === 10).length === 3);
    for (const spatialLayer of [0, 1, 2]) {
      const peer = await newPeer();
      const wanted = [{ trackId: trackIdOf(roomCounter + 1), spatialLayer }];
      await attach(signalingA, 10 + spatialLayer, { recv: peer.endpoint, subscriptions: wanted });
      await until(`video of layer ${spatialLayer}`, () => peer.received.length > 30);
      expect(new Set(peer.received.map(({ payload }) => payload.length))).toEqual(new Set([bytesOf(spatialLayer)]));
    }
  });

  test('goes by SRTP in both directions when the endpoint has a key', async () => {
    const { worker } = a.engines.engines.at(-1)?.handles ?? {};
    const mediaCodecs = routerConstant.mediaCodecs as types.RouterRtpCodecCapability[];
    const router = (await worker?.createRouter({ mediaCodecs })) as types.Router;
    const transport = (): Promise<types.PlainTransport> =>
      router.createPlainTransport({
        listenInfo: { protocol: 'udp', ip: '127.0.0.1', portRange: { min: 20_000, max: 59_000 } },
        enableSrtp: true,
        srtpCryptoSuite: 'AEAD_AES_256_GCM',
        comedia: false,
      });
    const plainOf = ({ tuple, srtpParameters }: types.PlainTransport): wire.Endpoint.$Properties => ({
      plain: { ip: '127.0.0.1', port: tuple.localPort, srtp: srtpParameters ?? null },
    });
    const join = (mine: types.PlainTransport, answer: wire.TransportInfo.$Properties | null | undefined) =>
      mine.connect({
        ip: answer?.plain?.ip ?? '',
        port: answer?.plain?.port ?? 0,
        srtpParameters: answer?.plain?.srtp as types.SrtpParameters,
      });
    const [sending, receiving, direct] = [await transport(), await transport(), await router.createDirectTransport()];
    // The gateway's side: audio goes in over `sending` and comes back over `receiving`.
    const source = await direct.produce({ kind: 'audio', rtpParameters: opusParameters(77) as types.RtpParameters });
    const at = await attach(signalingA, 1, { send: plainOf(sending), recv: plainOf(receiving) });
    await join(sending, at.sendTransport);
    await join(receiving, at.recvTransport);
    const out = await sending.consume({ producerId: source.id, rtpCapabilities: router.rtpCapabilities });
    await signalingA.produce(
      sessionIdOf(roomCounter + 1),
      audioTrack(roomCounter + 1),
      out.rtpParameters as never,
      ref(),
    );
    const { subscriptions } = await signalingA.subscribe(
      sessionIdOf(roomCounter + 1),
      [{ trackId: trackIdOf(roomCounter + 1) }],
      ref(),
    );
    const back = await receiving.produce({
      kind: 'audio',
      rtpParameters: rtpParametersFromWire(subscriptions[0]?.rtpParameters) as types.RtpParameters,
    });
    const heard: string[] = [];
    const consumer = await direct.consume({ producerId: back.id, rtpCapabilities: router.rtpCapabilities });
    consumer.on('rtp', (packet) => heard.push(packet.toString('latin1')));
    every20Ms((seq) => source.closed || source.send(opusPacket(77, seq)));
    await until('sound has gone there and back', () => heard.length > 10);
    expect(heard[0]).toMatch(/THE-PLAINTEXT-OF-THIS-CALL/);
    source.close();
    router.close();
  });
});

/** Builds a receiver's report about one source (RFC 3550, 6.4.2) with a loss of a quarter. */
function lossReport(ssrc: number): Buffer {
  const report = Buffer.alloc(32);
  report[0] = 0x81;
  report[1] = 201;
  report.writeUInt16BE(7, 2);
  report.writeUInt32BE(0x33333333, 4);
  report.writeUInt32BE(ssrc, 8);
  report[12] = 64;
  return report;
}

describe('a session whose client sends no statistics', () => {
  test('is measured by its media node, but only at the request of its signaling node', async () => {
    const { peer, attached, ssrc } = await speaker(1);
    every20Ms((seq) => {
      if (seq % 5 > 0) peer.send(opusPacket(ssrc, seq), attached.sendTransport);
    });
    const listenerPeer = await newPeer();
    const subscriptions = [{ trackId: trackIdOf(roomCounter + 1), carrierNodeId: 'node-a' }];
    const listener = await attach(signalingA, 2, { recv: listenerPeer.endpoint, subscriptions });
    every20Ms(() => listenerPeer.send(lossReport(ssrcOf(listener.subscriptions[0]) ?? 0), listener.recvTransport));
    const sessionIds = [1, 2, 3].map((n) => sessionIdOf(roomCounter + n));
    const measure = async (signaling: SignalingLink) =>
      (await call(signaling.link, rpc.sessionsMeasured, { sessionIds })).sessions;
    await until('both are measured', async () => {
      const [speaks, hears] = await measure(signalingA);
      return (speaks?.outboundLoss ?? 0) > 0 && (speaks?.sentBps ?? 0) > 0 && (hears?.inboundLoss ?? 0) > 0;
    });
    const [speaks, hears, ...others] = await measure(signalingA);
    expect(speaks).toMatchObject({ sessionId: sessionIds[0], inboundLoss: 0, receivedBps: 0 });
    expect(speaks?.outboundLoss).toBeGreaterThan(0.1);
    expect(speaks?.outboundLoss).toBeLessThan(0.3);
    expect(speaks?.jitterMs).toBeLessThan(100);
    expect(hears).toMatchObject({ sessionId: sessionIds[1], inboundLoss: 0.25, outboundLoss: 0 });
    expect(hears?.receivedBps).toBeGreaterThan(0);
    expect(others).toEqual([]);
    expect(await measure(await cloud.signaling('sig-c', a))).toEqual([]);
  });
});

describe('the detection of a client that sends', () => {
  test("depends on its transports' received bytes: receiver reports count, silence does not", async () => {
    const [reporting, silent] = [await newPeer(), await newPeer()];
    const at = await attach(signalingA, 1, { recv: reporting.endpoint });
    await attach(signalingA, 2, { recv: silent.endpoint });
    every20Ms(() => reporting.send(receiverReport(), at.recvTransport));
    const media = async () => {
      const { sessions } = await call(signalingA.link, rpc.roomSnapshot, { room: ref() });
      return [1, 2].map(
        (n) => sessions?.find(({ session }) => session?.participant?.sessionId === sessionIdOf(roomCounter + n))?.media,
      );
    };
    await until('the silent one was listened to', async () => (await media())[1] === false);
    await until('one is heard', async () => (await media())[0]);
    expect(await media()).toEqual([true, false]);
  });

  test("does not depend on datagrams that others send to a publisher's port", async () => {
    const [silent, speaking] = [await speaker(1), await speaker(2)];
    const forger = await newPeer();
    every20Ms((seq) => {
      forger.send(opusPacket(silent.ssrc, seq), silent.attached.sendTransport);
      forger.send(receiverReport(), silent.attached.sendTransport);
      forger.send(Buffer.from('nothing at all'), silent.attached.sendTransport);
      speaking.peer.send(opusPacket(speaking.ssrc, seq), speaking.attached.sendTransport);
    });
    // Waits for two samples after the forger began; each sample asks all transports at once.
    const session = (n: number) => a.app.node.rooms.sessions.get(sessionIdOf(roomCounter + n));
    const samples = vi.spyOn(session(1) ?? expect.unreachable(), 'recordReceived');
    await until('both were listened to', () => samples.mock.calls.length >= 2);
    await until('the speaker is heard', () => session(2)?.hasMedia);
    expect(samples.mock.calls.map(([, receivedBytes]) => receivedBytes)).toEqual(samples.mock.calls.map(() => 0));
    expect(session(1)?.hasMedia).toBe(false);
  });
});
