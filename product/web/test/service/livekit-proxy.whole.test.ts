import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRange } from '@meridian/protocol';
import { createLogger, loadConfig, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { type AppOptions, buildApp } from '../../server/app.ts';
import { type WebConfig, webConfig } from '../../server/config.ts';

const PROXY = '127.0.8.1';
let pageDir = '';
beforeAll(async () => {
  pageDir = await mkdtemp(join(tmpdir(), 'meridian-livekit-'));
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>page</title>');
});
afterAll(() => rm(pageDir, { recursive: true }));

/** Starts a page server with these entries. `keys`: further keys of its configuration. */
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

/** A fake signaling node: an entry that lists `candidates`, and `/rtc`. */
class FakeNode {
  readonly server: Server;
  readonly sockets: WebSocket[] = [];
  readonly heard: IncomingMessage[] = [];
  candidates: () => unknown = () => [{ url: `${this.url.replace('http', 'ws')}/v1/rtc` }];
  entryStatus = 200;
  /** Refusal of `/rtc`; `hang`: no answer. */
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
  get asked(): IncomingMessage[] {
    return this.heard.filter(({ url }) => url?.startsWith('/rtc'));
  }
  stop(): void {
    for (const socket of this.sockets) socket.terminate();
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** Returns a URL at which no server listens. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${port}`;
}
const candidatesOf = (...urls: string[]) => urls.map((url) => ({ url: `${url.replace('http', 'ws')}/v1/rtc` }));

async function openSocket(url: string, o: ClientOptions = {}): Promise<WebSocket> {
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
  it('reaches a node with the client’s query, token and address, and without the page’s cookies', async () => {
    const node = await FakeNode.start();
    const { rtc } = await page([node.url]);
    const headers = { authorization: 'Bearer t', cookie: 'session=x', origin: 'https://app.example' };
    await openSocket(`${rtc}?access_token=a.b.c&sdk=js`, {
      headers: { ...headers, 'x-forwarded-for': '203.0.113.7' },
      localAddress: PROXY,
    });
    await openSocket(`${rtc}/?sdk=rust`, { headers: { 'x-forwarded-for': '203.0.113.8' }, localAddress: '127.0.8.9' });
    expect(node.asked.map(({ url }) => url)).toEqual(['/rtc?access_token=a.b.c&sdk=js', '/rtc/?sdk=rust']);
    expect(node.asked[0]?.headers).toMatchObject({ authorization: 'Bearer t', origin: 'https://app.example' });
    expect(node.asked[0]?.headers.cookie).toBe(undefined);
    const forwarded = node.heard.map(({ headers: { 'x-forwarded-for': from } }) => from);
    expect(forwarded).toEqual(['203.0.113.7', '203.0.113.7', '127.0.8.9', '127.0.8.9']);
  });

  it('passes messages of a megabyte both ways, and the close code of either side', async () => {
    const node = await FakeNode.start();
    const { rtc } = await page([node.url]);
    for (const closer of ['client', 'node']) {
      const client = await openSocket(rtc);
      await until('the node', () => node.sockets.length > 0);
      const nodeSocket = node.sockets.pop() ?? expect.unreachable();
      const large = Buffer.alloc(1024 * 1024, closer);
      for (const [from, to] of [
        [client, nodeSocket],
        [nodeSocket, client],
      ] as const) {
        from.send(large);
        const [message] = (await once(to, 'message')) as [Buffer];
        expect(message.equals(large)).toBe(true);
      }
      const [first, second] = closer === 'client' ? [client, nodeSocket] : [nodeSocket, client];
      first.close(4001, 'over');
      expect((await once(second, 'close')).map(String)).toEqual(['4001', 'over']);
    }
  });
});

describe('the choice of the node', () => {
  it('passes back a refused token with its reason, and asks no other node', async () => {
    const [first, second] = [await FakeNode.start(), await FakeNode.start()];
    first.candidates = () => candidatesOf(first.url, second.url);
    first.refusal = { status: 401, text: 'TOKEN_EXPIRED: The token has expired.' };
    const { rtc } = await page([first.url]);
    expect(await refusal(`${rtc}?access_token=t`)).toEqual(first.refusal);
    expect([first.asked.length, second.asked.length]).toEqual([1, 0]);
  });

  it('takes the next node when the best one is down, and when it is full', async () => {
    const [first, second] = [await FakeNode.start(), await FakeNode.start()];
    first.refusal = { status: 503, text: 'full' };
    const { rtc } = await page([first.url]);
    for (const best of [await deadUrl(), first.url]) {
      first.candidates = () => candidatesOf(best, second.url);
      await openSocket(rtc);
    }
    expect([first.asked.length, second.asked.length]).toEqual([1, 2]);
    second.refusal = { status: 503, text: 'full as well' };
    expect(await refusal(rtc)).toEqual(second.refusal);
  });
});

describe('limits of sockets', () => {
  it('an address has a limited number of sockets, other addresses still connect, and an ended socket frees its place', async () => {
    const node = await FakeNode.start();
    const { rtc } = await page([node.url], {}, { liveKitClientsPerAddressMax: 3 });
    const all = await Promise.all(Array.from({ length: 3 }, () => openSocket(rtc, { localAddress: '127.0.9.1' })));
    expect(await refusal(rtc, { localAddress: '127.0.9.1' })).toMatchObject({
      status: 503,
      text: expect.stringContaining('OVERLOADED'),
    });
    await openSocket(rtc, { localAddress: '127.0.9.2' });
    const requestsBefore = node.asked.length;
    all[0]?.close();
    await once(all[0] ?? expect.unreachable(), 'close');
    await openSocket(rtc, { localAddress: '127.0.9.1' });
    expect(node.asked.length).toBe(requestsBefore + 1);
  });
});

describe('requests below /rtc', () => {
  const get = async (url: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { headers: { origin: 'https://app.example', ...headers } });
    const { status, headers: heard } = response;
    return { status, cors: heard.get('access-control-allow-origin'), text: await response.text(), heard };
  };

  it('/rtc/validate returns the node’s answer, with the node’s CORS headers', async () => {
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
});
