import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ClientFrame, type DoorConnection, FakeDoor } from './fake-door.ts';
import { buildSdk, connect, launch, logged, logOf, openPage } from './page.ts';

let script: string;
let browser: Browser;
let door: FakeDoor;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [script, browser] = await Promise.all([buildSdk(), launch()]);
}, 60_000);
afterAll(() => browser.close());
beforeEach(async () => {
  door = await FakeDoor.start(2, script);
  context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  page = await openPage(context, door.url);
});
afterEach(async () => {
  await context.close();
  await door.close();
});

const joinOf = (connection: DoorConnection) => connection.frames.find((frame) => frame.body === 'join')?.join;
const isJoin = (frame: ClientFrame): boolean => frame.body === 'join';
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 12_000, interval: 20 });

/**
 * The tokens of all Joins so far, after another room of the same page has connected: a first retry is made without delay, so it would have
 * come before that.
 */
async function joinsAfterAnother(): Promise<(string | undefined)[]> {
  await page.evaluate(`new M.Room().connect(${JSON.stringify(door.url)}, 'another')`);
  const joins = door.seats.flatMap((seat) => seat.connections.flatMap((connection) => joinOf(connection) ?? []));
  return joins.map((join) => join.token ?? undefined);
}

describe('a join', () => {
  test('needs one request from open socket to everything that media needs', async () => {
    let framesAtJoined: string[] = [];
    door.seat(1).behave = (connection, frame) => {
      if (isJoin(frame)) framesAtJoined = connection.bodies();
      return false;
    };
    expect(await connect(page, door.url)).toBe('connected');
    expect(framesAtJoined).toEqual(['join']);
    const timings = (await page.evaluate('room.joinTimings')) as { requestsToJoined: number };
    expect(timings.requestsToJoined).toBe(1);
    const join = joinOf(door.seat(1).last);
    expect(join?.sendFingerprint?.value).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(join?.recvFingerprint?.value).not.toBe(join?.sendFingerprint?.value);
    expect(join?.recvRtpCapabilities?.codecs?.length).toBeGreaterThan(3);
    expect(join?.token).toBe('token');
    expect(join?.resume ?? undefined).toBeUndefined();
  });

  test('goes to the second instance when the first refuses the socket', async () => {
    door.seat(1).open = false;
    expect(await connect(page, door.url)).toBe('connected');
    expect(door.seat(2).connections).toHaveLength(1);
  });

  test('dropped in the middle is tried again at the other instance', async () => {
    door.seat(1).behave = (connection, frame) => {
      if (isJoin(frame)) connection.socket.terminate();
      return true;
    };
    expect(await connect(page, door.url)).toBe('connected');
    expect(joinOf(door.seat(2).last)?.token).toBe('token');
  });

  test('that is met with silence is given up after its deadline and tried at the other instance', async () => {
    door.seat(1).behave = () => true;
    const startedMs = performance.now();
    expect(await connect(page, door.url)).toBe('connected');
    expect(performance.now() - startedMs).toBeGreaterThan(5500);
    expect(door.seat(2).last.bodies()[0]).toBe('join');
    await eventually(() => expect(door.seat(1).last.closeCode).toBeDefined());
  });

  test.each([
    { code: 'TOKEN_EXPIRED', retryable: false },
    { code: 'NOT_PERMITTED', retryable: false },
    { code: 'PROTOCOL_UNSUPPORTED', retryable: false },
  ])('refused with $code ends at once with that code', async ({ code, retryable }) => {
    for (const seat of door.seats) {
      seat.behave = (connection, frame) => {
        connection.reply(frame, { error: { code, message: 'no', retryable, retryAfterMs: 0 } });
        return true;
      };
    }
    expect(await connect(page, door.url)).toBe(code);
    expect(await logOf(page)).toContain(`disconnected ${code} ${code}`);
    expect(await page.evaluate('room.state')).toBe('disconnected');
    expect(door.seats.flatMap((seat) => seat.connections.filter((one) => joinOf(one) !== undefined))).toHaveLength(1);
  });

  test('refused for now is tried again, not sooner than the service asks', async () => {
    const joinedMs: number[] = [];
    const behave = (connection: DoorConnection, frame: ClientFrame): boolean => {
      if (!isJoin(frame)) return false;
      joinedMs.push(performance.now());
      if (joinedMs.length > 1) return false;
      connection.reply(frame, { error: { code: 'NO_CAPACITY', message: '', retryable: true, retryAfterMs: 700 } });
      return true;
    };
    for (const seat of door.seats) seat.behave = behave;
    expect(await connect(page, door.url)).toBe('connected');
    expect((joinedMs[1] ?? 0) - (joinedMs[0] ?? 0)).toBeGreaterThanOrEqual(695);
  });

  test('can be given up by the caller, who is told so', async () => {
    for (const seat of door.seats) seat.behave = () => true;
    const outcome = page.evaluate(`{
      const abort = new AbortController();
      window.outcome = room.connect(${JSON.stringify(door.url)}, 'token', { signal: abort.signal }).catch((error) => error.code);
      setTimeout(() => abort.abort(), 300);
      window.outcome;
    }`);
    expect(await outcome).toBe('CONNECT_ABORTED');
    expect(await page.evaluate('room.state')).toBe('disconnected');
  });

  test('at an address that answers something else says so', async () => {
    expect(await connect(page, `${door.url}/nowhere?x=`)).toBe('ENTRY_INVALID');
    expect(await connect(page, 'http://127.0.0.1:1')).toBe('ENTRY_UNREACHABLE');
    expect(await connect(page, 'http://[')).toBe('ARGUMENT_INVALID');
  });

  test('twice at the same time is refused, and again afterwards is not', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    expect(await connect(page, door.url)).toBe('ALREADY_CONNECTED');
    await page.evaluate('room.disconnect()');
    expect(await connect(page, door.url)).toBe('connected');
  });
});

describe('a prepared connection', () => {
  const prepare = (options: Record<string, unknown>) =>
    page.evaluate(`room.prepareConnection(${JSON.stringify(door.url)}, ${JSON.stringify(options)})`);
  const socketsOf = () => door.seats.map((seat) => seat.connections.length);
  beforeEach(() => {
    door.seat(2).open = false; // a slow machine lets the second candidate join the race
  });

  test('is what connect() uses: the door sees one request for the entry, one socket and one Join', async () => {
    await prepare({});
    expect([door.entryRequests, socketsOf()]).toEqual([1, [0, 0]]);
    await prepare({ openSocket: true });
    await eventually(() => expect(socketsOf()).toEqual([1, 0]));
    expect(door.seat(1).last.bodies()).toEqual([]);
    expect(await connect(page, door.url)).toBe('connected');
    expect([door.entryRequests, socketsOf()]).toEqual([1, [1, 0]]);
    expect(
      door
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
    door.seat(1).last.socket.close(1008);
    await page.waitForFunction('sockets[0].readyState === WebSocket.CLOSED');
    expect(await connect(page, door.url)).toBe('connected');
    expect([door.entryRequests, socketsOf()]).toEqual([1, [2, 0]]);
    expect(door.seat(1).connections.map((one) => one.bodies().includes('join'))).toEqual([false, true]);
  });

  test('that nobody uses is closed by disconnect(), and a wrong address is no error', async () => {
    await prepare({ openSocket: true });
    await eventually(() => expect(socketsOf()).toEqual([1, 0]));
    await page.evaluate('room.disconnect()');
    await eventually(() => expect(door.seat(1).last.closeCode).toBe(1000));
    expect(await page.evaluate(`room.prepareConnection('http://[', { openSocket: true })`)).toBeUndefined();
    expect(await page.evaluate('room.state')).toBe('disconnected');
  });
});

describe('a socket that is lost', () => {
  test('is opened again at the second instance, with the session to resume and the roster seen', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    door.seat(1).last.socket.terminate();
    await logged(page, 'reconnected');
    expect(joinOf(door.seat(2).last)?.resume).toMatchObject({
      sessionId: 'PA_0000000000000001',
      resumeKey: 'key-1',
      rosterSeq: 7,
    });
    expect(await logOf(page)).toEqual(
      expect.arrayContaining(['signalReconnecting', 'connectionStateChanged signalReconnecting', 'reconnected']),
    );
    expect(await logOf(page)).not.toContain('reconnecting');
    expect(await page.evaluate('room.state')).toBe('connected');
  });

  test('because pings are not answered is noticed without the browser saying so', async () => {
    door.seat(1).behave = (_connection, frame) => frame.body === 'ping';
    expect(await connect(page, door.url)).toBe('connected');
    await logged(page, 'reconnected');
    expect(
      door
        .seat(1)
        .last.bodies()
        .filter((body) => body === 'ping').length,
    ).toBeLessThanOrEqual(3);
    expect(joinOf(door.seat(2).last)?.resume?.sessionId).toBe('PA_0000000000000001');
    // Not 1000 or 1001: for the service that would mean that we left.
    await eventually(() => expect(door.seat(1).last.closeCode).toBe(4000));
  });

  test('because the service sent bytes that are no frame is opened again elsewhere', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    door.seat(1).last.socket.send(new Uint8Array([0x0a, 0xff, 0xff, 0xff]));
    await logged(page, 'reconnected');
    expect(joinOf(door.seat(2).last)?.resume?.sessionId).toBe('PA_0000000000000001');
  });

  test('a frame of a later version is passed over', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    door.seat(1).last.socket.send(new Uint8Array([0x92, 0x06, 0x00])); // field 98, length 0: nothing this version knows
    await eventually(() =>
      expect(
        door
          .seat(1)
          .last.bodies()
          .filter((body) => body === 'ping').length,
      ).toBeGreaterThan(1),
    );
    expect(await page.evaluate('room.state')).toBe('connected');
  });

  test('and refused to be resumed makes a new session', async () => {
    door.seat(2).behave = (connection, frame) => {
      if (frame.join?.resume == null) return false;
      connection.reply(frame, { error: { code: 'RESUME_REFUSED', message: '', retryable: true, retryAfterMs: 0 } });
      return true;
    };
    expect(await connect(page, door.url)).toBe('connected');
    door.seat(1).open = false;
    door.seat(1).last.socket.terminate();
    await logged(page, 'reconnected');
    // On a slow machine the first connect() raced a socket to this instance too; it carried no Join.
    const joined = door.seat(2).connections.flatMap((connection) => joinOf(connection) ?? []);
    const joins = joined.map((join) => join.resume?.sessionId ?? 'new');
    expect(joins).toEqual(['PA_0000000000000001', 'new']);
    const log = await logOf(page);
    expect(log.indexOf('signalReconnecting')).toBeLessThan(log.indexOf('reconnecting'));
    expect(log.indexOf('reconnecting')).toBeLessThan(log.indexOf('reconnected'));
  });
});

describe('a Disconnect of the service', () => {
  test.each([{ code: 'DUPLICATE_IDENTITY' }, { code: 'KICKED' }])(
    'for good ($code) ends the room with that reason and nothing is tried again',
    async ({ code }) => {
      expect(await connect(page, door.url)).toBe('connected');
      door.seat(1).last.send({ disconnect: { code, message: '', reconnect: false } });
      door.seat(1).last.socket.close(1000);
      await logged(page, `disconnected ${code} ${code}`);
      expect(await page.evaluate('room.state')).toBe('disconnected');
      expect(await joinsAfterAnother()).toEqual(['token', 'another']);
    },
  );

  test('of a door that shuts down moves the signalling elsewhere', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    door.seat(1).last.send({ disconnect: { code: 'SHUTTING_DOWN', message: '', reconnect: true } });
    door.seat(1).last.socket.close(1001);
    await logged(page, 'reconnected');
    expect(joinOf(door.seat(2).last)?.resume?.sessionId).toBe('PA_0000000000000001');
  });

  test('because the media node is gone makes a new session at once', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    door.seat(1).last.send({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
    await logged(page, 'reconnected');
    const joins = door.seats
      .flatMap((seat) => seat.connections.map((connection) => joinOf(connection)))
      .filter((join) => join != null);
    expect(joins.map((join) => join.resume?.sessionId ?? 'new')).toEqual(['new', 'new']);
    expect(await logOf(page)).toContain('reconnecting');
    expect(await logOf(page)).not.toContain('signalReconnecting');
  });
});

describe('leaving', () => {
  test('is told with Leave and a clean close, and to the page once', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    await page.evaluate('Promise.all([room.disconnect(), room.disconnect()])');
    await eventually(() => expect(door.seat(1).last.closeCode).toBe(1000));
    expect(door.seat(1).last.bodies()).toContain('leave');
    expect((await logOf(page)).filter((entry) => entry.startsWith('disconnected'))).toEqual([
      'disconnected CLIENT_INITIATED',
    ]);
  });

  test('while the service closes too is still one leaving', async () => {
    door.seat(1).behave = (connection, frame) => {
      if (frame.body !== 'leave') return false;
      connection.send({ disconnect: { code: 'KICKED', message: '', reconnect: false } });
      connection.socket.terminate();
      return true;
    };
    expect(await connect(page, door.url)).toBe('connected');
    await page.evaluate('room.disconnect()');
    await eventually(() => expect(door.seat(1).last.closeCode).toBeDefined());
    expect(await joinsAfterAnother()).toEqual(['token', 'another']);
    expect((await logOf(page)).filter((entry) => entry.startsWith('disconnected'))).toEqual([
      'disconnected CLIENT_INITIATED',
    ]);
  });

  test('by closing the page is told at once', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    await page.close({ runBeforeUnload: false });
    await eventually(() => expect([1000, 1001]).toContain(door.seat(1).last.closeCode));
  });

  test('by going to another page is told with Leave', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    await page.goto('about:blank');
    await eventually(() => expect([1000, 1001]).toContain(door.seat(1).last.closeCode));
    expect(door.seat(1).last.bodies()).toContain('leave');
  });
});

describe('a joined session', () => {
  test('declines to be moved to another node, saying so', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    door.seat(1).last.send({ moveParticipant: { moveId: 'MV_1', node: { nodeId: 'node-2' } } });
    await eventually(() => expect(door.seat(1).last.bodies()).toContain('moveReady'));
    expect(door.seat(1).last.frames.find((frame) => frame.body === 'moveReady')?.moveReady).toMatchObject({
      moveId: 'MV_1',
      ok: false,
    });
    expect(await page.evaluate('room.state')).toBe('connected');
  });

  test('follows the roster: people, names, data and chat', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    const ada = { sessionId: 'PA_000000000000000A', identity: 'ada', name: 'Ada', nodeId: 'node-2' };
    const say = (seq: number, body: object) =>
      door.seat(1).last.send({ roomEvents: { roomEpoch: 1, events: [{ seq, ...body }] } });
    say(8, { participantJoined: { participant: ada } });
    say(9, { participantChanged: { participant: { ...ada, name: 'Ada L.' } } });
    say(9, { participantLeft: { sessionId: ada.sessionId } }); // a repetition
    const chat = new TextEncoder().encode(JSON.stringify({ id: '1', text: 'hello' }));
    door
      .seat(1)
      .last.send({ dataReceived: { sessionId: ada.sessionId, payload: chat, topic: 'meridian.chat', wallMs: 5 } });
    door.seat(1).last.send({
      dataReceived: { sessionId: ada.sessionId, payload: new Uint8Array([1]), topic: 'dice', lossy: true },
    });
    await logged(page, 'dataReceived  ada dice false');
    const log = await logOf(page);
    expect(log).toEqual(
      expect.arrayContaining([
        'participantConnected ada',
        'participantNameChanged Ada L. ada',
        'chatMessage hello ada',
      ]),
    );
    expect(await page.evaluate('[...room.remoteParticipants.values()].map((one) => [one.identity, one.name])')).toEqual(
      [['ada', 'Ada L.']],
    );
    expect(await page.evaluate('room.routes()')).toEqual([{ identity: 'ada', nodes: ['node-2', 'node-1'] }]);
  });

  test('refuses on its own what the service would refuse', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    const code = (call: string) => page.evaluate(`(${call}).then(() => 'done', (error) => error.code)`);
    expect(await code('room.localParticipant.publishData(new Uint8Array(15361))')).toBe('DATA_TOO_LARGE');
    expect(await code('room.localParticipant.publishData(new Uint8Array(1301), { reliable: false })')).toBe(
      'DATA_TOO_LARGE',
    );
    expect(
      await code('room.localParticipant.publishData(new Uint8Array(1), { destinationIdentities: ["nobody"] })'),
    ).toBe('PARTICIPANT_UNKNOWN');
    expect(await code('room.localParticipant.sendChatMessage(" ")')).toBe('ARGUMENT_INVALID');
    expect(await code('room.localParticipant.setName("x".repeat(129))')).toBe('ARGUMENT_INVALID');
    expect(await code('room.performAdmin.kick("nobody")')).toBe('PARTICIPANT_UNKNOWN');
    expect(
      door
        .seat(1)
        .last.bodies()
        .filter((body) => body !== 'join' && body !== 'ping' && body !== 'stats'),
    ).toEqual([]);
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
    door.seat(1).last.send({ roomEvents: { roomEpoch: 1, events: [{ seq, ...body }] } });
  const wishes = () =>
    door.seat(1).last.frames.flatMap((frame) => (frame.updateSubscription == null ? [] : [frame.updateSubscription]));
  const readied = () => door.seat(1).last.frames.flatMap((frame) => frame.subscriptionsReady?.consumerIds ?? []);

  beforeEach(async () => {
    expect(await connect(page, door.url)).toBe('connected');
    event(8, { participantJoined: { participant: ada } });
  });

  test('sets a consumer up, tells the node that it is ready, and hands the page its elements back at the end', async () => {
    event(9, { trackPublished: { sessionId: ada.sessionId, track } });
    await page.evaluate(`
      room.on('trackSubscribed', (track) => document.body.append(track.attach()));
      room.on('trackUnsubscribed', (track) => track.detach().forEach((element) => element.remove()));
    `);
    door.seat(1).last.send({ subscriptionsAdded: { subscriptions: [subscription({ mid: '0' })] } });
    await page.waitForFunction('document.querySelectorAll("audio").length === 1');
    await eventually(() => expect(readied()).toEqual(['consumer-0']));
    event(10, { trackUnpublished: { sessionId: ada.sessionId, trackId: track.trackId } });
    await page.waitForFunction('document.querySelectorAll("audio").length === 0');
    expect(await page.evaluate('room.remoteParticipants.get("ada").trackPublications.size')).toBe(0);
  });

  test('that comes before its track is told of in the roster waits for it', async () => {
    door.seat(1).last.send({ subscriptionsAdded: { subscriptions: [subscription({ mid: '0' })] } });
    await eventually(() => expect(readied()).toEqual(['consumer-0']));
    expect((await logOf(page)).some((entry) => entry.startsWith('trackSubscribed'))).toBe(false);
    event(9, { trackPublished: { sessionId: ada.sessionId, track } });
    await logged(page, 'trackSubscribed   ada');
  });

  test('to a codec this browser does not have is told as that, and the others go on', async () => {
    event(9, { trackPublished: { sessionId: ada.sessionId, track } });
    const strange = subscription({ mid: '0', payloadType: 99 }); // none that this browser said it can receive
    const other = { ...subscription({ mid: '1' }), trackId: 'TR_000000000001' };
    door.seat(1).last.send({ subscriptionsAdded: { subscriptions: [strange, other] } });
    await logged(page, `trackSubscriptionFailed ${track.trackId} CODEC_UNSUPPORTED ada`);
    await eventually(() => expect(readied()).toEqual(['consumer-1']));
  });

  test('with parameters that make no sense is told as that', async () => {
    event(9, { trackPublished: { sessionId: ada.sessionId, track } });
    door
      .seat(1)
      .last.send({ subscriptionsAdded: { subscriptions: [{ ...subscription({ mid: '0' }), rtpParameters: {} }] } });
    await logged(page, `trackSubscriptionFailed ${track.trackId} RTP_PARAMETERS_INVALID ada`);
  });

  test('is ended and begun again by the page; a paused one keeps its subscription', async () => {
    event(9, { trackPublished: { sessionId: ada.sessionId, track } });
    door.seat(1).last.send({ subscriptionsAdded: { subscriptions: [subscription({ mid: '0' })] } });
    await logged(page, 'trackSubscribed   ada');
    await page.evaluate(
      `window.own = room.remoteParticipants.get('ada').getTrackPublication('microphone'); own.setEnabled(false); own.setEnabled(true);`,
    );
    await page.evaluate('own.setSubscribed(false)');
    await logged(page, 'trackUnsubscribed   ada');
    await page.evaluate('own.setSubscribed(true)');
    await eventually(() => expect(wishes()).toHaveLength(4));
    expect(wishes().map((wish) => [wish.subscribed, wish.paused])).toEqual([
      [true, true],
      [true, false],
      [false, false],
      [true, false],
    ]);
    expect(await page.evaluate('[own.isDesired, own.subscribed]')).toEqual([true, false]);
    door.seat(1).last.send({ subscriptionsAdded: { subscriptions: [subscription({ mid: '1' })] } });
    await page.waitForFunction('own.subscribed');
  });

  test('moved to another node keeps its RemoteTrack, says so, and refuses an older move', async () => {
    event(9, { trackPublished: { sessionId: ada.sessionId, track: { ...track, muted: true } } });
    door.seat(1).last.send({ subscriptionsAdded: { subscriptions: [subscription({ mid: '0' })] } });
    await logged(page, 'trackSubscribed   ada');
    await page.evaluate(
      `window.own = room.remoteParticipants.get('ada').getTrackPublication('microphone'); window.before = [own.track, own.track.mediaStreamTrack];`,
    );
    const move = (trackEpoch: number, mid: string) =>
      door.seat(1).last.send({
        trackMoved: {
          trackId: track.trackId,
          trackEpoch,
          oldConsumerId: 'consumer-0',
          subscription: { ...subscription({ mid }), trackEpoch },
        },
      });
    move(1, '5'); // not newer than what is received: nothing may happen
    move(2, '1');
    await logged(page, 'trackMoved   ada');
    expect(await page.evaluate('[own.track === before[0], own.track.mediaStreamTrack === before[1]]')).toEqual([
      true,
      false,
    ]);
    await eventually(() => expect(door.seat(1).last.bodies()).toContain('trackMoveDone'));
    const done = door.seat(1).last.frames.find((frame) => frame.trackMoveDone != null)?.trackMoveDone;
    expect(done).toMatchObject({ trackId: track.trackId, oldConsumerId: 'consumer-0', trackEpoch: 2 });
    expect(readied()).toEqual(['consumer-0', 'consumer-1']);
    // the end of the old consumer is no end of the track
    door.seat(1).last.send({ subscriptionRemoved: { consumerId: 'consumer-0', trackId: track.trackId } });
    door
      .seat(1)
      .last.send({ dataReceived: { sessionId: ada.sessionId, payload: new Uint8Array([1]), topic: 'after' } });
    await logged(page, 'dataReceived  ada after true');
    expect(await page.evaluate('own.subscribed')).toBe(true);
  });
});

describe('publishing', () => {
  const publishesOf = () =>
    door.seats
      .flatMap((seat) => seat.connections)
      .flatMap((connection) => connection.frames)
      .flatMap((frame) => (frame.publish == null ? [] : [frame.publish]));

  test('announces a camera with an id of its own, its layers and its codec', async () => {
    expect(await connect(page, door.url)).toBe('connected');
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

  test('that the service refuses rejects, tells it, and stops sending', async () => {
    door.seat(1).behave = (connection, frame) => {
      if (frame.publish == null) return false;
      connection.reply(frame, { error: { code: 'NOT_PERMITTED', message: '', retryable: false } });
      return true;
    };
    expect(await connect(page, door.url)).toBe('connected');
    const code = await page.evaluate(`room.localParticipant.setMicrophoneEnabled(true).catch((error) => error.code)`);
    expect(code).toBe('NOT_PERMITTED');
    expect(await logOf(page)).toContain('localTrackPublicationFailed  NOT_PERMITTED me');
    expect(await page.evaluate('room.localParticipant.trackPublications.size')).toBe(0);
  });

  test('goes on after a rejoin: the same MediaStreamTrack under a new id', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    await page.evaluate(
      `room.localParticipant.setMicrophoneEnabled(true).then((own) => { window.before = own.track.mediaStreamTrack; })`,
    );
    door.seat(1).last.send({ disconnect: { code: 'NODE_LOST', message: '', reconnect: true } });
    await eventually(() => expect(publishesOf()).toHaveLength(2));
    const [first, second] = publishesOf().map((publish) => publish.track?.trackId);
    expect(second).not.toBe(first);
    await page.waitForFunction(`room.localParticipant.trackPublications.has(${JSON.stringify(second)})`);
    expect(
      await page.evaluate('room.localParticipant.getTrackPublication("microphone").track.mediaStreamTrack === before'),
    ).toBe(true);
    expect(await page.evaluate('before.readyState')).toBe('live');
    expect(await page.evaluate('room.localParticipant.trackPublications.size')).toBe(1);
  });

  test('whose answer is lost with the socket is repeated when the session is resumed', async () => {
    door.seat(1).behave = (connection, frame) => {
      if (frame.publish == null) return false;
      connection.socket.terminate();
      return true;
    };
    expect(await connect(page, door.url)).toBe('connected');
    expect(await page.evaluate('room.localParticipant.setMicrophoneEnabled(true).then((own) => own.source)')).toBe(
      'microphone',
    );
    const [lost, taken] = publishesOf().map((publish) => publish.track?.trackId);
    const resumed = door.seat(2).last;
    expect(resumed.frames.find((frame) => frame.publish != null)?.publish?.track?.trackId).toBe(taken);
    await eventually(() =>
      expect(resumed.frames.find((frame) => frame.unpublish != null)?.unpublish?.trackId).toBe(lost),
    );
  });

  test('a quick double click opens one camera', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    await page.evaluate(
      'Promise.all([room.localParticipant.setCameraEnabled(true), room.localParticipant.setCameraEnabled(true)])',
    );
    expect(publishesOf()).toHaveLength(1);
  });

  test('mutes and unmutes: the camera is released and opened again, the track stays the same', async () => {
    expect(await connect(page, door.url)).toBe('connected');
    await page.evaluate(
      `room.localParticipant.setCameraEnabled(true).then((own) => { window.own = own; window.first = own.track.mediaStreamTrack; })`,
    );
    await page.evaluate('room.localParticipant.setCameraEnabled(false)');
    expect(await page.evaluate('[own.isMuted, first.readyState]')).toEqual([true, 'ended']);
    await page.evaluate('room.localParticipant.setCameraEnabled(true)');
    expect(
      await page.evaluate(
        '[own.isMuted, own.track.mediaStreamTrack.readyState, room.localParticipant.isCameraEnabled]',
      ),
    ).toEqual([false, 'live', true]);
    const muted = door
      .seat(1)
      .last.frames.flatMap((frame) => (frame.setTrackMuted == null ? [] : [frame.setTrackMuted.muted]));
    expect(muted).toEqual([true, false]);
    expect(publishesOf()).toHaveLength(1);
  });
});
