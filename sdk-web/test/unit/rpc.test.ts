// Calls between participants: the results on each side, and all kinds of failures.
import { MeridianClientError } from '@meridian/client';
import { limits, rpcMessageOf, rpcTopicOf } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { type PerformRpcParams, Rpc } from '../../src/rpc.ts';
import { RpcError, RpcErrorCode } from '../../src/rpc-error.ts';

interface Sent {
  readonly to: string;
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** Makes a room of ann and bob, whose data messages arrive at once unless `isDelivered` refuses. */
function setUp() {
  const sent: Sent[] = [];
  const room = {
    isDelivered: (_message: Sent): boolean => true,
    send: async (): Promise<void> => undefined,
    clientProtocol: 0,
  };
  const members = new Map<string, Rpc>();
  const join = (name: string): Rpc => {
    const rpc = new Rpc({
      send: async (to, topic, payload) => {
        expect(topic.length).toBeLessThanOrEqual(limits.topicLengthMax);
        expect(payload.byteLength).toBeLessThanOrEqual(limits.dataBytesMax);
        const message = { to, topic, payload };
        sent.push(message);
        await room.send();
        if (room.isDelivered(message)) members.get(to)?.onMessage({ sessionId: `PA_${name}`, topic, payload }, name);
      },
      participant: (identity) =>
        members.has(`PA_${identity}`) && identity !== name
          ? { sessionId: `PA_${identity}`, clientProtocol: room.clientProtocol }
          : undefined,
    });
    members.set(`PA_${name}`, rpc);
    return rpc;
  };
  return { ann: join('ann'), bob: join('bob'), room, sent };
}
const call = (o: Partial<PerformRpcParams> = {}): PerformRpcParams => ({
  destinationIdentity: 'bob',
  method: 'greet',
  payload: 'hello',
  ...o,
});
const codeOf = (result: Promise<string>): Promise<unknown> =>
  result.then(
    () => 'resolved',
    (error: unknown) => (error instanceof RpcError ? error.code : (error as { code: string }).code),
  );
const kilobytes15 = 'x'.repeat(15 * 1024);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a call', () => {
  it('returns the method’s result, and leaves no timer', async () => {
    const { ann, bob } = setUp();
    const handler = vi.fn(async () => '你好 👋');
    bob.register('greet', handler);
    expect(await ann.perform(call({ payload: 'héllo', responseTimeoutMs: 900 }))).toBe('你好 👋');
    expect(handler).toHaveBeenCalledWith({
      requestId: expect.any(String),
      callerIdentity: 'ann',
      payload: 'héllo',
      responseTimeoutMs: 900,
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('carries 15 KiB there and back, and a method of 64 bytes', async () => {
    const { ann, bob } = setUp();
    const method = 'm'.repeat(64);
    bob.register(method, ({ payload }) => payload);
    const result = await ann.perform(call({ method, payload: kilobytes15, responseTimeoutMs: 600_000 }));
    expect(result).toBe(kilobytes15);
  });

  it('may be one of several at once, whose answers come in another order', async () => {
    const { ann, bob } = setUp();
    const first = Promise.withResolvers<string>();
    bob.register('slow', () => first.promise);
    bob.register('fast', () => 'fast');
    const slow = ann.perform(call({ method: 'slow' }));
    expect(await ann.perform(call({ method: 'fast' }))).toBe('fast');
    first.resolve('slow');
    expect(await slow).toBe('slow');
  });

  const refusedRows: [string, number | string, Partial<PerformRpcParams>][] = [
    ['to an absent participant', RpcErrorCode.RecipientNotFound, { destinationIdentity: 'eve' }],
    ['to ourselves', RpcErrorCode.RecipientNotFound, { destinationIdentity: 'ann' }],
    ['with a payload one byte too long', RpcErrorCode.RequestPayloadTooLarge, { payload: `${kilobytes15}y` }],
    ['with too many bytes in few characters', RpcErrorCode.RequestPayloadTooLarge, { payload: '界'.repeat(6000) }],
    ['without a method', 'ARGUMENT_INVALID', { method: '' }],
    ['of a method of 65 bytes', 'ARGUMENT_INVALID', { method: `${'é'.repeat(32)}x` }],
    ['with a timeout of 0', 'ARGUMENT_INVALID', { responseTimeoutMs: 0 }],
    ['with an infinite timeout', 'ARGUMENT_INVALID', { responseTimeoutMs: Number.POSITIVE_INFINITY }],
    ['with a timeout that is not a number', 'ARGUMENT_INVALID', { responseTimeoutMs: Number.NaN }],
  ];
  test.each(refusedRows)('%s is refused with %s, and nothing is sent', async (_name, code, o) => {
    const { ann, sent } = setUp();
    expect(await codeOf(ann.perform(call(o)))).toBe(code);
    expect(sent).toEqual([]);
  });

  it('is refused by the other side if its method is missing or removed', async () => {
    const { ann, bob } = setUp();
    expect(await codeOf(ann.perform(call()))).toBe(RpcErrorCode.UnsupportedMethod);
    bob.register('greet', () => 'hi');
    bob.unregister('greet');
    bob.unregister('greet');
    expect(await codeOf(ann.perform(call()))).toBe(RpcErrorCode.UnsupportedMethod);
  });

  it('is acknowledged before it is refused, because LiveKit’s native SDKs wait for that', async () => {
    const { ann, sent } = setUp();
    await codeOf(ann.perform(call()));
    const answers = sent.filter(({ to }) => to === 'PA_ann').map(({ topic }) => topic.split(' ')[2]);
    expect(answers).toEqual(['ack', 'error']);
  });

  it('without an acknowledgement ends after 7 s, or its own shorter timeout', async () => {
    const { ann, room } = setUp();
    room.isDelivered = () => false;
    const long = codeOf(ann.perform(call()));
    const short = codeOf(ann.perform(call({ responseTimeoutMs: 500 })));
    await vi.advanceTimersByTimeAsync(500);
    expect(await short).toBe(RpcErrorCode.ConnectionTimeout);
    await vi.advanceTimersByTimeAsync(6500);
    expect(await long).toBe(RpcErrorCode.ConnectionTimeout);
  });

  it('without a result ends after its timeout, and a late answer is ignored', async () => {
    const { ann, bob } = setUp();
    const late = Promise.withResolvers<string>();
    bob.register('greet', () => late.promise);
    const result = codeOf(ann.perform(call()));
    await vi.advanceTimersByTimeAsync(14_999);
    await vi.advanceTimersByTimeAsync(1);
    expect(await result).toBe(RpcErrorCode.ResponseTimeout);
    late.resolve('late');
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails when the called participant leaves, not when another leaves', async () => {
    const { ann, bob } = setUp();
    bob.register('greet', () => new Promise(() => undefined));
    const result = codeOf(ann.perform(call()));
    ann.participantLeft('PA_somebody');
    await vi.advanceTimersByTimeAsync(1000);
    ann.participantLeft('PA_bob');
    expect(await result).toBe(RpcErrorCode.RecipientDisconnected);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports why it cannot be sent', async () => {
    const { ann, room } = setUp();
    const cause = new MeridianClientError('NOT_PERMITTED');
    room.send = () => Promise.reject(cause);
    await expect(ann.perform(call())).rejects.toMatchObject({ code: RpcErrorCode.SendFailed, cause });
  });

  it('beyond 512 waiting calls is refused', async () => {
    const { ann, room } = setUp();
    room.isDelivered = () => false;
    const waiting = Array.from({ length: 512 }, () => codeOf(ann.perform(call())));
    await vi.advanceTimersByTimeAsync(0);
    expect(await codeOf(ann.perform(call()))).toBe(RpcErrorCode.SendFailed);
    ann.participantLeft('PA_bob');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([RpcErrorCode.RecipientDisconnected]));
  });
});

describe('a method', () => {
  it('may throw an RpcError, which sends its code, message and data, cut to fit', async () => {
    const { ann, bob } = setUp();
    bob.register('greet', () => {
      throw new RpcError(101, 'é'.repeat(300), { data: 'x'.repeat(20_000) });
    });
    await expect(ann.perform(call())).rejects.toMatchObject({
      code: 101,
      message: 'é'.repeat(128),
      data: 'x'.repeat(14 * 1024),
    });
  });

  it('fails when it throws any other error, which stays in its page', async () => {
    const { ann, bob } = setUp();
    const reported = vi.spyOn(console, 'error').mockReturnValue();
    bob.register('greet', () => {
      throw new Error('password is 123');
    });
    const error = await ann.perform(call()).catch((each: unknown) => each as RpcError);
    expect(error).toMatchObject({ code: RpcErrorCode.ApplicationError, data: '' });
    expect(JSON.stringify([(error as RpcError).message])).not.toContain('password');
    expect(reported).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['no string', 7 as never, RpcErrorCode.ApplicationError],
    ['more than 15 KiB', `${kilobytes15}x`, RpcErrorCode.ResponsePayloadTooLarge],
  ])('fails when it returns %s', async (_name, result, code) => {
    const { ann, bob } = setUp();
    bob.register('greet', () => result);
    expect(await codeOf(ann.perform(call()))).toBe(code);
  });

  it('has a name of 1 to 64 bytes', () => {
    const { bob } = setUp();
    for (const name of ['', 'x'.repeat(65)])
      expect(() => bob.register(name, () => '')).toThrowError(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});

describe('a message', () => {
  const empty = new Uint8Array();

  it('from another participant than the called one answers no call', async () => {
    const { ann, bob, sent } = setUp();
    const result = Promise.withResolvers<string>();
    bob.register('greet', () => result.promise);
    const answer = ann.perform(call());
    await vi.advanceTimersByTimeAsync(0);
    const id = sent[0]?.topic.split(' ')[3] ?? '';
    for (const type of ['ack', 'result'] as const)
      ann.onMessage({ sessionId: 'PA_eve', topic: rpcTopicOf({ type, id }), payload: empty }, 'eve');
    result.resolve('bob’s');
    expect(await answer).toBe('bob’s');
  });

  it('of another version is refused with UnsupportedVersion', async () => {
    const { bob, sent } = setUp();
    expect(bob.onMessage({ sessionId: 'PA_ann', topic: 'meridian.rpc 3 call abc', payload: empty }, 'ann')).toBe(true);
    expect(sent.map(({ to, topic }) => [to, topic])).toEqual([['PA_ann', 'meridian.rpc 1 error abc 1404']]);
  });

  const strangeTopics = [
    'meridian.rpc',
    'meridian.rpc 1',
    'meridian.rpc 1 call',
    'meridian.rpc 1 call id',
    'meridian.rpc 1 call id 5',
    'meridian.rpc 1 call id -5 greet',
    'meridian.rpc 1 call i/d 5 greet',
    `meridian.rpc 1 call ${'i'.repeat(41)} 5 greet`,
    'meridian.rpc 1 ack id more',
    'meridian.rpc 1 error id',
    'meridian.rpc 1 error id NaN',
    'meridian.rpc 2 ack id',
    'meridian.rpc 1 shout id',
  ];
  test.each(strangeTopics)('%j is neither answered nor shown to the app', (topic) => {
    const { bob, sent } = setUp();
    bob.register('greet', () => '');
    expect(bob.onMessage({ sessionId: 'PA_ann', topic, payload: empty }, 'ann')).toBe(true);
    expect(sent).toEqual([]);
  });

  test.each(['', 'meridian.chat', 'meridian.rpcs', 'x meridian.rpc'])('%j is the app’s', (topic) => {
    expect(setUp().bob.onMessage({ sessionId: 'PA_ann', topic, payload: empty }, 'ann')).toBe(false);
  });

  it('from a participant outside the room is ignored', () => {
    const { bob, sent } = setUp();
    bob.register('greet', () => '');
    const topic = rpcTopicOf({ type: 'call', id: 'a', timeoutMs: 5, method: 'greet' });
    expect(bob.onMessage({ sessionId: 'PA_gone', topic, payload: empty }, undefined)).toBe(true);
    expect(sent).toEqual([]);
  });

  it('is decoded as it was encoded', () => {
    const message = { type: 'call', id: 'a-b_1', timeoutMs: 5, method: 'say it loud' } as const;
    expect(rpcMessageOf(rpcTopicOf(message))).toEqual(message);
  });

  it('with an unreadable error still has its code', async () => {
    const { ann, sent, room } = setUp();
    room.isDelivered = () => false;
    const result = codeOf(ann.perform(call()));
    await vi.advanceTimersByTimeAsync(0);
    const id = sent[0]?.topic.split(' ')[3] ?? '';
    const payload = new TextEncoder().encode('{');
    ann.onMessage({ sessionId: 'PA_bob', topic: rpcTopicOf({ type: 'error', id, code: 7 }), payload }, 'bob');
    expect(await result).toBe(7);
  });
});

describe('a call in parts', () => {
  const empty = new Uint8Array();
  const large = '界€x'.repeat(150_000).slice(0, 200_000);
  const largest = 'x'.repeat(limits.rpcPayloadBytesMax);
  const partsUp = () => {
    const setting = setUp();
    setting.room.clientProtocol = 1;
    setting.bob.register('echo', ({ payload }) => payload);
    return setting;
  };
  const echo = (payload: string, o: Partial<PerformRpcParams> = {}) => call({ method: 'echo', payload, ...o });
  const typesOf = (sent: readonly Sent[], to: string) =>
    sent.filter((one) => one.to === to).map(({ topic }) => rpcMessageOf(topic)?.type);

  it('carries a large payload there and back, and leaves no timer and no bytes', async () => {
    const { ann, sent } = partsUp();
    expect(await ann.perform(echo(large))).toBe(large);
    expect(vi.getTimerCount()).toBe(0);
    const parts = sent.filter(({ topic }) => rpcMessageOf(topic)?.type === 'part');
    // LiveKit's SDKs decode each part by itself.
    const fatal = new TextDecoder('utf-8', { fatal: true });
    expect(parts.map(({ payload }) => fatal.decode(payload)).join('')).toBe(large + large);
  });

  it('carries the largest payload, and refuses a larger one at once', async () => {
    const { ann, bob, sent } = partsUp();
    expect(await ann.perform(echo(largest))).toBe(largest);
    sent.length = 0;
    expect(await codeOf(ann.perform(echo(`${largest}y`)))).toBe(RpcErrorCode.RequestPayloadTooLarge);
    expect(sent).toEqual([]);
    bob.register('grow', () => `${largest}y`);
    expect(await codeOf(ann.perform(call({ method: 'grow' })))).toBe(RpcErrorCode.ResponsePayloadTooLarge);
  });

  it('is a single message up to 15 KiB, as every SDK takes it', async () => {
    const { ann, sent } = partsUp();
    await ann.perform(echo(kilobytes15));
    expect(typesOf(sent, 'PA_bob')).toEqual(['call']);
    expect(typesOf(sent, 'PA_ann')).toEqual(['ack', 'result']);
  });

  it('waits for the rate, and sends no part twice', async () => {
    const { ann, room } = partsUp();
    let refusals = 0;
    room.send = async () => {
      refusals += 1;
      if (refusals % 2 === 1) throw new MeridianClientError('RATE_LIMITED', '', { retryAfterMs: 10 });
    };
    const answer = ann.perform(echo(large));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await answer).toBe(large);
  });

  it('is cut for its receiver when it cannot be sent any more, and fails', async () => {
    const { ann, bob, room, sent } = partsUp();
    let count = 0;
    room.send = async () => {
      count += 1;
      if (count === 5) throw new MeridianClientError('NOT_PERMITTED');
    };
    expect(await codeOf(ann.perform(echo(large)))).toBe(RpcErrorCode.SendFailed);
    await vi.advanceTimersByTimeAsync(0);
    expect(typesOf(sent, 'PA_bob').at(-1)).toBe('cut');
    expect(bob.incompleteCount).toBe(0);
  });

  it('ends with its timeout while it is being sent', async () => {
    const { ann, room, sent } = partsUp();
    room.send = async () => {
      throw new MeridianClientError('RATE_LIMITED', '', { retryAfterMs: 100 });
    };
    const code = codeOf(ann.perform(echo(large, { responseTimeoutMs: 1000 })));
    await vi.advanceTimersByTimeAsync(1500);
    expect(await code).toBe(RpcErrorCode.ConnectionTimeout);
    const before = sent.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([sent.length, vi.getTimerCount()]).toEqual([before, 0]);
  });

  const says = (to: Rpc, topic: string, payload = '') =>
    to.onMessage({ sessionId: 'PA_ann', topic, payload: new TextEncoder().encode(payload) }, 'ann');
  const begin = 'meridian.rpc 2 call id 15000 echo';
  const hostile: [string, (bob: Rpc) => void, string][] = [
    ['with a gap', (bob) => says(bob, 'meridian.rpc 2 part call id 1', 'b'), 'meridian.rpc 1 error id 1500'],
    ['that ends too early', (bob) => says(bob, 'meridian.rpc 2 end call id 2'), 'meridian.rpc 1 error id 1500'],
    ['that is cut', (bob) => says(bob, 'meridian.rpc 2 cut call id'), 'meridian.rpc 1 error id 1500'],
    ['that begins twice', (bob) => says(bob, begin), 'meridian.rpc 1 error id 1500'],
    [
      'that is too large',
      (bob) => says(bob, 'meridian.rpc 2 part call id 0', `${largest}y`),
      'meridian.rpc 1 error id 1402',
    ],
  ];
  test.each(hostile)('%s is refused and never run', (_name, hurt, answer) => {
    const { bob, sent } = partsUp();
    const run = vi.fn(() => '');
    bob.register('echo', run);
    says(bob, begin);
    hurt(bob);
    expect(sent.map(({ topic }) => topic).at(-1)).toBe(answer);
    for (const topic of ['meridian.rpc 2 part call id 0', 'meridian.rpc 2 end call id 3']) says(bob, topic);
    expect(run).not.toHaveBeenCalled();
  });

  it('ignores a repeated part', async () => {
    const { bob } = partsUp();
    const run = vi.fn((_: { payload: string }) => '');
    bob.register('echo', run);
    says(bob, begin);
    for (const [number, text] of [
      [0, 'a'],
      [0, 'a'],
      [1, 'b'],
    ] as const)
      says(bob, `meridian.rpc 2 part call id ${number}`, text);
    says(bob, 'meridian.rpc 2 end call id 2');
    expect(run.mock.calls.map(([data]) => data.payload)).toEqual(['ab']);
  });

  it('that never ends is forgotten with its timeout, and when its caller leaves', async () => {
    const { bob } = partsUp();
    says(bob, begin);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(bob.incompleteCount).toBe(0);
    says(bob, begin);
    bob.participantLeft('PA_ann');
    expect([bob.incompleteCount, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('is refused when its caller has many incomplete ones, but not to another caller', () => {
    const { bob, sent } = partsUp();
    for (let index = 0; index < 100; index += 1) says(bob, `meridian.rpc 2 call id${index} 15000 echo`);
    expect(bob.incompleteCount).toBe(8);
    sent.length = 0;
    bob.onMessage({ sessionId: 'PA_eve', topic: begin, payload: empty }, 'eve');
    expect(sent.map(({ topic }) => topic)).toEqual(['meridian.rpc 1 ack id']);
    expect(bob.incompleteCount).toBe(9);
  });

  it('takes a result in parts only from the called participant', async () => {
    const { ann, bob, sent } = partsUp();
    const result = Promise.withResolvers<string>();
    bob.register('greet', () => result.promise);
    const answer = ann.perform(call());
    await vi.advanceTimersByTimeAsync(0);
    const id = sent[0]?.topic.split(' ')[3] ?? '';
    for (const topic of [`result ${id}`, `part result ${id} 0`, `end result ${id} 1`])
      ann.onMessage({ sessionId: 'PA_eve', topic: `meridian.rpc 2 ${topic}`, payload: empty }, 'eve');
    result.resolve(large);
    expect(await answer).toBe(large);
    expect(ann.incompleteCount).toBe(0);
  });

  it('fails when its result is cut', async () => {
    const { ann, bob, sent } = partsUp();
    bob.register('greet', () => new Promise<string>(() => undefined));
    const code = codeOf(ann.perform(call()));
    await vi.advanceTimersByTimeAsync(0);
    const id = sent[0]?.topic.split(' ')[3] ?? '';
    for (const topic of [`result ${id}`, `cut result ${id}`])
      ann.onMessage({ sessionId: 'PA_bob', topic: `meridian.rpc 2 ${topic}`, payload: empty }, 'bob');
    expect(await code).toBe(RpcErrorCode.ApplicationError);
  });
});
