import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../../../src/http/problems.ts';
import { Rooms } from '../../../src/rooms/rooms.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

const DAY_MS = 86_400_000;
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  await api.user({ id: 'root', role: 'admin' });
});
afterEach(() => api.close());

const browser = (letter: string): string => letter.repeat(22);
const bob = { id: 'bob', email: 'bob@example.org', role: 'admin' } as const;
const post = async (path: string, payload: object, headers: Record<string, string> = {}) =>
  (await api.app.inject({ method: 'POST', url: `/api/v1${path}`, payload, headers })).json();
const exchange = (code: string, letter = 'a') =>
  post('/join-links/exchange', { code, browserId: browser(letter), name: 'Gil' });
/** Returns the refusals of an exchange and a look; '' for none. */
const refusals = async (code: string) => [
  (await exchange(code, 'z')).code ?? '',
  (await post('/join-links/look', { code })).code ?? '',
];
const [open, shut] = [
  ['', ''],
  ['LINK_INVALID', 'LINK_INVALID'],
];
const codeOf = ({ url = '' }: { url?: string }): string => url.split('/j/')[1] ?? expect.fail();
async function linkBy(as: { headers: Record<string, string> } | undefined, body: object = {}) {
  const expiresAt = new Date(api.clock.wallMs() + 89 * DAY_MS).toISOString();
  const made = await api.ask('POST', '/join-links', {
    ...(as && { as }),
    body: { room: 'board', expiresAt, ...body },
  });
  expect([made.statusCode, made.json().code]).toEqual([201, undefined]);
  return codeOf(made.json());
}
const invite = async (token: string) =>
  codeOf(await post('/join-links/invite', {}, { authorization: `Bearer ${token}` }));
const change = async (body: object) => {
  const answer = await api.ask('PATCH', '/users/bob', { body, headers: { 'if-match': '*' } });
  expect([answer.statusCode, answer.json().code]).toEqual([200, undefined]);
};
const isRevoked = (token: string) => api.revocations.isRevoked('acme', [String(decodeJwt(token)['via'])], 0);

describe('a join link that a user made', () => {
  it('opens nothing while the user is inactive, and its guests’ tokens are revoked', async () => {
    const code = await linkBy(await api.user(bob), { grants: { roomAdmin: true } });
    const { token } = await exchange(code);
    expect(await isRevoked(token)).toBe(false);
    await change({ active: false });
    expect([await refusals(code), await isRevoked(token)]).toEqual([shut, true]);
    await change({ active: true });
    expect(await refusals(code)).toEqual(open);
  });

  it('opens nothing after the user is deleted, even if a new user gets the same id', async () => {
    const code = await linkBy(await api.user(bob));
    expect(await refusals(code)).toEqual(open);
    await api.ask('DELETE', '/users/bob');
    expect(await refusals(code)).toEqual(shut);
    await api.user(bob);
    expect(await refusals(code)).toEqual(shut);
  });

  it('stays open while another user is inactive', async () => {
    const [byBob, byRoot, byKey] = [
      await linkBy(await api.user(bob)),
      await linkBy(await api.user({ role: 'admin' })),
      await linkBy(undefined),
    ];
    await change({ active: false });
    expect([await refusals(byBob), await refusals(byRoot), await refusals(byKey)]).toEqual([shut, open, open]);
  });

  it('counts as the user’s even if a key signed the user’s token', async () => {
    await api.user(bob);
    const made = await api.app.inject({
      method: 'POST',
      url: '/api/v1/join-links',
      payload: { room: 'board' },
      headers: { authorization: `Bearer ${await api.token({ scope: 'links:write', via: 'user:bob' })}` },
    });
    await change({ active: false });
    expect(await refusals(codeOf(made.json()))).toEqual(shut);
  });
});

describe('a link to host that a user made', () => {
  const roles = [{ role: 'host' }, { role: 'member' }, { role: 'member', active: false }];
  it.each(roles)('ends for good when the user is no administrator any more: %o', async (changes) => {
    const as = await api.user(bob);
    const host = await linkBy(as, { grants: { roomAdmin: true } });
    const personalLink = await linkBy(as, { identity: 'bob', name: 'Bob', grants: { roomAdmin: true } });
    const guest = await linkBy(as);
    const byRoot = await linkBy(undefined, { grants: { roomAdmin: true } });
    const [{ token }, guests] = [await exchange(host), await exchange(guest)];
    await change({ name: 'Bobby' });
    expect(await refusals(host)).toEqual(open);
    await change(changes);
    expect([await refusals(host), await refusals(personalLink), await isRevoked(token)]).toEqual([shut, shut, true]);
    await change({ role: 'admin', active: true });
    expect([await refusals(host), await refusals(personalLink)]).toEqual([shut, shut]);
    expect([await refusals(guest), await refusals(byRoot)]).toEqual([open, open]);
    expect(await isRevoked(guests.token)).toBe(changes.active === false);
  });
});

describe('an invitation from a room', () => {
  it('gives its guests no right to invite, so that they make no further links', async () => {
    const { token } = await exchange(await linkBy(undefined, { canInvite: true }));
    const invited = await exchange(await invite(token), 'b');
    const refused = await post('/join-links/invite', {}, { authorization: `Bearer ${invited.token}` });
    expect(refused.code).toBe('NOT_PERMITTED');
  });

  it('opens nothing while the inviting user is inactive', async () => {
    const as = await api.user(bob);
    const host = await linkBy(as, { identity: 'bob', name: 'Bob', grants: { roomAdmin: true } });
    const byBob = await invite((await exchange(host)).token);
    const meant = await api.token({ sub: 'bob', video: { room: 'board', roomJoin: true, roomAdmin: true } });
    const byToken = await invite(meant);
    expect([await refusals(byBob), await refusals(byToken)]).toEqual([open, open]);
    await change({ active: false });
    expect([await refusals(byBob), await refusals(byToken)]).toEqual([shut, shut]);
  });

  it('by a guest ends with the user who made the guest’s link', async () => {
    const code = await linkBy(await api.user(bob), { canInvite: true });
    const [first, second] = [await exchange(code), await exchange(await linkBy(undefined, { canInvite: true }))];
    const [byBobsGuest, byAnother] = [await invite(first.token), await invite(second.token)];
    const third = await invite((await exchange(code, 'b')).token);
    await api.ask('DELETE', '/users/bob');
    expect([await refusals(byBobsGuest), await refusals(third)]).toEqual([shut, shut]);
    expect(await refusals(byAnother)).toEqual(open);
  });
});

describe('a join link that an API key made', () => {
  const newKey = async () => {
    const scopes = ['links:write', 'rooms:join', 'rooms:admin'] as const;
    const { key, secret } = await api.keys.create(api.store.db, { tenant: 'acme', name: 'crm', scopes, regions: '' });
    return { key: key.id, secret };
  };
  const madeBy = async (signer: { key: string; secret: string }, body: object = {}) =>
    codeOf(
      (
        await api.ask('POST', '/join-links', {
          signer,
          scope: 'links:write rooms:admin',
          body: { room: 'board', ...body },
        })
      ).json(),
    );
  const revoke = async (key: string, query = '') =>
    expect((await api.ask('DELETE', `/keys/${key}${query}`)).statusCode).toBe(204);

  it('ends for good with the key that is revoked with `streams=end`, as do invitations of its guests', async () => {
    const [leaked, other] = [await newKey(), await newKey()];
    const host = await madeBy(leaked, { grants: { roomAdmin: true } });
    const [{ token }, byOther] = [await exchange(host), await madeBy(other)];
    const byGuest = await invite(token);
    const meant = await api.token(
      { sub: 'ann', video: { room: 'board', roomJoin: true, roomAdmin: true } },
      {
        key: leaked.key,
        secret: leaked.secret,
      },
    );
    const byToken = await invite(meant);
    await revoke(leaked.key);
    expect([await refusals(host), await refusals(byGuest), await refusals(byToken)]).toEqual([open, open, open]);
    await revoke(leaked.key, '?streams=end');
    expect([await refusals(host), await refusals(byGuest), await refusals(byToken)]).toEqual([shut, shut, shut]);
    expect([await isRevoked(token), await refusals(byOther)]).toEqual([true, open]);
  });
});

describe('a participant that is kept out', () => {
  const invitedBy = async (identity: string): Promise<string> => {
    const token = await api.token({ sub: identity, video: { room: 'board', roomJoin: true, roomAdmin: true } });
    return (await post('/join-links/invite', {}, { authorization: `Bearer ${token}` })).code ?? '';
  };
  const inLife = (roomSid: string) => [{ identity: 'bob', roomSid }];

  it.each([
    ['banned', { bans: [{ identity: 'bob', untilWallMs: 0 }] }],
    ['removed from this life of the room', { removed: inLife('RM_1') }],
  ])('makes no invitations once %s', async (_, policy) => {
    api.owners.open('acme/board', { policy });
    for (const identity of ['bob', 'bob-encoder', 'bob-viewer-encoder'])
      expect([identity, await invitedBy(identity)]).toEqual([identity, 'NOT_PERMITTED']);
    expect(await invitedBy('ann')).toBe('');
  });

  it('has made no invitations that open anything until a host lets it in again', async () => {
    const token = await api.token({ sub: 'bob', video: { room: 'board', roomJoin: true, roomAdmin: true } });
    const [byBob, usedOfBob] = [await invite(token), await invite(token)];
    expect([(await exchange(usedOfBob)).code, await refusals(byBob)]).toEqual([undefined, open]);
    api.owners.open('acme/board', { policy: { removed: inLife('RM_1') } });
    expect([(await exchange(usedOfBob)).code, await refusals(byBob)]).toEqual(['LINK_INVALID', shut]);
    api.owners.open('acme/board', { policy: { removed: [] } });
    expect([(await exchange(usedOfBob)).code, await refusals(byBob)]).toEqual([undefined, open]);
  });

  it.each([
    ['a banned maker', true, shut],
    ['a maker in good standing', false, open],
  ])('is known from the stored policy while the owner cannot be reached: %s', async (_, isBanned, expected) => {
    const token = await api.token({ sub: 'bob', video: { room: 'board', roomJoin: true, roomAdmin: true } });
    const byBob = await invite(token);
    await api.ask('POST', '/rooms', { body: { name: 'board' } });
    if (isBanned)
      await api.policies.act('acme', 'board', {
        actor: { kind: 'service', id: 'test' },
        acts: [{ remove: { identity: 'bob', forever: true } }],
      });
    vi.spyOn(api.owners, 'view').mockRejectedValue(new Problem('ROOM_UNREACHABLE'));
    expect(await refusals(byBob)).toEqual(expected);
  });

  it('is asked of the owner once by callers at the same time', async () => {
    const token = await api.token({ sub: 'bob', video: { room: 'board', roomJoin: true, roomAdmin: true } });
    const byBob = await invite(token);
    api.owners.open('acme/board');
    const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
    const view = vi.spyOn(api.owners, 'view').mockImplementation(() => {
      asked.resolve();
      return answer.promise;
    });
    const rooms = new Rooms(api);
    const both = ['ann', 'bob'].map((identity) => rooms.keepsOut('acme', 'board', identity, 0));
    await asked.promise;
    answer.resolve(undefined);
    expect([await Promise.all(both), view.mock.calls.length]).toEqual([[false, false], 1]);
    expect([await refusals(byBob), view.mock.calls.length]).toEqual([open, 3]);
  });

  it('makes invitations again after the end of the ban, and in another life of the room', async () => {
    const untilWallMs = api.clock.wallMs() + 1000;
    api.owners.open('acme/board', { policy: { bans: [{ identity: 'bob', untilWallMs }], removed: inLife('RM_0') } });
    expect(await invitedBy('bob')).toBe('NOT_PERMITTED');
    api.clock.advance(1001);
    expect(await invitedBy('bob')).toBe('');
  });

  it('is known from the stored policy while the room is empty', async () => {
    await api.ask('POST', '/rooms', { body: { name: 'board' } });
    await api.policies.act('acme', 'board', {
      actor: { kind: 'service', id: 'test' },
      acts: [{ remove: { identity: 'bob', forever: true } }],
    });
    expect(await invitedBy('bob')).toBe('NOT_PERMITTED');
  });
});
