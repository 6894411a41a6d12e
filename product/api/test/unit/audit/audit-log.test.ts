import { createHash } from 'node:crypto';
import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredEntry } from '../../../src/audit/audit-log.ts';
import { AuditLog } from '../../../src/audit/audit-log.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

/** Options for polling, since entries are written after the answer. */
const pollOptions = { timeout: 60_000 };
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const log = createLogger({ name: 'api', level: 'fatal' });
const entries = async (query = '', signer: { key: string; secret: string } = tenants[0]): Promise<StoredEntry[]> =>
  (await api.ask('GET', `/audit?limit=200${query}`, { signer })).json().data;
const verification = async (query = '') => (await api.ask('GET', `/audit/verification${query}`)).json();
const makeKey = (name: string) => api.ask('POST', '/keys', { body: { name, scopes: [] } });

describe('the audit log', () => {
  it('records changes, with ids and without names', async () => {
    const made = await makeKey('Ann Smith');
    const { id } = made.json();
    await api.ask('POST', '/rooms', { body: { name: 'demo', metadata: 'secret' } });
    await api.ask('DELETE', `/keys/${id}`, { headers: { 'x-request-id': 'r1' } });
    const found = await entries();
    const by = { kind: 'key', id: 'acmekey' };
    const at = new Date(api.clock.wallMs()).toISOString();
    const base = { at, by, address: '127.0.0.1', missed: 0, hash: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(found).toEqual([
      { ...base, seq: 3, operation: 'revokeKey', targets: { key: id }, status: 204, requestId: 'r1' },
      { ...base, seq: 2, operation: 'createRoom', targets: { id: 'demo' }, status: 201, requestId: expect.any(String) },
      { ...base, seq: 1, operation: 'createKey', targets: { id }, status: 201, requestId: expect.any(String) },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/Ann|secret/);
  });

  it('records no reads, messages or failures', async () => {
    api.owners.open('acme/demo');
    await api.ask('GET', '/keys');
    expect((await api.ask('POST', '/rooms/demo/data', { body: { text: 'hello' } })).statusCode).toBe(200);
    expect((await api.ask('DELETE', '/keys/unknown')).statusCode).toBe(404);
    expect((await api.ask('POST', '/keys', { body: {} })).statusCode).toBe(400);
    expect(await entries()).toEqual([]);
  });

  it('records the sign-ins and sign-outs of users', async () => {
    const { user, headers } = await api.user({ id: 'ann', email: 'ann@example.org', password: 'open sesame' });
    const payload = { email: user.email, password: 'open sesame' };
    const { origin } = headers;
    const signIn = (body: object) =>
      api.app.inject({ method: 'POST', url: '/api/v1/sessions', headers: { origin }, payload: body });
    expect((await signIn({ ...payload, password: 'close sesame' })).statusCode).toBe(403);
    await expect
      .poll(() => entries(), pollOptions)
      .toMatchObject([{ operation: 'signIn', by: { kind: 'user', id: 'ann' }, status: 403 }]);
    expect((await signIn(payload)).statusCode).toBe(201);
    expect((await api.ask('DELETE', '/sessions/current', { as: { headers } })).statusCode).toBe(204);
    expect(await entries()).toMatchObject([
      { operation: 'signOut', by: { kind: 'user', id: 'ann' }, status: 204 },
      { operation: 'signIn', by: { kind: 'user', id: 'ann' }, status: 201 },
      { operation: 'signIn', status: 403 },
    ]);
  });

  it('has one entry for repetitions under an idempotency key', async () => {
    const ask = () =>
      api.ask('POST', '/keys', { body: { name: 'a', scopes: [] }, headers: { 'idempotency-key': 'k' } });
    await ask();
    expect((await ask()).headers['idempotency-replayed']).toBe('true');
    expect(await entries()).toHaveLength(1);
  });

  it('has the operator’s acts in the log of the tenant concerned', async () => {
    await api.ask('POST', '/tenants', { signer: operatorKey, body: { id: 'hooli', name: 'Hooli' } });
    const made = await api.ask('POST', '/tenants/hooli/keys', {
      signer: operatorKey,
      body: { name: 'a', scopes: ['audit:read'] },
    });
    const { id, secret } = made.json();
    expect(await entries('', { key: id, secret })).toMatchObject([
      {
        seq: 2,
        by: { kind: 'operator', id: 'operator' },
        operation: 'createTenantKey',
        targets: { tenant: 'hooli', id },
      },
      { seq: 1, operation: 'createTenant', targets: { id: 'hooli' } },
    ]);
    expect(await entries()).toEqual([]);
  });

  it('records refusals of known callers, and only counts those beyond a limit', async () => {
    const nowS = Math.floor(api.clock.wallMs() / 1000);
    const send = async (claims: object, signer: { key: string; secret: string } = tenants[0]) => {
      const headers = { authorization: `Bearer ${await api.token(claims, signer)}` };
      return (await api.app.inject({ method: 'DELETE', url: '/api/v1/keys/k1', headers })).statusCode;
    };
    expect(await send({ iat: nowS - 400, exp: nowS - 100, scope: 'keys:admin' })).toBe(401);
    // A forged signature must not write into acme's log.
    expect(await send({ scope: 'keys:admin' }, { key: 'acmekey', secret: 'x'.repeat(32) })).toBe(401);
    for (let at = 0; at < 30; at += 1) expect(await send({ scope: 'rooms:list' })).toBe(403);
    const refused = await entries();
    expect(refused.map(({ status }) => status)).toEqual([...Array(19).fill(403), 401]);
    expect(refused[0]).toMatchObject({ operation: 'revokeKey', targets: { key: 'k1' }, missed: 0 });
    api.clock.advance(5000);
    expect(await send({ scope: 'rooms:list' })).toBe(403);
    expect((await entries())[0]).toMatchObject({ seq: 21, missed: 11 });
  });

  it('undoes a change of the database whose entry cannot be written', async () => {
    await api.store.db.schema.dropTable('audit_entries').execute();
    expect((await makeKey('a')).statusCode).toBe(500);
    expect((await api.ask('GET', '/keys')).json().data).toHaveLength(1);
    // An act without a transaction cannot be undone, so it is answered normally.
    expect((await api.ask('POST', '/rooms', { body: { name: 'demo' } })).statusCode).toBe(201);
  });

  it('is one chain, even when many requests write at once', async () => {
    const audit = new AuditLog({ db: api.store.db, clock: api.clock, log });
    const entry = {
      tenant: 'acme',
      by: { kind: 'key', id: 'a' },
      address: '',
      targets: {},
      status: 200,
      requestId: '',
    };
    await Promise.all(
      Array.from({ length: 40 }, (_, at) => audit.write(api.store.db, { ...entry, operation: `o${at}` })),
    );
    const found = (await entries()).toReversed();
    expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    let previous = '';
    for (const { hash, ...each } of found) {
      const sorted = (value: unknown): unknown =>
        typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.keys(value)
                .sort()
                .map((key) => [key, sorted((value as Record<string, unknown>)[key])]),
            )
          : value;
      expect(hash).toBe(
        createHash('sha256')
          .update(previous + JSON.stringify(sorted(each)))
          .digest('hex'),
      );
      previous = hash;
    }
    expect(await verification()).toEqual({ whole: true, firstSeq: 1, lastSeq: 40, lastHash: previous });
    expect(await verification('?fromSeq=40')).toEqual({ whole: true, firstSeq: 40, lastSeq: 40, lastHash: previous });
  });
});

describe('a chain', () => {
  const write = async (count: number) => {
    for (let at = 0; at < count; at += 1) await api.ask('POST', '/rooms', { body: { name: `room${at}` } });
  };
  const change = (seq: number, values: object) =>
    api.store.db.updateTable('audit_entries').set(values).where('tenant', '=', 'acme').where('seq', '=', seq).execute();
  const remove = (seq: number) =>
    api.store.db.deleteFrom('audit_entries').where('tenant', '=', 'acme').where('seq', '=', seq).execute();

  it.each([
    ['changed', 3, () => change(3, { by_id: 'eve' })],
    ['changed with a new hash', 3, () => change(3, { by_id: 'eve', hash: 'f'.repeat(64) })],
    ['removed', 3, () => remove(3)],
    ['removed at the beginning', 1, () => remove(1)],
    ['removed at the end', 5, () => remove(5)],
    ['dated back', 2, () => change(2, { at_ms: 0 })],
  ])('detects an entry that was %s', async (_, brokenSeq, tamper) => {
    await write(5);
    expect(await verification()).toMatchObject({ whole: true, lastSeq: 5 });
    await tamper();
    expect(await verification()).toMatchObject({ whole: false, brokenSeq, lastSeq: brokenSeq - 1 });
  });

  it('stays whole after its oldest entries are cut off', async () => {
    const audit = new AuditLog({ db: api.store.db, clock: api.clock, log });
    await write(3);
    api.clock.advance(1000);
    const untilMs = api.clock.wallMs();
    await write(2);
    expect(await audit.cut('acme', untilMs, 2)).toBe(2);
    expect(await verification()).toMatchObject({ whole: true, firstSeq: 3, lastSeq: 5 });
    expect(await audit.cut('acme', untilMs, 100)).toBe(1);
    expect(await audit.cut('acme', untilMs, 100)).toBe(0);
    expect((await entries()).map(({ seq }) => seq)).toEqual([5, 4]);
    expect(await verification()).toMatchObject({ whole: true, firstSeq: 4, lastSeq: 5 });
    await remove(4);
    expect(await verification()).toMatchObject({ whole: false, brokenSeq: 4 });
    await api.store.db.deleteFrom('audit_entries').execute();
    expect(await verification()).toMatchObject({ whole: false, brokenSeq: 4 });
  });
});

describe('reading the log', () => {
  it('filters by time, operation and caller, in pages', async () => {
    await makeKey('a');
    api.clock.advance(60_000);
    const at = new Date(api.clock.wallMs()).toISOString();
    const { id, secret } = (await api.ask('POST', '/keys', { body: { name: 'b', scopes: ['rooms:create'] } })).json();
    const signer = { key: id, secret };
    expect(
      (await api.ask('POST', '/rooms', { body: { name: 'demo' }, signer, scope: 'rooms:create' })).statusCode,
    ).toBe(201);
    const seqs = async (query: string) => (await entries(query)).map(({ seq }) => seq);
    expect(await seqs(`&from=${at}`)).toEqual([3, 2]);
    expect(await seqs(`&to=${at}`)).toEqual([1]);
    expect(await seqs('&operation=createKey')).toEqual([2, 1]);
    expect(await seqs(`&by=${id}`)).toEqual([3]);
    const first = (await api.ask('GET', '/audit?limit=2')).json();
    const second = (await api.ask('GET', `/audit?limit=2&cursor=${first.nextCursor}`)).json();
    expect([...first.data, ...second.data].map(({ seq }: StoredEntry) => seq)).toEqual([3, 2, 1]);
    expect(await entries('', tenants[1])).toEqual([]);
    const csv = await api.ask('GET', '/audit.csv?operation=createRoom');
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    const [names, row] = csv.body.split('\r\n');
    expect(names).toBe('seq,at,byKind,byId,address,operation,targets,status,requestId,missed,hash');
    expect(row).toMatch(
      new RegExp(`^3,${at},key,${id},127.0.0.1,createRoom,"{""id"":""demo""}",201,\\w+,0,[0-9a-f]{64}$`),
    );
  });
});
