import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Authority,
  CredentialStore,
  EnrolmentTokens,
  enrol,
  enrolmentHandler,
  type HttpHook,
  type Identity,
  LinkServer,
  memoryKeyValue,
  secureRng,
  systemClock,
  verifyCertificate,
} from '@meridian/runtime';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Cluster, connectPair, makeCluster, serverOptions } from '../support/cluster.ts';
import { collectingLog } from '../support/log.ts';

const NEWCOMER: Identity = { id: 'new-1', kind: 'leaf', region: 'eu' };
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const clock = systemClock();

let cluster: Cluster;
let tokens: EnrolmentTokens;
let server: LinkServer;
let url: string;
let lines: Record<string, unknown>[];
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  cluster = await makeCluster();
});
beforeEach(async () => {
  const collected = collectingLog();
  lines = collected.lines;
  const { authority } = cluster;
  const kv = memoryKeyValue({ clock, maxEntries: 100 });
  tokens = new EnrolmentTokens({ kv, rng: secureRng(), clock, fingerprint: authority.fingerprint });
  const onHttp: HttpHook = enrolmentHandler({ authority, tokens, ttlMs: DAY_MS, log: collected.log });
  server = await LinkServer.listen(serverOptions(cluster, { onHttp, log: collected.log }));
  url = `https://127.0.0.1:${server.port}`;
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await server.close('test over');
});

const mint = (ttlMs = MINUTE_MS): Promise<string> => tokens.mint(NEWCOMER, ttlMs);
const ask = (token: string, changes: { url?: string; identity?: Identity; deadlineMs?: number } = {}) =>
  enrol({ url, token, identity: NEWCOMER, deadlineMs: 30_000, ...changes });

describe('enrolling', () => {
  it.each<[string, () => Promise<string>, string]>([
    ['an empty token', async () => '', 'ENROL_BAD_TOKEN'],
    ['a text of another form', async () => 'let me in', 'ENROL_BAD_TOKEN'],
    ['a token cut short', async () => (await mint()).slice(0, -1), 'ENROL_BAD_TOKEN'],
    [
      'a token that was never minted',
      async () => `met1.${'A'.repeat(16)}.${'A'.repeat(43)}.${cluster.authority.fingerprint}`,
      'ENROL_REFUSED',
    ],
    ['a wrong secret', async () => (await mint()).replace(/\.[\w-]{43}\./, `.${'A'.repeat(43)}.`), 'ENROL_REFUSED'],
    [
      'the fingerprint of another authority',
      async () => (await mint()).replace(/[\w-]{43}$/, 'A'.repeat(43)),
      'ENROL_WRONG_CA',
    ],
    [
      'the fingerprint of the certificate of the server instead of its authority',
      async () => (await mint()).replace(/[\w-]{43}$/, await leafFingerprint()),
      'ENROL_WRONG_CA',
    ],
    [
      'an expired token',
      async () => {
        const token = await mint(1);
        const expiredMs = clock.wallMs() + 1;
        while (clock.wallMs() <= expiredMs) await new Promise((resolve) => setImmediate(resolve));
        return token;
      },
      'ENROL_REFUSED',
    ],
    [
      'a used token',
      async () => {
        const token = await mint();
        await ask(token);
        return token;
      },
      'ENROL_REFUSED',
    ],
  ])('with %s is refused', async (_what, makeToken, code) => {
    await expect(ask(await makeToken())).rejects.toMatchObject({ name: 'PkiError', code });
  });

  it('during a replacement of the authority in the token, gives a certificate of the next one, and both authorities', async () => {
    const [{ authority }, next] = [cluster, await Authority.create({ clock })];
    const caPem = next.caPem + authority.caPem;
    const issuer = { caPem, issue: (o: Parameters<Authority['issue']>[0]) => next.issue(o) };
    const onHttp = enrolmentHandler({ authority: issuer, tokens, ttlMs: DAY_MS, log: collectingLog().log });
    const replacing = await LinkServer.listen(serverOptions(cluster, { onHttp }));
    cleanups.push(() => replacing.close('test over'));
    const credentials = await ask(await mint(), { url: `https://127.0.0.1:${replacing.port}` });
    expect(credentials.caPem).toBe(caPem);
    expect(verifyCertificate(credentials.certPem, next.caPem, clock.wallMs())).toEqual(NEWCOMER);
  });

  it('gives one of two processes that race with the same token a certificate', async () => {
    const token = await mint();
    const ends = await Promise.allSettled([ask(token), ask(token)]);
    expect(ends.map((end) => end.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('under another identity than the one the token was minted for ends without credentials', async () => {
    const admin = { id: 'admin', kind: 'hub', region: 'us' };
    await expect(ask(await mint(), { identity: admin })).rejects.toMatchObject({
      code: 'ENROL_BAD_REPLY',
      message: expect.stringContaining('leaf/eu/new-1'),
    });
    expect(lines.find((line) => line['msg'] === 'enrolled')).toMatchObject({ identity: NEWCOMER });
  });

  it('with an identity of the wrong form sends no request', async () => {
    const token = await mint();
    await expect(ask(token, { identity: { ...NEWCOMER, id: 'a/b' } })).rejects.toMatchObject({
      code: 'PKI_BAD_IDENTITY',
    });
    expect((await ask(token)).identity).toEqual(NEWCOMER);
  });

  it('gives credentials that are valid, can be kept, and open a link', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-enrol-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const store = new CredentialStore(join(folder, 'credentials.json'));
    store.save(await ask(await mint()));
    const credentials = store.load();
    if (credentials === undefined) throw new Error('nothing was kept');
    expect(credentials.identity).toEqual(NEWCOMER);
    expect(credentials.caPem.trim()).toBe(cluster.authority.caPem.trim());
    expect(credentials.notAfterMs - clock.wallMs()).toBeGreaterThan(DAY_MS - MINUTE_MS);
    expect(verifyCertificate(credentials.certPem, cluster.authority.caPem, clock.wallMs())).toEqual(NEWCOMER);
    const pair = await connectPair({ ...cluster, client: credentials });
    cleanups.push(pair.close);
    expect(pair.far.remote).toEqual(NEWCOMER);
  });

  it('never writes a token into the log', async () => {
    const token = await mint();
    await ask(token);
    await expect(ask(token)).rejects.toMatchObject({ code: 'ENROL_REFUSED' });
    expect(lines.length).toBeGreaterThan(1);
    expect(JSON.stringify(lines)).not.toContain(token.split('.')[2]);
  });
});

describe('the other side of an enrolment', () => {
  it('gets neither token nor request when it belongs to another authority', async () => {
    const otherAuthority = await Authority.create({ clock });
    const credentials = await otherAuthority.issueCredentials({ id: 'server-1', kind: 'hub', region: 'eu' }, DAY_MS);
    const received: string[] = [];
    const thief = await LinkServer.listen(
      serverOptions(cluster, {
        credentials,
        onHttp: async (_method, _path, body) => {
          received.push(Buffer.from(body).toString());
          return { status: 200, body: '{}' };
        },
      }),
    );
    cleanups.push(() => thief.close('test over'));
    const token = await mint();
    await expect(ask(token, { url: `https://127.0.0.1:${thief.port}` })).rejects.toMatchObject({
      code: 'ENROL_WRONG_CA',
    });
    expect(received).toEqual([]);
    expect((await ask(token)).identity).toEqual(NEWCOMER);
  });

  it('is refused when it belongs to another authority and adds our certificate to its own', async () => {
    const otherAuthority = await Authority.create({ clock });
    const { keyPem, certPem } = await otherAuthority.issueCredentials(
      { id: 'server-1', kind: 'hub', region: 'eu' },
      DAY_MS,
    );
    let requestCount = 0;
    const thief = createHttpsServer(
      { key: keyPem, cert: certPem + cluster.authority.caPem, minVersion: 'TLSv1.3' },
      () => {
        requestCount += 1;
      },
    );
    const thiefUrl = await listening(thief);
    await expect(ask(await mint(), { url: thiefUrl })).rejects.toMatchObject({ code: 'ENROL_WRONG_CA' });
    expect(requestCount).toBe(0);
  });

  it.each<[string, number, string]>([
    ['an error', 500, '{"code":"HTTP_FAILED"}'],
    ['no such path', 404, '{}'],
    ['text', 200, 'hello'],
    ['nothing', 200, ''],
    ['an object without certificate', 200, '{}'],
    ['null', 200, 'null'],
    ['an invalid certificate', 200, '{"certPem":"x"}'],
  ])('is not believed when it answers with %s', async (_what, status, body) => {
    const answeringServer = await LinkServer.listen(serverOptions(cluster, { onHttp: async () => ({ status, body }) }));
    cleanups.push(() => answeringServer.close('test over'));
    await expect(ask(await mint(), { url: `https://127.0.0.1:${answeringServer.port}` })).rejects.toMatchObject({
      code: 'ENROL_BAD_REPLY',
    });
  });

  it('is not believed when it answers with the certificate for another key', async () => {
    const { certPem } = await cluster.authority.issueCredentials(NEWCOMER, DAY_MS);
    const answeringServer = await LinkServer.listen(
      serverOptions(cluster, { onHttp: async () => ({ status: 200, body: JSON.stringify({ certPem }) }) }),
    );
    cleanups.push(() => answeringServer.close('test over'));
    await expect(ask(await mint(), { url: `https://127.0.0.1:${answeringServer.port}` })).rejects.toMatchObject({
      code: 'ENROL_BAD_REPLY',
    });
  });

  it('is cut when it sends an endless answer', async () => {
    const answeringServer = await LinkServer.listen(
      serverOptions(cluster, { onHttp: async () => ({ status: 200, body: 'x'.repeat(200_000) }) }),
    );
    cleanups.push(() => answeringServer.close('test over'));
    await expect(ask(await mint(), { url: `https://127.0.0.1:${answeringServer.port}` })).rejects.toMatchObject({
      code: 'ENROL_UNREACHABLE',
      message: 'no answer: the answer is too long',
    });
  });

  it('is unreachable when it does not listen, speaks no TLS, or is named without https', async () => {
    const token = await mint();
    const plainServer = createTcpServer((socket) => socket.resume().end('hello'));
    const plainUrl = await listening(plainServer);
    await expect(ask(token, { url: plainUrl })).rejects.toMatchObject({ code: 'ENROL_UNREACHABLE' });
    await new Promise((resolve) => plainServer.close(resolve));
    await expect(ask(token, { url: plainUrl })).rejects.toMatchObject({ code: 'ENROL_UNREACHABLE' });
    await expect(ask(token, { url: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'ENROL_UNREACHABLE' });
  });

  it.each<[string, () => Promise<string>]>([
    ['before TLS', async () => listening(createTcpServer((socket) => void cleanups.push(() => socket.destroy())))],
    [
      'after the request',
      async () => {
        const mute = await LinkServer.listen(serverOptions(cluster, { onHttp: () => new Promise(() => undefined) }));
        cleanups.push(() => mute.close('test over'));
        return `https://127.0.0.1:${mute.port}`;
      },
    ],
  ])('is left at the deadline when it is silent %s', async (_when, open) => {
    await expect(ask(await mint(), { url: await open(), deadlineMs: 200 })).rejects.toMatchObject({
      code: 'ENROL_DEADLINE',
    });
  });
});

describe('the enrolment hook', () => {
  const hook = (method: string, path: string, body: string) => {
    const { log } = collectingLog();
    return enrolmentHandler({ authority: cluster.authority, tokens, ttlMs: DAY_MS, log })(
      method,
      path,
      Buffer.from(body),
      '127.0.0.1',
    );
  };

  it.each([
    ['another method', 'GET', '', 405],
    ['an empty body', 'POST', '', 400],
    ['a body that is not JSON', 'POST', '{', 400],
    ['null', 'POST', 'null', 400],
    ['a token of another type', 'POST', '{"token":5,"csrPem":""}', 400],
    ['no request', 'POST', '{"token":"x"}', 400],
    ['an invalid token', 'POST', '{"token":"x","csrPem":"x"}', 403],
  ])('answers %s with its status', async (_what, method, body, status) => {
    expect((await hook(method, '/v1/enrol', body))?.status).toBe(status);
  });

  it('answers a good token with a bad request by name, and the token is used', async () => {
    const token = await mint();
    expect(await hook('POST', '/v1/enrol', JSON.stringify({ token, csrPem: 'x' }))).toEqual({
      status: 400,
      body: '{"code":"PKI_BAD_CSR"}',
    });
    await expect(ask(token)).rejects.toMatchObject({ code: 'ENROL_REFUSED' });
  });

  it('leaves other paths to others', async () => {
    expect(await hook('POST', '/v1/other', '')).toBeUndefined();
  });
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function leafFingerprint(): Promise<string> {
  const { X509Certificate } = await import('node:crypto');
  const digest = new X509Certificate(cluster.server.certPem).fingerprint256.replaceAll(':', '');
  return Buffer.from(digest, 'hex').toString('base64url');
}
