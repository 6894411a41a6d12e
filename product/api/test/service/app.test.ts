// Starts the api as its process does, to test the configuration's defaults and the wiring of app.ts.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { addressOf } from '@meridian/node-shell';
import { call, type NodeKind, nodeKind, note, onNote, rpc, serve, type wire } from '@meridian/protocol';
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
import { type CertifiedKey, createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCentre } from '../../../../base/node-shell/test/support/cloud.ts';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { tenantScopes } from '../../src/access/core/scopes.ts';
import { Revocations } from '../../src/access/revocations.ts';
import { start } from '../../src/app.ts';
import { apiConfig } from '../../src/config.ts';
import { mailsTo, smtp } from '../support/smtp.ts';
import { operatorKey, tenants } from '../support/test-api.ts';
import { entry, journal } from '../unit/events/journals.ts';

const HOUR_MS = 3_600_000;
/** Three times the promised second in which a revocation reaches every instance. */
const TOLD_MS_MAX = 3000;
/** A local authority signs only for addresses of a LAN. */
const LAN_IP = '192.168.1.5';
const ORIGIN = 'https://meet.example';
const clock = systemClock();
/** Callbacks of the second instance's periodic timers, which the test calls. */
const timerCallbacks: (() => void)[] = [];
const turnedClock = {
  ...clock,
  every(periodMs: number, fn: () => void) {
    timerCallbacks.push(fn);
    return clock.every(periodMs, fn);
  },
};
const { log, lines } = collectingLog();

let authority: Authority;
let centre: TestCentre;
const nodes: LinkServer[] = [];
/** Revocations that the signaling node received. */
const receivedRevocations: wire.Revocations[] = [];
const receivedLimits: wire.LimitsOfTenant.$Properties[] = [];
/** Links of the nodes, by the id of the api and the kind. */
const links = new Map<string, Link>();
const uploads: string[] = [];
let receiver: Server;
const requestedPaths: string[] = [];
let port: number;
let folder: string;
const tester = { ...tenants[1], id: 'testers', key: 'testerkey', dialTests: true };
let api: RunningApi;
/** May send webhooks to this machine, and has other settings that differ from the defaults. */
let configured: RunningApi;
let signer: CertifiedKey;
let certificate: { readonly tlsCertFile: string; readonly tlsKeyFile: string };
let mail: Awaited<ReturnType<typeof smtp>>;
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-api-'));
  certificate = { tlsCertFile: join(folder, 'server.crt'), tlsKeyFile: join(folder, 'server.key') };
  authority = await Authority.create({ clock });
  centre = await TestCentre.open(authority, 'centre');
  const planned = await Promise.all(
    [nodeKind.signaling, nodeKind.gateway, nodeKind.recorder, nodeKind.library].map(async (kind) => {
      const server = await nodeOf(kind);
      nodes.push(server);
      const addresses = [addressOf('control', 'tcp', { ip: '127.0.0.1' }, server.port)];
      return { nodeId: `${kind}-1`, kind, region: 'sgp', addresses, publicUrl: `https://${kind}.example` };
    }),
  );
  centre.plan = { nodes: planned };
  centre.onLink = answerAsCentre;
  receiver = createServer((request, response) => {
    requestedPaths.push(request.url ?? '');
    response.writeHead(204).end();
  });
  // Listens on every address of the machine, so that a refused target would be reachable.
  receiver.listen(0);
  await once(receiver, 'listening');
  ({ port } = receiver.address() as AddressInfo);
  api = await startApi('api-1', { operatorKey, trustedProxies: ['127.0.0.0/8'] });
  mail = await smtp(closing);
  signer = await createLocalAuthority({ name: 'test', nowMs: clock.wallMs() });
  await issue();
  configured = await startApi(
    'api-2',
    {
      egressAllow: ['127.0.0.0/8'],
      mail: { smtpUrl: `smtp://127.0.0.1:${mail.port}`, from: 'meet@example.org' },
      dailyLimits: { meetingsOfTenant: 3 },
      checkTenant: 'acme',
      tenants: [...tenants, tester],
      ...certificate,
    },
    turnedClock,
  );
  await until('every node has links', () => links.size === 2 * nodes.length);
});
afterAll(async () => {
  await Promise.all([api.close(), configured.close()]);
  for (const close of closing) await close();
  receiver.close();
  await Promise.all(nodes.map((node) => node.close('the test is over')));
  await centre.close();
  rmSync(folder, { recursive: true, force: true });
});

type RunningApi = Awaited<ReturnType<typeof startApi>>;

async function nodeOf(kind: NodeKind): Promise<LinkServer> {
  return LinkServer.listen({
    host: '127.0.0.1',
    port: 0,
    log,
    clock,
    accept: () => true,
    credentials: await authority.issueCredentials({ id: `${kind}-1`, kind, region: 'sgp' }, HOUR_MS),
    onLink: (link) => {
      links.set(`${link.remote.id} ${kind}`, link);
      if (link.remote.id !== 'api-1') return;
      onNote(link, note.revoked, (message) => void receivedRevocations.push(message));
      if (kind === nodeKind.signaling) onNote(link, note.tenantLimits, (message) => void receivedLimits.push(message));
      serve(link, rpc.libraryFacts, () => ({ storeId: 'store-1', freeBytes: 1e12, kinds: ['video'] }));
      serve(link, rpc.openUpload, ({ uploadId }) => {
        uploads.push(uploadId);
        return {};
      });
    },
  });
}
async function issue(): Promise<void> {
  const { keyPem, certPem } = await issueServerCertificate(signer, { ip: LAN_IP, nowMs: clock.wallMs() });
  writeFileSync(certificate.tlsKeyFile, keyPem);
  writeFileSync(certificate.tlsCertFile, certPem);
}
function answerAsCentre(link: Link): void {
  serve(link, rpc.leaseOf, ({ roomKey }) => ({ roomKey }));
  serve(link, rpc.bookedSeats, () => ({ isDue: true, kept: 3, short: 2 }));
  serve(link, rpc.fleetSeen, () => ({ nodes: [] }));
  serve(link, rpc.linksSeen, () => ({ links: [] }));
  serve(link, rpc.logsSought, () => ({ lines: [] }));
}
const linkOf = (kind: NodeKind): Link => {
  const link = links.get(`api-1 ${kind}`);
  if (link === undefined) throw new Error(`${kind} has no link`);
  return link;
};

async function startApi(id: string, configChanges: object = {}, apiClock = clock) {
  const stateDir = mkdtempSync(join(folder, 'state-'));
  const place = { region: 'fra', city: 'Frankfurt', latitude: 50.1, longitude: 8.7, hostId: 'host-1' };
  const file = join(stateDir, 'config.json');
  const requiredConfig = {
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
  writeFileSync(file, JSON.stringify({ ...requiredConfig, ...configChanges }));
  const identity = { id, kind: nodeKind.api, region: 'fra' };
  const credentials = await authority.issueCredentials(identity, HOUR_MS);
  new CredentialStore(join(stateDir, 'credentials.json')).save(credentials);
  const config = loadConfig(apiConfig, { argv: ['--config', file], env: {} });
  const closeStack = new CloseStack({ log, clock: apiClock, stepLimitMs: 5000 });
  const metrics = createMetrics({ service: 'api' });
  const { app, store } = await start({ config, log, clock: apiClock, rng: secureRng(), metrics, closeStack });
  const tokenOf = (scope: string, signer: { readonly key: string; readonly secret: string }) =>
    new SignJWT({ scope })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(signer.key)
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(Buffer.from(signer.secret));
  const [ofTenant, ofOperator] = await Promise.all([
    tokenOf(tenantScopes.join(' '), tenants[0]),
    tokenOf('operator', operatorKey),
  ]);
  const as =
    (token: string) =>
    async (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object, headers: object = {}) => {
      const sent = { authorization: `Bearer ${token}`, ...headers };
      const answer = await app.inject({ method, url: `/api/v1${path}`, headers: sent, ...(body && { payload: body }) });
      if (answer.statusCode >= 300) throw new Error(`${path} is answered ${answer.statusCode} ${answer.body}`);
      return answer.json();
    };
  const close = () => closeStack.close('the test is over');
  const signedBy = async (scope: string, signer: { readonly key: string; readonly secret: string }) =>
    as(await tokenOf(scope, signer));
  return { app, metrics, store, ask: as(ofTenant), asOperator: as(ofOperator), signedBy, close };
}

describe('a webhook', () => {
  const bookedAt = new Date(Date.now() + HOUR_MS).toISOString().slice(0, 19);
  /** Returns the outcome of a test event, and of an event of a meeting that the api delivers by itself. */
  async function deliver({ store, ask }: RunningApi, host: string) {
    const path = `/${randomUUID()}`;
    const { id } = await ask('POST', '/webhooks', { url: 'https://oa.example' });
    // The API refuses such a URL; this stands for a name whose address has changed since.
    const url = `http://${host}:${port}${path}`;
    await store.db.updateTable('webhooks').set({ url }).where('id', '=', id).execute();
    const attempt = await ask('POST', `/webhooks/${id}/test`);
    await ask('POST', '/meetings', { title: 'Talks', localStart: bookedAt, timeZone: 'UTC', durationMinutes: 30 });
    const triedDeliveries = store.db.selectFrom('webhook_deliveries').select('id').where('webhook', '=', id);
    const isTried = async () => (await triedDeliveries.where('attempts', '>', 0).execute()).length > 0;
    await until('it was delivered or refused', isTried);
    const [delivery] = (await ask('GET', `/webhooks/${id}/deliveries`)).data;
    return { attempt, delivery, arrived: requestedPaths.filter((each) => each === path).length };
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

  it('goes to an internal address that egressAllow names', async () => {
    expect(await deliver(configured, '127.0.0.1')).toMatchObject({
      attempt: { delivered: true, status: 204 },
      delivery: { state: 'delivered', lastStatus: 204 },
      arrived: 2,
    });
  });
});

describe('nodes', () => {
  const info = { key: tenants[0].key, secret: tenants[0].secret, tenant: 'acme', limits: { recording: '' } };

  it('of each kind get keys', async () => {
    for (const link of links.values())
      expect(await call(link, rpc.apiKeys, { keys: [info.key] })).toMatchObject({ keys: [info] });
    expect((await call(linkOf(nodeKind.recorder), rpc.apiKeys, { ownOf: 'acme' })).keys).toHaveLength(1);
  });

  it('of signaling get policies and guards of rooms, and report journals and qualities of stays', async () => {
    const link = linkOf(nodeKind.signaling);
    await api.ask('POST', '/rooms', { name: 'guarded', locked: true });
    const { policy } = await call(link, rpc.policyExchange, { roomKey: 'acme/guarded' });
    expect(policy).toMatchObject({ locked: true });
    expect((await call(link, rpc.roomGuards, { digest: '', from: 0 })).rooms).toMatchObject([
      { roomKey: 'acme/guarded' },
    ]);
    const journalReport = journal(1, 1, [entry.opened('ann'), entry.joined('bob')]);
    expect(await call(link, rpc.journal, journalReport)).toEqual({ seq: 2 });
    expect(await call(link, rpc.stayQualities, { stays: [] })).toEqual({});
  });

  it('of the library get tasks, contents that are gone, and the receivers that they host', async () => {
    const link = linkOf(nodeKind.library);
    expect(await call(link, rpc.takeTasks, { kinds: [], free: 0 })).toMatchObject({ tasks: [] });
    expect(await call(link, rpc.goneContents, { contents: [{ tenant: 'acme', contentId: 'LC_1' }] })).toBeTruthy();
    expect(await call(link, rpc.hostedReceivers, { after: '' })).toMatchObject({ receivers: [] });
  });
});

describe('nodes of the plan', () => {
  it('take uploads, and are listed as silent if they do not report their live streams', async () => {
    const up = await api.ask('POST', '/library/uploads', { name: 'a.mp4', bytes: 1000 });
    expect([uploads, up.parts[0]?.url]).toEqual([[up.id], expect.stringContaining('https://library.example/')]);
    await api.ask('POST', '/rooms', { name: 'live' });
    expect(await api.ask('GET', '/rooms/live/live')).toMatchObject({ gatewaysSilent: ['gateway-1'] });
  });

  it('hear within a second of limits that the operator changes', async () => {
    await api.asOperator('PATCH', '/tenants/acme', { limits: { seats: 77 } }, { 'if-match': '*' });
    await until('the node hears of it', () => receivedLimits.length > 0, TOLD_MS_MAX);
    expect(receivedLimits[0]).toMatchObject({ tenant: 'acme', limits: { seats: 77 } });
  });
});

describe('the centre', () => {
  it('is asked for seats, nodes and log lines, except those of this api', async () => {
    const localStart = new Date(Date.now() + 120_000).toISOString().slice(0, 19);
    const meeting = { title: 'Soon', localStart, timeZone: 'UTC', durationMinutes: 30 };
    const { id } = await api.ask('POST', '/meetings', meeting);
    expect(await api.ask('GET', `/meetings/${id}/seats`)).toMatchObject({ kept: 3, short: 2 });
    expect(await api.asOperator('GET', '/console/nodes')).toEqual({ nodes: [] });
    const { nodes: read } = await api.asOperator('GET', '/console/logs?nodes=api-1,sig-9');
    expect(read).toMatchObject([
      { node: 'api-1', code: 'NO_LOGS' },
      { node: 'sig-9', lines: 0 },
    ]);
    expect(read[1]).not.toHaveProperty('code');
  });
});

describe('a caller', () => {
  it('with too many refused tokens is rate-limited, and no other caller behind the same proxy', async () => {
    const sendWrongProof = async (address: string) => {
      const headers = { authorization: 'Bearer none', 'x-forwarded-for': address };
      return (await api.app.inject({ method: 'GET', url: '/api/v1/rooms', headers })).statusCode;
    };
    const answers = new Set<number>();
    for (let at = 0; at < 60; at += 1) answers.add(await sendWrongProof('192.0.2.1'));
    expect([answers, await sendWrongProof('192.0.2.2')]).toEqual([new Set([401, 429]), 401]);
  });

  it('gets the place of a silent connection from the same address', async () => {
    const { port } = configured.app.server.address() as AddressInfo;
    const openSocket = () => connectTcp({ port, host: '127.0.0.1', localAddress: '127.0.0.66' });
    const silentSockets = Array.from({ length: 256 }, () => openSocket().resume());
    await Promise.all(silentSockets.map((socket) => once(socket, 'connect')));
    const isCut = Promise.race(
      silentSockets.map((socket) => once(socket, 'close', { signal: AbortSignal.timeout(10_000) })),
    );
    const newcomer = connect({ socket: openSocket(), rejectUnauthorized: false });
    await once(newcomer, 'secureConnect');
    await isCut;
    for (const socket of [newcomer, ...silentSockets]) socket.destroy();
  });
});

describe('the configuration', () => {
  it('sets how much is booked in a day, who checks a connection, and where mails go', async () => {
    const localStart = new Date(Date.now() + HOUR_MS).toISOString().slice(0, 19);
    const invitees = [{ email: 'bob@example.org' }];
    const meeting = { title: 'Last', localStart, timeZone: 'UTC', durationMinutes: 30, invitees };
    const book = () => configured.ask('POST', '/meetings', meeting);
    await book();
    await expect(book().then(book).then(book)).rejects.toThrow('QUOTA_EXCEEDED');
    await configured.ask('POST', '/users', { email: 'ann@example.org', name: 'Ann' });
    await configured.ask('POST', '/password-resets', { email: 'ann@example.org' }, { origin: ORIGIN });
    await until('both have a mail', () => ['ann', 'bob'].every((name) => mailsTo(mail.mails, `${name}@`).length > 0));
    const check = await configured.ask('POST', '/checks', {}, { origin: ORIGIN });
    expect(check.entryUrls).toEqual([ORIGIN]);
  });

  it('sets a certificate, and a renewed certificate is served too', async () => {
    const { port: httpsPort } = configured.app.server.address() as AddressInfo;
    const serial = async () => {
      const socket = connect({
        port: httpsPort,
        host: '127.0.0.1',
        ca: signer.certPem,
        checkServerIdentity: () => undefined,
      });
      await once(socket, 'secureConnect');
      const { serialNumber } = socket.getPeerCertificate();
      socket.destroy();
      return serialNumber;
    };
    const before = await serial();
    await issue();
    for (const turn of timerCallbacks) turn();
    expect(await serial()).not.toBe(before);
  });
});

describe('an instance that starts', () => {
  it('registers its URL at the centre, and logs which tenants wait for their first administrator', async () => {
    const of = ({ node }: wire.Register) => node?.nodeId === 'api-1';
    expect(centre.registrations.find(of)?.node).toMatchObject({ publicUrl: ORIGIN });
    await until('it reports its memory', () => centre.reports.some(({ load }) => (load?.rssBytes ?? 0) > 0));
    const awaited = lines.flatMap(({ msg, tenant }) => (/no user yet/.test(String(msg)) ? [tenant] : []));
    expect(new Set(awaited)).toEqual(new Set(['acme', 'globex']));
  });

  it('lets only keys of testers report dial tests', async () => {
    const codeOf = async (signer: typeof tester | (typeof tenants)[0]) => {
      const ask = await configured.signedBy('dial:report', signer);
      return ask('POST', '/dial-reports', {}).catch((error: Error) => /[A-Z]+_[A-Z]+/.exec(error.message)?.[0]);
    };
    expect([await codeOf(tenants[0]), await codeOf(tester)]).toEqual(['NOT_PERMITTED', 'REQUEST_INVALID']);
  });
});

describe('the timers', () => {
  it('delete what is out of use, and store the counts of answers', async () => {
    const { db } = configured.store;
    await configured.ask('POST', '/rooms', { name: 'old' });
    await configured.ask('POST', '/join-links', { room: 'old' });
    await db.updateTable('rooms').set({ forget_ms: 1 }).execute();
    await db.updateTable('join_links').set({ expires_ms: 1 }).execute();
    const [user] = await db.selectFrom('users').select('id').execute();
    const usedTimes = { browser: '', address: '', created_ms: 1, used_ms: 1, ends_ms: 2 };
    const session = { id: 's', secret_hash: 'x', tenant: 'acme', user_id: user?.id ?? '', ...usedTimes };
    await db.insertInto('sessions').values(session).execute();
    for (const turn of timerCallbacks) turn();
    const countRows = async () => {
      const tables = ['rooms', 'join_links', 'sessions'] as const;
      const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()));
      return rows.flat().length;
    };
    await until('nothing of it is left', async () => (await countRows()) === 0);
    const stored = () => db.selectFrom('sla_api_hours').selectAll().execute();
    await until('answers are stored', async () => (await stored()).length > 0);
  });
});

describe('background work', () => {
  it('has a job for every promise that no request keeps', async () => {
    const rows = await api.store.db.selectFrom('jobs').select('kind').where('key', '=', 'cron').execute();
    expect(rows.map(({ kind }) => kind).sort()).toEqual([
      'alarms',
      'inspection',
      'job ranks',
      'library uploads',
      'meeting-occurrences',
      'node-samples',
      'old-alarms',
      'old-dials',
      'quality',
      'quotas',
      'recording limits',
      'recordings in the trash',
      'retention',
      'room bookings',
      'room lives sweep',
      'room streams',
      'rooms of occurrences',
      'sla-hours',
      'stream keys',
    ]);
  });

  it('is counted, as are requests and attempts, for alarms and dashboards', async () => {
    await api.ask('GET', '/webhooks');
    const countedMetrics = async () => {
      const text = await api.metrics.registry.metrics();
      return text.split('\n').flatMap((line) => /^meridian_api_(.*) [1-9]/.exec(line)?.[1] ?? []);
    };
    await until('the judge of alarms has looked', async () =>
      (await countedMetrics()).some((one) => one.startsWith('alarm_looks')),
    );
    expect(await countedMetrics()).toEqual(
      expect.arrayContaining([
        'requests_total{operation="listWebhooks",status="200"}',
        'webhook_attempts_total{answer="none"}',
        'jobs_total{kind="alarms",outcome="done"}',
        'alarm_looks_total{outcome="stored"}',
      ]),
    );
  });
});

describe('revocations', () => {
  it('reach nodes within a second, even from another instance', async () => {
    const { db } = api.store;
    const other = await Revocations.open({ db, clock, log, onNew: () => undefined });
    await other.revoke({ tenant: 'acme', id: 't1', untilMs: clock.wallMs() + HOUR_MS });
    await until('the node hears of it', () => receivedRevocations.length > 0, TOLD_MS_MAX);
    expect(receivedRevocations[0]?.revoked).toMatchObject([{ tenant: 'acme', id: 't1' }]);
    await other.close();
  });
});

describe('joins counted by a signaling node', () => {
  it('are kept once, under the region of its certificate', async () => {
    const link = linkOf(nodeKind.signaling);
    const joins = [{ tenant: 'acme', code: 'NO_NODE', count: 2 }];
    for (const joinsNumber of [1, 1, 2]) await call(link, rpc.qualityBatch, { joins, joinsOf: 'p1', joinsNumber });
    const rows = await api.store.db.selectFrom('join_minutes').select(['region', 'code', 'joins']).execute();
    const sum = rows.reduce((all, row) => all + row.joins, 0);
    expect([new Set(rows.map(({ region, code }) => `${region} ${code}`)), sum]).toEqual([new Set(['sgp NO_NODE']), 4]);
  });
});

describe('an instance that starts again', () => {
  const loggedKeys = () => lines.flatMap((line) => line['revokedKey'] ?? []);
  let again: RunningApi;
  beforeAll(async () => {
    const databaseUrl = `sqlite:${join(folder, 'again.db')}`;
    const first = await startApi('api-3', { databaseUrl });
    await first.ask('GET', '/webhooks');
    const { db } = first.store;
    const underWay = { tenant: 'acme', caller: '', operation: 'o', key: 'k', request_hash: '', attempt: 'a' };
    await db
      .insertInto('idempotency')
      .values({ ...underWay, started_ms: clock.wallMs(), sealed_reply: null })
      .execute();
    await db.updateTable('api_keys').set({ revoked_ms: 1 }).where('id', '=', tenants[0].key).execute();
    await first.close();
    expect(first.app.server.listening).toBe(false);
    expect(loggedKeys()).toEqual([]);
    again = await startApi('api-3', { databaseUrl });
  });
  afterAll(() => again.close());

  it('logs a configured key that is revoked, for the supervisor of a local cloud', () => {
    expect(loggedKeys()).toEqual([tenants[0].key]);
  });

  it('lets requests that were under way at its end be repeated', async () => {
    expect(await again.store.db.selectFrom('idempotency').select('key').execute()).toEqual([]);
  });

  it('counts the answers from before its end in the report of the month', async () => {
    const answers = await again.store.db.selectFrom('sla_api_hours').selectAll().execute();
    expect(answers).toMatchObject([{ region: 'fra', tenant: 'acme', succeeded: 1, refused: 0, failed: 0 }]);
  });
});

describe('a password', () => {
  it('is hashed with the parameters that OWASP recommends', async () => {
    const { id } = await api.ask('POST', '/users', { email: 'ann@example.org', name: 'Ann' });
    const code = (await api.ask('POST', `/users/${id}/password-link`)).url.split('/').at(-1);
    await api.ask('POST', '/setup', { code, password: 'correct horse' }, { origin: ORIGIN });
    const row = await api.store.db.selectFrom('users').select('password').where('id', '=', id).executeTakeFirst();
    expect(row?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});
