// A join: one request, other signaling nodes when one fails, and what a page may prepare before.
import { beforeEach, describe, expect, test } from 'vitest';
import type { ClientFrame, SignalingConnection } from './fake-signaling.ts';
import { connect, logged, logOf } from './page.ts';
import { eachTestHasSignalingAndAPage, eventually, isJoin, joinOf, page, signaling } from './rig.ts';

eachTestHasSignalingAndAPage();

describe('a join', () => {
  test('needs one request from open socket to everything that media needs', async () => {
    let framesAtJoined: string[] = [];
    signaling.seat(1).behave = (connection, frame) => {
      if (isJoin(frame)) framesAtJoined = connection.bodies();
      return false;
    };
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(framesAtJoined).toEqual(['join']);
    const timings = (await page.evaluate('room.joinTimings')) as { requestsToJoined: number };
    expect(timings.requestsToJoined).toBe(1);
    const join = joinOf(signaling.seat(1).last);
    const [send, recv] = [join?.sendEndpoint, join?.recvEndpoint].map(
      (endpoint) => endpoint?.webrtc?.fingerprint?.value,
    );
    expect(send).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(recv).not.toBe(send);
    expect(join?.recvRtpCapabilities?.codecs?.length).toBeGreaterThan(3);
    expect(join?.token).toBe('token');
    expect(join?.resume ?? undefined).toBeUndefined();
  });

  describe('that receives at once', () => {
    const codecs = [
      { mimeType: 'audio/opus', payloadType: 100, clockRate: 48000, channels: 2 },
      { mimeType: 'video/VP8', payloadType: 101, clockRate: 90000 },
    ];
    const tracks = [
      { trackId: 'TR_000000000000', kind: 1, source: 2 },
      { trackId: 'TR_000000000001', kind: 2, source: 1 },
    ];
    const ada = { sessionId: 'PA_000000000000000A', identity: 'ada', tracks };
    const receives = (kinds: readonly number[], payloadType?: number): void => {
      const subscriptions = kinds.map((at) => ({
        consumerId: `consumer-${at}`,
        trackId: tracks[at]?.trackId ?? '',
        publisherSessionId: ada.sessionId,
        kind: at + 1,
        trackEpoch: 1,
        rtpParameters: {
          mid: String(at),
          codecs: codecs
            .slice(at, at + 1)
            .map((codec) => ({ ...codec, payloadType: payloadType ?? codec.payloadType })),
          encodings: [{ ssrc: 1000 + at }],
          cname: 'cname',
        },
      }));
      for (const seat of signaling.seats) seat.joined = { participants: [ada], subscriptions };
    };
    /** Logs offers, by their number of streams, and answers. */
    const watchNegotiation = (): Promise<unknown> =>
      page.evaluate(`
        window.RTCPeerConnection = new Proxy(RTCPeerConnection, { construct(target, args) {
          const pc = new target(...args);
          const [offered, answered] = [pc.setRemoteDescription.bind(pc), pc.setLocalDescription.bind(pc)];
          pc.setRemoteDescription = (offer) => (log.push('offer of ' + offer.sdp.split('m=').slice(1).length), offered(offer));
          pc.setLocalDescription = async (answer) => { await answered(answer); log.push('answered'); };
          return pc;
        } });
      `);
    const steps = async (): Promise<string[]> => {
      const log = await logOf(page);
      return log.filter((entry) => /^(offer|answered|connected|reconnected|trackSubscribed)/.test(entry));
    };

    test('negotiates all, probes of bandwidth too, in one round, and says connected when it has answered', async () => {
      receives([0, 1]);
      await watchNegotiation();
      expect(await connect(page, signaling.url)).toBe('connected');
      await eventually(async () => expect(await steps()).toHaveLength(5));
      const subscribed = 'trackSubscribed   ada';
      expect(await steps()).toEqual(['offer of 3', 'answered', 'connected', subscribed, subscribed]);
    });

    test('anew says reconnected when it has answered', async () => {
      receives([0, 1]);
      await watchNegotiation();
      expect(await connect(page, signaling.url)).toBe('connected');
      await eventually(async () => expect(await steps()).toHaveLength(5));
      signaling.seat(1).last.send({ transportChanged: { transportId: 'send', state: 'closed' } });
      await logged(page, 'reconnected');
      expect((await steps()).slice(5)).toEqual(['offer of 3', 'answered', 'reconnected']);
    });

    test('negotiates probes of bandwidth with the first video, later than a sound', async () => {
      receives([0]);
      await watchNegotiation();
      expect(await connect(page, signaling.url)).toBe('connected');
      const sound = signaling.seat(1).joined.subscriptions;
      receives([1]);
      const subscriptions = signaling.seat(1).joined.subscriptions ?? [];
      signaling.seat(1).last.send({ subscriptionsAdded: { subscriptions } });
      await eventually(async () => expect((await steps()).filter((step) => step.startsWith('offer'))).toHaveLength(2));
      expect(sound).toHaveLength(1);
      expect((await steps()).filter((step) => step.startsWith('offer'))).toEqual(['offer of 1', 'offer of 3']);
    });

    test('says connected before anything else that happens in the room', async () => {
      receives([0, 1]);
      signaling.seat(1).behave = (connection, frame) => {
        if (!isJoin(frame)) return false;
        setImmediate(() => {
          const participant = { sessionId: 'PA_000000000000000B', identity: 'ben' };
          connection.send({ roomEvents: { roomEpoch: 1, events: [{ seq: 8, participantJoined: { participant } }] } });
        });
        return false;
      };
      expect(await connect(page, signaling.url)).toBe('connected');
      await logged(page, 'participantConnected ben');
      const log = await logOf(page);
      expect(log.indexOf('connected')).toBeLessThan(log.indexOf('participantConnected ben'));
    });

    test('says connected although nothing of it can be received', async () => {
      receives([0, 1], 99); // none that this browser said it can receive
      expect(await connect(page, signaling.url)).toBe('connected');
    });
  });

  test('goes to the second instance when the first refuses the socket', async () => {
    signaling.seat(1).open = false;
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(signaling.seat(2).connections).toHaveLength(1);
  });

  test('dropped in the middle is tried again at the other instance', async () => {
    signaling.seat(1).behave = (connection, frame) => {
      if (isJoin(frame)) connection.socket.terminate();
      return true;
    };
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(joinOf(signaling.seat(2).last)?.token).toBe('token');
  });

  test('that is met with silence is given up after its deadline and tried at the other instance', async () => {
    signaling.seat(1).behave = () => true;
    const startedMs = performance.now();
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(performance.now() - startedMs).toBeGreaterThan(5500);
    expect(signaling.seat(2).last.bodies()[0]).toBe('join');
    await eventually(() => expect(signaling.seat(1).last.closeCode).toBeDefined());
  });

  test.each([
    { code: 'TOKEN_EXPIRED', retryable: false },
    { code: 'NOT_PERMITTED', retryable: false },
    { code: 'PROTOCOL_UNSUPPORTED', retryable: false },
  ])('refused with $code ends at once with that code', async ({ code, retryable }) => {
    for (const seat of signaling.seats) {
      seat.behave = (connection, frame) => {
        connection.reply(frame, { error: { code, message: 'no', retryable, retryAfterMs: 0 } });
        return true;
      };
    }
    expect(await connect(page, signaling.url)).toBe(code);
    expect(await logOf(page)).toContain(`disconnected ${code} ${code}`);
    expect(await page.evaluate('room.state')).toBe('disconnected');
    expect(signaling.seats.flatMap((seat) => seat.connections.filter((one) => joinOf(one) !== undefined))).toHaveLength(
      1,
    );
  });

  test('refused for now is tried again, not sooner than the service asks', async () => {
    const joinedMs: number[] = [];
    const behave = (connection: SignalingConnection, frame: ClientFrame): boolean => {
      if (!isJoin(frame)) return false;
      joinedMs.push(performance.now());
      if (joinedMs.length > 1) return false;
      connection.reply(frame, { error: { code: 'NO_CAPACITY', message: '', retryable: true, retryAfterMs: 700 } });
      return true;
    };
    for (const seat of signaling.seats) seat.behave = behave;
    expect(await connect(page, signaling.url)).toBe('connected');
    expect((joinedMs[1] ?? 0) - (joinedMs[0] ?? 0)).toBeGreaterThanOrEqual(695);
  });

  test('can be given up by the caller, and rejects then', async () => {
    for (const seat of signaling.seats) seat.behave = () => true;
    const outcome = page.evaluate(`{
      const abort = new AbortController();
      window.outcome = room.connect(${JSON.stringify(signaling.url)}, 'token', { signal: abort.signal }).catch((error) => error.code);
      setTimeout(() => abort.abort(), 300);
      window.outcome;
    }`);
    expect(await outcome).toBe('CONNECT_ABORTED');
    expect(await page.evaluate('room.state')).toBe('disconnected');
  });

  test('at an address that answers something else says so', async () => {
    expect(await connect(page, `${signaling.url}/nowhere?x=`)).toBe('ENTRY_INVALID');
    expect(await connect(page, 'http://127.0.0.1:1')).toBe('ENTRY_UNREACHABLE');
    expect(await connect(page, 'http://[')).toBe('ARGUMENT_INVALID');
    for (const nothing of ['undefined', 'null', '[]'])
      expect(await page.evaluate(`room.connect(${nothing}, 'token').catch((error) => error.code)`)).toBe(
        'ARGUMENT_INVALID',
      );
  });

  test('twice at the same time is refused, and again afterwards is not', async () => {
    expect(await connect(page, signaling.url)).toBe('connected');
    expect(await connect(page, signaling.url)).toBe('ALREADY_CONNECTED');
    await page.evaluate('room.disconnect()');
    expect(await connect(page, signaling.url)).toBe('connected');
  });
});

describe('a prepared connection', () => {
  const prepare = (options: Record<string, unknown>) =>
    page.evaluate(`room.prepareConnection(${JSON.stringify(signaling.url)}, ${JSON.stringify(options)})`);
  const socketsOf = () => signaling.seats.map((seat) => seat.connections.length);
  beforeEach(() => {
    signaling.seat(2).open = false; // a slow machine lets the second candidate join the race
  });

  test('is what connect() uses: the signaling node sees one request for the entry, one socket and one Join', async () => {
    await prepare({});
    expect([signaling.entryRequests, socketsOf()]).toEqual([1, [0, 0]]);
    await prepare({ openSocket: true });
    await eventually(() => expect(socketsOf()).toEqual([1, 0]));
    expect(signaling.seat(1).last.bodies()).toEqual([]);
    expect(await connect(page, signaling.url)).toBe('connected');
    expect([signaling.entryRequests, socketsOf()]).toEqual([1, [1, 0]]);
    expect(
      signaling
        .seat(1)
        .last.bodies()
        .filter((body) => body === 'join'),
    ).toHaveLength(1);
  });

  test('whose socket died meanwhile opens a second one', async () => {
    await page.evaluate(`
      window.sockets = [];
      window.WebSocket = class extends WebSocket { constructor(url) { super(url); sockets.push(this); } };
    `);
    await prepare({ openSocket: true });
    await eventually(() => expect(socketsOf()).toEqual([1, 0]));
    signaling.seat(1).last.socket.close(1008);
    await page.waitForFunction('sockets[0].readyState === WebSocket.CLOSED');
    expect(await connect(page, signaling.url)).toBe('connected');
    expect([signaling.entryRequests, socketsOf()]).toEqual([1, [2, 0]]);
    expect(signaling.seat(1).connections.map((one) => one.bodies().includes('join'))).toEqual([false, true]);
  });

  test('that is not used is closed by disconnect(), and a wrong address is no error', async () => {
    await prepare({ openSocket: true });
    await eventually(() => expect(socketsOf()).toEqual([1, 0]));
    await page.evaluate('room.disconnect()');
    await eventually(() => expect(signaling.seat(1).last.closeCode).toBe(1000));
    expect(await page.evaluate(`room.prepareConnection('http://[', { openSocket: true })`)).toBeUndefined();
    expect(await page.evaluate('room.state')).toBe('disconnected');
  });
});
