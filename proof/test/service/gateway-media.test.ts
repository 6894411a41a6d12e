// A gateway's media at a media node of another host: real SRTP between the gateway's sockets and mediasoup.

import { socketsOf } from '@meridian/client';
import {
  call,
  type Endpoint,
  endpointElsewhere,
  endpointToWire,
  rpc,
  rtpCapabilitiesToWire,
  type wire,
} from '@meridian/protocol';
import { NodeSocket, RoomTracks, RtpSocket, RtpSockets } from '@meridian/room-media';
import { type CodedFrame, parseRtcp, parseRtp } from '@meridian/room-media/core';
import { createLogger } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ScriptedService } from '../../../base/client/test/unit/scripted-service.ts';
import {
  audioTrack,
  Cloud,
  clock,
  rng,
  room,
  type SignalingLink,
  sessionIdOf,
  sessionInfo,
  trackIdOf,
  until,
  videoTrack,
} from '../../../sfu/test/service/kit/cloud.ts';
import { PlainPeer, plainCapabilities } from '../../../sfu/test/service/kit/plain-peer.ts';
import { opusPacket, opusParameters, secret, vp8Packet, vp8Parameters } from '../../../sfu/test/service/kit/rtp.ts';

const log = createLogger({ name: 'gateway', level: 'silent' });
/** Address of the gateway's host, whose ports only this process uses. The media node is at another address. */
const ip = `127.77.${(process.pid >> 8) & 0xff}.${process.pid & 0xff}`;
const sockets = new RtpSockets({ listen: { ip, portMin: 21_000, portMax: 21_001 }, log });
let cloud: Cloud;
let signaling: SignalingLink;
let counter = 0;
const ends: (() => void)[] = [];
beforeAll(async () => {
  cloud = await Cloud.open();
  signaling = await cloud.signaling('sig-a', await cloud.node('node-a'));
});
afterAll(() => cloud.close());
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function openSocket(): Promise<NodeSocket> {
  const socket = await NodeSocket.open(sockets, rng);
  ends.push(() => socket.close());
  return socket;
}
const attach = (n: number, o: { send?: Endpoint; recv?: Endpoint; trackId?: string }): Promise<wire.SessionAttached> =>
  call(signaling.link, rpc.attachSession, {
    room: room(),
    session: { ...sessionInfo(n, signaling.id), recvRtpCapabilities: rtpCapabilitiesToWire(plainCapabilities) },
    sendEndpoint: o.send === undefined ? null : endpointElsewhere(endpointToWire(o.send)),
    recvEndpoint: o.recv === undefined ? null : endpointElsewhere(endpointToWire(o.recv)),
    subscriptions: o.trackId === undefined ? [] : [{ trackId: o.trackId }],
  });
const onOtherHost = { isElsewhere: true };

function sendPackets(socket: NodeSocket, ssrc: number, from: number): void {
  let sequence = from;
  const timer = setInterval(() => socket.send(opusPacket(ssrc, sequence++ % 65_536)), 20);
  ends.push(() => clearInterval(timer));
}

describe('a session at a media node of another host', () => {
  it('sends and receives encrypted, over a wrap of sequence numbers, with reports; so does the next session', async () => {
    const [sender, receiver] = [await openSocket(), await openSocket()];
    const heard = { reports: 0, payloads: [] as string[] };
    sender.listen(
      (datagram) => {
        heard.reports += parseRtcp(datagram)?.length ?? 0;
      },
      (error) => expect.unreachable(String(error)),
    );
    receiver.listen(
      (datagram) => {
        const packet = parseRtp(datagram);
        if (packet !== undefined) heard.payloads.push(Buffer.from(packet.payload).toString());
      },
      (error) => expect.unreachable(String(error)),
    );
    const ssrc = 7;
    sendPackets(sender, ssrc, 65_500);
    for (const _session of ['first', 'next']) {
      counter += 10;
      const sending = await attach(counter, { send: sender.endpoint });
      sender.setTransport(onOtherHost, sending.sendTransport ?? undefined);
      await signaling.produce(sessionIdOf(counter), audioTrack(counter), opusParameters(ssrc), room());
      const trackId = trackIdOf(counter);
      const receiving = await attach(counter + 1, { recv: receiver.endpoint, trackId });
      receiver.setTransport(onOtherHost, receiving.recvTransport ?? undefined);
      expect(sending.sendTransport?.plain?.srtp?.keyBase64).toMatch(/^.{40}$/);
      Object.assign(heard, { reports: 0, payloads: [] });
      await until('sound arrives, and reports', () => heard.payloads.length > 80 && heard.reports > 1);
      expect(heard.payloads.every((payload) => payload.startsWith(secret))).toBe(true);
      for (const n of [counter, counter + 1])
        await call(signaling.link, rpc.detachSession, { room: room(), sessionId: sessionIdOf(n) });
    }
  });

  it('is offered while there are ports for it, which are free again when its socket is closed', async () => {
    const [first, second, third] = [await openSocket(), await openSocket(), await openSocket()];
    const portOf = ({ endpoint: { elsewhere } }: NodeSocket) => elsewhere?.port;
    expect([portOf(first), portOf(second)].sort()).toEqual([21_000, 21_001]);
    expect(third.endpoint).toEqual({ kind: 'plain', ip: '127.0.0.1', port: expect.any(Number) });
    const free = portOf(first);
    first.close();
    expect(portOf(await openSocket())).toBe(free);
  });

  it('gets nothing without a key: media leaves the host encrypted or not at all', async () => {
    const [sender, node] = [await openSocket(), await RtpSocket.open()];
    const datagrams: Uint8Array[] = [];
    node.listen(
      (datagram) => datagrams.push(datagram),
      (error) => expect.unreachable(String(error)),
    );
    const plain = { ...node.address };
    sender.setTransport(onOtherHost, { plain });
    node.connect({ ip, port: sender.endpoint.elsewhere?.port ?? 0 });
    sender.send(opusPacket(7, 1));
    // Packets sent now must arrive later than the unsealed packet would have.
    sender.setTransport(onOtherHost, { plain: { ...plain, srtp: { keyBase64: Buffer.alloc(30).toString('base64') } } });
    sender.send(opusPacket(7, 2));
    await until('the sealed packet', () => datagrams.length > 0);
    expect(datagrams.map((datagram) => Buffer.from(datagram).includes(secret))).toEqual([false]);
    node.close();
  });
});

/** Publishes one participant's sound and pictures at two media nodes, as when one pulls from the other. */
async function published(links: readonly SignalingLink[]): Promise<readonly string[]> {
  const peer = await PlainPeer.open();
  const [sound, picture] = [counter + 10, counter + 11];
  counter += 20;
  const transports = await Promise.all(
    links.map(async (link) => {
      const { sendTransport } = await call(link.link, rpc.attachSession, {
        room: room(1, link.id),
        session: sessionInfo(sound, link.id),
        sendEndpoint: peer.endpoint,
      });
      await link.produce(sessionIdOf(sound), audioTrack(sound), opusParameters(sound), room(1, link.id));
      await link.produce(sessionIdOf(sound), videoTrack(picture), vp8Parameters([picture]), room(1, link.id));
      return sendTransport;
    }),
  );
  let at = 0;
  const timer = setInterval(() => {
    at += 1;
    for (const to of transports) {
      peer.send(opusPacket(sound, at), to);
      peer.send(vp8Packet(picture, at, at % 10 === 0), to);
    }
  }, 20);
  ends.push(() => {
    clearInterval(timer);
    peer.close();
  });
  return [trackIdOf(sound), trackIdOf(picture)];
}

it('a received room moves to another media node, encrypted at both, and loses no frame', async () => {
  const far = await cloud.signaling('sig-b', await cloud.node('node-b'));
  const trackIds = await published([signaling, far]);
  const session = counter + 1;
  const service = new ScriptedService({});
  const stamps = new Map<string, number[]>();
  const opening = RoomTracks.open({
    links: { sockets: () => socketsOf(service.next) },
    sockets,
    token: () => Promise.resolve('token'),
    protocol: 'recorder',
    identity: '',
    times: 'kept',
    clock,
    rng,
    log,
    onTrack: ({ trackId }) => {
      const own: number[] = [];
      stamps.set(trackId, own);
      const frame = ({ rtpTimestamp }: CodedFrame) => void own.push(rtpTimestamp);
      return { frame, muted: () => undefined, end: () => undefined };
    },
    onEnded: (code) => expect.unreachable(code),
  });
  await until('it joins', () => service.joins.length === 1);
  const recvEndpoint = endpointElsewhere(service.joins[0]?.recvEndpoint ?? {});
  const attachAt = ({ link, id }: SignalingLink, moving: object): Promise<wire.SessionAttached> =>
    call(link, rpc.attachSession, {
      room: room(1, id),
      session: {
        ...sessionInfo(session, id),
        recvRtpCapabilities: rtpCapabilitiesToWire(plainCapabilities),
        ...moving,
      },
      recvEndpoint,
      subscriptions: trackIds.map((trackId) => ({ trackId })),
    });
  const self = { sessionId: sessionIdOf(session), identity: 'recorder', nodeId: 'node-a' };
  const tracks = trackIds.map((trackId, at) => ({ trackId, kind: at + 1, source: at + 1 }));
  const attached = await attachAt(signaling, {});
  service.last.answerJoin({
    joined: {
      sessionId: self.sessionId,
      resumeKey: 'resume',
      self,
      rosterSeq: 1,
      room: 'demo',
      isElsewhere: true,
      participants: [{ sessionId: sessionIdOf(session - 11), identity: 'ann', nodeId: 'node-a', tracks }],
      placement: { decisionId: 'd1', node: { nodeId: 'node-a', region: 'fra' }, signalingId: 's1', roomEpoch: 1 },
      recvTransport: attached.recvTransport ?? null,
      subscriptions: attached.subscriptions,
    },
  });
  const receiver = await opening;
  ends.push(() => receiver.close());
  const all = (more: number): boolean => trackIds.every((trackId) => (stamps.get(trackId)?.length ?? 0) > more);
  await until('sound and pictures come', () => all(10));
  const { recvTransport = null, subscriptions } = await attachAt(far, { moving: true, home: 1 });
  service.last.sendFrame({
    moveParticipant: { moveId: 'm', node: { nodeId: 'node-b' }, recvTransport, subscriptions },
  });
  const [ready] = await until('it is ready', () => {
    const said = service.last.receivedOf('moveReady');
    return said.length > 0 && said;
  });
  expect(ready).toMatchObject({ ok: true });
  service.last.sendFrame({ moveDone: { moveId: 'm', ok: true, code: '' } });
  await call(signaling.link, rpc.detachSession, { room: room(1), sessionId: self.sessionId });
  const before = Math.max(...trackIds.map((trackId) => stamps.get(trackId)?.length ?? 0));
  await until('it goes on', () => all(before + 10));
  for (const [at, step] of [960, 3000].entries()) {
    const own = stamps.get(trackIds[at] ?? '') ?? [];
    expect(own.slice(1).map((stamp, index) => stamp - (own[index] ?? 0))).toEqual(own.slice(1).map(() => step));
  }
});
