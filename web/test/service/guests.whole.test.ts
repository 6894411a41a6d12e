// The page for guests of the local network: https, a key for one room, and the certificate on a plain port.
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, request, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloseStack,
  ConfigError,
  createLogger,
  createMetrics,
  loadConfig,
  ManualClock,
  refuseErrors,
  secureRng,
} from '@meridian/runtime';
import { type CertifiedKey, createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { checkWebConfig, webConfig } from '../../server/config.ts';
import { startWeb } from '../../server/service.ts';

const log = createLogger({ name: 'web', level: 'fatal' });
const startMs = Date.now();
const secret = 'a secret of more than thirty-two characters';
const joinKey = 'k'.repeat(22);
const guests = { key: 'guests', secret, room: '客厅 1', joinKey, expiresAtMs: startMs + 3600_000 };
let folder = '';
let authority: CertifiedKey;
let clock: ManualClock;
let closeStack: CloseStack;
let url = '';
let trustUrl = '';
const file = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-guests-'));
  mkdirSync(file('dist'));
  writeFileSync(file('dist/index.html'), '<!doctype html><title>page</title>');
  authority = await createLocalAuthority({ name: 'test', nowMs: startMs });
  writeFileSync(file('ca.crt'), authority.certPem);
  const pair = await issueServerCertificate(authority, { ip: '192.168.1.5', nowMs: startMs });
  writeFileSync(file('server.crt'), pair.certPem);
  writeFileSync(file('server.key'), pair.keyPem);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  clock = new ManualClock({ wallMs: startMs });
  closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
});
afterEach(() => closeStack.close('test over'));

async function start(change: Record<string, unknown> = {}): Promise<void> {
  const base = {
    httpPort: 0,
    entryUrls: ['https://192.168.1.5:7845'],
    tlsCertFile: file('server.crt'),
    tlsKeyFile: file('server.key'),
    guests,
    trust: { caFile: file('ca.crt'), httpPort: 0 },
    pageDir: file('dist'),
  };
  writeFileSync(file('config.json'), JSON.stringify({ ...base, ...change }));
  const config = loadConfig(webConfig, { argv: ['--config', file('config.json')], env: {} });
  refuseErrors(checkWebConfig(config));
  const metrics = createMetrics({ service: 'web' });
  const started = await startWeb({ config, log, clock, rng: secureRng(), metrics, closeStack });
  url = started.url;
  trustUrl = started.trustUrl ?? '';
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  code: string | undefined;
}
function ask(path: string, o: { body?: unknown; cookie?: string; from?: string } = {}): Promise<Answer> {
  const headers = {
    ...(o.cookie === undefined ? {} : { cookie: o.cookie }),
    ...(o.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const options = {
    method: o.body === undefined ? 'GET' : 'POST',
    headers,
    agent: false as const,
    ...(o.from === undefined ? {} : { localAddress: o.from }),
    ca: authority.certPem,
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { ...options, checkServerIdentity: () => undefined }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => {
        const isJson = response.headers['content-type']?.includes('json') === true;
        const code = isJson ? (JSON.parse(body) as { code?: string }).code : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, code });
      });
    });
    sent.once('error', reject);
    sent.end(o.body === undefined ? undefined : JSON.stringify(o.body));
  });
}
const cookie = `__Host-meridian-guest=${joinKey}`;
const body = { room: guests.room, identity: 'ada-1', name: 'Ada' };

describe('the key of a start', () => {
  it('leads to the room, as a cookie that no script reads and no other site sends, for as long as it holds', async () => {
    await start();
    const answer = await ask(`/join/${joinKey}`);
    expect(answer).toMatchObject({
      status: 303,
      headers: { location: `/?${new URLSearchParams({ room: guests.room })}` },
    });
    expect(answer.headers['set-cookie']).toEqual([
      `${cookie}; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Strict`,
    ]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
  });

  it.each(['x'.repeat(22), `${joinKey}k`, joinKey.slice(1), '%00', 'a'.repeat(4000)])(
    'is no other: %s',
    async (key) => {
      await start();
      const answer = await ask(`/join/${key}`);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers['set-cookie']).toBeUndefined();
    },
  );

  it('tells the page whether tokens are to be had', async () => {
    await start();
    const devToken = async (given?: string): Promise<unknown> =>
      (
        JSON.parse((await ask('/config.json', given === undefined ? {} : { cookie: given })).body) as {
          devToken: unknown;
        }
      ).devToken;
    expect([await devToken(), await devToken(cookie), await devToken(`${cookie}x`)]).toEqual([false, true, false]);
    clock.advance(3600_000);
    expect(await devToken(cookie)).toBe(false);
  });
});

describe('the token of a guest', () => {
  it('is for the one room, ten minutes, signed by the key of guests, and gives no right to moderate', async () => {
    await start();
    const answer = await ask('/dev/token', { body, cookie: `theme=dark; ${cookie}` });
    expect(answer.status).toBe(200);
    const { token } = JSON.parse(answer.body) as { token: string };
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), { issuer: 'guests' });
    expect(payload).toMatchObject({ sub: 'ada-1', video: { room: guests.room, roomJoin: true, roomAdmin: false } });
    expect((payload.exp ?? 0) - startMs / 1000).toBeLessThanOrEqual(600);
  });

  it.each<[string, { cookie?: string; body: unknown }, number, string]>([
    ['no guest without the key', { body }, 403, 'JOIN_KEY_MISSING'],
    ['another cookie', { body, cookie: `guest=${joinKey}` }, 403, 'JOIN_KEY_MISSING'],
    ['a wrong key', { body, cookie: `${cookie}x` }, 403, 'JOIN_KEY_INVALID'],
    ['an empty key', { body, cookie: '__Host-meridian-guest=' }, 403, 'JOIN_KEY_INVALID'],
    ['another room', { body: { ...body, room: 'boardroom' }, cookie }, 403, 'ROOM_NOT_YOURS'],
    ['a room of another tenant', { body: { ...body, room: 'acme/room' }, cookie }, 400, 'REQUEST_INVALID'],
    ['a request to moderate', { body: { ...body, roomAdmin: true }, cookie }, 400, 'REQUEST_INVALID'],
    ['a name that is none', { body: { ...body, identity: 'a\nb' }, cookie }, 400, 'REQUEST_INVALID'],
  ])('is not for %s', async (_name, given, status, code) => {
    await start();
    const answer = await ask('/dev/token', given);
    expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
    expect(answer.body).not.toContain(joinKey);
  });

  it('is not had when the key has expired', async () => {
    await start();
    clock.advance(3600_000);
    expect(await ask('/dev/token', { body, cookie })).toMatchObject({ status: 403, code: 'JOIN_KEY_EXPIRED' });
    expect(await ask(`/join/${joinKey}`)).toMatchObject({ status: 403, code: 'JOIN_KEY_EXPIRED' });
  });

  it('is had so often and no oftener, by right keys and by wrong ones, and again after a while', async () => {
    await start();
    const codes: (string | undefined)[] = [];
    for (let count = 0; count < 30; count += 1)
      codes.push((await ask('/dev/token', { body, cookie: count % 2 === 0 ? cookie : `${cookie}x` })).code);
    expect(codes).not.toContain('RATE_LIMITED');
    const answer = await ask('/dev/token', { body, cookie });
    expect(answer).toMatchObject({ status: 429, code: 'RATE_LIMITED', headers: { 'retry-after': '2' } });
    expect((await ask(`/join/${joinKey}`)).status).toBe(429);
    clock.advance(2000);
    expect((await ask('/dev/token', { body, cookie })).status).toBe(200);
  });

  /** Thirty questions of each of eight addresses of this machine, as many as an address may ask at once. */
  async function crowd(given: { body?: unknown; cookie?: string }, path = '/dev/token'): Promise<Answer[]> {
    const addresses = Array.from({ length: 8 }, (_, index) => `127.0.0.${index + 11}`);
    const answers = await Promise.all(
      addresses.map(async (from) => {
        const own: Answer[] = [];
        for (let count = 0; count < 31; count += 1) own.push(await ask(path, { ...given, from }));
        return own;
      }),
    );
    return answers.flat();
  }

  it.each([
    { name: 'without a key', path: '/dev/token', given: { body } },
    { name: 'with a wrong key', path: '/dev/token', given: { body, cookie: `${cookie}x` } },
    { name: 'a caller that tries keys', path: `/join/${'x'.repeat(22)}`, given: {} },
  ])('is had while others ask $name as often as they can', async ({ path, given }) => {
    await start();
    const answers = await crowd(given, path);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(8);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(240);
    expect((await ask('/dev/token', { body, cookie })).status).toBe(200);
    expect((await ask(`/join/${joinKey}`)).status).toBe(303);
  });

  it('is had two hundred times by all together, and then by one every 200 ms', async () => {
    await start();
    const answers = await crowd({ body, cookie });
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
    expect(await ask('/dev/token', { body, cookie })).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    clock.advance(200);
    expect((await ask('/dev/token', { body, cookie })).status).toBe(200);
    expect((await ask(`/join/${joinKey}`)).status).toBe(429);
  });
});

describe('the plain port', () => {
  it('offers the authority’s certificate by the type that phones install, and nothing else of it', async () => {
    await start();
    const answer = await fetch(`${trustUrl}/ca.crt`);
    expect(answer.headers.get('content-type')).toBe('application/x-x509-ca-cert');
    const certificate = new X509Certificate(Buffer.from(await answer.arrayBuffer()));
    expect(certificate.fingerprint256).toBe(new X509Certificate(authority.certPem).fingerprint256);
    for (const path of ['/config.json', '/dev/token', `/join/${joinKey}`, '/ca.key', '/../ca.key', '/healthz'])
      expect({ path, status: (await fetch(`${trustUrl}${path}`)).status }).toEqual({ path, status: 404 });
  });

  it('says how in both languages, with the fingerprint and without the key', async () => {
    await start();
    const answer = await fetch(`${trustUrl}/`);
    const html = await answer.text();
    for (const text of [
      'Certificate Trust Settings',
      '证书信任设置',
      new X509Certificate(authority.certPem).fingerprint256,
      url,
    ])
      expect(html).toContain(text);
    expect(html).not.toContain(joinKey);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('the configuration', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['guests without a certificate', { tlsCertFile: undefined, tlsKeyFile: undefined }, 'tlsCertFile'],
    ['a certificate without its key', { tlsKeyFile: undefined }, 'tlsKeyFile'],
    ['a certificate that is none', { tlsCertFile: '/nowhere' }, 'tlsCertFile'],
    ['tokens for this machine beside those for guests', { devKey: { key: 'a', secret } }, 'guests'],
    ['a room that is none', { guests: { ...guests, room: 'a/b' } }, 'guests.room'],
    ['a key that can be guessed', { guests: { ...guests, joinKey: 'short' } }, 'guests.joinKey'],
    ['an authority that is none', { trust: { caFile: '/nowhere', httpPort: 0 } }, 'trust.caFile'],
  ])('refuses %s', async (_name, change, key) => {
    const error = await start(change).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).issues.map((issue) => issue.key)).toContain(key);
    expect((error as ConfigError).message).not.toContain(joinKey);
  });
});

describe('connections that prove nothing', () => {
  it.each([
    ['the page', () => url, 256],
    ['the certificate', () => trustUrl, 32],
  ] as const)('of one address are few at %s, keep no other out, and end after 10 s', async (_what, at, perAddress) => {
    await start();
    const port = Number(new URL(at()).port);
    let open = 0;
    const closed = (): void => {
      open -= 1;
    };
    for (let index = 0; index < perAddress + 50; index += 1) {
      const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
      open += 1;
      socket.on('error', () => undefined).once('close', closed);
    }
    await expect.poll(() => open, { timeout: 10_000 }).toBe(perAddress);
    if (at() === url) expect((await ask('/healthz')).status).toBe(200);
    else expect((await fetch(`${trustUrl}/`)).status).toBe(200);
    clock.advance(10_000);
    await expect.poll(() => open, { timeout: 10_000 }).toBe(0);
  });
});

it('LiveKit clients reach a signaling node whose certificate is of the authority that guests trust', async () => {
  // One of ours signs for no loopback address.
  const names = ['-subj', '/CN=own', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-nodes'];
  const files = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', file('own.key')];
  execFileSync('openssl', ['req', '-x509', ...files, '-out', file('own.crt'), ...names], { stdio: 'ignore' });
  const pair = { cert: readFileSync(file('own.crt')), key: readFileSync(file('own.key')) };
  const node = createServer(pair, ({ url: path }, answer) => {
    const candidates = [{ url: `wss://127.0.0.1:${portOf(node)}/v1/rtc` }];
    answer.end(path === '/v1/entry' ? JSON.stringify({ candidates }) : 'success');
  });
  onTestFinished(() => void node.close());
  await once(node.listen(0, '127.0.0.1'), 'listening');
  const entryUrls = [`https://127.0.0.1:${portOf(node)}`];
  await start({ entryUrls, trust: { caFile: file('own.crt'), httpPort: 0 } });
  expect(await ask('/rtc/validate?access_token=t')).toMatchObject({ status: 200, body: 'success' });
});
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
