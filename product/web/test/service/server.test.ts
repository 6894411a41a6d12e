import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get as getHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import {
  CloseStack,
  ConfigError,
  createLogger,
  createMetrics,
  loadConfig,
  refuseErrors,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkWebConfig, webConfig } from '../../server/config.ts';
import { contentSecurityPolicy } from '../../server/headers.ts';
import { isLoopbackHostHeader, isLoopbackOrigin } from '../../server/loopback.ts';
import { startWeb } from '../../server/service.ts';

const secret = 'a secret of more than thirty-two characters';
const log = createLogger({ name: 'web', level: 'fatal' });
let folder = '';
let pageDir = '';
const model = Buffer.from('model '.repeat(1000));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-web-'));
  pageDir = join(folder, 'dist');
  await mkdir(join(pageDir, 'assets'), { recursive: true });
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(pageDir, 'check.html'), '<!doctype html><title>check</title>');
  await writeFile(join(pageDir, 'account.html'), '<!doctype html><title>account</title>');
  await writeFile(join(pageDir, 'watch.html'), '<!doctype html><title>watch</title>');
  await writeFile(join(pageDir, 'play.html'), '<!doctype html><title>player</title>');
  await writeFile(join(pageDir, 'not-found.html'), '<!doctype html><html data-language="en"><title>nothing 无</title>');
  await writeFile(join(pageDir, 'assets/index-abc123.js'), 'export {};');
  await writeFile(join(pageDir, 'assets/model-abc123.wasm'), model);
  for (const [ending, form] of Object.entries({ br: brotliCompressSync(model), gz: gzipSync(model) }))
    await writeFile(join(pageDir, `assets/model-abc123.wasm.${ending}`), form);
  await writeFile(join(pageDir, '.built-from'), 'digest');
  await writeFile(join(folder, 'secret.txt'), 'outside of the page');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Fetches a response and leaves its body compressed. */
async function fetchPlain(url: string, accepted: string): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
  const asked = getHttp(url, { headers: { 'accept-encoding': accepted } });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { headers: response.headers, body: await buffer(response) };
}

type ConfigChange = Partial<Record<string, unknown>>;

async function configOf(change: ConfigChange) {
  const file = join(folder, `config-${Math.random().toString(36).slice(2)}.json`);
  const base = {
    httpPort: 0,
    entryUrls: ['http://127.0.1.1:7880', 'https://sig.example.org'],
    gatewayUrls: ['http://127.0.1.8:7890'],
    devKey: { key: 'devkey', secret },
    pageDir,
  };
  await writeFile(file, JSON.stringify({ ...base, ...change }));
  const config = loadConfig(webConfig, { argv: ['--config', file], env: {} });
  refuseErrors(checkWebConfig(config));
  return config;
}

async function withServer(change: ConfigChange, check: (url: string) => Promise<void>): Promise<void> {
  const clock = systemClock();
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  try {
    const metrics = createMetrics({ service: 'web' });
    const { url } = await startWeb({
      config: await configOf(change),
      log,
      clock,
      rng: secureRng(),
      metrics,
      closeStack,
    });
    await check(url);
  } finally {
    await closeStack.close('test over');
  }
}

/** Sends a raw request, in which Host and dot segments stay as given; fetch would normalise them. */
async function raw(
  url: string,
  lines: readonly string[],
  body = '',
): Promise<{ status: number; head: string; body: string }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    `${[...lines, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`,
  );
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'close');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), head, body: rest.join('\r\n\r\n') };
}

const tokenBody = { room: '评审 1', identity: 'ada-1234', name: 'Ada Lovelace' };
const postToken = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('the page', () => {
  it('cannot be framed, except the player page by the sites that the operator named', async () => {
    const ancestorsOf = async (url: string, path: string): Promise<string> => {
      const policy = (await fetch(`${url}${path}`)).headers.get('content-security-policy') ?? '';
      return /frame-ancestors ([^;]*)/.exec(policy)?.[1] ?? '';
    };
    await withServer({}, async (url) => {
      expect(await ancestorsOf(url, '/play/lobby')).toBe("'none'");
    });
    const playFrameAncestors = ['https://shop.example.org', 'https://www.example.org/'];
    await withServer({ playFrameAncestors }, async (url) => {
      expect(await ancestorsOf(url, '/play/lobby')).toBe('https://shop.example.org https://www.example.org');
      for (const path of ['/', '/play.html', '/config.json']) expect(await ancestorsOf(url, path)).toBe("'none'");
    });
  });
  it('for checking the connection is served at /check, with or without an API', async () => {
    for (const configChange of [{}, { apiUrl: 'http://127.0.0.1:9' }])
      await withServer(configChange, async (url) => {
        for (const path of ['/check', '/check/?lang=zh']) {
          const response = await fetch(`${url}${path}`);
          expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('<title>check')]);
        }
      });
  });
  it('for signed-in users is served at /console and below, uncached and unlisted by search engines', async () => {
    await withServer({ apiUrl: 'http://127.0.0.1:9' }, async (url) => {
      for (const path of ['/console', '/console/', '/console/rooms/acme/daily', '/admin/users']) {
        const response = await fetch(`${url}${path}`);
        expect([path, response.status, await response.text()]).toEqual([
          path,
          200,
          expect.stringContaining('>account'),
        ]);
        expect(response.headers.get('cache-control')).toBe('no-store');
        expect(response.headers.get('x-robots-tag')).toContain('noindex');
      }
      expect((await fetch(`${url}/consoles`)).status).toBe(404);
    });
  });
  it('for links to items is served at /watch, uncached and unlisted by search engines', async () => {
    await withServer({ apiUrl: 'http://127.0.0.1:9' }, async (url) => {
      for (const path of ['/watch', '/watch/?lang=zh']) {
        const response = await fetch(`${url}${path}`);
        expect([path, response.status, await response.text()]).toEqual([path, 200, expect.stringContaining('>watch')]);
        expect(response.headers.get('cache-control')).toBe('no-store');
        expect(response.headers.get('x-robots-tag')).toContain('noindex');
      }
      expect((await fetch(`${url}/recording`)).status).toBe(404);
    });
  });
  it('for the library is served only at /library: the paths below belong to library nodes', async () => {
    await withServer({ apiUrl: 'http://127.0.0.1:9' }, async (url) => {
      const response = await fetch(`${url}/library?q=x&lang=zh`);
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('>account')]);
      expect(response.headers.get('cache-control')).toBe('no-store');
      for (const path of ['/library/uploads/up_1', '/library/contents/x/original', '/library/it_1', '/librarys'])
        expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
    });
  });
  it('is the home page at / without a room, whatever its language, and the room page with one', async () => {
    await withServer({}, async (url) => {
      const titleAt = async (path: string) => /<title>([^<]*)/.exec(await (await fetch(`${url}${path}`)).text())?.[1];
      for (const path of ['/', '/?', '/?lang=zh']) expect([path, await titleAt(path)]).toEqual([path, 'account']);
      for (const path of ['/?room=x', '/?room=', '/?name=Ada', '/?lang=zh&join=1'])
        expect([path, await titleAt(path)]).toEqual([path, 'page']);
    });
  });
  it('is served at /, to be revalidated each time, with a content security policy that allows only the entry hosts', async () => {
    await withServer({}, async (url) => {
      const response = await fetch(`${url}/?room=x`);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<title>page</title>');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      const policy = response.headers.get('content-security-policy') ?? '';
      const connectTo = policy.split('; ').find((part) => part.startsWith('connect-src'));
      expect(connectTo).toBe(
        "connect-src 'self' http://127.0.1.1:7880 ws://127.0.1.1:7880 https://sig.example.org wss://sig.example.org http://127.0.1.8:7890 ws://127.0.1.8:7890",
      );
      expect(policy).toContain("frame-ancestors 'none'");
    });
  });
  it('may connect to every host below a domain that the operator named, and play media of gateways there', async () => {
    const change = { gatewayUrls: [], connectDomains: ['media.example.org', 'xn--bcher-kva.example'] };
    await withServer(change, async (url) => {
      for (const path of ['/', '/play/lobby']) {
        const policy = (await fetch(`${url}${path}`)).headers.get('content-security-policy') ?? '';
        expect(policy).toContain(
          "; connect-src 'self' http://127.0.1.1:7880 ws://127.0.1.1:7880 https://sig.example.org wss://sig.example.org https://*.media.example.org wss://*.media.example.org https://*.xn--bcher-kva.example wss://*.xn--bcher-kva.example; ",
        );
        expect(policy).toContain(
          "; media-src 'self' blob: https://*.media.example.org https://*.xn--bcher-kva.example; ",
        );
        expect(policy).toContain(
          "; img-src 'self' data: blob: https://*.media.example.org https://*.xn--bcher-kva.example; ",
        );
      }
    });
  });
  it('may play and show covers from edges that only library nodes know', async () => {
    const edge = 'https://edge-3.example.org';
    const node = createServer((asked, answer) =>
      answer.writeHead(asked.url === '/library/edges' ? 200 : 404).end(JSON.stringify({ urls: [edge] })),
    );
    await once(node.listen(0, '127.0.0.1'), 'listening');
    const nodeUrl = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
    await withServer({ gatewayUrls: [], libraryUrls: [nodeUrl] }, async (url) => {
      const policyOf = async () => (await fetch(url)).headers.get('content-security-policy') ?? '';
      await vi.waitFor(async () => expect(await policyOf()).toContain(edge), { timeout: 10_000 });
      const policy = await policyOf();
      for (const kind of ['img', 'media', 'connect'])
        expect(policy).toMatch(new RegExp(`; ${kind}-src [^;]* ${edge} ${nodeUrl}; `));
    });
    node.close();
  });
  it('may play from edges that only its gateways know, without configuration', async () => {
    const urls = ['https://edge-1.example.org', 'https://edge-2.example.org:8443', 'https://x;y', 'ftp://z', 7];
    const gateway = createServer((asked, answer) =>
      answer.writeHead(asked.url === '/v1/edges' ? 200 : 404).end(JSON.stringify({ urls })),
    );
    await once(gateway.listen(0, '127.0.0.1'), 'listening');
    const gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    const edges = 'https://edge-1.example.org https://edge-2.example.org:8443';
    await withServer({ gatewayUrls: ['http://127.0.0.1:9', gatewayUrl] }, async (url) => {
      const policyOf = async (path: string) => (await fetch(`${url}${path}`)).headers.get('content-security-policy');
      await vi.waitFor(async () => expect(await policyOf('/')).toContain(edges), { timeout: 10_000 });
      for (const path of ['/', '/play/lobby']) {
        const policy = (await policyOf(path)) ?? '';
        const ws = gatewayUrl.replace('http', 'ws');
        expect(policy).toContain(` ${gatewayUrl} ${ws} ${edges}; `);
        expect(policy).toContain(`; media-src 'self' blob: http://127.0.0.1:9 ${gatewayUrl} ${edges}; `);
        expect(policy).not.toMatch(/x;y|ftp:/);
      }
    });
    gateway.close();
  });
  it('may send to and load from library nodes at other origins, each listed once', async () => {
    const [both, own] = ['https://meet-2.example.org', 'https://lib.example.org'];
    await withServer({ gatewayUrls: [], libraryUrls: [both, own, both] }, async (url) => {
      const policy = (await fetch(url)).headers.get('content-security-policy') ?? '';
      expect(policy).toContain(`; img-src 'self' data: blob: ${both} ${own}; `);
      expect(policy).toContain(`; media-src 'self' blob: ${both} ${own}; `);
      expect(policy).toMatch(new RegExp(`; connect-src [^;]* ${both} ${own}; `));
      expect(policy).toMatch(/; script-src 'self' 'wasm-unsafe-eval'; /);
    });
  });
  it.each([
    'org',
    'localhost',
    '*.example.org',
    '.example.org',
    'example.org.',
    'a..example.org',
    '-a.example.org',
    'https://example.org',
    'example.org:8443',
    'example.org/x',
    'Example.org',
    'bücher.example',
    '203.0.113.2',
    '[2001:db8::1]',
    "example.org 'unsafe-inline'",
    'example.org; script-src *',
    `${'a'.repeat(64)}.example`,
  ])('rejects the domain %s', async (domain) => {
    const refused = configOf({ connectDomains: ['media.example.org', domain] });
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID', issues: [{ key: 'connectDomains[1]' }] });
  });
  it('answers an unknown path with a page for browsers, and with a code for programs', async () => {
    await withServer({}, async (url) => {
      const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
      for (const path of ['/nope', '/assets/none.js', '/play/a/b', '/healthz/x']) {
        const answer = await fetch(`${url}${path}`, { headers: browser });
        expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
          path,
          404,
          'text/html; charset=utf-8',
        ]);
        expect(await answer.text()).toBe('<!doctype html><html data-language="en"><title>nothing 无</title>');
        expect([answer.headers.get('cache-control'), answer.headers.get('vary')]).toEqual([
          'no-store',
          'accept, accept-language',
        ]);
        expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
      }
      const chinese = await fetch(`${url}/nope`, { headers: { ...browser, 'accept-language': 'zh-CN,zh;q=0.9' } });
      expect(await chinese.text()).toContain('data-language="zh"');
      const programs = [
        fetch(`${url}/nope`),
        fetch(`${url}/nope`, { headers: { accept: 'application/json' } }),
        fetch(`${url}/nope`, { method: 'POST', headers: browser }),
        fetch(`${url}/api/v1/nope`, { headers: browser }),
        fetch(`${url}/twirp`, { headers: browser }),
      ];
      for (const answer of await Promise.all(programs))
        expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, 'NOT_FOUND']);
      const head = await fetch(`${url}/nope`, { method: 'HEAD', headers: browser });
      expect([head.status, await head.text()]).toEqual([404, '']);
    });
  });
  it('is served at /play/ROOM, with media from gateways allowed', async () => {
    await withServer({}, async (url) => {
      const response = await fetch(`${url}/play/%E8%AF%84%E5%AE%A1%201?way=flv`);
      expect(await response.text()).toContain('<title>player</title>');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const policy = response.headers.get('content-security-policy');
      expect(policy).toContain("media-src 'self' blob: http://127.0.1.8:7890;");
      expect((await fetch(`${url}/play/a/b`)).status).toBe(404);
      for (const path of ['/play', '/play/']) // the page then asks for a room
        expect(await (await fetch(`${url}${path}`)).text()).toContain('<title>player</title>');
    });
  });
  it('keeps hashed files for a year', async () => {
    await withServer({}, async (url) => {
      const response = await fetch(`${url}/assets/index-abc123.js`);
      expect(response.headers.get('content-type')).toContain('javascript');
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    });
  });
  it('sends a file in the smallest compressed form that exists and that the browser accepts', async () => {
    await withServer({}, async (url) => {
      const forms = { 'br, gzip': brotliDecompressSync, gzip: gunzipSync, identity: (bytes: Buffer) => bytes };
      for (const [accepted, unpack] of Object.entries(forms)) {
        const response = await fetchPlain(`${url}/assets/model-abc123.wasm`, accepted);
        const encoding = accepted.split(',')[0];
        expect(response.headers).toMatchObject({
          'content-type': 'application/wasm',
          vary: 'accept-encoding',
          'cache-control': 'public, max-age=31536000, immutable',
        });
        expect(response.headers['content-encoding'] ?? 'identity').toBe(encoding);
        expect(unpack(response.body).equals(model)).toBe(true);
        expect(response.body.length < model.length).toBe(accepted !== 'identity');
      }
    });
  });
  it('serves nothing outside the page’s folder, and no dot files', async () => {
    await withServer({}, async (url) => {
      const paths = [
        '/../secret.txt',
        '/..%2fsecret.txt',
        '/%2e%2e/secret.txt',
        '/assets/../../secret.txt',
        '/assets/..%5c..%5csecret.txt',
        '//secret.txt',
        '/.built-from',
        '/%00',
        '/nothing',
      ];
      for (const path of paths) {
        const answer = await raw(url, [`GET ${path} HTTP/1.1`, 'Host: localhost']);
        expect({ path, refused: answer.status >= 400 && answer.status < 500 }).toEqual({ path, refused: true });
        expect(answer.body).not.toContain('outside of the page');
      }
    });
  });
  it('gets the service’s URLs, and whether the server issues tokens', async () => {
    await withServer({}, async (url) => {
      const response = await fetch(`${url}/config.json`);
      expect(await response.json()).toEqual({
        entryUrls: ['http://127.0.1.1:7880', 'https://sig.example.org'],
        gatewayUrls: ['http://127.0.1.8:7890'],
        development: true,
        devToken: true,
        api: false,
      });
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true });
    });
    await withServer({ devKey: undefined }, async (url) => {
      expect(await (await fetch(`${url}/config.json`)).json()).toMatchObject({ development: false, devToken: false });
    });
  });
});

describe('the development token', () => {
  it('has LiveKit’s claims, is signed with the key, and lasts six hours', async () => {
    await withServer({}, async (url) => {
      const response = await postToken(url, tokenBody, { origin: 'http://localhost:7800' });
      expect(response.status).toBe(200);
      const { token } = (await response.json()) as { token: string };
      const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(secret), {
        issuer: 'devkey',
        algorithms: ['HS256'],
      });
      expect(protectedHeader.alg).toBe('HS256');
      expect(payload).toMatchObject({
        sub: 'ada-1234',
        name: 'Ada Lovelace',
        video: {
          room: '评审 1',
          roomJoin: true,
          canPublish: true,
          canSubscribe: true,
          canPublishData: true,
          roomAdmin: true,
          canUpdateOwnMetadata: true,
        },
      });
      const lifetimeS = (payload.exp ?? 0) - Date.now() / 1000;
      expect(lifetimeS).toBeGreaterThan(6 * 3600 - 30);
      expect(lifetimeS).toBeLessThanOrEqual(6 * 3600);
      await expect(jwtVerify(token, new TextEncoder().encode(`${secret}!`))).rejects.toThrow();
    });
  });

  it('for a guest allows publishing without moderating', async () => {
    await withServer({}, async (url) => {
      const response = await postToken(url, { ...tokenBody, guest: true }, { origin: 'http://localhost:7800' });
      const { token } = (await response.json()) as { token: string };
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret));
      expect(payload['video']).toMatchObject({ canPublish: true, canPublishData: true, roomAdmin: false });
    });
  });

  it('for a check of the connection enters no room', async () => {
    await withServer({}, async (url) => {
      const response = await postToken(url, { ...tokenBody, check: true }, { origin: 'http://localhost:7800' });
      const { token } = (await response.json()) as { token: string };
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret));
      expect(payload['video']).toEqual({ room: tokenBody.room, check: true });
    });
  });

  it('for a viewer allows only watching', async () => {
    await withServer({}, async (url) => {
      const response = await postToken(url, { ...tokenBody, viewer: true }, { origin: 'http://localhost:7800' });
      const { token } = (await response.json()) as { token: string };
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret));
      expect(payload['video']).toMatchObject({
        canPublish: false,
        canSubscribe: true,
        canPublishData: false,
        roomAdmin: false,
        canUpdateOwnMetadata: false,
      });
    });
  });

  const badBodies: [string, unknown][] = [
    ['nothing', ''],
    ['broken JSON', '{"room":'],
    ['a list', []],
    ['no identity', { room: 'a', name: 'b' }],
    ['an empty room', { ...tokenBody, room: '' }],
    ['a number for a room', { ...tokenBody, room: 7 }],
    ['a room with a slash: another tenant’s', { ...tokenBody, room: 'other/room' }],
    ['an identity with a line break', { ...tokenBody, identity: 'a\nb' }],
    ['a name of 129 characters', { ...tokenBody, name: 'x'.repeat(129) }],
    ['a viewer by words', { ...tokenBody, viewer: 'true' }],
    ['an unknown field', { ...tokenBody, roomAdmin: false }],
    ['more than 4 kB, though well-formed', `${JSON.stringify(tokenBody)}${' '.repeat(4096)}`],
  ];
  it('is refused for every malformed body, with a code and without internal words', async () => {
    await withServer({}, async (url) => {
      for (const [name, body] of badBodies) {
        const response = await postToken(url, body);
        const answer = (await response.json()) as { code?: string };
        expect({ name, status: response.status >= 400 && response.status < 500, code: answer.code }).toEqual({
          name,
          status: true,
          code: 'REQUEST_INVALID',
        });
      }
    });
  });
  it('is refused to a form of another page, which cannot send JSON', async () => {
    await withServer({}, async (url) => {
      const response = await postToken(url, JSON.stringify(tokenBody), { 'content-type': 'text/plain' });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    });
  });
  it('is refused to a foreign Host (a rebound DNS name) and a foreign Origin', async () => {
    await withServer({}, async (url) => {
      const ask = (host: string, origin?: string) =>
        raw(
          url,
          [
            'POST /dev/token HTTP/1.1',
            `Host: ${host}`,
            'Content-Type: application/json',
            ...(origin === undefined ? [] : [`Origin: ${origin}`]),
          ],
          JSON.stringify(tokenBody),
        );
      for (const host of [
        'evil.example',
        'evil.example:7800',
        'localhost.evil.example',
        '127.0.0.1.evil.example',
        '192.168.1.4',
        '0.0.0.0',
        '',
        '[::2]',
        'a@127.0.0.1',
      ]) {
        const answer = await ask(host);
        expect({ host, status: answer.status, token: answer.body.includes('token"') }).toEqual({
          host,
          status: host === '' ? answer.status : 403,
          token: false,
        });
        expect(answer.status).toBeGreaterThanOrEqual(400);
      }
      for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example', 'file://localhost']) {
        expect({ origin, status: (await ask('localhost', origin)).status }).toEqual({ origin, status: 403 });
      }
      for (const host of ['localhost', 'LOCALHOST:1234', '127.0.0.1:7800', '127.8.8.8', '[::1]:7800']) {
        expect({ host, status: (await ask(host, 'http://127.0.0.1:5173')).status }).toEqual({ host, status: 200 });
      }
    });
  });
  it('is not offered by a server without a key', async () => {
    await withServer({ devKey: undefined }, async (url) => expect((await postToken(url, tokenBody)).status).toBe(404));
  });
});

describe('the configuration', () => {
  const start = (change: ConfigChange): Promise<unknown> =>
    withServer(change, async () => undefined).catch((error: unknown) => error);
  const rows: [string, ConfigChange, string][] = [
    ['a development key on all addresses', { httpHost: '0.0.0.0' }, 'httpHost'],
    ['a development key on all IPv6 addresses', { httpHost: '::' }, 'httpHost'],
    ['a development key on a LAN address', { httpHost: '192.168.1.4' }, 'httpHost'],
    ['a development key on a host name other than localhost', { httpHost: 'localhost.example' }, 'httpHost'],
    ['a short secret', { devKey: { key: 'a', secret: 'short' } }, 'devKey.secret'],
    ['no entry', { entryUrls: [] }, 'entryUrls'],
    ['an entry that is no http address', { entryUrls: ['javascript:alert(1)'] }, 'entryUrls[0]'],
    [
      'a framing site that adds a directive to the policy',
      { playFrameAncestors: ['http://a; script-src *'] },
      'playFrameAncestors[0]',
    ],
    ['a wildcard as framing site', { playFrameAncestors: ['*'] }, 'playFrameAncestors[0]'],
    ['a gateway that adds a directive to the policy', { gatewayUrls: ['http://a; script-src *'] }, 'gatewayUrls[0]'],
    ['an entry that adds a directive to the policy', { entryUrls: ['http://a; script-src *'] }, 'entryUrls[0]'],
    ['a folder without the built page', { pageDir: '/nowhere' }, 'pageDir'],
    ['an unknown key', { devkey: {} }, 'devkey'],
  ];
  for (const [name, change, key] of rows) {
    it(`refuses ${name}`, async () => {
      const error = await start(change);
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as ConfigError).issues.map((issue) => issue.key)).toContain(key);
    });
  }
  it('lets a server without a key listen anywhere', async () => {
    await withServer({ devKey: undefined, httpHost: '0.0.0.0' }, async (url) => {
      expect((await fetch(`http://127.0.0.1:${new URL(url).port}/healthz`)).status).toBe(200);
    });
  });
});

describe('the check for this machine’s name', () => {
  it('accepts numbers and localhost in a Host header, with or without port', () => {
    expect(
      ['127.0.0.1', '127.1.2.3:80', '[::1]', '[::ffff:127.0.0.1]:80', 'localhost:65535'].every(isLoopbackHostHeader),
    ).toBe(true);
    expect(
      [undefined, '', ':80', '127.0.0.1:80:80', '[::1', '128.0.0.1', '2130706433', 'localhost.'].some(
        isLoopbackHostHeader,
      ),
    ).toBe(false);
  });
  it('accepts only origins of pages', () => {
    expect(['http://localhost', 'https://127.0.0.1:1', 'http://[::1]:7800'].every(isLoopbackOrigin)).toBe(true);
    expect(
      ['', 'null', 'localhost', 'ftp://localhost', 'http://example.org', 'chrome-extension://localhost'].some(
        isLoopbackOrigin,
      ),
    ).toBe(false);
  });
  it('the content security policy lists each host once', () => {
    const connectUrls = ['http://a.example/', 'http://a.example'];
    const none = { gatewayUrls: [], edgeUrls: [], libraryUrls: [], connectDomains: [] };
    const policy = contentSecurityPolicy({ connectUrls, ...none });
    expect(policy.match(/http:\/\/a\.example/g)).toHaveLength(1);
  });
});
