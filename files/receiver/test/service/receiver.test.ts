// A receiver with an api and a library node controlled by the tests, over real HTTP.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASS_HEADER } from '@meridian/distribution';
import { CloseStack, createMetrics, secureRng, systemClock } from '@meridian/runtime';
import { Default } from 'typebox/value';
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { start } from '../../src/app.ts';
import { type ReceiverConfig, receiverConfig } from '../../src/config.ts';
import { parts } from '../../src/parts.ts';
import { credential, ScriptedCloud } from '../support/scripted-cloud.ts';

const root = mkdtempSync(join(tmpdir(), 'meridian-receiver-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let cloud: ScriptedCloud;
let stateDir: string;
const running = new Set<CloseStack>();

beforeEach(async () => {
  cloud = await new ScriptedCloud().listen();
  stateDir = mkdtempSync(join(root, 'state-'));
});
afterEach(async () => {
  for (const stack of running) await stack.close('end of test');
  running.clear();
  await cloud.close();
});

const filesDir = () => join(stateDir, 'files');
const sessionFile = () => join(stateDir, 'session.json');

async function receiver(set: object = {}) {
  const own = { apiUrl: `${cloud.url}/api/`, credential, site: 'school-12', filesDir: filesDir(), stateDir };
  const serve = { serveListen: { ip: '127.0.0.1', port: 0 }, serveUrl: 'http://127.0.0.1:7897' };
  const config = Default(receiverConfig, Object.assign(own, serve, set)) as unknown as ReceiverConfig;
  const { log, lines } = collectingLog('info');
  const clock = systemClock();
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  running.add(closeStack);
  const metrics = createMetrics({ service: 'receiver' });
  const { http, sessions } = await start({ config, log, clock, rng: secureRng(), metrics, closeStack }, parts);
  const base = http === undefined ? '' : `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`;
  return { closeStack, lines, metrics, sessions, base };
}

const polls = (count: number) => until(`${count} polls`, () => cloud.polled.length >= count, 5000);

describe('a receiver', () => {
  it('fetches the noticed file, notifies the system of its site and the cloud, and reports its presence', async () => {
    const bytes = randomBytes(100_000);
    const notice = cloud.notice('up_1', bytes);
    cloud.give(notice);
    const told: string[] = [];
    const goesOn = Promise.withResolvers<void>();
    const site = createServer((asked, answer) => {
      asked.on('data', (piece) => void told.push(`${piece}`));
      goesOn.promise.then(() => answer.end(), undefined);
    });
    onTestFinished(() => void site.close());
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const { port } = site.address() as AddressInfo;
    const { metrics, base } = await receiver({ notifyUrl: `http://127.0.0.1:${port}/files` });
    await until('its site is told', () => told.length > 0, 5000);
    expect(JSON.parse(told.join(''))).toMatchObject({ content: 'up_1', sha256: notice.sha256 });
    cloud.give(cloud.notice('up_2', Buffer.alloc(10)));
    await until('both are on their way', async () =>
      (await metrics.registry.metrics()).includes('meridian_receiver_notices_held 2\n'),
    );
    expect(await metrics.registry.metrics()).toContain('meridian_receiver_transfers_running 2\n');
    goesOn.resolve();
    await until('the receipts', () => cloud.receipts.length > 1, 5000);
    const { delivery, sha256 } = notice;
    const receipt = cloud.receipts.find(({ content }) => content === 'up_1');
    expect(receipt).toMatchObject({ delivery, sha256, code: '', bytes: bytes.length });
    expect(readFileSync(join(filesDir(), notice.item, notice.name)).equals(bytes)).toBe(true);
    expect(cloud.presences[0]).toMatchObject({
      site: 'school-12',
      serveUrl: 'http://127.0.0.1:7897',
      version: '0.1.0',
    });
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
    const shown = await metrics.registry.metrics();
    expect(shown).toContain('meridian_receiver_deliveries_ended_total{priority="normal",code="OK"} 2');
    expect(shown).toContain(`meridian_receiver_received_bytes_total{from="library"} ${bytes.length + 10}`);
    expect(shown).toMatch(/meridian_receiver_session_left_seconds 604\d{3}/);
    expect(shown).toContain(`meridian_receiver_contents_bytes ${bytes.length + 10}\n`);
    expect(shown).toMatch(/meridian_receiver_contents_free_bytes [1-9]\d+\n/);
  });

  it('continues after a restart with its stored session while the api is dead', async () => {
    const first = await receiver();
    await polls(1);
    await first.closeStack.close('restart');
    expect(statSync(sessionFile()).mode & 0o777).toBe(0o600);
    expect(readFileSync(sessionFile(), 'utf8')).not.toContain(credential);
    cloud.isApiDead = true;
    const before = cloud.polled.length;
    const { lines } = await receiver();
    await polls(before + 1);
    cloud.give(cloud.notice('up_2', randomBytes(10)));
    await until('a receipt', () => cloud.receipts.length > 0, 5000);
    expect(new Set(cloud.polled.slice(before))).toEqual(new Set(['session-1']));
    expect(cloud.sessionRequests).toEqual([{ credential }]);
    expect(JSON.stringify(lines)).not.toContain(credential);
  });

  it('starts while the api is dead and without a session, and works once the api answers', async () => {
    cloud.isApiDead = true;
    const { lines } = await receiver();
    await until('a warning', () => lines.some(({ code }) => code === 'UNREACHABLE'), 5000);
    cloud.isApiDead = false;
    await polls(1);
    expect(lines.filter(({ code }) => code === 'UNREACHABLE')).toHaveLength(1);
  });

  it('gets one new session when a library node refuses the token', async () => {
    await receiver();
    await polls(1);
    cloud.end('session-1');
    await until('a poll with a new token', () => cloud.polled.includes('session-2'), 5000);
    cloud.give(cloud.notice('up_5', randomBytes(10)));
    await until('a receipt', () => cloud.receipts.length > 0, 5000);
    expect(cloud.sessionRequests).toHaveLength(2);
  });

  it('forgets its session when the credential is revoked, and retries seldom', async () => {
    const { lines, sessions } = await receiver();
    await polls(1);
    cloud.refusal = [401, { code: 'NOT_PERMITTED', message: 'no' }];
    cloud.end('session-1');
    await until('an error', () => lines.some(({ code }) => code === 'REFUSED'), 5000);
    expect(sessions.valid).toBeUndefined();
    expect(existsSync(sessionFile())).toBe(false);
    await expect(Promise.all([sessions.session(), sessions.renew('session-1')])).rejects.toThrow('refuses');
    expect(cloud.sessionRequests).toHaveLength(2);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});

describe('a neighbour', () => {
  const ask = async (base: string, content: string, pass?: string) => {
    const headers = pass === undefined ? {} : { [PASS_HEADER]: pass };
    const answer = await fetch(`${base}/contents/${content}/file`, { headers });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, sha256: createHash('sha256').update(bytes).digest('hex') };
  };

  it('gets a content only for the pass of its notice, also after a restart', async () => {
    const { closeStack, base } = await receiver();
    const notice = cloud.notice('up_3', randomBytes(1000));
    const { pass, sha256 } = notice;
    expect((await ask(base, 'up_3', pass)).status).toBe(403);
    cloud.give(notice);
    await until('a receipt', () => cloud.receipts.length > 0, 5000);
    expect((await ask(base, 'up_3')).status).toBe(401);
    expect((await ask(base, 'up_3', 'short')).status).toBe(401);
    expect((await ask(base, 'up_3', randomBytes(32).toString('base64url'))).status).toBe(403);
    expect((await ask(base, 'up_4', pass)).status).toBe(403);
    expect(await ask(base, 'up_3', pass)).toEqual({ status: 200, sha256 });
    await closeStack.close('restart');
    const again = await receiver();
    expect(await ask(again.base, 'up_3', pass)).toEqual({ status: 200, sha256 });
    expect((await ask(again.base, 'up_3', randomBytes(32).toString('base64url'))).status).toBe(403);
  });

  it('finds no server where serving is off', async () => {
    const { base } = await receiver({ serveListen: undefined, serveUrl: undefined });
    await polls(1);
    expect(base).toBe('');
    expect(cloud.presences[0]).not.toHaveProperty('serveUrl');
  });
});
