import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const make = (body: object, o: object = {}) => api.ask('POST', '/keys', { body, ...o });
const idsOf = async (o: object = {}) =>
  (await api.ask('GET', '/keys', o)).json().data.map((key: { id: string }) => key.id);

describe('API keys', () => {
  it('are shown with their secret once, and then allow what their scopes name', async () => {
    const made = await make({ name: 'oa', scopes: ['meetings:read', 'rooms:list'], regions: ['eu', 'as', 'eu'] });
    expect(made.statusCode).toBe(201);
    const { id, secret, ...rest } = made.json();
    expect(id).toMatch(/^API[0-9A-Za-z]{12}$/);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(rest).toMatchObject({ name: 'oa', scopes: ['meetings:read', 'rooms:list'], regions: ['as', 'eu'] });
    const listed = await api.ask('GET', '/keys');
    expect(listed.json().data).toContainEqual({ id, ...rest });
    expect(listed.body).not.toContain(secret);
    const caller = await api.ask('GET', '/caller', { signer: { key: id, secret }, scope: 'rooms:list keys:admin' });
    expect(caller.json()).toMatchObject({ id, tenant: 'acme', scopes: ['rooms:list'] });
    const row = await api.store.db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  it('can do no more than their maker', async () => {
    const scope = 'keys:admin rooms:list';
    expect((await make({ name: 'a', scopes: ['rooms:create'] }, { scope })).json()).toMatchObject({
      code: 'NOT_PERMITTED',
      detail: 'this needs the scope rooms:create',
    });
    expect((await make({ name: 'a', scopes: ['operator'] })).json().code).toBe('REQUEST_INVALID');
    const fencedKey = (await make({ name: 'eu', scopes: ['keys:admin'], regions: ['eu'] })).json();
    const signer = { key: fencedKey.id, secret: fencedKey.secret };
    for (const regions of [undefined, ['as'], ['as', 'eu']])
      expect((await make({ name: 'b', scopes: [], ...(regions && { regions }) }, { signer })).json().code).toBe(
        'NOT_PERMITTED',
      );
    expect((await make({ name: 'b', scopes: ['keys:admin'], regions: ['eu'] }, { signer })).statusCode).toBe(201);
  });

  it('are limited to two under a name, and fifty of a tenant', async () => {
    const first = (await make({ name: 'oa', scopes: [] })).json();
    await make({ name: 'oa', scopes: [] });
    expect((await make({ name: 'oa', scopes: [] })).json()).toMatchObject({ status: 409, code: 'CONFLICT' });
    expect((await api.ask('DELETE', `/keys/${first.id}`)).statusCode).toBe(204);
    expect((await make({ name: 'oa', scopes: [] })).statusCode).toBe(201);
    const statuses = [];
    for (let at = 0; at < 48; at += 1) statuses.push((await make({ name: `k${at}`, scopes: [] })).statusCode);
    expect([statuses.indexOf(409), statuses.length]).toEqual([47, 48]);
  });

  it('are refused once revoked, and nodes are notified of the revocation once', async () => {
    const { id, secret } = (await make({ name: 'oa', scopes: ['rooms:list'] })).json();
    for (let times = 0; times < 2; times += 1) expect((await api.ask('DELETE', `/keys/${id}`)).statusCode).toBe(204);
    const refused = await api.ask('GET', '/caller', { signer: { key: id, secret } });
    expect(refused.json()).toMatchObject({ status: 401, code: 'TOKEN_INVALID' });
    expect(api.revoked).toEqual([
      { version: 1, since: 0, entries: [expect.objectContaining({ tenant: 'acme', id, beforeMs: 0 })] },
    ]);
    const { data } = (await api.ask('GET', '/keys')).json();
    expect(data.find((key: { id: string }) => key.id === id)).toHaveProperty('revokedAt');
  });

  it('of the configuration stay revoked, and are reported at the start', async () => {
    expect(await api.keys.seed(tenants, [])).toEqual([]);
    await api.ask('DELETE', '/keys/acmekey');
    expect(await api.keys.seed(tenants, [])).toEqual(['acmekey']);
    expect(await api.keys.find('acmekey')).toBeUndefined();
    const anotherSigner = { ...tenants[0], key: 'another' };
    expect(await api.keys.seed([anotherSigner], ['rooms:list'])).toEqual([]);
    expect(await api.keys.find('another')).toMatchObject({ tenant: 'acme', scopes: ['rooms:list'] });
  });

  it('of another tenant are not found', async () => {
    const { id } = (await make({ name: 'oa', scopes: [] })).json();
    const signer = tenants[1];
    expect((await api.ask('DELETE', `/keys/${id}`, { signer })).json().code).toBe('NOT_FOUND');
    expect(await idsOf({ signer })).toEqual(['globexkey']);
    expect(await idsOf()).toContain(id);
  });

  it('are made, listed and revoked by the operator for a tenant it names', async () => {
    const signer = operatorKey;
    const keys = '/tenants/globex/keys';
    const { id } = (await api.ask('POST', keys, { body: { name: 'first', scopes: ['keys:admin'] }, signer })).json();
    expect((await api.ask('GET', keys, { signer })).json().data).toHaveLength(2);
    expect((await api.ask('DELETE', `/tenants/acme/keys/${id}`, { signer })).statusCode).toBe(404);
    expect((await api.ask('DELETE', `${keys}/${id}`, { signer })).statusCode).toBe(204);
    const unknownTenantKey = { body: { name: 'first', scopes: [] }, signer };
    expect((await api.ask('POST', '/tenants/unknown/keys', unknownTenantKey)).statusCode).toBe(404);
    expect((await api.ask('GET', '/tenants/unknown/keys', { signer })).statusCode).toBe(404);
    expect((await api.ask('GET', '/keys', { signer, scope: 'keys:admin' })).json().code).toBe('NOT_PERMITTED');
  });

  it('are made once under an Idempotency-Key, even if the first answer was lost', async () => {
    const o = { headers: { 'idempotency-key': 'k1' } };
    const first = (await make({ name: 'oa', scopes: [] }, o)).json();
    expect((await make({ name: 'oa', scopes: [] }, o)).json()).toEqual(first);
    expect(await idsOf()).toEqual(expect.arrayContaining([first.id]));
    expect(await idsOf()).toHaveLength(2);
  });
});
