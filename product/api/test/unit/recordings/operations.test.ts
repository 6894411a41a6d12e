import { createSecretKey } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkPaces } from '../../../src/access/file-links.ts';
import { makeItem } from '../../support/items.ts';
import { ScriptedRecorder } from '../../support/scripted-recorders.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

const HOUR_MS = 3600_000;
let api: TestApi;
beforeEach(async () => {
  api = await testApi({ post: async () => ({ status: 200, error: '', tookMs: 1, retryAfterMs: 0 }) });
  await api.clock.advance(START_MS + 3600_000 - api.clock.wallMs());
});
afterEach(() => api.close());

let made = 0;
interface Made {
  readonly room?: string;
  readonly tenant?: string;
  readonly sinceMs?: number;
  readonly state?: 'running' | 'ended' | 'finished';
}
const files = [{ name: 'p001-camera.mp4', bytes: 10, sha256: 'ab', type: 'video/mp4' }];
/** Adds a recording that both recorders have had, Frankfurt last. */
async function record(id: string, { room = 'lobby', tenant = 'acme', sinceMs = 0, state = 'finished' }: Made = {}) {
  made += 1;
  const o = { sinceWallMs: START_MS + sinceMs };
  const bodies = [entry.opened('ann'), entry.recording(id, 'rec-sgp', o), entry.recording(id, 'rec-fra', o)];
  const end = state === 'running' ? [] : [entry.recording(id, 'rec-fra', { ...o, isOver: true })];
  if (state === 'finished')
    api.recorders.fra.finishAnswers.set(`${tenant}/${id}`, { state, files, bytes: 10, durationMs: 3000 });
  const life = { roomKey: `${tenant}/${room}`, sid: `RM_r${made}`, createdWallMs: START_MS + sinceMs };
  const message = journal(1, 1, [...bodies, ...end], life);
  for (const [at, one] of message.entries.entries()) one.wallMs = START_MS + sinceMs + at * 1000;
  await api.telling.intake.take(message);
  await api.telling.jobs.settled();
}
const ask = (...args: Parameters<TestApi['ask']>) => api.ask(...args);
const listed = async (query = '', o: Parameters<TestApi['ask']>[2] = {}) =>
  (await ask('GET', `/recordings?${query}`, o)).json().data.map(({ id }: { id: string }) => id);
const eventsOf = async (type: string) =>
  (await ask('GET', `/events?event=${type}`)).json().data.map((one: { recording: { id: string } }) => one.recording.id);

describe('a recording', () => {
  it('is shown with its fields', async () => {
    await record('re_1');
    const shown = await ask('GET', '/recordings/re_1');
    expect(shown.json()).toMatchObject({
      id: 're_1',
      room: 'lobby',
      meetingId: null,
      identity: null,
      mode: 'tracks',
      by: 'ann',
      state: 'finished',
      files,
      durationMs: 3000,
      failure: null,
    });
    expect(shown.body).not.toContain('rec-fra');
  });

  it('is listed, the newest first, in pages, by room, meeting, state and time', async () => {
    await record('re_1', { sinceMs: HOUR_MS / 4 });
    await record('re_2', { sinceMs: HOUR_MS / 2, room: 'board', state: 'running' });
    await record('re_3', { sinceMs: HOUR_MS / 8, state: 'ended' });
    await record('re_4', { tenant: 'globex' });
    expect(await listed()).toEqual(['re_2', 're_1', 're_3']);
    const first = (await ask('GET', '/recordings?limit=2')).json();
    expect(first.data).toHaveLength(2);
    expect(await listed(`limit=2&cursor=${first.nextCursor}`)).toEqual(['re_3']);
    expect(await listed('room=board')).toEqual(['re_2']);
    expect([await listed('search=OAR'), await listed('search=globex')]).toEqual([['re_2'], []]);
    expect(await listed('meeting=mt_1')).toEqual([]);
    expect(await listed('state=ended')).toEqual(['re_3']);
    const time = (ms: number) => new Date(START_MS + ms).toISOString();
    expect(await listed(`from=${time(HOUR_MS / 4)}&to=${time(HOUR_MS / 2)}`)).toEqual(['re_1']);
    expect((await ask('GET', '/recordings?state=lost')).statusCode).toBe(400);
  });

  it('is hidden from a token for another room', async () => {
    await record('re_1');
    await record('re_2', { room: 'board' });
    const token = await api.token({ scope: 'recordings:read', video: { room: 'lobby' } });
    const get = (url: string) =>
      api.app.inject({ method: 'GET', url: `/api/v1${url}`, headers: { authorization: `Bearer ${token}` } });
    expect((await get('/recordings')).json().data.map(({ id }: { id: string }) => id)).toEqual(['re_1']);
    expect((await get('/recordings/re_2')).statusCode).toBe(404);
  });
});

describe('a deleted recording', () => {
  it('is hidden, and erased at every recorder that recorded it', async () => {
    await record('re_1');
    const { fra, sgp } = api.recorders;
    sgp.link = 'cut';
    expect((await ask('DELETE', '/recordings/re_1')).statusCode).toBe(204);
    expect([(await ask('GET', '/recordings/re_1')).statusCode, await listed()]).toEqual([404, []]);
    expect((await ask('DELETE', '/recordings/re_1')).statusCode).toBe(404);
    await api.telling.jobs.settled();
    expect([fra.requestLog.at(-1), await eventsOf('recording.deleted')]).toEqual(['erase acme/re_1', []]);
    sgp.link = 'up';
    await api.clock.advance(60_000);
    await api.telling.jobs.settled();
    expect([sgp.requestLog, await eventsOf('recording.deleted')]).toEqual([['erase acme/re_1'], ['re_1']]);
    await api.clock.advance(HOUR_MS);
    await api.telling.jobs.settled();
    expect([sgp.requestLog.length, await eventsOf('recording.deleted')]).toEqual([1, ['re_1']]);
  });

  it('counts as deleted after a day although one recorder has vanished, if another has erased it', async () => {
    await record('re_1');
    api.recorders.planned = [api.recorders.fra];
    api.recorders.plan();
    await ask('DELETE', '/recordings/re_1');
    await api.clock.advance(23 * HOUR_MS);
    await api.telling.jobs.settled();
    expect(await eventsOf('recording.deleted')).toEqual([]);
    await api.clock.advance(2 * HOUR_MS);
    await api.telling.jobs.settled();
    expect(await eventsOf('recording.deleted')).toEqual(['re_1']);
  });

  it('is erased at once in a shared store, and at an absent recorder when it is back', async () => {
    const { fra, sgp } = api.recorders;
    const otherRecorder = new ScriptedRecorder('rec-other', 'frankfurt');
    api.recorders.planned = [fra, sgp, otherRecorder];
    api.recorders.plan();
    const passHours = async (hours: number) => {
      await api.clock.advance(hours * HOUR_MS);
      await api.telling.jobs.settled();
    };
    await record('re_1');
    fra.link = 'cut';
    sgp.link = 'mute';
    await ask('DELETE', '/recordings/re_1');
    await api.telling.jobs.settled();
    expect([otherRecorder.requestLog, await eventsOf('recording.deleted')]).toEqual([['erase acme/re_1'], []]);
    // While the store is not known to be shared, the absent recorders are waited for.
    await passHours(30);
    expect(await eventsOf('recording.deleted')).toEqual([]);
    otherRecorder.isShared = true;
    await passHours(1);
    expect(await eventsOf('recording.deleted')).toEqual(['re_1']);
    const count = otherRecorder.requestLog.length;
    await passHours(24);
    expect(fra.finishAnswers.has('acme/re_1')).toBe(true);
    fra.link = 'up';
    await passHours(0.25);
    expect([fra.finishAnswers.has('acme/re_1'), otherRecorder.requestLog.length]).toEqual([false, count]);
    // The recorder that is not back in time is asked nothing more.
    const waiting = () => api.store.db.selectFrom('jobs').select('key').where('key', 'like', 'acme/re_1%').execute();
    expect(await waiting()).toHaveLength(1);
    await passHours(30 * 24);
    expect([await waiting(), await eventsOf('recording.deleted')]).toEqual([[], ['re_1']]);
  });

  it('cannot be a running recording', async () => {
    await record('re_1', { state: 'running' });
    expect((await ask('DELETE', '/recordings/re_1')).json().code).toBe('CONFLICT');
    expect(await listed()).toEqual(['re_1']);
  });

  it('is not finished by a request that comes after the deletion', async () => {
    await record('re_1', { state: 'ended' });
    api.recorders.fra.finishAnswers.set('acme/re_1', { state: 'working' });
    await api.clock.advance(30_000);
    await api.telling.jobs.settled();
    expect((await ask('GET', '/recordings/re_1')).json().state).toBe('finishing');
    api.recorders.fra.finishAnswers.set('acme/re_1', { state: 'finished', files });
    await ask('DELETE', '/recordings/re_1');
    await api.clock.advance(60_000);
    await api.telling.jobs.settled();
    expect([await eventsOf('recording.finished'), await eventsOf('recording.deleted')]).toEqual([[], ['re_1']]);
    expect([api.recorders.fra.requestLog.at(-1), api.recorders.fra.finishAnswers.size]).toEqual(['erase acme/re_1', 0]);
  });

  it('is erased at recorders when its tenant is erased', async () => {
    await record('re_1');
    await record('re_2', { state: 'running' });
    await record('re_3', { tenant: 'globex' });
    await api.ask('DELETE', '/tenants/acme', { signer: operatorKey, headers: { 'if-match': '"1"' } });
    await api.telling.jobs.settled();
    expect([...api.recorders.fra.finishAnswers.keys()]).toEqual(['globex/re_3']);
    // A late journal entry of the tenant's room leaves no row.
    const sid = `RM_r${made - 1}`;
    await api.telling.intake.take(
      journal(1, 9, [entry.recording('re_2', 'rec-fra', { isOver: true })], { sid, roomKey: 'acme/lobby' }),
    );
    await api.telling.jobs.settled();
    const rows = await api.store.db.selectFrom('recordings').select('id').execute();
    expect([rows, api.recorders.fra.requestLog.at(-1)]).toEqual([[{ id: 're_3' }], 'erase acme/re_2']);
  });
});

/** Returns whether nodes refuse the link's token: it, or a source of it, is in the api's revocations. */
async function isEnded({ base }: { readonly base: string }): Promise<boolean> {
  const { via, sources } = decodeJwt<{ via: string; sources: string[] }>(base.split('/').at(-2) ?? '');
  return api.revoked.flatMap(({ entries }) => entries).some(({ id }) => [via, ...sources].includes(id));
}

describe('a link to a recording', () => {
  const link = async (body: object = {}, o: object = {}) => ask('POST', '/recordings/re_1/links', { body, ...o });

  it('is signed with the tenant’s signing key, and names the recording, its expiry and its rights', async () => {
    await record('re_1');
    const answer = (await link({ expiresInS: 600, may: 'download', name: 'p001-camera.mp4' })).json();
    const { base, url, fileUrl, id, expiresAt } = answer;
    const [, token = ''] = /^https:\/\/rec-fra\.example\.org\/recordings\/([^/]+)\/$/.exec(base) ?? [];
    expect(url).toBe(`https://meet.example.org/recording#base=${encodeURIComponent(base)}`);
    expect(fileUrl).toBe(`${base}p001-camera.mp4`);
    const key = await api.keys.signing('acme');
    const { payload } = await jwtVerify(token, createSecretKey(Buffer.from(key?.secret ?? '')), {
      currentDate: new Date(api.clock.wallMs()),
    });
    const exp = Math.floor(api.clock.wallMs() / 1000) + 600;
    expect(payload).toMatchObject({ iss: key?.id, recording: 're_1', may: 'download', via: id, exp });
    expect(Date.parse(expiresAt)).toBe(exp * 1000);
    const headers = { authorization: `Bearer ${token}` };
    expect((await api.app.inject({ method: 'GET', url: '/api/v1/recordings', headers })).statusCode).toBe(403);
    await ask('POST', '/revocations', { body: { via: id } });
    expect(api.revoked.flatMap(({ entries }) => entries)).toMatchObject([{ tenant: 'acme', id }]);
  });

  it('ends with the recording, and with its maker', async () => {
    await record('re_1');
    await record('re_2');
    const ann = await api.user({ id: 'ann', email: 'ann@example.org', role: 'admin' });
    await api.user({ id: 'boss', email: 'boss@example.org', role: 'admin' });
    const [ofKey, ofAnn] = [await link(), await ask('POST', '/recordings/re_2/links', { body: {}, as: ann })];
    expect([await isEnded(ofKey.json()), await isEnded(ofAnn.json())]).toEqual([false, false]);
    const { etag = '' } = (await ask('GET', '/users/ann')).headers;
    await ask('PATCH', '/users/ann', { body: { active: false }, headers: { 'if-match': etag } });
    expect([await isEnded(ofKey.json()), await isEnded(ofAnn.json())]).toEqual([false, true]);
    await ask('DELETE', '/recordings/re_1');
    expect(await isEnded(ofKey.json())).toBe(true);
  });

  it('is listed with links to items, and ended alone or with all that its maker made', async () => {
    await record('re_1');
    const { id: item } = await makeItem(api, { visibility: 'tenant' });
    const [ann, boss, eve] = [
      await api.user({ id: 'ann', email: 'ann@example.org', role: 'admin' }),
      await api.user({ id: 'boss', email: 'boss@example.org', role: 'admin' }),
      await api.user({ id: 'eve', email: 'eve@example.org', role: 'member' }),
    ];
    const [first, second, ofKey] = [await link({}, { as: ann }), await link({}, { as: ann }), await link()];
    const ofEve = await ask('POST', `/library/items/${item}/links`, { as: eve, body: { use: 'own' } });
    const links = async (as: typeof ann, query = '') => (await ask('GET', `/file-links?${query}`, { as })).json().data;
    const ids = (rows: readonly { readonly id: string }[]) => new Set(rows.map(({ id }) => id));
    const idOf = (answer: { json(): { readonly id: string } }) => answer.json().id;
    expect(ids(await links(boss))).toEqual(new Set([first, second, ofKey, ofEve].map(idOf)));
    expect(ids(await links(boss, 'createdBy=user:ann&use=share'))).toEqual(new Set([first, second].map(idOf)));
    const [shown, ...none] = await links(eve);
    expect([shown, none]).toEqual([expect.objectContaining({ item, use: 'own', createdBy: 'user:eve' }), []]);
    const [ofRecording] = await links(ann, 'createdBy=key:acmekey');
    expect(ofRecording).toMatchObject({ recording: 're_1', may: 'play', use: 'share' });
    expect((await ask('GET', '/library/links')).json().data).toEqual([]);
    expect((await ask('DELETE', `/file-links/${idOf(first)}`, { as: eve })).statusCode).toBe(404);
    expect((await ask('DELETE', `/file-links/${idOf(first)}`, { as: ann })).statusCode).toBe(204);
    expect(await Promise.all([first, second].map((one) => isEnded(one.json())))).toEqual([true, false]);
    expect((await ask('DELETE', '/users/ann/file-links', { as: eve })).statusCode).toBe(403);
    expect((await ask('DELETE', '/users/nobody/file-links', { as: boss })).statusCode).toBe(404);
    expect((await ask('DELETE', '/users/ann/file-links', { as: boss })).statusCode).toBe(204);
    expect(await Promise.all([second, ofKey].map((one) => isEnded(one.json())))).toEqual([true, false]);
    expect((await ask('DELETE', '/me/file-links')).statusCode).toBe(403);
    const token = await api.token({ sub: 'guest', video: { room: 'lobby', roomJoin: true } });
    const headers = { authorization: `Bearer ${token}` };
    for (const [method, url] of [
      ['GET', ''],
      ['DELETE', `/${idOf(ofKey)}`],
    ] as const) {
      const refused = await api.app.inject({ method, url: `/api/v1/file-links${url}`, headers });
      expect(refused.json()).toMatchObject({ status: 403, code: 'NOT_PERMITTED' });
    }
    expect((await ask('DELETE', '/me/file-links', { as: eve })).statusCode).toBe(204);
    expect(ids(await links(boss))).toEqual(new Set([idOf(ofKey)]));
    const next = await link({}, { as: ann });
    expect(await isEnded(next.json())).toBe(false);
    await ask('DELETE', '/recordings/re_1');
    expect(await links(boss)).toEqual([]);
  });

  it('leads to the last of its recorders with a public URL, else to any recorder inside the fence', async () => {
    await record('re_1');
    const hostOf = async () => new URL((await link()).json().base).host;
    const { fra, sgp } = api.recorders;
    expect(await hostOf()).toBe('rec-fra.example.org');
    fra.publicUrl = '';
    api.recorders.plan();
    expect(await hostOf()).toBe('rec-sgp.example.org');
    sgp.publicUrl = '';
    api.recorders.plan();
    expect((await link()).json()).toMatchObject({ status: 503, code: 'NODE_UNREACHABLE' });
  });

  it('is made only for a recording with files, and for one of its files', async () => {
    await record('re_1', { state: 'ended' });
    expect((await link()).json().code).toBe('CONFLICT');
    await record('re_2');
    const answer = await ask('POST', '/recordings/re_2/links', { body: { name: 'other.mp4' } });
    expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, '/name']);
  });

  it('is recorded in the audit log, as is a deletion', async () => {
    await record('re_1');
    await link();
    await ask('DELETE', '/recordings/re_1');
    const { data } = (await ask('GET', '/audit')).json();
    expect(data.map(({ operation, targets }: { operation: string; targets: object }) => [operation, targets])).toEqual([
      ['deleteRecording', { recording: 're_1' }],
      ['createRecordingLink', { recording: 're_1', id: expect.stringMatching(/^RL_/) }],
    ]);
  });
});

describe('a user', () => {
  it('sees recordings of the meetings that it hosts', async () => {
    const at = new Date(START_MS).toISOString().slice(0, 19);
    const times = { localStart: at, timeZone: 'UTC', durationMinutes: 60 };
    const [ann, bob, cem] = [
      await api.user({ id: 'ann', email: 'ann@example.org', role: 'host' }),
      await api.user({ id: 'bob', email: 'bob@example.org', role: 'member' }),
      await api.user({ id: 'cem', email: 'cem@example.org', role: 'host' }),
    ];
    const invitees = [{ email: 'cem@example.org', name: 'Cem' }];
    const body = { title: 'Review', ...times, hosts: ['ann'], cohosts: ['bob'], invitees };
    const meeting = (await ask('POST', '/meetings', { body })).json();
    await record('re_1', { room: meeting.id });
    await record('re_2');
    const shown = (await ask('GET', '/recordings/re_1')).json();
    expect([shown.meetingId, shown.originalStart]).toEqual([meeting.id, at]);
    expect((await ask('GET', `/me/recordings?originalStart=${at}`, { as: ann })).json().data).toMatchObject([
      { id: 're_1', title: 'Review' },
    ]);
    expect(await listed(`sid=${shown.sid}`)).toEqual(['re_1']);
    expect(await listed('originalStart=2020-01-01T00:00:00')).toEqual([]);
    const titles = (await ask('GET', '/recordings')).json().data.map(({ title }: { title: string }) => title);
    expect(titles.sort()).toEqual(['', 'Review']);
    const recordingsOf = async (as: typeof ann) =>
      (await ask('GET', '/me/recordings', { as })).json().data.map(({ id }: { id: string }) => id);
    expect([await recordingsOf(ann), await recordingsOf(bob), await recordingsOf(cem)]).toEqual([
      ['re_1'],
      ['re_1'],
      [],
    ]);
    const path = '/me/recordings/re_1';
    const revokedCount = () => api.revoked.flatMap(({ entries }) => entries).length;
    const ofBob = await ask('POST', `${path}/links`, { as: bob, body: {} });
    expect([ofBob.statusCode, await isEnded(ofBob.json())]).toEqual([201, false]);
    const change = async (changes: object) => {
      const { etag = '' } = (await ask('GET', `/meetings/${meeting.id}`)).headers;
      await ask('PATCH', `/meetings/${meeting.id}`, { body: changes, headers: { 'if-match': etag } });
    };
    await change({ title: 'Retrospective' });
    expect(await isEnded(ofBob.json())).toBe(false);
    const before = revokedCount();
    await change({ cohosts: [] });
    expect([await isEnded(ofBob.json()), revokedCount() - before]).toEqual([true, 1]);
    expect((await ask('GET', '/file-links', { as: bob })).json().data).toEqual([]);
    for (const cohosts of [['bob'], [], ['bob', 'cem', 'unknown'], [], ['bob']]) await change({ cohosts });
    expect(revokedCount() - before).toBe(1);
    const again = await ask('POST', `${path}/links`, { as: bob, body: {} });
    expect([again.statusCode, await isEnded(again.json())]).toEqual([201, false]);
    expect((await ask('POST', `${path}/links`, { as: cem, body: {} })).statusCode).toBe(404);
    for (let at = 2; at < linkPaces.share.burst; at += 1) {
      if (at % 50 === 0) await api.clock.advance(1000);
      await ask('POST', `${path}/links`, { as: bob, body: {} });
    }
    const refused = await ask('POST', `${path}/links`, { as: bob, body: {} });
    expect(refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect((await ask('DELETE', path, { as: cem })).statusCode).toBe(404);
    expect((await ask('DELETE', path, { as: bob })).statusCode).toBe(403);
    expect((await ask('DELETE', '/me/recordings/re_2', { as: ann })).statusCode).toBe(404);
    expect((await ask('DELETE', path, { as: ann })).statusCode).toBe(204);
    expect(await recordingsOf(ann)).toEqual([]);
    expect((await ask('GET', '/recordings', { as: ann })).statusCode).toBe(403);
    expect((await ask('GET', '/me/recordings')).statusCode).toBe(403);
  });
});

describe('the settings of recordings', () => {
  it('set the renditions that recorders make', async () => {
    const get = async (signer = tenants[0] as (typeof tenants)[number]) =>
      (await ask('GET', '/tenant/recording', { signer })).json();
    expect(await get()).toEqual({ renditions: ['720p', '360p'] });
    await ask('PATCH', '/tenant/recording', { body: { renditions: ['360p'] } });
    expect([await get(), await get(tenants[1])]).toEqual([{ renditions: ['360p'] }, { renditions: ['720p', '360p'] }]);
    await record('re_1');
    expect(api.recorders.fra.finishRequests[0]?.renditions).toEqual(['360p']);
    expect((await ask('PATCH', '/tenant/recording', { body: { renditions: ['4k'] } })).statusCode).toBe(400);
  });
});
