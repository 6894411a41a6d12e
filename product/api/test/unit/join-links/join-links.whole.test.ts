import { accessOf, tokenScopes } from '@meridian/protocol';
import { decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { oddIdentities } from '../../../../../base/protocol/test/vectors/claim-rows.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

const HOUR_MS = 3_600_000;
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const browser = (letter: string): string => letter.repeat(22);
const later = (ms: number): string => new Date(api.clock.wallMs() + ms).toISOString();
const make = async (body: object, path = '/join-links') => api.ask('POST', path, { body });
async function newLink(body: object = {}): Promise<{ id: string; code: string; expiresAt: string }> {
  const answer = await make({ room: 'demo', ...body });
  expect([answer.statusCode, answer.json().code]).toEqual([201, undefined]);
  const { id, url, expiresAt } = answer.json();
  return { id, code: url.replace('https://meet.example.org/j/', ''), expiresAt };
}
const exchange = (body: object, remoteAddress = '192.0.2.1') =>
  api.app.inject({
    method: 'POST',
    url: '/api/v1/join-links/exchange',
    payload: { browserId: browser('a'), ...body },
    remoteAddress,
  });
const invite = (token?: string) =>
  api.app.inject({
    method: 'POST',
    url: '/api/v1/join-links/invite',
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  });

describe('a join link', () => {
  it.each([
    { what: 'no room', body: {}, pointer: '/room' },
    { what: 'an invalid room name', body: { room: 'a/b' }, pointer: '/room' },
    { what: 'a name without a person', body: { room: 'demo', name: 'Ann' }, pointer: '/name' },
    { what: 'an invalid identity', body: { room: 'demo', identity: 'a\u200bb' }, pointer: '/identity' },
    { what: 'an end in the past', body: { room: 'demo', expiresAt: '2001-01-01T00:00:00Z' }, pointer: '/expiresAt' },
    { what: 'an end too far', body: { room: 'demo', expiresAt: '2999-01-01T00:00:00Z' }, pointer: '/expiresAt' },
    { what: 'a short password', body: { room: 'demo', password: '12345' }, pointer: '/password' },
    { what: 'a title of blanks', body: { room: 'demo', title: '  ' }, pointer: '/title' },
    { what: 'half a character', body: { room: 'demo', title: '\ud83d' }, pointer: '/title' },
    { what: 'no uses', body: { room: 'demo', maxUses: 0 }, pointer: '/maxUses' },
    { what: 'an unknown grant', body: { room: 'demo', grants: { recorder: true } }, pointer: '/grants/recorder' },
    { what: 'an invalid region', body: { room: 'demo', grants: { regions: ['ü'] } }, pointer: '/grants/regions' },
  ])('with $what is refused, and the answer names the wrong field', async ({ body, pointer }) => {
    const answer = await make(body);
    expect(answer.json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID', errors: [{ pointer }] });
  });

  it('is made, seen and listed; its code is shown once and not stored', async () => {
    const made = (await make({ room: 'demo', title: 'Weekly', password: 'open sesame', canInvite: true })).json();
    const code = made.url.split('/j/')[1];
    expect(Buffer.from(code, 'base64url')).toHaveLength(16);
    expect(made).toMatchObject({ room: 'demo', title: 'Weekly', hasPassword: true, canInvite: true, uses: 0 });
    expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBe(24 * HOUR_MS);
    const seen = (await api.ask('GET', `/join-links/${made.id}`)).json();
    expect({ ...seen, url: made.url }).toEqual(made);
    expect((await api.ask('GET', '/join-links?room=demo')).json()).toEqual({ data: [seen] });
    expect((await api.ask('GET', '/join-links?room=other')).json()).toEqual({ data: [] });
    const rows = JSON.stringify(await api.store.db.selectFrom('join_links').selectAll().execute());
    expect(rows).not.toContain(code);
    expect(rows).not.toContain('sesame');
  });
});

describe('an exchange', () => {
  it('gives a token for the room that is signed with the tenant’s signing key and names the link', async () => {
    const grants = { canPublish: false, regions: ['frankfurt'] };
    const { id, code, expiresAt } = await newLink({ grants, lobby: true, expiresAt: later(HOUR_MS) });
    const answer = (await exchange({ code, name: ' Ann ' })).json();
    expect(answer).toMatchObject({ room: 'demo', title: 'demo', name: 'Ann', expiresAt, canInvite: false });
    expect(answer.entryUrls).toEqual(['https://sig.example.org']);
    const key = await api.keys.signing('acme');
    const { payload } = await jwtVerify(answer.token, Buffer.from(key?.secret ?? ''), {
      issuer: key?.id ?? '',
      currentDate: new Date(api.clock.wallMs()),
    });
    const result = accessOf(payload, { tenant: 'acme', scopes: tokenScopes });
    if (!result.ok) throw new Error(result.code);
    const { access } = result;
    expect(access).toMatchObject({ room: 'demo', identity: answer.identity, name: 'Ann', via: id, lobby: true });
    expect(access).toMatchObject({
      fence: 'frankfurt',
      rights: { canPublish: false, canSubscribe: true, admin: false },
    });
    expect(access.tokenId).toMatch(/^JT_/);
    expect(access.expiresWallMs).toBe(Date.parse(expiresAt));
    // The token does not open REST.
    const headers = { authorization: `Bearer ${answer.token}` };
    expect((await api.app.inject({ url: '/api/v1/join-links', headers })).statusCode).toBe(401);
  });

  it('cleans names as people copy them, and counts their characters, not their code units', async () => {
    const { code } = await newLink();
    for (const [given, name] of [
      ['\u202eAnn\t\u2066B\n', 'Ann B'],
      ['👩\u200d🏫', '👩\u200d🏫'],
      ['👩'.repeat(128), '👩'.repeat(128)],
    ] as const) {
      const answer = (await exchange({ code, name })).json();
      expect([given, (await exchange({ code, name: given })).json().name]).toEqual([given, name]);
      const result = accessOf(decodeJwt(answer.token), { tenant: 'acme', scopes: tokenScopes });
      expect([given, result.ok && result.access.name]).toEqual([given, name]);
    }
    for (const name of ['\u202e', '👩'.repeat(129)])
      expect((await exchange({ code, name })).json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  });

  it.each(oddIdentities)('of a personal link gives the identity of another system: %s', async (_what, identity) => {
    const { code } = await newLink({ identity, name: '\u202eAnn\t' });
    const answer = (await exchange({ code })).json();
    expect(answer).toMatchObject({ identity, name: 'Ann' });
    const result = accessOf(decodeJwt(answer.token), { tenant: 'acme', scopes: tokenScopes });
    expect(result.ok && result.access.identity).toBe(identity);
  });

  it('from the same browser is the same guest, counted once; another browser is another guest', async () => {
    const { id, code } = await newLink({ maxUses: 2 });
    const guest = async (letter: string, name = 'Ann') =>
      (await exchange({ code, name, browserId: browser(letter) })).json().identity;
    const [first, again] = await Promise.all([guest('a'), guest('a')]);
    expect(again).toBe(first);
    expect(await guest('a', 'Ann renamed')).toBe(first);
    expect(await guest('b')).not.toBe(first);
    expect((await api.ask('GET', `/join-links/${id}`)).json().uses).toBe(2);
    expect((await exchange({ code, name: 'Cem', browserId: browser('c') })).json().code).toBe('LINK_INVALID');
    expect(await guest('a')).toBe(first);
  });

  it('gives the same refusal for an unknown, expired, revoked or used-up code, with or without a password', async () => {
    const expiringLink = await newLink({ expiresAt: later(HOUR_MS) });
    const revoked = await newLink({ password: 'open sesame' });
    const usedUp = await newLink({ maxUses: 1 });
    await exchange({ code: usedUp.code, name: 'Ann' });
    await api.ask('DELETE', `/join-links/${revoked.id}`);
    api.clock.advance(HOUR_MS);
    const answers = [];
    for (const code of ['A'.repeat(22), 'x', expiringLink.code, revoked.code, usedUp.code])
      for (const password of [undefined, 'open sesame']) {
        const answer = await exchange({ code, name: 'Ann', browserId: browser('z'), ...(password && { password }) });
        answers.push([answer.statusCode, answer.body]);
      }
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]).toEqual([404, expect.stringContaining('"LINK_INVALID"')]);
  });

  it('asks only new browsers for the password, and limits an address to twenty wrong ones', async () => {
    const { id, code } = await newLink({ password: 'open sesame' });
    const as = (letter: string, password?: string) =>
      exchange({ code, name: 'Ann', browserId: browser(letter), ...(password !== undefined && { password }) });
    expect((await as('a')).json()).toMatchObject({ status: 403, code: 'PASSWORD_WRONG' });
    expect((await as('a', '')).json().code).toBe('PASSWORD_WRONG');
    for (let at = 0; at < 30; at += 1) expect((await as(`${at % 10}`, 'open sesame')).statusCode).toBe(200);
    for (let at = 0; at < 20; at += 1) expect((await as('x', `guess ${at}`)).json().code).toBe('PASSWORD_WRONG');
    const refused = await as('x', 'open sesame');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '30']);
    expect((await as('0')).statusCode).toBe(200); // this browser was here before
    api.clock.advance(30_000);
    expect((await as('x', 'open sesame')).statusCode).toBe(200);
    expect((await api.ask('GET', `/join-links/${id}`)).json().uses).toBe(11);
  });
});

it('a revoked link is refused, and nodes are notified of it once, for the lifetime of its tokens', async () => {
  const { id, code } = await newLink({ expiresAt: later(48 * HOUR_MS) });
  await exchange({ code, name: 'Ann' });
  for (let repetition = 0; repetition < 2; repetition += 1)
    expect((await api.ask('DELETE', `/join-links/${id}`)).statusCode).toBe(204);
  expect((await exchange({ code, name: 'Ann' })).json().code).toBe('LINK_INVALID');
  expect(api.revoked.flatMap(({ entries }) => entries)).toEqual([
    { tenant: 'acme', id, beforeMs: 0, untilMs: api.clock.wallMs() + 12 * HOUR_MS },
  ]);
  expect((await api.ask('GET', `/join-links/${id}`)).json().revokedAt).toBe(later(0));
});

describe('an invitation', () => {
  const guestOf = async (body: object) => (await exchange({ code: (await newLink(body)).code, name: 'Ann' })).json();
  const tokenOf = (video: object, claims: object = {}, signer = tenants[0]) =>
    api.token({ sub: 'ann', name: 'Ann', video: { room: 'demo', roomJoin: true, ...video }, ...claims }, signer);

  it('is refused without the token of a participant with that right', async () => {
    const nowS = Math.floor(api.clock.wallMs() / 1000);
    const wrongSigner = { key: tenants[0].key, secret: 'x'.repeat(32) };
    const rows: [string, string | undefined, number, string][] = [
      ['nothing', undefined, 401, 'TOKEN_MISSING'],
      ['no token', 'a.b.c', 401, 'TOKEN_INVALID'],
      [
        'another secret',
        await api.token({ sub: 'ann', video: { room: 'demo', roomJoin: true } }, wrongSigner),
        401,
        'TOKEN_INVALID',
      ],
      ['expired', await tokenOf({ roomAdmin: true }, { exp: nowS - 61 }), 401, 'TOKEN_EXPIRED'],
      ['of no room', await tokenOf({ roomAdmin: true, room: '' }), 401, 'TOKEN_INVALID'],
      ['not to join', await tokenOf({ roomAdmin: true, roomJoin: false }), 403, 'NOT_PERMITTED'],
      ['of an attendee', await tokenOf({}), 403, 'NOT_PERMITTED'],
      ['of a guest', (await guestOf({})).token, 403, 'NOT_PERMITTED'],
    ];
    for (const [what, token, status, code] of rows) {
      const answer = await invite(token);
      expect([what, answer.statusCode, answer.json().code]).toEqual([what, status, code]);
    }
  });

  it('by a moderator has the rights of the moderator’s token, except moderation', async () => {
    const token = await tokenOf(
      { roomAdmin: true, canPublishSources: ['microphone'], canPublishData: false, regions: ['frankfurt'] },
      { exp: Math.floor(api.clock.wallMs() / 1000) + 6 * 3600 },
    );
    const made = await invite(token);
    expect(made.statusCode).toBe(201);
    const { url, grants, expiresAt } = made.json();
    expect(grants).toEqual({
      canPublish: true,
      canPublishSources: ['microphone'],
      canSubscribe: true,
      canPublishData: false,
      regions: ['frankfurt'],
    });
    expect(expiresAt).toBe(later(24 * HOUR_MS));
    const guest = (await exchange({ code: url.split('/j/')[1], name: 'Bo' })).json();
    expect(decodeJwt(guest.token)['video']).toEqual({ ...grants, room: 'demo', roomJoin: true });
  });
});
