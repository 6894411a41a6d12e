import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const [, globex] = tenants;
const make = (body: object) => api.ask('POST', '/users', { body });
async function newUser(body: object = {}) {
  const answer = await make({ email: 'ann@example.org', name: 'Ann', ...body });
  expect([answer.statusCode, answer.json().code]).toEqual([201, undefined]);
  return answer.json() as { id: string; email: string };
}
const change = (id: string, body: object, version = '*') =>
  api.ask('PATCH', `/users/${encodeURIComponent(id)}`, { body, headers: { 'if-match': version } });
const bulk = (users: object[]) => api.ask('POST', '/users/bulk', { body: { users } });

describe('a user', () => {
  it.each([
    ['an invalid e-mail', { email: 'ann', name: 'Ann' }, '/email'],
    ['an e-mail of two lines', { email: 'a@example.org\nb', name: 'Ann' }, '/email'],
    ['a name of blanks', { email: 'a@example.org', name: '  ' }, '/name'],
    ['an invisible name', { email: 'a@example.org', name: '\u200b\u2800' }, '/name'],
    ['a name of a direction character', { email: 'a@example.org', name: '\u202e' }, '/name'],
    ['an id that cannot be an identity', { email: 'a@example.org', name: 'A', id: 'a\u200bb' }, '/id'],
  ])('is not made with %s', async (_, body, pointer) => {
    const answer = await make(body);
    expect([answer.statusCode, answer.json().errors[0]?.pointer]).toEqual([400, pointer]);
  });

  it('can be made, found, changed and deleted', async () => {
    const made = await make({ email: 'Ann@Example.org', name: 'Änn 100%', id: 'crm-17' });
    expect(made.json()).toEqual({
      id: 'crm-17',
      email: 'ann@example.org',
      name: 'Änn 100%',
      role: 'member',
      active: true,
      hasPassword: false,
      createdAt: expect.any(String),
    });
    await newUser({ email: 'bob@example.org', name: 'Bob' });
    const found = async (query: string) =>
      (await api.ask('GET', `/users?${query}`)).json().data.map((user: { email: string }) => user.email);
    expect(await found('')).toHaveLength(2);
    expect(await found('email=ANN@example.org')).toEqual(['ann@example.org']);
    expect(await found('query=%C3%A4NN')).toEqual(['ann@example.org']);
    expect(await found('query=0%25')).toEqual(['ann@example.org']);
    expect(await found('query=_')).toEqual([]);
    expect(await found('query=example')).toHaveLength(2);
    const page = (await api.ask('GET', '/users?limit=1')).json();
    expect(await found(`limit=1&cursor=${page.nextCursor}`)).not.toEqual([page.data[0].email]);

    expect((await change('crm-17', { name: 'Ann' }, '"7"')).json().code).toBe('VERSION_CONFLICT');
    const changed = await change('crm-17', { name: 'Ann', email: 'ann@new.example' }, '"1"');
    expect([changed.json().name, changed.json().email, changed.headers['etag']]).toEqual([
      'Ann',
      'ann@new.example',
      '"2"',
    ]);
    expect((await api.ask('DELETE', '/users/crm-17')).statusCode).toBe(204);
    expect((await api.ask('DELETE', '/users/crm-17')).json().code).toBe('NOT_FOUND');
    expect((await api.ask('GET', '/users/crm-17')).json().code).toBe('NOT_FOUND');
  });

  it('can be listed by being active', async () => {
    await newUser({ id: 'ann' });
    await newUser({ id: 'bob', email: 'bob@example.org', active: false });
    const found = async (query: string) =>
      (await api.ask('GET', `/users?${query}`)).json().data.map((user: { id: string }) => user.id);
    expect(await found('active=false')).toEqual(['bob']);
    expect(await found('active=true&query=example')).toEqual(['ann']);
    expect((await api.ask('GET', '/users?active=perhaps')).json()).toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('has an id and an e-mail that are unique in its tenant', async () => {
    await newUser({ id: 'ann' });
    const other = await newUser({ email: 'bob@example.org' });
    const rows = [
      await make({ email: 'ANN@example.org', name: 'A' }),
      await make({ email: 'x@y.z', name: 'A', id: 'ann' }),
    ];
    for (const [at, pointer] of ['/email', '/id'].entries())
      expect(rows[at]?.json()).toMatchObject({ status: 409, code: 'ALREADY_EXISTS', errors: [{ pointer }] });
    expect((await change(other.id, { email: 'Ann@example.org' })).json().code).toBe('ALREADY_EXISTS');
    expect((await change(other.id, { email: 'Bob@example.org' })).statusCode).toBe(200);
    const body = { id: 'ann', email: 'ann@example.org', name: 'Ann' };
    expect((await api.ask('POST', '/users', { signer: globex, body })).statusCode).toBe(201);
  });

  it('that is deactivated is signed out at once, from the api and from rooms', async () => {
    const { user, headers } = await api.user({ id: 'ann' });
    const as = { headers };
    expect((await api.ask('GET', '/me', { as })).statusCode).toBe(200);
    expect((await change(user.id, { active: false })).json().active).toBe(false);
    expect((await api.ask('GET', '/me', { as })).json().code).toBe('SESSION_ENDED');
    const nowMs = api.clock.wallMs();
    expect(api.revoked.at(-1)?.entries).toEqual([
      expect.objectContaining({ tenant: 'acme', id: 'user:ann', beforeMs: Math.floor(nowMs) + 1 }),
    ]);
    expect(await api.revocations.isRevoked('acme', ['user:ann'], nowMs)).toBe(true);
    await change(user.id, { active: true });
    expect((await api.ask('GET', '/me', { as })).json().code).toBe('SESSION_ENDED');
    // Tokens made for the user after this time are valid.
    expect(await api.revocations.isRevoked('acme', ['user:ann'], nowMs + 1000)).toBe(false);
    const before = api.revoked.length;
    expect((await api.ask('DELETE', '/users/ann')).statusCode).toBe(204);
    expect(api.revoked.length).toBe(before + 1);
  });

  it('that is deactivated can make no more changes', async () => {
    const { user, headers } = await api.user({ role: 'admin' });
    await api.user({ role: 'admin' });
    await change(user.id, { active: false });
    const answer = await api.ask('POST', '/users', { as: { headers }, body: { email: 'x@example.org', name: 'X' } });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'SESSION_ENDED']);
  });

  it('gets the rights of a new role at once', async () => {
    const { user, headers } = await api.user({ role: 'admin' });
    await api.user({ role: 'admin' });
    expect((await api.ask('GET', '/users', { as: { headers } })).statusCode).toBe(200);
    await change(user.id, { role: 'member' });
    expect((await api.ask('GET', '/users', { as: { headers } })).json().code).toBe('NOT_PERMITTED');
  });
});

describe('the last active administrator', () => {
  it('cannot be demoted, deactivated or deleted', async () => {
    const { id } = await newUser({ role: 'admin', id: 'ann' });
    await newUser({ email: 'off@example.org', role: 'admin', active: false });
    await api.ask('POST', '/users', { signer: globex, body: { email: 'a@b.c', name: 'G', role: 'admin' } });
    const refused = { status: 409, code: 'LAST_ADMIN' };
    expect((await change(id, { role: 'host' })).json()).toMatchObject(refused);
    expect((await change(id, { active: false })).json()).toMatchObject(refused);
    expect((await api.ask('DELETE', `/users/${id}`)).json()).toMatchObject(refused);
    expect((await bulk([{ id, active: false }])).json().results[0].problem).toMatchObject(refused);
    expect((await change(id, { name: 'Anna' })).statusCode).toBe(200);
    await newUser({ email: 'bob@example.org', role: 'admin' });
    expect((await change(id, { role: 'host' })).statusCode).toBe(200);
  });

  it('remains when two are deactivated at the same time', async () => {
    const two = await Promise.all(
      ['ann', 'bob'].map((id) => newUser({ id, email: `${id}@example.org`, role: 'admin' })),
    );
    const answers = await Promise.all(two.map(({ id }) => change(id, { active: false })));
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409]);
  });
});

describe('a list of users', () => {
  it('makes, changes and deactivates users, and a bad row does not stop other rows', async () => {
    const { user } = await api.user({ id: 'old', email: 'old@example.org' });
    const rows = [
      { email: 'new@example.org', name: 'New', role: 'host' },
      { email: 'none', name: 'X' },
      { id: 'old', email: 'renamed@example.org' },
      { email: 'unknown@example.org' },
      { email: 'y@example.org', name: 'Y', role: 'king' },
      { id: 'z', email: 'NEW@example.org', name: 'Z' },
      { email: 'renamed@example.org', active: false },
      { id: 'given', email: 'given@example.org', name: 'Given' },
      { name: 'Unknown' },
    ];
    const answer = await bulk(rows);
    expect(answer.json().results).toEqual([
      { status: 201, id: expect.stringMatching(/^usr_/) },
      {
        status: 400,
        problem: expect.objectContaining({
          code: 'REQUEST_INVALID',
          errors: [expect.objectContaining({ pointer: '/email' })],
        }),
      },
      { status: 200, id: 'old' },
      { status: 400, problem: expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/name' })] }) },
      { status: 400, problem: expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/role' })] }) },
      { status: 409, id: 'z', problem: expect.objectContaining({ code: 'ALREADY_EXISTS' }) },
      { status: 200, id: 'old' },
      { status: 201, id: 'given' },
      { status: 400, problem: expect.objectContaining({ code: 'REQUEST_INVALID' }) },
    ]);
    expect((await api.users.users.get('acme', user.id)).isActive).toBe(false);
    expect(api.revoked.at(-1)?.entries).toEqual([expect.objectContaining({ id: 'user:old' })]);

    const versions = async () =>
      await api.store.db.selectFrom('users').select(['id', 'version']).orderBy('id').execute();
    const before = await versions();
    const again = (await bulk([rows[0] ?? {}, rows[7] ?? {}, { id: 'old', active: false }])).json().results;
    expect(again.map((row: { status: number }) => row.status)).toEqual([200, 200, 200]);
    expect(await versions()).toEqual(before);
  });

  it('is refused as a whole when it is too long, empty or of another shape', async () => {
    const row = { email: 'a@example.org', name: 'A' };
    for (const users of [[], Array(501).fill(row), [{ ...row, active: 'yes' }], [{ ...row, nonsense: 1 }]])
      expect((await bulk(users as object[])).json().code).toBe('REQUEST_INVALID');
    expect((await api.ask('GET', '/users')).json().data).toEqual([]);
  });

  it('has at most five hundred rows', async () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({ email: `u${i}@example.org`, name: `User ${i}` }));
    const { results } = (await bulk(rows)).json();
    expect(results.filter((row: { status: number }) => row.status === 201)).toHaveLength(500);
  });
});

describe('a group', () => {
  const group = async (name = 'Sales') => (await api.ask('POST', '/groups', { body: { name } })).json();
  const members = (id: string, body: object) => api.ask('POST', `/groups/${id}/members`, { body });
  const listed = async (id: string) =>
    (await api.ask('GET', `/groups/${id}/members`)).json().data.map((user: { id: string }) => user.id);

  it('has a unique name', async () => {
    const { id } = await group();
    expect((await group()).code).toBe('ALREADY_EXISTS');
    expect((await group('\u202e')).code).toBe('REQUEST_INVALID');
    const { id: other } = await group('Support');
    const rename = (name: string) =>
      api.ask('PATCH', `/groups/${other}`, { body: { name }, headers: { 'if-match': '"1"' } });
    expect((await rename('Sales')).json().code).toBe('ALREADY_EXISTS');
    expect((await rename('Service')).json().name).toBe('Service');
    expect((await rename('Again')).json().code).toBe('VERSION_CONFLICT');
    expect((await api.ask('DELETE', `/groups/${id}`)).statusCode).toBe(204);
    expect((await api.ask('GET', '/groups')).json().data).toEqual([expect.objectContaining({ id: other })]);
  });

  it('takes users only of its tenant, and all of a request or none', async () => {
    const { id } = await group();
    for (const user of ['ann', 'bob']) await newUser({ id: user, email: `${user}@example.org` });
    await api.ask('POST', '/users', { signer: globex, body: { id: 'eve', email: 'e@f.g', name: 'Eve' } });
    const refused = await members(id, { add: ['ann', 'eve', 'unknown'] });
    expect(refused.json().errors.map((each: { pointer: string }) => each.pointer)).toEqual(['/add/1', '/add/2']);
    expect(await listed(id)).toEqual([]);
    expect((await members(id, { add: ['ann', 'bob'] })).json()).toEqual({ added: 2, removed: 0 });
    expect((await members(id, { add: ['ann'], remove: ['bob', 'unknown'] })).json()).toEqual({ added: 0, removed: 1 });
    expect(await listed(id)).toEqual(['ann']);
    expect((await members(id, { add: Array.from({ length: 501 }, (_, i) => `u${i}`) })).json().code).toBe(
      'REQUEST_INVALID',
    );
    await api.ask('DELETE', '/users/ann');
    expect(await listed(id)).toEqual([]);
  });
});
