// A joined session: the service's messages, subscribing and publishing.
import { beforeEach, describe, expect, test } from 'vitest';
import { joinedAnswer, transport } from './fake-signaling.ts';
import { connect, logged, logOf } from './page.ts';
import { eachTestHasSignalingAndAPage, eventually, joinOf, page, signaling } from './rig.ts';

eachTestHasSignalingAndAPage();

describe('a joined session', () => {
  const askToMove = (): void =>
    signaling.seat(1).last.send({
      moveParticipant: {
        moveId: 'MV_1',
        node: { nodeId: 'node-2', region: 'elsewhere' },
        sendTransport: transport('send-2'),
        recvTransport: transport('recv-2'),
        decisionId: 'DE_move',
      },
    });
  const readyOf = () => signaling.seat(1).last.frames.find((frame) => frame.body === 'moveReady')?.moveReady;
  const places = (): Promise<unknown> =>
    page.evaluate('[room.state, room.placement.nodeId, room.placement.decisionId]');

  test('reports when it is ready to move, and moves only when the service confirms', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    askToMove();
    await eventually(() => expect(readyOf()).toMatchObject({ moveId: 'MV_1', ok: true }));
    expect(await places()).toEqual(['connected', 'node-1', 'DE_1']);
    signaling.seat(1).last.send({ moveDone: { moveId: 'MV_1', ok: true } });
    await logged(page, 'moved');
    expect(await places()).toEqual(['connected', 'node-2', 'DE_move']);
    signaling.seat(1).last.send({ moveDone: { moveId: 'MV_1', ok: true, code: 'LEFT' } });
    // The end of the old node's transport does not matter after the move.
    signaling.seat(1).last.send({ transportChanged: { transportId: 'send', state: 'closed' } });
    signaling.seat(1).last.send({ dataReceived: { sessionId: 'PA_x', payload: new Uint8Array([1]), topic: 'after' } });
    await logged(page, 'dataReceived   after true');
    expect(await places()).toEqual(['connected', 'node-2', 'DE_move']);
    signaling.seat(1).last.send({ transportChanged: { transportId: 'send-2', state: 'closed' } });
    await logged(page, 'reconnecting');
  });

  test('declines a move when its media does not reach the new node, and continues', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    await page.evaluate('room.localParticipant.setMicrophoneEnabled(true)');
    await eventually(() => expect(signaling.seat(1).last.bodies()).toContain('publish'));
    askToMove();
    await eventually(() =>
      expect(signaling.seat(1).last.frames.filter((frame) => frame.publish?.moveId === 'MV_1')).toHaveLength(1),
    );
    await eventually(() => expect(readyOf()).toMatchObject({ ok: false, code: 'MEDIA_FAILED' }));
    expect(await places()).toEqual(['connected', 'node-1', 'DE_1']);
  });

  test('reports changes of the roster, data and chat', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    const ada = {
      sessionId: 'PA_000000000000000A',
      identity: 'ada',
      name: 'Ada',
      nodeId: 'node-2',
      attributes: { hand: 'up' },
    };
    const sendChange = (seq: number, body: object) =>
      signaling.seat(1).last.send({ roomEvents: { roomEpoch: 1, events: [{ seq, ...body }] } });
    sendChange(8, { participantJoined: { participant: ada } });
    sendChange(9, { participantChanged: { participant: { ...ada, name: 'Ada L.', attributes: { seat: '4' } } } });
    sendChange(9, { participantLeft: { sessionId: ada.sessionId } }); // repeated
    const chat = new TextEncoder().encode(JSON.stringify({ id: '1', text: 'hello' }));
    signaling
      .seat(1)
      .last.send({ dataReceived: { sessionId: ada.sessionId, payload: chat, topic: 'meridian.chat', wallMs: 5 } });
    signaling.seat(1).last.send({
      dataReceived: { sessionId: ada.sessionId, payload: new Uint8Array([1]), topic: 'dice', lossy: true },
    });
    await logged(page, 'dataReceived  ada dice false');
    const log = await logOf(page);
    expect(log).toEqual(
      expect.arrayContaining([
        'participantConnected ada',
        'participantNameChanged Ada L. ada',
        'participantAttributesChanged  ada',
        'chatMessage hello ada',
      ]),
    );
    expect(
      await page.evaluate(
        '[...room.remoteParticipants.values()].map((one) => [one.identity, one.name, one.attributes, one.kind])',
      ),
    ).toEqual([['ada', 'Ada L.', { seat: '4' }, 'standard']]);
    expect(await page.evaluate('room.routes()')).toEqual([{ identity: 'ada', nodes: ['node-2', 'node-1'] }]);
  });
});

describe('subscribing', () => {
  const ada = { sessionId: 'PA_000000000000000A', identity: 'ada' };
  const track = { trackId: 'TR_000000000000', kind: 1, source: 2 };
  const opus = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48000, channels: 2 };
  const subscription = (o: { mid: string; payloadType?: number; consumerId?: string }) => ({
    consumerId: o.consumerId ?? `consumer-${o.mid}`,
    trackId: track.trackId,
    publisherSessionId: ada.sessionId,
    kind: 1,
    trackEpoch: 1,
    rtpParameters: {
      mid: o.mid,
      codecs: [{ ...opus, payloadType: o.payloadType ?? opus.payloadType }],
      encodings: [{ ssrc: 1000 + Number(o.mid) }],
      cname: 'cname',
    },
  });
  const event = (seq: number, body: object) =>
    signaling.seat(1).last.send({ roomEvents: { roomEpoch: 1, events: [{ seq, ...body }] } });
  const readied = () => signaling.seat(1).last.frames.flatMap((frame) => frame.subscriptionsReady?.consumerIds ?? []);

  beforeEach(async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    event(8, { participantJoined: { participant: ada } });
  });

  test('of a join is negotiated before the page learns of the join, and before what comes meanwhile', async () => {
    await page.evaluate(`room.disconnect().then(() => {
      log.length = 0;
      const { setLocalDescription } = RTCPeerConnection.prototype;
      RTCPeerConnection.prototype.setLocalDescription = async function (...args) {
        await setLocalDescription.apply(this, args);
        log.push('negotiated');
      };
    })`);
    for (const seat of signaling.seats) {
      seat.joined = { participants: [{ ...ada, tracks: [track] }], subscriptions: [subscription({ mid: '0' })] };
      seat.behave = (connection, frame) => {
        if (frame.join == null) return false;
        connection.reply(frame, { joined: { ...joinedAnswer(frame.join, 2), ...seat.joined } });
        connection.send({ dataReceived: { sessionId: ada.sessionId, payload: new Uint8Array([1]), topic: 'early' } });
        return true;
      };
    }
    expect(await connect(page, signaling.url)).toBe('connected');
    await logged(page, 'dataReceived  ada early true');
    const steps = new Set(['negotiated', 'connected', 'dataReceived  ada early true']);
    expect((await logOf(page)).filter((entry) => steps.has(entry))).toEqual([...steps]);
  });

  test('leaves the prepared transport open until media flows, or the room is left', async () => {
    await page.evaluate(`room.disconnect().then(() => {
      log.length = 0;
      window.made = [];
      window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
        construct(target, args) {
          made.push(new target(...args));
          return made.at(-1);
        },
      });
      return room.prepareConnection(${JSON.stringify(signaling.url)});
    })`);
    const preparedCount = await page.evaluate('made.length');
    const openPrepared = () =>
      page.evaluate(`made.slice(0, ${preparedCount}).filter((one) => one.signalingState !== 'closed').length`);
    expect(await openPrepared()).toBe(1);
    for (const seat of signaling.seats)
      seat.joined = { participants: [{ ...ada, tracks: [track] }], subscriptions: [subscription({ mid: '0' })] };
    expect(await connect(page, signaling.url)).toBe('connected');
    await logged(page, 'trackSubscribed   ada');
    expect(await openPrepared()).toBe(1);
    await page.evaluate('room.disconnect()');
    expect(await openPrepared()).toBe(0);
  });

  test.each([
    ['an older node', 'auto', 'actpass', 'active'],
    ['a node that begins DTLS', 'client', 'active', 'passive'],
  ])('from %s is negotiated with the role that the node takes', async (_, role, offered, answered) => {
    await page.evaluate(`room.disconnect().then(() => {
      const { setRemoteDescription, setLocalDescription } = RTCPeerConnection.prototype;
      const roles = ({ sdp }) => [...sdp.matchAll(/a=setup:(\\w+)/g)].map(([, role]) => role);
      window.negotiated = [];
      RTCPeerConnection.prototype.setRemoteDescription = function (offer) {
        negotiated.push(...roles(offer));
        return setRemoteDescription.call(this, offer);
      };
      RTCPeerConnection.prototype.setLocalDescription = function (answer) {
        negotiated.push(...roles(answer));
        return setLocalDescription.call(this, answer);
      };
    })`);
    const recvTransport = transport('recv');
    const dtlsParameters = { ...recvTransport.dtlsParameters, role };
    for (const seat of signaling.seats) {
      seat.joined = {
        participants: [{ ...ada, tracks: [track] }],
        subscriptions: [subscription({ mid: '0' })],
        recvTransport: { ...recvTransport, dtlsParameters },
      };
    }
    expect(await connect(page, signaling.url)).toBe('connected');
    await page.waitForFunction('negotiated.length === 2');
    expect(await page.evaluate('negotiated')).toEqual([offered, answered]);
    const join = joinOf(signaling.seat(1).last);
    expect([join?.sendEndpoint, join?.recvEndpoint].map((endpoint) => endpoint?.webrtc?.dtlsServer)).toEqual([
      true,
      true,
    ]);
  });

  test('sets a consumer up, informs the node that it is ready, and returns the elements to the page at the end', async () => {
    event(9, { trackPublished: { sessionId: ada.sessionId, track } });
    await page.evaluate(`
      room.on('trackSubscribed', (track) => document.body.append(track.attach()));
      room.on('trackUnsubscribed', (track) => track.detach().forEach((element) => element.remove()));
    `);
    signaling.seat(1).last.send({ subscriptionsAdded: { subscriptions: [subscription({ mid: '0' })] } });
    await page.waitForFunction('document.querySelectorAll("audio").length === 1');
    await eventually(() => expect(readied()).toEqual(['consumer-0']));
    event(10, { trackUnpublished: { sessionId: ada.sessionId, trackId: track.trackId } });
    await page.waitForFunction('document.querySelectorAll("audio").length === 0');
    expect(await page.evaluate('room.remoteParticipants.get("ada").trackPublications.size')).toBe(0);
  });

  test('to a codec this browser lacks fails with CODEC_UNSUPPORTED, and other subscriptions continue', async () => {
    event(9, { trackPublished: { sessionId: ada.sessionId, track } });
    const unknownCodec = subscription({ mid: '0', payloadType: 99 }); // a codec that this browser did not offer
    const otherSubscription = { ...subscription({ mid: '1' }), trackId: 'TR_000000000001' };
    signaling.seat(1).last.send({ subscriptionsAdded: { subscriptions: [unknownCodec, otherSubscription] } });
    await logged(page, `trackSubscriptionFailed ${track.trackId} CODEC_UNSUPPORTED ada`);
    await eventually(() => expect(readied()).toEqual(['consumer-1']));
  });

  test('to a track that moves keeps its RemoteTrack, reports the move, and refuses an older one', async () => {
    event(9, { trackPublished: { sessionId: ada.sessionId, track: { ...track, muted: true } } });
    signaling.seat(1).last.send({ subscriptionsAdded: { subscriptions: [subscription({ mid: '0' })] } });
    await logged(page, 'trackSubscribed   ada');
    await page.evaluate(
      `window.own = room.remoteParticipants.get('ada').getTrackPublication('microphone'); window.before = [own.track, own.track.mediaStreamTrack];`,
    );
    const move = (trackEpoch: number, mid: string) =>
      signaling.seat(1).last.send({
        trackMoved: {
          trackId: track.trackId,
          trackEpoch,
          oldConsumerId: 'consumer-0',
          subscription: { ...subscription({ mid }), trackEpoch },
        },
      });
    move(0, '5'); // older than the received track, so it must be ignored
    move(2, '1');
    await logged(page, 'trackMoved   ada');
    expect(await page.evaluate('[own.track === before[0], own.track.mediaStreamTrack === before[1]]')).toEqual([
      true,
      false,
    ]);
    await eventually(() => expect(signaling.seat(1).last.bodies()).toContain('trackMoveDone'));
    const done = signaling.seat(1).last.frames.find((frame) => frame.trackMoveDone != null)?.trackMoveDone;
    expect(done).toMatchObject({ trackId: track.trackId, oldConsumerId: 'consumer-0', trackEpoch: 2 });
    expect(readied()).toEqual(['consumer-0', 'consumer-1']);
    // the end of the old consumer does not end the track
    signaling.seat(1).last.send({ subscriptionRemoved: { consumerId: 'consumer-0', trackId: track.trackId } });
    signaling
      .seat(1)
      .last.send({ dataReceived: { sessionId: ada.sessionId, payload: new Uint8Array([1]), topic: 'after' } });
    await logged(page, 'dataReceived  ada after true');
    expect(await page.evaluate('own.subscribed')).toBe(true);
  });
});

describe('publishing', () => {
  const publishesOf = () =>
    signaling.seats
      .flatMap((seat) => seat.connections)
      .flatMap((connection) => connection.frames)
      .flatMap((frame) => (frame.publish == null ? [] : [frame.publish]));

  test('announces a camera with an id of its own, its layers and its codec', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    await page.evaluate('room.localParticipant.setCameraEnabled(true)');
    const [publish] = publishesOf();
    expect(publish?.track).toMatchObject({
      kind: 2,
      source: 1,
      mimeType: 'video/VP9',
      width: 160,
      height: 90,
      muted: false,
    });
    expect(publish?.track?.trackId).toMatch(/^TR_[A-Za-z0-9]{16}$/);
    expect(publish?.rtpParameters?.codecs?.[0]?.mimeType).toBe('video/VP9');
    expect(await logOf(page)).toContain('localTrackPublished  me');
  });

  test('rejects when the service refuses the track, emits an event, and stops sending', async () => {
    signaling.seat(1).behave = (connection, frame) => {
      if (frame.publish == null) return false;
      connection.reply(frame, { error: { code: 'NOT_PERMITTED', message: '', retryable: false } });
      return true;
    };
    expect(await connect(page, signaling.url)).toBe('connected');
    const code = await page.evaluate(`room.localParticipant.setMicrophoneEnabled(true).catch((error) => error.code)`);
    expect(code).toBe('NOT_PERMITTED');
    expect(await logOf(page)).toContain('localTrackPublicationFailed  NOT_PERMITTED me');
    expect(await page.evaluate('room.localParticipant.trackPublications.size')).toBe(0);
  });

  test('is repeated when its answer was lost with the socket and the session is resumed', async () => {
    signaling.seat(1).behave = (connection, frame) => {
      if (frame.publish == null) return false;
      connection.socket.terminate();
      return true;
    };
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(await page.evaluate('room.localParticipant.setMicrophoneEnabled(true).then((own) => own.source)')).toBe(
      'microphone',
    );
    const [lostId, acceptedId] = publishesOf().map((publish) => publish.track?.trackId);
    const resumed = signaling.seat(2).last;
    expect(resumed.frames.find((frame) => frame.publish != null)?.publish?.track?.trackId).toBe(acceptedId);
    await eventually(() =>
      expect(resumed.frames.find((frame) => frame.unpublish != null)?.unpublish?.trackId).toBe(lostId),
    );
  });

  test('opens one camera at a quick double click', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    await page.evaluate(
      'Promise.all([room.localParticipant.setCameraEnabled(true), room.localParticipant.setCameraEnabled(true)])',
    );
    expect(publishesOf()).toHaveLength(1);
  });
});
