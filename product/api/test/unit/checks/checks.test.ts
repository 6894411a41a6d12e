import { accessOf } from '@meridian/protocol';
import { decodeJwt, jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { tenantScopes } from '../../../src/access/core/scopes.ts';
import { type TestApi, type TestApiOptions, testApi } from '../../support/test-api.ts';

const openedApis: TestApi[] = [];
const start = async (o: TestApiOptions = {}): Promise<TestApi> => {
  const api = await testApi(o);
  openedApis.push(api);
  return api;
};
afterEach(async () => {
  for (const api of openedApis.splice(0)) await api.close();
});

interface Asked {
  readonly body?: object;
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
const check = (api: TestApi, { body = {}, from = '192.0.2.1', headers = {} }: Asked = {}) =>
  api.app.inject({ method: 'POST', url: '/api/v1/checks', payload: body, remoteAddress: from, headers });
const codeOf = async (api: TestApi, body: object = {}): Promise<string> => {
  const answer = await api.ask('POST', '/join-links', { body: { room: 'demo', ...body } });
  expect(answer.statusCode).toBe(201);
  return answer.json().url.split('/j/')[1];
};
const book = async (api: TestApi, meetingFields: object = {}) => {
  const body = {
    title: 'Plan',
    localStart: '2026-01-01T10:00',
    timeZone: 'Europe/Berlin',
    durationMinutes: 30,
    ...meetingFields,
  };
  const answer = await api.ask('POST', '/meetings', { body });
  expect(answer.statusCode).toBe(201);
  return answer.json() as { id: string; number: string };
};
const video = (token: string): unknown => decodeJwt(token)['video'];
const tenantOf = async (api: TestApi, token: string): Promise<string | undefined> =>
  (await api.keys.find(String(decodeJwt(token).iss)))?.tenant;

describe('a connection check without a link or a sign-in', () => {
  it('uses the tenant of the configuration', async () => {
    const api = await start({ checkTenant: 'globex' });
    const answer = await check(api);
    expect([answer.statusCode, answer.json().entryUrls]).toEqual([201, ['https://sig.example.org']]);
    expect(await tenantOf(api, answer.json().token)).toBe('globex');
  });

  it.each([
    ['there are several tenants, and none is named', undefined],
    ['the named tenant does not exist', 'initech'],
    ['the configuration names no tenant', ''],
  ])('is not offered where %s', async (_, checkTenant) => {
    const api = await start(checkTenant === undefined ? {} : { checkTenant });
    const answer = await check(api);
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'CHECK_NOT_OFFERED']);
  });

  it('uses the only tenant', async () => {
    const api = await start();
    await api.store.db.deleteFrom('api_keys').where('tenant', '=', 'globex').execute();
    await api.store.db.deleteFrom('tenants').where('id', '=', 'globex').execute();
    expect(await tenantOf(api, (await check(api)).json().token)).toBe('acme');
  });

  it('needs no body', async () => {
    const api = await start({ checkTenant: 'acme' });
    const answer = await api.app.inject({ method: 'POST', url: '/api/v1/checks' });
    expect(answer.statusCode).toBe(201);
  });
});

describe('the token of a check', () => {
  it('is valid for the check only: no room and no operation accepts it', async () => {
    const api = await start({ checkTenant: 'acme' });
    const { token, expiresAt } = (await check(api)).json();
    const claims = decodeJwt(token);
    const key = { tenant: 'acme', scopes: tenantScopes };
    expect(accessOf(claims, key)).toMatchObject({ ok: false, code: 'NOT_PERMITTED' });
    expect(accessOf(claims, { ...key, forCheck: true })).toMatchObject({
      ok: true,
      access: { rights: { admin: false } },
    });
    const headers = { authorization: `Bearer ${token}` };
    const rooms = await api.app.inject({ method: 'GET', url: '/api/v1/rooms', headers });
    expect([rooms.statusCode, rooms.json().code]).toEqual([403, 'NOT_PERMITTED']);
    const invite = await api.app.inject({ method: 'POST', url: '/api/v1/join-links/invite', headers });
    expect([invite.statusCode, invite.json().code]).toEqual([403, 'NOT_PERMITTED']);
    expect(Date.parse(expiresAt) - api.clock.wallMs()).toBe(300_000);
    expect(claims.exp).toBe(Date.parse(expiresAt) / 1000);
  });

  it('is signed with a key that nodes know, and has a new subject each time', async () => {
    const api = await start({ checkTenant: 'acme' });
    const [one, other] = [(await check(api)).json().token, (await check(api)).json().token];
    const key = await api.keys.find(String(decodeJwt(one).iss));
    const currentDate = new Date(api.clock.wallMs());
    await jwtVerify(one, Buffer.from(key?.secret ?? ''), { currentDate });
    expect(decodeJwt(one).sub).not.toBe(decodeJwt(other).sub);
  });
});

describe('a connection check before a meeting', () => {
  it('by a link uses the regions of its call, and does not count as a use', async () => {
    const api = await start();
    const code = await codeOf(api, { password: 'open sesame', maxUses: 1, grants: { regions: ['frankfurt'] } });
    for (let each = 0; each < 2; each += 1) {
      const { token } = (await check(api, { body: { code } })).json();
      expect(await tenantOf(api, token)).toBe('acme');
      expect(video(token)).toEqual({ room: 'check', check: true, regions: ['frankfurt'] });
    }
    expect(await api.store.db.selectFrom('join_link_browsers').selectAll().execute()).toEqual([]);
  });

  it('by a used-up link is only for the browser that used the link', async () => {
    const api = await start();
    const code = await codeOf(api, { maxUses: 1 });
    const [knownBrowser, other] = [
      { code, browserId: 'a'.repeat(22) },
      { code, browserId: 'b'.repeat(22) },
    ];
    const payload = { ...knownBrowser, name: 'Gil' };
    const came = await api.app.inject({ method: 'POST', url: '/api/v1/join-links/exchange', payload });
    expect(came.statusCode).toBe(200);
    const codes = [knownBrowser, other, { code }].map(async (body) => (await check(api, { body })).json().code);
    expect(await Promise.all(codes)).toEqual([undefined, 'LINK_INVALID', 'LINK_INVALID']);
  });

  it('by a link ends with the link', async () => {
    const api = await start();
    const code = await codeOf(api);
    const { via } = decodeJwt((await check(api, { body: { code } })).json().token);
    expect((await api.ask('DELETE', `/join-links/${via}`)).statusCode).toBe(204);
    expect((await check(api, { body: { code } })).json().code).toBe('LINK_INVALID');
  });

  it('by a number uses the regions of its call', async () => {
    const api = await start();
    const { number } = await book(api, { password: 'open sesame', settings: { regions: ['singapore'] } });
    expect(video((await check(api, { body: { number } })).json().token)).toEqual({
      room: 'check',
      check: true,
      regions: ['singapore'],
    });
  });

  it.each([
    [{ code: 'none' }, 'LINK_INVALID'],
    [{ number: '493817264' }, 'NUMBER_INVALID'],
    [{ number: '12' }, 'REQUEST_INVALID'],
    [{ code: 'none', number: '493817264' }, 'REQUEST_INVALID'],
    [{ token: 'x' }, 'REQUEST_INVALID'],
  ])('by %o is refused: %s', async (body, code) => {
    const api = await start({ checkTenant: 'acme' });
    expect((await check(api, { body })).json().code).toBe(code);
  });
});

describe('a connection check of a signed-in user', () => {
  it('uses the user’s tenant, whatever the configuration says, and is revoked with the user', async () => {
    const api = await start({ checkTenant: 'acme' });
    const user = await api.user({ tenant: 'globex' });
    const { token } = (await check(api, { headers: user.headers })).json();
    expect([await tenantOf(api, token), decodeJwt(token)['via']]).toEqual(['globex', `user:${user.user.id}`]);
  });

  it('is accepted from the api’s own page only', async () => {
    const api = await start({ checkTenant: 'acme' });
    const user = await api.user({});
    const answer = await check(api, { headers: { ...user.headers, origin: 'https://evil.example' } });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'ORIGIN_REFUSED']);
  });

  it('whose session has ended counts as a check by any caller', async () => {
    const api = await start({ checkTenant: 'acme' });
    const user = await api.user({ tenant: 'globex' });
    await api.store.db.deleteFrom('sessions').execute();
    expect(await tenantOf(api, (await check(api, { headers: user.headers })).json().token)).toBe('acme');
  });
});

describe('many connection checks', () => {
  const times = async (count: number, one: () => ReturnType<typeof check>): Promise<number[]> => {
    const statuses: number[] = [];
    for (let each = 0; each < count; each += 1) statuses.push((await one()).statusCode);
    return statuses;
  };

  it('from an address are limited, and allowed again with time', async () => {
    const api = await start({ checkTenant: 'acme' });
    expect(await times(20, () => check(api))).toEqual(Array(20).fill(201));
    const refused = await check(api);
    expect([refused.statusCode, refused.json().code, refused.headers['retry-after']]).toEqual([
      429,
      'RATE_LIMITED',
      '10',
    ]);
    expect((await check(api, { from: '192.0.2.2' })).statusCode).toBe(201);
    api.clock.advance(10_000);
    expect((await check(api)).statusCode).toBe(201);
  });

  it('without a link do not use up the limit of callers with a link, and every network gets a few', async () => {
    const api = await start({ checkTenant: 'acme' });
    const code = await codeOf(api);
    for (let each = 0; each < 10; each += 1) await times(20, () => check(api, { from: `198.51.100.${each}` }));
    expect(await times(4, () => check(api, { from: '203.0.113.7' }))).toEqual([201, 201, 201, 429]);
    expect((await check(api, { body: { code }, from: '203.0.113.7' })).statusCode).toBe(201);
  });
});
