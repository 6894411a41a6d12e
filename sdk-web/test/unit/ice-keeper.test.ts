import { EventEmitter } from 'node:events';
import { type Body, MeridianClientError, type ServerFrame } from '@meridian/client';
import type { types } from 'mediasoup-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IceKeeper } from '../../src/media/ice-keeper.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type State = types.ConnectionState;

function setUp() {
  const failures: string[] = [];
  const requestTimesMs: number[] = [];
  const restarted: string[] = [];
  const service: { answer: () => Promise<ServerFrame> } = { answer: () => Promise.resolve(answerOf('new')) };
  const candidate = { priority: 5 };
  const priorities: number[] = [];
  const transport = Object.assign(new EventEmitter(), {
    id: 'T',
    connectionState: 'connected' as State,
    handler: { _remoteSdp: { _iceCandidates: [candidate] } },
    restartIce: ({ iceParameters }: { iceParameters: types.IceParameters }) => {
      restarted.push(iceParameters.usernameFragment);
      priorities.push(candidate.priority);
      return Promise.resolve();
    },
  });
  const startMs = performance.now();
  const keeper = new IceKeeper({
    transport: transport as unknown as types.Transport,
    request: (body: Body) => {
      expect(body).toEqual({ restartIce: { transportId: 'T' } });
      requestTimesMs.push(Math.round(performance.now() - startMs));
      return service.answer();
    },
    failed: ({ code }) => void failures.push(code),
  });
  const become = (state: State): void => {
    transport.connectionState = state;
    transport.emit('connectionstatechange', state);
  };
  return { keeper, become, service, asked: requestTimesMs, restarted, priorities, failures };
}
const answerOf = (usernameFragment: string): ServerFrame =>
  ({ iceRestarted: { iceParameters: { usernameFragment, password: 'p', iceLite: true } } }) as ServerFrame;
const refusal = (code: ConstructorParameters<typeof MeridianClientError>[0]) => () =>
  Promise.reject(new MeridianClientError(code));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('ICE is restarted', () => {
  it('at once when nothing arrives on a connected transport', async () => {
    const { keeper, asked, restarted, priorities, failures } = setUp();
    keeper.restartOnSilence();
    await pass(0);
    expect([asked, restarted, failures]).toEqual([[0], ['new'], []]);
    expect(priorities[0]).toBeGreaterThan(5); // the candidates of this restart outrank the others
  });
  it('not for silence on a transport that is not connected, nor after the close', async () => {
    const { keeper, become, asked } = setUp();
    for (const state of ['new', 'connecting', 'failed'] as const) {
      become(state);
      keeper.restartOnSilence();
      keeper.restartOnSilence();
    }
    expect(asked).toEqual([]);
    become('connected');
    keeper.close();
    keeper.restartOnSilence();
    await pass(60_000);
    expect(asked).toEqual([]);
  });
  it('for silence at most once in four seconds', async () => {
    const { keeper, asked, failures } = setUp();
    for (let second = 0; second < 20; second += 1) {
      keeper.restartOnSilence();
      await pass(1000);
    }
    expect([asked, failures]).toEqual([[0, 4000, 8000, 12_000, 16_000], []]);
  });
  it('0.8 s after a disconnect and at once after a failure, three times in all', async () => {
    const { become, asked, failures } = setUp();
    become('disconnected');
    await pass(1000);
    become('failed');
    await pass(60_000);
    expect([asked, failures]).toEqual([[800, 1000, 5000], ['MEDIA_FAILED']]);
  });
  it('again up to three times after it was connected', async () => {
    const { become, asked, failures } = setUp();
    for (let time = 0; time < 5; time += 1) {
      become('failed');
      become('connected');
    }
    await pass(10_000);
    expect([asked.length, failures]).toEqual([0, []]); // a recovered path needs no restart
    become('failed');
    await pass(60_000);
    expect([asked.length, failures]).toEqual([3, ['MEDIA_FAILED']]);
  });
  it('never twice at the same time', async () => {
    const { keeper, become, service, asked } = setUp();
    const answer = Promise.withResolvers<ServerFrame>();
    service.answer = () => answer.promise;
    keeper.restartOnSilence();
    become('disconnected');
    await pass(3000);
    expect(asked).toEqual([0]);
    answer.resolve(answerOf('late'));
    await pass(4000); // the browser still reports disconnected
    expect(asked).toEqual([0, 7000]);
  });
});

describe('a restart that the service refuses', () => {
  it('ends nothing while the browser reports the transport as connected, since a node that we leave is silent too', async () => {
    const { keeper, service, failures, become, asked } = setUp();
    service.answer = refusal('NODE_UNREACHABLE' as 'INTERNAL');
    keeper.restartOnSilence();
    await pass(60_000);
    expect([asked.length, failures]).toEqual([1, []]);
    become('failed');
    await pass(0);
    expect(failures).toEqual(['NODE_UNREACHABLE']);
  });
  it('waits while signaling is down, and is sent when it is back', async () => {
    const { keeper, service, asked, restarted, failures } = setUp();
    service.answer = refusal('SOCKET_LOST');
    keeper.restartOnSilence();
    await pass(500);
    service.answer = () => Promise.resolve(answerOf('new'));
    keeper.signalingBack();
    keeper.signalingBack();
    await pass(60_000);
    expect([asked, restarted, failures]).toEqual([[0, 500], ['new'], []]);
  });
  it('is not sent when the path has recovered meanwhile', async () => {
    const { become, keeper, service, asked } = setUp();
    service.answer = refusal('SOCKET_LOST');
    become('failed');
    await pass(0);
    become('connected');
    keeper.signalingBack();
    await pass(60_000);
    expect(asked).toEqual([0]);
  });
});
