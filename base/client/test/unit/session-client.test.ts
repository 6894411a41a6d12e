import { encodeServerFrame, limits, note, onNote, post, routerConstant, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type DataMessage,
  LinkSessions,
  MeridianClientError,
  SessionClient,
  type SessionClientOptions,
  type SessionEventMap,
  type SocketPort,
  socketsOf,
} from '../../src/index.ts';
import { arrived, linkPair } from './link-pair.ts';
import { type Answer, ScriptedService } from './scripted-service.ts';

const me = { sessionId: 'PS_1', identity: 'me', nodeId: 'n1' };
const ann = { sessionId: 'PS_A', identity: 'ann', nodeId: 'n1' };
const bob = { sessionId: 'PS_B', identity: 'bob', nodeId: 'n1' };
const placement = { decisionId: 'd1', node: { nodeId: 'n1', region: 'r' }, signalingId: 's1', roomEpoch: 3 };
const joined = (o: Partial<wire.Joined.$Properties> = {}): Answer => ({
  joined: {
    sessionId: 'PS_1',
    resumeKey: 'key-1',
    self: me,
    participants: [ann],
    placement,
    rosterSeq: 10,
    room: 'talk',
    sendTransport: { id: 't-send' },
    recvTransport: { id: 't-recv' },
    rejoinReceipt: Uint8Array.of(1, 2),
    ...o,
  },
});
const resumed = (o: Partial<wire.Joined.$Properties> = {}): Answer =>
  joined({ resumed: true, placement: { ...placement, decisionId: '', signalingId: 's2' }, ...o });
const anew = joined({ sessionId: 'PS_2', resumeKey: 'key-2', self: { ...me, sessionId: 'PS_2' } });
const refusal = (code: string, retryable: boolean): Answer => ({ error: { code, message: '', retryable } });

const fingerprint = { algorithm: 'sha-256', value: 'AA:BB' };
const clients: SessionClient[] = [];
/** Makes a client and records its events in order. */
function client(next: () => SocketPort | Promise<SocketPort>, o: Partial<SessionClientOptions> = {}) {
  const sessionClient = new SessionClient({ sockets: socketsOf(next), token: 'token', sdk: 'test/1', ...o });
  clients.push(sessionClient);
  const emitted: unknown[][] = [];
  const events: (keyof SessionEventMap)[] = [
    'joined',
    'rosterChanged',
    'subscriptionsAdded',
    'subscriptionRemoved',
    'subscriptionChanged',
    'subscriptionMoved',
    'subscriptionFailed',
    'data',
    'layerDemand',
    'renditionRequest',
    'transportChanged',
    'moved',
    'moveGivenUp',
    'oldNodeLeft',
    'interrupted',
    'disconnected',
  ];
  for (const event of events) sessionClient.on(event, (...args: unknown[]) => void emitted.push([event, ...args]));
  const nextOf = (event: keyof SessionEventMap): Promise<unknown[]> =>
    new Promise((resolve) => sessionClient.once(event, (...args: unknown[]) => resolve(args)));
  return { one: sessionClient, emitted, next: nextOf };
}
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0); // retries do not wait
});
afterEach(() => {
  for (const one of clients.splice(0)) one.leave();
  vi.restoreAllMocks();
});
const rejected = async (promise: Promise<unknown>): Promise<string> =>
  await promise.then(
    () => 'resolved',
    (error: MeridianClientError) => error.code,
  );

test('a client that joins once rejects with the first refusal, even a temporary one', async () => {
  const service = new ScriptedService(refusal('NO_NODE', true), joined());
  const { one } = client(service.next, { isOnce: true });
  await expect(one.connect()).rejects.toMatchObject({ code: 'NO_NODE' });
  expect(service.joins.length).toBe(1);
});

describe('a client that joins', () => {
  test('sends its name and its endpoints, and emits the answer', async () => {
    const service = new ScriptedService(joined());
    const { one, emitted } = client(service.next, {
      sendEndpoint: { kind: 'webrtc', fingerprint },
      manualSubscribe: true,
      protocol: 'rtmp',
    });
    const session = await one.connect();
    expect(service.joins[0]).toMatchObject({
      protocolVersion: limits.protocolVersion,
      token: 'token',
      sdk: 'test/1',
      routerVersion: routerConstant.version,
      sendEndpoint: { webrtc: { fingerprint } },
      manualSubscribe: true,
      protocol: 'rtmp',
    });
    expect(service.joins[0]?.recvEndpoint ?? null).toBeNull();
    expect(session).toMatchObject({
      sessionId: 'PS_1',
      room: 'talk',
      resumed: false,
      placement: { decisionId: 'd1', nodeId: 'n1', signalingId: 's1' },
      sendTransport: { id: 't-send' },
      subscriptions: [],
    });
    expect(emitted).toEqual([['joined', session]]);
    expect(one.roster.participants().map(({ sessionId }) => sessionId)).toEqual(['PS_1', 'PS_A']);
    expect(one.session).toBe(session);
  });

  test('and is refused for good tries once, and gets the reason', async () => {
    const service = new ScriptedService(refusal('TOKEN_EXPIRED', false));
    const { one, emitted } = client(service.next);
    expect(await rejected(one.connect())).toBe('TOKEN_EXPIRED');
    expect(service.sockets).toHaveLength(1);
    expect(service.last.closedWith).toBeDefined();
    expect(emitted).toEqual([['disconnected', 'TOKEN_EXPIRED', expect.objectContaining({ code: 'TOKEN_EXPIRED' })]]);
  });

  test('and is refused for now tries another socket, with a fresh token', async () => {
    const service = new ScriptedService(refusal('CENTRE_UNREACHABLE', true), joined());
    let tokens = 0;
    const { one } = client(service.next, {
      token: async () => {
        tokens += 1;
        return `token-${tokens}`;
      },
    });
    await one.connect();
    expect(service.joins.map(({ token }) => token)).toEqual(['token-1', 'token-2']);
    expect(service.sockets.map(({ closedWith }) => closedWith)).toEqual([4000, undefined]);
  });

  test('and finds no socket gives up after a few tries', async () => {
    const service = new ScriptedService(joined());
    service.failure = new Error('no answer');
    expect(await rejected(client(service.next).one.connect())).toBe('SOCKET_FAILED');
  });

  test.each(['', 'x'.repeat(limits.tokenBytesMax + 1)])(
    'with an invalid token does not reach the service',
    async (token) => {
      const service = new ScriptedService(joined());
      expect(await rejected(client(service.next, { token }).one.connect())).toBe('TOKEN_MISSING');
      expect(service.joins).toEqual([]);
    },
  );

  test('can leave during the attempt', async () => {
    const service = new ScriptedService(joined());
    const { one } = client(service.next);
    const connecting = one.connect();
    one.leave();
    expect(await rejected(connecting)).toBe('CONNECTION_CLOSED');
  });
});

describe('a client whose socket is lost', () => {
  test('resumes over the next one, and emits the changes of the roster meanwhile', async () => {
    const service = new ScriptedService(joined(), resumed({ rosterSeq: 14, participants: [bob] }));
    const { one, emitted, next } = client(service.next);
    await one.connect();
    service.last.sendFrame({
      roomEvents: { roomEpoch: 3, events: [{ seq: 11, participantJoined: { participant: bob } }] },
    });
    await next('rosterChanged');
    emitted.length = 0;
    const rosterChange = next('rosterChanged');
    service.last.lose();
    await rosterChange;
    expect(service.joins[1]).toMatchObject({ resume: { sessionId: 'PS_1', resumeKey: 'key-1' } });
    expect(emitted).toEqual([
      ['interrupted', false],
      ['joined', expect.objectContaining({ resumed: true, sessionId: 'PS_1' })],
      ['rosterChanged', expect.arrayContaining([expect.objectContaining({ type: 'participantLeft' })])],
    ]);
    // The answer to a resume has no decision, so the known one stays; the signaling node is new.
    expect(one.session?.placement).toMatchObject({ decisionId: 'd1', signalingId: 's2' });
    expect(one.roster.participants().map(({ sessionId }) => sessionId)).toEqual(['PS_1', 'PS_B']);
    await one.updateSelf({ name: 'still here' });
  });

  test('joins anew when it may not resume, and names the session that it replaces', async () => {
    const service = new ScriptedService(joined(), refusal('RESUME_REFUSED', false), anew);
    const { one, emitted, next } = client(service.next);
    await one.connect();
    emitted.length = 0;
    const nextJoin = next('joined');
    service.last.lose();
    await nextJoin;
    expect(service.joins[2]?.priorSessionId).toBe('PS_1');
    expect([...(service.joins[2]?.rejoinReceipt ?? [])]).toEqual([1, 2]);
    expect(service.joins[2]?.resume ?? null).toBeNull();
    expect(emitted.slice(0, 3)).toEqual([
      ['interrupted', false],
      ['interrupted', true],
      ['joined', expect.objectContaining({ resumed: false, sessionId: 'PS_2' })],
    ]);
    const secondJoin = next('joined');
    service.last.lose();
    await secondJoin;
    expect(service.joins[3]).toMatchObject({ resume: { sessionId: 'PS_2', resumeKey: 'key-2' } });
  });

  test('accepts a new session that the service gives it at once', async () => {
    const service = new ScriptedService(joined(), anew);
    const { one, emitted, next } = client(service.next);
    await one.connect();
    emitted.length = 0;
    const nextJoin = next('joined');
    service.last.lose();
    await nextJoin;
    expect(emitted.slice(0, 3)).toEqual([
      ['interrupted', false],
      ['interrupted', true],
      ['joined', expect.objectContaining({ resumed: false })],
    ]);
  });

  test.each([
    { name: 'bytes that are no frame', bytes: Uint8Array.of(0xff, 0xff, 0xff) },
    { name: 'more bytes than a frame may have', bytes: new Uint8Array(limits.controlFrameBytesMax + 1) },
  ])('$name count as a loss', async ({ bytes }) => {
    const service = new ScriptedService(joined(), resumed());
    const { one, next } = client(service.next);
    await one.connect();
    const nextJoin = next('joined');
    service.last.sayBytes(bytes);
    await nextJoin;
    expect(service.sockets).toHaveLength(2);
    expect(service.sockets[0]?.closedWith).toBe(4000);
  });

  test('rejects pending requests, and accepts new ones only when it is back', async () => {
    const service = new ScriptedService(joined(), resumed());
    service.answerOther = () => undefined;
    const { one, next } = client(service.next);
    expect(await rejected(one.unpublish('T'))).toBe('NOT_CONNECTED');
    await one.connect();
    const pendingRequest = rejected(one.unpublish('T'));
    const nextJoin = next('joined');
    service.last.lose();
    expect(await pendingRequest).toBe('SOCKET_LOST');
    expect(await rejected(one.unpublish('T'))).toBe('NOT_CONNECTED');
    expect(one.post({ stats: {} })).toBe(false);
    await nextJoin;
    expect(one.post({ stats: {} })).toBe(true);
  });

  test('replaces the session when its media is lost, as reported by itself or by the media node', async () => {
    const service = new ScriptedService(joined(), anew, anew);
    const { one, emitted, next } = client(service.next);
    await one.connect();
    const nextJoin = next('joined');
    service.last.sendFrame({ transportChanged: { transportId: 't-other', state: 'failed' } });
    service.last.sendFrame({ transportChanged: { transportId: 't-recv', state: 'failed' } });
    await nextJoin;
    expect(service.sockets[0]?.receivedOf('leave')).toHaveLength(1);
    const third = next('joined');
    one.mediaLost(new MeridianClientError('MEDIA_FAILED'));
    await third;
    expect(emitted.filter(([event]) => event === 'interrupted')).toEqual([
      ['interrupted', true],
      ['interrupted', true],
    ]);
  });

  test('asks once for a node other than the silent node', async () => {
    const service = new ScriptedService(joined(), refusal('NO_NODE', true), anew);
    const { one, next } = client(service.next);
    await one.connect();
    const nextJoin = next('joined');
    one.nodeSilent(new MeridianClientError('MEDIA_FAILED'));
    await nextJoin;
    expect(service.joins.map(({ silentNodeId }) => silentNodeId)).toEqual(['', 'n1', '']);
  });

  test('emits each failure to rejoin', async () => {
    const service = new ScriptedService(joined(), refusal('NO_NODE', true), refusal('NO_CAPACITY', true), anew);
    const { one, next } = client(service.next);
    const codes: string[] = [];
    one.on('rejoinFailed', ({ code }) => codes.push(code));
    await one.connect();
    const nextJoin = next('joined');
    one.mediaLost(new MeridianClientError('MEDIA_FAILED'));
    await nextJoin;
    expect(codes).toEqual(['NO_NODE', 'NO_CAPACITY']);
  });
});

describe('an attempt to reconnect that never ends', () => {
  const deadlineMs = 20_000;
  const forever = new Promise<never>(() => undefined);
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('fails at its deadline, and its later results are discarded', async () => {
    const service = new ScriptedService(joined(), resumed());
    const lateToken = Promise.withResolvers<string>();
    const tokens = ['first', lateToken.promise, 'third'];
    const { one, emitted } = client(service.next, { token: async () => (await tokens.shift()) ?? '' });
    await one.connect();
    service.last.lose();
    await vi.advanceTimersByTimeAsync(deadlineMs - 1);
    expect([tokens, service.sockets.length]).toEqual([['third'], 2]);
    await vi.advanceTimersByTimeAsync(10);
    lateToken.resolve('late');
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10 * deadlineMs);
    expect(service.joins.map(({ token }) => token)).toEqual(['first', 'third']);
    expect(service.sockets.map(({ closedWith }) => closedWith)).toEqual([4000, 4000, undefined]);
    expect(emitted.map(([event]) => event)).toEqual(['joined', 'interrupted', 'joined', 'rosterChanged']);
  });

  test('ends with its deadline when the client leaves', async () => {
    const service = new ScriptedService(joined());
    const tokens = ['first', forever];
    const { one } = client(service.next, { token: async () => (await tokens.shift()) ?? '' });
    await one.connect();
    service.last.lose();
    await vi.advanceTimersByTimeAsync(10);
    expect(vi.getTimerCount()).toBe(1);
    one.leave();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(['token', 'socket'])('because no %s comes is repeated until the time limit', async (wanting) => {
    const service = new ScriptedService(joined());
    let tokenCalls = 0;
    /** Succeeds the first time, and then never resolves. */
    const onceThenNever = <T>(what: string, there: () => T): T | Promise<never> => {
      if (what !== wanting) return there();
      tokenCalls += 1;
      return tokenCalls === 1 ? there() : forever;
    };
    const { one, emitted } = client(() => onceThenNever('socket', service.next), {
      token: () => onceThenNever('token', () => 'token'),
    });
    await one.connect();
    emitted.length = 0;
    service.last.lose();
    await vi.advanceTimersByTimeAsync(200_000); // longer than resumePolicy and rejoinPolicy, and an attempt of each
    expect(emitted).toEqual([
      ['interrupted', false],
      ['interrupted', true],
      ['disconnected', 'RECONNECT_FAILED', expect.objectContaining({ code: 'RECONNECT_FAILED' })],
    ]);
    expect(emitted[2]?.[2]).toMatchObject({ cause: { code: 'REQUEST_TIMEOUT' } });
    expect(tokenCalls).toBeGreaterThan(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('differs from a first connect, whose token function may ask the user', async () => {
    const service = new ScriptedService(joined());
    const login = Promise.withResolvers<string>();
    const { one } = client(service.next, { token: () => login.promise });
    const connecting = one.connect();
    await vi.advanceTimersByTimeAsync(10 * deadlineMs);
    login.resolve('at last');
    await connecting;
    expect(service.joins.map(({ token }) => token)).toEqual(['at last']);
  });
});

test('the source of the sockets is informed once of each socket that failed', async () => {
  const service = new ScriptedService(joined(), refusal('CENTRE_UNREACHABLE', true), resumed());
  const failed: SocketPort[] = [];
  let calls = 0;
  const openSocket = (): SocketPort => {
    calls += 1;
    if (calls === 2) throw new Error('no answer'); // an attempt without a socket is no failure of a node
    return service.next();
  };
  const sockets = socketsOf(openSocket, (socket) => void failed.push(socket));
  const { one, next } = client(service.next, { sockets });
  await one.connect();
  expect(failed).toEqual([]);
  const nextJoin = next('joined');
  service.last.lose();
  await nextJoin;
  expect(service.sockets).toHaveLength(3);
  expect(failed).toEqual(service.sockets.slice(0, 2));
});

describe('the roster', () => {
  const event = (seq: number, more: Partial<wire.RoomEvent.$Properties>): wire.RoomEvent.$Properties => ({
    seq,
    ...more,
  });
  const track = { trackId: 'T1', kind: 1, source: 1 };

  test('follows events; a gap is accepted, a repetition dropped, and a snapshot corrects everything', async () => {
    const service = new ScriptedService(joined());
    const { one, emitted } = client(service.next);
    await one.connect();
    emitted.length = 0;
    const say = (events: wire.RoomEvent.$Properties[]): void =>
      service.last.sendFrame({ roomEvents: { roomEpoch: 3, events } });
    say([event(11, { participantJoined: { participant: bob } })]);
    say([event(15, { trackPublished: { sessionId: 'PS_B', track } })]);
    say([event(12, { participantLeft: { sessionId: 'PS_B', reason: 'LEFT' } })]);
    await arrived();
    expect(emitted.map(([, changes]) => (changes as { type: string }[]).map(({ type }) => type))).toEqual([
      ['participantJoined'],
      ['trackPublished'],
    ]);
    expect([one.roster.seq, one.roster.gaps]).toEqual([15, 1]);
    emitted.length = 0;
    service.last.sendFrame({ rosterSnapshot: { roomEpoch: 4, rosterSeq: 2, participants: [me, bob] } });
    await arrived();
    expect(emitted).toEqual([
      [
        'rosterChanged',
        expect.arrayContaining([
          expect.objectContaining({
            type: 'participantLeft',
            participant: expect.objectContaining({ identity: 'ann' }),
          }),
          expect.objectContaining({
            type: 'trackUnpublished',
            participant: expect.objectContaining({ sessionId: 'PS_B' }),
          }),
        ]),
      ],
    ]);
    expect([one.roster.epoch, one.roster.seq, one.roster.selfSessionId]).toEqual([4, 2, 'PS_1']);
  });
});

describe('messages of the service', () => {
  const subscription = (trackId: string): wire.Subscription.$Properties => ({
    consumerId: `c-${trackId}`,
    trackId,
    publisherSessionId: 'PS_A',
    kind: 1,
    rtpParameters: {
      codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
      encodings: [{ ssrc: 5 }],
    },
  });
  const row = (trackId: string): unknown => expect.objectContaining({ trackId, consumerId: `c-${trackId}` });
  test.each<{ frame: Answer; events: unknown[][] }>([
    {
      frame: { subscriptionsAdded: { subscriptions: [subscription('T1')] } },
      events: [['subscriptionsAdded', [row('T1')]]],
    },
    {
      frame: {
        subscriptionsAdded: { subscriptions: [{ trackId: 'T3' }], failed: [{ trackId: 'T2', code: 'TRACK_UNKNOWN' }] },
      },
      events: [
        ['subscriptionFailed', 'T2', expect.objectContaining({ code: 'TRACK_UNKNOWN' })],
        ['subscriptionFailed', 'T3', expect.any(MeridianClientError)],
      ],
    },
    {
      frame: { subscriptionRemoved: { consumerId: 'c', trackId: 'T1', reason: 'gone' } },
      events: [['subscriptionRemoved', 'c', 'T1', 'gone']],
    },
    {
      frame: { subscriptionState: { consumerId: 'c', trackId: 'T1', producerPaused: true, spatialLayer: 0 } },
      events: [
        [
          'subscriptionChanged',
          {
            consumerId: 'c',
            trackId: 'T1',
            producerPaused: true,
            spatialLayer: 0,
            temporalLayer: undefined,
            pausedReason: '',
          },
        ],
      ],
    },
    {
      frame: { trackMoved: { trackId: 'T1', trackEpoch: 4, oldConsumerId: 'c0', subscription: subscription('T1') } },
      events: [['subscriptionMoved', expect.objectContaining({ trackId: 'T1', trackEpoch: 4 }), 'c0']],
    },
    { frame: { layerDemand: { trackId: 'T1', maxSpatialLayer: -1 } }, events: [['layerDemand', 'T1', -1, '', 0]] },
    {
      frame: { renditionRequest: { trackId: 'T1', mimeType: 'video/H264', isWanted: true } },
      events: [['renditionRequest', 'T1', 'video/H264', true]],
    },
    {
      frame: { dataReceived: { sessionId: 'PS_A', identity: 'ann', payload: Uint8Array.of(7), topic: 't', wallMs: 5 } },
      events: [
        [
          'data',
          { sessionId: 'PS_A', identity: 'ann', payload: expect.any(Uint8Array), topic: 't', lossy: false, wallMs: 5 },
        ],
      ],
    },
    {
      frame: { transportChanged: { transportId: 't-send', state: 'connected' } },
      events: [['transportChanged', 't-send', 'connected']],
    },
    { frame: { moveDone: { moveId: 'm', ok: true, code: 'LEFT' } }, events: [['oldNodeLeft']] },
    { frame: { pong: { sentMs: 1 } }, events: [] },
  ])('$frame', async ({ frame, events }) => {
    const service = new ScriptedService(joined());
    const { one, emitted } = client(service.next);
    await one.connect();
    emitted.length = 0;
    service.last.sendFrame(frame);
    await arrived();
    expect(emitted).toEqual(events);
  });
});

describe('a move to another media node', () => {
  const move = {
    moveId: 'm1',
    node: { nodeId: 'n2', region: 'far' },
    decisionId: 'd2',
    sendTransport: { id: 't2-send' },
    recvTransport: { id: 't2-recv' },
  };
  test('is declined by a client without prepareMove', async () => {
    const service = new ScriptedService(joined());
    const { one, emitted } = client(service.next);
    await one.connect();
    service.last.sendFrame({ moveParticipant: move });
    await arrived();
    expect(service.last.receivedOf('moveReady')).toMatchObject([{ moveId: 'm1', ok: false, code: 'MEDIA_FAILED' }]);
    expect(emitted.at(-1)).toEqual(['moveGivenUp']);
    expect(one.session?.placement.nodeId).toBe('n1');
  });

  test.each([
    { ok: true, event: 'moved', nodeId: 'n2', sendId: 't2-send' },
    { ok: false, event: 'moveGivenUp', nodeId: 'n1', sendId: 't-send' },
  ])('that is prepared ends as the service settles it: $event', async ({ ok, event, nodeId, sendId }) => {
    const service = new ScriptedService(joined());
    const prepared: unknown[] = [];
    const { one, emitted } = client(service.next, { prepareMove: async (asked) => void prepared.push(asked) });
    await one.connect();
    service.last.sendFrame({ moveParticipant: move });
    await arrived();
    expect(prepared).toMatchObject([{ moveId: 'm1', recvTransport: { id: 't2-recv' } }]);
    expect(service.last.receivedOf('moveReady')).toMatchObject([{ moveId: 'm1', ok: true }]);
    service.last.sendFrame({ moveDone: { moveId: 'm1', ok } });
    await arrived();
    expect(emitted.at(-1)?.[0]).toBe(event);
    expect(one.session).toMatchObject({ placement: { nodeId }, sendTransport: { id: sendId } });
  });

  test.each([
    { where: 'n2, where it was going', transports: ['t2-send', 't2-recv'], event: 'moved' },
    { where: 'n1, where it was', transports: ['t-send', 't-recv'], event: 'moveGivenUp' },
  ])('during which the socket is lost has ended at $where', async ({ transports: [send, recv], event }) => {
    const service = new ScriptedService(
      joined(),
      resumed({ sendTransport: { id: send ?? '' }, recvTransport: { id: recv ?? '' } }),
    );
    const { one, emitted, next } = client(service.next, { prepareMove: () => Promise.resolve() });
    await one.connect();
    service.last.sendFrame({ moveParticipant: move });
    await arrived();
    const nextJoin = next('joined');
    service.last.lose();
    await nextJoin;
    expect(emitted.slice(0, 4).map(([what]) => what)).toEqual(['joined', 'interrupted', event, 'joined']);
  });
});

test('a session that is resumed at an unknown node is replaced by a new one', async () => {
  const service = new ScriptedService(joined(), resumed({ sendTransport: { id: 'elsewhere' } }), anew);
  const { one } = client(service.next);
  await one.connect();
  const session = new Promise<string>((resolve) => {
    one.on('joined', ({ sessionId }) => {
      if (sessionId === 'PS_2') resolve(sessionId);
    });
  });
  service.last.lose();
  expect(await session).toBe('PS_2');
});

describe('requests', () => {
  const track = {
    trackId: 'T1',
    kind: 'audio',
    source: 'microphone',
    name: '',
    muted: false,
    mimeType: 'audio/opus',
    layerKind: 'simple',
    layers: [],
    width: 0,
    height: 0,
  } as const;
  const rtp = {
    codecs: [
      { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] },
    ],
    encodings: [{ ssrc: 5 }],
    headerExtensions: [],
    rtcp: { cname: 'x' },
  };
  test('are sent as wire messages, and wait for the answer', async () => {
    const service = new ScriptedService(joined());
    const { one } = client(service.next);
    await one.connect();
    await one.publish(track, rtp as never, 'm1');
    await one.setTrackMuted('T1', true);
    await one.unpublish('T1');
    await one.updateSubscription({ trackId: 'T9', subscribed: true, spatialLayer: 1 });
    await one.subscriptionsReady(['c1', 'c2']);
    await one.sendData({ payload: Uint8Array.of(1), topic: 'x' });
    await one.sendData({ payload: Uint8Array.of(2), topic: 'x', lossy: true });
    await one.updateSelf({ name: 'Me' });
    await one.connectTransport('t-send', fingerprint);
    const [, ...said] = service.last.received;
    expect(said.map(({ requestId, body }) => [requestId > 0, body])).toEqual([
      [true, 'publish'],
      [true, 'setTrackMuted'],
      [true, 'unpublish'],
      [true, 'updateSubscription'],
      [true, 'subscriptionsReady'],
      [true, 'sendData'],
      [false, 'sendData'],
      [true, 'updateSelf'],
      [true, 'connectTransport'],
    ]);
    expect(service.last.receivedOf('publish')).toMatchObject([
      { moveId: 'm1', track: { trackId: 'T1', mimeType: 'audio/opus' } },
    ]);
    expect(service.last.receivedOf('subscriptionsReady')).toMatchObject([{ consumerIds: ['c1', 'c2'] }]);
    expect(service.last.receivedOf('connectTransport')).toMatchObject([{ transportId: 't-send', fingerprint }]);
  });

  test("reject with the service's error", async () => {
    const service = new ScriptedService(joined());
    service.answerOther = () => refusal('NOT_PERMITTED', false);
    const { one } = client(service.next);
    await one.connect();
    expect(await rejected(one.publish(track, rtp as never))).toBe('NOT_PERMITTED');
  });
});

describe('the end', () => {
  test('by the service is emitted once, without a retry', async () => {
    const service = new ScriptedService(joined());
    const { one, emitted } = client(service.next);
    await one.connect();
    emitted.length = 0;
    service.last.sendFrame({ disconnect: { code: 'KICKED', message: 'out', reconnect: false } });
    await arrived();
    one.leave();
    expect(emitted).toEqual([['disconnected', 'KICKED', expect.objectContaining({ code: 'KICKED' })]]);
    expect(service.sockets).toHaveLength(1);
    expect(await rejected(one.unpublish('T'))).toBe('NOT_CONNECTED');
  });

  test('of the socket alone, as the service asks, is followed by a resume', async () => {
    const service = new ScriptedService(joined(), resumed());
    const { one, next } = client(service.next);
    await one.connect();
    const nextJoin = next('joined');
    service.last.sendFrame({ disconnect: { code: 'SERVICE_STOPPING', message: '', reconnect: true } });
    await nextJoin;
    expect(service.joins[1]?.resume?.sessionId).toBe('PS_1');
  });

  test('by leaving is sent, closes the socket cleanly, and is idempotent', async () => {
    const service = new ScriptedService(joined());
    const { one, emitted } = client(service.next);
    await one.connect();
    one.leave();
    one.leave();
    expect(service.last.receivedOf('leave')).toMatchObject([{ reason: 'CLIENT_INITIATED' }]);
    expect(service.last.closedWith).toBe(1000);
    expect(emitted.slice(1)).toEqual([['disconnected', 'CLIENT_INITIATED', undefined]]);
  });
});

describe('pings', () => {
  test.each([
    { watched: true, pings: 0 },
    { watched: false, pings: 2 },
  ])('over a transport that is watched: $watched', async ({ watched, pings }) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const service = new ScriptedService(joined({ pingIntervalMs: 1000 }));
      service.watched = watched;
      const { one } = client(service.next);
      await one.connect();
      vi.advanceTimersByTime(2500);
      expect(service.last.receivedOf('ping')).toHaveLength(pings);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('over links', () => {
  /** Answers every join of every stream, as a signaling node. */
  function node(answer: Answer) {
    const [ours, theirs] = linkPair();
    const service = new ScriptedService(answer);
    const streams = new Map<number, ReturnType<ScriptedService['next']>>();
    onNote(theirs, note.sessionOpen, ({ stream }) => {
      const socket = service.next();
      socket.listen({
        message: (frame) => void post(theirs, note.sessionFrames, { streams: [stream], frame }),
        closed: () => undefined,
      });
      streams.set(stream, socket);
    });
    onNote(theirs, note.sessionFrame, ({ stream, frame }) => streams.get(stream)?.send(frame));
    return { ours, theirs, service, sessions: new LinkSessions(ours) };
  }

  test('a session is resumed over the second when the first ends', async () => {
    const [first, second] = [node(joined()), node(resumed())];
    const nodes = [first, second];
    const openSocket = (): SocketPort => {
      const [at] = nodes;
      if (at === undefined) throw new MeridianClientError('SOCKET_FAILED', 'no link');
      return at.sessions.open({ clientIp: '' });
    };
    const [a, b] = [client(openSocket), client(openSocket)];
    await Promise.all([a.one.connect(), b.one.connect()]);
    const again = Promise.all([a.next('joined'), b.next('joined')]);
    nodes.shift();
    first.ours.end('cut');
    await again;
    expect(second.service.joins.map(({ resume }) => resume?.sessionId)).toEqual(['PS_1', 'PS_1']);
    expect(first.service.joins).toHaveLength(2);
    const emitted = Promise.all([a.next('data'), b.next('data')]);
    const frame = { dataReceived: { sessionId: 'PS_A', payload: Uint8Array.of(1) } };
    post(second.theirs, note.sessionFrames, { streams: [1, 2], frame: encodeServerFrame(frame) });
    expect((await emitted).map(([message]) => [...(message as DataMessage).payload])).toEqual([[1], [1]]);
  });
});
