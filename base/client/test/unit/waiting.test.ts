import { limits } from '@meridian/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type MeridianClientError, SessionClient, socketsOf } from '../../src/index.ts';
import { type Answer, ScriptedService } from './scripted-service.ts';

const joinedAnswer: Answer = {
  joined: { sessionId: 'PS_1', resumeKey: 'key', self: { sessionId: 'PS_1', identity: 'me' }, room: 'talk' },
};
const waiting = (reason = 'lobby', hosts = 1): Answer => ({ waiting: { reason, hosts } });
const clients: SessionClient[] = [];

function start(service: ScriptedService) {
  const client = new SessionClient({ sockets: socketsOf(service.next), token: 'token', sdk: 'test/1' });
  clients.push(client);
  const emitted: unknown[][] = [];
  for (const event of ['waiting', 'joined', 'interrupted', 'disconnected'] as const)
    client.on(event, (...args: unknown[]) => void emitted.push([event, ...args]));
  const outcome = client.connect().then(
    () => 'joined',
    (error: MeridianClientError) => error.code,
  );
  return { client, emitted, outcome };
}
const anHour = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.leave();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('a client that waits for admission waits without a limit, and gets the reason', async () => {
  const service = new ScriptedService(waiting('no_host', 0));
  const { emitted, outcome } = start(service);
  await vi.advanceTimersByTimeAsync(anHour);
  expect(emitted).toEqual([['waiting', { reason: 'no_host', hosts: 0 }]]);
  service.last.sendFrame(waiting('of a later version', 2));
  service.last.answerJoin(joinedAnswer);
  expect(await outcome).toBe('joined');
  expect(emitted.slice(1).map(([event, what]) => (event === 'waiting' ? what : event))).toEqual([
    { reason: 'lobby', hosts: 2 },
    'joined',
  ]);
  expect(service.sockets).toHaveLength(1);
});

test('a client that is not admitted gets a final error, once', async () => {
  const service = new ScriptedService(waiting());
  const { emitted, outcome } = start(service);
  await vi.advanceTimersByTimeAsync(anHour);
  service.last.answerJoin({ error: { code: 'NOT_ADMITTED', message: '', retryable: false } });
  expect(await outcome).toBe('NOT_ADMITTED');
  expect(emitted.at(-1)?.slice(0, 2)).toEqual(['disconnected', 'NOT_ADMITTED']);
  expect(service.sockets).toHaveLength(1);
});

test('a socket lost during the wait is replaced, and the client knocks again', async () => {
  const service = new ScriptedService(waiting(), waiting(), joinedAnswer);
  const { emitted, outcome } = start(service);
  await vi.advanceTimersByTimeAsync(anHour);
  service.last.lose();
  await vi.advanceTimersByTimeAsync(anHour);
  expect(service.joins).toHaveLength(2);
  service.last.lose();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await outcome).toBe('joined');
  expect(emitted.map(([event]) => event)).toEqual(['waiting', 'waiting', 'joined']);
});

test('a network loss longer than the limit of a first connect does not end the wait', async () => {
  const service = new ScriptedService(waiting(), joinedAnswer);
  const { outcome } = start(service);
  await vi.advanceTimersByTimeAsync(anHour);
  service.failure = new Error('no network');
  service.last.lose();
  await vi.advanceTimersByTimeAsync(60_000);
  service.failure = undefined;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await outcome).toBe('joined');
});

test('a silent service counts as a lost socket', async () => {
  const service = new ScriptedService(waiting());
  service.watched = false;
  service.answerOther = () => undefined;
  start(service);
  await vi.advanceTimersByTimeAsync(4 * limits.pingIntervalMs);
  expect(service.sockets[0]?.closedWith).toBe(4000);
  expect(service.joins.length).toBeGreaterThan(1);
});

test('a client that leaves sends a leave, and stops waiting', async () => {
  const service = new ScriptedService(waiting());
  const { client, outcome } = start(service);
  await vi.advanceTimersByTimeAsync(1000);
  client.leave();
  expect(await outcome).toBe('CONNECTION_CLOSED');
  expect(service.last.receivedOf('leave')).toHaveLength(1);
});

test('a rejoin may wait as well, beyond the limit of an attempt', async () => {
  const service = new ScriptedService(joinedAnswer, waiting());
  const { client, emitted, outcome } = start(service);
  await outcome;
  client.mediaLost(new Error('lost') as MeridianClientError);
  await vi.advanceTimersByTimeAsync(anHour);
  expect(emitted.map(([event]) => event)).toEqual(['joined', 'interrupted', 'waiting']);
  service.last.answerJoin(joinedAnswer);
  await vi.advanceTimersByTimeAsync(1);
  expect(emitted.at(-1)?.[0]).toBe('joined');
});

test('hosts get the waiting participants, other clients their own rights and requests', async () => {
  const service = new ScriptedService(joinedAnswer);
  const { client, outcome } = start(service);
  const emitted: unknown[][] = [];
  for (const event of ['lobbyChanged', 'unmuteAsked', 'rightsChanged'] as const)
    client.on(event, (...args: unknown[]) => void emitted.push([event, ...args]));
  await outcome;
  const waiter = { waitId: 'WA_1', identity: 'gil', name: 'Gil', sinceWallMs: 5, removed: true };
  service.last.sendFrame({ lobby: { waiters: [waiter], more: 2 } });
  service.last.sendFrame({ unmuteAsked: { byIdentity: 'ann', source: 2 } });
  service.last.sendFrame({ rightsChanged: { self: { identity: 'me', role: 'attendee', canPublish: false } } });
  await client.act({ admit: { all: true } });
  expect(emitted).toEqual([
    ['lobbyChanged', { waiters: [waiter], more: 2 }],
    ['unmuteAsked', 'microphone', 'ann'],
    ['rightsChanged', expect.objectContaining({ identity: 'me', role: 'attendee', canPublish: false })],
  ]);
  expect(service.last.receivedOf('act')).toMatchObject([{ admit: { all: true } }]);
});
