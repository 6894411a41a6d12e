import { spawn } from 'node:child_process';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { verifyWebhook } from '@meridian/api-client';
import { accessOf } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf } from '../../../infra/services/entries.mjs';
import { assemble, outputOf } from '../../../product/api/test/support/assembling.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../../product/api/test/support/test-api.ts';
import { entry, journal, START_MS } from '../../../product/api/test/unit/events/journals.ts';
import { run } from '../../../product/cli/src/program.ts';
import { parseQuery } from '../../../product/web/src/core/query.ts';

const main = bundleOf(join(import.meta.dirname, '../../..'), 'meridian');
const [acme] = tenants;
let api: TestApi;
let env: Record<string, string>;
beforeAll(async () => {
  api = await testApi({ clock: systemClock() });
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  env = { MERIDIAN_URL: url, MERIDIAN_API_KEY: acme.key, MERIDIAN_API_SECRET: acme.secret };
});
afterAll(() => api.close());

interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
interface RunOptions {
  readonly env?: Record<string, string>;
  readonly more?: readonly string[];
}
const wordsOf = (words: string, { more = [] }: RunOptions) => [...words.split(' '), ...more];

/** Runs the command in this process: starting a process for each takes longer than all that they do. */
async function meridian(words: string, o: RunOptions = {}): Promise<CommandResult> {
  const said = { out: [] as string[], err: [] as string[] };
  const code = await run(wordsOf(words, o), {
    env: { ...env, ...o.env },
    out: (text) => said.out.push(text),
    err: (text) => said.err.push(text),
    signal: new AbortController().signal,
  });
  return { code, out: said.out.join('\n'), err: said.err.join('\n') };
}
function startCommand(words: string, o: RunOptions = {}): Promise<CommandResult> {
  const child = spawn(process.execPath, [main, ...wordsOf(words, o)], { env: { ...env, ...o.env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out: out.trim(), err: err.trim() })));
}
async function answer<T>(words: string, more: string[] = []): Promise<T> {
  const { code, out, err } = await meridian(`${words} --json`, { more });
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as T;
}

describe('an invalid command line', () => {
  it.each([
    { what: 'no command', words: 'nonsense', says: "unknown command 'nonsense'" },
    { what: 'an option that there is not', words: 'rooms list --no-such-option', says: 'unknown option' },
    { what: 'no room', words: 'token create --identity ann', says: '--room' },
    { what: 'a time that is none', words: 'token create --room a --identity b --valid soon', says: '90s, 45m, 1h30m' },
    { what: 'an unknown grant', words: 'token create --room a --identity b --grant fly', says: 'canPublish' },
    { what: 'no break-out rooms', words: 'break-outs set demo', says: '--group' },
    { what: 'a break-out room without a name', words: 'break-outs set demo --group =ann', says: 'NAME=IDENTITY' },
    { what: 'no participant to admit', words: 'participants admit demo', says: '--all' },
    { what: 'an offline link without an identity', words: 'link create --room demo --offline', says: '--identity' },
    { what: 'no address to forward to', words: 'webhooks listen --forward-to localhost', says: 'http://localhost' },
    {
      what: 'no secret',
      words: 'rooms list',
      env: { MERIDIAN_API_SECRET: '' },
      says: 'MERIDIAN_API_SECRET is not set',
    },
    { what: 'an extension that is no time', words: 'meetings extend mt_a soon', says: '90s, 45m, 1h30m' },
    { what: 'no address', words: 'rooms list', env: { MERIDIAN_URL: 'meet' }, says: 'https://meet.example.org' },
  ])('with $what exits with 2, and says why', async ({ words, says, ...o }) => {
    const { code, out, err } = await meridian(words, o);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(says);
  });

  it.each(['nonsense', 'rooms list --no-such-option', 'participants admit demo'])(
    'is reported as JSON: %s',
    async (words) => {
      const { code, out, err } = await meridian(`${words} --json`);
      expect([code, out, JSON.parse(err)]).toEqual([2, '', { code: 'USAGE', message: expect.stringMatching(/\w/) }]);
    },
  );

  it('ends the process with 2', async () => {
    expect(await startCommand('rooms list', { env: { MERIDIAN_URL: '' } })).toMatchObject({ code: 2, out: '' });
  });

  it('is distinguished from a request for help, which exits with 0', async () => {
    const { code, out } = await startCommand('--help');
    expect(code).toBe(0);
    for (const words of ['MERIDIAN_API_SECRET', 'webhooks', 'Exit codes']) expect(out).toContain(words);
  });
});

describe('a failure', () => {
  it('of the server exits with 1, with its code and advice', async () => {
    const refused = await startCommand('rooms list', { env: { MERIDIAN_API_SECRET: 'x'.repeat(32) } });
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toContain('TOKEN_INVALID');
    expect(refused.err).toContain('MERIDIAN_API_KEY');
    const missing = await meridian('meetings cancel mt_none --json');
    expect([missing.code, JSON.parse(missing.err)]).toMatchObject([1, { code: 'NOT_FOUND', status: 404 }]);
  });

  it('to reach a server exits with 3', async () => {
    const server = createServer((_, response) => response.end('<html>'));
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const MERIDIAN_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const page = await startCommand('rooms list', { env: { MERIDIAN_URL } });
    expect([page.code, page.err]).toEqual([3, expect.stringContaining('ANSWER_UNREADABLE')]);
    await new Promise((resolve) => server.close(resolve));
    const nobody = await meridian('rooms list', { env: { MERIDIAN_URL } });
    expect([nobody.code, nobody.err]).toEqual([3, expect.stringContaining('MERIDIAN_URL is right')]);
  });
});

describe('tokens and links', () => {
  it('are signed without a server', async () => {
    const offline = { env: { MERIDIAN_URL: 'http://127.0.0.1:1' } };
    const words = 'token create --room demo --identity ann --grant canPublish=false --grant roomAdmin --valid 1h';
    const { code, out } = await startCommand(words, offline);
    expect(code).toBe(0);
    const claims = decodeJwt(out);
    expect(accessOf(claims, { tenant: 'acme', scopes: ['rooms:join', 'rooms:admin'] })).toMatchObject({ ok: true });
    expect(claims['video']).toMatchObject({ room: 'demo', roomJoin: true, canPublish: false, roomAdmin: true });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);

    const link = new URL((await meridian('link create --room demo --identity ann --offline', offline)).out);
    // The page itself reads the token from the link.
    expect(decodeJwt(parseQuery(link.search, link.hash).token ?? '')).toMatchObject({ sub: 'ann', iss: acme.key });
  });

  it('are created, listed and revoked', async () => {
    const more = ['--title', 'Weekly meeting'];
    const link = await answer<{ id: string; url: string }>('links create --room weekly --max-uses 3 --lobby', more);
    expect(link.url).toContain('/j/');
    const listed = await meridian('links list --room weekly');
    expect(listed.out).toMatch(/^ID +ROOM +TITLE/);
    expect(listed.out).toContain('Weekly meeting');
    expect(await meridian(`links revoke ${link.id}`)).toMatchObject({ code: 0, out: `${link.id} is revoked` });
    const [revoked] = await answer<{ revokedAt?: string }[]>('links list --room weekly');
    expect(revoked?.revokedAt).toBeDefined();
    const { tokenId } = await answer<{ tokenId: string }>('token create --room demo --identity ann');
    expect((await meridian(`token revoke ${tokenId}`)).code).toBe(0);
  });

  it('belong to keys, which are created and revoked', async () => {
    const made = await answer<{ id: string; secret: string }>('keys create spare --scope rooms:list');
    const otherKey = { env: { MERIDIAN_API_KEY: made.id, MERIDIAN_API_SECRET: made.secret } };
    expect((await meridian('rooms list', otherKey)).code).toBe(0);
    const refused = await meridian('keys list', otherKey);
    expect(refused.err).toMatch(
      /this needs the scope keys:admin \(NOT_PERMITTED\)\n.*meridian keys create NAME --scope/,
    );
    const unknown = await meridian('keys create spare --scope fly');
    expect(unknown.err).toMatch(/\/scopes\/0 must be one of rooms:join, rooms:create, [\w:, ]+ \(REQUEST_INVALID\)$/);
    await answer(`keys revoke ${made.id}`);
    expect((await meridian('rooms list', otherKey)).code).toBe(1);
  });
});

describe('meetings', () => {
  it('are booked, shown, listed and cancelled', async () => {
    const start = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
    const words = `meetings create --start ${start} --zone Asia/Shanghai --duration 1h30m --recurrence FREQ=DAILY;COUNT=3`;
    const more = ['--title', 'Daily', '--invite', 'Ann Lee <ann@example.org>', '--invite', 'bo@example.org'];
    const made = await answer<{ id: string; number: string }>(words, more);
    expect(made).toMatchObject({
      title: 'Daily',
      timeZone: 'Asia/Shanghai',
      durationMinutes: 90,
      recurrence: 'FREQ=DAILY;COUNT=3',
      invitees: [{ email: 'ann@example.org', name: 'Ann Lee' }, { email: 'bo@example.org' }],
    });
    const shown = await meridian(`meeting get ${made.id}`);
    expect(shown.out).toContain(`${start}:00 Asia/Shanghai`);
    expect(shown.out).toContain(`${env['MERIDIAN_URL']}/m/${made.number}`);
    expect(await answer('meetings list')).toHaveLength(3);
    const twoMeetings = await meridian('meetings list --limit 2');
    expect(twoMeetings.out.split('\n')).toHaveLength(3);
    expect(twoMeetings.err).toContain('more than 2');
    expect(await meridian(`meetings cancel ${made.id}`)).toMatchObject({ code: 0, out: `${made.id} is cancelled` });
    const settings = { kind: 'show', waitingRoom: true };
    expect(await answer('meetings create --title Gala --show --waiting-room')).toMatchObject({ settings });
    expect(await answer('meetings list')).toEqual([]);
    expect((await meridian(`meetings invitee-link ${made.id} nobody`)).err).toContain('is not invited');
    const zone = await answer<{ timeZone: string }>(`meetings create --start ${start}`, ['--title', 'Here']);
    expect(zone.timeZone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  it('have links for each person, are extended, and have a report', async () => {
    const made = await answer<{ id: string; url: string; room: string; number: string }>('meetings create', [
      ...['--title', 'Now', '--duration', '30m', '--host', 'hana', '--invite', 'bo@example.org'],
    ]);
    expect(made.url).toBe(`${env['MERIDIAN_URL']}/m/${made.number}`);
    expect((await meridian(`meetings invitee-link ${made.id} bo@example.org`)).out).toContain('/j/');
    const { occurrence } = await answer<{ occurrence: { startsAt: string; endsAt: string } }>(
      `meetings extend ${made.id} 15m`,
    );
    expect(Date.parse(occurrence.endsAt) - Date.parse(occurrence.startsAt)).toBe(45 * 60_000);
    const life = [entry.opened(), entry.joined('hana'), entry.left('hana')];
    const entries = life.map((one, at) => ({ ...one, wallMs: Date.now() - 3000 + 1000 * at }));
    const of = { sid: 'RM_now', roomKey: `acme/${made.room}`, createdWallMs: Date.now() - 3000 };
    await api.telling.intake.take(journal(1, 1, entries, of));
    const report = await answer<{ occurrences: { persons: object[] }[] }>(`meetings report ${made.id}`);
    expect(report.occurrences[0]?.persons).toMatchObject([
      { identity: 'hana', as: 'host' },
      { email: 'bo@example.org' },
    ]);
    expect((await meridian(`meetings report ${made.id}`)).out).toMatch(/hana +hana +host +present +1 /);
    const csv = (await meridian(`meetings report ${made.id} --csv --from 2020-01-01 --to 2020-02-01`)).out;
    expect(csv.split('\n')).toEqual([expect.stringMatching(/^meetingId,number,/)]);
  });
});

describe('live', () => {
  it('keys, pushes and pulls of a room are created, shown and ended', async () => {
    await meridian('rooms create live');
    const url = 'rtmp://live.example/app/secret';
    const key = await answer<{ id: string; publish: object }>('live keys create live --identity stage --use publish');
    expect(key).toMatchObject({ identity: 'stage', publish: { identity: 'stage' } });
    expect((await meridian('live keys list live')).out).toContain(key.id);
    const push = await answer<{ id: string }>(`live push create live ${url}`);
    const pull = await answer<{ id: string }>(`live pull create live ${url} --identity far`);
    expect((await meridian('live pushes list live')).out).toMatch(/app\/\*\*\* +connecting/);
    expect((await meridian('live pulls list live')).out).toMatch(/^IDENTITY.*\nfar/);
    for (const words of [
      ...[`live keys revoke live ${key.id}`, `live pushes end live ${push.id}`, `live pulls end live ${pull.id}`],
      'live show live',
    ])
      expect([words, (await meridian(words)).code]).toEqual([words, 0]);
    for (const kind of ['keys', 'pushes', 'pulls'])
      expect(await answer<object[]>(`live ${kind} list live`)).toEqual([]);
  });
});

describe('rooms', () => {
  it('are created', async () => {
    expect(await answer('rooms create board --capacity 9 --lobby')).toMatchObject({ maxParticipants: 9, lobby: true });
  });

  it('are shown and controlled while people are in them', async () => {
    const participants = [{ identity: 'ann', name: 'Ann \u001b[31m' }];
    const waiters = [{ waitId: 'w1', identity: 'bo', name: 'Bo', sinceWallMs: 1, removed: false }] as never;
    api.owners.open('acme/demo', { participants, waiters });
    expect((await meridian('rooms list')).out).toMatch(/demo +yes +1/);
    expect((await meridian('participants list demo')).out).toContain('Ann ·[31m');
    expect(await answer('participants waiting demo')).toMatchObject([{ identity: 'bo' }]);
    for (const words of [
      ...['rooms lock demo', 'participants mute demo ann --source microphone', 'participants admit demo bo'],
      ...['participants admit demo --all', 'participants remove demo ann --ban 1h', 'rooms end demo'],
    ])
      expect([words, (await meridian(words)).code]).toEqual([words, 0]);
    const acts = api.owners.commands.map(({ act }) => Object.keys(act).find((name) => act[name as keyof typeof act]));
    expect(acts).toHaveLength(6);
    expect(JSON.stringify(api.owners.commands)).toContain('w1');
    expect((await meridian('participants admit demo bo')).code).not.toBe(0);
  });
});

describe('break-out rooms', () => {
  it('are set, listed, messaged and closed', async () => {
    await answer('rooms create class');
    const words = 'break-outs set class --group Red=ann,bob --group Blue --for 20m';
    const [red, blue] = await answer<{ id: string; endsAt: string }[]>(words);
    expect([red, blue]).toMatchObject([
      { name: 'Red', identities: ['ann', 'bob'], room: `class~${red?.id}` },
      { name: 'Blue', identities: [] },
    ]);
    expect(Date.parse(red?.endsAt ?? '')).toBeGreaterThan(Date.now() + 10 * 60_000);
    expect((await meridian('break-outs list class')).out).toMatch(/Red +ann, bob /);
    const more = ['to your groups'];
    expect((await meridian('break-outs say class', { more })).err).toContain('PARTICIPANT_UNKNOWN');
    api.owners.open('acme/class', { participants: [{ identity: 'ann' }] });
    expect((await meridian('break-outs say class', { more })).code).toBe(0);
    expect((await meridian('break-outs set class --group Red --message', { more })).code).toBe(0);
    expect((await meridian('break-outs close class')).code).toBe(0);
    expect(await answer('break-outs list class')).toEqual([]);
    const acts = api.owners.commands.filter(({ roomKey }) => roomKey === 'acme/class').map(({ act }) => act);
    expect(acts).toMatchObject([
      { post: { post: { kind: 'announcement', text: 'to your groups' } } },
      { breakOuts: { set: true, breakOuts: [{ name: 'Red' }], message: 'to your groups' } },
      { breakOuts: { set: true } },
    ]);
  });
});

describe('shows', () => {
  it('have people of their crowd on the stage, and off it', async () => {
    await answer('rooms create gala');
    const hands = [{ identity: 'bob', name: 'Bob', sinceWallMs: 1000 }];
    api.owners.open('acme/gala', { policy: { kind: 'show' }, hands });
    const people = ['bob', 'cid'].map((identity) => ({ identity, name: `Name of ${identity}`, joinedWallMs: 1 }));
    api.owners.crowds.set('acme/gala', people);
    expect(await answer('participants crowd gala')).toMatchObject(
      people.map(({ identity, name }) => ({ identity, name })),
    );
    expect((await meridian('participants crowd gala --limit 1')).err).toContain('more than 1');
    expect((await meridian('participants crowd gala --name', { more: ['name of c'] })).out).toMatch(
      /^IDENTITY.*\ncid +Name of cid /,
    );
    expect((await meridian('participants hands gala')).out).toMatch(/\nbob +Bob .* +yes/);
    expect((await meridian('participants stage gala bob')).out).toBe('bob is invited onto the stage');
    expect((await meridian('participants stage gala bob --off')).out).toBe('bob is off the stage');
    const acts = api.owners.commands.filter(({ roomKey }) => roomKey === 'acme/gala').map(({ act }) => act);
    expect(acts).toEqual([{ stage: { identity: 'bob', on: true } }, { stage: { identity: 'bob', on: false } }]);
  });
});

describe('recordings', () => {
  it('are begun, listed and stopped', async () => {
    await answer('rooms create studio');
    const begun = await answer('recordings start studio --identity ann --priority 3');
    const { id } = begun as { id: string };
    expect(await answer('recordings list studio')).toMatchObject([
      { id, identity: 'ann', priority: 3, mode: 'composed' },
    ]);
    expect((await meridian('recordings list studio')).out).toMatch(/waiting/);
    expect((await meridian(`recordings stop studio ${id}`)).code).toBe(0);
    expect(await answer('recordings list studio')).toEqual([]);
    expect((await meridian(`recordings stop studio ${id}`)).code).not.toBe(0);
  });

  it('are listed, shown, linked and deleted when finished', async () => {
    const { fra } = api.recorders;
    fra.addStint('acme/re_cli', { startedWallMs: START_MS + 5000, endedWallMs: START_MS + 104_000 });
    const bodies = [entry.opened(), entry.recording('re_cli', 'rec-fra')];
    const finishedRecording = entry.recording('re_cli', 'rec-fra', { isOver: true });
    await api.telling.intake.take(
      journal(1, 1, [...bodies, finishedRecording], { sid: 'RM_cli', roomKey: 'acme/made' }),
    );
    await api.telling.jobs.settled();
    expect((await meridian('recordings link re_cli')).err).toContain('it is finishing');
    await assemble(api, fra, [outputOf('p001-camera'), outputOf('p002-camera')]);
    expect(await answer('recordings list --all')).toMatchObject([{ id: 're_cli', state: 'finished' }]);
    expect((await meridian('recordings list --all')).out).toContain('p001-camera p002-camera');
    expect(await answer('recordings list other --all')).toEqual([]);
    expect((await meridian('recordings list')).err).toContain('--all');
    expect((await meridian('recordings get re_cli')).out).toContain('p001-camera p002-camera');
    interface Link {
      readonly output: string;
      readonly pageUrl: string;
      readonly expiresAt: string;
    }
    const links = await answer<Link[]>('recordings link re_cli --valid 2d --download');
    expect(links.map(({ output }) => output)).toEqual(['p001-camera', 'p002-camera']);
    expect(links[0]?.pageUrl).toContain('/watch#');
    expect(Date.parse(links[0]?.expiresAt ?? '')).toBeGreaterThan(Date.now() + 86_400_000);
    const { out } = await meridian('recordings link re_cli --output p002-camera --file');
    expect(out).toMatch(/^p002-camera https:\S+\/original$/);
    expect((await meridian('recordings link re_cli --output p009')).err).toContain('p001-camera, p002-camera');
    expect((await meridian('recordings link re_cli --valid 8d')).code).not.toBe(0);
    expect((await meridian('recordings delete re_cli')).code).toBe(0);
    expect((await meridian('recordings get re_cli')).err).toContain('NOT_FOUND');
  });
});

describe('users', () => {
  it('are created, get a password by a link, are locked out, and deleted', async () => {
    const more = ['--name', 'Ann Lee'];
    const user = await answer<{ id: string }>('users create --email ann@example.org --role host', more);
    expect((await meridian('users list')).out).toMatch(/ann@example\.org +Ann Lee +host +yes/);
    expect((await meridian(`users password-link ${user.id}`)).out).toMatch(/^https?:/);
    expect(await answer(`users deactivate ${user.id}`)).toMatchObject({ active: false });
    expect(await answer(`users activate ${user.id}`)).toMatchObject({ active: true });
    expect((await meridian(`users delete ${user.id}`)).code).toBe(0);
    expect((await meridian(`users deactivate ${user.id}`)).err).toContain('NOT_FOUND');
    const role = await meridian('users create --email bo@example.org --role boss', { more });
    expect([role.code, role.err]).toEqual([1, expect.stringContaining('/role')]);
  });
});

describe('nodes', () => {
  const env = { MERIDIAN_API_KEY: operatorKey.key, MERIDIAN_API_SECRET: operatorKey.secret };
  it('are listed, ordered and counted with the operator’s key, and not with a tenant’s', async () => {
    const listed = await meridian('nodes list', { env });
    expect(listed.out).toMatch(/^NODE .*\nsfu-1 +sfu +eu\/Frankfurt +alive +0 +20 % +1\.2\.3 +-$/);
    expect((await meridian('nodes drain sfu-1 --reason', { env, more: ['new disk'] })).out).toBe('sfu-1 is drained');
    expect((await meridian('nodes cordon sfu-1', { env })).out).toBe('sfu-1 refuses new sessions');
    expect((await meridian('nodes uncordon sfu-1', { env })).out).toBe('sfu-1 accepts sessions again');
    expect(api.fleet.orders.map(({ command, reason }) => [command, reason])).toEqual([
      ['drain', 'new disk'],
      ['cordon', ''],
      ['uncordon', ''],
    ]);
    expect((await meridian('world', { env })).out).toMatch(/\neu\/Frankfurt +alive +1\/1 +0 +20 % +0 +0 +0$/);
    expect(await meridian('nodes drain none', { env })).toMatchObject({
      code: 1,
      err: expect.stringContaining('NOT_FOUND'),
    });
    expect(await meridian('nodes list')).toMatchObject({ code: 1, err: expect.stringContaining('NOT_PERMITTED') });
  });
});

describe('alarms', () => {
  const env = { MERIDIAN_API_KEY: operatorKey.key, MERIDIAN_API_SECRET: operatorKey.secret };
  it('are listed, acknowledged and silenced with the operator’s key, and kept after their end', async () => {
    expect((await meridian('alarms', { env })).out).toBe('ID  SEVERITY  STATE  SINCE  RULE  TEXT');
    const row = { rule: 'node-lost', subject: 'sfu-7', severity: 'critical', value: '1', limit_value: '0' };
    const more = { labels: '{"node":"sfu-7"}', inhibited_by: '', ack_ms: null, ack_by: '', ack_note: '' };
    const at = { started_ms: Date.now(), ended_ms: null };
    await api.store.db
      .insertInto('alarms')
      .values([
        { id: 'al_1', ...row, ...more, ...at, state: 'firing', text: 'sfu-7 is silent.\u001b[2J' },
        { id: 'al_2', ...row, ...more, ...at, state: 'over', text: 'it was', ended_ms: at.started_ms },
      ])
      .execute();
    const line = (state: string) =>
      new RegExp(`\nal_1 +critical +${state} +[\\d-]+T[\\d:.]+Z +node-lost +sfu-7 is silent\\.·\\[2J$`);
    expect((await meridian('alarms list', { env })).out).toMatch(line('firing'));
    expect((await meridian('alarms ack al_1 --note', { env, more: ['on my way'] })).out).toBe('al_1 is acknowledged');
    expect((await meridian('alarms', { env })).out).toMatch(line('firing, acknowledged'));
    const silence = await meridian('alarms silence --match rule=node-lost --match node=sfu-7 --for 2h --reason', {
      env,
      more: ['new disk'],
    });
    expect([silence.err, silence.out]).toEqual(['', expect.stringMatching(/^\S+ silences them until .*Z$/)]);
    expect((await meridian('alarms', { env })).out).toMatch(line('firing, silenced'));
    const [first, second] = JSON.parse((await meridian('alarms --history --json', { env })).out);
    expect([first, second].map(({ id }) => id).toSorted()).toEqual(['al_1', 'al_2']);
    expect((await meridian('alarms --history --limit 1', { env })).err).toContain('more than 1');
    const badWord = await meridian('alarms silence --match node-lost --for 2h --reason x', { env });
    expect(badWord).toMatchObject({ code: 2, err: expect.stringContaining('NAME=VALUE') });
    expect((await meridian('alarms silence --match rule=x --for 2h', { env })).code).toBe(2);
    expect((await meridian('alarms ack al_9', { env })).err).toContain('NOT_FOUND');
    expect((await meridian('alarms')).err).toContain('NOT_PERMITTED');
  });
});

describe('the morning report', () => {
  const env = { MERIDIAN_API_KEY: operatorKey.key, MERIDIAN_API_SECRET: operatorKey.secret };
  it('covers now or a day, the worst first, in the sentences of the mail', async () => {
    const silence = 'alarms silence --match rule=dial-media --for 2h --reason';
    expect((await meridian(silence, { env, more: ['rack\u001b[2J'] })).code).toBe(0);
    const { code, out } = await meridian('inspection', { env });
    const [head = '', names = '', ...rows] = out.split('\n');
    expect(code).toBe(0);
    expect(head).toMatch(/^Made at [\d-]+T[\d:.]+Z: \d+ problems, [1-9]\d* to review, [1-9]\d* fine$/);
    expect(names).toMatch(/^SEVERITY +CHECK +FINDING$/);
    expect(rows.filter((row) => !/^(problem|attention|fine) +[a-z]+ +\S.*\.$/.test(row))).toEqual([]);
    expect(out).toMatch(/\nattention +silences +A silence of alarms lasts until [\d: -]+: rack·\[2J\.\n/);
    expect(out).toMatch(/\nfine +quotas +No tenant is near a quota/);
    const { findings } = JSON.parse((await meridian('inspection --json', { env })).out);
    expect(findings.length).toBe(rows.length);

    await api.inspections.change({ hour: 0, timeZone: 'UTC', language: 'zh', recipients: [] });
    const day = await api.inspections.makeDue();
    const keptInspection = JSON.parse((await meridian(`inspection --json --day ${day}`, { env })).out);
    expect((await meridian(`inspection --day ${day}`, { env })).out).toContain(`Made at ${keptInspection.createdAt}: `);
    expect((await meridian('inspection --day 2020-01-01', { env })).err).toContain('NOT_FOUND');
    expect((await meridian('inspection --day today', { env })).code).toBe(2);
    expect((await meridian('inspection')).err).toContain('NOT_PERMITTED');
  });
});

describe('the cost of a month', () => {
  const env = { MERIDIAN_API_KEY: operatorKey.key, MERIDIAN_API_SECRET: operatorKey.secret };
  it('is a table of regions, tenants or links, with the operator’s key', async () => {
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    const month = new Date(hour - 7_200_000).toISOString().slice(0, 7);
    const media = { session_ms: 7_200_000, freeze_ms: 0, received_bytes: 1 };
    await api.store.db
      .insertInto('sla_media_hours')
      .values({ from_ms: hour - 7_200_000, region: 'eu', tenant: 'acme', ...media })
      .execute();
    const { out, err } = await meridian(`cost --month ${month} --by tenant`, { env });
    const names = 'TENANT  NODE HOURS  NODES  SENT GB  DELIVERED GB  TRAFFIC  USD   USER HOURS  PER USER HOUR';
    const row = (key: string) =>
      `${key.padEnd(6)}  0.0         0.00   0.0      0.0           0.00     0.00  2.0         0.0000`;
    expect(out).toBe([names, row('acme'), row('total')].join('\n'));
    expect(err).toContain('assumed');
    expect(JSON.parse((await meridian('cost --json', { env })).out)).toMatchObject({ by: 'region', isAssumed: true });
    expect(await meridian('cost --by city', { env })).toMatchObject({ code: 2, err: expect.stringContaining('--by') });
    expect((await meridian('cost --month 2020-01', { env })).err).toContain('REQUEST_INVALID');
    expect((await meridian('cost')).err).toContain('NOT_PERMITTED');
  });
});

describe('webhooks', () => {
  it('are created, tested, shown and deleted', async () => {
    const hook = await answer<{ id: string; secret: string }>(
      'webhooks create https://oa.example/hook --event participant_joined',
    );
    expect(hook.secret).toMatch(/^whsec_/);
    expect((await meridian('webhooks list')).out).toContain('participant_joined');
    expect((await meridian(`webhooks test ${hook.id}`)).out).toContain('ECONNREFUSED');
    await api.telling.intake.take(journal(1, 1, [entry.opened(), entry.joined('ann')], { sid: 'RM_seen' }));
    await api.telling.jobs.settled();
    const [delivery] = await answer<{ id: string; event: string }[]>(`webhooks deliveries ${hook.id}`);
    expect(delivery?.event).toBe('participant_joined');
    expect((await meridian(`webhooks replay ${hook.id} ${delivery?.id}`)).code).toBe(0);
    expect((await meridian(`webhooks delete ${hook.id}`)).code).toBe(0);
    expect(await answer('webhooks list')).toEqual([]);
  });

  it('are forwarded to a local service as they happen, in order, as the server would send them', async () => {
    const got: { headers: IncomingHttpHeaders; body: string }[] = [];
    const service: Server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      got.push({ headers: request.headers, body });
      response.writeHead(got.length === 1 ? 500 : 204).end();
    });
    service.listen(0, '127.0.0.1');
    await new Promise((resolve) => service.once('listening', resolve));
    const to = `http://127.0.0.1:${(service.address() as AddressInfo).port}/hook`;
    await api.telling.intake.take(journal(1, 1, [entry.opened(), entry.joined('before')], { sid: 'RM_before' }));
    const child = spawn(process.execPath, [main, 'webhooks', 'listen', '--forward-to', to], { env });
    try {
      const said = createInterface(child.stderr)[Symbol.asyncIterator]();
      const { value: first } = await said.next();
      const secret = /whsec_\S+/.exec(String(first))?.[0] ?? '';
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      await api.telling.intake.take(
        journal(1, 1, [entry.opened(), entry.joined('ann'), entry.joined('bo'), entry.left('ann')], { sid: 'RM_new' }),
      );
      const printed: string[] = [];
      while (printed.length < 4) printed.push(String((await lines.next()).value));
      expect(printed.map((line) => line.replace(/^\S+ +/, ''))).toEqual([
        'room_started  lobby  -> 500',
        'participant_joined  lobby  ann  -> 204',
        'participant_joined  lobby  bo  -> 204',
        'participant_left  lobby  ann  -> 204',
      ]);
      const events = got.map(({ headers, body }) => verifyWebhook({ secret, headers, body }));
      expect(events.map((event) => [event.sequence, 'room' in event ? event.room.sid : ''])).toEqual(
        [1, 2, 3, 4].map((at) => [at, 'RM_new']),
      );
      const list: { id: string }[] = (await api.ask('GET', '/events?sid=RM_new')).json().data;
      const { storedAt: _, ...stored } = { storedAt: '', ...list.find(({ id }) => id === events[0]?.id) };
      expect(got[0]?.body).toBe(JSON.stringify(stored));
      service.closeAllConnections();
      await new Promise((resolve) => service.close(resolve));
      await api.telling.intake.take(journal(1, 5, [entry.left('bo')], { sid: 'RM_new' }));
      expect(String((await lines.next()).value)).toContain('-> ECONNREFUSED');
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      expect(await ended).toBe(0);
    } finally {
      child.kill('SIGKILL');
      service.close();
    }
  });
});
