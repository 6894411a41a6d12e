// The pipe itself: what is on the wire, a forwarder under it, and links that break while media goes on.
import { createSocket, type Socket } from 'node:dgram';
import { type AddressInfo, connect, createServer } from 'node:net';
import { call, note, post, routerConstant, rpc } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  audioTrack,
  Cloud,
  room,
  type SignalingLink,
  type TestNode,
  trackIdOf,
  until,
  videoTrack,
} from './kit/cloud.ts';
import { type Feed, feed, received } from './kit/feed.ts';
import { opusParameters, secret, vp8Parameters } from './kit/rtp.ts';
import { Tap } from './kit/tap.ts';

/** A UDP forwarder between two ends that records what passes: what a wire tap, or the path layer, would see. */
class Forwarder {
  readonly near: Socket;
  readonly far: Socket;
  readonly seen: Buffer[] = [];
  target: { ip: string; port: number } | undefined;
  backTarget: { ip: string; port: number } | undefined;

  static async open(): Promise<Forwarder> {
    const bound = async (): Promise<Socket> => {
      const socket = createSocket('udp4');
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
      return socket;
    };
    return new Forwarder(await bound(), await bound());
  }
  constructor(near: Socket, far: Socket) {
    this.near = near;
    this.far = far;
    near.on('message', (message) => this.#pass(message, far, this.target));
    far.on('message', (message) => this.#pass(message, near, this.backTarget));
  }
  close(): void {
    this.near.close();
    this.far.close();
  }
  #pass(message: Buffer, from: Socket, to: { ip: string; port: number } | undefined): void {
    this.seen.push(message);
    if (to !== undefined) from.send(message, to.port, to.ip);
  }
}

let cloud: Cloud;
let a: TestNode;
let b: TestNode;
let signalingA: SignalingLink;
let signalingB: SignalingLink;
const feeds: Feed[] = [];

beforeEach(async () => {
  cloud = await Cloud.open();
});
afterEach(async () => {
  for (const one of feeds.splice(0)) one.stop();
  await cloud.close();
});

async function pair(o: { forwarder?: Forwarder } = {}): Promise<void> {
  const at = (socket: Socket | undefined) =>
    socket === undefined ? {} : { ip: '127.0.0.1', port: socket.address().port };
  const forwarders = (remoteId: string, socket: Socket | undefined) =>
    socket === undefined ? {} : { forwarders: { [remoteId]: at(socket) as { ip: string; port: number } } };
  a = await cloud.node('node-a', forwarders('node-b', o.forwarder?.near));
  b = await cloud.node('node-b', forwarders('node-a', o.forwarder?.far));
  await cloud.linked('node-a', 'node-b');
  [signalingA, signalingB] = [await cloud.signaling('sig-a', a), await cloud.signaling('sig-b', b)];
}
async function watch() {
  const publisher = await signalingA.attach(1);
  await signalingA.produce(publisher.sessionId, audioTrack(1), opusParameters(1001));
  await signalingA.produce(publisher.sessionId, videoTrack(2), vp8Parameters([1002]));
  feeds.push(feed(publisher, trackIdOf(1), { audioSsrc: 1001 }), feed(publisher, trackIdOf(2), { videoSsrcs: [1002] }));
  const trackRequests = await Promise.all(
    [1, 2].map(async (n) => ({
      trackId: trackIdOf(n),
      carrierNodeId: 'node-a',
      grant: await cloud.grant({ trackId: trackIdOf(n), puller: 'node-b', serving: 'node-a' }),
    })),
  );
  const viewer = await signalingB.attach(5, { subscriptions: trackRequests });
  expect(viewer.answer.failed).toEqual([]);
  viewer.recv.become('connected');
  const ids = viewer.answer.subscriptions.map(({ consumerId }) => consumerId ?? '');
  return { publisher, viewer, ids };
}
const pipeOf = (node: TestNode) => node.engines.engines.at(-1)?.handles.router.dump();

describe('a pipe', () => {
  test('goes through a forwarder that is put under it, and nothing on the wire can be read', async () => {
    const forwarder = await Forwarder.open();
    await pair({ forwarder });
    const watching = watch();
    // The forwarder learns both ends from the nodes, as the path layer will.
    const [endA, endB] = await Promise.all(
      [a, b].map((node) => until('the pipe is made', async () => (await node.app.node.pipes.ends())[0])),
    );
    forwarder.target = { ip: '127.0.0.1', port: endB?.port ?? 0 };
    forwarder.backTarget = { ip: '127.0.0.1', port: endA?.port ?? 0 };
    const { viewer, ids } = await watching;
    await until('both flow', () => ids.every((id) => received(viewer, id) > 20));
    expect(forwarder.seen.length).toBeGreaterThan(40);
    expect(viewer.recv.received.get(ids[0] ?? '')?.some((packet) => packet.includes(secret))).toBe(true);
    expect(forwarder.seen.filter((packet) => packet.includes(secret) || packet.includes('cname'))).toEqual([]);
    expect(forwarder.seen.some((packet) => ((packet[0] ?? 0) & 0xc0) === 0x80)).toBe(true);
    forwarder.close();
  });

  test('has SRTP and RTX and no SCTP', async () => {
    await pair();
    await watch();
    const dump = await pipeOf(a);
    expect(dump?.transportIds.length).toBeGreaterThan(2);
    const stats = await Promise.all(
      [a, b].map(async (node) => {
        const pipe = (await node.app.node.pipes.ends())[0] as unknown as {
          srtp: { cryptoSuite: string; keyBase64: string };
        };
        return [pipe.srtp.cryptoSuite, Buffer.from(pipe.srtp.keyBase64, 'base64').length];
      }),
    );
    expect(stats).toEqual([
      ['AEAD_AES_256_GCM', 44],
      ['AEAD_AES_256_GCM', 44],
    ]);
    const pulled = b.app.node.rooms.get('dev/demo')?.book.tracks.get(trackIdOf(2))?.media.producer as unknown as {
      handle: { rtpParameters: { encodings: { rtx?: object }[] } };
    };
    expect(pulled.handle.rtpParameters.encodings.every(({ rtx }) => rtx !== undefined)).toBe(true);
  });

  test('is one per pair, whoever asks first, also when both ask at once', async () => {
    await pair();
    const ends = await Promise.all([a.app.node.pipes.ensure('node-b'), b.app.node.pipes.ensure('node-a')]);
    expect([a.app.node.pipes.size, b.app.node.pipes.size]).toEqual([1, 1]);
    const again = await Promise.all([a.app.node.pipes.ensure('node-b'), b.app.node.pipes.ensure('node-a')]);
    expect(again).toEqual(ends);
    const { viewer, ids } = await watch();
    await until('both flow', () => ids.every((id) => received(viewer, id) > 3));
  });

  test('to a node that is not there fails with a code and leaves nothing', async () => {
    await pair();
    await expect(a.app.node.pipes.ensure('node-z')).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
    expect(a.app.node.pipes.size).toBe(0);
  });
});

test('a path that is cut under a pipe while the link is well: the owner is asked for another carrier', async () => {
  const forwarder = await Forwarder.open();
  const at = (socket: Socket) => ({ ip: '127.0.0.1', port: socket.address().port });
  a = await cloud.node('node-a');
  const carrier = await cloud.node('node-b', { forwarders: { 'node-c': at(forwarder.near) } });
  const viewers = await cloud.node('node-c', { forwarders: { 'node-b': at(forwarder.far) } });
  await cloud.linked('node-a', 'node-b', 'node-c');
  const [atOrigin, atCarrier, atViewers] = [
    await cloud.signaling('sig-a', a),
    await cloud.signaling('sig-b', carrier),
    await cloud.signaling('sig-a', viewers),
  ];
  const pulled = async (n: number, puller: string, serving: string) => ({
    trackId: trackIdOf(n),
    carrierNodeId: serving,
    grant: await cloud.grant({ trackId: trackIdOf(n), puller, serving }),
  });
  const publisher = await atOrigin.attach(1);
  await atOrigin.produce(publisher.sessionId, audioTrack(1), opusParameters(1001));
  feeds.push(feed(publisher, trackIdOf(1), { audioSsrc: 1001 }));
  // The other way a publisher that loses its network: nothing comes of it, and its pipe is well.
  const lost = await atViewers.attach(2);
  await atViewers.produce(lost.sessionId, audioTrack(2), opusParameters(1002));
  const lostFeed = feed(lost, trackIdOf(2), { audioSsrc: 1002 });
  feeds.push(lostFeed);
  const hearer = await atOrigin.attach(3, { subscriptions: [await pulled(2, 'node-a', 'node-c')] });
  await atCarrier.attach(4, { subscriptions: [await pulled(1, 'node-b', 'node-a')] });
  const watching = atViewers.attach(5, { subscriptions: [await pulled(1, 'node-c', 'node-b')] });
  const [endB, endC] = await Promise.all(
    [carrier, viewers].map((node, n) =>
      until('the pipe is made', async () => (await node.app.node.pipes.to(n === 0 ? 'node-c' : 'node-b'))[0]),
    ),
  );
  const [near, far] = [endB, endC].map((end) => ({ ip: '127.0.0.1', port: end?.port ?? 0 }));
  [forwarder.target, forwarder.backTarget] = [far, near];
  const viewer = await watching;
  for (const each of [viewer, hearer]) each.recv.become('connected');
  const first = viewer.answer.subscriptions[0]?.consumerId;
  await until('both are heard', () =>
    [viewer, hearer].every((each) => received(each, each.answer.subscriptions[0]?.consumerId) > 5),
  );
  lostFeed.stop();
  const stoppedAt = received(viewer, first);
  await until('that one is silent for a look already', () => received(viewer, first) > stoppedAt + 75);

  [forwarder.target, forwarder.backTarget] = [undefined, undefined];
  const cutMs = performance.now();
  const doubts = (signaling: SignalingLink) =>
    signaling.of('carrierChanged').filter(({ doubtful }) => doubtful === true);
  await until('another carrier is wanted', () => doubts(atViewers)[0]);
  await call(atViewers.link, rpc.repullTrack, { room: room(), track: await pulled(1, 'node-c', 'node-a') });
  const moved = await until('the viewer is informed', () => atViewers.of('consumerMoved')[0]);
  const next = (moved['moved'] as { subscription: { consumerId: string } }).subscription.consumerId;
  const asked = { room: room(), sessionId: viewer.sessionId, consumerIds: [next] };
  await call(atViewers.link, rpc.resumeConsumers, asked);
  await until('it is heard again', () => received(viewer, next) > 0);
  const gapMs = performance.now() - cutMs;
  console.info(`path cut under a pipe: ${gapMs.toFixed(0)} ms without sound`);
  expect(gapMs).toBeGreaterThan(2000); // a forwarder under the pipe has had its chance
  expect(gapMs).toBeLessThan(12_000);
  expect(doubts(atViewers)).toMatchObject([{ nodeId: 'node-c', fromNodeId: 'node-b', trackId: trackIdOf(1) }]);
  expect([...doubts(atOrigin), ...doubts(atCarrier)]).toEqual([]);
  forwarder.close();
});

describe('a data message between two nodes', () => {
  const text = `${secret} in a data message, long enough that no cipher text holds it by chance`;
  const roomData = (sessionId: string, toNodeId: string) => ({
    roomKey: room().roomKey ?? '',
    data: { sessionId, payload: Buffer.from(text), topic: `topic-${secret}` },
    targetNodeIds: [toNodeId],
  });

  test('arrives, and nothing of it can be read on the wire of their link', async () => {
    let controlPort: number | undefined;
    const tap = await Tap.open(() => controlPort);
    cloud.controlPorts.set('node-b', tap.port);
    a = await cloud.node('node-a');
    b = await cloud.node('node-b');
    controlPort = b.app.controlPort;
    await cloud.linked('node-a', 'node-b');
    [signalingA, signalingB] = [await cloud.signaling('sig-a', a), await cloud.signaling('sig-b', b)];
    const [one, other] = [await signalingA.attach(1), await signalingB.attach(5)];
    const before = tap.byteCount;
    // In both directions: the side that dialled masks its WebSocket frames, the other one does not.
    post(signalingA.link, note.roomData, roomData(one.sessionId, 'node-b'));
    post(signalingB.link, note.roomData, roomData(other.sessionId, 'node-a'));
    const heard = (signaling: SignalingLink) =>
      until('the message arrives', () => signaling.of('roomData')[0] as { data: { payload: Uint8Array } } | undefined);
    for (const signaling of [signalingA, signalingB])
      expect(Buffer.from((await heard(signaling)).data.payload).toString()).toBe(text);
    await until('it has passed the tap', () => tap.byteCount > before + 2 * text.length);
    expect(tap.toTarget[0]?.subarray(0, 2)).toEqual(Buffer.from([0x16, 0x03])); // a TLS handshake
    expect([tap.saw(secret), tap.saw('dev/demo'), tap.saw(one.sessionId), tap.saw('user-1')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    await tap.close();
  });

  test('would be read by the same tap if it passed in the clear, also when it comes in pieces', async () => {
    const plain = createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const tap = await Tap.open(() => (plain.address() as AddressInfo).port);
    const client = connect(tap.port, '127.0.0.1').setNoDelay(true);
    const bytes = Buffer.from(note.roomData.message.encode(roomData('PA_0000000000000001', 'node-b')).finish());
    const cut = bytes.indexOf(secret) + 3;
    client.write(bytes.subarray(0, cut));
    await until('the first piece is echoed', () => tap.byteCount >= 2 * cut);
    expect(tap.saw(secret)).toBe(false);
    client.write(bytes.subarray(cut));
    await until('all of it is echoed', () => tap.byteCount >= 2 * bytes.length);
    expect([tap.saw(secret), tap.saw(text)]).toEqual([true, true]);
    client.destroy();
    await tap.close();
    await new Promise<void>((resolve) => plain.close(() => resolve()));
  });
});

describe('a link between nodes that breaks', () => {
  test('and comes back leaves media running, and what was missed is made up', async () => {
    await pair();
    const { publisher, viewer, ids } = await watch();
    await until('both flow', () => ids.every((id) => received(viewer, id) > 3));
    const states = () => signalingB.of('consumerChanged').map(({ state }) => state as { producerPaused: boolean });
    a.app.cutLink('node-b', 'test');
    // It is not heard at the other side.
    await call(signalingA.link, rpc.pauseTrack, {
      room: room(),
      sessionId: publisher.sessionId,
      trackId: trackIdOf(2),
      paused: true,
    });
    await cloud.linked('node-a', 'node-b');
    await until('the pause is heard after all', () => states().at(-1)?.producerPaused === true);
    const before = received(viewer, ids[0]);
    await until('audio never stopped', () => received(viewer, ids[0]) > before + 5);
    expect(signalingB.of('consumerClosed')).toEqual([]);
    expect(b.app.node.pulls.size).toBe(2);
  });

  test('because the centre has shut the neighbour out has no grace, also on the side that dialled', async () => {
    await pair();
    await watch();
    expect([a.app.node.serving.size, a.app.node.pipes.open]).toEqual([2, ['node-b']]);
    cloud.denied.add('node-b');
    cloud.sendPlan();
    await until('the link is gone', () => cloud.linkIds('node-a').length === 0);
    // In the same turn, not after `linkGraceMs`.
    expect([a.app.node.serving.size, a.app.node.pipes.size]).toEqual([0, 0]);
  });

  test('and stays away is given up: the tracks end, with a reason', async () => {
    await pair();
    const { viewer, ids } = await watch();
    await until('both flow', () => ids.every((id) => received(viewer, id) > 3));
    await a.stack.close('the node goes away');
    const closed = await until('the subscriber hears', () =>
      signalingB.of('consumerClosed').length === 2 ? signalingB.of('consumerClosed') : undefined,
    );
    expect(closed.every(({ sessionId }) => sessionId === viewer.sessionId)).toBe(true);
    await until('nothing is left of it', () => b.app.node.pulls.size === 0);
    await until('nor the pipe', () => b.app.node.pipes.size === 0);
  });
});

describe('the load', () => {
  test('is measured: what flows, what it costs, and what the node can carry', async () => {
    await pair();
    const { viewer, ids } = await watch();
    await until('both flow', () => ids.every((id) => received(viewer, id) > 30));
    const report = await until('the centre hears of bits on the pipe and of their cost', () =>
      cloud.reports.find(({ load }) => (load?.txBps ?? 0) > 10_000 && (load?.cpu ?? 0) > 0),
    );
    expect(report?.load?.cpu).toBeLessThanOrEqual(1);
    expect(report?.load?.rssBytes).toBeGreaterThan(10_000_000);
    const [first] = cloud.registrations;
    expect(first?.node).toMatchObject({
      kind: 'sfu',
      nodeId: 'node-a',
      capacity: { cpuCores: 1, consumers: 854 }, // the calibration: (0.8 - 0.01) / (10.5 µs × 88 packets/s)
      versions: { router: routerConstant.version },
    });
    expect(first?.node?.addresses?.map(({ purpose, protocol }) => `${purpose}/${protocol}`)).toEqual([
      'client/udp',
      'client/tcp',
      'pipe/udp',
      'control/tcp',
    ]);
  });
});
