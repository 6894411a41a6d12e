import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operation } from '../../../src/http/operation.ts';
import { Problem } from '../../../src/http/problems.ts';
import type { Database } from '../../../src/store/store.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

const makeThing = operation({
  id: 'makeThing',
  method: 'POST',
  path: '/things',
  tag: 'Test',
  summary: 'Makes a thing.',
  scope: 'rooms:create',
  body: Type.Object({ name: Type.String() }),
  answers: { 201: Type.Object({ made: Type.Integer() }, { title: 'Thing' }) },
  idempotent: true,
});

let api: TestApi;
let made = 0;
let act: (db: Database) => Promise<unknown> | undefined = () => undefined;
beforeEach(async () => {
  made = 0;
  act = () => undefined;
  api = await testApi({
    add: (routes, { store }) => {
      routes.add(makeThing, async ({ atomically, body }) => {
        made += 1;
        if (body.name === 'atomic')
          return atomically(async (db) => {
            await db
              .insertInto('tenants')
              .values({ id: `made${made}`, name: 'x', limits: '{}', created_ms: 0 })
              .execute();
            await act(db);
            return { body: { made }, headers: { location: `/things/${made}` } };
          });
        await act(store.db);
        return { body: { made }, headers: { location: `/things/${made}` } };
      });
    },
  });
});
afterEach(() => api.close());

const post = async (
  key: string | undefined,
  body: unknown = { name: 'a' },
  signer: (typeof tenants)[number] = tenants[0],
) =>
  api.app.inject({
    method: 'POST',
    url: '/api/v1/things',
    headers: {
      authorization: `Bearer ${await api.token({ video: { roomCreate: true } }, signer)}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    payload: JSON.stringify(body),
  });

describe('an Idempotency-Key', () => {
  it('gives the same answer again, with its headers', async () => {
    const first = await post('k1');
    const again = await post('k1');
    expect([again.statusCode, again.json()]).toEqual([201, { made: 1 }]);
    expect(again.headers).toMatchObject({ location: '/things/1', 'idempotency-replayed': 'true' });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(made).toBe(1);
  });

  it('names one request of one tenant', async () => {
    await post('k1');
    expect((await post('k1', { name: 'b' })).json()).toMatchObject({ status: 422, code: 'IDEMPOTENCY_MISMATCH' });
    expect((await post('k1', { name: 'a' }, tenants[1])).json()).toEqual({ made: 2 });
    expect((await post('k2')).json()).toEqual({ made: 3 });
    expect((await post(undefined)).json()).toEqual({ made: 4 });
  });

  it('gives a stored answer only to the same key with the same rights', async () => {
    const askWith = async (claims: object, signer: { key: string; secret: string }) => {
      const authorization = `Bearer ${await api.token(claims, signer)}`;
      const headers = { authorization, 'idempotency-key': 'k1' };
      return (await api.app.inject({ method: 'POST', url: '/api/v1/things', headers, payload: { name: 'a' } })).json();
    };
    const newKey = { tenant: 'acme', name: 'other', scopes: ['rooms:create', 'rooms:list'] as const, regions: '' };
    const { key, secret } = await api.keys.create(api.store.db, newKey);
    const [first, other] = [tenants[0], { key: key.id, secret }];
    const video = { roomCreate: true };
    const answers = [
      await askWith({ video }, first),
      await askWith({ video }, other),
      await askWith({ video: { ...video, roomList: true } }, other),
      await askWith({ video: { ...video, room: 'demo' } }, other),
      await askWith({ video, via: 'user:bob' }, other),
    ];
    expect(answers.map((one) => one.made)).toEqual([1, 2, 3, 4, 5]);
    expect([await askWith({ video }, first), await askWith({ video }, other)]).toEqual([{ made: 1 }, { made: 2 }]);
  });

  it('keeps no refusal that depends on rights, or on what does not exist yet', async () => {
    for (const [at, code] of (['SESSION_ENDED', 'NOT_PERMITTED', 'NOT_FOUND'] as const).entries()) {
      act = () => {
        throw new Problem(code);
      };
      expect((await post(`k${at}`)).json().code).toBe(code);
      act = () => undefined;
      expect((await post(`k${at}`)).statusCode).toBe(201);
    }
  });

  it.each([[''], ['a'.repeat(129)], ['a b'], ['é']])('is refused as %j', async (key) => {
    expect((await post(key)).json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    expect(made).toBe(0);
  });

  it('is not used up by a request that the schema refuses', async () => {
    expect((await post('k1', { nome: 'a' })).statusCode).toBe(400);
    expect((await post('k1')).statusCode).toBe(201);
  });

  it('keeps refusals of the handler, but neither faults nor 429', async () => {
    act = () => {
      throw new Problem('CONFLICT', `asked ${made} times`, { fields: [{ pointer: '/name', detail: 'taken' }] });
    };
    const first = await post('refused');
    const again = await post('refused');
    expect(again.statusCode).toBe(409);
    expect(again.json()).toEqual(first.json());
    expect(again.headers['content-type']).toContain('application/problem+json');
    for (const error of [new Problem('RATE_LIMITED'), new Problem('ROOM_UNREACHABLE'), new Error('a fault')]) {
      act = () => {
        throw error;
      };
      expect((await post('tried-again')).statusCode).toBeGreaterThanOrEqual(429);
    }
    act = () => undefined;
    expect((await post('tried-again')).json()).toEqual({ made: 5 });
  });

  it('is in flight until the first answer, or for a minute at most', async () => {
    let release = (): void => undefined;
    let started = (): void => undefined;
    const isStarted = new Promise<void>((resolve) => {
      started = resolve;
    });
    act = () =>
      new Promise<void>((resolve) => {
        release = resolve;
        started();
      });
    const first = post('k1');
    await isStarted;
    const second = await post('k1');
    expect(second.json()).toMatchObject({ status: 409, code: 'IDEMPOTENCY_IN_FLIGHT' });
    expect(second.headers['retry-after']).toBe('1');
    api.clock.advance(60_001);
    act = () => undefined;
    const third = await post('k1');
    release();
    expect([(await first).statusCode, third.statusCode]).toEqual([409, 201]);
    expect((await post('k1')).json()).toEqual({ made: 2 });
  });

  it('undoes the changes of an overtaken attempt', async () => {
    act = (db) => db.updateTable('idempotency').set({ attempt: 'of another' }).execute();
    expect((await post('k1', { name: 'atomic' })).json().code).toBe('IDEMPOTENCY_IN_FLIGHT');
    act = () => undefined;
    expect((await post('k1', { name: 'atomic' })).json()).toEqual({ made: 2 });
    expect((await post('k1', { name: 'atomic' })).json()).toEqual({ made: 2 });
    const rows = await api.store.db.selectFrom('tenants').select('id').where('id', 'like', 'made%').execute();
    expect(rows).toEqual([{ id: 'made2' }]);
  });

  it('is forgotten after a day, and its answer is stored encrypted', async () => {
    await post('k1');
    const row = await api.store.db.selectFrom('idempotency').selectAll().executeTakeFirstOrThrow();
    expect(row.sealed_reply).not.toContain('things');
    api.clock.advance(24 * 3_600_000 + 1);
    expect((await post('k1')).json()).toEqual({ made: 2 });
    await post('k2');
    api.clock.advance(24 * 3_600_000 + 1);
    await post('k3');
    const keys = await api.store.db.selectFrom('idempotency').select('key').execute();
    expect(keys).toEqual([{ key: 'k3' }]);
  });
});
