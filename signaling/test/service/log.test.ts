// Tests the log about people in rooms: joins, and leaves with their reasons, but nothing that lets a client in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { secret, TestClient, token } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let [one, two]: Instance[] = [];
let lines: Record<string, unknown>[];
let written: string;
beforeEach(async () => {
  lines = [];
  written = '';
  const write = (line: string): void => {
    written += line;
    lines.push(JSON.parse(line));
  };
  rig = await Rig.start({ log: createLogger({ name: 'test', level: 'debug', destination: { write } }) });
  await rig.node('sfu-1');
  one = await rig.instance('sig-1');
  two = await rig.instance('sig-2');
  await until(() => one?.centre.fleet.has('sig-2') === true, 'the first knows the second');
});
afterEach(async () => {
  await rig.close();
});

const loggedAs = (msg: string, identity: string) =>
  lines.filter((line) => line['msg'] === msg && line['identity'] === identity && line['level'] === 'info');
const enter = (instance: Instance | undefined, identity: string, o: object = {}) =>
  TestClient.join(instance?.url ?? '', { identity, ...o });

it('each join is logged once with its place and decision, each leave once with its reason and duration', async () => {
  const ann = await enter(one, 'ann', { video: { roomAdmin: true } });
  const at = {
    roomKey: 'acme/lobby',
    identity: 'ann',
    sessionId: ann.sessionId,
    nodeId: 'sfu-1',
    signalingId: 'sig-1',
  };
  expect(loggedAs('participant joined', 'ann')).toEqual([expect.objectContaining({ ...at, decisionId: 'DE_1' })]);
  const [bob, cid] = [await enter(two, 'bob'), await enter(two, 'cid')];
  await ann.outcome({ kick: { sessionId: bob.sessionId, reason: 'noise' } });
  cid.socket.terminate();
  await bob.ends();
  await until(() => loggedAs('participant left', 'cid').length > 0, 'cid is given up');
  await ann.outcome({ leave: { reason: 'done' } });
  await until(() => loggedAs('participant left', 'ann').length > 0, 'ann has left');
  const ends = ['ann', 'bob', 'cid'].map((identity) =>
    loggedAs('participant left', identity).map(({ reason, durationMs }) => [reason, typeof durationMs]),
  );
  expect(ends).toEqual([[['LEFT', 'number']], [['KICKED', 'number']], [['CONNECTION_LOST', 'number']]]);
  expect(loggedAs('participant left', 'ann')[0]).toMatchObject(at);
  expect(Number(loggedAs('participant left', 'cid')[0]?.['durationMs'])).toBeGreaterThan(0);
});

it('no leave is logged for a participant whose session continues at another signaling node', async () => {
  const ann = await enter(one, 'ann');
  const resume = { sessionId: ann.sessionId, resumeKey: ann.joined?.resumeKey ?? '' };
  const again = await enter(two, 'ann', { join: { resume } });
  await ann.ends();
  expect(loggedAs('participant resumed', 'ann')).toEqual([
    expect.objectContaining({ sessionId: ann.sessionId, signalingId: 'sig-2' }),
  ]);
  await until(() => loggedAs('participant let go', 'ann').length > 0, 'the first signaling node lets go');
  expect(loggedAs('participant left', 'ann')).toEqual([]);
  await again.outcome({ leave: {} });
  await until(() => loggedAs('participant left', 'ann').length > 0, 'ann has left');
  expect(loggedAs('participant left', 'ann')).toHaveLength(1);
});

it('no token, resume key or secret is ever logged', async () => {
  const access = await token({ identity: 'ann' });
  const ann = await enter(one, 'ann');
  const resumeKey = ann.joined?.resumeKey ?? '';
  expect(resumeKey).not.toBe('');
  await expect(
    enter(two, 'ann', { join: { resume: { sessionId: ann.sessionId, resumeKey: `${resumeKey}x` } } }),
  ).rejects.toThrow('RESUME_REFUSED');
  await expect(enter(two, 'eve', { expiresInS: -70 })).rejects.toThrow('TOKEN_EXPIRED');
  await ann.outcome({ leave: {} });
  await until(() => loggedAs('participant left', 'ann').length > 0, 'ann has left');
  expect(written).toContain(ann.sessionId);
  for (const hidden of [resumeKey, secret, access.split('.')[0] ?? '', 'PRIVATE KEY'])
    expect(written).not.toContain(hidden);
});

it('a damaged credentials file is logged as a line of the log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-damaged-'));
  const stateDir = join(folder, 'state');
  mkdirSync(stateDir);
  writeFileSync(join(stateDir, 'credentials.json'), '{');
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const enrolmentToken = await rig.centre.tokens.mint({ id: 'sig-3', kind: 'signaling', region: 'fra' }, 60_000);
  await rig.instance('sig-3', { stateDir, enrolmentToken });
  process.off('warning', onWarning);
  expect(lines.filter((line) => line['code'] === 'PKI_BAD_CREDENTIALS')).toEqual([
    expect.objectContaining({ level: 'warn' }),
  ]);
  expect(warnings.filter((warning) => (warning as { code?: string }).code === 'PKI_BAD_CREDENTIALS')).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});
