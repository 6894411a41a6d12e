import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noBranding } from '../../../src/tenant/core/branding.ts';
import { type Ask, operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

const DAY_MS = 24 * 3_600_000;
const PASSWORD = 'correct horse';
const origin = 'https://meet.example.org';
const branding = noBranding;
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const post = (path: string, payload: object, headers: Record<string, string> = { origin }) =>
  api.app.inject({ method: 'POST', url: `/api/v1${path}`, payload, headers });
const setUp = (body: object, headers?: Record<string, string>) => post('/setup', body, headers);
const me = (cookie: string) => api.app.inject({ url: '/api/v1/me', headers: { cookie } });
const cookieOf = (answer: { headers: Record<string, unknown> }): string =>
  /^[^;]+/.exec(String(answer.headers['set-cookie']))?.[0] ?? '';
const codeOf = (url: string): string => {
  expect(url).toMatch(/^https:\/\/meet\.example\.org\/setup\/[\w-]{22}$/);
  return url.slice(-22);
};
async function linkFor(user: string): Promise<string> {
  const answer = await api.ask('POST', `/users/${user}/password-link`);
  expect(answer.statusCode).toBe(201);
  return codeOf(answer.json().url);
}

describe('a link to set a password', () => {
  it('sets it once, ends other sessions and signs in', async () => {
    const { headers } = await api.user({ id: 'ann', email: 'ann@example.org', password: 'before before' });
    const code = await linkFor('ann');
    expect((await post('/setup/look', { code })).json()).toEqual({
      branding,
      kind: 'password',
      tenantName: 'Acme',
      email: 'ann@example.org',
      name: 'User 1',
    });
    const done = await setUp({ code, password: PASSWORD });
    expect([done.statusCode, done.json().id]).toEqual([201, 'ann']);
    expect((await me(cookieOf(done))).statusCode).toBe(200);
    expect((await me(headers.cookie)).json().code).toBe('SESSION_ENDED');
    for (const again of [await setUp({ code, password: PASSWORD }), await post('/setup/look', { code })])
      expect(again.json()).toMatchObject({ status: 404, code: 'LINK_INVALID' });
    const signIn = (password: string) => post('/sessions', { email: 'ann@example.org', password });
    expect((await signIn('before before')).json().code).toBe('SIGN_IN_REFUSED');
    expect((await signIn(PASSWORD)).statusCode).toBe(201);
  });

  it('ends the browser’s earlier session, even of another user', async () => {
    const bob = await api.user({ id: 'bob' });
    const userOfGlobex = await api.user({ id: 'eve', tenant: 'globex' });
    await api.user({ id: 'ann', email: 'ann@example.org' });
    const code = await linkFor('ann');
    expect((await setUp({ code: 'wrong', password: PASSWORD }, bob.headers)).statusCode).toBe(404);
    expect((await me(bob.headers.cookie)).statusCode).toBe(200);
    const done = await setUp({ code, password: PASSWORD }, bob.headers);
    expect((await me(cookieOf(done))).json().id).toBe('ann');
    expect((await me(bob.headers.cookie)).json().code).toBe('SESSION_ENDED');
    expect((await me(userOfGlobex.headers.cookie)).statusCode).toBe(200);
  });

  it('gets the same refusal if it is unknown, replaced or expired, or its user is inactive', async () => {
    for (const id of ['ann', 'bob', 'eve']) await api.user({ id, email: `${id}@example.org` });
    const replaced = await linkFor('ann');
    const expired = await linkFor('ann');
    const out = await linkFor('bob');
    const deleted = await linkFor('eve');
    await api.ask('PATCH', '/users/bob', { body: { active: false }, headers: { 'if-match': '*' } });
    await api.ask('PATCH', '/users/bob', { body: { active: true }, headers: { 'if-match': '*' } });
    await api.ask('DELETE', '/users/eve');
    const refusalOf = async (code: string) => {
      const answer = await setUp({ code, password: PASSWORD });
      expect([code, answer.statusCode, answer.json().code]).toEqual([code, 404, 'LINK_INVALID']);
    };
    for (const code of ['a', 'a'.repeat(22), replaced, out, deleted]) await refusalOf(code);
    api.clock.advance(DAY_MS);
    await refusalOf(expired);
    expect((await api.users.users.get('acme', 'ann')).hasPassword).toBe(false);
  });

  it('stays valid after a password that is too short, or a request from another page', async () => {
    await api.user({ id: 'ann' });
    const code = await linkFor('ann');
    expect((await setUp({ code, password: 'too short' })).json().code).toBe('REQUEST_INVALID');
    expect((await setUp({ code, password: PASSWORD }, { origin: 'https://evil.example' })).json().code).toBe(
      'ORIGIN_REFUSED',
    );
    expect((await setUp({ code, password: PASSWORD }, {})).json().code).toBe('ORIGIN_REFUSED');
    expect((await setUp({ code, password: PASSWORD })).statusCode).toBe(201);
  });

  it('is used by one of several simultaneous requests', async () => {
    await api.user({ id: 'ann' });
    const code = await linkFor('ann');
    const answers = await Promise.all([1, 2, 3].map((each) => setUp({ code, password: `${PASSWORD} ${each}` })));
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 404, 404]);
  });

  it('is made only for active users of the tenant', async () => {
    await api.user({ id: 'off', isActive: false });
    await api.user({ id: 'ann' });
    expect((await api.ask('POST', '/users/off/password-link')).json().code).toBe('CONFLICT');
    const foreign = await api.ask('POST', '/users/ann/password-link', { signer: tenants[1] });
    expect(foreign.json().code).toBe('NOT_FOUND');
  });
});

describe('the first administrator', () => {
  const ask = (o: Ask = {}, tenant = 'acme') =>
    api.ask('POST', `/tenants/${tenant}/admin-link`, { signer: operatorKey, scope: 'operator', ...o });
  const offered = async (): Promise<string> => codeOf((await ask()).json().url);
  const ann = { email: 'Ann@example.org', name: 'Ann', password: PASSWORD };

  it('starts with a link that only operators make, and only while the tenant has no users', async () => {
    expect((await ask({ signer: tenants[0] ?? operatorKey, scope: 'users:admin' })).json().code).toBe('NOT_PERMITTED');
    expect((await ask({}, 'hooli')).json().code).toBe('NOT_FOUND');
    const old = await offered();
    const code = await offered();
    expect((await post('/setup/look', { code })).json()).toEqual({ kind: 'firstAdmin', tenantName: 'Acme', branding });
    const missing = await setUp({ code, password: PASSWORD });
    expect(missing.json().errors.map((each: { pointer: string }) => each.pointer)).toEqual(['/email', '/name']);
    expect((await setUp({ ...ann, code, email: 'none' })).json().errors[0].pointer).toBe('/email');
    const done = await setUp({ ...ann, code });
    expect(done.json()).toMatchObject({ tenant: 'acme', email: 'ann@example.org', role: 'admin' });
    expect((await me(cookieOf(done))).json().scopes).toContain('users:admin');
    for (const late of [old, code])
      expect((await setUp({ ...ann, code: late, email: 'eve@example.org' })).json().code).toBe('LINK_INVALID');
    expect((await ask()).json()).toMatchObject({ status: 409, code: 'TENANT_HAS_USERS' });
  });

  it('sees the e-mail of the invitation on the page of the link', async () => {
    const code = codeOf((await ask({ body: { email: ann.email } })).json().url);
    expect((await post('/setup/look', { code })).json()).toMatchObject({
      kind: 'firstAdmin',
      email: 'ann@example.org',
    });
    expect((await ask({ body: { email: 'none' } })).json().errors[0].pointer).toBe('/email');
    expect((await post('/setup/look', { code })).statusCode).toBe(200);
  });

  it('can use the newest link only, and only one of simultaneous requests succeeds', async () => {
    const old = await offered();
    const code = await offered();
    expect((await setUp({ ...ann, code: old })).json().code).toBe('LINK_INVALID');
    const answers = await Promise.all([1, 2].map((at) => setUp({ ...ann, code, email: `a${at}@example.org` })));
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 404]);
    expect((await api.ask('GET', '/users')).json().data).toHaveLength(1);
  });

  it('cannot use the link after a user was made in another way', async () => {
    const code = await offered();
    await api.user();
    expect((await post('/setup/look', { code })).json().code).toBe('LINK_INVALID');
    expect((await setUp({ ...ann, code })).json().code).toBe('LINK_INVALID');
  });

  it('has a day to use the link', async () => {
    const code = await offered();
    api.clock.advance(DAY_MS);
    expect((await setUp({ ...ann, code })).json().code).toBe('LINK_INVALID');
  });
});

describe('my sessions', () => {
  it('are listed and ended only by their user', async () => {
    const { user, headers } = await api.user({ email: 'ann@example.org', password: PASSWORD });
    const other = await api.user();
    api.clock.advance(1000);
    const signedIn = await post(
      '/sessions',
      { email: 'ann@example.org', password: PASSWORD },
      { origin, 'user-agent': 'Firefox' },
    );
    const list = async () => (await api.ask('GET', '/me/sessions', { as: { headers } })).json().data;
    const [second, first] = await list();
    expect([second.browser, second.current, first.browser, first.current]).toEqual(['Firefox', false, 'test', true]);
    const end = (id: string, as: { headers: Record<string, string> }) =>
      api.ask('DELETE', `/me/sessions/${id}`, { as });
    expect((await end(second.id, other)).json().code).toBe('NOT_FOUND');
    expect((await end(second.id, { headers })).statusCode).toBe(204);
    expect((await end(second.id, { headers })).json().code).toBe('NOT_FOUND');
    expect((await me(cookieOf(signedIn))).json().code).toBe('SESSION_ENDED');
    expect(await list()).toHaveLength(1);
    expect(user.tenant).toBe('acme');
  });

  it('are limited to fifty: the least recently used one ends', async () => {
    const { user, headers } = await api.user();
    const { sessions } = api.users;
    for (let i = 0; i < 50; i++) {
      api.clock.advance(1);
      await sessions.create(api.store.db, user, { browser: '', address: '' });
    }
    expect((await me(headers.cookie)).json().code).toBe('SESSION_ENDED');
    expect(await sessions.list('acme', user.id)).toHaveLength(50);
  });

  it('end when the password is changed, except the session that changes it', async () => {
    const { headers } = await api.user({ email: 'ann@example.org', password: PASSWORD });
    const other = await post('/sessions', { email: 'ann@example.org', password: PASSWORD });
    const change = (body: object, as = { headers }) => api.ask('PUT', '/me/password', { as, body });
    const next = { current: PASSWORD, password: 'battery staple' };
    expect((await change({ ...next, current: 'wrong' })).json()).toMatchObject({ status: 403, code: 'PASSWORD_WRONG' });
    expect((await change({ ...next, password: 'too short' })).json().code).toBe('REQUEST_INVALID');
    expect((await me(cookieOf(other))).statusCode).toBe(200);
    expect((await change(next)).statusCode).toBe(204);
    expect((await me(headers.cookie)).statusCode).toBe(200);
    expect((await me(cookieOf(other))).json().code).toBe('SESSION_ENDED');
    const without = await api.user();
    expect((await change(next, without)).json().code).toBe('PASSWORD_WRONG');
    for (let i = 0; i < 9; i++) await change({ ...next, current: 'wrong' });
    expect((await change({ ...next, current: 'battery staple' })).json().code).toBe('RATE_LIMITED');
  });
});
