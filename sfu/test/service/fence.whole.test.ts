// Rooms with a fence, on real media nodes with real forwarders (docs/adr/0014-fences-hold-for-relays.md): their packets
// and data never touch a node outside the fence, while those of rooms without a fence do.
import { createSocket, type Socket } from 'node:dgram';
import { note, post } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pathdBin } from '../kit/pathd.ts';
import { audioTrack, Cloud, codeOf, room, type SignalingLink, type TestNode, trackIdOf, until } from './kit/cloud.ts';
import { type Feed, feed, received } from './kit/feed.ts';
import { opusParameters } from './kit/rtp.ts';

const [openCall, fencedCall] = [
  { roomKey: 'dev/free', fence: '', track: 1, ssrc: 1001 },
  { roomKey: 'dev/fenced', fence: 'eu,us', track: 2, ssrc: 1002 },
];
type Call = typeof openCall;
const regionOf: Record<string, string> = { 'node-a': 'eu', 'node-b': 'us', 'node-r': 'ap' };

/** Passes datagrams on to a node's forwarder, and counts those with media. */
class Wire {
  readonly socket: Socket = createSocket('udp4');
  mediaCount = 0;
  /** Hops whose datagrams are dropped. */
  readonly cut = new Set<number>();
  static async open(ip: string): Promise<Wire> {
    const wire = new Wire();
    await new Promise<void>((resolve) => wire.socket.bind(0, ip, resolve));
    wire.socket.on('message', (message) => {
      if (wire.cut.has(message.readUInt32BE(12))) return;
      if (((message[0] ?? 0) & 0x0f) === 1) wire.mediaCount += 1;
      wire.socket.send(message, wire.socket.address().port, '127.0.0.1');
    });
    return wire;
  }
}

let cloud: Cloud;
const wires = new Map<string, Wire>();
const feeds: Feed[] = [];
let [a, b, r]: TestNode[] = [];
beforeEach(async () => {
  cloud = await Cloud.open();
  cloud.pathdBin = pathdBin();
  for (const id of ['node-a', 'node-b', 'node-r']) {
    const ip = `127.0.8.${wires.size + 1}`;
    const wire = await Wire.open(ip);
    wires.set(id, wire);
    cloud.pathListens.set(id, { ip: '127.0.0.1', announcedAddress: ip, port: wire.socket.address().port });
    await cloud.node(id, { config: { region: regionOf[id] ?? '' } });
  }
  [a, b, r] = ['node-a', 'node-b', 'node-r'].map((id) => cloud.nodes.get(id) ?? expect.unreachable(id));
  await cloud.waitUntilLinked('node-a', 'node-b', 'node-r');
});
afterEach(async () => {
  for (const one of feeds.splice(0)) one.stop();
  await cloud.close();
  for (const { socket } of wires.values()) socket.close();
  wires.clear();
});

const nodes = (): { a: TestNode; b: TestNode; r: TestNode } => {
  if (a === undefined || b === undefined || r === undefined) throw new Error('the nodes are not there');
  return { a, b, r };
};
const wireOf = (id: string): Wire => wires.get(id) ?? expect.unreachable(`no wire of ${id}`);
const bothLinks = async (): Promise<[SignalingLink, SignalingLink]> => [
  await cloud.signaling('sig-a', nodes().a),
  await cloud.signaling('sig-b', nodes().b),
];

/** Starts a stream of one room from node A to a viewer at node B. */
async function watch([signalingA, signalingB]: [SignalingLink, SignalingLink], { roomKey, fence, track, ssrc }: Call) {
  const publisher = await signalingA.attach(track, { room: room(1, 'sig-a', roomKey), session: { fence } });
  await signalingA.produce(publisher.sessionId, audioTrack(track), opusParameters(ssrc), room(1, 'sig-a', roomKey));
  feeds.push(feed(publisher, trackIdOf(track), { audioSsrc: ssrc }));
  const grant = await cloud.grant({
    roomKey,
    fence,
    trackId: trackIdOf(track),
    pullerId: 'node-b',
    carrierId: 'node-a',
  });
  const trackRequest = { trackId: trackIdOf(track), carrierNodeId: 'node-a', grant };
  const viewer = await signalingB.attach(track + 10, {
    room: room(1, 'sig-a', roomKey),
    session: { fence },
    subscriptions: [trackRequest],
  });
  expect(viewer.answer.failed).toEqual([]);
  viewer.recv.setState('connected');
  const id = viewer.answer.subscriptions[0]?.consumerId ?? '';
  await until(`${roomKey} flows`, () => received(viewer, id) > 10);
  const waitForMore = async (count: number): Promise<void> => {
    const already = received(viewer, id);
    await until(`${roomKey} goes on`, () => received(viewer, id) > already + count);
  };
  return { more: waitForMore };
}

/** Sends A and B the centre's routes to each other. */
function sendRoutes(o: { primary: string; standby: string | undefined }): void {
  const pairKey = (one: string, other: string): Uint8Array => Buffer.alloc(32, [one, other].sort().join('+'));
  const others = (self: string): string[] => ['node-a', 'node-b', 'node-r'].filter((id) => id !== self);
  cloud.sendRoutes((self) => ({
    version: 1,
    since: 0,
    rows: others(self).map((id) => {
      const isPair = self !== 'node-r' && id !== 'node-r';
      const hasStandby = isPair && o.standby !== undefined;
      return {
        toHostId: `host-${id}`,
        primaryVia: isPair ? o.primary : '',
        hasStandby,
        standbyVia: hasStandby ? (o.standby ?? '') : '',
        pairKey: pairKey(self, id),
      };
    }),
  }));
}

describe('the packets of a room with a fence', () => {
  test('never cross a relay outside the fence, while the packets of a room without a fence do', async () => {
    const links = await bothLinks();
    sendRoutes({ primary: 'host-node-r', standby: undefined });
    const fencedStream = await watch(links, fencedCall);
    await fencedStream.more(50);
    expect(wireOf('node-r').mediaCount).toBe(0);
    const openStream = await watch(links, openCall);
    await until('the relay carries the room without a fence', () => wireOf('node-r').mediaCount > 50);
    await Promise.all([openStream.more(20), fencedStream.more(20)]);
    // Only one room crosses the relay: when its feed ends, nothing crosses.
    feeds.splice(1).map((last) => last.stop());
    await until('it has run dry', async () => {
      const before = wireOf('node-r').mediaCount;
      await fencedStream.more(20);
      return wireOf('node-r').mediaCount === before;
    });
  });
});

const inRoom = ({ roomKey, fence }: Pick<Call, 'roomKey' | 'fence'>) => ({
  room: room(1, 'sig-a', roomKey),
  session: { fence },
});

describe('a media node outside the fence', () => {
  test('accepts no session of the room', async () => {
    const signaling = await cloud.signaling('sig-r', nodes().r);
    expect(await codeOf(signaling.attach(1, inRoom(fencedCall)))).toBe('FENCED_OUT');
    expect(nodes().r.app.node.rooms.size).toBe(0);
  });

  test('gets no data messages of the room', async () => {
    const [signalingA, signalingB] = await bothLinks();
    const signalingR = await cloud.signaling('sig-r', nodes().r);
    const [fencedSender, openSender] = [
      await signalingA.attach(1, inRoom(fencedCall)),
      await signalingA.attach(2, inRoom(openCall)),
    ];
    await signalingB.attach(3, inRoom(fencedCall));
    // node-r knows both rooms, but as rooms without a fence.
    await signalingR.attach(4, inRoom({ ...fencedCall, fence: '' }));
    await signalingR.attach(5, inRoom(openCall));
    const sendData = (roomKey: string, sessionId: string): void => {
      const data = { sessionId, payload: Buffer.from('hello'), topic: 't', lossy: false };
      post(signalingA.link, note.roomData, { roomKey, data, targetNodeIds: ['node-b', 'node-r'] });
    };
    sendData(fencedCall.roomKey, fencedSender.sessionId);
    sendData(openCall.roomKey, openSender.sessionId);
    const receivedRoomKeys = (signaling: SignalingLink) =>
      signaling.messagesOf('roomData').map(({ roomKey }) => roomKey);
    await until('the end inside has it', () => receivedRoomKeys(signalingB).length === 1);
    // A link keeps the order of its messages.
    await until('the later message reaches the node outside', () => receivedRoomKeys(signalingR).length === 1);
    expect([receivedRoomKeys(signalingB), receivedRoomKeys(signalingR)]).toEqual([
      [fencedCall.roomKey],
      [openCall.roomKey],
    ]);
  });
});
