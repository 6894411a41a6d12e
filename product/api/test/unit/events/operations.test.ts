import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvOf } from '../../../src/http/core/csv.ts';
import { transact } from '../../../src/store/transaction.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from './journals.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  const bodies = [entry.opened(), entry.joined('ann'), entry.joined('bob'), entry.left('ann')];
  await api.telling.intake.take(journal(1, 1, bodies));
  await api.telling.intake.take(journal(1, 1, bodies, { sid: 'RM_2', roomKey: 'acme/other' }));
  await api.telling.intake.take(journal(1, 1, bodies, { sid: 'RM_3', roomKey: 'globex/lobby' }));
});
afterEach(() => api.close());
const get = async (path: string, o = {}) => (await api.ask('GET', path, o)).json();

describe('events', () => {
  it('are listed page by page, by room, life or kind', async () => {
    const listedIds: string[] = [];
    let cursor = '';
    do {
      const page = await get(`/events?limit=3${cursor}`);
      listedIds.push(...page.data.map((each: { id: string }) => each.id));
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect([listedIds.length, new Set(listedIds).size]).toEqual([8, 8]);
    const left = await get('/events?room=lobby&event=participant_left');
    expect(left.data).toMatchObject([{ sequence: 4, room: { sid: 'RM_1' }, participant: { identity: 'ann' } }]);
    expect((await get('/events?sid=RM_3')).data).toEqual([]);
  });

  it('have a null role for a participant without one, even if they were stored without the field', async () => {
    const { db } = api.store;
    const roles = async () =>
      (await get('/events?room=lobby&event=participant_left')).data.map(
        (each: { participant: { role: unknown } }) => each.participant.role,
      );
    expect(await roles()).toEqual([null]);
    const { id, body } = await db
      .selectFrom('events')
      .select(['id', 'body'])
      .where('type', '=', 'participant_left')
      .where('sid', '=', 'RM_1')
      .executeTakeFirstOrThrow();
    const old = body.replace('"role":null', '"role":""');
    expect(old).not.toBe(body);
    await db.updateTable('events').set({ body: old }).where('id', '=', id).execute();
    expect(await roles()).toEqual([null]);
  });
});

describe('lists of lives and stays', () => {
  it('show which participants were there and when', async () => {
    expect((await get('/room-lives?room=lobby')).data).toMatchObject([
      { sid: 'RM_1', room: 'lobby', estimated: false },
    ]);
    const stays = (await get('/room-lives/RM_1/stays')).data;
    expect(stays).toMatchObject([
      { identity: 'ann', leftReason: 'CLIENT', leftAt: new Date(START_MS + 104_000).toISOString() },
      { identity: 'bob', region: 'fra' },
    ]);
    expect(stays[1].leftAt).toBeUndefined();
  });

  it('have the lives that began within the days of the request', async () => {
    const atMs = START_MS + 101_000;
    const day = new Date(atMs).toISOString();
    const sids = async (query: string) =>
      (await get(`/room-lives?${query}`)).data.map(({ sid }: { sid: string }) => sid).sort();
    const [life] = (await get('/room-lives?room=lobby')).data;
    const { startedAt } = life;
    const after = new Date(Date.parse(startedAt) + 1).toISOString();
    expect(await sids(`from=${startedAt}`)).toEqual(['RM_1', 'RM_2']);
    expect(await sids(`from=${after}`)).toEqual([]);
    expect(await sids(`to=${startedAt}`)).toEqual([]);
    expect(await sids(`from=${startedAt}&to=${after}&room=lobby`)).toEqual(['RM_1']);
    expect((await api.ask('GET', `/room-lives?from=${day.slice(0, 10)}`)).statusCode).toBe(400);
  });

  it('are found by a part of the room’s name, or of its meeting’s title', async () => {
    const times = { localStart: '2027-02-01T10:00:00', timeZone: 'UTC', durationMinutes: 30 };
    const { id } = (await api.ask('POST', '/meetings', { body: { title: 'Budget 100% review', ...times } })).json();
    await api.telling.intake.take(
      journal(1, 1, [entry.opened('ann')], { roomKey: `acme/${id}`, sid: 'RM_7', createdWallMs: START_MS }),
    );
    const found = async (search: string) =>
      (await get(`/room-lives?${new URLSearchParams({ search })}`)).data.map(({ sid }: { sid: string }) => sid);
    expect(await found('budget')).toEqual(['RM_7']);
    expect(await found('LOBB')).toEqual(['RM_1']);
    expect([await found('100%'), await found('%')]).toEqual([['RM_7'], ['RM_7']]);
    expect([await found('nothing'), await found('bud_et')]).toEqual([[], []]);
  });

  it('count identities once, and name the title and the meeting of their room', async () => {
    const { id } = (
      await api.ask('POST', '/meetings', {
        body: { title: 'Review', localStart: '2027-02-01T10:00:00', timeZone: 'UTC', durationMinutes: 30 },
      })
    ).json();
    const again = [
      entry.opened(),
      entry.joined('ann'),
      entry.left('ann'),
      entry.joined('ann'),
      entry.changed('', 'Hi'),
    ];
    await api.telling.intake.take(journal(1, 1, again, { sid: 'RM_4', roomKey: `acme/${id}` }));
    expect(await get('/room-lives/RM_4')).toMatchObject({ participants: 1, title: 'Hi', meetingId: id });
    // A room has its meeting's title until the title changes in the room.
    const opened = [entry.opened(), entry.joined('ann')];
    await api.telling.intake.take(journal(1, 1, opened, { sid: 'RM_5', roomKey: `acme/${id}` }));
    expect(await get('/room-lives/RM_5')).toMatchObject({ participants: 1, title: 'Review', meetingId: id });
    const first = await get('/room-lives/RM_1');
    expect(first).toMatchObject({ participants: 2, title: '' });
    expect(first).not.toHaveProperty('meetingId');
    expect((await get('/room-lives?room=lobby')).data).toEqual([first]);
  });

  it('come as CSV', async () => {
    const answer = await api.ask('GET', '/room-lives/RM_1/stays.csv');
    expect(answer.headers['content-type']).toContain('text/csv');
    const lines = answer.body.split('\r\n');
    expect(lines[0]).toContain('identity,name');
    expect([lines.length, lines[1]?.includes(',ann,ann,')]).toEqual([4, true]);
    expect(csvOf(['a', 'b'], [{ a: '=1+1', b: 'x,"y"\n' }])).toBe('a,b\r\n\'=1+1,"x,""y""\n"\r\n');
    for (const first of '=+-@＝＋－＠\t\r\n') expect(csvOf(['a'], [{ a: `${first}1` }])).toContain(`'${first}1`);
    // A spreadsheet in a language with decimal commas splits cells at semicolons, despite quotes.
    const texts = ['x;=1+1', 'x;"=1+1', 'x; @a', 'x\n-1', 'a;b-c', '-;1'];
    expect(texts.map((a) => csvOf(['a'], [{ a }]).slice(3, -2))).toEqual([
      "x;'=1+1",
      '"x;""\'=1+1"',
      "x; '@a",
      '"x\n\'-1"',
      'a;b-c',
      "'-;1",
    ]);
    expect(csvOf(['a'], [{ a: -1 }])).toBe('a\r\n-1\r\n');
  });

  it('are not found with a token for another room', async () => {
    const token = await api.token({ scope: 'reports:read', video: { room: 'other' } });
    const ask = (path: string) =>
      api.app.inject({ url: `/api/v1${path}`, headers: { authorization: `Bearer ${token}` } });
    expect((await ask('/room-lives/RM_1')).statusCode).toBe(404);
    expect((await ask('/room-lives')).json().data).toMatchObject([{ room: 'other' }]);
    expect((await ask('/events')).json().data).toHaveLength(4);
  });
});

describe('a life without an owner', () => {
  const ended = async (sid: string) => 'endedAt' in (await get(`/room-lives/${sid}`));
  const sweep = async () => {
    const { jobs } = api.telling;
    await transact(api.store.db, (trx) => jobs.add(trx, { name: 'room lives sweep' }, { payload: {}, key: 'cron' }));
    await jobs.settled();
  };

  it('is closed when all nodes have denied it for minutes, and not earlier', async () => {
    api.clock.advance(3 * 60_000);
    await sweep();
    expect(await ended('RM_1')).toBe(false);
    api.clock.advance(4 * 60_000);
    await sweep();
    expect(await ended('RM_1')).toBe(false);
    api.clock.advance(60_000);
    await sweep();
    expect([await ended('RM_1'), await ended('RM_2')]).toEqual([true, true]);
    const [last] = (await get('/events?sid=RM_1')).data;
    expect((await get('/events?sid=RM_1&event=room_finished')).data).toMatchObject([{ estimated: true, sequence: 6 }]);
    expect(last).toBeDefined();
  });

  it('stays while a possible owner does not answer, and while a node owns it', async () => {
    api.owners.silentNodes = ['sig-fra'];
    for (let at = 0; at < 4; at += 1) {
      api.clock.advance(4 * 60_000);
      await sweep();
    }
    expect(await ended('RM_1')).toBe(false);
    api.owners.silentNodes = [];
    api.owners.open('acme/lobby', { info: { sid: 'RM_1' } });
    for (let at = 0; at < 4; at += 1) {
      api.clock.advance(4 * 60_000);
      await sweep();
    }
    expect([await ended('RM_1'), await ended('RM_2')]).toEqual([false, true]);
  });

  it('stays when its owner reports meanwhile', async () => {
    api.clock.advance(3 * 60_000);
    await sweep();
    await api.telling.intake.take(journal(1, 5, [entry.joined('cyd')]));
    api.clock.advance(6 * 60_000);
    await sweep();
    expect([await ended('RM_1'), await ended('RM_2')]).toEqual([false, true]);
  });
});
