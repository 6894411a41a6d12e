import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloseStack,
  createLogger,
  createMetrics,
  loadConfig,
  ManualClock,
  refuseErrors,
  secureRng,
} from '@meridian/runtime';
import { type CertifiedKey, createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

describe('the key of a start with --lan', () => {
  it('redirects to the room and sets a cookie that no script reads and no other site sends, until it expires', async () => {
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
    'is refused if it is wrong: %s',
    async (key) => {
      await start();
      const answer = await ask(`/join/${key}`);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.headers['set-cookie']).toBeUndefined();
    },
  );
});

describe('the token of a guest', () => {
  it('is valid for one room and ten minutes, is signed by the guests’ key, and gives no right to moderate', async () => {
    await start();
    const answer = await ask('/dev/token', { body, cookie: `theme=dark; ${cookie}` });
    expect(answer.status).toBe(200);
    const { token } = JSON.parse(answer.body) as { token: string };
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), { issuer: 'guests' });
    expect(payload).toMatchObject({ sub: 'ada-1', video: { room: guests.room, roomJoin: true, roomAdmin: false } });
    expect((payload.exp ?? 0) - startMs / 1000).toBeLessThanOrEqual(600);
  });

  it('is refused when the key has expired', async () => {
    await start();
    clock.advance(3600_000);
    expect(await ask('/dev/token', { body, cookie })).toMatchObject({ status: 403, code: 'JOIN_KEY_EXPIRED' });
    expect(await ask(`/join/${joinKey}`)).toMatchObject({ status: 403, code: 'JOIN_KEY_EXPIRED' });
  });

  it('is rate-limited for right and wrong keys, and available again after a while', async () => {
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
});
