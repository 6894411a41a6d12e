import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assemble, outputOf } from '../../support/assembling.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';
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
/** Adds a recording that both recorders have had, Frankfurt last. */
async function record(id: string, { room = 'lobby', tenant = 'acme', sinceMs = 0, state = 'finished' }: Made = {}) {
  made += 1;
  const o = { sinceWallMs: START_MS + sinceMs };
  const bodies = [entry.opened('ann'), entry.recording(id, 'rec-sgp', o), entry.recording(id, 'rec-fra', o)];
  const end = state === 'running' ? [] : [entry.recording(id, 'rec-fra', { ...o, isOver: true })];
  const { fra } = api.recorders;
  const [startedWallMs, endedWallMs] = [START_MS + sinceMs, START_MS + sinceMs + 3000];
  if (state === 'finished') fra.addStint(`${tenant}/${id}`, { startedWallMs, endedWallMs });
  const life = { roomKey: `${tenant}/${room}`, sid: `RM_r${made}`, createdWallMs: START_MS + sinceMs };
  const message = journal(1, 1, [...bodies, ...end], life);
  for (const [at, one] of message.entries.entries()) one.wallMs = START_MS + sinceMs + at * 1000;
  await api.telling.intake.take(message);
  await api.telling.jobs.settled();
  if (state === 'finished') await assemble(api, fra, [outputOf('p001-camera')], { startedWallMs, durationMs: 3000 });
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
      version: 1,
      outputs: [{ name: 'p001-camera', participant: 'Ann', item: expect.stringMatching(/^LI_/) }],
      durationMs: 3000,
      failure: null,
    });
    expect(shown.body).not.toContain('rec-fra');
    expect((await ask('GET', '/recordings')).json().data[0].outputs).toEqual(shown.json().outputs);
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
  it('is gone with its items at once, and is erased at every recorder that recorded it', async () => {
    await record('re_1');
    const { fra, sgp } = api.recorders;
    fra.stints.set('acme/re_1', { busy: true });
    sgp.link = 'cut';
    fra.requestLog.length = 0;
    sgp.requestLog.length = 0;
    const [{ item }] = (await ask('GET', '/recordings/re_1')).json().outputs;
    expect((await ask('DELETE', '/recordings/re_1')).statusCode).toBe(204);
    expect([(await ask('GET', '/recordings/re_1')).statusCode, await listed()]).toEqual([404, []]);
    expect((await ask('GET', `/library/items/${item}`)).statusCode).toBe(404);
    expect(await eventsOf('recording.deleted')).toEqual(['re_1']);
    expect((await ask('DELETE', '/recordings/re_1')).statusCode).toBe(404);
    await api.telling.jobs.settled();
    expect([fra.requestLog, fra.stints.size]).toEqual([['erase acme/re_1'], 0]);
    sgp.link = 'up';
    await api.clock.advance(60_000);
    await api.telling.jobs.settled();
    expect(sgp.requestLog).toEqual(['erase acme/re_1']);
    await api.clock.advance(HOUR_MS);
    await api.telling.jobs.settled();
    expect([sgp.requestLog.length, await eventsOf('recording.deleted')]).toEqual([1, ['re_1']]);
  });

  it('is erased at recorders for thirty days', async () => {
    await record('re_1', { state: 'ended' });
    api.recorders.sgp.link = 'mute';
    await ask('DELETE', '/recordings/re_1');
    const waiting = async () =>
      (await api.store.db.selectFrom('jobs').select('kind').where('key', '=', 'acme/re_1').execute()).map(
        ({ kind }) => kind,
      );
    const passDays = async (days: number) => {
      await api.clock.advance(days * 24 * HOUR_MS);
      await api.telling.jobs.settled();
    };
    await passDays(29);
    expect(await waiting()).toEqual(['recordings to erase']);
    await passDays(1);
    expect(await waiting()).toEqual([]);
  });

  it('cannot be a running recording', async () => {
    await record('re_1', { state: 'running' });
    expect((await ask('DELETE', '/recordings/re_1')).json().code).toBe('CONFLICT');
    expect(await listed()).toEqual(['re_1']);
  });

  it('is erased at recorders when its tenant is erased', async () => {
    await record('re_1', { state: 'ended' });
    await record('re_2', { state: 'running' });
    await record('re_3', { tenant: 'globex', state: 'ended' });
    for (const name of ['acme/re_1', 'acme/re_2', 'globex/re_3']) api.recorders.fra.stints.set(name, { busy: true });
    await api.ask('DELETE', '/tenants/acme', { signer: operatorKey, headers: { 'if-match': '"1"' } });
    await api.telling.jobs.settled();
    expect([...api.recorders.fra.stints.keys()]).toEqual(['globex/re_3']);
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

describe('a user', () => {
  it('sees recordings of the meetings that it hosts, and those that it started', async () => {
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
      { id: 're_1', title: 'Review', byName: 'User 1', may: 'change', outputs: [{ title: 'Review — Ann' }] },
    ]);
    expect(await listed(`sid=${shown.sid}`)).toEqual(['re_1']);
    expect(await listed('originalStart=2020-01-01T00:00:00')).toEqual([]);
    const titles = (await ask('GET', '/recordings')).json().data.map(({ title }: { title: string }) => title);
    expect(titles.sort()).toEqual(['', 'Review']);
    const recordingsOf = async (as: typeof ann) =>
      (await ask('GET', '/me/recordings', { as })).json().data.map(({ id }: { id: string }) => id);
    expect([await recordingsOf(ann), await recordingsOf(bob), await recordingsOf(cem)]).toEqual([
      ['re_2', 're_1'],
      ['re_1'],
      [],
    ]);
    const path = '/me/recordings/re_1';
    const postsOf = async (as: typeof ann) => (await ask('GET', `${path}/posts`, { as })).statusCode;
    expect([await postsOf(ann), await postsOf(bob), await postsOf(cem)]).toEqual([200, 200, 404]);
    const [{ item }] = (await ask('GET', '/me/recordings', { as: bob })).json().data[0].outputs;
    const itemOf = async (as: typeof ann) => (await ask('GET', `/library/items/${item}`, { as })).json();
    // Bob is a cohost, and Ann, a host, started the recording.
    expect(await itemOf(bob)).toMatchObject({ title: 'Review — Ann', owner: 'ann' });
    expect(await itemOf(cem)).toMatchObject({ code: 'NOT_FOUND' });
    expect((await ask('DELETE', path, { as: cem })).statusCode).toBe(404);
    expect((await ask('DELETE', path, { as: bob })).statusCode).toBe(403);
    expect((await ask('DELETE', '/me/recordings/re_2', { as: cem })).statusCode).toBe(404);
    expect((await ask('DELETE', '/me/recordings/re_2', { as: ann })).statusCode).toBe(204);
    expect((await ask('DELETE', path, { as: ann })).statusCode).toBe(204);
    expect(await recordingsOf(ann)).toEqual([]);
    expect((await ask('GET', '/recordings', { as: ann })).statusCode).toBe(403);
    expect((await ask('GET', '/me/recordings')).statusCode).toBe(403);
  });
});
