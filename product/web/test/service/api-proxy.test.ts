import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { limits } from '@meridian/protocol';
import { createLogger, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { buildApp } from '../../server/app.ts';
import type { WebConfig } from '../../server/config.ts';

let pageDir = '';
beforeAll(async () => {
  pageDir = await mkdtemp(join(tmpdir(), 'meridian-proxy-'));
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(pageDir, 'account.html'), '<!doctype html><title>account</title>');
});
afterAll(() => rm(pageDir, { recursive: true }));

async function page(apiUrl: string | undefined, apiLocalAddress?: string): Promise<string> {
  const config = {
    entryUrls: ['http://127.0.1.1:7880'],
    connectUrls: [],
    connectDomains: [],
    gatewayUrls: [],
    libraryUrls: [],
    playFrameAncestors: [],
    liveKitClientsMax: 1024,
    liveKitClientsPerAddressMax: 200,
    pageDir,
    ...(apiUrl !== undefined && { apiUrl }),
    ...(apiLocalAddress !== undefined && { apiLocalAddress }),
  } as unknown as WebConfig;
  const app = await buildApp({
    config,
    trustedProxies: [],
    clock: systemClock(),
    log: createLogger({ name: 'web', level: 'fatal' }),
  });
  onTestFinished(() => app.close());
  return await app.listen({ host: '127.0.0.1', port: 0 });
}

/** Starts a fake API, which records requests and answers with the status that the URL names. */
async function upstream() {
  const heard: { url: string; from: string | undefined; headers: IncomingMessage['headers']; bytes: number }[] = [];
  const server = createServer(async (request, response) => {
    let bytes = 0;
    for await (const part of request) bytes += (part as Buffer).length;
    heard.push({ url: request.url ?? '', from: request.socket.remoteAddress, headers: request.headers, bytes });
    const status = Number(/status=(\d+)/.exec(request.url ?? '')?.[1] ?? 200);
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1', 'x-request-id': 'r' });
    response.end('{"from":"api"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(() => void (server.listening && server.close()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, close };
}

describe('below /api and /twirp', () => {
  it('requests reach the API unchanged, with the caller’s address and the requested host', async () => {
    const api = await upstream();
    const url = await page(api.url);
    for (const path of ['/api/v1/rooms?limit=2', '/twirp/livekit.RoomService/ListRooms']) {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer x', 'x-forwarded-for': '192.0.2.7' },
        body: JSON.stringify({ text: 'x'.repeat(100_000) }),
      });
      expect([answer.status, await answer.json()]).toEqual([200, { from: 'api' }]);
      expect(answer.headers.get('x-request-id')).toBe('r');
      expect(answer.headers.get('content-security-policy')).toBe(null);
      const { headers, bytes, url: asked } = api.heard.at(-1) ?? { headers: {}, bytes: 0, url: '' };
      expect(asked).toBe(path);
      expect(bytes).toBeGreaterThan(100_000);
      expect(headers).toMatchObject({
        authorization: 'Bearer x',
        host: new URL(url).host,
        'x-forwarded-for': '192.0.2.7, 127.0.0.1',
      });
    }
  });

  it('requests to the API come from the configured source address', async () => {
    const api = await upstream();
    await fetch(`${await page(api.url, '127.0.0.2')}/api/v1/rooms`);
    expect(api.heard[0]).toMatchObject({ from: '127.0.0.2', headers: { 'x-forwarded-for': '127.0.0.1' } });
  });

  it('a refusal is passed back unchanged, and the request is not repeated', async () => {
    const api = await upstream();
    const url = await page(api.url);
    for (const status of [404, 503]) expect((await fetch(`${url}/api/v1/x?status=${status}`)).status).toBe(status);
    expect(api.heard).toHaveLength(2);
  });

  it('a body above the API’s limit is refused here, however large, in the caller’s language', async () => {
    const api = await upstream();
    const url = await page(api.url);
    const post = async (bytes: number, language: string) => {
      const headers = { 'content-type': 'application/json', 'accept-language': language };
      const answer = await fetch(`${url}/api/v1/users`, { method: 'POST', headers, body: 'x'.repeat(bytes) });
      return [answer.status, answer.headers.get('content-type'), ((await answer.json()) as { title: string }).title];
    };
    const refused = [413, 'application/problem+json; charset=utf-8'];
    for (const bytes of [limits.restBodyBytesMax + 1, 5_000_000, 10_000_000]) {
      expect(await post(bytes, 'en')).toEqual([...refused, 'The body is too large.']);
      expect(await post(bytes, 'zh')).toEqual([...refused, '请求体过大。']);
    }
    expect(api.heard).toEqual([]);
    expect((await post(limits.restBodyBytesMax, 'en'))[0]).toBe(200);
    expect(api.heard.map(({ bytes }) => bytes)).toEqual([limits.restBodyBytesMax]);
  });

  it('the library’s largest bodies, hashes of a file and transcripts, are passed on, and no larger body', async () => {
    const api = await upstream();
    const url = await page(api.url);
    const post = async (path: string, bytes: number): Promise<number> =>
      (await fetch(url + path, { method: 'POST', body: 'x'.repeat(bytes) })).status;
    const hashes = 16_384 * 67 + 1000;
    expect(await post('/api/v1/library/uploads', hashes)).toBe(200);
    expect(api.heard.map(({ bytes }) => bytes)).toEqual([hashes]);
    expect(await post('/api/v1/library/uploads', 1_500_001)).toBe(413);
    for (const path of ['/api/v1/librarys', '/api/v1/users', '/twirp/api/v1/library/uploads'])
      expect([path, await post(path, hashes)]).toEqual([path, 413]);
    for (const path of ['/api/v1/recordings/re_1/transcripts/en', '/api/v1/me/recordings/re_1/transcripts/en'])
      expect([path, await post(path, 1_100_000), await post(path, 1_500_001)]).toEqual([path, 200, 413]);
    expect(await post('/api/v1/recordings/re_1', hashes)).toBe(413);
    expect(api.heard).toHaveLength(3);
  });

  it('a body without content-length is passed on, or refused above the limit', async () => {
    const api = await upstream();
    const url = await page(api.url);
    for (const [parts, status] of [
      [4, 200],
      [6, 413],
    ] as const) {
      const body = ReadableStream.from(Array.from({ length: parts }, () => new Uint8Array(50_000)));
      const answer = await fetch(`${url}/api/v1/x`, { method: 'POST', body, duplex: 'half' } as RequestInit);
      expect(answer.status).toBe(status);
    }
    expect(api.heard.map(({ bytes, headers }) => [bytes, headers['content-length']])).toEqual([[200_000, '200000']]);
  });

  it('an unreadable URL gets a problem document below /api, and the page’s own refusal at other paths', async () => {
    const api = await upstream();
    const url = await page(api.url);
    for (const path of ['/api/v1/%E0%A4%A', '/twirp/%ff']) {
      const answer = await fetch(url + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        400,
        'application/problem+json; charset=utf-8',
      ]);
      expect(await answer.json()).toMatchObject({ code: 'REQUEST_INVALID', status: 400 });
    }
    const answer = await fetch(`${url}/%E0%A4%A`);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'REQUEST_INVALID' }]);
    expect(api.heard).toEqual([]);
    // The URL is readable, so only the API can judge it.
    await fetch(`${url}/api/v1/..%2fx`);
    expect(api.heard.map((heard) => heard.url)).toEqual(['/api/v1/..%2fx']);
  });

  it('a GET with a body is passed on without the body, and closes the connection', async () => {
    const api = await upstream();
    const { hostname, port } = new URL(await page(api.url));
    const socket = connect(Number(port), hostname);
    socket.write('GET /api/v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 5000\r\n\r\nx');
    const text = Buffer.concat(await Readable.from(socket).toArray()).toString();
    expect(text).toMatch(/^HTTP\/1.1 200 (.|\s)*connection: close/i);
    expect(api.heard).toMatchObject([{ bytes: 0 }]);
  });

  it('a response is passed on as the API sends it, and breaks off where the API breaks off', async () => {
    let sending: ServerResponse | undefined;
    const server = createServer((_request, response) => {
      sending = response;
      response.writeHead(200, { 'content-type': 'text/csv', 'set-cookie': ['a=1', 'b=2'] }).write('first');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = await page(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const answer = await fetch(`${url}/api/v1/audit.csv`);
    expect([answer.headers.get('content-type'), answer.headers.getSetCookie()]).toEqual(['text/csv', ['a=1', 'b=2']]);
    const reader = answer.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first');
    sending?.destroy();
    await expect(reader?.read()).rejects.toThrow();
  });

  it('events arrive one by one; each side notices at once when the other ends the stream', async () => {
    const streams: ServerResponse[] = [];
    let closedCount = 0;
    const server = createServer((_request, response) => {
      streams.push(response);
      response.once('close', () => {
        closedCount += 1;
      });
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }).write('retry: 3\n\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = await page(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const open = async () => {
      const stop = new AbortController();
      const answer = await fetch(`${url}/api/v1/console/world/stream`, { signal: stop.signal });
      expect(answer.headers.get('x-accel-buffering')).toBe('no');
      const reader = answer.body?.getReader();
      const next = async (): Promise<string> => Buffer.from((await reader?.read())?.value ?? []).toString();
      return { stop, next };
    };
    const one = await open();
    expect(await one.next()).toBe('retry: 3\n\n');
    streams[0]?.write('event: change\n\n');
    expect(await one.next()).toBe('event: change\n\n');
    one.stop.abort();
    await until('the api hears it', () => closedCount === 1);
    const secondReader = await open();
    expect(await secondReader.next()).toBe('retry: 3\n\n');
    streams[1]?.end(': over\n\n');
    expect([await secondReader.next(), await secondReader.next()]).toEqual([': over\n\n', '']);
  });

  it('an unreachable API gives a problem document in the caller’s language, and the page itself stays available', async () => {
    const api = await upstream();
    await api.close();
    const url = await page(api.url);
    for (const [language, title] of [
      ['en', 'The API does not answer now.'],
      ['zh-CN', '接口服务暂时无响应。'],
    ] as const) {
      const answer = await fetch(`${url}/api/v1/rooms`, { headers: { 'accept-language': language } });
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')]).toEqual([
        503,
        'application/problem+json; charset=utf-8',
        '2',
      ]);
      expect(await answer.json()).toMatchObject({ code: 'API_UNREACHABLE', status: 503, title });
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('without an API its paths give 404; with an API, /apiary still belongs to the page', async () => {
    const url = await page(undefined);
    expect((await fetch(`${url}/api/v1/rooms`)).status).toBe(404);
    const api = await upstream();
    const pageWithApi = await page(api.url);
    const answer = await fetch(`${pageWithApi}/apiary`);
    expect([answer.status, answer.headers.has('content-security-policy')]).toEqual([404, true]);
    expect(api.heard).toEqual([]);
  });
});

describe('the address of a join link', () => {
  it('serves the page, uncached and unlisted by search engines, without a request to the API', async () => {
    const api = await upstream();
    const url = await page(api.url);
    for (const [method, path] of [
      ['GET', '/j/V7gd0Ym3q1LkXw2c9_-aBQ'],
      ['HEAD', '/j/V7gd0Ym3q1LkXw2c9_-aBQ'],
      ['GET', '/m/123456789'],
    ] as const) {
      const answer = await fetch(`${url}${path}`, { method });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain(method === 'GET' ? '<title>page</title>' : '');
      const { headers } = answer;
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    }
    expect(api.heard).toEqual([]);
    expect(await (await fetch(`${url}/config.json`)).json()).toMatchObject({ api: true, devToken: false });
  });

  it('of a signed-in user’s meeting serves the page too; the user’s other pages have another document', async () => {
    const url = await page('http://127.0.0.1:9');
    for (const [path, title] of [
      ['/meetings/mt_0a1b/join', 'page'],
      ['/meetings', 'account'],
      ['/signin?to=%2Fmeetings', 'account'],
      ['/signin/forgot', 'account'],
      ['/setup/V7gd0Ym3q1LkXw2c9_-aBQ', 'account'],
    ] as const) {
      const answer = await fetch(`${url}${path}`);
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, `<!doctype html><title>${title}</title>`]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-robots-tag')).toContain('noindex');
    }
  });

  it('without its code or number leads home', async () => {
    const url = await page('http://127.0.0.1:9');
    for (const path of ['/j', '/j/', '/m', '/m/']) {
      const answer = await fetch(`${url}${path}`, { redirect: 'manual' });
      expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 302, '/']);
    }
  });

  it('gives 404 without an API', async () => {
    const url = await page(undefined);
    for (const path of ['/meetings', '/signin', '/signin/forgot', '/setup/code', '/meetings/mt_0a1b/join'])
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
    expect((await fetch(`${url}/j/V7gd0Ym3q1LkXw2c9_-aBQ`)).status).toBe(404);
    expect(await (await fetch(`${url}/config.json`)).json()).toMatchObject({ api: false });
  });
});
