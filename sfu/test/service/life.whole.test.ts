// Lives of sessions and of the node: attach, adopt, resume, the worker's death, and the release of everything.
import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { call, rpc, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Attached,
  audioTrack,
  Cloud,
  codeOf,
  room,
  type SignalingLink,
  sessionIdOf,
  type TestNode,
  trackIdOf,
  until,
  videoTrack,
} from './kit/cloud.ts';
import { feed, received } from './kit/feed.ts';
import { keyFrameRequests, opusParameters, rtpPacket, vp8Parameters } from './kit/rtp.ts';

let cloud: Cloud;
let a: TestNode;
let signaling: SignalingLink;

beforeEach(async () => {
  cloud = await Cloud.open();
  a = await cloud.node('node-a');
  signaling = await cloud.signaling('sig-a', a);
});
afterEach(() => cloud.close());

const handles = (node: TestNode) => {
  const engine = node.engines.engines.at(-1);
  if (engine === undefined) throw new Error('no engine');
  return engine.handles;
};
const publish = async (n: number, layers = 1): Promise<Attached> => {
  const publisher = await signaling.attach(n);
  await signaling.produce(publisher.sessionId, audioTrack(n), opusParameters(n * 100));
  await signaling.produce(
    publisher.sessionId,
    videoTrack(n + 1),
    vp8Parameters(Array.from({ length: layers }, (_, layer) => n * 100 + 1 + layer)),
  );
  return publisher;
};

describe('a session', () => {
  test('gets two transports with UDP and TCP candidates, and the node confirms its placement', async () => {
    const { answer } = await signaling.attach(1);
    for (const transport of [answer.sendTransport, answer.recvTransport]) {
      expect(transport?.iceCandidates?.map(({ protocol }) => protocol).sort()).toEqual(['tcp', 'udp']);
      expect(transport?.iceParameters?.iceLite).toBe(true);
      expect(transport?.dtlsParameters?.fingerprints?.some(({ algorithm }) => algorithm === 'sha-256')).toBe(true);
    }
    const [udp, tcp] = ['udp', 'tcp'].map(
      (protocol) => answer.sendTransport?.iceCandidates?.find((one) => one.protocol === protocol)?.priority ?? 0,
    );
    expect(udp).toBeGreaterThan(tcp ?? 0);
    const dump = await handles(a).webRtcServer.dump();
    expect(dump.webRtcTransportIds.sort()).toEqual([answer.sendTransport?.id, answer.recvTransport?.id].sort());
    await until('the centre hears of the placement', () =>
      cloud.reports.some(
        ({ confirmedDecisionIds, sessionCount }) => confirmedDecisionIds?.includes('DE_1') && sessionCount === 1,
      ),
    );
  });

  test('gets paused consumers, which resume when its transport connects; later consumers resume when its client is ready', async () => {
    const publisher = await publish(10);
    const feeds = [
      feed(publisher, trackIdOf(10), { audioSsrc: 1000 }),
      feed(publisher, trackIdOf(11), { videoSsrcs: [1001] }),
    ];
    const viewer = await signaling.attach(20, {
      subscriptions: [{ trackId: trackIdOf(10) }, { trackId: trackIdOf(11), paused: true }],
    });
    const id = (trackId: string) =>
      viewer.answer.subscriptions.find((one) => one.trackId === trackId)?.consumerId ?? '';
    const [audio, video] = [id(trackIdOf(10)), id(trackIdOf(11))];
    const paused = () => [...viewer.recv.consumers.values()].map((consumer) => consumer.paused);
    expect(paused()).toEqual([true, true]);
    await call(signaling.link, rpc.resumeConsumers, {
      room: room(),
      sessionId: viewer.sessionId,
      consumerIds: [audio, video],
    });
    expect(paused()).toEqual([true, true]);
    viewer.recv.setState('connected');
    expect(
      await until('the signaling node hears of the transport', () => signaling.messagesOf('transportState')[0]),
    ).toMatchObject({
      sessionId: viewer.sessionId,
      change: { transportId: viewer.recv.id, state: 'connected' },
    });
    await until('audio flows', () => received(viewer, audio) > 3);
    expect(received(viewer, video)).toBe(0);
    await call(signaling.link, rpc.updateConsumer, {
      room: room(),
      sessionId: viewer.sessionId,
      update: { trackId: trackIdOf(11), subscribed: true },
    });
    await until('video flows when it is wanted', () => received(viewer, video) > 3);

    await signaling.produce(publisher.sessionId, audioTrack(12), opusParameters(1002));
    feeds.push(feed(publisher, trackIdOf(12), { audioSsrc: 1002 }));
    const laterConsumerId =
      (await signaling.subscribe(viewer.sessionId, [{ trackId: trackIdOf(12) }])).subscriptions[0]?.consumerId ?? '';
    const sent = feeds[2]?.sent ?? 0;
    await until('packets are sent', () => (feeds[2]?.sent ?? 0) > sent + 10);
    expect(received(viewer, laterConsumerId)).toBe(0);
    await call(signaling.link, rpc.resumeConsumers, {
      room: room(),
      sessionId: viewer.sessionId,
      consumerIds: [laterConsumerId, 'gone'],
    });
    await until('it flows when the client is ready', () => received(viewer, laterConsumerId) > 3);
    const keyFramesBefore = keyFrameRequests(publisher.send.rtcp);
    await call(signaling.link, rpc.resumeConsumers, {
      room: room(),
      sessionId: viewer.sessionId,
      consumerIds: [video],
    });
    await until(
      'ready again asks for another key frame',
      () => keyFrameRequests(publisher.send.rtcp) > keyFramesBefore,
    );
    for (const one of feeds) one.stop();
  });

  test('applies the layers, the priority and the pause that its client requests', async () => {
    await publish(10, 3);
    const viewer = await signaling.attach(20, {
      subscriptions: [{ trackId: trackIdOf(11), spatialLayer: 1, temporalLayer: 0 }],
    });
    const consumer = [...viewer.recv.consumers.values()][0];
    expect(viewer.answer.subscriptions[0]).toMatchObject({ layerKind: 2, trackEpoch: 1 });
    expect(consumer?.handle.preferredLayers).toEqual({ spatialLayer: 1, temporalLayer: 0 });
    const update = (change: object) =>
      call(signaling.link, rpc.updateConsumer, {
        room: room(),
        sessionId: viewer.sessionId,
        update: { trackId: trackIdOf(11), subscribed: true, ...change },
      });
    await update({ spatialLayer: 0, priority: 7 });
    // A layer change happens at once, or with others at the track's next common moment, some seconds later.
    await until('the lowest layer is asked for', () => consumer?.handle.preferredLayers?.spatialLayer === 0);
    expect(consumer?.handle.priority).toBe(7);
    await update({});
    await until('all layers are asked for', () => consumer?.handle.preferredLayers?.spatialLayer === 2);
    expect(await codeOf(update({ priority: 256 }))).toBe('REQUEST_INVALID');
    expect(await codeOf(update({ trackId: trackIdOf(99) }))).toBe('TRACK_UNKNOWN');
    viewer.recv.setState('connected');
    await until('it runs', () => consumer?.paused === false);
    await update({ paused: true });
    expect(consumer?.paused).toBe(true);
    await call(signaling.link, rpc.unsubscribeTrack, {
      room: room(),
      sessionId: viewer.sessionId,
      trackId: trackIdOf(11),
    });
    expect(consumer?.handle.closed).toBe(true);
  });

  test('restarts ICE under new parameters', async () => {
    const { answer, sessionId } = await signaling.attach(1);
    const transportId = answer.recvTransport?.id ?? '';
    const restarted = await call(signaling.link, rpc.restartTransport, { room: room(), sessionId, transportId });
    expect(restarted.transportId).toBe(transportId);
    expect(restarted.iceParameters?.usernameFragment).not.toBe(answer.recvTransport?.iceParameters?.usernameFragment);
    expect(
      await codeOf(call(signaling.link, rpc.restartTransport, { room: room(), sessionId, transportId: 'none' })),
    ).toBe('TRANSPORT_UNKNOWN');
  });

  test('is refused while the node drains, but attached sessions can still publish', async () => {
    const publisher = await publish(1);
    a.app.node.draining = true;
    expect(await codeOf(signaling.attach(9))).toBe('NODE_DRAINING');
    await signaling.produce(publisher.sessionId, videoTrack(5), vp8Parameters([55]));
    expect(a.app.node.counts.producers).toBe(3);
  });
});

describe('another signaling node', () => {
  test('adopts a session with the resume key, and the session then belongs to this node', async () => {
    const resumeKeyHash = createHash('sha256').update('the key').digest('hex');
    const publisher = await signaling.attach(1, { session: { resumeKeyHash } });
    await signaling.produce(publisher.sessionId, audioTrack(1), opusParameters(100));
    await signaling.produce(publisher.sessionId, videoTrack(2), vp8Parameters([200]));
    await signaling.subscribe(publisher.sessionId, [{ trackId: trackIdOf(1) }]);
    // An update changes only the fields that may change during a stay.
    const rights = { canPublish: true, canSubscribe: true, canPublishData: false, role: 'speaker' };
    const participant = { identity: 'user-1', name: 'Anna', metadata: '{"hand":true}', ...rights };
    const changed = { ...participant, hidden: true, signalingId: 'sig-z' };
    await call(signaling.link, rpc.updateSession, {
      room: room(),
      sessionId: publisher.sessionId,
      participant: changed,
    });
    const nextSignaling = await cloud.signaling('sig-b', a);
    const adopt = (resumeKey: string, signalingId = 'sig-b', sessionId = publisher.sessionId) =>
      call(nextSignaling.link, rpc.adoptSession, {
        room: room(),
        sessionId,
        resumeKey,
        signalingId,
        signalingRegion: 'sgp',
      });
    expect(await codeOf(adopt('another key'))).toBe('RESUME_REFUSED');
    expect(await codeOf(adopt('the key', 'sig-a'))).toBe('IDENTITY_MISMATCH');
    expect(await codeOf(adopt('the key', 'sig-b', sessionIdOf(77)))).toBe('SESSION_UNKNOWN');
    signaling.close('the signaling node dies');
    await until(
      'the session waits',
      async () =>
        (await call(nextSignaling.link, rpc.roomSnapshot, { room: room() })).sessions?.[0]?.attached === false,
    );
    const adopted = await adopt('the key');
    expect(adopted.session).toMatchObject({
      participant: { ...participant, sessionId: publisher.sessionId, signalingId: 'sig-b', hidden: false },
      signalingRegion: 'fra',
    });
    expect(adopted.tracks?.map(({ trackId }) => trackId)).toEqual([trackIdOf(1), trackIdOf(2)]);
    expect(adopted.subscriptions?.map(({ trackId }) => trackId)).toEqual([trackIdOf(1)]);
    expect(adopted.sendTransport?.id).toBe(publisher.send.id);
    const snapshot = await call(nextSignaling.link, rpc.roomSnapshot, { room: room() });
    expect(snapshot).toMatchObject({ highestEpoch: 1 });
    expect(snapshot.sessions?.[0]?.attached).toBe(true);
    expect(snapshot.sessions?.[0]?.session?.adoption).toBe(adopted.session?.adoption);
    const hasMedia = async () =>
      (await call(nextSignaling.link, rpc.roomSnapshot, { room: room() })).sessions?.[0]?.media;
    expect(await hasMedia()).toBe(false);
    publisher.recv.setState('connected');
    await until('the new signaling node hears', () => nextSignaling.messagesOf('transportState').length === 1);
    expect(await hasMedia()).toBe(true);
    publisher.recv.setState('disconnected');
    expect(await hasMedia()).toBe(false);
    publisher.recv.setState('connected');
    expect(
      await codeOf(
        call(nextSignaling.link, rpc.closeTrack, {
          room: room(),
          sessionId: publisher.sessionId,
          trackId: trackIdOf(1),
        }),
      ),
    ).toBe('it did not fail');
  });
});

describe('speakers', () => {
  test('are reported to the owner of the room with their session', async () => {
    const publisher = await signaling.attach(1);
    const rtp = {
      ...opusParameters(100),
      headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 10, encrypt: false }],
    };
    await signaling.produce(publisher.sessionId, audioTrack(1), rtp);
    const producer = [...publisher.send.producers.values()][0];
    let seq = 0;
    const timer = setInterval(() => {
      seq += 1;
      producer?.handle.send(loudPacket(seq, 20));
    }, 20);
    const report = await until('the owner hears of the speaker', () =>
      signaling.messagesOf('speakerLevels').find(({ speakers }) => (speakers as unknown[]).length > 0),
    );
    expect(report).toEqual(expect.objectContaining({ roomKey: 'dev/demo', nodeId: 'node-a' }));
    expect((report['speakers'] as wire.Speaker[])[0]).toMatchObject({ sessionId: publisher.sessionId, levelDbov: -20 });
    clearInterval(timer);
    await until(
      'silence is said once',
      () => (signaling.messagesOf('speakerLevels').at(-1)?.['speakers'] as unknown[] | undefined)?.length === 0,
    );
  });
  const loudPacket = (seq: number, level: number): Buffer => {
    const packet = rtpPacket({ payloadType: 111, seq, timestamp: seq * 960, ssrc: 100, payload: Buffer.alloc(0) });
    packet[0] = 0x90; // with header extension: one-byte form, id 10, one byte: voice flag and level
    const extension = Buffer.from([0xbe, 0xde, 0x00, 0x01, 0xa0, 0x80 | level, 0x00, 0x00]);
    return Buffer.concat([packet, extension, Buffer.from('voice')]);
  };
});

describe('a worker that is killed', () => {
  test('loses its rooms, of which signaling nodes are informed, and a new worker starts under a new incarnation', async () => {
    const b = await cloud.node('node-b');
    await cloud.waitUntilLinked('node-a', 'node-b');
    const signalingB = await cloud.signaling('sig-b', b);
    await publish(1);
    const grant = await cloud.grant({ trackId: trackIdOf(1), pullerId: 'node-b', carrierId: 'node-a' });
    const listener = await signalingB.attach(5, {
      subscriptions: [{ trackId: trackIdOf(1), carrierNodeId: 'node-a', grant }],
    });
    expect(listener.answer.failed).toEqual([]);
    const before = a.app.node.incarnation;
    const registrationCount = cloud.registrations.length;
    process.kill(handles(a).worker.pid, 'SIGKILL');
    const lost = await until('the signaling node hears', () => signaling.messagesOf('roomLost')[0]);
    expect(lost).toMatchObject({ roomKey: 'dev/demo', code: 'WORKER_DIED', sessionIds: [sessionIdOf(1)] });
    const closed = await until('the subscriber elsewhere hears', () => signalingB.messagesOf('consumerClosed')[0]);
    expect(closed).toMatchObject({ sessionId: listener.sessionId });
    await until('the node registers anew', () => cloud.registrations.length > registrationCount);
    expect(cloud.registrations.at(-1)?.node?.incarnation).not.toBe(before);
    expect(cloud.registrations.at(-1)?.rooms).toEqual([]);
    await cloud.waitUntilLinked('node-a', 'node-b');
    await publish(3);
    const newGrant = await cloud.grant({ trackId: trackIdOf(3), pullerId: 'node-b', carrierId: 'node-a' });
    const { subscriptions, failed } = await signalingB.subscribe(listener.sessionId, [
      { trackId: trackIdOf(3), carrierNodeId: 'node-a', grant: newGrant },
    ]);
    expect(failed).toEqual([]);
    expect(subscriptions).toHaveLength(1);
    expect(a.failures).toEqual([]);
  });
});

describe('a media node', () => {
  const socketsOf = (pid: number) =>
    readdirSync(`/proc/${pid}/fd`).filter((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false; // closed meanwhile
        throw error;
      }
    }).length;
  const dumps = async (node: TestNode) => {
    const { worker, router, webRtcServer } = handles(node);
    const [workerDump, routerDump, serverDump] = await Promise.all([worker.dump(), router.dump(), webRtcServer.dump()]);
    return {
      handlers: workerDump.channelMessageHandlers.channelRequestHandlers.length,
      transports: routerDump.transportIds.length,
      observers: routerDump.rtpObserverIds.length,
      producers: routerDump.mapProducerIdConsumerIds.length,
      consumers: routerDump.mapConsumerIdProducerId.length,
      webRtcTransports: serverDump.webRtcTransportIds.length,
      fragments: serverDump.localIceUsernameFragments.length,
    };
  };

  test('has no objects or sockets left over after sessions were attached and detached fifty times', async () => {
    const empty = await dumps(a);
    const sockets = socketsOf(a.app.node.engine.workerPid);
    const agentSockets = socketsOf(process.pid);
    for (let round = 0; round < 50; round += 1) {
      const publisher = await publish(10);
      const viewer = await signaling.attach(20, {
        subscriptions: [{ trackId: trackIdOf(10) }, { trackId: trackIdOf(11) }],
      });
      expect(viewer.answer.subscriptions).toHaveLength(2);
      for (const { sessionId } of [publisher, viewer])
        await call(signaling.link, rpc.detachSession, { room: room(), sessionId });
    }
    expect(a.app.node.counts).toEqual({ sessions: 0, secondHomes: 0, producers: 0, consumers: 0 });
    expect([a.app.node.rooms.size, a.app.node.pulls.size, a.app.node.serving.size]).toEqual([0, 0, 0]);
    await until(
      'the worker holds what it held at first',
      async () => JSON.stringify(await dumps(a)) === JSON.stringify(empty),
    );
    expect(socketsOf(a.app.node.engine.workerPid)).toBe(sockets);
    expect(socketsOf(process.pid)).toBe(agentSockets);
  });
});
