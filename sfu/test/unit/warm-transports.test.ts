import type { Endpoint } from '@meridian/protocol';
import { limits, MeridianError } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ClientTransport, Engine, TransportState } from '../../src/engine.ts';
import type { PreparableTrack } from '../../src/media/prepared-consumers.ts';
import { type WarmRequest, WarmTransports, warmLimits } from '../../src/media/warm-transports.ts';

interface Made {
  readonly id: string;
  state: TransportState;
  isClosed: boolean;
  change(state: TransportState): void;
}

const endpoint = (value = 'AA'): Endpoint => ({ kind: 'webrtc', fingerprint: { algorithm: 'sha-256', value } });
let made: Made[];
let clock: ManualClock;
let hasRoom: () => boolean;
let failAt: number;
/** Delays the transports while set. */
let gate: Promise<void> | undefined;
let warm: WarmTransports;
let tracks: PreparableTrack[];
beforeEach(() => {
  made = [];
  tracks = [];
  clock = new ManualClock();
  hasRoom = () => true;
  failAt = -1;
  gate = undefined;
  const createClientTransport = async ({
    onState,
  }: {
    onState: (state: TransportState) => void;
  }): Promise<ClientTransport> => {
    const one: Made & { close(): void; describe(): object; consume(): Promise<object> } = {
      id: `t${made.length}`,
      state: 'new',
      isClosed: false,
      change: (state) => {
        one.state = state;
        onState(state);
      },
      close: () => {
        one.isClosed = true;
      },
      describe: () => ({ id: one.id }),
      consume: async () => {
        await settle();
        return { close: () => undefined, rtpParameters: {} };
      },
    };
    const at = made.push(one) - 1;
    await gate;
    if (at === failAt) throw new MeridianError('WORKER_DIED');
    return one as unknown as ClientTransport;
  };
  const engine = { createClientTransport } as unknown as Engine;
  warm = new WarmTransports({ clock, engine: () => engine, hasRoom: () => hasRoom(), tracksIn: () => tracks });
});

const request = (sessionId: string, o: Partial<WarmRequest> = {}): WarmRequest => ({
  sessionId,
  roomKey: 'acme:room',
  tenant: 'acme',
  client: '',
  send: endpoint(),
  recv: endpoint(),
  livesMs: limits.warmLifeMs,
  capabilities: undefined,
  ...o,
});
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'OK',
    (error: MeridianError) => error.code,
  );
const closed = (): boolean[] => made.map(({ isClosed }) => isClosed);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const asSession = (sessionId: string, recv = endpoint()) => ({ sessionId, send: endpoint(), recv });

describe('warm transports', () => {
  it('are taken by the session of the same signaling node and endpoints, once, and report to it', async () => {
    expect(await warm.make('sig', request('one'))).toEqual({
      send: { id: 't0' },
      recv: { id: 't1' },
      subscriptions: [],
    });
    const pair = warm.take('sig', asSession('one'));
    expect([pair?.send?.id, pair?.recv?.id]).toEqual(['t0', 't1']);
    const states: string[] = [];
    pair?.follow((id, state) => states.push(`${id} ${state}`));
    made[1]?.change('failed');
    await settle();
    expect(states).toEqual(['t1 failed']);
    expect(warm.take('sig', asSession('one'))).toBeUndefined();
    clock.advance(limits.warmLifeMs * 2);
    expect(closed(), 'they belong to the session').toEqual([false, false]);
    expect(warm.size).toBe(0);
  });

  it('are not given to another signaling node, which cannot end them either', async () => {
    await warm.make('sig', request('one'));
    warm.end('other', 'one');
    expect(warm.take('other', asSession('one'))).toBeUndefined();
    expect(await codeOf(warm.make('other', request('one')))).toBe('NO_CAPACITY');
    expect(warm.take('sig', asSession('one'))).toBeDefined();
  });

  it('end when the session comes with other endpoints', async () => {
    await warm.make('sig', request('one'));
    expect(warm.take('sig', asSession('one', endpoint('BB')))).toBeUndefined();
    expect(closed()).toEqual([true, true]);
  });

  it.each<[string, () => void]>([
    ['their signaling node says so', () => warm.end('sig', 'one')],
    ['its link is gone', () => warm.signalingGone('sig')],
    ['the node is drained', () => warm.dropAll()],
    [
      'sessions need the node',
      () => {
        hasRoom = () => false;
        warm.yieldToSessions();
      },
    ],
    ['the client closes one', () => made[0]?.change('closed')],
    ['they are asked for again', () => void warm.make('sig', request('one'))],
    ['the client has not connected in time', () => clock.advance(warmLimits.connectMs)],
  ])('end when %s', async (_name, happen) => {
    await warm.make('sig', request('one'));
    happen();
    await settle();
    expect(closed().slice(0, 2)).toEqual([true, true]);
  });

  it('of a client that has connected live as long as asked, at most a minute', async () => {
    await warm.make('sig', request('one', { livesMs: limits.warmLifeMs * 9 }));
    made[1]?.change('connected');
    clock.advance(limits.warmLifeMs - 1);
    expect(warm.size).toBe(1);
    clock.advance(1);
    expect([warm.size, ...closed()]).toEqual([0, true, true]);
  });

  it('leave nothing behind when one cannot be made, or they are ended meanwhile', async () => {
    failAt = 1;
    expect(await codeOf(warm.make('sig', request('one')))).toBe('WORKER_DIED');
    expect([warm.size, made[0]?.isClosed]).toEqual([0, true]);
    failAt = -1;
    const hold = Promise.withResolvers<void>();
    gate = hold.promise;
    const making = codeOf(warm.make('sig', request('two')));
    warm.signalingGone('sig');
    hold.resolve();
    expect(await making).toBe('NO_CAPACITY');
    expect(warm.size).toBe(0);
    expect(made.slice(2).map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });

  it('are refused beyond the bounds of a client, of a tenant and of the node, and to a loaded node', async () => {
    const outcome = (sessionId: string, o: Partial<WarmRequest>) => codeOf(warm.make('sig', request(sessionId, o)));
    for (let at = 0; at < warmLimits.perClientMax; at += 1) await outcome(`c${at}`, { client: 'home' });
    expect(await outcome('c', { client: 'home' })).toBe('NO_CAPACITY');
    for (let at = warm.size; at < warmLimits.perTenantMax; at += 1) expect(await outcome(`t${at}`, {})).toBe('OK');
    expect(await outcome('t', {})).toBe('NO_CAPACITY');
    for (let at = warm.size; at < warmLimits.perNodeMax; at += 1)
      expect(await outcome(`n${at}`, { tenant: `tenant-${at}` })).toBe('OK');
    expect(await outcome('n', { tenant: 'last' })).toBe('NO_CAPACITY');
    warm.end('sig', 'c0');
    expect(await outcome('n', { tenant: 'last' })).toBe('OK');
    warm.end('sig', 'n');
    hasRoom = () => false;
    expect(await outcome('n', { tenant: 'last' })).toBe('NO_CAPACITY');
    expect(warm.counts.refused).toBe(4);
  });

  it('prepare no more consumers than there is room for, also when many are made at once', async () => {
    const consumersMax = 100;
    hasRoom = () => warm.consumers < consumersMax;
    tracks = Array.from({ length: warmLimits.preparedMax }, (_, at) => {
      const track = { producer: { id: `p${at}` }, publisherSessionId: 'PA_1', closed: false };
      return { track, hold: () => () => undefined } as unknown as PreparableTrack;
    });
    const capabilities = { codecs: [], headerExtensions: [] };
    await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        codeOf(warm.make('sig', request(`s${at}`, { tenant: `tenant-${at}`, capabilities }))),
      ),
    );
    expect(warm.consumers).toBeGreaterThanOrEqual(consumersMax);
    expect(warm.consumers).toBeLessThan(consumersMax + warmLimits.preparedMax);
  });

  it('are not made for plain endpoints, or without the client’s fingerprint', async () => {
    expect(await codeOf(warm.make('sig', request('one', { recv: { kind: 'webrtc' } })))).toBe('REQUEST_INVALID');
    const plain = { kind: 'plain', ip: '127.0.0.1', port: 9 } as const;
    expect(await codeOf(warm.make('sig', request('one', { recv: plain })))).toBe('REQUEST_INVALID');
  });
});
