import { accessOf, tokenScopes } from '@meridian/protocol';
import { decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  await api.policies.create('acme', 'demo', { idleMsMax: 0 });
});
afterAll(() => api.close());
const ask = (body: object, room = 'demo', signer: (typeof tenants)[number] | typeof operatorKey = tenants[0]) =>
  api.ask('POST', `/rooms/${room}/tokens`, { body, signer });

describe('a token to join a room', () => {
  it.each<[string, object]>([
    ['an invalid identity', { identity: 'a\u200bb' }],
    ['an invisible name', { identity: 'ann\u200b' }],
    ['too much metadata', { identity: 'ann', metadata: 'é'.repeat(3000) }],
  ])('is not made for %s', async (_what, body) => {
    const answer = await ask(body);
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'REQUEST_INVALID']);
  });

  it('is made by an API key for a room of its tenant', async () => {
    expect((await ask({ identity: 'ann' }, 'nowhere')).statusCode).toBe(404);
    expect((await ask({ identity: 'ann' }, 'demo', tenants[1])).statusCode).toBe(404);
    expect((await ask({ identity: 'ann' }, 'demo', operatorKey)).statusCode).toBe(403);
    const grants = { canPublish: false, roomAdmin: true };
    const answer = await ask({ identity: 'ann', name: 'Ann', attributes: { a: 'b' }, grants, ttlS: 60 });
    expect(answer.statusCode).toBe(201);
    const { token, jti, expiresAt } = answer.json();
    const { payload } = await jwtVerify(token, Buffer.from(tenants[0].secret), {
      currentDate: new Date(api.clock.wallMs()),
    });
    expect([payload.iss, payload.jti, (payload.exp ?? 0) * 1000]).toEqual(['acmekey', jti, Date.parse(expiresAt)]);
    expect(accessOf(payload, { tenant: 'acme', scopes: tokenScopes })).toMatchObject({
      ok: true,
      access: {
        roomKey: 'acme/demo',
        identity: 'ann',
        name: 'Ann',
        rights: { canPublish: false, admin: true },
        via: '',
      },
    });
    const { data } = (await api.ask('GET', '/audit?operation=createToken')).json();
    expect(data[0]).toMatchObject({ by: { id: 'acmekey' }, targets: { room: 'demo', id: jti }, status: 201 });
  });

  it('gives its participant no more rights than its maker has', async () => {
    const made = async (scope: string, grants: object = {}) =>
      (await api.ask('POST', '/rooms/demo/tokens', { scope, body: { identity: 'ann', grants } })).json().code;
    expect(await made('rooms:create rooms:admin')).toBe('NOT_PERMITTED');
    expect(await made('rooms:join')).toBeUndefined();
    for (const grants of [{ roomAdmin: true }, { hidden: true }]) {
      expect(await made('rooms:join', grants)).toBe('NOT_PERMITTED');
      expect(await made('rooms:join rooms:admin', grants)).toBeUndefined();
    }
  });

  it('is revoked with the key, link or user from which its maker’s token came', async () => {
    const made = await api.app.inject({
      method: 'POST',
      url: '/api/v1/rooms/demo/tokens',
      payload: { identity: 'ann' },
      headers: { authorization: `Bearer ${await api.token({ scope: 'rooms:join', via: 'user:eve' })}` },
    });
    expect(decodeJwt(made.json().token)['via']).toBe('user:eve');
  });
});
