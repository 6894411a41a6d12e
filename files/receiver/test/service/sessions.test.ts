// The session with a scripted api and a manual clock.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@meridian/runtime';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { Sessions } from '../../src/sessions.ts';
import { credential, ScriptedCloud } from '../support/scripted-cloud.ts';

const root = mkdtempSync(join(tmpdir(), 'meridian-sessions-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const DAY_MS = 86_400_000;

let cloud: ScriptedCloud;
let clock: ManualClock;
let file: string;
const opened: Sessions[] = [];

beforeEach(async () => {
  clock = new ManualClock();
  cloud = await new ScriptedCloud().listen();
  cloud.wallMs = () => clock.wallMs();
  file = join(mkdtempSync(join(root, 'one-')), 'session.json');
});
afterEach(async () => {
  for (const one of opened.splice(0)) one.close();
  await cloud.close();
});

function openSessions(set: object = {}) {
  const { log, lines } = collectingLog('info');
  const own = { apiUrl: `${cloud.url}/api`, credential, file, clock, log };
  const sessions = new Sessions(Object.assign(own, set));
  opened.push(sessions);
  return { sessions, lines };
}

const asked = (count: number) => until(`${count} requests`, () => cloud.sessionRequests.length >= count, 5000);

describe('a session', () => {
  it('is shared by all concurrent callers', async () => {
    const { sessions } = openSessions();
    const all = await Promise.all([sessions.session(), sessions.session(), sessions.renew('')]);
    expect(new Set(all.map(({ token }) => token))).toEqual(new Set(['session-1']));
    expect(cloud.sessionRequests).toHaveLength(1);
  });

  it('is renewed after a day, and again after a failure, while the old one stays in use', async () => {
    const { sessions } = openSessions();
    await sessions.session();
    clock.advance(DAY_MS - 1);
    expect(cloud.sessionRequests).toHaveLength(1);
    cloud.refusal = [503, {}];
    clock.advance(1);
    await asked(2);
    await until('a next time', () => clock.nextDueMs === DAY_MS + 1000, 5000);
    expect(sessions.valid?.token).toBe('session-1');
    cloud.refusal = undefined;
    clock.advance(1000);
    await until('a new one', () => sessions.valid?.token === 'session-2', 5000);
  });

  it('is requested at growing intervals, up to five minutes', async () => {
    const { sessions } = openSessions();
    cloud.refusal = [503, {}];
    const seen: number[] = [];
    for (let round = 1; round <= 11; round += 1) {
      await expect(sessions.session()).rejects.toMatchObject({ code: 'UNREACHABLE' });
      await expect(sessions.session()).rejects.toMatchObject({ code: 'UNREACHABLE' });
      expect(cloud.sessionRequests).toHaveLength(round);
      const waitMs = (clock.nextDueMs ?? 0) - clock.nowMs();
      seen.push(waitMs / 1000);
      clock.advance(waitMs);
    }
    expect(seen).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it('is not held after its end', async () => {
    const { sessions } = openSessions();
    await sessions.session();
    cloud.refusal = [503, {}];
    clock.advance(7 * DAY_MS);
    expect(sessions.valid).toBeUndefined();
  });

  it('is ignored when it has another credential or its file is damaged', async () => {
    await openSessions().sessions.session();
    const kept = readFileSync(file, 'utf8');
    expect(openSessions().sessions.valid?.token).toBe('session-1');
    expect(openSessions({ credential: credential.replace('one', 'two') }).sessions.valid).toBeUndefined();
    for (const text of ['', '{', '[]', kept.slice(0, -9), kept.replace('"token"', '"taken"')]) {
      writeFileSync(file, text);
      const { sessions, lines } = openSessions();
      expect(sessions.valid).toBeUndefined();
      expect(lines).toHaveLength(1);
    }
  });

  it.each([
    ['no JSON', 200, 'hello'],
    ['no session', 200, { token: 7 }],
    ['a redirect', 302, {}],
    ['a rate limit', 429, {}],
  ])('is not made from an answer with %s', async (_what, status, body) => {
    cloud.refusal = [status, body];
    const { sessions, lines } = openSessions();
    await expect(sessions.session()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(sessions.valid).toBeUndefined();
    expect(lines.map(({ code }) => code)).toEqual(['UNREACHABLE']);
  });

  it('changes nothing when it arrives after the close', async () => {
    const { sessions } = openSessions();
    const late = sessions.session();
    sessions.close();
    sessions.close();
    await late;
    expect(sessions.valid).toBeUndefined();
    expect(clock.pendingTimers).toBe(0);
  });
});
