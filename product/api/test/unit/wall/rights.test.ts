import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../../base/runtime/test/support/until.ts';
import { addLive } from '../../support/live-room.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
type Person = Awaited<ReturnType<TestApi['user']>>;
let operator: Person;
let watcher: Person;
let admin: Person;

beforeAll(async () => {
  api = await testApi({ operatorTenant: 'globex' });
  operator = await api.user({ tenant: 'globex', id: 'op', role: 'operator' });
  watcher = await api.user({ tenant: 'globex', id: 'watch', role: 'watcher' });
  admin = await api.user({ id: 'root', role: 'admin' });
  await addLive(api, 'acme/lobby');
  api.recorders.fra.rooms.set('acme/lobby', {});
  api.recorders.sgp.rooms.set('acme/lobby', {});
});
afterAll(() => api.close());

const calls = [
  ['GET', '/wall/rooms'],
  ['PUT', '/wall/rooms/acme/lobby'],
  ['DELETE', '/wall/rooms/acme/lobby'],
  ['GET', '/wall/stream?rooms=acme%2Flobby'],
] as const;

describe.each(calls)('%s %s', (method, path) => {
  it.each([
    ['an operator without the role', () => ({ as: operator })],
    ['an administrator of a tenant', () => ({ as: admin })],
    ['a key of a tenant, whatever its token says', () => ({ scope: 'wall operator', signer: tenants[0] })],
    ['a key of the operators’ tenant', () => ({ scope: 'wall operator', signer: tenants[1] })],
  ])('is refused to %s', async (_, who) => {
    const answer = await api.ask(method, path, who());
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'NOT_PERMITTED']);
  });
});
it('the refused looks started no stream and asked no recorder', () => {
  expect([api.wall.feed.size, api.recorders.fra.asks, api.recorders.sgp.asks]).toEqual([0, [], []]);
});

it.each([
  ['a watcher', () => ({ as: watcher })],
  ['the operator’s key', () => ({ scope: 'wall', signer: operatorKey })],
])('%s can keep rooms and drop them', async (_, who) => {
  const kept = await api.ask('PUT', '/wall/rooms/acme/lobby', who());
  expect([kept.statusCode, kept.json()]).toMatchObject([200, { tenant: 'acme', room: 'lobby', isAllowed: true }]);
  const list = await api.ask('GET', '/wall/rooms', who());
  expect(list.json().rooms).toMatchObject([{ tenant: 'acme', room: 'lobby', sessions: 1 }]);
  expect((await api.ask('DELETE', '/wall/rooms/acme/lobby', who())).statusCode).toBe(204);
  expect((await api.ask('GET', '/wall/rooms', who())).json()).toEqual({ rooms: [] });
});

it('no key can get the scope', async () => {
  for (const who of [{}, { as: watcher }]) {
    const answer = await api.ask('POST', '/keys', { ...who, body: { name: 'k', scopes: ['wall'] } });
    expect(answer.statusCode).toBe(400);
  }
});

it('the role exists only in the operators’ tenant, and only operators give it', async () => {
  const body = { email: 'eve@example.org', name: 'Eve', role: 'watcher' };
  expect((await api.ask('POST', '/users', { as: admin, body })).json().code).toBe('ROLE_REFUSED');
  expect((await api.ask('POST', '/users', { signer: tenants[1], body })).json().code).toBe('NOT_PERMITTED');
  const made = await api.ask('POST', '/users', { as: operator, body });
  expect([made.statusCode, made.json().role]).toEqual([201, 'watcher']);
  const ownAdmin = await api.user({ tenant: 'globex', role: 'admin' });
  const id = made.json().id as string;
  const answer = await api.ask('PATCH', `/users/${id}`, {
    as: ownAdmin,
    body: { role: 'member' },
    headers: { 'if-match': made.headers.etag as string },
  });
  expect(answer.json().code).toBe('NOT_PERMITTED');
});

it('a watcher of an earlier configuration is an administrator in another tenant', async () => {
  const { tenant, id } = (await api.user({ id: 'old', role: 'admin' })).user;
  await api.store.db.updateTable('users').set({ role: 'watcher' }).where('id', '=', id).execute();
  const as = await api.user({ id: 'old2', role: 'admin' });
  await api.store.db.updateTable('users').set({ role: 'watcher' }).where('id', '=', 'old2').execute();
  expect((await api.ask('GET', '/wall/rooms', { as })).statusCode).toBe(403);
  expect((await api.ask('GET', '/tenant', { as })).json().id).toBe(tenant);
});

it('a look is logged with its times for the administrators of the room’s tenant', async () => {
  const asking = api.ask('GET', '/wall/stream?rooms=acme%2Flobby', { as: watcher });
  await until('a recorder was asked', () => api.recorders.fra.asks.length + api.recorders.sgp.asks.length > 0);
  await api.wall.feed.close();
  const answer = await asking;
  expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(answer.body).toContain('event: room');
  const log = await api.ask('GET', '/audit?operation=lookAtRooms', { as: admin });
  const by = { kind: 'operator', id: 'watch' };
  expect(log.json().data).toMatchObject([
    { by, targets: { tenant: 'acme', room: 'lobby', phase: 'ended', look: expect.stringMatching(/^WL_/) } },
    { by, targets: { tenant: 'acme', room: 'lobby', phase: 'began' } },
  ]);
  const acts = (await api.ask('GET', '/audit?operation=keepWallRoom', { as: admin })).json().data;
  expect(acts.filter(({ status }: { status: number }) => status === 200)).toMatchObject([
    { by: { kind: 'operator', id: 'operator' }, targets: { tenant: 'acme', room: 'lobby' } },
    { by, targets: { tenant: 'acme', room: 'lobby' } },
  ]);
});

it.each([
  ['an entry that is not a room', 'acme', '?rooms'],
  ['an entry of three parts', 'acme%2Fa%2Fb', '?rooms'],
  ['an invalid escape', 'acme%2F%25E0%25A4%25A', '?rooms'],
  ['more rooms than a stream may have', Array.from({ length: 26 }, (_, at) => `acme%2Fr${at}`).join(','), '?rooms'],
  ['nothing', '', '?rooms'],
])('the stream refuses %s', async (_, rooms, pointer) => {
  const answer = await api.ask('GET', `/wall/stream?rooms=${rooms}`, { as: watcher });
  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, pointer]);
});
