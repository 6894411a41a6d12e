import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorKey, tenants, testApi } from '../../support/test-api.ts';

let api: Awaited<ReturnType<typeof testApi>>;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const get = (headers: Record<string, string>) => api.app.inject({ url: '/api/v1/caller', headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the caller', () => {
  it('is refused without a proof', async () => {
    const nowS = Math.floor(api.clock.wallMs() / 1000);
    const wrongSigner = { key: 'acmekey', secret: 'x'.repeat(32) };
    const rows: [string, Record<string, string>, string][] = [
      ['nothing', {}, 'TOKEN_MISSING'],
      ['another scheme', { authorization: 'Basic YTpi' }, 'TOKEN_MISSING'],
      ['no token', bearer('a.b.c'), 'TOKEN_INVALID'],
      ['too long', bearer('a'.repeat(9000)), 'TOKEN_INVALID'],
      ['another secret', bearer(await api.token({}, wrongSigner)), 'TOKEN_INVALID'],
      ['an unknown key', bearer(await api.token({}, { ...wrongSigner, key: 'unknown' })), 'TOKEN_INVALID'],
      ['expired', bearer(await api.token({ iat: nowS - 400, exp: nowS - 100 })), 'TOKEN_EXPIRED'],
      ['an hour long', bearer(await api.token({ exp: nowS + 3600 })), 'TOKEN_TOO_LONG'],
      ['too long, dated ahead', bearer(await api.token({ iat: nowS + 60, exp: nowS + 661 })), 'TOKEN_TOO_LONG'],
      ['dated ahead', bearer(await api.token({ iat: nowS + 61, exp: nowS + 600 })), 'TOKEN_NOT_YET_VALID'],
      ['not valid yet', bearer(await api.token({ nbf: nowS + 61, exp: nowS + 600 })), 'TOKEN_NOT_YET_VALID'],
    ];
    for (const [what, headers, code] of rows) {
      const answer = await get(headers);
      expect([what, answer.statusCode, answer.json().code]).toEqual([what, 401, code]);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
  });

  it('is taken with a clock of up to a minute before or behind ours, and told when to try again', async () => {
    const nowS = Math.floor(api.clock.wallMs() / 1000);
    for (const claims of [
      { nbf: nowS + 59, iat: nowS + 59, exp: nowS + 600 },
      { exp: nowS - 59, iat: nowS - 120 },
    ])
      expect([claims, (await get(bearer(await api.token(claims)))).statusCode]).toEqual([claims, 200]);
    const early = await get(bearer(await api.token({ nbf: nowS + 90, exp: nowS + 600 })));
    expect([early.json().detail, early.headers['retry-after']]).toEqual([
      'claim "nbf": the token is valid in 30 s',
      '30',
    ]);
  });

  it('is refused for a grant of another type than its own, with its name, and one of null is none', async () => {
    const detailOf = async (claims: object) => (await get(bearer(await api.token(claims)))).json().detail;
    expect(await detailOf({ video: { roomAdmin: 'true' } })).toBe(
      'claim "video.roomAdmin": true or false; it is a text of 4 characters',
    );
    expect(await detailOf({ video: { room: 7, roomAdmin: true } })).toContain('claim "video.room"');
    expect(await detailOf({ video: { room: 'a/b', roomAdmin: true } })).toContain('it contains "/"');
    expect(await detailOf({ scope: ['rooms:list'] })).toContain('claim "scope"');
    expect(await detailOf({ video: [] })).toContain('claim "video": an object; it is an empty list');
    expect(await detailOf({ video: { roomAdmin: null, room: null }, scope: null })).toBeUndefined();
    expect(await detailOf({ video: null })).toBeUndefined();
  });

  it('has the scopes of the grants, as far as the key has them', async () => {
    const video = { roomCreate: true, roomAdmin: true };
    const answer = await get(bearer(await api.token({ video, scope: 'meetings:read operator nonsense' })));
    expect(answer.json()).toEqual({
      kind: 'key',
      id: 'acmekey',
      tenant: 'acme',
      scopes: ['meetings:read', 'rooms:admin', 'rooms:create', 'rooms:join'],
    });
  });

  it("cannot reach the whole tenant's things with a token for one room", async () => {
    const scope =
      'rooms:list links:write reports:read meetings:read meetings:write keys:admin users:admin tenant:admin';
    const answer = await get(bearer(await api.token({ video: { room: 'demo', roomAdmin: true }, scope })));
    expect(answer.json().scopes).toEqual(['links:write', 'reports:read', 'rooms:admin', 'rooms:join', 'rooms:list']);
  });

  it('can do nothing with a token to join a room', async () => {
    const video = { room: 'demo', roomJoin: true };
    for (const claims of [
      { video },
      { video: { ...video, roomAdmin: true, roomCreate: true }, scope: 'meetings:read' },
    ]) {
      const answer = await get(bearer(await api.token({ sub: 'ann', ...claims })));
      expect(answer.json().scopes).toEqual([]);
    }
  });

  it('is the operator with the operator key, and has no tenant', async () => {
    const answer = await get(bearer(await api.token({}, operatorKey)));
    expect(answer.json()).toMatchObject({ kind: 'operator', tenant: '' });
    expect(answer.json().scopes).toContain('operator');
    expect((await get(bearer(await api.token({}, tenants[1])))).json().tenant).toBe('globex');
  });
});
