// Real media nodes and forwarders: the direct path, a forwarder that dies, and a cut path with a relay as standby.
import { createSocket, type Socket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeNumberOf } from '../../src/adapters/pathd.ts';
import { pathdBin } from '../kit/pathd.ts';
import { audioTrack, Cloud, type SignalingLink, type TestNode, trackIdOf, until, videoTrack } from './kit/cloud.ts';
import { type Feed, feed, received } from './kit/feed.ts';
import { opusParameters, vp8Parameters } from './kit/rtp.ts';

/** Wire in front of a node's forwarder: all datagrams to the forwarder pass through it. It can be cut. */
class Wire {
  readonly socket: Socket;
  passedCount = 0;
  cut = false;
  static async open(ip: string): Promise<Wire> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, ip, resolve));
    return new Wire(socket);
  }
  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('message', (message, { address }) => {
      // Only datagrams whose last hop is in `direct` are cut; relayed datagrams pass.
      if (this.cut && this.directHops.has(message.readUInt32BE(12)) && address !== '') return;
      this.passedCount += 1;
      if (((message[0] ?? 0) & 0x0f) === 1)
        this.mediaByHop.set(message.readUInt32BE(12), (this.mediaByHop.get(message.readUInt32BE(12)) ?? 0) + 1);
      socket.send(message, socket.address().port, '127.0.0.1');
    });
  }
  readonly directHops = new Set<number>();
  /** Passed media datagrams by their last hop. */
  readonly mediaByHop = new Map<number, number>();
}

let cloud: Cloud;
let wires: Map<string, Wire>;
const feeds: Feed[] = [];
beforeEach(async () => {
  cloud = await Cloud.open();
  cloud.pathdBin = pathdBin();
  wires = new Map();
});
afterEach(async () => {
  for (const one of feeds.splice(0)) one.stop();
  await cloud.close();
  for (const { socket } of wires.values()) socket.close();
});

async function nodeBehindWire(id: string): Promise<TestNode> {
  const ip = `127.0.9.${wires.size + 1}`;
  const wire = await Wire.open(ip);
  wires.set(id, wire);
  const { port } = wire.socket.address();
  cloud.pathListens.set(id, { ip: '127.0.0.1', announcedAddress: ip, port });
  return cloud.node(id);
}
const wireOf = (id: string): Wire => wires.get(id) ?? expect.unreachable(`no wire of ${id}`);

/** Starts two streams from a publisher at `from` to a viewer at `to`. */
async function watch(from: TestNode, to: TestNode) {
  const [signalingA, signalingB]: [SignalingLink, SignalingLink] = [
    await cloud.signaling('sig-a', from),
    await cloud.signaling('sig-b', to),
  ];
  const publisher = await signalingA.attach(1);
  await signalingA.produce(publisher.sessionId, audioTrack(1), opusParameters(1001));
  await signalingA.produce(publisher.sessionId, videoTrack(2), vp8Parameters([1002]));
  feeds.push(feed(publisher, trackIdOf(1), { audioSsrc: 1001 }), feed(publisher, trackIdOf(2), { videoSsrcs: [1002] }));
  const trackRequests = await Promise.all(
    [1, 2].map(async (n) => ({
      trackId: trackIdOf(n),
      carrierNodeId: from.id,
      grant: await cloud.grant({ trackId: trackIdOf(n), pullerId: to.id, carrierId: from.id }),
    })),
  );
  const viewer = await signalingB.attach(5, { subscriptions: trackRequests });
  expect(viewer.answer.failed).toEqual([]);
  viewer.recv.setState('connected');
  const ids = viewer.answer.subscriptions.map(({ consumerId }) => consumerId ?? '');
  await until('both flow', () => ids.every((id) => received(viewer, id) > 10));
  return { viewer, ids, signalingB };
}
const objectCounts = async (node: TestNode) => {
  const dump = await node.engines.engines.at(-1)?.handles.router.dump();
  return {
    transports: dump?.transportIds.length,
    producers: dump?.mapProducerIdConsumerIds.length,
    consumers: dump?.mapConsumerIdProducerId.length,
  };
};

describe('a pipe with a forwarder under both ends', () => {
  test('goes through the two forwarders without routes or keys from a centre', async () => {
    const [a, b] = [await nodeBehindWire('node-a'), await nodeBehindWire('node-b')];
    await cloud.waitUntilLinked('node-a', 'node-b');
    const { viewer, ids } = await watch(a, b);
    const before = wireOf('node-b').passedCount;
    const already = received(viewer, ids[0]);
    await until('more passes by the wire', () => received(viewer, ids[0]) > already + 20);
    expect(wireOf('node-b').passedCount).toBeGreaterThan(before + 15);
  });

  test('carries media on after the death of a forwarder, which restarts', async () => {
    const [a, b] = [await nodeBehindWire('node-a'), await nodeBehindWire('node-b')];
    await cloud.waitUntilLinked('node-a', 'node-b');
    const { viewer, ids, signalingB } = await watch(a, b);
    const [before, pid] = [await objectCounts(b), b.app.paths?.pid ?? 0];
    process.kill(pid, 'SIGKILL');
    await until('another one runs', () => b.app.paths?.running === true && b.app.paths.pid !== pid);
    const already = received(viewer, ids[0]);
    await until('media goes on', () => received(viewer, ids[0]) > already + 20);
    expect(await objectCounts(b)).toEqual(before);
    expect(signalingB.messagesOf('consumerClosed')).toEqual([]);
  });
});

describe('the centre’s routes', () => {
  const pairKey = (one: string, other: string): Uint8Array => Buffer.alloc(32, [one, other].sort().join('+'));
  const rows = (self: string, primary: (to: string) => string, standby: (to: string) => string | undefined) =>
    ['node-a', 'node-b', 'node-r']
      .filter((id) => id !== self)
      .map((id) => ({
        toHostId: `host-${id}`,
        primaryVia: primary(id),
        hasStandby: standby(id) !== undefined,
        standbyVia: standby(id) ?? '',
        pairKey: pairKey(self, id),
      }));
  async function threeNodes() {
    const [a, b, r] = [await nodeBehindWire('node-a'), await nodeBehindWire('node-b'), await nodeBehindWire('node-r')];
    await cloud.waitUntilLinked('node-a', 'node-b', 'node-r');
    return { a, b, r };
  }

  test('include a relay as standby: when the direct path is cut, media continues by the relay without new objects, until the centre sends its route again', async () => {
    const { a, b } = await threeNodes();
    const { viewer, ids, signalingB } = await watch(a, b);
    const isEnd = (id: string): boolean => id !== 'node-r';
    const sendDirectRoutes = (): void =>
      cloud.sendRoutes((self) => ({
        version: 1,
        since: 0,
        rows: rows(
          self,
          () => '',
          (to) => (isEnd(self) && isEnd(to) ? 'host-node-r' : undefined),
        ),
      }));
    sendDirectRoutes();
    const relayed = wireOf('node-r').passedCount;
    await until('the standby is probed both ways', () => wireOf('node-r').passedCount > relayed + 30);
    const before = [await objectCounts(a), await objectCounts(b)];
    const hop = (id: string) => Buffer.from(nodeNumberOf(id), 'hex').readUInt32BE(0);
    for (const [id, other] of [
      ['node-a', 'node-b'],
      ['node-b', 'node-a'],
    ] as const) {
      wireOf(id).directHops.add(hop(other));
      wireOf(id).cut = true;
    }
    const cutMs = performance.now();
    const already = received(viewer, ids[0]);
    await until('media goes on', () => received(viewer, ids[0]) > already + 5);
    const gapMs = performance.now() - cutMs;
    console.log(`media again ${gapMs.toFixed(0)} ms after the cut (5 packets)`);
    expect(gapMs).toBeLessThan(5 * 400);
    await until('the centre hears of it', () =>
      cloud.flips.some(({ via, reason }) => via === 'host-node-r' && reason === 'silence'),
    );
    expect([await objectCounts(a), await objectCounts(b)]).toEqual(before);
    expect([signalingB.messagesOf('consumerClosed'), signalingB.messagesOf('consumerMoved')]).toEqual([[], []]);

    for (const id of ['node-a', 'node-b']) wireOf(id).cut = false;
    const direct = (): number => wireOf('node-b').mediaByHop.get(hop('node-a')) ?? 0;
    const byRelay = (): number => wireOf('node-b').mediaByHop.get(hop('node-r')) ?? 0;
    const countNewMedia = async () => {
      const [direct0, byRelay0] = [direct(), byRelay()];
      const target = received(viewer, ids[0]) + 20;
      await until('media goes on', () => received(viewer, ids[0]) > target);
      return { direct: direct() - direct0, byRelay: byRelay() - byRelay0 };
    };
    await until(
      'the relay alone has it: nothing flips back by itself',
      async () => (await countNewMedia()).direct === 0,
    );
    sendDirectRoutes(); // the same routes as before the flip
    await until('the direct path alone has it again', async () => {
      const { direct: now, byRelay: still } = await countNewMedia();
      return now > 15 && still === 0;
    });
  });
});
