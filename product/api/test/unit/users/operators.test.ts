import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi({ operatorTenant: 'acme' });
});
afterEach(() => api.close());

const [acme, globex] = tenants;
const anyVersion = { 'if-match': '*' };
type Answer = Awaited<ReturnType<TestApi['ask']>>;
type Asking = NonNullable<Parameters<TestApi['ask']>[2]>;
const outcome = (answer: Answer) => [answer.statusCode, answer.json().code];
const make = (o: Asking, role = 'operator') =>
  api.ask('POST', '/users', { ...o, body: { email: 'new@example.org', name: 'New', role } });
const change = (id: string, body: object, o: Asking) =>
  api.ask('PATCH', `/users/${id}`, { ...o, body, headers: anyVersion });
const callerOf = async (as: Asking['as']) => (await api.ask('GET', '/caller', { ...(as && { as }) })).json();

describe('an operator is not made', () => {
  it('in another tenant, in any way', async () => {
    const admin = await api.user({ id: 'eve', tenant: 'globex', role: 'admin', email: 'eve@example.org' });
    const refused = [409, 'ROLE_REFUSED'];
    for (const o of [{ as: admin }, { signer: globex }]) {
      expect(outcome(await make(o))).toEqual(refused);
      expect(outcome(await change('eve', { role: 'operator' }, o))).toEqual(refused);
      const rows = [
        { email: 'a@example.org', name: 'A', role: 'operator' },
        { id: 'eve', role: 'operator' },
      ];
      const { results } = (await api.ask('POST', '/users/bulk', { ...o, body: { users: rows } })).json();
      expect(results.map((one: { problem: { code: string } }) => one.problem.code)).toEqual(
        Array(2).fill('ROLE_REFUSED'),
      );
    }
    expect((await callerOf(admin)).scopes).not.toContain('operator');
  });

  it('by an administrator or a key of the operators’ tenant, while there is an operator', async () => {
    await api.user({ id: 'root', role: 'operator', email: 'root@example.org' });
    const admin = await api.user({ id: 'adam', role: 'admin', email: 'adam@example.org' });
    const refused = [403, 'NOT_PERMITTED'];
    for (const o of [{ as: admin }, { signer: acme }]) {
      expect(outcome(await make(o))).toEqual(refused);
      for (const body of [{ role: 'operator' }, { role: 'operator', name: 'A' }])
        expect(outcome(await change('adam', body, o))).toEqual(refused);
      // An administrator or key can neither take over nor remove the operator's account.
      for (const body of [{ email: 'adam2@example.org' }, { active: false }, { role: 'member' }, { name: 'R' }])
        expect(outcome(await change('root', body, o))).toEqual(refused);
      expect(outcome(await api.ask('DELETE', '/users/root', o))).toEqual(refused);
      expect(outcome(await api.ask('POST', '/users/root/password-link', o))).toEqual(refused);
      expect(outcome(await api.ask('POST', '/tenant/erasures', { ...o, body: { identity: 'root' } }))).toEqual(refused);
      const rows = [
        { id: 'root', email: 'x@example.org' },
        { id: 'adam', role: 'operator' },
      ];
      const { results } = (await api.ask('POST', '/users/bulk', { ...o, body: { users: rows } })).json();
      expect(results.map((one: { status: number }) => one.status)).toEqual([403, 403]);
    }
    const keptUsers = await api.store.db.selectFrom('users').select(['id', 'role', 'active', 'email']).execute();
    expect(keptUsers).toContainEqual({ id: 'root', role: 'operator', active: 1, email: 'root@example.org' });
    expect(keptUsers.filter(({ role }) => role === 'operator')).toHaveLength(1);
  });

  it('by a key if there are users, or by a host, while there is no operator', async () => {
    const host = await api.user({ id: 'hal', role: 'host' });
    expect(outcome(await make({ signer: acme }))).toEqual([403, 'NOT_PERMITTED']);
    expect(outcome(await make({ as: host }))).toEqual([403, 'NOT_PERMITTED']);
    expect(outcome(await change('hal', { role: 'operator' }, { signer: acme }))).toEqual([403, 'NOT_PERMITTED']);
  });

  it('in any tenant, if the configuration names none', async () => {
    await api.close();
    api = await testApi();
    expect(outcome(await make({ signer: acme }))).toEqual([409, 'ROLE_REFUSED']);
  });
});

describe('the scope operator is refused', () => {
  it.each([
    ['a key of the operators’ tenant that claims it', acme],
    ['a key of another tenant that claims it', globex],
  ])('to %s', async (_, signer) => {
    const caller = (await api.ask('GET', '/caller', { signer, scope: 'operator rooms:list' })).json();
    expect(caller).toMatchObject({ kind: 'key', scopes: ['rooms:list'] });
    expect(outcome(await api.ask('GET', '/tenants', { signer, scope: 'operator' }))).toEqual([403, 'NOT_PERMITTED']);
  });

  it('to any key, whoever makes it', async () => {
    const root = await api.user({ role: 'operator' });
    const body = { name: 'k', scopes: ['operator'] };
    expect(outcome(await api.ask('POST', '/keys', { as: root, body }))).toEqual([400, 'REQUEST_INVALID']);
    for (const o of [{ as: root }, { signer: operatorKey, scope: 'operator' }])
      expect(outcome(await api.ask('POST', '/tenants/acme/keys', { ...o, body }))).toEqual([400, 'REQUEST_INVALID']);
  });

  it('to a user that has lost the role, at once', async () => {
    const root = await api.user({ id: 'root', role: 'operator' });
    const other = await api.user({ id: 'ada', role: 'operator' });
    expect((await api.ask('GET', '/tenants', { as: other })).statusCode).toBe(200);
    expect((await change('ada', { role: 'admin' }, { as: root })).json().role).toBe('admin');
    expect(outcome(await api.ask('GET', '/tenants', { as: other }))).toEqual([403, 'NOT_PERMITTED']);
    expect((await callerOf(other)).scopes).not.toContain('operator');
  });

  it('to an operator of a tenant that is no longer configured, who is an administrator there', async () => {
    const old = await api.user({ id: 'old', tenant: 'globex', role: 'admin' });
    await api.store.db.updateTable('users').set({ role: 'operator' }).where('id', '=', 'old').execute();
    expect(outcome(await api.ask('GET', '/tenants', { as: old }))).toEqual([403, 'NOT_PERMITTED']);
    expect((await api.ask('GET', '/users', { as: old })).statusCode).toBe(200);
    const me = (await api.ask('GET', '/me', { as: old })).json();
    expect([me.scopes.includes('operator'), me.ofOperators]).toEqual([false, undefined]);
  });

  it('to a request from another page', async () => {
    const { headers } = await api.user({ role: 'operator' });
    const as = { headers: { ...headers, origin: 'https://evil.example' } };
    expect(outcome(await api.ask('POST', '/tenants', { as, body: { name: 'x' } }))).toEqual([403, 'ORIGIN_REFUSED']);
  });
});

describe('an operator', () => {
  it('is the first user of the tenant, by the link of its set-up', async () => {
    const roles = [];
    for (const tenant of ['acme', 'globex']) {
      const as = { signer: operatorKey, scope: 'operator' };
      const { url } = (await api.ask('POST', `/tenants/${tenant}/admin-link`, as)).json();
      const code = String(url).split('/').at(-1);
      const payload = { code, password: 'correct horse', email: 'one@example.org', name: 'One' };
      const headers = { origin: 'https://meet.example.org' };
      const { role, scopes, ofOperators } = (
        await api.app.inject({ method: 'POST', url: '/api/v1/setup', payload, headers })
      ).json();
      roles.push([role, scopes.includes('operator'), scopes.includes('users:admin'), ofOperators]);
    }
    expect(roles).toEqual([
      ['operator', true, true, true],
      ['admin', false, true, undefined],
    ]);
  });

  it('can be made by an administrator while there is none, but not by a key', async () => {
    expect(outcome(await make({ signer: acme }))).toEqual([403, 'NOT_PERMITTED']);
    const admin = await api.user({ id: 'adam', role: 'admin' });
    expect((await change('adam', { role: 'operator' }, { as: admin })).json().role).toBe('operator');
    expect((await callerOf(admin)).scopes).toContain('operator');
  });

  it('makes, changes and deletes others, and has the rights of administrators', async () => {
    const root = await api.user({ id: 'root', role: 'operator' });
    const made = (await make({ as: root })).json();
    expect((await change(made.id, { name: 'Newer' }, { as: root })).json().name).toBe('Newer');
    expect((await api.ask('POST', `/users/${made.id}/password-link`, { as: root })).statusCode).toBe(201);
    expect((await api.ask('DELETE', `/users/${made.id}`, { as: root })).statusCode).toBe(204);
    expect((await api.ask('GET', '/meetings?limit=1', { as: root })).statusCode).toBe(200);
    expect(outcome(await change('root', { role: 'member' }, { as: root }))).toEqual([409, 'LAST_ADMIN']);
    const me = (await api.ask('GET', '/me', { as: root })).json();
    expect([me.role, me.ofOperators, me.scopes.includes('operator')]).toEqual(['operator', true, true]);
  });

  it('is recorded in the audit logs of the operators’ tenant and of the tenant concerned', async () => {
    const root = await api.user({ id: 'root', role: 'operator' });
    await make({ as: root });
    const limits = { body: { name: 'Globex 2' }, headers: anyVersion };
    expect((await api.ask('PATCH', '/tenants/globex', { as: root, ...limits })).statusCode).toBe(200);
    const entries = async (signer: typeof acme | typeof globex) =>
      (await api.ask('GET', '/audit', { signer }))
        .json()
        .data.map((one: { operation: string; by: object }) => [one.operation, one.by]);
    expect(await entries(acme)).toEqual([['createUser', { kind: 'user', id: 'root' }]]);
    expect(await entries(globex)).toEqual([['updateTenant', { kind: 'operator', id: 'root' }]]);
  });
});
