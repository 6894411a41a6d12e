import { emptyPolicy, MeridianError } from '@meridian/protocol';
import type { InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../../support/test-api.ts';

const allGrants = { roomCreate: true, roomList: true, roomAdmin: true };
let api: TestApi;
let adminToken: string;
beforeEach(async () => {
  api = await testApi();
  adminToken = await api.token({ video: allGrants });
});
afterEach(() => api.close());

type Method = NonNullable<InjectOptions['method']>;
async function ask(method: Method, path: string, body?: object, token = adminToken, headers: object = {}) {
  const answer = await api.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body && { payload: body }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json(), headers: answer.headers };
}
const create = (body: object) => ask('POST', '/rooms', body);
const lastAct = () => api.owners.commands.at(-1)?.act;

describe('a room', () => {
  it.each<[string, object, string]>([
    ['too much metadata', { name: 'a', metadata: 'é'.repeat(10_000) }, '/metadata'],
    ['an invalid identity in the spotlight', { name: 'a', spotlight: ['a\u200bb'] }, '/spotlight'],
  ])('is not made with %s', async (_what, body, pointer) => {
    const { status, body: problem } = await create(body);
    expect([status, problem.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(problem.errors.map((field: { pointer: string }) => field.pointer)).toContain(pointer);
  });

  it('is made once, and later requests return it with its settings', async () => {
    const roomSettings = {
      name: 'demo',
      maxParticipants: 5,
      emptyTimeoutS: 60,
      metadata: 'm',
      lobby: true,
      opensAt: '2026-11-23T12:00:00+01:00',
    };
    const made = await create(roomSettings);
    expect(made.status).toBe(201);
    const expected = { ...roomSettings, opensAt: '2026-11-23T11:00:00.000Z', active: false, version: 1 };
    expect(made.body).toMatchObject({ ...expected, sid: expect.stringMatching(/^RM_/) });
    const again = await create({ name: 'demo', locked: true });
    expect([again.status, again.body.locked, again.body.lobby, again.body.version]).toEqual([200, true, true, 2]);
    expect((await create({ name: 'demo' })).body.version).toBe(2);
    expect((await ask('GET', '/rooms/demo')).body).toEqual(again.body);
  });

  it('with participants is returned, and changed by its owner', async () => {
    api.owners.open('acme/demo', { participants: [{ identity: 'ann' }, { identity: 'spy', hidden: true }] });
    const { status, body } = await create({ name: 'demo', lobby: true, metadata: 'm' });
    expect([status, body.numParticipants, body.sid, body.active]).toEqual([200, 1, 'RM_1', true]);
    expect(api.owners.commands.map(({ act }) => act)).toEqual([
      { setRoom: { lobby: true, openingMetadata: 'm' } },
      { metadata: { metadata: 'm' } },
    ]);
    expect(api.owners.commands[0]?.actor).toEqual({ kind: 'key', id: 'acmekey' });
  });

  it('shows the title that its owner has, alone and in lists', async () => {
    const title = 'Quarter review';
    api.owners.open('acme/demo', { info: { title }, policy: { title } });
    expect((await ask('GET', '/rooms/demo')).body.title).toBe(title);
    expect((await ask('GET', '/rooms')).body.data).toMatchObject([{ name: 'demo', title }]);
  });

  it('is hidden from a token for another room', async () => {
    await create({ name: 'demo' });
    await create({ name: 'other' });
    const one = await api.token({ video: { ...allGrants, room: 'other' } });
    expect((await ask('GET', '/rooms/demo', undefined, one)).status).toBe(404);
    expect((await ask('GET', '/rooms/other', undefined, one)).status).toBe(200);
    const listed = await ask('GET', '/rooms', undefined, one);
    expect(listed.body.data.map(({ name }: { name: string }) => name)).toEqual(['other']);
    expect((await ask('POST', '/rooms', { name: 'third' }, one)).status).toBe(403);
  });

  it('is changed only if the request names its present version', async () => {
    await create({ name: 'demo', locked: true });
    const at = (version: string) => ask('PATCH', '/rooms/demo', { locked: false }, adminToken, { 'if-match': version });
    expect((await at('"7"')).body.code).toBe('VERSION_CONFLICT');
    const { status, headers, body } = await at('"1"');
    expect([status, headers['etag'], body.locked]).toEqual([200, '"2"', false]);
    expect((await ask('PATCH', '/rooms/demo', {})).status).toBe(400);
    api.owners.open('acme/demo', { policy: { version: 9 } });
    expect((await at('"2"')).status).toBe(412);
    expect(api.owners.commands).toEqual([]);
    expect((await at('"2", "9"')).status).toBe(200);
    expect(api.owners.commands).toMatchObject([{ act: { setRoom: { locked: false } }, expectedVersion: 9 }]);
    // The owner decides, since a change of another caller may come between.
    api.owners.onCommand = () => api.owners.open('acme/demo', { policy: { version: 11 } });
    const openingTimes = { needsHost: true, opensAt: '2026-11-23T11:00:00.000Z' };
    expect((await ask('PATCH', '/rooms/demo', openingTimes, adminToken, { 'if-match': '"10"' })).status).toBe(412);
    const member = ask('PATCH', '/rooms/demo/participants/ann', { role: 'host' }, adminToken, { 'if-match': '"10"' });
    expect((await member).status).toBe(412);
    expect((await ask('PATCH', '/rooms/demo', openingTimes, adminToken, { 'if-match': '*' })).body).toMatchObject(
      openingTimes,
    );
  });

  it('can be ended and forgotten', async () => {
    await create({ name: 'demo' });
    api.owners.open('acme/demo');
    expect((await ask('DELETE', '/rooms/demo')).status).toBe(204);
    expect(lastAct()).toHaveProperty('end');
    expect((await ask('DELETE', '/rooms/demo')).status).toBe(404);
    expect((await ask('GET', '/rooms/demo')).status).toBe(404);
  });

  it('answers its owner’s refusal with its code', async () => {
    api.owners.open('acme/demo');
    for (const [code, status] of [
      ['PARTICIPANT_UNKNOWN', 404],
      ['VERSION_CONFLICT', 412],
      ['ROOM_OWNER_LOST', 503],
    ] as const) {
      api.owners.refusal = new MeridianError(code);
      const answer = await ask('PATCH', '/rooms/demo', { locked: true });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    }
  });
});

describe('a list of rooms', () => {
  const names = (page: { body: { data: { name: string }[] } }) => page.body.data.map(({ name }) => name);

  it('has only rooms with participants on request, in pages', async () => {
    for (const name of ['a', 'b', 'c']) await create({ name });
    for (const name of ['b', 'd', 'e']) api.owners.open(`acme/${name}`, { participants: [{ identity: 'ann' }] });
    const first = await ask('GET', '/rooms?active=true&limit=2');
    expect(names(first)).toEqual(['b', 'd']);
    const next = await ask('GET', `/rooms?active=true&limit=2&cursor=${first.body.nextCursor}`);
    expect([names(next), next.body.nextCursor]).toEqual([['e'], undefined]);
    expect(names(await ask('GET', '/rooms?active=false'))).toEqual(['a', 'b', 'c', 'd', 'e']);
    const ofOne = await api.token({ video: { ...allGrants, room: 'a' } });
    expect(names(await ask('GET', '/rooms?active=true', undefined, ofOne))).toEqual([]);
  });

  it('has created rooms and rooms with participants, in pages, by name', async () => {
    for (const name of ['b', 'ä', 'a', 'Z', '会议']) await create({ name });
    api.owners.open('acme/c', { participants: [{ identity: 'ann' }] });
    api.owners.open('acme/a', { info: { metadata: 'live' } });
    api.owners.open('globex/d');
    await api.policies.take('acme', 'banned-in', { ...emptyPolicy, version: 1 });
    api.owners.silentNodes = ['sig-x'];
    const first = await ask('GET', '/rooms?limit=4');
    expect(names(first)).toEqual(['Z', 'a', 'b', 'c']);
    expect(first.body.missing).toEqual(['sig-x']);
    expect(first.body.data[1]).toMatchObject({ active: true, metadata: 'live' });
    const second = await ask('GET', `/rooms?limit=4&cursor=${first.body.nextCursor}`);
    expect(names(second)).toEqual(['ä', '会议']);
    expect(second.body.nextCursor).toBeUndefined();
    expect(names(await ask('GET', '/rooms?name=c'))).toEqual(['c']);
    expect((await ask('GET', '/rooms?cursor=junk')).status).toBe(400);
    expect((await ask('GET', '/rooms?limit=0')).status).toBe(400);
  });
});
