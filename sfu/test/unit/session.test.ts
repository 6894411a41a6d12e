import { setImmediate as nextTurn } from 'node:timers/promises';
import { MeridianError } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientTransport, Engine, TransportState } from '../../src/engine.ts';
import { Session } from '../../src/media/session.ts';
import type { AttachRequest, SessionShape } from '../../src/media/shapes.ts';

type PendingTransport = PromiseWithResolvers<ClientTransport> & { onState(state: TransportState): void };

/** Returns an engine whose transports are created when the test resolves them. */
function slowEngine(): { engine: Engine; made: PendingTransport[] } {
  const pending: PendingTransport[] = [];
  const createClientTransport: Engine['createClientTransport'] = ({ onState }) => {
    const next = { ...Promise.withResolvers<ClientTransport>(), onState };
    pending.push(next);
    return next.promise;
  };
  return { engine: { createClientTransport } as Partial<Engine> as Engine, made: pending };
}

function transport(id: string, closed: string[]): ClientTransport {
  return { id, state: 'new', close: () => void closed.push(id) } as Partial<ClientTransport> as ClientTransport;
}

const noPorts = { onTransportState: () => undefined, onChannel: () => undefined, onChannelStray: () => undefined };
const request = { send: { kind: 'webrtc' }, recv: { kind: 'webrtc' } } as AttachRequest;
const newSession = (): Session =>
  new Session({ roomKey: 't/r' } as never, { participant: { sessionId: 'S' } } as SessionShape);

describe('opening a session', () => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => void unhandled.push(reason);
  beforeEach(() => {
    unhandled.length = 0;
    process.on('unhandledRejection', listen);
  });
  afterEach(() => void process.off('unhandledRejection', listen));

  it('rejects, without an unhandled rejection, when the worker dies while a transport is created', async () => {
    const { engine, made } = slowEngine();
    const closed: string[] = [];
    const states: unknown[] = [];
    const open = newSession().open(engine, request, { ...noPorts, onTransportState: (...args) => states.push(args) });
    const opened = expect(open).rejects.toMatchObject({ code: 'WORKER_DIED' });
    // The worker's death closes the transport, reports it, and then fails the request under way.
    made[0]?.onState('closed');
    made[0]?.reject(new MeridianError('WORKER_DIED'));
    made[1]?.resolve(transport('recv', closed));
    await opened;
    await nextTurn();
    expect({ unhandled, states, closed }).toEqual({ unhandled: [], states: [], closed: ['recv'] });
  });

  it('reports the state of a transport that changed before the transport existed', async () => {
    const { engine, made } = slowEngine();
    const states: unknown[] = [];
    const session = newSession();
    const open = session.open(engine, request, {
      ...noPorts,
      onTransportState: (_session, id, state) => states.push([id, state]),
    });
    made[0]?.onState('connected');
    made[0]?.resolve(transport('send', []));
    made[1]?.resolve(transport('recv', []));
    await open;
    expect(states).toEqual([['send', 'connected']]);
  });

  it('creates only transports with an endpoint; use of the other transport is not permitted', async () => {
    const { engine, made } = slowEngine();
    const session = newSession();
    const open = session.open(engine, { send: { kind: 'webrtc' } } as AttachRequest, noPorts);
    expect(codeOf(() => session.recv)).toBe('SESSION_UNKNOWN'); // the session is not open yet
    expect(made).toHaveLength(1);
    made[0]?.resolve(transport('send', []));
    await open;
    expect(session.send.id).toBe('send');
    expect(codeOf(() => session.recv)).toBe('NOT_PERMITTED');
    session.close();
    expect(codeOf(() => session.recv)).toBe('SESSION_UNKNOWN');
  });
});

const codeOf = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe('whether a client has sent anything lately', () => {
  const opened = async (send: Partial<ClientTransport>): Promise<Session> => {
    const { engine, made } = slowEngine();
    const session = newSession();
    const opening = session.open(engine, { send: { kind: send.kind } } as AttachRequest, noPorts);
    made[0]?.resolve({ ...transport('T', []), ...send } as ClientTransport);
    await opening;
    return session;
  };

  it.each<[TransportState, boolean]>([
    ['new', false],
    ['connected', true],
    ['disconnected', false],
  ])('is known from ICE: %s', async (state, hasMedia) =>
    expect((await opened({ kind: 'webrtc', state })).hasMedia).toBe(hasMedia),
  );

  it('is known of a plain endpoint from its samples; before the first one it counts as sending', async () => {
    const session = await opened({ kind: 'plain', state: 'connected' });
    expect(session.hasMedia).toBe(true);
    session.recordReceived('T', 0, 1000);
    expect(session.hasMedia).toBe(false);
    session.recordReceived('T', 44, 2000);
    expect(session.hasMedia).toBe(true);
  });
});
