// What the page's server passes on of LiveKit's clients, to which signaling node, and how that ends.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get as getHttp, type IncomingMessage, type Server } from 'node:http';
import { Agent } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRange } from '@meridian/protocol';
import { createLogger, loadConfig, ManualClock, systemClock, TlsFiles } from '@meridian/runtime';
import { createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { until } from '../../../runtime/test/support/until.ts';
import { type AppOptions, buildApp } from '../../server/app.ts';
import { type WebConfig, webConfig } from '../../server/config.ts';

const PROXY = '127.0.8.1';
let pageDir = '';
beforeAll(async () => {
  pageDir = await mkdtemp(join(tmpdir(), 'meridian-livekit-'));
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>page</title>');
});
afterAll(() => rm(pageDir, { recursive: true }));

/** `keys`: of the configuration. */
async function page(entryUrls: readonly string[], o: Partial<AppOptions> = {}, keys: Partial<WebConfig> = {}) {
  const file = join(pageDir, 'config.json');
  await writeFile(file, JSON.stringify(Object.assign({ entryUrls, pageDir }, keys)));
  const config = loadConfig(webConfig, { argv: ['--config', file], env: {} });
  const app = await buildApp({
    config,
    trustedProxies: [parseRange(PROXY) ?? expect.unreachable()],
    clock: systemClock(),
    log: createLogger({ name: 'web', level: 'fatal' }),
    ...o,
  });
  onTestFinished(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, rtc: `${url.replace('http', 'ws')}/rtc`, close: () => app.close() };
}

/** Stands for a signaling node: an entry that names `candidates`, and `/rtc`. */
class FakeNode {
  readonly server: Server;
  readonly sockets: WebSocket[] = [];
  readonly heard: IncomingMessage[] = [];
  candidates: () => unknown = () => [{ url: `${this.url.replace('http', 'ws')}/v1/rtc` }];
  entryStatus = 200;
  /** What `/rtc` answers without letting a client in; `hang`: nothing. */
  refusal: { status: number; text: string } | 'hang' | undefined;

  static async start(): Promise<FakeNode> {
    const node = new FakeNode();
    node.server.listen(0, '127.0.0.1');
    await once(node.server, 'listening');
    onTestFinished(() => node.stop());
    return node;
  }

  private constructor() {
    const upgrader = new WebSocketServer({ noServer: true });
    this.server = createServer((request, response) => {
      this.heard.push(request);
      if (request.url === '/v1/entry') {
        response.writeHead(this.entryStatus).end(JSON.stringify({ candidates: this.candidates() }));
        return;
      }
      const { status, text } = this.#refusal ?? { status: 200, text: 'success' };
      const cors = { 'access-control-allow-origin': 'https://app.example', vary: 'Origin', 'set-cookie': 'a=b' };
      response.writeHead(status, { 'content-type': 'text/plain', ...cors }).end(text);
    });
    this.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.heard.push(request);
      if (this.refusal === 'hang') return;
      const refused = this.#refusal;
      if (refused !== undefined)
        socket.end(`HTTP/1.1 ${refused.status} No\r\nContent-Length: ${refused.text.length}\r\n\r\n${refused.text}`);
      else upgrader.handleUpgrade(request, socket, head, (webSocket) => this.sockets.push(webSocket));
    });
  }

  get #refusal() {
    return this.refusal === 'hang' ? undefined : this.refusal;
  }
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  /** Requests below `/rtc`. */
  get asked(): IncomingMessage[] {
    return this.heard.filter(({ url }) => url?.startsWith('/rtc'));
  }
  stop(): void {
    for (const socket of this.sockets) socket.terminate();
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** An address where nothing listens. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${port}`;
}
const named = (...urls: string[]) => urls.map((url) => ({ url: `${url.replace('http', 'ws')}/v1/rtc` }));

async function opened(url: string, o: ClientOptions = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, o);
  onTestFinished(() => {
    socket.on('error', () => undefined);
    socket.terminate();
  });
  await once(socket, 'open');
  return socket;
}

async function refusal(url: string, o: ClientOptions = {}) {
  const socket = new WebSocket(url, o);
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  let text = '';
  for await (const part of response) text += String(part);
  return { status: response.statusCode, text };
}

describe('a socket at /rtc', () => {
  it('reaches a node with its query, its token and the client’s address, and without cookies of the page', async () => {
    const node = await FakeNode.start();
    const { rtc } = await page([node.url]);
    const headers = { authorization: 'Bearer t', cookie: 'session=x', origin: 'https://app.example' };
    await opened(`${rtc}?access_token=a.b.c&sdk=js`, {
      headers: { ...headers, 'x-forwarded-for': '203.0.113.7' },
      localAddress: PROXY,
    });
    await opened(`${rtc}/?sdk=rust`, { headers: { 'x-forwarded-for': '203.0.113.8' }, localAddress: '127.0.8.9' });
    expect(node.asked.map(({ url }) => url)).toEqual(['/rtc?access_token=a.b.c&sdk=js', '/rtc/?sdk=rust']);
    expect(node.asked[0]?.headers).toMatchObject({ authorization: 'Bearer t', origin: 'https://app.example' });
    expect(node.asked[0]?.headers.cookie).toBe(undefined);
    const forwarded = node.heard.map(({ headers: { 'x-forwarded-for': from } }) => from);
    expect(forwarded).toEqual(['203.0.113.7', '203.0.113.7', '127.0.8.9', '127.0.8.9']);
  });

  it('passes messages of a megabyte both ways, and the code with which either side closes', async () => {
    const node = await FakeNode.start();
    const { rtc } = await page([node.url]);
    for (const closer of ['client', 'node']) {
      const client = await opened(rtc);
      await until('the node', () => node.sockets.length > 0);
      const there = node.sockets.pop() ?? expect.unreachable();
      const large = Buffer.alloc(1024 * 1024, closer);
      for (const [from, to] of [
        [client, there],
        [there, client],
      ] as const) {
        from.send(large);
        const [message] = (await once(to, 'message')) as [Buffer];
        expect(message.equals(large)).toBe(true);
      }
      const [first, second] = closer === 'client' ? [client, there] : [there, client];
      first.close(4001, 'over');
      expect((await once(second, 'close')).map(String)).toEqual(['4001', 'over']);
    }
  });

  it('waits for a side that does not read, and loses nothing', async () => {
    const node = await FakeNode.start();
    const { rtc } = await page([node.url]);
    const [slow, quick] = [await opened(rtc), await opened(rtc)];
    await until('the node', () => node.sockets.length === 2);
    slow.pause();
    const part = Buffer.alloc(1024 * 1024);
    const heard = new Map([slow, quick].map((client) => [client, 0]));
    for (const client of heard.keys())
      client.on('message', (data: Buffer) => heard.set(client, (heard.get(client) ?? 0) + data.length));
    let isTaken = false;
    for (const [at, there] of node.sockets.entries())
      for (let sent = 1; sent <= 32; sent += 1)
        there.send(part, () => {
          isTaken ||= at === 0 && sent === 32;
        });
    await until('all of it at the quick one', () => heard.get(quick) === 32 * part.length);
    // What neither the kernel nor the page takes stays where it was made.
    expect(isTaken).toBe(false);
    slow.resume();
    await until('all of it at the slow one', () => heard.get(slow) === 32 * part.length);
  });

  it('of a page with a certificate works too', async () => {
    const authority = await createLocalAuthority({ name: 'test', nowMs: Date.now() });
    const { keyPem, certPem } = await issueServerCertificate(authority, { ip: '192.168.1.5', nowMs: Date.now() });
    const names = { tlsKeyFile: join(pageDir, 'tls.key'), tlsCertFile: join(pageDir, 'tls.crt') };
    await writeFile(names.tlsKeyFile, keyPem, { mode: 0o600 });
    await writeFile(names.tlsCertFile, certPem);
    const node = await FakeNode.start();
    const { rtc } = await page([node.url], { tls: TlsFiles.load(names, new ManualClock({ wallMs: Date.now() })) });
    // It answers at loopback with the certificate of a LAN address: the name is what is not looked at here.
    const agent = new Agent({ ca: authority.certPem, checkServerIdentity: () => undefined });
    const client = await opened(rtc, { agent });
    client.send('x');
    await until('the node', () => node.sockets.length > 0);
  });
});

describe('which node', () => {
  it('a refused token is passed back with its reason, and no other node is asked', async () => {
    const [first, second] = [await FakeNode.start(), await FakeNode.start()];
    first.candidates = () => named(first.url, second.url);
    first.refusal = { status: 401, text: 'TOKEN_EXPIRED: The token has expired.' };
    const { rtc } = await page([first.url]);
    expect(await refusal(`${rtc}?access_token=t`)).toEqual(first.refusal);
    expect([first.asked.length, second.asked.length]).toEqual([1, 0]);
  });

  it('is the next one when the best is gone, and when it is full', async () => {
    const [first, second] = [await FakeNode.start(), await FakeNode.start()];
    first.refusal = { status: 503, text: 'full' };
    const { rtc } = await page([first.url]);
    for (const best of [await deadUrl(), first.url]) {
      first.candidates = () => named(best, second.url);
      await opened(rtc);
    }
    expect([first.asked.length, second.asked.length]).toEqual([1, 2]);
    second.refusal = { status: 503, text: 'full as well' };
    expect(await refusal(rtc)).toEqual(second.refusal);
  });

  it('is the next one when the best does not answer in time', async () => {
    const clock = new ManualClock();
    const [first, second] = [await FakeNode.start(), await FakeNode.start()];
    first.candidates = () => named(first.url, second.url);
    first.refusal = 'hang';
    const { rtc } = await page([first.url], { clock });
    const opening = opened(rtc);
    await until('the first', () => first.asked.length === 1);
    expect(second.asked).toEqual([]);
    clock.advance(2500);
    await opening;
    expect(second.asked.length).toBe(1);
  });

  it('is one of three at most, whatever an entry names', async () => {
    const node = await FakeNode.start();
    const dead = await deadUrl();
    node.candidates = () => [
      null,
      7,
      { url: 5 },
      { url: 'http://elsewhere.example/v1/rtc' },
      { url: 'ws://127.0.0.1:1/other' },
      ...named(dead, dead, dead, node.url),
    ];
    const { rtc } = await page([node.url]);
    expect((await refusal(rtc)).status).toBe(503);
    expect(node.asked).toEqual([]);
  });

  it('is named by the next entry when one is gone or speaks nonsense', async () => {
    const [first, second] = [await FakeNode.start(), await FakeNode.start()];
    first.candidates = () => 'x'.repeat(100_000);
    const { rtc } = await page([await deadUrl(), first.url, second.url]);
    await opened(rtc);
    expect(second.asked.length).toBe(1);
  });

  it('is that of the entry itself when it is asked too often', async () => {
    const node = await FakeNode.start();
    node.entryStatus = 429;
    const { rtc } = await page([node.url]);
    await opened(rtc);
    expect(node.asked.length).toBe(1);
  });

  it('is none when no entry answers, or a way leads back to the page', async () => {
    const away = await page([await deadUrl()]);
    expect(await refusal(away.rtc)).toMatchObject({
      status: 503,
      text: expect.stringContaining('SIGNALING_UNREACHABLE'),
    });
    const node = await FakeNode.start();
    const { url, rtc } = await page([node.url]);
    node.candidates = () => named(url);
    expect(await refusal(rtc)).toMatchObject({ status: 503 });
    expect(node.heard.map((request) => request.url)).toEqual(['/v1/entry']);
  });
});

describe('the end', () => {
  async function pair(o: Partial<AppOptions> = {}) {
    const node = await FakeNode.start();
    const served = await page([node.url], o);
    const client = await opened(served.rtc);
    await until('the node', () => node.sockets.length > 0);
    const there = node.sockets[0] ?? expect.unreachable();
    client.on('error', () => undefined);
    const ends = () => Promise.all([once(client, 'close'), once(there, 'close')]);
    return { ...served, client, there, ends };
  }

  it.each([
    ['a node that dies', ({ there }) => there.terminate()],
    ['a client that dies', ({ client }) => client.terminate()],
    ['a page that stops', ({ close }) => void close()],
  ] as [string, (o: Awaited<ReturnType<typeof pair>>) => void][])('%s ends both sockets', async (_name, end) => {
    const o = await pair();
    const ended = o.ends();
    end(o);
    await ended;
  });

  it('a socket on which nothing passes ends, and one that is pinged stays', async () => {
    const o = await pair({ idleMsMax: 300 });
    const begin = performance.now();
    const pings = setInterval(() => o.there.ping(), 50);
    await until('twice the time', () => performance.now() - begin > 700);
    expect(o.client.readyState).toBe(WebSocket.OPEN);
    clearInterval(pings);
    await o.ends();
  });
});

describe('bounds', () => {
  it('an address has so many at once and others get in; a place is free again when one ends', async () => {
    const node = await FakeNode.start();
    const { rtc } = await page([node.url], {}, { liveKitClientsPerAddressMax: 3 });
    const all = await Promise.all(Array.from({ length: 3 }, () => opened(rtc, { localAddress: '127.0.9.1' })));
    expect(await refusal(rtc, { localAddress: '127.0.9.1' })).toMatchObject({
      status: 503,
      text: expect.stringContaining('OVERLOADED'),
    });
    await opened(rtc, { localAddress: '127.0.9.2' });
    const before = node.asked.length;
    all[0]?.close();
    await once(all[0] ?? expect.unreachable(), 'close');
    await opened(rtc, { localAddress: '127.0.9.1' });
    expect(node.asked.length).toBe(before + 1);
  });

  it('are 200 of an address by default; with others, its listener has room for them', async () => {
    const node = await FakeNode.start();
    const fill = async (rtc: string, length: number): Promise<void> => {
      await Promise.all(Array.from({ length }, () => opened(rtc, { localAddress: '127.0.9.1' })));
      expect((await refusal(rtc, { localAddress: '127.0.9.1' })).status).toBe(503);
    };
    await fill((await page([node.url])).rtc, 200);
    await fill((await page([node.url], {}, { liveKitClientsPerAddressMax: 260 })).rtc, 260);
  });

  it('are of all addresses together, too', async () => {
    const node = await FakeNode.start();
    const { rtc } = await page([node.url], {}, { liveKitClientsMax: 2 });
    for (const localAddress of ['127.0.9.1', '127.0.9.2']) await opened(rtc, { localAddress });
    expect((await refusal(rtc, { localAddress: '127.0.9.3' })).status).toBe(503);
  });

  it('other requests for an upgrade are answered as if they were for none', async () => {
    const { url } = await page(['http://127.0.0.1:1']);
    for (const [path, upgrade, status] of [
      ['/healthz', 'h2c', 200],
      ['/healthz', 'websocket', 200],
      ['/rtc', 'h2c', 404],
    ] as const) {
      const asked = getHttp(url + path, { headers: { connection: 'Upgrade', upgrade } });
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      expect([path, response.resume().statusCode]).toEqual([path, status]);
    }
  });

  it('a client that asks and says no more, or half of it, is ended', async () => {
    const clock = new ManualClock();
    const node = await FakeNode.start();
    node.refusal = 'hang';
    const { url } = await page([node.url], { clock });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write('GET /rtc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await until('the node', () => node.asked.length === 1);
    let answer = '';
    socket.on('data', (data) => {
      answer += String(data);
    });
    clock.advance(8000);
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  });
});

describe('requests below /rtc', () => {
  const get = async (url: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { headers: { origin: 'https://app.example', ...headers } });
    const { status, headers: heard } = response;
    return { status, cors: heard.get('access-control-allow-origin'), text: await response.text(), heard };
  };

  it('validate answers what the node answers, readable for pages of its origins', async () => {
    const node = await FakeNode.start();
    const { url } = await page([node.url]);
    const good = await get(`${url}/rtc/validate?access_token=t`, { authorization: 'Bearer t' });
    expect(good).toMatchObject({ status: 200, cors: 'https://app.example', text: 'success' });
    expect([good.heard.get('vary'), good.heard.get('set-cookie')]).toEqual(['Origin', null]);
    expect(node.asked[0]).toMatchObject({
      url: '/rtc/validate?access_token=t',
      headers: { authorization: 'Bearer t' },
    });
    node.refusal = { status: 401, text: 'TOKEN_EXPIRED: The token has expired.' };
    expect(await get(`${url}/rtc/validate?access_token=t`)).toMatchObject({
      ...node.refusal,
      cors: 'https://app.example',
    });
    node.refusal = { status: 200, text: 'x'.repeat(5000) };
    expect(await get(`${url}/rtc/validate`)).toMatchObject({ status: 503, cors: '*' });
  });

  it.each(['http://elsewhere.example', '//elsewhere.example', 'http:', '/\\elsewhere.example'])(
    'an address that begins with %s is refused, and nothing is asked',
    async (begin) => {
      const node = await FakeNode.start();
      const { url } = await page([node.url]);
      for (const path of ['/rtc/validate', '/rtc'])
        for (const upgrade of ['', 'Connection: Upgrade\r\nUpgrade: websocket\r\n']) {
          const socket = connect(Number(new URL(url).port), '127.0.0.1');
          socket.write(`GET ${begin}${path} HTTP/1.1\r\nHost: elsewhere.example\r\n${upgrade}\r\n`);
          const [head] = await once(socket, 'data');
          socket.destroy();
          expect([path, upgrade, String(head).slice(0, 13)]).toEqual([
            path,
            upgrade,
            expect.stringMatching(/ 40[034] /),
          ]);
        }
      expect(node.heard).toEqual([]);
    },
  );

  it('the path of the newer protocol is not there, and pages can read that', async () => {
    const { url, rtc } = await page(['http://127.0.0.1:1']);
    for (const path of ['/rtc/v1', '/rtc/v1/validate?access_token=t']) {
      const answer = await get(url + path);
      expect(answer).toMatchObject({ status: 404, cors: '*' });
      expect(answer.text).not.toContain('requested room does not exist');
    }
    expect((await refusal(`${rtc}/v1?access_token=t`)).status).toBe(404);
  });
});
