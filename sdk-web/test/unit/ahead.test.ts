import { type Candidate, Candidates, MeridianClientError, type RaceResult } from '@meridian/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Preparations, type Target } from '../../src/ahead.ts';
import type { Preparation } from '../../src/media/preparation.ts';
import type { WarmMedia } from '../../src/media/warm.ts';

const defaultTarget: Target = { entryUrls: ['http://one'], fromCity: undefined };
const candidate: Candidate = { signalingId: 's1', url: 'ws://h/v1/rtc', echoUrl: '', region: '', city: '' };

class FakeSocket {
  closed = false;
  close(): void {
    this.closed = true;
  }
}

class FakePorts {
  nowMs = 0;
  readonly requests: string[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly signals: AbortSignal[] = [];
  readonly failing = new Set<string>();
  failure: Error | undefined;
  /** Delays the opening of sockets while set. */
  gate: Promise<void> | undefined;
  readonly now = (): number => this.nowMs;
  prepareMedia = async (): Promise<Preparation> => {
    this.#ask('media');
    return { made: this.requests.length } as unknown as Preparation;
  };
  fetchCandidates = async (target: Target, signal: AbortSignal): Promise<readonly Candidate[]> => {
    this.signals.push(signal);
    this.#ask(`entry ${target.entryUrls.join()}`);
    return [candidate];
  };
  openSocket = async (_candidates: readonly Candidate[], signal: AbortSignal): Promise<RaceResult> => {
    this.signals.push(signal);
    this.#ask('socket');
    await this.gate;
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return { socket, candidate, openMs: 1 } as unknown as RaceResult;
  };
  warmed: unknown[] = [];
  /** Transports that `warm` makes; each records its end. */
  warmMedia: { livesMs: number; isClosed: boolean; close(): void }[] = [];
  isCold = false;
  warm = async (
    _open: RaceResult,
    _media: Preparation,
    { token }: { token: unknown },
  ): Promise<WarmMedia | undefined> => {
    this.warmed.push(token);
    if (this.isCold) return undefined;
    const media = {
      livesMs: 60_000,
      isClosed: false,
      close: () => {
        media.isClosed = true;
      },
    };
    this.warmMedia.push(media);
    return media as unknown as WarmMedia;
  };
  timed: string[] = [];
  timeSites = (candidates: readonly Candidate[], token: unknown): { close(): void } => {
    const what = `${candidates.map(({ signalingId }) => signalingId).join()} with ${String(token)}`;
    this.timed.push(what);
    return { close: () => void this.timed.push(`no more ${what}`) };
  };
  #ask(what: string): void {
    this.requests.push(what);
    if (this.failing.has(what)) throw this.failure ?? new Error(`${what} fails`);
  }
}

let ports: FakePorts;
let ahead: Preparations;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  ports = new FakePorts();
  ahead = new Preparations(ports);
});
afterEach(() => vi.useRealTimers());

const withSocket = { openSocket: true };
const withoutSocket = { openSocket: false };
const settle = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));
const neverAborted = (): AbortSignal => new AbortController().signal;

describe('the preparation for connect()', () => {
  test.each([
    { name: 'nothing was prepared', prepared: undefined, elapsedMs: 0, target: defaultTarget, has: [] },
    {
      name: 'all is fresh',
      prepared: defaultTarget,
      elapsedMs: 1,
      target: defaultTarget,
      has: ['media', 'candidates', 'socket'],
    },
    {
      name: 'the entry is a minute old',
      prepared: defaultTarget,
      elapsedMs: 60_000,
      target: defaultTarget,
      has: ['media', 'socket'],
    },
    {
      name: 'all is an hour old',
      prepared: defaultTarget,
      elapsedMs: 3600_000,
      target: defaultTarget,
      has: ['socket'],
    },
    {
      name: 'it is for another address',
      prepared: defaultTarget,
      elapsedMs: 1,
      target: { ...defaultTarget, entryUrls: ['http://two'] },
      has: ['media'],
    },
    {
      name: 'it is for another city',
      prepared: defaultTarget,
      elapsedMs: 1,
      target: { ...defaultTarget, fromCity: 'x' },
      has: ['media'],
    },
  ])('hands over $has when $name', async ({ prepared, elapsedMs, target, has }) => {
    if (prepared !== undefined) await ahead.prepare(prepared, withSocket);
    ports.nowMs = elapsedMs;
    const taken = ahead.take(target);
    expect(Object.entries(taken).flatMap(([key, value]) => (value === undefined ? [] : [key]))).toEqual(has);
    await settle();
    expect(ports.sockets.filter((socket) => !socket.closed)).toHaveLength(taken.socket === undefined ? 0 : 1);
    expect(ahead.take(target)).toEqual({ media: undefined, candidates: undefined, socket: undefined });
  });

  test.each([
    { failing: ['media'], missing: 'media', again: ['media'] },
    { failing: ['entry http://one'], missing: 'candidates', again: ['entry http://one', 'socket'] },
    { failing: ['socket'], missing: 'socket', again: ['socket'] },
  ] as const)('reports no error for a failure ($failing), does not hand it over and tries again', async (row) => {
    for (const what of row.failing) ports.failing.add(what);
    await expect(ahead.prepare(defaultTarget, withSocket)).resolves.toBeUndefined();
    await settle();
    ports.failing.clear();
    ports.requests.length = 0;
    await ahead.prepare(defaultTarget, withSocket);
    expect(ports.requests).toEqual(row.again);
    expect(ahead.take(defaultTarget)[row.missing]).toBeDefined();
  });

  test('can be cancelled while it is under way, and then leaves no socket open', async () => {
    const gate = Promise.withResolvers<void>();
    ports.gate = gate.promise;
    const preparing = ahead.prepare(defaultTarget, withSocket);
    await settle();
    ahead.cancel();
    ahead.cancel();
    expect(ports.signals.map((signal) => signal.aborted)).toEqual([true, true]);
    gate.resolve();
    await preparing;
    await settle();
    expect(ports.sockets.map((socket) => socket.closed)).toEqual([true]);
    expect(vi.getTimerCount()).toBe(0);
    expect(ahead.take(defaultTarget).socket).toBeUndefined();
  });

  test('keeps a socket for four seconds, and opens no third socket within a minute', async () => {
    for (const openedMs of [0, 4000]) {
      ports.nowMs = openedMs;
      await ahead.prepare(defaultTarget, withSocket);
      vi.advanceTimersByTime(3999);
      expect(ports.sockets.at(-1)?.closed).toBe(false);
      vi.advanceTimersByTime(1);
      await settle();
      expect(ports.sockets.at(-1)?.closed).toBe(true);
    }
    await ahead.prepare(defaultTarget, withSocket);
    expect(ports.sockets).toHaveLength(2);
    ports.nowMs = 60_000;
    await ahead.prepare(defaultTarget, withSocket);
    expect(ports.sockets).toHaveLength(3);
    ahead.cancel();
  });

  test('does not close a taken socket after four seconds', async () => {
    await ahead.prepare(defaultTarget, withSocket);
    ahead.take(defaultTarget);
    vi.advanceTimersByTime(60_000);
    await settle();
    expect(ports.sockets.map((socket) => socket.closed)).toEqual([false]);
  });

  test('does not hand over a dead socket', async () => {
    await ahead.prepare(defaultTarget, withSocket);
    ports.sockets[0]?.close();
    expect(ahead.take(defaultTarget).socket).toBeUndefined();
  });
});

describe('transports before the join', () => {
  const warmWith = (token: string) => ahead.prepare(defaultTarget, { openSocket: false, token, warm: true });

  test('keep their socket for as long as they live', async () => {
    await warmWith('t');
    expect(ports.warmed).toEqual(['t']);
    vi.advanceTimersByTime(58_999);
    await settle();
    expect(ports.sockets[0]?.closed).toBe(false);
    vi.advanceTimersByTime(1);
    await settle();
    expect([ports.sockets[0]?.closed, ports.warmMedia[0]?.isClosed]).toEqual([true, true]);
  });

  test('are handed over with their socket, and then end only by their taker', async () => {
    await warmWith('t');
    const { socket, warm } = ahead.take(defaultTarget);
    expect(socket).toBeDefined();
    expect(warm?.media).toBe(ports.warmMedia[0]);
    ahead.cancel();
    vi.advanceTimersByTime(120_000);
    expect(ports.warmMedia[0]?.isClosed).toBe(false);
    warm?.close();
    expect(ports.warmMedia[0]?.isClosed).toBe(true);
  });

  test('are made once for a token, and anew on a new socket for another one', async () => {
    await warmWith('t');
    await warmWith('t');
    await ahead.prepare(defaultTarget, withSocket);
    expect(ports.warmed).toEqual(['t']);
    await warmWith('u');
    await settle();
    expect(ports.warmed).toEqual(['t', 'u']);
    expect(ports.sockets.map(({ closed }) => closed)).toEqual([true, false]);
    expect(ports.warmMedia.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    ahead.cancel();
  });

  test('that come after the socket was given up are closed', async () => {
    const gate = Promise.withResolvers<void>();
    ports.gate = gate.promise;
    const preparing = warmWith('t');
    await settle();
    ahead.cancel();
    gate.resolve();
    await preparing;
    expect(ports.warmMedia.map(({ isClosed }) => isClosed)).toEqual([true]);
  });

  test('are not asked for without a token or by a page that does not want them', async () => {
    await ahead.prepare(defaultTarget, { openSocket: true, warm: true });
    await ahead.prepare(defaultTarget, { openSocket: true, token: 't', warm: false });
    expect(ports.warmed).toEqual([]);
    ahead.cancel();
  });

  test('that are refused leave the socket its usual four seconds', async () => {
    ports.isCold = true;
    await warmWith('t');
    vi.advanceTimersByTime(4000);
    await settle();
    expect(ports.sockets[0]?.closed).toBe(true);
  });
});

describe('an entry that refuses', () => {
  const entriesAsked = (): number => ports.requests.filter((what) => what.startsWith('entry')).length;
  beforeEach(() => ports.failing.add('entry http://one'));

  test('for good is reported, and not asked again for a minute', async () => {
    ports.failure = new MeridianClientError('CITY_UNKNOWN');
    for (const o of [withoutSocket, withSocket, { openSocket: false, token: 't' }, withSocket])
      expect(await ahead.prepare(defaultTarget, o)).toBe(ports.failure);
    expect(entriesAsked()).toBe(1);
    ports.nowMs = 60_000;
    expect(await ahead.prepare(defaultTarget, withoutSocket)).toBe(ports.failure);
    expect(entriesAsked()).toBe(2);
    expect(ports.timed).toEqual([]);
  });

  test.each([
    ['for now', new MeridianClientError('RATE_LIMITED')],
    ['as unreachable', new MeridianClientError('ENTRY_UNREACHABLE', 'HTTP 404', { retryable: false })],
    ['without an error', undefined],
  ])('%s is asked again, and no refusal is reported', async (_how, failure) => {
    ports.failure = failure;
    expect(await ahead.prepare(defaultTarget, withoutSocket)).toBeUndefined();
    ports.failing.clear();
    expect(await ahead.prepare(defaultTarget, withoutSocket)).toBeUndefined();
    expect(entriesAsked()).toBe(2);
  });

  test('is asked again by connect(), which reports the new answer', async () => {
    ports.failure = new MeridianClientError('CITY_UNKNOWN');
    await ahead.prepare(defaultTarget, withoutSocket);
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ code: 'CITY_UNKNOWN' }), { status: 400 }));
    const candidates = new Candidates({ ...defaultTarget, ahead: ahead.take(defaultTarget) });
    await expect(candidates.fetch(neverAborted())).rejects.toMatchObject({ code: 'CITY_UNKNOWN' });
    vi.unstubAllGlobals();
  });
});

describe('connect()', () => {
  test('uses the preparation under way, once', async () => {
    const gate = Promise.withResolvers<void>();
    ports.gate = gate.promise;
    void ahead.prepare(defaultTarget, withSocket);
    const candidates = new Candidates({ ...defaultTarget, ahead: ahead.take(defaultTarget) });
    await candidates.fetch(neverAborted());
    expect(candidates.list).toEqual([candidate]);
    const opening = candidates.open(neverAborted());
    gate.resolve();
    expect((await opening).socket).toBe(ports.sockets[0]);
    candidates.close();
    await settle();
    expect(ports.sockets.map((socket) => socket.closed)).toEqual([false]);
  });

  test('closes the prepared socket if it ends before it needs one', async () => {
    await ahead.prepare(defaultTarget, withSocket);
    const candidates = new Candidates({ ...defaultTarget, ahead: ahead.take(defaultTarget) });
    candidates.close();
    await settle();
    expect(ports.sockets.map((socket) => socket.closed)).toEqual([true]);
  });

  test('closes a socket that opens after the abort', async () => {
    const gate = Promise.withResolvers<void>();
    ports.gate = gate.promise;
    void ahead.prepare(defaultTarget, withSocket);
    const candidates = new Candidates({ ...defaultTarget, ahead: ahead.take(defaultTarget) });
    const abort = new AbortController();
    const opening = candidates.open(abort.signal);
    await settle();
    abort.abort();
    gate.resolve();
    await expect(opening).rejects.toMatchObject({ code: 'SOCKET_FAILED' });
    expect(ports.sockets.map((socket) => socket.closed)).toEqual([true]);
  });
});

describe('round trips before a join', () => {
  test('are measured once per answer of the entry, for a page with a token, until connect() takes over', async () => {
    await ahead.prepare(defaultTarget, { openSocket: false });
    expect(ports.timed).toEqual([]);
    await ahead.prepare(defaultTarget, { openSocket: false, token: 't' });
    await ahead.prepare(defaultTarget, { openSocket: false, token: 'u' });
    expect(ports.timed).toEqual(['s1 with t']);
    ahead.take(defaultTarget);
    expect(ports.timed).toEqual(['s1 with t', 'no more s1 with t']);
    ahead.cancel();
    expect(ports.timed).toHaveLength(2);
  });
});
