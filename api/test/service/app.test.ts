// The api as its process starts it: the configuration's defaults, and what only the wiring of app.ts says.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf } from '@meridian/node-shell';
import { call, nodeKind, note, onNote, rpc, type wire } from '@meridian/protocol';
import {
  Authority,
  CloseStack,
  CredentialStore,
  createMetrics,
  type Link,
  LinkServer,
  loadConfig,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCentre } from '../../../node-shell/test/support/cloud.ts';
import { collectingLog } from '../../../runtime/test/support/log.ts';
import { until } from '../../../runtime/test/support/until.ts';
import { tenantScopes } from '../../src/access/core/scopes.ts';
import { Revocations } from '../../src/access/revocations.ts';
import { start } from '../../src/app.ts';
import { apiConfig } from '../../src/config.ts';
import { tenants } from '../support/test-api.ts';

const HOUR_MS = 3_600_000;
/** A revocation reaches every instance within a second, as promised: at most three times that. */
const TOLD_MS_MAX = 3000;
const ORIGIN = 'https://meet.example';
const clock = systemClock();
const { log, lines } = collectingLog();

let authority: Authority;
let centre: TestCentre;
let signaling: LinkServer;
/** What the signaling node hears of. */
const heard: wire.Revocations[] = [];
/** Of the signaling node, to instances of the api. */
const links: Link[] = [];
let receiver: Server;
/** Paths at which the receiver of webhooks was asked. */
const asked: string[] = [];
let port: number;
let folder: string;
let api: RunningApi;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-api-'));
  authority = await Authority.create({ clock });
  centre = await TestCentre.open(authority, 'centre');
  const identity = { id: 'sig-1', kind: nodeKind.signaling, region: 'sgp' };
  signaling = await LinkServer.listen({
    host: '127.0.0.1',
    port: 0,
    log,
    clock,
    accept: () => true,
    credentials: await authority.issueCredentials(identity, HOUR_MS),
    onLink: (link) => {
      links.push(link);
      onNote(link, note.revoked, (message) => void heard.push(message));
    },
  });
  const addresses = [addressOf('control', 'tcp', { ip: '127.0.0.1' }, signaling.port)];
  centre.plan = { nodes: [{ nodeId: identity.id, kind: identity.kind, region: identity.region, addresses }] };
  receiver = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(204).end();
  });
  // Under every address of the machine: what is refused could be reached.
  receiver.listen(0);
  await once(receiver, 'listening');
  ({ port } = receiver.address() as AddressInfo);
  api = await startApi('api-1');
});
afterAll(async () => {
  await api.close();
  receiver.close();
  await signaling.close('the test is over');
  await centre.close();
  rmSync(folder, { recursive: true, force: true });
});

type RunningApi = Awaited<ReturnType<typeof startApi>>;

/** With its defaults, but for what no instance can do without. */
async function startApi(id: string, more: object = {}) {
  const stateDir = mkdtempSync(join(folder, 'state-'));
  const place = { region: 'fra', city: 'Frankfurt', latitude: 50.1, longitude: 8.7, hostId: 'host-1' };
  const file = join(stateDir, 'config.json');
  const needed = {
    id,
    ...place,
    stateDir,
    centreUrl: centre.url,
    enrolUrl: 'https://127.0.0.1:1',
    httpListen: { ip: '127.0.0.1', port: 0 },
    publicUrl: ORIGIN,
    entryUrls: [ORIGIN],
    sealSecret: 's'.repeat(32),
    tenants,
  };
  writeFileSync(file, JSON.stringify({ ...needed, ...more }));
  const identity = { id, kind: nodeKind.api, region: 'fra' };
  const credentials = await authority.issueCredentials(identity, HOUR_MS);
  new CredentialStore(join(stateDir, 'credentials.json')).save(credentials);
  const config = loadConfig(apiConfig, { argv: ['--config', file], env: {} });
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const metrics = createMetrics({ service: 'api' });
  const { app, store } = await start({ config, log, clock, rng: secureRng(), metrics, closeStack });
  const token = await new SignJWT({ scope: tenantScopes.join(' ') })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(tenants[0].key)
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .sign(Buffer.from(tenants[0].secret));
  const ask = async (method: 'GET' | 'POST', path: string, body?: object, headers: object = {}) => {
    const sent = { authorization: `Bearer ${token}`, ...headers };
    const answer = await app.inject({ method, url: `/api/v1${path}`, headers: sent, ...(body && { payload: body }) });
    if (answer.statusCode >= 300) throw new Error(`${path} is answered ${answer.statusCode} ${answer.body}`);
    return answer.json();
  };
  return { store, ask, close: () => closeStack.close('the test is over') };
}

describe('a webhook', () => {
  const bookedAt = new Date(Date.now() + HOUR_MS).toISOString().slice(0, 19);
  /** A test event, and one of a meeting as it is delivered by itself: what became of them. */
  async function deliver({ store, ask }: RunningApi, host: string) {
    const path = `/${randomUUID()}`;
    const { id } = await ask('POST', '/webhooks', { url: 'https://oa.example' });
    // What is made may go nowhere else: a name, say, that has another address by now.
    const url = `http://${host}:${port}${path}`;
    await store.db.updateTable('webhooks').set({ url }).where('id', '=', id).execute();
    const attempt = await ask('POST', `/webhooks/${id}/test`);
    await ask('POST', '/meetings', { title: 'Talks', localStart: bookedAt, timeZone: 'UTC', durationMinutes: 30 });
    const tried = store.db.selectFrom('webhook_deliveries').select('id').where('webhook', '=', id);
    const isTried = async () => (await tried.where('attempts', '>', 0).execute()).length > 0;
    await until('it was delivered or refused', isTried);
    const [delivery] = (await ask('GET', `/webhooks/${id}/deliveries`)).data;
    return { attempt, delivery, arrived: asked.filter((each) => each === path).length };
  }

  it.each(['127.0.0.1', '[::1]', 'localhost', '[::ffff:127.0.0.1]', '0.0.0.0'])(
    'does not go to %s, where the service itself is',
    async (host) => {
      expect(await deliver(api, host)).toMatchObject({
        attempt: { delivered: false, status: 0, error: 'TARGET_REFUSED' },
        delivery: { state: 'pending', lastStatus: 0, lastError: 'TARGET_REFUSED' },
        arrived: 0,
      });
    },
  );

  it('goes where egressAllow says', async () => {
    const allowing = await startApi('api-2', { egressAllow: ['127.0.0.0/8'] });
    expect(await deliver(allowing, '127.0.0.1')).toMatchObject({
      attempt: { delivered: true, status: 204 },
      delivery: { state: 'delivered', lastStatus: 204 },
      arrived: 2,
    });
    await allowing.close();
  });
});

describe('what was revoked', () => {
  it('nodes hear within a second, also of another instance', async () => {
    const { db } = api.store;
    await until('the signaling node has a link', () => links.length > 0);
    const other = await Revocations.open({ db, clock, log, onNew: () => undefined });
    await other.revoke({ tenant: 'acme', id: 't1', untilMs: clock.wallMs() + HOUR_MS });
    await until('the node hears of it', () => heard.length > 0, TOLD_MS_MAX);
    expect(heard[0]?.revoked).toMatchObject([{ tenant: 'acme', id: 't1' }]);
    await other.close();
  });
});

describe('joins that a signaling node has counted', () => {
  it('are kept once, under the region of its certificate', async () => {
    await until('the signaling node has a link', () => links.length > 0);
    const [link] = links;
    if (link === undefined) throw new Error('no link');
    const joins = [{ tenant: 'acme', code: 'NO_NODE', count: 2 }];
    for (const joinsNumber of [1, 1, 2]) await call(link, rpc.qualityBatch, { joins, joinsOf: 'p1', joinsNumber });
    const rows = await api.store.db.selectFrom('join_minutes').select(['region', 'code', 'joins']).execute();
    const sum = rows.reduce((all, row) => all + row.joins, 0);
    expect([new Set(rows.map(({ region, code }) => `${region} ${code}`)), sum]).toEqual([new Set(['sgp NO_NODE']), 4]);
  });
});

describe('what nobody asks for', () => {
  it('is a job of the first start: each that repeats', async () => {
    const names = [
      ['alarms', 'old-alarms', 'inspection', 'quality', 'node-samples', 'sla-hours', 'old-dials'],
      ['meeting-occurrences', 'rooms of occurrences', 'room bookings', 'quotas', 'retention', 'room lives sweep'],
      ['library uploads', 'recording limits', 'room streams', 'stream keys', 'job ranks'],
    ].flat();
    const planned = api.store.db.selectFrom('jobs').select('kind').distinct().where('kind', 'in', names);
    const missing = async () => {
      const there = new Set((await planned.execute()).map(({ kind }) => kind));
      return names.filter((name) => !there.has(name));
    };
    await expect.poll(missing, { timeout: 5000 }).toEqual([]);
  });
});

describe('a key of the configuration', () => {
  it('that is revoked is named at the next start, as the supervisor of a local cloud reads it', async () => {
    const databaseUrl = `sqlite:${join(folder, 'revoked.db')}`;
    const named = () => lines.flatMap((line) => line['revokedKey'] ?? []);
    const first = await startApi('api-3', { databaseUrl });
    await first.store.db.updateTable('api_keys').set({ revoked_ms: 1 }).where('id', '=', tenants[0].key).execute();
    await first.close();
    expect(named()).toEqual([]);
    await (await startApi('api-3', { databaseUrl })).close();
    expect(named()).toEqual([tenants[0].key]);
  });
});

describe('a password', () => {
  it('is kept under what OWASP recommends', async () => {
    const { id } = await api.ask('POST', '/users', { email: 'ann@example.org', name: 'Ann' });
    const code = (await api.ask('POST', `/users/${id}/password-link`)).url.split('/').at(-1);
    await api.ask('POST', '/setup', { code, password: 'correct horse' }, { origin: ORIGIN });
    const row = await api.store.db.selectFrom('users').select('password').where('id', '=', id).executeTakeFirst();
    expect(row?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});
