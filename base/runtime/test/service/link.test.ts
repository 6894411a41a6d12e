import { LinkError, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT, type Cluster, connectPair, makeCluster, type Pair, SERVER } from '../support/cluster.ts';
import { collectingLog } from '../support/log.ts';
import { until } from '../support/until.ts';

const ECHO = 7;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);

let cluster: Cluster;
const pairs: Pair[] = [];
beforeAll(async () => {
  cluster = await makeCluster();
});
afterEach(async () => {
  for (const pair of pairs.splice(0)) await pair.close();
});

async function pairUp(changes: Parameters<typeof connectPair>[1] = {}): Promise<Pair> {
  const pair = await connectPair(cluster, changes);
  pairs.push(pair);
  return pair;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof LinkError) return error.code;
    throw error;
  }
  return 'resolved';
}

describe('a link', () => {
  it('knows both identities from the certificates and the addresses from the sockets', async () => {
    const { near, far, dialer, server } = await pairUp();
    expect(near.remote).toEqual(SERVER);
    expect(far.remote).toEqual(CLIENT);
    expect(near.remoteAddress).toBe('127.0.0.1');
    expect(far.localAddress).toBe('127.0.0.1');
    expect(dialer.link).toBe(near);
    expect(server.linkCount).toBe(1);
  });

  it('carries requests and answers both ways at once', async () => {
    const { near, far } = await pairUp();
    far.onRequest(ECHO, (payload, link) => bytes(`far:${link.remote.id}:${text(payload)}`));
    near.onRequest(ECHO, async (payload) => bytes(`near:${text(payload)}`));
    const answers = await Promise.all([
      near.request(ECHO, bytes('a')),
      far.request(ECHO, bytes('b')),
      near.request(ECHO, bytes('')),
    ]);
    expect(answers.map(text)).toEqual(['far:client-1:a', 'near:b', 'far:client-1:']);
  });

  it('delivers messages in order, also those sent before the receiver has had a turn', async () => {
    const received: string[] = [];
    const { near } = await pairUp({
      dialer: { onLink: (link) => void [0, 1, 2].map((at) => link.send(ECHO, bytes(`early ${at}`))) },
      server: { onLink: (link) => link.onMessage(ECHO, (payload) => void received.push(text(payload))) },
    });
    for (let at = 0; at < 100; at++) expect(near.send(ECHO, bytes(`late ${at}`))).toBe(true);
    await until('all messages', () => received.length === 103);
    expect(received).toEqual([
      ...[0, 1, 2].map((at) => `early ${at}`),
      ...Array.from({ length: 100 }, (_, at) => `late ${at}`),
    ]);
  });

  it('gives the requester the code and message that a handler threw, and a general code for an error without a code', async () => {
    const { near, far } = await pairUp();
    far.onRequest(1, () => {
      throw Object.assign(new Error('no such thing'), { code: 'THING_UNKNOWN' });
    });
    far.onRequest(2, async () => Promise.reject(new TypeError('a bug')));
    far.onRequest(3, () => {
      throw Object.assign(new Error('odd'), { code: 'not a code' });
    });
    await expect(near.request(1, bytes(''))).rejects.toMatchObject({
      name: 'LinkError',
      code: 'THING_UNKNOWN',
      message: 'no such thing',
    });
    await expect(near.request(2, bytes(''))).rejects.toMatchObject({ code: 'LINK_HANDLER_FAILED', message: 'a bug' });
    await expect(near.request(3, bytes(''))).rejects.toMatchObject({ code: 'LINK_HANDLER_FAILED' });
    await expect(near.request(4, bytes(''))).rejects.toMatchObject({ code: 'LINK_NO_HANDLER' });
    expect(near.closed).toBe(false);
  });

  it('keeps going when a message handler throws', async () => {
    const { log, lines } = collectingLog();
    const { near, far } = await pairUp({ server: { log } });
    far.onMessage(1, () => {
      throw new Error('a bug');
    });
    far.onRequest(ECHO, (payload) => payload);
    near.send(1, bytes('x'));
    expect(text(await near.request(ECHO, bytes('still here')))).toBe('still here');
    expect(lines.some((line) => line['msg'] === 'message handler failed')).toBe(true);
  });

  it.each([
    ['type below zero', -1, {}, 'LINK_NO_HANDLER'],
    ['type above 65535', 65_536, {}, 'LINK_NO_HANDLER'],
    ['fractional type', 1.5, {}, 'LINK_NO_HANDLER'],
    ['deadline zero', 1, { deadlineMs: 0 }, 'LINK_DEADLINE'],
    ['deadline that is no number', 1, { deadlineMs: Number.NaN }, 'LINK_DEADLINE'],
    ['deadline above ten minutes', 1, { deadlineMs: 600_001 }, 'LINK_DEADLINE'],
  ])('refuses a request with %s before sending', async (_what, type, options, code) => {
    const { near } = await pairUp();
    expect(await codeOf(near.request(type, bytes(''), options))).toBe(code);
  });

  it('allows one handler per type', async () => {
    const { near } = await pairUp();
    near.onRequest(1, (payload) => payload);
    near.onMessage(1, () => undefined);
    expect(() => near.onRequest(1, (payload) => payload)).toThrow(RangeError);
    expect(() => near.onMessage(1, () => undefined)).toThrow(RangeError);
    expect(() => near.onMessage(70_000, () => undefined)).toThrow(RangeError);
  });
});

describe('limits of a link', () => {
  it('ends a request at its deadline on the clock, here and at the handler, and ignores the late answer', async () => {
    const clock = new ManualClock({ wallMs: Date.now() });
    const { near, far } = await pairUp({ dialer: { clock } });
    const lateAnswer = Promise.withResolvers<Uint8Array>();
    const requested = Promise.withResolvers<void>();
    far.onRequest(ECHO, () => {
      requested.resolve();
      return lateAnswer.promise;
    });
    far.onRequest(ECHO + 1, (payload) => payload);
    const code = codeOf(near.request(ECHO, bytes(''), { deadlineMs: 500 }));
    await requested.promise;
    clock.advance(499);
    expect(text(await near.request(ECHO + 1, bytes('before')))).toBe('before');
    clock.advance(1);
    expect(await code).toBe('LINK_DEADLINE');
    lateAnswer.resolve(bytes('too late'));
    expect(text(await near.request(ECHO + 1, bytes('after')))).toBe('after');
  });

  it('answers LINK_DEADLINE for a handler that never ends, freeing its place', async () => {
    const serverClock = new ManualClock({ wallMs: Date.now() });
    const { near, far } = await pairUp({ server: { clock: serverClock, limits: { maxPendingRequests: 1 } } });
    let requestCount = 0;
    far.onRequest(ECHO, () => {
      requestCount += 1;
      return requestCount === 1 ? new Promise<Uint8Array>(() => undefined) : bytes('served');
    });
    const first = codeOf(near.request(ECHO, bytes(''), { deadlineMs: 1_000 }));
    await until('asked', () => requestCount === 1);
    expect(await codeOf(near.request(ECHO, bytes('')))).toBe('LINK_BACKPRESSURE');
    serverClock.advance(1_000);
    expect(await first).toBe('LINK_DEADLINE');
    expect(text(await near.request(ECHO, bytes('')))).toBe('served');
  });

  it('refuses requests above the pending cap and takes new ones when one has ended', async () => {
    const { near, far } = await pairUp({ dialer: { limits: { maxPendingRequests: 2 } } });
    const gate = Promise.withResolvers<Uint8Array>();
    far.onRequest(ECHO, () => gate.promise);
    const held = [near.request(ECHO, bytes('')), near.request(ECHO, bytes(''))];
    expect(await codeOf(near.request(ECHO, bytes('')))).toBe('LINK_BACKPRESSURE');
    gate.resolve(bytes('go'));
    await Promise.all(held);
    expect(text(await near.request(ECHO, bytes('')))).toBe('go');
  });

  it('carries a payload of exactly the largest size and refuses one byte more before sending', async () => {
    const limits = { maxPayloadBytes: 1_000 };
    const { near, far } = await pairUp({ dialer: { limits }, server: { limits } });
    far.onRequest(ECHO, (payload) => payload);
    expect((await near.request(ECHO, new Uint8Array(1_000))).length).toBe(1_000);
    expect(await codeOf(near.request(ECHO, new Uint8Array(1_001)))).toBe('LINK_TOO_LARGE');
    expect(() => near.send(ECHO, new Uint8Array(1_001))).toThrow(expect.objectContaining({ code: 'LINK_TOO_LARGE' }));
    expect(near.closed).toBe(false);
  });

  it('informs the requester when the answer is too large', async () => {
    const { near, far } = await pairUp({ server: { limits: { maxPayloadBytes: 1_000 } } });
    far.onRequest(ECHO, () => new Uint8Array(1_001));
    expect(await codeOf(near.request(ECHO, bytes('')))).toBe('LINK_TOO_LARGE');
  });

  it('cuts a sender whose payload is above the limit of the receiver', async () => {
    const { near, far } = await pairUp({ server: { limits: { maxPayloadBytes: 1_000 } } });
    const farCause = Promise.withResolvers<string>();
    far.onClose(farCause.resolve);
    expect(await codeOf(near.request(ECHO, new Uint8Array(1_012)))).toBe('LINK_CLOSED');
    expect(await farCause.promise).toContain('LINK_TOO_LARGE');
  });

  it('stops sending at the back-pressure cap while the other side does not read, and goes on when it does', async () => {
    const { near, far } = await pairUp({ dialer: { limits: { maxBufferedBytes: 200_000 } } });
    let received = 0;
    far.onMessage(ECHO, () => {
      received += 1;
    });
    let sent = 0;
    // In a turn without reading, the kernel's buffers fill first, then ours.
    while (near.send(ECHO, new Uint8Array(50_000)) && sent < 10_000) sent += 1;
    expect(sent).toBeLessThan(10_000);
    expect(await codeOf(near.request(ECHO, new Uint8Array(50_000)))).toBe('LINK_BACKPRESSURE');
    await until('all that was sent arrives', () => received === sent);
    expect(near.send(ECHO, bytes('again'))).toBe(true);
    await until('the next one arrives', () => received === sent + 1);
  });
});

describe('the end of a link', () => {
  it('rejects pending requests on both sides, informs each owner once, and refuses later calls', async () => {
    const { near, far } = await pairUp();
    const causes: string[] = [];
    near.onClose((cause) => causes.push(`near: ${cause}`));
    far.onClose((cause) => causes.push(`far: ${cause}`));
    far.onRequest(ECHO, () => new Promise<Uint8Array>(() => undefined));
    near.onRequest(ECHO, () => new Promise<Uint8Array>(() => undefined));
    const pending = [codeOf(near.request(ECHO, bytes(''))), codeOf(far.request(ECHO, bytes('')))];
    near.close('enough');
    near.close('again');
    expect(await Promise.all(pending)).toEqual(['LINK_CLOSED', 'LINK_CLOSED']);
    expect(causes).toEqual(['near: enough', 'far: the other side closed (1000) enough']);
    expect(near.send(ECHO, bytes(''))).toBe(false);
    expect(await codeOf(near.request(ECHO, bytes('')))).toBe('LINK_CLOSED');
    const late: string[] = [];
    near.onClose((cause) => late.push(cause));
    expect(late).toEqual(['enough']);
  });

  it('delivers messages that were sent before a close', async () => {
    const received: string[] = [];
    const { near } = await pairUp({
      server: { onLink: (link) => link.onMessage(ECHO, (payload) => void received.push(text(payload))) },
    });
    for (let at = 0; at < 50; at++) near.send(ECHO, bytes(String(at)));
    near.close('done');
    await until('all messages', () => received.length === 50);
  });

  it('goes on with the other close handlers when one throws', async () => {
    const { near } = await pairUp();
    const causes: string[] = [];
    near.onClose(() => {
      throw new Error('a bug');
    });
    near.onClose((cause) => causes.push(cause));
    near.close('enough');
    expect(causes).toEqual(['enough']);
  });

  it('cuts a silent other side after the pong timeout by its own clock and not before', async () => {
    const clock = new ManualClock({ wallMs: Date.now() });
    const { near, far } = await pairUp({ dialer: { clock, limits: { pingIntervalMs: 100, pongTimeoutMs: 300 } } });
    far.onRequest(ECHO, (payload) => payload);
    const causes: string[] = [];
    near.onClose((cause) => causes.push(cause));
    for (let at = 0; at < 10; at++) {
      clock.advance(100);
      // The answer comes after the pong and shows life as well.
      await near.request(ECHO, bytes('alive'));
    }
    expect(causes).toEqual([]);
    // There is no turn of the event loop in between, so the link can hear nothing.
    clock.advance(299);
    expect(causes).toEqual([]);
    clock.advance(1);
    expect(causes).toEqual(['nothing received for 300 ms']);
  });

  it('does not blame the other side for the time in which this process stood still', async () => {
    let nowMs = 0;
    const manual = new ManualClock({ wallMs: Date.now() });
    // The timers of this clock come late: time moves on before the due timer runs.
    const clock = {
      nowMs: () => nowMs,
      wallMs: () => manual.wallMs(),
      after: manual.after.bind(manual),
      every: manual.every.bind(manual),
    };
    const { near } = await pairUp({ dialer: { clock, limits: { pingIntervalMs: 100, pongTimeoutMs: 300 } } });
    nowMs = 10_000;
    manual.advance(100);
    expect(near.closed).toBe(false);
    nowMs = 10_100;
    manual.advance(100);
    nowMs = 10_200;
    manual.advance(100);
    expect(near.closed).toBe(false);
    nowMs = 10_300;
    manual.advance(100);
    expect(near.closed).toBe(true);
  });

  it('leaves no timer and no socket behind on either side', async () => {
    const clock = new ManualClock({ wallMs: Date.now() });
    const sockets = (): number => process.getActiveResourcesInfo().filter((name) => /TCP|TLS/.test(name)).length;
    const before = sockets();
    const pair = await pairUp({ dialer: { clock, rng: seededRng('x') }, server: { clock } });
    pair.far.onRequest(ECHO, () => new Promise<Uint8Array>(() => undefined));
    const pending: Promise<string>[] = [];
    for (let at = 0; at < 20; at++) pending.push(codeOf(pair.near.request(ECHO, bytes(''))));
    expect(sockets()).toBeGreaterThan(before);
    await pair.close();
    expect(await Promise.all(pending)).toEqual(Array.from({ length: 20 }, () => 'LINK_CLOSED'));
    await until('timers gone', () => clock.pendingTimers === 0);
    await until('sockets gone', () => sockets() === before);
  });

  it('keeps no timer for a request that has been answered', async () => {
    const clock = new ManualClock({ wallMs: Date.now() });
    const { near, far } = await pairUp({ dialer: { clock }, server: { clock } });
    far.onRequest(ECHO, (payload) => payload);
    far.onRequest(ECHO + 1, async () => Promise.reject(new Error('refused')));
    const before = clock.pendingTimers;
    await near.request(ECHO, bytes('a'));
    await codeOf(near.request(ECHO + 1, bytes('a')));
    expect(clock.pendingTimers).toBe(before);
  });

  it('closing the server twice waits for the same end', async () => {
    const { server, far } = await pairUp();
    const [first, second] = [server.close('one'), server.close('two')];
    await Promise.all([first, second]);
    expect(far.closed).toBe(true);
    expect(server.linkCount).toBe(0);
  });
});
