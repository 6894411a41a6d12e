// Sessions and the node's own life: attach, adopt, resume, the worker's death, and that nothing is left behind.
import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { call, routerConstant, rpc, rtpCapabilitiesToWire, type wire } from '@meridian/protocol';
import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediasoupEngine } from '../../src/adapters/mediasoup/engine.ts';
import {
  type Attached,
  audioTrack,
  Cloud,
  codeOf,
  fingerprint,
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

const quiet = createLogger({ name: 'quiet', level: 'fatal' });
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

describe('the router', () => {
  test('is the constant that browsers load before they have a socket', () => {
    expect(JSON.parse(JSON.stringify(handles(a).router.rtpCapabilities))).toEqual(
      JSON.parse(JSON.stringify(routerConstant.capabilities)),
    );
    expect(a.app.node.engine.capabilities).toEqual(handles(a).router.rtpCapabilities);
  });
});

describe('the addresses of clients', () => {
  test('are UDP and TCP on IPv4 and IPv6, announced as configured', async () => {
    const engine = await MediasoupEngine.start(
      {
        workerBin: process.env['MEDIASOUP_WORKER_BIN'],
        mediaListen: [
          { ip: '127.0.0.1', announcedAddress: '192.0.2.7', port: 0 },
          { ip: '::1', port: 0 },
        ],
        pipeListen: { ip: '::1', announcedAddress: '2001:db8::7', portMin: 20_000, portMax: 59_000 },
        log: quiet,
      },
      () => expect.unreachable('it was closed'),
    );
    const endpoint = { kind: 'webrtc' } as const;
    const transport = await engine.createClientTransport({ endpoint, onState: () => undefined });
    const described = transport.describe();
    const iceCandidates = described.kind === 'webrtc' ? described.iceCandidates : [];
    const candidates = iceCandidates.map(({ address, protocol }) => `${address} ${protocol}`);
    expect(candidates.sort()).toEqual(['192.0.2.7 tcp', '192.0.2.7 udp', '::1 tcp', '::1 udp']);
    const ports = new Map(iceCandidates.map(({ address, protocol, port }) => [`${address} ${protocol}`, port]));
    for (const { ip, announcedAddress, protocol, port } of engine.clientAddresses) {
      expect(ports.get(`${announcedAddress ?? ip} ${protocol}`)).toBe(port);
    }
    const pipe = await engine.createPipe();
    expect([pipe.ip, pipe.port > 0]).toEqual(['2001:db8::7', true]);
    engine.close('test over');
  });
});

describe('the candidates of clients', () => {
  test('are UDP first, then TCP, each in the order of the addresses', async () => {
    // Eight addresses, as many as may be: mediasoup takes 100 off with each, and puts 1000 on for UDP.
    const mediaListen = Array.from({ length: 8 }, (_, at) => ({ ip: `127.0.4.${at + 1}`, port: 0 }));
    const engine = await MediasoupEngine.start(
      {
        workerBin: process.env['MEDIASOUP_WORKER_BIN'],
        mediaListen,
        pipeListen: { ip: '127.0.4.1', portMin: 20_000, portMax: 59_000 },
        log: quiet,
      },
      () => expect.unreachable('it was closed'),
    );
    const endpoint = { kind: 'webrtc' } as const;
    const transport = await engine.createClientTransport({ endpoint, onState: () => undefined });
    const described = transport.describe();
    const iceCandidates = described.kind === 'webrtc' ? described.iceCandidates : [];
    const wanted = ['udp', 'tcp'].flatMap((protocol) => mediaListen.map(({ ip }) => `${ip} ${protocol}`));
    const byPriority = iceCandidates.toSorted((a, b) => b.priority - a.priority);
    expect(byPriority.map(({ address, protocol }) => `${address} ${protocol}`)).toEqual(wanted);
    expect(new Set(iceCandidates.map(({ priority }) => priority)).size).toBe(16);
    const ports = new Map(iceCandidates.map(({ address, protocol, port }) => [`${address} ${protocol}`, port]));
    for (const { ip, protocol, port } of engine.clientAddresses) expect(ports.get(`${ip} ${protocol}`)).toBe(port);
    engine.close('test over');
  });
});

describe('a session', () => {
  test('is answered two connected transports with UDP and TCP candidates, and confirms its placement', async () => {
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

  test('has its fingerprint in upper case and expects the client to begin DTLS', async () => {
    const connects: unknown[] = [];
    const { router } = handles(a);
    const create = router.createWebRtcTransport.bind(router);
    router.createWebRtcTransport = (async (options: Parameters<typeof create>[0]) => {
      const transport = await create(options);
      const connect = transport.connect.bind(transport);
      transport.connect = (o) => {
        connects.push(o.dtlsParameters);
        return connect(o);
      };
      return transport;
    }) as typeof router.createWebRtcTransport;
    await signaling.attach(1);
    const value = fingerprint.value.toUpperCase();
    expect(connects).toEqual([1, 2].map(() => ({ role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] })));
  });

  test('attached a second time replaces the first, whatever was under way', async () => {
    const publisher = await publish(1);
    const again = await signaling.attach(1);
    expect(again.send.id).not.toBe(publisher.send.id);
    expect(publisher.send.direct.closed).toBe(true);
    expect(a.app.node.counts).toEqual({ sessions: 1, secondHomes: 0, producers: 0, consumers: 0 });
    const codes = await Promise.all([
      codeOf(signaling.attach(2)),
      codeOf(signaling.attach(2)),
      codeOf(signaling.attach(2)),
    ]);
    expect(codes).toEqual(['SESSION_UNKNOWN', 'SESSION_UNKNOWN', 'it did not fail']);
    expect((await handles(a).webRtcServer.dump()).webRtcTransportIds).toHaveLength(4);
  });

  test('gets its consumers paused, resumed when its transport is up, and later ones when its client is ready', async () => {
    const publisher = await publish(10);
    const sending = [
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
    viewer.recv.become('connected');
    expect(
      await until('the signaling node hears of the transport', () => signaling.of('transportState')[0]),
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
    sending.push(feed(publisher, trackIdOf(12), { audioSsrc: 1002 }));
    const later =
      (await signaling.subscribe(viewer.sessionId, [{ trackId: trackIdOf(12) }])).subscriptions[0]?.consumerId ?? '';
    const sent = sending[2]?.sent ?? 0;
    await until('packets are sent', () => (sending[2]?.sent ?? 0) > sent + 10);
    expect(received(viewer, later)).toBe(0);
    await call(signaling.link, rpc.resumeConsumers, {
      room: room(),
      sessionId: viewer.sessionId,
      consumerIds: [later, 'gone'],
    });
    await until('it flows when the client is ready', () => received(viewer, later) > 3);
    const asked = keyFrameRequests(publisher.send.rtcp);
    await call(signaling.link, rpc.resumeConsumers, {
      room: room(),
      sessionId: viewer.sessionId,
      consumerIds: [video],
    });
    await until('ready again asks for another key frame', () => keyFrameRequests(publisher.send.rtcp) > asked);
    for (const one of sending) one.stop();
  });

  test('has the layers, the priority and the pause that its subscriber asks for', async () => {
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
    // Changes of spatial layers of one track share their moments: at once, or some seconds later.
    await until('the lowest layer is asked for', () => consumer?.handle.preferredLayers?.spatialLayer === 0);
    expect(consumer?.handle.priority).toBe(7);
    await update({});
    await until('all layers are asked for', () => consumer?.handle.preferredLayers?.spatialLayer === 2);
    expect(await codeOf(update({ priority: 256 }))).toBe('REQUEST_INVALID');
    expect(await codeOf(update({ trackId: trackIdOf(99) }))).toBe('TRACK_UNKNOWN');
    viewer.recv.become('connected');
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

  test('that cannot decode a codec learns so, and gets the rest', async () => {
    await publish(10);
    const audioOnly = {
      codecs: (routerConstant.capabilities.codecs ?? []).filter(({ kind }) => kind === 'audio'),
      headerExtensions: [],
    };
    const listener = await signaling.attach(20, {
      session: { recvRtpCapabilities: rtpCapabilitiesToWire(audioOnly) },
      subscriptions: [{ trackId: trackIdOf(10) }, { trackId: trackIdOf(11) }, { trackId: trackIdOf(12) }],
    });
    expect(listener.answer.subscriptions.map(({ trackId }) => trackId)).toEqual([trackIdOf(10)]);
    expect(listener.answer.failed.map(({ trackId, code }) => [trackId, code]).sort()).toEqual([
      [trackIdOf(11), 'CODEC_UNSUPPORTED'],
      [trackIdOf(12), 'TRACK_UNKNOWN'],
    ]);
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

  test('is refused while the node drains, and those that are there go on', async () => {
    const publisher = await publish(1);
    a.app.node.draining = true;
    expect(await codeOf(signaling.attach(9))).toBe('NODE_DRAINING');
    await signaling.produce(publisher.sessionId, videoTrack(5), vp8Parameters([55]));
    expect(a.app.node.counts.producers).toBe(3);
  });
});

describe('another signaling node', () => {
  test('adopts a session with its key, and the session speaks to it from then on', async () => {
    const resumeKeyHash = createHash('sha256').update('the key').digest('hex');
    const publisher = await signaling.attach(1, { session: { resumeKeyHash } });
    await signaling.produce(publisher.sessionId, audioTrack(1), opusParameters(100));
    await signaling.produce(publisher.sessionId, videoTrack(2), vp8Parameters([200]));
    await signaling.subscribe(publisher.sessionId, [{ trackId: trackIdOf(1) }]);
    // What may change during a stay is kept, and nothing else.
    const rights = { canPublish: true, canSubscribe: true, canPublishData: false, role: 'speaker' };
    const participant = { identity: 'user-1', name: 'Anna', metadata: '{"hand":true}', ...rights };
    const changed = { ...participant, hidden: true, signalingId: 'sig-z' };
    await call(signaling.link, rpc.updateSession, {
      room: room(),
      sessionId: publisher.sessionId,
      participant: changed,
    });
    const next = await cloud.signaling('sig-b', a);
    const adopt = (resumeKey: string, signalingId = 'sig-b', sessionId = publisher.sessionId) =>
      call(next.link, rpc.adoptSession, { room: room(), sessionId, resumeKey, signalingId, signalingRegion: 'sgp' });
    expect(await codeOf(adopt('another key'))).toBe('RESUME_REFUSED');
    expect(await codeOf(adopt('the key', 'sig-a'))).toBe('IDENTITY_MISMATCH');
    expect(await codeOf(adopt('the key', 'sig-b', sessionIdOf(77)))).toBe('SESSION_UNKNOWN');
    signaling.close('the signaling node dies');
    await until(
      'the session waits',
      async () => (await call(next.link, rpc.roomSnapshot, { room: room() })).sessions?.[0]?.attached === false,
    );
    const adopted = await adopt('the key');
    expect(adopted.session).toMatchObject({
      participant: { ...participant, sessionId: publisher.sessionId, signalingId: 'sig-b', hidden: false },
      signalingRegion: 'fra',
    });
    expect(adopted.tracks?.map(({ trackId }) => trackId)).toEqual([trackIdOf(1), trackIdOf(2)]);
    expect(adopted.subscriptions?.map(({ trackId }) => trackId)).toEqual([trackIdOf(1)]);
    expect(adopted.sendTransport?.id).toBe(publisher.send.id);
    const snapshot = await call(next.link, rpc.roomSnapshot, { room: room() });
    expect(snapshot).toMatchObject({ highestEpoch: 1 });
    expect(snapshot.sessions?.[0]?.attached).toBe(true);
    expect(snapshot.sessions?.[0]?.session?.adoption).toBe(adopted.session?.adoption);
    publisher.recv.become('connected');
    await until('the new signaling node hears', () => next.of('transportState').length === 1);
    const hasMedia = async () => (await call(next.link, rpc.roomSnapshot, { room: room() })).sessions?.[0]?.media;
    await until('nothing is heard from the client', async () => !(await hasMedia()));
    publisher.recv.pretendedBytes = 100;
    await until('something is heard from the client', hasMedia);
    expect(
      await codeOf(
        call(next.link, rpc.closeTrack, { room: room(), sessionId: publisher.sessionId, trackId: trackIdOf(1) }),
      ),
    ).toBe('it did not fail');
  });

  test('is given a higher number than the one before, and a caller with a lower one cannot end the session any more', async () => {
    const resumeKeyHash = createHash('sha256').update('the key').digest('hex');
    const { sessionId } = await signaling.attach(1, { session: { resumeKeyHash, adoption: 7 } });
    const next = await cloud.signaling('sig-b', a);
    const adopt = async () => {
      const request = { room: room(), sessionId, resumeKey: 'the key', signalingId: 'sig-b', signalingRegion: 'sgp' };
      return (await call(next.link, rpc.adoptSession, request)).session?.adoption;
    };
    expect([await adopt(), await adopt()]).toEqual([1, 2]);
    const detach = (by: typeof signaling, adoption?: number) =>
      codeOf(
        call(by.link, rpc.detachSession, { room: room(), sessionId, ...(adoption === undefined ? {} : { adoption }) }),
      );
    expect([await detach(signaling, 0), await detach(next, 0), await detach(next, 1)]).toEqual(
      Array.from({ length: 3 }, () => 'NOT_PERMITTED'),
    );
    expect(a.app.node.rooms.sessions.has(sessionId)).toBe(true);
    expect(await detach(next, 2)).toBe('it did not fail');
    expect(a.app.node.rooms.sessions.has(sessionId)).toBe(false);
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
      signaling.of('speakerLevels').find(({ speakers }) => (speakers as unknown[]).length > 0),
    );
    expect(report).toEqual(expect.objectContaining({ roomKey: 'dev/demo', nodeId: 'node-a' }));
    expect((report['speakers'] as wire.Speaker[])[0]).toMatchObject({ sessionId: publisher.sessionId, levelDbov: -20 });
    clearInterval(timer);
    await until(
      'silence is said once',
      () => (signaling.of('speakerLevels').at(-1)?.['speakers'] as unknown[] | undefined)?.length === 0,
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
  test('loses its rooms with a word to every signaling node, and another takes over under a new incarnation', async () => {
    const b = await cloud.node('node-b');
    await cloud.linked('node-a', 'node-b');
    const signalingB = await cloud.signaling('sig-b', b);
    await publish(1);
    const grant = await cloud.grant({ trackId: trackIdOf(1), puller: 'node-b', serving: 'node-a' });
    const listener = await signalingB.attach(5, {
      subscriptions: [{ trackId: trackIdOf(1), carrierNodeId: 'node-a', grant }],
    });
    expect(listener.answer.failed).toEqual([]);
    const before = a.app.node.incarnation;
    const registered = cloud.registrations.length;
    process.kill(handles(a).worker.pid, 'SIGKILL');
    const lost = await until('the signaling node hears', () => signaling.of('roomLost')[0]);
    expect(lost).toMatchObject({ roomKey: 'dev/demo', code: 'WORKER_DIED', sessionIds: [sessionIdOf(1)] });
    const closed = await until('the subscriber elsewhere hears', () => signalingB.of('consumerClosed')[0]);
    expect(closed).toMatchObject({ sessionId: listener.sessionId });
    await until('the node registers anew', () => cloud.registrations.length > registered);
    expect(cloud.registrations.at(-1)?.node?.incarnation).not.toBe(before);
    expect(cloud.registrations.at(-1)?.rooms).toEqual([]);
    await cloud.linked('node-a', 'node-b');
    await publish(3);
    const again = await cloud.grant({ trackId: trackIdOf(3), puller: 'node-b', serving: 'node-a' });
    const { subscriptions, failed } = await signalingB.subscribe(listener.sessionId, [
      { trackId: trackIdOf(3), carrierNodeId: 'node-a', grant: again },
    ]);
    expect(failed).toEqual([]);
    expect(subscriptions).toHaveLength(1);
    expect(a.failures).toEqual([]);
  });
  test('because it is frozen under a living agent is as good as one that died', async () => {
    await publish(1);
    const before = a.app.node.incarnation;
    process.kill(handles(a).worker.pid, 'SIGSTOP');
    const lost = await until('the signaling node hears', () => signaling.of('roomLost')[0]);
    expect(lost).toMatchObject({ roomKey: 'dev/demo', code: 'WORKER_DIED', sessionIds: [sessionIdOf(1)] });
    await until('another worker runs', () => a.app.node.serves && a.app.node.incarnation !== before);
  });
  test('again and again is given up', async () => {
    for (let deaths = 0; deaths < 6; deaths += 1) {
      await until('a worker runs', () => a.app.node.serves && !handles(a).worker.died);
      const { worker } = handles(a);
      process.kill(worker.pid, 'SIGKILL');
      await until('it is dead', () => worker.died);
    }
    await until('the node gives up', () => a.failures.length === 1);
    expect(a.failures[0]).toContain('6 times within a minute');
  });
  test('that cannot be started ends the start with the reason', async () => {
    const options = {
      workerBin: '/nowhere/mediasoup-worker',
      mediaListen: [{ ip: '127.0.0.1', port: 0 }],
      pipeListen: { ip: '127.0.0.1', portMin: 20_000, portMax: 20_100 },
      log: quiet,
    };
    await expect(MediasoupEngine.start(options, () => expect.unreachable('it never lived'))).rejects.toThrow('ENOENT');
    const taken = a.app.node.engine.clientAddresses[0]?.port ?? 0;
    const { MEDIASOUP_WORKER_BIN } = process.env;
    const onTaken = { ...options, workerBin: MEDIASOUP_WORKER_BIN, mediaListen: [{ ip: '127.0.0.1', port: taken }] };
    await expect(MediasoupEngine.start(onTaken, () => expect.unreachable('it was closed'))).rejects.toThrow(
      'address already in use',
    );
  });
});

describe('nothing is left', () => {
  const socketsOf = (pid: number) =>
    readdirSync(`/proc/${pid}/fd`).filter((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false; // closed while we looked
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

  test('after all sessions were detached, fifty times over', async () => {
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

  test('after pulls were let go and the pipe was dropped', async () => {
    const b = await cloud.node('node-b');
    await cloud.linked('node-a', 'node-b');
    const signalingB = await cloud.signaling('sig-b', b);
    const empty = [await dumps(a), await dumps(b)];
    const sockets = [a, b].map((node) => socketsOf(node.app.node.engine.workerPid));
    const publisher = await publish(10);
    for (let round = 0; round < 20; round += 1) {
      const grant = await cloud.grant({ trackId: trackIdOf(10), puller: 'node-b', serving: 'node-a' });
      const listener = await signalingB.attach(20, {
        subscriptions: [{ trackId: trackIdOf(10), carrierNodeId: 'node-a', grant }],
      });
      expect(listener.answer.failed).toEqual([]);
      await call(signalingB.link, rpc.detachSession, { room: room(), sessionId: listener.sessionId });
      b.app.node.pulls.close('the linger time is over'); // what the timer does after pullLingerMs
      await until('the carrier has let go', () => a.app.node.serving.size === 0);
    }
    // the one pipe
    expect([a, b].map((node) => socketsOf(node.app.node.engine.workerPid))).toEqual(sockets.map((count) => count + 1));
    await call(signaling.link, rpc.detachSession, { room: room(), sessionId: publisher.sessionId });
    a.app.node.pipes.dropAll('node-b', 'test');
    b.app.node.pipes.dropAll('node-a', 'test');
    await until(
      'both workers hold what they held at first',
      async () => JSON.stringify([await dumps(a), await dumps(b)]) === JSON.stringify(empty),
    );
    expect([a, b].map((node) => socketsOf(node.app.node.engine.workerPid))).toEqual(sockets);
    expect([a.app.node.rooms.size, b.app.node.rooms.size]).toEqual([0, 0]);
  });

  test('after the node was closed: its worker is gone and its signaling nodes have heard', async () => {
    const { pid } = handles(a).worker;
    await publish(1);
    await a.stack.close('test');
    expect(signaling.of('roomLost')[0]).toMatchObject({ code: 'SHUTTING_DOWN', sessionIds: [sessionIdOf(1)] });
    await until('the worker process is gone', () => !readdirSync('/proc').includes(String(pid)));
    a.app.node.close('again');
  });
});
