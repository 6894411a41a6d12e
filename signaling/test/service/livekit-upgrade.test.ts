// Tests the upgrade of a LiveKit client's socket: its token, the addresses that SDKs try, and the bounds.
import { once } from 'node:events';
import { connect } from 'node:net';
import { limits, MeridianError, parseRange } from '@meridian/protocol';
import { createLogger, ManualClock, systemClock } from '@meridian/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ClientServer, type ClientServerOptions, type Upgraded } from '../../src/adapters/clients/http.ts';
import { LiveKitSocket } from '../../src/adapters/clients/livekit-socket.ts';
import { type ConnectQuery, connectQueryLengthMax } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';
import { token } from './rig/client.ts';
import { Raw, upgradeRequest } from './rig/raw-upgrade.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

const PAGE = 'https://app.example';

/** Returns the end of an upgrade: the status and text of its refusal, or the code with which the socket was closed. */
function outcome(url: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on('error', reject);
    socket.on('message', () => socket.close());
    socket.on('close', (status, reason) => resolve({ status, text: String(reason) }));
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (data: Buffer) => {
        text += String(data);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
  });
}

async function get(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers: { origin: PAGE, ...headers } });
  const cors = response.headers.get('access-control-allow-origin');
  return { status: response.status, cors, text: await response.text() };
}

describe('tokens', () => {
  let rig: Rig;
  let instance: Instance | undefined;
  const logged: string[] = [];
  const rtc = (query: string): string => `${instance?.httpUrl.replace('http', 'ws')}/rtc?${query}`;
  const validate = (query: string): string => `${instance?.httpUrl}/rtc/validate?${query}`;
  beforeAll(async () => {
    const destination = { write: (line: string) => void logged.push(line) };
    rig = await Rig.start({ log: createLogger({ name: 'test', level: 'trace', destination }) });
    await rig.node('sfu-1');
    instance = await rig.instance('sig-livekit');
  });
  afterAll(async () => {
    await rig.close();
  });

  const bad = [
    ['none', async () => '', 401, 'TOKEN_MISSING'],
    ['no token of ours', async () => 'a.b.c', 401, 'TOKEN_INVALID'],
    ['of another secret', () => token({ secret: 'another secret that is long enough as well' }), 401, 'TOKEN_INVALID'],
    ['expired', () => token({ expiresInS: -70 }), 401, 'TOKEN_EXPIRED'],
    ['without the right to join', () => token({ video: { roomJoin: false } }), 403, 'NOT_PERMITTED'],
  ] as const;
  it.each(bad)(
    '%s: the upgrade is refused with a status, and validate gives the reason',
    async (_name, make, status, code) => {
      const bearer = { authorization: `Bearer ${await make()}` };
      const query = `access_token=${await make()}`;
      for (const refused of [await outcome(rtc(query)), await outcome(rtc('sdk=rust'), bearer)])
        expect(refused).toEqual({ status, text: expect.stringContaining(code) });
      for (const refused of [await get(validate(query)), await get(validate(''), bearer)])
        expect(refused).toEqual({ status, cors: '*', text: expect.stringMatching(`^${code}: `) });
    },
  );

  it('a good token opens the socket, in the query or in `Authorization`; validate answers success', async () => {
    const good = await token();
    const bearer = { authorization: `Bearer ${good}` };
    expect((await outcome(rtc(`access_token=${good}`))).status).toBeGreaterThanOrEqual(1000);
    expect((await outcome(rtc('').replace('/rtc?', '/rtc/'), bearer)).status).toBeGreaterThanOrEqual(1000);
    expect(await get(validate(`access_token=${good}`))).toEqual({ status: 200, cors: '*', text: 'success' });
  });

  it('an expired token still resumes a session, as with our own clients', async () => {
    const expired = await token({ expiresInS: -70 });
    expect((await get(validate(`access_token=${expired}&reconnect=1&sid=PA_x`))).status).toBe(200);
    expect((await get(validate(`access_token=${expired}&reconnect=0&sid=PA_x`))).status).toBe(401);
  });

  it('no log line contains a token, at any level', async () => {
    const secret = await token({ identity: 'zoe', expiresInS: -10 });
    await outcome(rtc(`access_token=${secret}`));
    await get(validate(`access_token=${secret}`));
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.filter((line) => line.includes(secret) || line.includes('access_token'))).toEqual([]);
  });
});

describe('addresses and bounds', () => {
  const closing: (() => unknown)[] = [];
  const refused: string[] = [];
  let opensAtOnce = true;
  const entered: (Upgraded & { query: ConnectQuery; socket: LiveKitSocket; events: string[] })[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    refused.length = 0;
    entered.length = 0;
    opensAtOnce = true;
  });

  async function listen(o: Partial<ClientServerOptions> = {}): Promise<ClientServer> {
    const server = await ClientServer.listen({
      host: '127.0.0.1',
      port: 0,
      allowedOrigins: [PAGE],
      trustedProxies: [parseRange('127.0.8.1') ?? expect.unreachable()],
      log: createLogger({ name: 'test', level: 'fatal' }),
      clock: systemClock(),
      development: false,
      entry: async () => [],
      missing: () => [],
      isFull: () => false,
      verify: async () => undefined,
      onLiveKit: (upgrade, upgraded) => {
        const socket = new LiveKitSocket(upgrade, systemClock(), { development: false });
        const events: string[] = [];
        entered.push({ ...upgraded, socket, events });
        socket.listen({
          onMessage: (bytes) => events.push(`message of ${bytes.byteLength}`),
          onSilent: () => events.push('silent'),
          onEnd: (clean, why) => events.push(`end ${clean} ${why}`),
        });
        if (opensAtOnce) socket.open();
      },
      onClient: (socket) => socket.terminate(),
      onEcho: (socket) => socket.terminate(),
      onRefused: (why) => refused.push(why),
      openFilesMax: Number.POSITIVE_INFINITY,
      ...o,
    });
    closing.push(() => server.close());
    return server;
  }
  const url = (server: ClientServer, path = '/rtc?access_token=t'): string => `ws://127.0.0.1:${server.port}${path}`;
  const page = (server: ClientServer, path: string): string => `http://127.0.0.1:${server.port}${path}`;
  async function open(server: ClientServer, headers: Record<string, string> = {}): Promise<WebSocket> {
    const socket = new WebSocket(url(server), { headers });
    closing.push(() => socket.terminate());
    socket.on('error', () => undefined);
    await until(() => socket.readyState === WebSocket.OPEN, 'the socket');
    await until(() => entered.length > 0, 'the client');
    return socket;
  }

  it('paths that SDKs try first, and that only LiveKit’s cloud has, get a 404 that pages can read', async () => {
    const server = await listen();
    for (const path of ['/rtc/v1', '/rtc/v1/validate', '/settings/regions']) {
      const answer = await get(page(server, path));
      expect(answer, path).toMatchObject({ status: 404, cors: PAGE });
      expect(answer.text, path).not.toContain('requested room does not exist');
    }
    for (const path of ['/rtc/v1?access_token=t', '/rtc//', '/rtcx', '/RTC'])
      expect((await outcome(url(server, path))).status, path).toBe(404);
    // The first path does not count as a refusal, since every SDK tries it.
    expect(refused).toEqual(['path', 'path', 'path']);
  });

  it('an address with a host in it is taken as the path alone, or refused', async () => {
    const server = await listen();
    const status = async (target: string, headers = ''): Promise<string> => {
      const socket = connect(server.port, '127.0.0.1');
      closing.push(() => socket.destroy());
      socket.write(`GET ${target}?access_token=t HTTP/1.1\r\nHost: elsewhere.example\r\n${headers}\r\n`);
      const [answer] = await once(socket, 'data');
      return String(answer).slice(9, 12);
    };
    expect(await status('http://elsewhere.example/rtc/validate')).toBe('200');
    expect(await status('//elsewhere.example/rtc/validate')).toBe('404');
    for (const begin of ['http://elsewhere.example', '//elsewhere.example'])
      expect(await status(`${begin}/rtc`, 'Connection: Upgrade\r\nUpgrade: websocket\r\n')).toBe('404');
    expect(entered).toEqual([]);
  });

  it('a token or query that is too long is refused before its check, and a longer one by the parser', async () => {
    const looked: string[] = [];
    const server = await listen({ verify: async (one) => void looked.push(one) });
    const longToken = `access_token=${'x'.repeat(limits.tokenBytesMax + 1)}`;
    const longQuery = `access_token=t&os=${'x'.repeat(connectQueryLengthMax)}`;
    for (const [query, status, text] of [
      [longToken, 401, `TOKEN_INVALID: The token is longer than ${limits.tokenBytesMax} bytes.`],
      [longQuery, 400, 'REQUEST_INVALID: The query is longer than'],
    ] as const)
      for (const refusal of [
        await outcome(url(server, `/rtc?${query}`)),
        await get(page(server, `/rtc/validate?${query}`)),
      ])
        expect(refusal).toMatchObject({ status, text: expect.stringContaining(text) });
    const tooLong = `?${'x'.repeat(limits.headerBytesMax)}`;
    expect((await outcome(url(server, `/rtc${tooLong}`))).status).toBe(431);
    const text = expect.stringMatching(/^REQUEST_INVALID: .* A token in them is too long/);
    expect(await get(page(server, `/rtc/validate${tooLong}`))).toEqual({ status: 431, cors: '*', text });
    expect(looked).toEqual([]);
    const largest = `access_token=${'x'.repeat(limits.tokenBytesMax)}`;
    expect((await get(page(server, `/rtc/validate?${largest}`))).status).toBe(200);
  });

  it('a page of another origin, and any client of a full service, is refused before its token is checked', async () => {
    let isFull = false;
    const server = await listen({ isFull: () => isFull, verify: () => expect.unreachable() });
    expect((await outcome(url(server), { origin: 'https://elsewhere.example' })).status).toBe(403);
    isFull = true;
    for (const refusal of [await outcome(url(server)), await get(page(server, '/rtc/validate?access_token=t'))])
      expect(refusal).toMatchObject({ status: 503, text: expect.stringMatching(/^OVERLOADED: .*\. Try again/) });
    expect(refused).toEqual(['origin', 'full']);
    // Our own clients ask why their socket did not open, from pages of any origin.
    const own = (origin: string) => get(page(server, '/v1/rtc/validate'), { origin });
    expect(await own(PAGE)).toMatchObject({ status: 503, cors: PAGE, text: expect.stringContaining('"OVERLOADED"') });
    isFull = false;
    expect(await own(PAGE)).toMatchObject({ status: 200, cors: PAGE });
    expect(await own('https://elsewhere.example')).toMatchObject({
      status: 403,
      cors: '*',
      text: expect.stringContaining('"NOT_PERMITTED"'),
    });
  });

  it('an address that asks too often has to wait, with sockets and validate counted together', async () => {
    const server = await listen({
      clock: new ManualClock(),
      verify: async () => Promise.reject(new MeridianError('TOKEN_INVALID')),
    });
    const from = (path: string) => get(page(server, path));
    const answers: { status: number }[] = [];
    const fifty = Array.from({ length: 50 });
    while (answers.length < bounds.handshakesBurst)
      answers.push(...(await Promise.all(fifty.map(() => from('/rtc/validate?access_token=t')))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await from('/rtc/validate?access_token=t')).toMatchObject({ status: 429, cors: PAGE });
    expect((await outcome(url(server))).status).toBe(429);
    expect(refused).toEqual(['handshakes']);
  });

  it('a token that cannot be checked in time, or while no API key is available, is not reported as invalid', async () => {
    const clock = new ManualClock();
    let looks = 0;
    const server = await listen({
      clock,
      verify: () => {
        looks += 1;
        return new Promise(() => undefined);
      },
    });
    const waiting = outcome(url(server));
    await until(() => looks === 1, 'the look at the token');
    clock.advance(limits.authDeadlineMs);
    expect(await waiting).toMatchObject({ status: 503 });
    const other = await listen({ verify: () => Promise.reject(new MeridianError('API_UNREACHABLE')) });
    expect(await outcome(url(other))).toEqual({ status: 503, text: expect.stringContaining('API_UNREACHABLE') });
  });

  it('a closing listener ends clients whose token is being checked', async () => {
    let looks = 0;
    const server = await listen({
      verify: () => {
        looks += 1;
        return new Promise(() => undefined);
      },
    });
    const raw = new Raw(server.port, '127.0.0.1', upgradeRequest().replace('/v1/rtc', '/rtc'));
    await until(() => looks === 1, 'the look at the token');
    await server.close();
    await raw.ends();
    expect(raw.answer).toBe('');
  });

  it('a client that goes before the answer to its upgrade is reported as gone, once', async () => {
    opensAtOnce = false;
    const server = await listen();
    for (const leave of [(raw: Raw) => raw.socket.end(), (raw: Raw) => raw.socket.resetAndDestroy()]) {
      const raw = new Raw(server.port, '127.0.0.1', upgradeRequest().replace('/v1/rtc', '/rtc?access_token=t'));
      await until(() => entered.length === 1, 'the client');
      leave(raw);
      const [client] = entered.splice(0);
      await until(() => client?.events.length === 1, 'its end');
      await raw.ends();
      client?.socket.send(Buffer.alloc(1));
      client?.socket.close(1000, '');
      expect(client?.events).toEqual(['end false gone before the upgrade']);
    }
  });

  it('a client that speaks before the answer to its upgrade is cut', async () => {
    opensAtOnce = false;
    const server = await listen();
    const raw = new Raw(server.port, '127.0.0.1', upgradeRequest().replace('/v1/rtc', '/rtc?access_token=t'));
    await until(() => entered.length === 1, 'the client');
    raw.socket.write('hello');
    await raw.ends();
    expect(raw.answer).toBe('');
  });

  it('an upgrade opens when its join takes long', async () => {
    opensAtOnce = false;
    const server = await listen();
    const socket = new WebSocket(url(server));
    closing.push(() => socket.terminate());
    await until(() => entered.length === 1, 'the client');
    expect(socket.readyState).toBe(WebSocket.CONNECTING);
    await once(socket, 'open');
    expect(entered[0]?.events).toEqual([]);
  });

  it('a flood of messages cuts the socket until its client is proven', async () => {
    const server = await listen();
    const socket = await open(server);
    for (let sent = 0; sent < 2 * bounds.newSocketFrames.burst; sent += 1) socket.send(Buffer.alloc(1));
    await until(() => refused.includes('frames'), 'the cut');
    expect(entered[0]?.events.length).toBeLessThanOrEqual(bounds.newSocketFrames.burst + 1);
  });

  it('the largest message passes once the client is proven; a larger one ends the socket with 1009', async () => {
    const server = await listen();
    const socket = await open(server);
    const [client] = entered;
    client?.prove();
    socket.send(Buffer.alloc(bounds.liveKitMessageBytesMax));
    await until(() => client?.events.length === 1, 'the message');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(Buffer.alloc(bounds.liveKitMessageBytesMax + 1));
    expect(await closed).toBe(1009);
    expect(client?.events[0]).toBe(`message of ${bounds.liveKitMessageBytesMax}`);
  });

  it('text ends the socket with 1003, and later messages are ignored', async () => {
    const server = await listen();
    const socket = await open(server);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('{"ping":1}');
    socket.send(Buffer.alloc(1));
    expect(await closed).toBe(1003);
    await until(() => entered[0]?.events.length === 1, 'the end');
    expect(entered[0]?.events[0]).toMatch(/^end /);
  });

  it('the node gets the client’s query, and its address as a trusted proxy names it', async () => {
    const server = await listen();
    const socket = new WebSocket(url(server, '/rtc/?access_token=t&sdk=js&auto_subscribe=0'), {
      headers: { 'x-forwarded-for': '203.0.113.7' },
      localAddress: '127.0.8.1',
    });
    closing.push(() => socket.terminate());
    await Promise.all([once(socket, 'open'), until(() => entered.length > 0, 'the client')]);
    expect(entered[0]).toMatchObject({
      clientIp: '203.0.113.7',
      query: { sdk: 'js', autoSubscribe: false, token: 't' },
    });
  });
});
