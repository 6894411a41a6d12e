import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RoomEvent } from '../../../../sdk-web/src/events.ts';
import { AUTO_RETRIES_MAX } from '../../src/core/failure.ts';
import { linkOfPath, numberText } from '../../src/core/join-link.ts';
import { interruptionOf } from '../../src/core/presentation.ts';
import type { PageQuery } from '../../src/core/query.ts';

type Listener = (...args: never[]) => void;

const { MeridianClientError } = await vi.importActual<typeof import('@meridian/sdk-web')>('@meridian/sdk-web');
type ClientErrorCode = ConstructorParameters<typeof MeridianClientError>[0];

/** Stands in for the SDK’s room: acts as scripted, and records calls. */
class FakeRoom {
  static made: FakeRoom[] = [];
  static connectOutcome: ((entryUrl: string) => Promise<void>) | undefined;
  static refusal: FakeError | undefined;
  static isAdmin = false;
  readonly listeners = new Map<string, Set<Listener>>();
  readonly calls: unknown[][] = [];
  readonly remoteParticipants = new Map<string, unknown>();
  viewers = new Map<string, number>();
  placement: unknown = { decisionId: 'DE_1', nodeId: 'sfu-1', reasons: [] };
  explanation: () => Promise<unknown> = async () => ({ decisionId: 'DE_1', reasons: ['near'], options: [] });
  deviceError: Error | undefined;
  readonly localParticipant = {
    ...personOf('self'),
    permissions: { admin: FakeRoom.isAdmin, hidden: false, canPublish: true, canPublishData: true },
    isLocal: true,
    setMicrophoneEnabled: (on: boolean) => this.#device('isMicrophoneEnabled', on),
    setCameraEnabled: (on: boolean) => this.#device('isCameraEnabled', on),
    setScreenShareEnabled: (on: boolean) => this.#device('isScreenShareEnabled', on),
    publishData: async (...asked: unknown[]) => void this.calls.push(['data', ...asked]),
    setName: async (name: string) => void this.calls.push(['setName', name]),
    sendChatMessage: async (text: string) => void this.calls.push(['chat', text]),
  };
  readonly acts = {
    mute: async () => {
      throw new FakeError('NOT_PERMITTED');
    },
    remove: async (...asked: unknown[]) => void this.calls.push(['remove', ...asked]),
    updateParticipant: async (...asked: unknown[]) => void this.calls.push(['update', ...asked]),
    setRole: async (...asked: unknown[]) => void this.calls.push(['setRole', ...asked]),
    setRoom: async (...asked: unknown[]) => void this.calls.push(['setRoom', ...asked]),
    startRecording: async (o: object) => void this.calls.push(['startRecording', o]),
    setRecordingLayout: async (layout: string) => void this.calls.push(['setRecordingLayout', layout]),
    stopRecording: async () => void this.calls.push(['stopRecording']),
    raiseHand: async () => void this.calls.push(['raiseHand']),
    setBreakOuts: async (...asked: unknown[]) => void this.calls.push(['setBreakOuts', ...asked]),
    announce: async (...asked: unknown[]) => void this.calls.push(['announce', ...asked]),
    end: async () => void this.calls.push(['end']),
  };
  state = 'disconnected';
  breakOuts: readonly { breakOutId: string; name: string; identities: readonly string[]; endsAtMs: number }[] = [];
  breakOutRoom: FakeRoom | undefined;
  breakOutOutcome: () => Promise<void> = async () => undefined;
  async enterBreakOut(breakOutId: string, options: unknown): Promise<FakeRoom> {
    this.calls.push(['enterBreakOut', breakOutId, options]);
    const room = new FakeRoom('of a break-out');
    room.state = 'connected';
    this.breakOutRoom = room;
    const { localParticipant: own } = this;
    own.isMicrophoneEnabled = false;
    this.tell('trackMuted', { source: 'microphone', track: undefined }, own);
    await this.breakOutOutcome();
    return room;
  }
  async leaveBreakOut(): Promise<void> {
    this.endBreakOut('left');
  }
  endBreakOut(reason: string): void {
    const ended = this.breakOuts.find(({ breakOutId }) => breakOutId === this.entered()) ?? this.breakOuts[0];
    void this.breakOutRoom?.disconnect();
    this.breakOutRoom = undefined;
    this.tell('breakOutEnded', reason, ended);
  }
  entered(): unknown {
    return this.calls.findLast(([what]) => what === 'enterBreakOut')?.[1];
  }
  /** Fields of `Room` for a show: whether the user is in its crowd, its board, posts and hands. */
  isCrowd = false;
  kind = '';
  readonly board = { questions: [], polls: [], reactions: { like: 2 } };
  readonly posts: readonly unknown[] = [];
  readonly crowdHands: readonly unknown[] = [];
  goOnStage = (): void => void this.calls.push(['goOnStage']);
  raiseHand = async (isUp: boolean): Promise<void> => void this.calls.push(['raiseHand', isUp]);
  isLocked = false;
  recordings: { state: 'waiting' | 'running'; mode: string; byIdentity: string }[] = [];
  hasLobby = false;
  spotlight: readonly string[] = [];
  endsAtMs = 0;
  waiters: readonly { waitId: string; identity: string; name: string; sinceWallMs: number; removed: boolean }[] = [];
  get waiterCount(): number {
    return this.waiters.length;
  }
  getParticipantByIdentity = (identity: string): unknown => this.remoteParticipants.get(identity);

  constructor(options: unknown) {
    this.calls.push(['made', options]);
    FakeRoom.made.push(this);
  }
  on(event: string, listener: Listener): void {
    const eventListeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, eventListeners.add(listener));
  }
  off(event: string, listener: Listener): void {
    this.listeners.get(event)?.delete(listener);
  }
  tell(event: string, ...args: unknown[]): void {
    for (const listener of this.listeners.get(event) ?? []) (listener as (...all: unknown[]) => void)(...args);
  }
  async connect(entryUrl: string, token: unknown, options: unknown): Promise<void> {
    const call: unknown[] = ['connect', entryUrl, token, options];
    this.calls.push(call);
    if (typeof token === 'function') call[2] = await token();
    await FakeRoom.connectOutcome?.(entryUrl);
    this.state = 'connected';
  }
  async prepareConnection(entryUrl: string, options: unknown): Promise<Error | undefined> {
    this.calls.push(['prepare', entryUrl, options]);
    return FakeRoom.refusal;
  }
  async switchActiveDevice(kind: string, deviceId: string): Promise<void> {
    this.calls.push(['useDevice', kind, deviceId]);
  }
  async disconnect(): Promise<void> {
    this.calls.push(['disconnect']);
    this.tell('disconnected', 'CLIENT_INITIATED', undefined);
  }
  explainPlacement(): Promise<unknown> {
    this.calls.push(['explain']);
    return this.explanation();
  }
  getActiveDevice = () => undefined;
  getStatsSummary = () => ({ rttMs: 23.4 });
  listening(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
  async #device(key: 'isMicrophoneEnabled' | 'isCameraEnabled' | 'isScreenShareEnabled', on: boolean): Promise<void> {
    this.calls.push(['device', key, on]);
    if (this.deviceError !== undefined) throw this.deviceError;
    this.localParticipant[key] = on;
  }
}

class FakeError extends MeridianClientError {
  constructor(code: string, retryAfterMs = 0) {
    super(code as ClientErrorCode, code, { retryAfterMs });
  }
}

function personOf(identity: string) {
  return {
    sessionId: `PA_${identity}`,
    identity,
    name: identity,
    isLocal: false,
    permissions: { admin: false, hidden: false, canPublish: true },
    isMicrophoneEnabled: false,
    isCameraEnabled: false,
    isScreenShareEnabled: false,
    isSpeaking: false,
    connectionQuality: 'good',
    nodeId: 'sfu-1',
    region: 'eu',
    joinedAt: new Date(0),
    attributes: {} as Record<string, string>,
    role: '',
    handRaisedAtMs: 0,
    getTrackPublication: () => undefined,
  };
}

vi.mock('@meridian/sdk-web', () => ({ RoomEvent, Room: FakeRoom, MeridianClientError }));
const { MeetingController: Controller } = await import('../../src/room/meeting-controller.ts');
const { fetchOwnName, JoinLink } = await import('../../src/room/join-link.ts');

/** Controllers that leave their meeting when the test ends. */
const openControllers: MeetingController[] = [];
class MeetingController extends Controller {
  constructor(...args: ConstructorParameters<typeof Controller>) {
    super(...args);
    openControllers.push(this);
  }
}

const query: PageQuery = {
  room: '',
  name: '',
  join: false,
  camera: true,
  microphone: true,
  isGuest: false,
  isViewer: false,
  isShow: false,
  fromCity: 'Berlin',
  codec: 'vp8',
};
const joinOptions = {
  room: 'demo',
  name: 'Ada',
  camera: true,
  microphone: true,
  deviceIds: { audioinput: 'mic-2', videoinput: '', audiooutput: '' },
};
const answers = new Map<string, unknown>();
const sentRequests: { path: string; body: unknown; authorization?: string }[] = [];

beforeEach(() => {
  FakeRoom.made = [];
  FakeRoom.connectOutcome = undefined;
  FakeRoom.refusal = undefined;
  FakeRoom.isAdmin = false;
  sentRequests.length = 0;
  answers.set('/config.json', { entryUrls: ['http://one', 'http://two'], development: true, devToken: true });
  answers.set('/dev/token', { token: 'a.b.c' });
  const storedValues = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => storedValues.get(key) ?? null,
    setItem: (key: string, value: string) => storedValues.set(key, value),
  });
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal('window', {});
  vi.stubGlobal('HTMLMediaElement', class {});
  vi.stubGlobal('location', new URL('http://localhost/?room=demo'));
  stubFetch((path) => ({ status: answers.has(path) ? 200 : 503, answer: answers.get(path) }));
});
afterEach(() => {
  for (const controller of openControllers.splice(0)) controller.backToLobby();
  vi.unstubAllGlobals();
});

/** Answers fetch calls: with a URL, as the page calls its server, or with a Request, as the API’s client does. */
function stubFetch(reply: (path: string) => { status: number; answer: unknown }): void {
  vi.stubGlobal('fetch', async (input: string | Request, init: RequestInit = {}) => {
    const isAddress = typeof input === 'string';
    const path = isAddress ? input : new URL(input.url).pathname;
    const text = isAddress ? String(init.body ?? '') : await input.text();
    const authorization = new Headers(isAddress ? init.headers : input.headers).get('authorization');
    const body = text === '' ? undefined : JSON.parse(text);
    sentRequests.push({ path, body, ...(authorization !== null && { authorization }) });
    const { status, answer } = reply(path);
    return Response.json(answer ?? null, { status });
  });
}
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 5 });
const settle = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));
const latest = (): FakeRoom => {
  const room = FakeRoom.made.at(-1);
  if (room === undefined) throw new Error('no room was made');
  return room;
};

async function inMeeting(change: Partial<PageQuery> = {}) {
  const controller = new MeetingController({ ...query, ...change }, 'demo');
  await controller.join(joinOptions);
  await settle();
  expect(controller.store.get().phase).toEqual({ name: 'meeting', reconnecting: false });
  return { controller, room: latest(), state: () => controller.store.get() };
}

describe('a show', () => {
  const crowd = { crowd: true, receive: false, stage: 'ask', fromCity: 'Berlin' };
  const connects = (room: FakeRoom): unknown[] =>
    room.calls.flatMap((call) => (call[0] === 'connect' ? [call[3]] : []));
  const devices = (room: FakeRoom): unknown[] => room.calls.filter(([what]) => what === 'device');
  const watchesShow = (): void => {
    FakeRoom.connectOutcome = async () => void Object.assign(latest(), { isCrowd: true, kind: 'show' });
  };

  it('is watched with signaling alone, as a guest, and without any device', async () => {
    watchesShow();
    const { room, state } = await inMeeting({ isViewer: true });
    expect(sentRequests.at(-1)?.body).toMatchObject({ guest: true });
    expect([connects(room), devices(room), state().show]).toEqual([[crowd], [], 'crowd']);
  });
  it('is tried first with a token that may not publish; a room that is no show is then joined as a meeting', async () => {
    const token = `x.${btoa(JSON.stringify({ video: { room: 'demo', canPublish: false } }))}.y`;
    FakeRoom.connectOutcome = async () => {
      if (connects(latest()).length === 1) throw new FakeError('REQUEST_INVALID');
    };
    const { room, state } = await inMeeting({ token });
    expect([connects(room), state().show]).toEqual([[crowd, { fromCity: 'Berlin' }], undefined]);
  });
  it('shows a viewer the host’s call onto the stage, opens the chosen devices there, and shows the return', async () => {
    watchesShow();
    const { controller, room, state } = await inMeeting({ isViewer: true });
    room.remoteParticipants.set('hanna', { ...personOf('hanna'), name: 'Hanna' });
    room.tell(RoomEvent.StageAsked, true, 'hanna');
    expect(controller.show.store.get().invitedBy).toBe('Hanna');
    controller.goOnStage({ ...joinOptions, microphone: false });
    expect([room.calls.at(-1), devices(room), controller.show.store.get().isGoing]).toEqual([['goOnStage'], [], true]);
    room.isCrowd = false;
    room.tell(RoomEvent.CrowdChanged, false);
    await settle();
    expect([devices(room), state().show]).toEqual([[['device', 'isCameraEnabled', true]], 'stage']);
    expect(controller.show.store.get()).toMatchObject({ isGoing: false, likes: 2 });
    expect(controller.show.store.get().invitedBy).toBeUndefined();
    room.isCrowd = true;
    room.tell(RoomEvent.CrowdChanged, true);
    expect(state().show).toBe('crowd');
  });
  it('drops the invitation when the viewer declines it, and lowers the hand when a host does', async () => {
    watchesShow();
    const { controller, room } = await inMeeting({ isViewer: true });
    await controller.show.raiseHand(true);
    expect(controller.show.store.get().isHandUp).toBe(true);
    room.tell(RoomEvent.HandLowered);
    expect(controller.show.store.get().isHandUp).toBe(false);
    room.tell(RoomEvent.StageAsked, true, 'hanna');
    controller.show.answerStage(false);
    expect(controller.show.store.get().invitedBy).toBeUndefined();
    expect(room.calls).not.toContainEqual(['goOnStage']);
  });
});

describe('joining', () => {
  it('requests a token, connects with the URL’s parameters, and opens the chosen devices', async () => {
    const { room, state } = await inMeeting();
    expect(sentRequests.at(-1)?.body).toMatchObject({
      room: 'demo',
      name: 'Ada',
      identity: expect.stringMatching(/^Ada-[a-z0-9]{8}$/),
    });
    expect(room.calls[0]).toEqual([
      'made',
      {
        adaptiveStream: true,
        dynacast: true,
        videoCaptureDefaults: { processor: expect.any(Function) },
        audioCaptureDefaults: { processor: expect.any(Function) },
        publishDefaults: { codec: 'vp8' },
      },
    ]);
    expect(room.calls[1]).toEqual(['connect', 'http://one', 'a.b.c', { fromCity: 'Berlin' }]);
    expect(room.calls.slice(2)).toEqual([
      ['useDevice', 'audioinput', 'mic-2'],
      ['device', 'isMicrophoneEnabled', true],
      ['device', 'isCameraEnabled', true],
    ]);
    expect(state().own).toEqual({ microphone: 'on', camera: 'on', screen: 'off' });
    expect(state().placement?.nodeId).toBe('sfu-1');
    expect(window.meridian?.room).toBe(room);
  });
  it('plays on the loudspeaker chosen in the lobby', async () => {
    const controller = new MeetingController(query, 'demo');
    await controller.join({ ...joinOptions, deviceIds: { ...joinOptions.deviceIds, audiooutput: 'out-2' } });
    await settle();
    expect(latest().calls).toContainEqual(['useDevice', 'audiooutput', 'out-2']);
  });
  it('names no city outside of development, and uses a given token without requesting one', async () => {
    answers.set('/config.json', { entryUrls: ['http://one'], development: false, devToken: false });
    const { room } = await inMeeting({ token: 'x.y.z' });
    expect(room.calls[1]).toEqual(['connect', 'http://one', 'x.y.z', {}]);
    expect(sentRequests.map((one) => one.path)).toEqual(['/config.json']);
  });
  it('tries the next entry when the first is unreachable, and leaves no listener on it', async () => {
    FakeRoom.connectOutcome = async (url) => {
      if (url === 'http://one') throw new FakeError('ENTRY_UNREACHABLE');
    };
    const { controller } = await inMeeting();
    expect(FakeRoom.made.map((room) => room.calls[1]?.[1])).toEqual(['http://one', 'http://two']);
    expect(FakeRoom.made[0]?.listening()).toBe(0);
    controller.backToLobby();
    expect(latest().listening()).toBe(0);
  });
  const failures: [string, () => void, string, number][] = [
    ['the page’s server does not answer', () => answers.delete('/config.json'), 'CONFIG_UNREACHABLE', 0],
    ['its answer is malformed', () => void answers.set('/config.json', { entryUrls: [7] }), 'CONFIG_UNREACHABLE', 0],
    ['the token is refused', () => answers.delete('/dev/token'), 'TOKEN_REFUSED', 0],
    [
      'no server issues tokens',
      () => void answers.set('/config.json', { entryUrls: ['http://one'] }),
      'TOKEN_MISSING',
      0,
    ],
    ['the room is full, without another entry', () => refuseWith('ROOM_FULL'), 'ROOM_FULL', 1],
    ['no entry answers', () => refuseWith('SOCKET_FAILED'), 'SOCKET_FAILED', 2],
  ];
  for (const [name, arrange, code, rooms] of failures) {
    it(`ends in the lobby with its code when ${name}`, async () => {
      arrange();
      const controller = new MeetingController(query, 'demo');
      await controller.join(joinOptions);
      expect(controller.store.get().phase).toMatchObject({ name: 'lobby', problem: { code } });
      expect(FakeRoom.made).toHaveLength(rooms);
      expect(FakeRoom.made.every((room) => room.listening() === 0)).toBe(true);
    });
  }
  it('tries again after a pause of at least the service’s, a few times in a row, with the same choices', async () => {
    FakeRoom.connectOutcome = () => Promise.reject(new FakeError('OVERLOADED', 30_000));
    const controller = new MeetingController(query, 'demo');
    const failNow = async (): Promise<number | undefined> => {
      await controller.join({ ...joinOptions, password: 'pw' });
      const { phase } = controller.store.get();
      return phase.name === 'lobby' ? phase.problem?.retryInMs : undefined;
    };
    const pauses: (number | undefined)[] = [];
    for (let attempt = 0; attempt <= AUTO_RETRIES_MAX; attempt++) pauses.push(await failNow());
    expect(pauses.map((pauseMs) => pauseMs !== undefined && pauseMs >= 30_000)).toEqual([
      ...Array.from({ length: AUTO_RETRIES_MAX }, () => true),
      false,
    ]);
    expect(controller.lastOptions).toMatchObject({ password: 'pw', camera: joinOptions.camera });
    controller.backToLobby(); // the person begins anew
    expect(await failNow()).toBeGreaterThanOrEqual(30_000);
    FakeRoom.connectOutcome = undefined;
    await controller.join(joinOptions);
    latest().tell('disconnected', 'NODE_LOST', undefined);
    const { phase } = controller.store.get();
    expect(phase.name === 'ended' && phase.retryInMs).toBeLessThan(10_000); // a join begins the count anew
  });
  it('has what an administrator needs to find the failure: room, session, decision and time', async () => {
    const { room, state } = await inMeeting();
    room.tell('disconnected', 'KICKED', undefined);
    expect(state().phase).toMatchObject({
      code: 'KICKED',
      reference: { room: 'demo', sessionId: 'PA_self', decisionId: 'DE_1', atWallMs: expect.any(Number) },
    });
  });
  it('uses the same identity after a reload of the tab, and another identity in another tab', async () => {
    const identityOf = async (): Promise<unknown> => {
      const { controller } = await inMeeting();
      controller.backToLobby();
      const request = sentRequests.at(-1)?.body as { identity: unknown } | undefined;
      return request?.identity;
    };
    const first = await identityOf();
    expect(await identityOf()).toBe(first);
    vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: () => undefined });
    expect(await identityOf()).not.toBe(first);
  });
  it('requests the configuration again after a failure', async () => {
    const config = answers.get('/config.json');
    answers.delete('/config.json');
    const controller = new MeetingController(query, 'demo');
    await controller.join(joinOptions);
    answers.set('/config.json', config);
    await controller.join(joinOptions);
    expect(controller.store.get().phase.name).toBe('meeting');
  });
  it('stays cancelled when cancelled while it connects, and leaves the room that connects too late', async () => {
    let connected: () => void = () => undefined;
    FakeRoom.connectOutcome = () => new Promise((resolve) => (connected = resolve));
    const controller = new MeetingController(query, 'demo');
    const joining = controller.join(joinOptions);
    await settle();
    controller.backToLobby();
    connected();
    await joining;
    expect(controller.store.get().phase).toEqual({ name: 'lobby' });
    expect(latest().calls.at(-1)).toEqual(['disconnect']);
  });
});

function refuseWith(code: string): void {
  FakeRoom.connectOutcome = () => Promise.reject(new FakeError(code));
}

describe('the lobby', () => {
  const inLobby = async () => {
    const controller = new MeetingController(query, 'demo');
    controller.prepare('demo', 'Ada');
    await settle();
    return controller;
  };
  const tokensAsked = (): unknown[] => sentRequests.filter((one) => one.path === '/dev/token').map((one) => one.body);
  beforeEach(() =>
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
  );
  afterEach(() => vi.useRealTimers());

  it('prepares the room with which it joins, and opens a socket only when the button is about to be pressed', async () => {
    const controller = await inLobby();
    controller.expectJoin();
    await settle();
    await controller.join(joinOptions);
    expect(FakeRoom.made).toHaveLength(1);
    expect(latest().calls.slice(1, 4)).toEqual([
      ['prepare', 'http://one', { openSocket: false, fromCity: 'Berlin' }],
      ['prepare', 'http://one', { openSocket: true, fromCity: 'Berlin' }],
      ['connect', 'http://one', 'a.b.c', { fromCity: 'Berlin' }],
    ]);
  });
  it('prefetches one token when the typing pauses, and joins with it', async () => {
    const controller = await inLobby();
    controller.prepare('demo', 'Ad');
    controller.prepare('demo', 'Ada');
    await settle();
    expect(tokensAsked()).toEqual([]);
    vi.advanceTimersByTime(300);
    await settle();
    expect(tokensAsked()).toHaveLength(1);
    await controller.join(joinOptions);
    expect(tokensAsked()).toEqual([expect.objectContaining({ name: 'Ada' })]);
  });
  it('connects as soon as a token is available, and again when the button is about to be pressed', async () => {
    const controller = await inLobby();
    vi.advanceTimersByTime(300);
    await settle();
    expect(latest().calls.slice(1)).toEqual([
      ['prepare', 'http://one', { openSocket: false, fromCity: 'Berlin' }],
      ['prepare', 'http://one', { fromCity: 'Berlin', token: 'a.b.c' }],
    ]);
    controller.expectJoin();
    await settle();
    expect(latest().calls.at(-1)?.[2]).toMatchObject({ openSocket: true, token: 'a.b.c' });
    controller.backToLobby();
    const withUrlToken = new MeetingController({ ...query, token: 'x.y.z' }, 'demo');
    withUrlToken.prepare('demo', 'Ada');
    await settle();
    expect(latest().calls.at(-1)).toEqual([
      'prepare',
      'http://one',
      { openSocket: false, fromCity: 'Berlin', token: 'x.y.z' },
    ]);
  });
  const fetchedAnew: [string, () => void, Partial<typeof joinOptions>][] = [
    ['is a minute old', () => vi.advanceTimersByTime(60_000), {}],
    ['is for another name', () => undefined, { name: 'Eve' }],
  ];
  for (const [name, arrange, change] of fetchedAnew) {
    it(`requests another token when the prefetched one ${name}`, async () => {
      const controller = await inLobby();
      vi.advanceTimersByTime(300);
      await settle();
      arrange();
      await controller.join({ ...joinOptions, ...change });
      expect(tokensAsked()).toHaveLength(2);
      expect(controller.store.get().phase.name).toBe('meeting');
    });
  }
  it('ignores the refusal of a prefetched token, and requests another when joining', async () => {
    const logged = vi.spyOn(console, 'info').mockReturnValue();
    answers.delete('/dev/token');
    const controller = await inLobby();
    vi.advanceTimersByTime(300);
    await settle();
    expect(controller.store.get().phase).toEqual({ name: 'lobby' });
    answers.set('/dev/token', { token: 'a.b.c' });
    await controller.join(joinOptions);
    expect(controller.store.get().phase.name).toBe('meeting');
    expect([tokensAsked().length, logged.mock.calls.length]).toEqual([2, 1]);
    logged.mockRestore();
  });
  it('shows a refusal as foreseen before the join, in any order of requests, and as a failure after the join', async () => {
    const foreseen = { name: 'lobby', problem: { code: 'CITY_UNKNOWN', foreseen: true } };
    const refusalOf = async (begin: (controller: InstanceType<typeof MeetingController>) => void): Promise<unknown> => {
      FakeRoom.refusal = new FakeError('CITY_UNKNOWN');
      const controller = new MeetingController(query, 'demo');
      begin(controller);
      await settle();
      const { phase } = controller.store.get();
      refuseWith('CITY_UNKNOWN');
      await controller.join(joinOptions);
      const failed = controller.store.get().phase;
      expect(failed).toMatchObject({ name: 'lobby', problem: { code: 'CITY_UNKNOWN' } });
      expect(failed).not.toMatchObject({ problem: { foreseen: true } });
      controller.expectJoin();
      await settle();
      expect(controller.store.get().phase).toBe(failed);
      return phase;
    };
    expect(await refusalOf((controller) => controller.prepare('', ''))).toEqual(foreseen);
    expect(await refusalOf((controller) => controller.expectJoin())).toEqual(foreseen);
    FakeRoom.refusal = undefined;
    FakeRoom.isAdmin = false;
    const controller = await inLobby();
    FakeRoom.refusal = new FakeError('CITY_UNKNOWN');
    vi.advanceTimersByTime(300);
    await settle();
    expect(controller.store.get().phase).toEqual(foreseen);
  });
  it('prefetches no token while a field is empty, or when the URL has one', async () => {
    const controller = new MeetingController(query, 'demo');
    controller.prepare('demo', '');
    const withUrlToken = new MeetingController({ ...query, token: 'x.y.z' }, 'demo');
    withUrlToken.prepare('demo', 'Ada');
    await settle();
    vi.advanceTimersByTime(300);
    await settle();
    expect(tokensAsked()).toEqual([]);
  });
});

describe('joining by a link', () => {
  const exchange = '/api/v1/join-links/exchange';
  const grant = { token: 'l.m.n', room: 'demo', title: 'Weekly', canInvite: true };
  const asks = () =>
    sentRequests.filter(({ path }) => path === exchange).map(({ body }) => body as Record<string, unknown>);
  let storedValues: Map<string, string>;
  beforeEach(() => {
    storedValues = new Map();
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => storedValues.get(key) ?? null,
      setItem: (key: string, value: string) => storedValues.set(key, value),
    });
    answers.set('/config.json', { entryUrls: ['http://one'], development: false, devToken: false, api: true });
    answers.set(exchange, grant);
  });
  afterEach(() => vi.useRealTimers());
  const byLink = () => new MeetingController(query, '', new JoinLink({ code: 'CODE' }));

  it('exchanges the code only when joining, and shows the meeting’s title', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const controller = byLink();
    controller.prepare('', 'Ada');
    await settle();
    vi.advanceTimersByTime(300);
    await settle();
    expect(asks()).toEqual([]);
    await controller.join({ ...joinOptions, room: '' });
    expect(asks()).toEqual([{ code: 'CODE', name: 'Ada', browserId: expect.stringMatching(/^[a-z0-9]{30}$/) }]);
    expect(controller.store.get()).toMatchObject({ room: 'Weekly', devToken: false, invite: {} });
    expect(latest().calls.find(([what]) => what === 'connect')?.[2]).toBe('l.m.n');
  });
  it('sends the same browser id after a reload, and requests another token when needed', async () => {
    FakeRoom.connectOutcome = () => Promise.reject(new FakeError('ENTRY_UNREACHABLE'));
    answers.set('/config.json', { entryUrls: ['http://one', 'http://two'], api: true });
    await byLink().join({ ...joinOptions, room: '', password: 'open sesame' });
    await byLink().join({ ...joinOptions, room: '' });
    expect(asks()).toHaveLength(4); // two per join
    expect(new Set(asks().map(({ browserId }) => browserId)).size).toBe(1);
    expect(asks().map(({ password }) => password)).toEqual(['open sesame', 'open sesame', undefined, undefined]);
  });
  it.each([
    { what: 'an invalid code', status: 404, answer: { code: 'LINK_INVALID' }, code: 'LINK_INVALID' },
    { what: 'a missing password', status: 403, answer: { code: 'PASSWORD_WRONG' }, code: 'PASSWORD_NEEDED' },
    {
      what: 'a wrong password',
      status: 403,
      answer: { code: 'PASSWORD_WRONG' },
      password: 'guess',
      code: 'PASSWORD_WRONG',
    },
    { what: 'too many requests', status: 429, answer: { code: 'RATE_LIMITED' }, code: 'RATE_LIMITED' },
    { what: 'an API that is down', status: 503, answer: { code: 'ANYTHING' }, code: 'API_UNREACHABLE' },
    { what: 'a malformed answer', status: 200, answer: [7], code: 'API_UNREACHABLE' },
    { what: 'an empty answer', status: 200, answer: null, code: 'API_UNREACHABLE' },
  ])('ends in the lobby with the failure’s code: $what', async ({ status, answer, password = '', code }) => {
    stubFetch((path) => (path === '/config.json' ? { status: 200, answer: answers.get(path) } : { status, answer }));
    const controller = byLink();
    await controller.join({ ...joinOptions, room: '', password });
    expect(controller.store.get().phase).toMatchObject({ name: 'lobby', problem: { code } });
    expect(FakeRoom.made).toEqual([]);
  });
  it.each([
    { what: 'muted, with a notice, if all start so', startMuted: true, microphone: true, opened: false, toasted: true },
    {
      what: 'without a notice where all start muted, for a person without a microphone',
      startMuted: true,
      microphone: false,
      opened: false,
      toasted: false,
    },
    { what: 'unmuted where the meeting allows it', startMuted: false, microphone: true, opened: true, toasted: false },
    { what: 'unmuted with an API that does not know the setting', microphone: true, opened: true, toasted: false },
  ])('enters the meeting $what', async ({ startMuted, microphone, opened, toasted }) => {
    const link = new JoinLink({ code: 'CODE' });
    const meeting = {
      startsMs: 0,
      endsMs: 1,
      muteOnEntry: startMuted === true,
      url: 'https://meet.example/m/123456789',
    };
    const answer = { ...grant, ...(startMuted !== undefined && { meeting }) };
    vi.spyOn(link, 'exchange').mockResolvedValue(answer);
    const controller = new MeetingController(query, '', link);
    await controller.join({ ...joinOptions, room: '', microphone });
    await settle();
    const isOpened = latest().calls.some(([what, part]) => what === 'device' && part === 'isMicrophoneEnabled');
    const { own, toasts } = controller.store.get();
    expect([isOpened, own.microphone === 'on', own.camera]).toEqual([opened, opened, 'on']);
    expect(toasts.some(({ message }) => message.key === 'toast.startMuted')).toBe(toasted);
  });
  it('works without storage', async () => {
    const logged = vi.spyOn(console, 'info').mockReturnValue();
    vi.stubGlobal('localStorage', undefined);
    const controller = byLink();
    await controller.join({ ...joinOptions, room: '' });
    expect(controller.store.get().phase.name).toBe('meeting');
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });
});

describe('joining by the number of a meeting', () => {
  const exchange = '/api/v1/meetings/exchange';
  const asks = () => sentRequests.filter(({ path }) => path === exchange).map(({ body }) => body);
  const grantWith = (meetingChange: object) => ({
    token: 'l.m.n',
    room: 'mt_1',
    title: 'Plan',
    canInvite: false,
    meeting: {
      number: '123456789',
      startsAt: '2026-01-01T09:00:00.000Z',
      endsAt: '2026-01-01T09:30:00.000Z',
      muteOnEntry: false,
      url: 'https://meet.example/m/123456789',
      ...meetingChange,
    },
  });
  const byNumber = (number = '123456789') => new MeetingController(query, '', new JoinLink({ number }));
  beforeEach(() => {
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
    answers.set('/config.json', { entryUrls: ['http://one'], development: false, devToken: false, api: true });
  });

  it('shows the meeting’s title and times, also in the waiting room, and offers its link to copy', async () => {
    answers.set(exchange, grantWith({}));
    const controller = byNumber();
    let state: ReturnType<typeof controller.store.get> | undefined;
    FakeRoom.connectOutcome = () => {
      controller.dispatch({ type: 'waiting', reason: 'no_host' });
      state = controller.store.get();
      return Promise.resolve();
    };
    await controller.join({ ...joinOptions, room: '', password: 'secret' });
    expect(asks()).toEqual([
      { number: '123456789', name: 'Ada', password: 'secret', browserId: expect.stringMatching(/^[a-z0-9]{30}$/) },
    ]);
    expect(state).toMatchObject({ room: 'Plan', phase: { name: 'connecting', waiting: { reason: 'no_host' } } });
    const times = { startsMs: Date.UTC(2026, 0, 1, 9), endsMs: Date.UTC(2026, 0, 1, 9, 30) };
    expect(state?.times).toMatchObject(times);
    expect(controller.store.get().invite).toEqual({ url: 'https://meet.example/m/123456789' });
  });

  it.each([
    [true, false],
    [false, true],
  ])('where the meeting mutes on entry (%s), opens the microphone: %s', async (muteOnEntry, isOn) => {
    answers.set(exchange, grantWith({ muteOnEntry }));
    const controller = byNumber();
    await controller.join({ ...joinOptions, room: '', microphone: true });
    await settle();
    expect(
      latest().calls.some(([what, which, on]) => what === 'device' && which === 'isMicrophoneEnabled' && on === true),
    ).toBe(isOn);
  });

  it('makes no request for an invalid number', async () => {
    const controller = byNumber('');
    await controller.join({ ...joinOptions, room: '' });
    expect(controller.store.get().phase).toMatchObject({ name: 'lobby', problem: { code: 'NUMBER_INVALID' } });
    expect(asks()).toEqual([]);
  });
});

describe('joining the user’s own meeting', () => {
  const path = '/api/v1/me/meetings/mt_1/join';
  const own = () => new MeetingController(query, '', new JoinLink({ ownMeeting: 'mt_1' }));
  afterEach(() => vi.useRealTimers());
  const replace = vi.fn();
  beforeEach(() => {
    replace.mockClear();
    vi.stubGlobal('location', {
      origin: 'https://meet.example',
      pathname: '/meetings/mt_1/join',
      hostname: 'meet.example',
      replace,
    });
    answers.set('/config.json', { entryUrls: ['http://one'], development: false, devToken: false, api: true });
  });

  it('joins as the signed-in user of the session', async () => {
    answers.set(path, { token: 'l.m.n', room: 'mt_1', title: 'Plan', canInvite: false });
    answers.set('/api/v1/me', { name: 'Ada' });
    expect(await fetchOwnName()).toBe('Ada');
    const controller = own();
    await controller.join({ ...joinOptions, room: '' });
    expect(sentRequests.filter((one) => one.path === path)).toEqual([{ path, body: undefined }]);
    expect(controller.store.get()).toMatchObject({ room: 'Plan', phase: { name: 'meeting' } });
    const room = latest();
    room.localParticipant.role = 'host';
    room.recordings = [{ state: 'running', mode: 'composed', byIdentity: 'ada' }];
    room.tell('roomInfoChanged');
    room.recordings = [];
    room.tell('roomInfoChanged');
    expect(controller.store.get().toasts.at(-1)).toMatchObject({ detail: { key: 'toast.recordedWhere' } });
    controller.backToLobby();
    expect(replace).not.toHaveBeenCalled();
  });

  it('connects to the media node in the lobby with a token of the session, and joins with the same', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    answers.set(path, { token: 'l.m.n', room: 'mt_1', title: 'Plan', canInvite: false });
    const controller = own();
    controller.prepare('', 'Ada');
    await settle();
    vi.advanceTimersByTime(300);
    await settle();
    expect(latest().calls.at(-1)).toEqual(['prepare', 'http://one', { token: 'l.m.n' }]);
    await controller.join({ ...joinOptions, room: '' });
    expect(sentRequests.filter((one) => one.path === path)).toHaveLength(1);
    expect(controller.store.get()).toMatchObject({ room: 'Plan', phase: { name: 'meeting' } });
  });

  it.each([
    ['TOKEN_MISSING', 401, 1],
    ['SESSION_ENDED', 401, 1],
    ['NOT_FOUND', 404, 0],
  ])('with the refusal %s redirects to sign-in only where the session is missing', async (code, status, times) => {
    stubFetch((asked) =>
      asked === '/config.json' ? { status: 200, answer: answers.get(asked) } : { status, answer: { code } },
    );
    const controller = own();
    await controller.join({ ...joinOptions, room: '' });
    expect(controller.store.get().phase).toMatchObject({ name: 'lobby', problem: { code } });
    expect(replace.mock.calls).toEqual(Array(times).fill(['/signin?to=%2Fmeetings%2Fmt_1%2Fjoin']));
    expect(await fetchOwnName()).toBeUndefined();
  });
});

describe('the link in a path', () => {
  it.each([
    ['/', undefined],
    ['/j', undefined],
    ['/j/', undefined],
    ['/j/a/b', undefined],
    ['/x/j/abc', undefined],
    ['/j/abc-_D', { code: 'abc-_D' }],
    ['/j/abc/', { code: 'abc' }],
    [`/j/${'x'.repeat(500)}`, { code: 'x'.repeat(128) }],
    ['/meetings/mt_0a/join', { ownMeeting: 'mt_0a' }],
    ['/meetings/mt_0a', undefined],
    ['/meetings/a%2Fb/join', undefined],
    ['/m/', undefined],
    ['/m/123456789', { number: '123456789' }],
    ['/m/123%20456-789/', { number: '123456789' }],
    ['/m/012345678', { number: '' }],
    ['/m/12345678', { number: '' }],
    ['/m/1234567890', { number: '' }],
    ['/m/abcdefghi', { number: '' }],
  ])('%s', (path, link) => {
    expect(linkOfPath(path)).toEqual(link);
  });
  it('shows the number in groups', () => {
    expect(numberText('123456789')).toBe('123 456 789');
  });
});

describe('a meeting', () => {
  it('notes whether it uses a token of the page’s own server', async () => {
    const own = await inMeeting();
    expect(own.state().devToken).toBe(true);
    own.controller.backToLobby();
    const withUrlToken = await inMeeting({ token: 'x.y.z' });
    expect(withUrlToken.state().devToken).toBe(false);
  });
  it('shows participants that join, speak and leave', async () => {
    const { room, state } = await inMeeting();
    const bob = { ...personOf('bob'), isSpeaking: true };
    room.remoteParticipants.set('bob', bob);
    room.tell('participantConnected', bob);
    await settle();
    expect(state().participants.map((one) => one.name)).toEqual(['self', 'bob']);
    expect(state().speakerId).toBe('PA_bob');
    expect(state().toasts.at(-1)?.message).toEqual({ key: 'toast.joined', values: { name: 'bob' } });
    room.remoteParticipants.delete('bob');
    room.tell('participantDisconnected', bob);
    await settle();
    expect(state().participants).toHaveLength(1);
  });
  it('shows that media stopped, that media came back, and that the stop led to a reconnection', async () => {
    const { room, state } = await inMeeting();
    room.tell('mediaInterrupted');
    expect(interruptionOf(state())?.kind).toBe('media');
    room.tell('mediaResumed');
    expect(interruptionOf(state())).toBeUndefined();
    room.tell('mediaInterrupted');
    room.tell('reconnecting');
    expect(interruptionOf(state())?.kind).toBe('service');
    room.tell('reconnected');
    expect(interruptionOf(state())).toBeUndefined(); // the stopped media was given up
  });
  it('keeps the notice of stopped media over a loss of signaling', async () => {
    const { room, state } = await inMeeting();
    room.tell('mediaInterrupted');
    room.tell('signalReconnecting');
    room.tell('reconnected');
    expect(interruptionOf(state())?.kind).toBe('media');
  });
  it('shows a participant that leaves and soon returns as reconnected', async () => {
    const { room, state } = await inMeeting();
    const bob = personOf('bob');
    room.tell('participantDisconnected', bob);
    room.tell('participantConnected', { ...bob, sessionId: 'PA_bob2' });
    expect(state().toasts.map((toast) => toast.message)).toEqual([{ key: 'toast.returned', values: { name: 'bob' } }]);
  });
  it('requests a token without the right to moderate where the URL says guest=1', async () => {
    const bodies: unknown[] = [];
    const answered = globalThis.fetch;
    vi.stubGlobal('fetch', (path: string, init?: RequestInit) => {
      if (path === '/dev/token') bodies.push(JSON.parse(String(init?.body)));
      return answered(path, init);
    });
    for (const isGuest of [false, true]) {
      const controller = new MeetingController({ ...query, isGuest }, 'demo');
      await controller.join(joinOptions);
      controller.backToLobby();
    }
    expect(bodies).toMatchObject([{ room: 'demo' }, { room: 'demo', guest: true }]);
    expect(bodies[0]).not.toHaveProperty('guest');
  });
  it('without an API copies the link to the room, and warns when that works only on this computer', async () => {
    const copied: string[] = [];
    for (const [href, detail] of [
      ['https://meet.example.org/?x=1', undefined],
      ['http://127.0.0.1:7800/', 'toast.copiedLoopback'],
    ] as const) {
      vi.stubGlobal('location', new URL(href));
      const { controller, state } = await inMeeting();
      vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void copied.push(text) } });
      controller.copyLink();
      await settle();
      expect(state().toasts.map((one) => [one.message.key, one.detail?.key])).toEqual([['toast.copied', detail]]);
      vi.stubGlobal('navigator', {});
      controller.copyLink();
      await settle();
      expect(state().toasts.at(-1)?.message.key).toBe('toast.copyFailed');
      controller.backToLobby();
    }
    expect(copied).toEqual(['https://meet.example.org/?room=demo&guest=1', 'http://127.0.0.1:7800/?room=demo&guest=1']);
  });
  it('with an API creates an invitation link once, and only with the right to invite', async () => {
    answers.set('/config.json', { entryUrls: ['http://one'], development: true, devToken: true, api: true });
    answers.set('/api/v1/join-links/invite', { url: 'http://localhost/j/CODE' });
    const attendee = await inMeeting();
    expect(attendee.state().invite).toBeUndefined();
    attendee.controller.backToLobby();
    FakeRoom.isAdmin = true;
    const { controller, state } = await inMeeting();
    expect(state().invite).toEqual({});
    const copied: string[] = [];
    vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void copied.push(text) } });
    for (let twice = 0; twice < 2; twice += 1) {
      controller.copyLink();
      await settle();
    }
    expect(copied).toEqual(['http://localhost/j/CODE', 'http://localhost/j/CODE']);
    expect(state().invite).toEqual({ url: 'http://localhost/j/CODE' });
    const asks = sentRequests.filter(({ path }) => path.startsWith('/api/'));
    expect(asks).toEqual([{ path: '/api/v1/join-links/invite', body: undefined, authorization: 'Bearer a.b.c' }]);
    controller.backToLobby();
    expect(state().invite).toBeUndefined();
  });
  it('explains why there is no link to copy, and tries again the next time', async () => {
    answers.set('/config.json', { entryUrls: ['http://one'], development: true, devToken: true, api: true });
    answers.delete('/api/v1/join-links/invite');
    FakeRoom.isAdmin = true;
    const { controller, state } = await inMeeting();
    const copied: string[] = [];
    vi.stubGlobal('navigator', { clipboard: { writeText: async (text: string) => void copied.push(text) } });
    controller.copyLink();
    await settle();
    expect(state().toasts.map((one) => one.code)).toEqual(['API_UNREACHABLE']);
    answers.set('/api/v1/join-links/invite', { url: 'http://localhost/j/CODE' });
    controller.copyLink();
    await settle();
    expect(copied).toEqual(['http://localhost/j/CODE']);
  });
  it('continues when the browser does not list its devices', async () => {
    const logged = vi.spyOn(console, 'info').mockReturnValue();
    const refuse = (): Promise<never> => Promise.reject(new DOMException('no', 'NotAllowedError'));
    const { controller, state } = await inMeeting();
    vi.stubGlobal('navigator', { mediaDevices: { enumerateDevices: refuse } });
    controller.selectDevice('audioinput', 'mic-9');
    await settle();
    expect([logged.mock.calls.length, state().phase.name]).toEqual([1, 'meeting']);
    expect(latest().calls.at(-1)).toEqual(['useDevice', 'audioinput', 'mic-9']);
    logged.mockRestore();
  });
  it('leaves out hidden participants', async () => {
    const { room, state } = await inMeeting();
    room.remoteParticipants.set('recorder', { ...personOf('recorder'), permissions: { admin: false, hidden: true } });
    room.tell('activeSpeakersChanged', []);
    await settle();
    expect(state().participants.map((one) => one.name)).toEqual(['self']);
  });
  it('shows gateway participants with their protocol; viewers of any protocol cause no toast', async () => {
    const { room, state } = await inMeeting();
    const permissions = { admin: false, hidden: false, canPublish: true };
    const encoder = { ...personOf('encoder'), kind: 'gateway', protocol: 'rtmp', permissions };
    const viewer = { ...encoder, identity: 'viewer', name: 'viewer', protocol: 'flv' };
    viewer.permissions = { ...permissions, canPublish: false };
    const listener = { ...personOf('listener'), kind: 'standard', protocol: 'webrtc', permissions: viewer.permissions };
    for (const one of [encoder, viewer, listener]) {
      room.remoteParticipants.set(one.identity, one);
      room.tell('participantConnected', one);
    }
    await settle();
    expect(state().participants.map(({ name, protocol, viewer: watches }) => [name, protocol, watches])).toEqual([
      ['self', undefined, undefined],
      ['encoder', 'rtmp', undefined],
      ['viewer', 'flv', true],
      ['listener', undefined, true],
    ]);
    expect(state().toasts.map(({ message }) => message.values?.['name'])).toEqual(['encoder']);
  });
  it('switches devices one press at a time, and shows failures except a declined choice of a screen', async () => {
    const { controller, room, state } = await inMeeting();
    controller.toggleCamera();
    expect(state().own.camera).toBe('switching');
    controller.toggleCamera();
    await settle();
    expect(state().own.camera).toBe('off');
    room.deviceError = new FakeError('DEVICE_DENIED');
    controller.toggleShare();
    await settle();
    expect([state().own.screen, state().toasts]).toEqual(['off', []]);
    controller.toggleCamera();
    await settle();
    expect(state().own.camera).toBe('off');
    expect(state().toasts).toMatchObject([{ message: { key: 'problem.camera.denied' }, code: 'DEVICE_DENIED' }]);
    room.deviceError = new FakeError('PUBLISH_FAILED'); // also of a screen, which the person has chosen
    controller.toggleShare();
    await settle();
    expect(state().toasts.at(-1)).toMatchObject({ message: { key: 'toast.actionFailed' }, code: 'PUBLISH_FAILED' });
  });
  it('shows that a host muted the person, but not a mute by the person or a lost microphone', async () => {
    const { controller, room, state } = await inMeeting();
    controller.toggleMicrophone();
    room.tell('trackMuted', { source: 'microphone' }, room.localParticipant);
    await settle();
    expect(state().toasts).toEqual([]);
    const stopped = { mediaStreamTrack: { readyState: 'ended' } };
    room.tell('trackMuted', { source: 'microphone', track: stopped }, room.localParticipant);
    expect(state().toasts).toEqual([]);
    room.tell('trackMuted', { source: 'microphone' }, room.localParticipant);
    expect(state().toasts.map((toast) => toast.message.key)).toEqual(['toast.muted']);
  });
  it('shows that publishing failed by a quota; the place of the request shows other reasons', async () => {
    const { room, state } = await inMeeting();
    room.tell('localTrackPublicationFailed', {}, new FakeError('NODE_LOST'), room.localParticipant);
    expect(state().toasts).toEqual([]);
    room.tell('localTrackPublicationFailed', {}, new FakeError('QUOTA_EXCEEDED'), room.localParticipant);
    expect(state().toasts).toMatchObject([{ message: { key: 'toast.publishFailed' }, code: 'QUOTA_EXCEEDED' }]);
  });
  it('keeps a message that could not be sent, and shows the reason of a refused action', async () => {
    const { controller, room, state } = await inMeeting();
    expect(await controller.sendChat('hello')).toBe(true);
    expect(room.calls.at(-1)).toEqual(['chat', 'hello']);
    room.localParticipant.sendChatMessage = () => Promise.reject(new FakeError('RATE_LIMITED'));
    expect(await controller.sendChat('again')).toBe(false);
    controller.host({ do: 'mute', identity: 'absent', source: 'microphone' });
    await settle();
    expect(state().toasts.map((toast) => toast.code)).toEqual(['RATE_LIMITED', 'NOT_PERMITTED']);
  });
  it('requests the chat history from the participant that joined first, a second after the join', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const controller = new MeetingController(query, 'demo');
    const line = { id: 'a', identity: 'ann', name: 'Ann', text: 'hello', wallMs: 1 };
    const history = new TextEncoder().encode(JSON.stringify([line]));
    const permissions = { admin: false, hidden: false, canPublish: true, canPublishData: true };
    const standing = (identity: string, joinedMs: number) => ({
      ...personOf(identity),
      kind: 'standard',
      permissions,
      joinedAt: new Date(joinedMs),
    });
    const [ann, bob] = [standing('ann', -9), standing('bob', -5)];
    FakeRoom.connectOutcome = async () => {
      const room = latest();
      for (const one of [bob, ann]) room.remoteParticipants.set(one.identity, one);
      room.tell('dataReceived', history, ann, 'meridian.chat-history', true); // not requested
      room.tell('connected');
    };
    await controller.join(joinOptions);
    const room = latest();
    const asks = () => room.calls.filter(([what]) => what === 'data');
    const options = { topic: 'meridian.chat-history-ask', destinationIdentities: ['ann'] };
    vi.advanceTimersByTime(999);
    expect(asks()).toEqual([]);
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    expect(asks()).toEqual([['data', Uint8Array.of(1), options]]);
    expect(controller.store.get().chat).toEqual([]);
    room.tell('dataReceived', history, standing('eve', 9), 'meridian.chat-history', true); // joined after us: ignored
    expect(controller.store.get().chat).toEqual([]);
    room.tell('dataReceived', history, ann, 'meridian.chat-history', true);
    expect(controller.store.get().chat).toMatchObject([{ text: 'hello', earlier: true }]);
  });
  it('sends the history of public messages once to a newcomer that requests it', async () => {
    const { room } = await inMeeting();
    const answers = () =>
      room.calls.flatMap(([what, payload, o]) =>
        what === 'data' ? [{ text: new TextDecoder().decode(payload as Uint8Array), o }] : [],
      );
    const ann = personOf('ann');
    const tellChat = (id: string, text: string) => room.tell('chatMessage', { id, text, wallMs: 1 }, ann);
    tellChat('a', 'to all');
    const alone = new TextEncoder().encode(JSON.stringify({ id: 'b', text: 'secret' }));
    room.tell('dataReceived', alone, ann, 'meridian.chat-private', true);
    const cy = personOf('cy');
    const ask = () => room.tell('dataReceived', Uint8Array.of(1), cy, 'meridian.chat-history-ask', true);
    room.tell('participantConnected', cy);
    expect(answers()).toEqual([]);
    ask();
    ask();
    const o = { topic: 'meridian.chat-history', destinationIdentities: ['cy'] };
    expect(answers()).toEqual([{ text: expect.stringContaining('to all'), o }]);
    expect(answers()[0]?.text).not.toContain('secret');
    room.tell('participantDisconnected', cy);
    ask();
    expect(answers()).toHaveLength(2);
  });
  it('sends and shows private messages, and reports a recipient that has left', async () => {
    const { controller, room, state } = await inMeeting();
    room.remoteParticipants.set('ann', personOf('ann'));
    controller.dispatch({ type: 'chatTo', to: { identity: 'ann', name: 'Ann' } });
    expect(await controller.sendChat('psst')).toBe(true);
    expect(room.calls.filter(([what]) => what === 'chat')).toEqual([]);
    const options = { topic: 'meridian.chat-private', destinationIdentities: ['ann'] };
    expect(room.calls.at(-1)).toEqual(['data', expect.any(Uint8Array), options]);
    const privateWith = { identity: 'ann', name: 'Ann' };
    expect(state().chat).toMatchObject([{ text: 'psst', local: true, privateWith }]);
    const [, sent] = room.calls.at(-1) ?? [];
    room.tell('dataReceived', sent, personOf('ann'), 'meridian.chat-private', true);
    room.tell('dataReceived', sent, undefined, 'meridian.chat-private', true);
    room.tell('dataReceived', sent, personOf('ann'), 'another', true);
    expect(state().chat.map(({ identity, local }) => [identity, local])).toEqual([
      ['self', true],
      ['ann', false],
    ]);
    room.remoteParticipants.delete('ann');
    expect(await controller.sendChat('still there?')).toBe(false);
    expect(state().toasts.at(-1)?.code).toBe('PARTICIPANT_UNKNOWN');
    expect(state().chat).toHaveLength(2);
  });
  it('measures every track while the statistics panel is open', async () => {
    const { controller, room, state } = await inMeeting();
    const logged = vi.spyOn(console, 'debug').mockReturnValue();
    let reads = 0;
    const received = { bytesReceived: 1000, packetsReceived: 10, packetsLost: 0, frameWidth: 640, frameHeight: 360 };
    const track = {
      receiverStats: async () => {
        reads++;
        const receiverFields = {
          framesPerSecond: 30,
          mimeType: 'video/VP8',
          jitterMs: 2,
          freezeCount: 0,
          totalFreezesMs: 0,
        };
        return { ...received, ...receiverFields };
      },
    };
    const camera = { trackId: 'TR_1', isMuted: false, layers: [{}, {}, {}], track, pausedReason: '' };
    const getTrackPublication = (source: string) =>
      source === 'camera' ? { ...camera, currentLayers: { spatialLayer: 1 } } : undefined;
    room.remoteParticipants.set('ann', { ...personOf('ann'), getTrackPublication });
    const failing = {
      trackId: 'TR_2',
      isMuted: false,
      track: { receiverStats: () => Promise.reject(new Error('gone')) },
    };
    room.remoteParticipants.set('bob', { ...personOf('bob'), getTrackPublication: () => failing });
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      controller.dispatch({ type: 'panel', panel: 'stats' });
      await eventually(() => expect(state().stats).toBeDefined());
      expect(state().stats?.tracks).toMatchObject([{ sessionId: 'PA_ann', layer: '2/3', codec: 'VP8', width: 640 }]);
      await vi.advanceTimersByTimeAsync(2000);
      await eventually(() => expect(reads).toBe(2));
      controller.dispatch({ type: 'closed' });
      await vi.advanceTimersByTimeAsync(10_000);
      expect([reads, state().stats]).toEqual([2, undefined]);
    } finally {
      logged.mockRestore();
      vi.useRealTimers();
    }
  });
  it('shows waiting participants and a toast of the newest, and executes a host’s acts', async () => {
    const { controller, room, state } = await inMeeting();
    room.waiters = [{ waitId: 'WA_1', identity: 'cy', name: 'Cy', sinceWallMs: 5, removed: false }];
    room.tell('lobbyChanged', room.waiters);
    expect([state().hosting.waiting, state().toasts.at(-1)?.message]).toEqual([
      1,
      { key: 'toast.waiting', values: { name: 'Cy' } },
    ]);
    room.waiters = [...room.waiters, { waitId: 'WA_2', identity: 'eve', name: 'Eve', sinceWallMs: 6, removed: true }];
    room.tell('lobbyChanged', room.waiters);
    expect(state().toasts.at(-1)).toMatchObject({
      message: { key: 'toast.waitingRemoved', values: { name: 'Eve' } },
      waitId: 'WA_2',
    });
    room.isLocked = true;
    room.tell('roomInfoChanged');
    expect(state().hosting).toMatchObject({ locked: true, lobby: false, recording: { state: 'none' } });
    room.recordings = [{ state: 'running', mode: 'composed', byIdentity: room.localParticipant.identity }];
    room.tell('roomInfoChanged');
    expect(state().hosting.recording).toMatchObject({ state: 'running', mode: 'composed', isOwn: true });
    room.localParticipant.role = 'host';
    room.recordings = [];
    room.tell('roomInfoChanged');
    room.tell('roomInfoChanged');
    expect(state().toasts.filter(({ message }) => message.key === 'toast.recorded')).toMatchObject([
      { detail: { key: 'toast.recordedAsk' } },
    ]);
    controller.host({ do: 'remove', identity: 'cy', forever: true });
    controller.host({ do: 'remove', identity: 'cy', forever: false });
    controller.host({ do: 'role', identity: 'cy', role: 'speaker' });
    controller.host({ do: 'spotlight', identities: ['cy'] });
    controller.host({ do: 'extend', endsAtMs: 7 });
    controller.host({ do: 'record', on: true });
    controller.host({ do: 'record', on: true, mode: 'composed', layout: 'speaker' });
    controller.host({ do: 'recordingLayout', layout: 'grid' });
    controller.host({ do: 'record', on: false });
    await settle();
    expect(room.calls.slice(-9)).toEqual([
      ['remove', 'cy', { forever: true }],
      ['remove', 'cy', { forever: false }],
      ['setRole', 'cy', 'speaker'],
      ['setRoom', { spotlight: ['cy'] }],
      ['setRoom', { endsAtMs: 7 }],
      ['startRecording', {}],
      ['startRecording', { mode: 'composed', layout: 'speaker' }],
      ['setRecordingLayout', 'grid'],
      ['stopRecording'],
    ]);
  });
  it('offers separate tracks to a host who may not record one video', async () => {
    const { controller, room, state } = await inMeeting();
    room.acts.startRecording = () => Promise.reject(new FakeError('NOT_PERMITTED'));
    controller.host({ do: 'record', on: true, mode: 'composed' });
    await settle();
    expect([state().toasts.at(-1)?.message.key, state().dialog]).toEqual(['toast.onlyTracks', 'record']);
    controller.host({ do: 'record', on: true, mode: 'tracks' });
    await settle();
    expect(state().toasts.at(-1)?.message.key).toBe('toast.noRecording');
  });
  it('shows no leave of a participant that the user removed, but that of one whose removal was refused', async () => {
    const { controller, room, state } = await inMeeting();
    const leaves = (identity: string): void => {
      room.tell(RoomEvent.ParticipantDisconnected, personOf(identity));
    };
    controller.host({ do: 'remove', identity: 'bob', forever: false });
    leaves('bob');
    await settle();
    expect(state().toasts).toEqual([]);
    room.acts.remove = () => Promise.reject(new FakeError('NOT_PERMITTED'));
    controller.host({ do: 'remove', identity: 'cid', forever: false });
    await settle();
    leaves('cid');
    expect(state().toasts.map(({ message }) => message.key)).toEqual(['toast.actionFailed', 'toast.left']);
  });
  it('renames the user if the token allows it, others as a host, and sets the user’s name again after a rejoin', async () => {
    const claims = { video: { canUpdateOwnMetadata: true } };
    const token = `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
    const { controller, room, state } = await inMeeting({ token });
    expect(state().mayRename).toBe(true);
    expect(await controller.rename('self', 'Ada L.')).toBe(true);
    expect(await controller.rename('bob', 'Bob')).toBe(true);
    expect(room.calls.slice(-2)).toEqual([
      ['setName', 'Ada L.'],
      ['update', 'bob', { name: 'Bob' }],
    ]);
    room.tell('participantNameChanged', 'Ada L.', room.localParticipant);
    expect(state().toasts).toEqual([]);
    room.tell('reconnecting');
    room.tell('participantNameChanged', 'Ada', room.localParticipant); // the token’s name
    room.tell('reconnected');
    await settle();
    expect(room.calls.at(-1)).toEqual(['setName', 'Ada L.']);
    room.tell('participantNameChanged', 'Dr Ada', room.localParticipant); // by a host
    expect(state().toasts.at(-1)?.message).toEqual({ key: 'toast.renamed', values: { name: 'Dr Ada' } });
  });
  it('renames a host also where the token does not allow it, and keeps the old name after a refusal', async () => {
    const { controller, room, state } = await inMeeting({ token: 'x.y.z' });
    expect(state().mayRename).toBe(false);
    await controller.rename('self', 'Ada L.');
    expect(room.calls.at(-1)).toEqual(['update', 'self', { name: 'Ada L.' }]);
    room.acts.updateParticipant = () => Promise.reject(new FakeError('NOT_PERMITTED'));
    expect(await controller.rename('self', 'Eve')).toBe(false);
    expect(state().toasts.map(({ code }) => code)).toEqual(['NOT_PERMITTED']);
  });
  it('unmutes only after a host has asked and the person agrees', async () => {
    const { controller, room, state } = await inMeeting();
    const opened = (): number => room.calls.filter(([what, , on]) => what === 'device' && on === true).length;
    const openedBefore = opened();
    room.tell('unmuteAsked', 'microphone', 'absent');
    expect([state().unmuteAsked, opened() - openedBefore]).toEqual([{ source: 'microphone', by: '' }, 0]);
    controller.answerUnmute(false);
    expect([state().unmuteAsked, opened() - openedBefore]).toEqual([undefined, 0]);
    room.tell('unmuteAsked', 'microphone', 'absent');
    controller.answerUnmute(true);
    await settle();
    expect([state().unmuteAsked, opened() - openedBefore]).toEqual([undefined, 1]);
  });
  it('shows a reaction for a while, and ignores unknown ones', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { room, state } = await inMeeting();
    const tell = (text: string) =>
      room.tell('dataReceived', new TextEncoder().encode(text), personOf('ann'), 'meridian.reaction', false);
    tell('<b>');
    expect(state().reactions.size).toBe(0);
    tell('👍');
    expect([...state().reactions]).toMatchObject([['PA_ann', { reaction: '👍' }]]);
    vi.advanceTimersByTime(4100);
    expect(state().reactions.size).toBe(0);
    vi.useRealTimers();
  });
  it('requests the explanation of the placement when the panel opens, and shows that it failed', async () => {
    const { controller, room, state } = await inMeeting();
    const explainCount = (): number => room.calls.filter(([what]) => what === 'explain').length;
    const open = (): void => controller.dispatch({ type: 'panel', panel: 'where' });
    expect(explainCount()).toBe(0);
    room.explanation = () => Promise.reject(new FakeError('CENTRE_UNREACHABLE'));
    open();
    expect(state().explanation).toEqual({ decisionId: 'DE_1', state: 'asked' });
    await settle();
    expect(state().explanation).toEqual({ decisionId: 'DE_1', state: 'failed', code: 'CENTRE_UNREACHABLE' });
    expect([explainCount(), state().toasts]).toEqual([1, []]);
    room.explanation = async () => ({ decisionId: 'DE_1', reasons: ['near'], options: [] });
    controller.retryExplanation();
    await settle();
    const knownExplanation = { decisionId: 'DE_1', state: 'known', reasons: ['near'], options: [] };
    expect([explainCount(), state().explanation]).toEqual([2, knownExplanation]);
    open();
    open();
    controller.rosterChanged();
    await settle();
    expect(explainCount()).toBe(2);
  });
  it('requests addresses from a gateway each time the panel opens, and offers no panel without a gateway', async () => {
    expect((await inMeeting()).state().gateways).toBe(false);
    const config = { entryUrls: ['http://one'], gatewayUrls: ['http://gate'], development: true, devToken: true };
    answers.set('/config.json', config);
    const { controller, state } = await inMeeting();
    expect(state().gateways).toBe(true);
    const open = async (): Promise<void> => {
      controller.dispatch({ type: 'panel', panel: 'streaming' });
      expect(state().addresses).toEqual({ state: 'asked' });
      await eventually(() => expect(state().addresses?.state).not.toBe('asked'));
    };
    await open();
    expect(state().addresses).toEqual({ state: 'failed', code: 'GATEWAY_INVALID' }); // HTTP 503 without a code
    answers.set('http://gate/v1/addresses?from=Berlin', { room: 'demo', expiresWallMs: 1 });
    controller.retryAddresses();
    await eventually(() => expect(state().addresses?.state).toBe('known'));
    controller.dispatch({ type: 'panel', panel: 'streaming' });
    expect(state().addresses).toBeUndefined();
    await open();
    expect(state().addresses?.state).toBe('known');
  });
  it('shows live streams while the panel is open, until the gateways refuse', async () => {
    const config = { entryUrls: ['http://one'], gatewayUrls: ['http://gate'], development: true, devToken: true };
    answers.set('/config.json', config);
    answers.set('http://gate/v1/addresses?from=Berlin', { room: 'demo', expiresWallMs: 1 });
    const { controller, state } = await inMeeting();
    const live = (viewers: number) => {
      const outputs = [{ protocol: 'flv', viewers, bitrateKbps: 1 }];
      answers.set('http://gate/v1/addresses', { publishers: [], outputs });
    };
    const viewers = () => state().liveStreams?.outputs[0]?.viewers;
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      live(1);
      controller.dispatch({ type: 'panel', panel: 'streaming' });
      await eventually(() => expect(viewers()).toBe(1));
      live(2);
      await vi.advanceTimersByTimeAsync(3000);
      await eventually(() => expect(viewers()).toBe(2));
      controller.dispatch({ type: 'panel', panel: 'streaming' });
      expect(state().liveStreams).toBeUndefined();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(state().liveStreams).toBeUndefined();
      answers.delete('http://gate/v1/addresses'); // HTTP 503 without a code
      controller.dispatch({ type: 'panel', panel: 'streaming' });
      await vi.advanceTimersByTimeAsync(1000);
      live(3);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(state().liveStreams).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });
  it('requests a new explanation when the session moves during a request, and ignores the old answer', async () => {
    const { controller, room, state } = await inMeeting();
    const first = Promise.withResolvers<unknown>();
    room.explanation = () => first.promise;
    controller.dispatch({ type: 'panel', panel: 'where' });
    room.explanation = async () => ({ decisionId: 'DE_2', reasons: ['moved'], options: [] });
    room.placement = { decisionId: 'DE_2', nodeId: 'sfu-2', reasons: [] };
    room.tell('placementChanged', room.placement);
    await settle();
    first.resolve({ decisionId: 'DE_1', reasons: ['near'], options: [] });
    await settle();
    expect(state().explanation).toEqual({ decisionId: 'DE_2', state: 'known', reasons: ['moved'], options: [] });
    expect(room.calls.filter(([what]) => what === 'explain')).toHaveLength(2);
  });
  it('shows why it ended, and joining again opens the same devices and retries effects', async () => {
    const { controller, room, state } = await inMeeting();
    const ended = vi.spyOn(controller.effects, 'callEnded');
    controller.toggleCamera();
    await settle();
    room.tell('disconnected', 'DUPLICATE_IDENTITY', undefined);
    expect(state().phase).toMatchObject({ name: 'ended', code: 'DUPLICATE_IDENTITY' });
    expect(room.listening()).toBe(0);
    expect(ended).toHaveBeenCalledTimes(1);
    controller.rejoin();
    await eventually(() => expect(state().phase.name).toBe('meeting'));
    await settle();
    expect(state().own).toEqual({ microphone: 'on', camera: 'off', screen: 'off' });
    controller.leave();
    await settle();
    expect(state().phase).toMatchObject({ name: 'ended', code: 'CLIENT_INITIATED' });
    expect(ended).toHaveBeenCalledTimes(2);
  });
});

describe('break-outs', () => {
  const red = { breakOutId: 'BO_RRRRRRRRRRRR', name: 'Red', identities: ['self'], endsAtMs: 0 };
  const blue = { breakOutId: 'BO_BBBBBBBBBBBB', name: 'Blue', identities: [], endsAtMs: 0 };
  const toasts = (state: { toasts: readonly { message: { key: string } }[] }): string[] =>
    state.toasts.map(({ message }) => message.key);

  async function divided() {
    const meeting = await inMeeting();
    const { room } = meeting;
    room.breakOuts = [red, blue];
    room.remoteParticipants.set('ann', { ...personOf('ann'), attributes: { breakout: 'Blue' } });
    room.remoteParticipants.set('bob', { ...personOf('bob'), attributes: { breakout: 'None of them' } });
    room.tell(RoomEvent.BreakOutsChanged, room.breakOuts);
    await settle();
    return meeting;
  }
  async function inRed() {
    const meeting = await divided();
    meeting.controller.enterBreakOut(red.breakOutId);
    await settle();
    const group = latest();
    expect([group, meeting.state().inside?.name]).toEqual([meeting.room.breakOutRoom, 'Red']);
    return { ...meeting, group };
  }

  it('are shown as the room has them, with the break-out of each other participant', async () => {
    const { state } = await divided();
    expect(state().hosting.breakOuts).toEqual([red, blue]);
    expect(state().participants.map(({ identity, breakOut }) => [identity, breakOut])).toEqual([
      ['self', undefined],
      ['ann', 'Blue'],
      ['bob', undefined],
    ]);
  });

  it('are entered with the main room’s devices, and show only their own people, chat and placement', async () => {
    const { controller, room, group, state } = await inRed();
    expect(room.calls).toContainEqual(['enterBreakOut', red.breakOutId, { audio: false, video: false }]);
    expect(group.calls.slice(1)).toEqual([
      ['device', 'isMicrophoneEnabled', true],
      ['device', 'isCameraEnabled', true],
    ]);
    expect([state().own.microphone, toasts(state()), state().entering]).toEqual(['on', [], undefined]);
    group.remoteParticipants.set('cid', personOf('cid'));
    group.tell(RoomEvent.ParticipantConnected, group.remoteParticipants.get('cid'));
    room.tell(RoomEvent.ChatMessage, { id: 'm', text: 'main', wallMs: 0 }, personOf('ann'));
    group.tell(RoomEvent.ChatMessage, { id: 'g', text: 'group', wallMs: 0 }, personOf('cid'));
    room.remoteParticipants.delete('bob');
    room.tell(RoomEvent.ParticipantDisconnected, personOf('bob'));
    await settle();
    expect(state().participants.map(({ identity }) => identity)).toEqual(['self', 'cid']);
    expect(state().inside?.main.participants.map(({ identity }) => identity)).toEqual(['self', 'ann']);
    expect([state().chat, state().inside?.main.chat].map((lines) => lines?.map(({ text }) => text))).toEqual([
      ['group'],
      ['main'],
    ]);
    expect(toasts(state())).toEqual(['toast.joined', 'toast.chat']);
    await controller.sendChat('hello');
    expect([group.calls.at(-1), room.calls.at(-1)?.[0]]).toEqual([['chat', 'hello'], 'enterBreakOut']);
    controller.backToLobby();
    expect([room.listening(), group.listening()]).toEqual([0, 0]);
  });

  it('request their own chat history', async () => {
    const { controller, room } = await divided();
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    controller.enterBreakOut(red.breakOutId);
    await settle();
    const group = latest();
    const permissions = { admin: false, hidden: false, canPublish: true, canPublishData: true };
    group.remoteParticipants.set('cid', { ...personOf('cid'), kind: 'standard', permissions });
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    const options = { topic: 'meridian.chat-history-ask', destinationIdentities: ['cid'] };
    expect(group.calls.at(-1)).toEqual(['data', Uint8Array.of(1), options]);
    expect(room.calls.at(-1)?.[0]).toBe('enterBreakOut');
  });

  it.each([
    ['closed', 'breakOut.ended.closed'],
    ['time', 'breakOut.ended.time'],
    ['moved', 'breakOut.ended.moved'],
    ['lost', 'breakOut.ended.lost'],
  ])('that end (%s) lead back to the main room, which shows the reason', async (reason, key) => {
    const { controller, room, group, state } = await inRed();
    room.tell(RoomEvent.ChatMessage, { id: 'm', text: 'main', wallMs: 0 }, personOf('ann'));
    controller.dispatch({ type: 'panel', panel: 'people' });
    room.endBreakOut(reason);
    await settle();
    expect([state().inside, toasts(state()), state().panel]).toEqual([undefined, [key], 'people']);
    expect(state().participants.map(({ identity }) => identity)).toEqual(['self', 'ann', 'bob']);
    expect([state().chat.length, state().unread, group.listening()]).toEqual([1, 1, 0]);
  });

  it('that the person leaves lead back without a message; leaving the main room ends both', async () => {
    const { controller, room, state } = await inRed();
    controller.leaveBreakOut();
    await settle();
    expect([state().inside, toasts(state())]).toEqual([undefined, []]);
    controller.enterBreakOut(blue.breakOutId);
    await settle();
    expect(state().inside?.name).toBe('Blue');
    room.tell('disconnected', 'KICKED', undefined);
    expect([state().phase, state().inside]).toMatchObject([{ name: 'ended', code: 'KICKED' }, undefined]);
    expect([room.listening(), latest().listening()]).toEqual([0, 0]);
  });

  it('that cannot be entered leave the person in the main room, with a single reason', async () => {
    const { controller, room, state } = await divided();
    room.breakOutOutcome = async () => {
      room.endBreakOut('lost');
      throw new FakeError('BREAK_OUT_CLOSED');
    };
    controller.enterBreakOut(red.breakOutId);
    expect(state().entering).toBe(red.breakOutId);
    controller.enterBreakOut(blue.breakOutId); // a single attempt at a time
    await settle();
    expect([state().inside, state().entering, toasts(state())]).toEqual([undefined, undefined, ['toast.actionFailed']]);
    expect(state().toasts[0]?.code).toBe('BREAK_OUT_CLOSED');
    expect(room.calls.filter(([what]) => what === 'enterBreakOut')).toHaveLength(1);
    room.breakOutOutcome = async () => room.endBreakOut('time'); // it ends during the join
    controller.enterBreakOut(red.breakOutId);
    await settle();
    expect([state().inside, toasts(state()).length]).toEqual([undefined, 2]);
  });

  it('cancelled during the join are not shown later', async () => {
    const { controller, room, state } = await divided();
    const way = Promise.withResolvers<void>();
    room.breakOutOutcome = () => way.promise;
    controller.enterBreakOut(red.breakOutId);
    controller.leave();
    way.resolve();
    await settle();
    expect([state().phase, state().inside]).toMatchObject([{ name: 'ended', code: 'CLIENT_INITIATED' }, undefined]);
  });

  it('leave acts on break-outs to the main room; other acts go to the shown room', async () => {
    const { controller, room, group } = await inRed();
    controller.host({ do: 'breakOuts', list: [] });
    controller.host({ do: 'announce', text: 'Five minutes' });
    controller.host({ do: 'lock', on: true });
    controller.host({ do: 'end' });
    await settle();
    expect(room.calls.slice(-3)).toEqual([['setBreakOuts', []], ['announce', 'Five minutes'], ['end']]);
    expect(group.calls.at(-1)).toEqual(['setRoom', { locked: true }]);
  });

  it('show announcements of hosts in main room and break-out, but not in a show', async () => {
    const { controller, room, state } = await inRed();
    const post = { kind: 'announcement', identity: 'ann', name: 'Ann', text: 'Five minutes' };
    room.tell(RoomEvent.PostsChanged, [post, { ...post, kind: 'chat', text: 'no' }], [], 0);
    expect(state().announcement).toEqual({ by: 'Ann', text: 'Five minutes' });
    room.endBreakOut('closed');
    expect(state().announcement?.text).toBe('Five minutes');
    controller.dispatch({ type: 'announcement' });
    room.tell(RoomEvent.PostsChanged, [{ ...post, identity: 'self' }], [], 0);
    room.kind = 'show';
    room.tell(RoomEvent.PostsChanged, [post], [], 0);
    expect([state().announcement, toasts(state()).at(-1)]).toEqual([undefined, 'breakOut.announced']);
  });

  it('rename the user in both rooms', async () => {
    const { controller, room, group } = await inRed();
    expect(await controller.rename('self', 'Ada L.')).toBe(true);
    expect([group.calls.at(-1), room.calls.at(-1)]).toEqual([
      ['update', 'self', { name: 'Ada L.' }],
      ['update', 'self', { name: 'Ada L.' }],
    ]);
  });
});
