// Pipes between real media nodes: a forwarder under a pipe, encryption on the wire, and links that break under media.
import { createSocket, type Socket } from 'node:dgram';
import { call, note, post, rpc } from '@meridian/protocol';
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

/** A UDP forwarder between the two ends of a pipe that records what passes, like a wire tap or pathd. */
class Forwarder {
  readonly near: Socket;
  readonly far: Socket;
  readonly datagrams: Buffer[] = [];
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
    this.datagrams.push(message);
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
  await cloud.waitUntilLinked('node-a', 'node-b');
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
      grant: await cloud.grant({ trackId: trackIdOf(n), pullerId: 'node-b', carrierId: 'node-a' }),
    })),
  );
  const viewer = await signalingB.attach(5, { subscriptions: trackRequests });
  expect(viewer.answer.failed).toEqual([]);
  viewer.recv.setState('connected');
  const ids = viewer.answer.subscriptions.map(({ consumerId }) => consumerId ?? '');
  return { publisher, viewer, ids };
}

describe('a pipe', () => {
  test('works over a forwarder, which cannot read its media', async () => {
    const forwarder = await Forwarder.open();
    await pair({ forwarder });
    const watching = watch();
    // The forwarder gets the addresses of both ends from the nodes.
    const [endA, endB] = await Promise.all(
      [a, b].map((node) => until('the pipe is made', async () => (await node.app.node.pipes.pipes())[0])),
    );
    forwarder.target = { ip: '127.0.0.1', port: endB?.port ?? 0 };
    forwarder.backTarget = { ip: '127.0.0.1', port: endA?.port ?? 0 };
    const { viewer, ids } = await watching;
    await until('both flow', () => ids.every((id) => received(viewer, id) > 20));
    expect(forwarder.datagrams.length).toBeGreaterThan(40);
    expect(viewer.recv.received.get(ids[0] ?? '')?.some((packet) => packet.includes(secret))).toBe(true);
    expect(forwarder.datagrams.filter((packet) => packet.includes(secret) || packet.includes('cname'))).toEqual([]);
    expect(forwarder.datagrams.some((packet) => ((packet[0] ?? 0) & 0xc0) === 0x80)).toBe(true);
    forwarder.close();
  });
});

describe('a data message between two nodes', () => {
  const text = `${secret} in a data message, long enough that no cipher text holds it by chance`;
  const roomData = (sessionId: string, toNodeId: string) => ({
    roomKey: room().roomKey ?? '',
    data: { sessionId, payload: Buffer.from(text), topic: `topic-${secret}` },
    targetNodeIds: [toNodeId],
  });

  test('arrives, and cannot be read on the wire of their link', async () => {
    let controlPort: number | undefined;
    const tap = await Tap.open(() => controlPort);
    cloud.controlPorts.set('node-b', tap.port);
    a = await cloud.node('node-a');
    b = await cloud.node('node-b');
    controlPort = b.app.controlPort;
    await cloud.waitUntilLinked('node-a', 'node-b');
    [signalingA, signalingB] = [await cloud.signaling('sig-a', a), await cloud.signaling('sig-b', b)];
    const [one, other] = [await signalingA.attach(1), await signalingB.attach(5)];
    const before = tap.byteCount;
    // Both directions are checked, because only the side that dialled masks its WebSocket frames.
    post(signalingA.link, note.roomData, roomData(one.sessionId, 'node-b'));
    post(signalingB.link, note.roomData, roomData(other.sessionId, 'node-a'));
    const firstMessage = (signaling: SignalingLink) =>
      until(
        'the message arrives',
        () => signaling.messagesOf('roomData')[0] as { data: { payload: Uint8Array } } | undefined,
      );
    for (const signaling of [signalingA, signalingB])
      expect(Buffer.from((await firstMessage(signaling)).data.payload).toString()).toBe(text);
    await until('it has passed the tap', () => tap.byteCount > before + 2 * text.length);
    expect(tap.toTarget[0]?.subarray(0, 2)).toEqual(Buffer.from([0x16, 0x03])); // a TLS handshake
    expect([tap.hasSeen(secret), tap.hasSeen('dev/demo'), tap.hasSeen(one.sessionId), tap.hasSeen('user-1')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    await tap.close();
  });
});

describe('a link between nodes that breaks', () => {
  test('does not interrupt media, and a pause that was missed without the link is applied when the link is back', async () => {
    await pair();
    const { publisher, viewer, ids } = await watch();
    await until('both flow', () => ids.every((id) => received(viewer, id) > 3));
    const states = () =>
      signalingB.messagesOf('consumerChanged').map(({ state }) => state as { producerPaused: boolean });
    a.app.cutLink('node-b', 'test');
    // node-b misses this pause
    await call(signalingA.link, rpc.pauseTrack, {
      room: room(),
      sessionId: publisher.sessionId,
      trackId: trackIdOf(2),
      paused: true,
    });
    await cloud.waitUntilLinked('node-a', 'node-b');
    await until('the pause is heard after all', () => states().at(-1)?.producerPaused === true);
    const before = received(viewer, ids[0]);
    await until('audio never stopped', () => received(viewer, ids[0]) > before + 5);
    expect(signalingB.messagesOf('consumerClosed')).toEqual([]);
    expect(b.app.node.pulls.size).toBe(2);
  });

  test('ends the pipe at once, without grace, when the centre has shut the neighbour out', async () => {
    await pair();
    await watch();
    expect([a.app.node.serving.size, a.app.node.pipes.open]).toEqual([2, ['node-b']]);
    cloud.deniedIds.add('node-b');
    cloud.sendPlan();
    await until('the link is gone', () => cloud.linkIds('node-a').length === 0);
    // at once, not after `linkGraceMs`
    expect([a.app.node.serving.size, a.app.node.pipes.size]).toEqual([0, 0]);
  });
});
