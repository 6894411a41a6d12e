import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tableFacts } from '../../../src/store/table-facts.ts';
import { transact } from '../../../src/store/transaction.ts';
import { fill } from '../../support/filled-tenant.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const remove = (id: string, headers: Record<string, string> = { 'if-match': '"1"' }, signer = operatorKey) =>
  api.ask('DELETE', `/tenants/${id}`, { signer, headers });
const counts = async () => {
  const entries = Object.keys(tableFacts).map(async (table) => {
    const { rows } = await sql`select * from ${sql.table(table)}`.execute(api.store.db);
    return [table, rows.length] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
};

describe('erasing a tenant', () => {
  it('revokes its keys at once, and then deletes all its rows', async () => {
    await api.ask('POST', '/rooms', { body: { name: 'theirs' }, signer: tenants[1] });
    const before = await counts();
    await fill(api);
    expect((await remove('acme')).statusCode).toBe(204);
    expect((await api.ask('GET', '/rooms')).json().code).toMatch(/^TOKEN_/);
    expect(api.revoked.flatMap(({ entries }) => entries.map(({ id }) => id))).toContain('acmekey');
    await api.telling.jobs.settled();
    const { revocations, ...after } = await counts();
    expect(revocations).toBeGreaterThan(0);
    // Acme is gone, and the new tenant hooli has a row and an audit log.
    const ofCloud = Object.keys(tableFacts).filter((table) =>
      /^(alarm|dial_|cost_|inspection|join_portions|link_|node_|policy_|region_|sla_(exclusions|region_))/.test(table),
    );
    expect(after).toEqual({
      ...before,
      ...Object.fromEntries(ofCloud.map((table) => [table, 1])),
      api_keys: 1,
      audit_heads: 3,
      audit_entries: 3,
      revocations: undefined,
    });
    const left = await api.store.db
      .selectFrom('audit_entries')
      .select(['tenant', 'operation'])
      .orderBy('tenant')
      .execute();
    expect(left).toEqual([
      { tenant: '', operation: 'deleteTenant' },
      { tenant: 'globex', operation: 'createRoom' },
      { tenant: 'hooli', operation: 'createTenant' },
    ]);
    expect((await remove('acme')).statusCode).toBe(404);
    expect((await api.ask('GET', '/rooms', { signer: tenants[1] })).json().data).toHaveLength(1);
  });

  it.each([
    ['has', true],
    ['never had', false],
  ])('leaves no signing key for guests, if it %s any', async (_had, hasGuests) => {
    if (hasGuests) await api.keys.signing('acme');
    const operatorPrincipal = { kind: 'operator', id: 'operator', tenant: '', scopes: new Set<never>() } as const;
    await transact(api.store.db, async (db) => {
      await api.keeping.tenantErasure.begin(db, 'acme', { by: operatorPrincipal, address: '', requestId: '' });
      await api.keys.ensureSigning(db, 'acme');
      const left = await db
        .selectFrom('api_keys')
        .select('id')
        .where('tenant', '=', 'acme')
        .where('revoked_ms', 'is', null)
        .execute();
      expect(left).toEqual([]);
    });
  });

  it('is allowed to the operator alone, and only with the tenant’s version', async () => {
    const scope = 'operator tenant:admin';
    const headers = { 'if-match': '"1"' };
    expect((await api.ask('DELETE', '/tenants/acme', { scope, headers })).statusCode).toBe(403);
    expect((await remove('acme', {})).json().code).toBe('PRECONDITION_REQUIRED');
    expect((await remove('acme', { 'if-match': '"7"' })).json().code).toBe('VERSION_CONFLICT');
    expect((await remove('unknown')).statusCode).toBe(404);
    expect((await api.ask('GET', '/rooms')).statusCode).toBe(200);
  });

  it('deletes rows that are added meanwhile, when it is ordered again', async () => {
    expect((await remove('acme')).statusCode).toBe(204);
    const row = { id: 'late', tenant: 'acme', name: 'n', scopes: '', regions: '', created_ms: 0, revoked_ms: null };
    await api.store.db
      .insertInto('api_keys')
      .values({ ...row, sealed_secret: '' })
      .execute()
      .catch(() => undefined);
    await remove('acme');
    await api.telling.jobs.settled();
    const { api_keys, jobs } = await counts();
    expect([api_keys, jobs]).toEqual([1, 0]);
  });
});
