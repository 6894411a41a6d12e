// Tokens for meetings: by number, and by the links of invitees.
import { accessOf, tokenScopes } from '@meridian/protocol';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../../support/test-api.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const nineMs = Date.UTC(2026, 0, 1, 9);
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const once = { title: 'Plan', localStart: '2026-01-01T09:00', durationMinutes: 30 };
const book = async (more: object = {}) => {
  const answer = await api.ask('POST', '/meetings', { body: { ...once, ...more } });
  expect([answer.statusCode, answer.json().code]).toEqual([201, undefined]);
  return answer.json() as { id: string; number: string; room: string; invitees: { id: string }[] };
};
const goTo = (wallMs: number): void => api.clock.advance(wallMs - api.clock.wallMs());
const browser = (letter: string): string => letter.repeat(22);
const post = (path: string, payload: object, remoteAddress = '192.0.2.1') =>
  api.app.inject({ method: 'POST', url: `/api/v1${path}`, payload, remoteAddress });
const come = async (number: string, more: object = {}, address?: string) =>
  (await post('/meetings/exchange', { number, name: 'Gil', browserId: browser('a'), ...more }, address)).json();
const accessIn = (token: string) => {
  const result = accessOf(decodeJwt(token), { tenant: 'acme', scopes: tokenScopes });
  if (!result.ok) throw new Error(result.code);
  return result.access;
};

describe('the number of a meeting', () => {
  it('gives a token for its room until an hour after its end, and says when it is', async () => {
    const settings = { regions: ['frankfurt'], muteOnEntry: true };
    const { number, room } = await book({ settings });
    const answer = await come(number);
    expect(answer).toMatchObject({ room, title: 'Plan', name: 'Gil', canInvite: false });
    expect(answer.meeting).toEqual({
      number,
      startsAt: '2026-01-01T09:00:00.000Z',
      endsAt: '2026-01-01T09:30:00.000Z',
      muteOnEntry: true,
      url: `https://meet.example.org/m/${number}`,
    });
    const access = accessIn(answer.token);
    expect(access).toMatchObject({ room, identity: answer.identity, fence: 'frankfurt', lobby: false });
    expect(access.rights).toMatchObject({ canPublish: true, admin: false });
    expect(access.expiresWallMs).toBe(nineMs + 90 * MINUTE_MS);
    expect(answer.expiresAt).toBe('2026-01-01T10:30:00.000Z');
  });

  it('is the same person to the same browser, and another to another', async () => {
    const { number } = await book();
    const [first, again] = await Promise.all([come(number), come(number)]);
    expect(again.identity).toBe(first.identity);
    expect((await come(number, { browserId: browser('b') })).identity).not.toBe(first.identity);
  });

  it('gives tokens of 26 hours at most, however far ahead the meeting is', async () => {
    const { number } = await book({ localStart: '2026-02-01T09:00' });
    expect((await come(number)).expiresAt).toBe('2026-01-02T02:00:00.000Z');
  });

  it('of a series is good for the occurrence that runs or comes next', async () => {
    const { number } = await book({ recurrence: 'FREQ=DAILY;COUNT=2' });
    goTo(nineMs + 89 * MINUTE_MS);
    expect((await come(number)).meeting.endsAt).toBe('2026-01-01T09:30:00.000Z');
    goTo(nineMs + 90 * MINUTE_MS);
    expect((await come(number)).meeting.endsAt).toBe('2026-01-02T09:30:00.000Z');
    goTo(nineMs + 24 * HOUR_MS + 90 * MINUTE_MS);
    expect((await come(number)).code).toBe('NUMBER_INVALID');
  });

  it('that is none, of a meeting that is over or cancelled, gets one answer', async () => {
    const [over, off] = [await book(), await book({ localStart: '2026-01-02T09:00', password: 'secret' })];
    await come(over.number);
    await api.ask('DELETE', `/meetings/${off.id}`);
    goTo(nineMs + 90 * MINUTE_MS);
    const strip = ({ requestId: _, instance: __, ...rest }: Record<string, unknown>) => rest;
    const answers = [];
    for (const number of [over.number, off.number, '999999999'])
      for (const password of ['', 'secret']) answers.push(strip(await come(number, { password })));
    expect(answers[0]).toMatchObject({ status: 404, code: 'NUMBER_INVALID' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('with a password asks for it, once of each browser, and not too often', async () => {
    const { number } = await book({ password: 'open sesame' });
    expect((await come(number)).code).toBe('PASSWORD_WRONG');
    expect((await come(number, { password: 'open says me' })).code).toBe('PASSWORD_WRONG');
    const { identity } = await come(number, { password: 'open sesame' });
    expect((await come(number)).identity).toBe(identity);
    const codes: string[] = [];
    for (let at = 0; at < 22; at++)
      codes.push((await come(number, { password: `guess ${at}`, browserId: browser('b') }, '198.51.100.1')).code);
    expect(codes.slice(-3)).toEqual(['PASSWORD_WRONG', 'RATE_LIMITED', 'RATE_LIMITED']);
    expect((await come(number)).identity).toBe(identity);
  });

  it('is not found by trying: an address may be wrong 30 times, and then hears nothing even of right ones', async () => {
    const { number } = await book();
    const known = (await come(number)).identity;
    const wrong = async (at: number, address: string) => (await come(String(200_000_000 + at), {}, address)).code;
    for (let at = 0; at < 30; at++) expect(await wrong(at, '198.51.100.1')).toBe('NUMBER_INVALID');
    const fresh = { browserId: browser('z') };
    expect(await come(number, fresh, '198.51.100.1')).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(await wrong(31, '198.51.100.1')).toBe('RATE_LIMITED');
    // Browsers that came in before still do, and others from elsewhere; right ones are free.
    expect((await come(number, {}, '198.51.100.1')).identity).toBe(known);
    for (let at = 0; at < 40; at++)
      expect((await come(number, { browserId: `${browser('q')}${at}` }, '203.0.113.9')).room).toBeDefined();
  });

  it('is not found from many addresses either, and those shut no other caller out', async () => {
    const { number } = await book();
    for (let at = 0; at < 1000; at++) await come(String(300_000_000 + at), {}, `10.0.${at >> 4}.${at & 15}`);
    // Each network has three tries more; right ones are free, and its addresses share them.
    for (let at = 0; at < 5; at++)
      expect((await come(number, { browserId: `${browser('q')}${at}` }, '203.0.113.1')).room).toBeDefined();
    for (let at = 0; at < 3; at++)
      expect((await come('300000000', {}, `2001:db8:0:${at}::1`)).code).toBe('NUMBER_INVALID');
    const fresh = { browserId: browser('z') };
    expect((await come(number, fresh, '2001:db8:0:4::1')).code).toBe('RATE_LIMITED');
    expect((await come('300000000', {}, '2001:db8:0:4::1')).code).toBe('RATE_LIMITED');
    expect((await come(number, fresh, '2001:db8:1::1')).room).toBeDefined();
    api.clock.advance(1000);
    expect((await come('300000000', {}, '2001:db8:0:4::1')).code).toBe('NUMBER_INVALID');
  });

  it('is never used up: at its bound it forgets its browsers', async () => {
    const { number } = await book();
    const first = (await come(number)).identity;
    await api.store.db.updateTable('join_links').set({ uses: 100_000 }).execute();
    expect((await come(number)).identity).toBe(first);
    expect((await come(number, { browserId: browser('b') })).room).toBeDefined();
    expect(await api.store.db.selectFrom('join_links').select('uses').execute()).toEqual([{ uses: 1 }]);
    expect(await api.store.db.selectFrom('join_link_browsers').selectAll().execute()).toHaveLength(1);
    expect((await come(number)).identity).not.toBe(first);
  });

  it.each([
    [{ number: '12345678' }, '/number'],
    [{ number: '012345678' }, '/number'],
    [{ number: 123_456_789 }, '/number'],
    [{ number: '123456789', browserId: 'short' }, '/browserId'],
  ])('that cannot be one is refused: %j', async (body, pointer) => {
    expect(await come('', body)).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ pointer }] });
  });

  it('needs a name that can be shown', async () => {
    const { number } = await book();
    expect(await come(number, { name: ' ' })).toMatchObject({
      code: 'REQUEST_INVALID',
      errors: [{ pointer: '/name' }],
    });
  });

  it('needs no API key of the tenant', async () => {
    const { number } = await book();
    await api.keys.revoke({ tenant: 'acme', id: 'acmekey' }, api.revocations);
    expect((await come(number)).code).toBeUndefined();
  });
});

describe('the link of an invitee', () => {
  const linkOf = async (id: string, invitee = '') =>
    (await api.ask('GET', `/meetings/${id}/invitees/${invitee}/link`)).json();
  const exchange = async (url: string, more: object = {}) =>
    (await post('/join-links/exchange', { code: url.split('/j/')[1], browserId: browser('a'), ...more })).json();
  const invitees = [
    { email: 'bob@example.org', name: 'Bob', role: 'cohost' },
    { userId: 'cem', name: 'Cem' },
    { name: 'Zoe' },
    { email: 'dan@example.org' },
  ];
  const change = async (path: string, body: object) => {
    const answer = await api.ask('PATCH', path, { body, headers: { 'if-match': '*' } });
    expect(answer.json().code).toBeUndefined();
  };

  it('is its person with its role, without the password, until an hour after the occurrence', async () => {
    const settings = { regions: ['frankfurt'], muteOnEntry: true };
    const { id, room, invitees: known } = await book({ invitees, password: 'secret', settings });
    const [bob, cem] = [await linkOf(id, known[0]?.id), await linkOf(id, known[1]?.id)];
    expect(bob).toEqual({ url: bob.url, identity: known[0]?.id, name: 'Bob', role: 'cohost' });
    expect(await linkOf(id, known[0]?.id)).toEqual(bob);
    const answer = await exchange(bob.url, { name: 'Mallory' });
    expect(answer).toMatchObject({ room, identity: known[0]?.id, name: 'Bob', title: 'Plan' });
    // A host gets in at once.
    expect(answer.meeting.muteOnEntry).toBe(false);
    const access = accessIn(answer.token);
    expect(access).toMatchObject({ fence: 'frankfurt', expiresWallMs: nineMs + 90 * MINUTE_MS });
    const members = (await api.policies.get('acme', room))?.policy.members;
    expect(members).toEqual([{ identity: answer.identity, role: 'cohost' }]);
    expect(await exchange(cem.url)).toMatchObject({ identity: 'cem', meeting: { muteOnEntry: true } });
    const dan = await linkOf(id, known[3]?.id);
    expect((await exchange(dan.url)).errors).toEqual([expect.objectContaining({ pointer: '/name' })]);
    expect((await exchange(dan.url, { name: 'Dan' })).name).toBe('Dan');
    expect((await linkOf(id, known[2]?.id)).status).toBe(404);
    const rows = JSON.stringify(await api.store.db.selectFrom('join_links').selectAll().execute());
    expect(rows).not.toContain(bob.url.split('/j/')[1]);
    expect((await api.ask('GET', '/join-links')).json().data).toEqual([]);
  });

  it('lets only hosts and cohosts in where the room does not know yet that others wait; so do all other tokens', async () => {
    const guarded = await book({ invitees, settings: { joinBeforeHost: false } });
    const needs = (token: string) => accessIn(token).needsPolicy;
    const [bob, cem] = guarded.invitees.map(({ id }) => linkOf(guarded.id, id));
    expect(needs((await exchange((await bob).url)).token)).toBe(false);
    expect(needs((await exchange((await cem).url)).token)).toBe(true);
    const signed = async (room: string) =>
      (await api.ask('POST', `/rooms/${room}/tokens`, { body: { identity: 'gil' } })).json().token;
    const linked = async (room: string) =>
      (await exchange((await api.ask('POST', '/join-links', { body: { room } })).json().url, { name: 'Gil' })).token;
    const waiting = await book({ settings: { waitingRoom: true } });
    const open = await book();
    for (const { number, room } of [guarded, waiting, open]) {
      const tokens = [(await come(number)).token, await signed(room), await linked(room)];
      expect(tokens.map(needs)).toEqual(Array(3).fill(room !== open.room));
    }
  });

  it('of a show lets those publish that have a role for it; others watch, also by its number', async () => {
    const more = [
      { userId: 'eli', name: 'Eli', role: 'speaker' },
      { userId: 'fay', name: 'Fay', role: 'attendee' },
    ];
    const {
      id,
      number,
      invitees: known,
    } = await book({ invitees: [...invitees, ...more], settings: { kind: 'show' } });
    const mayPublish = async (at: number) => {
      const { url } = await linkOf(id, known[at]?.id);
      return accessIn((await exchange(url)).token).rights.canPublish;
    };
    expect([await mayPublish(0), await mayPublish(4)]).toEqual([true, true]);
    expect([await mayPublish(1), await mayPublish(5)]).toEqual([false, false]);
    expect(accessIn((await come(number)).token).rights.canPublish).toBe(false);
  });

  it('ends with the invitation, with the sessions of its tokens', async () => {
    const { id, invitees: known } = await book({ invitees });
    const [bob, cem] = [await linkOf(id, known[0]?.id), await linkOf(id, known[1]?.id)];
    const { token } = await exchange(bob.url);
    await api.ask('DELETE', `/meetings/${id}/invitees/${known[0]?.id}`);
    // This one was never used: there is nothing to revoke.
    await api.ask('DELETE', `/meetings/${id}/invitees/${known[3]?.id}`);
    expect((await exchange(bob.url)).code).toBe('LINK_INVALID');
    await api.revocations.poll();
    expect(api.revoked.flatMap(({ entries }) => entries.map((one) => one.id))).toEqual([accessIn(token).via]);
    expect((await exchange(cem.url)).identity).toBe('cem');
  });

  it('of an address that is a user’s is that user, in the policy too, as long as the user is active', async () => {
    const { user } = await api.user({ id: 'u-bob', email: 'Bob@example.org' });
    const { id, room, invitees: known } = await book({ invitees });
    const { url } = await linkOf(id, known[0]?.id);
    const { identity, token } = await exchange(url);
    expect([identity, (await linkOf(id, known[0]?.id)).identity]).toEqual(['u-bob', 'u-bob']);
    const members = (await api.policies.get('acme', room))?.policy.members;
    expect(members).toEqual([{ identity: 'u-bob', role: 'cohost' }]);
    const named = await api.ask('POST', '/join-links', { body: { room: 'lobby', identity: 'u-bob', name: 'Bob' } });
    const all = [url, named.json().url];
    const codes = () => Promise.all(all.map(async (each) => (await exchange(each)).code));
    await change(`/users/${user.id}`, { active: false });
    expect(await codes()).toEqual(['LINK_INVALID', 'LINK_INVALID']);
    const revoked = api.revoked.flatMap(({ entries }) => entries);
    const { via, tokenId } = accessIn(token);
    expect(tokenId).not.toBe('');
    expect(revoked.map((each) => each.id)).toEqual(['user:u-bob', via]);
    expect(revoked[1]?.beforeMs).toBeGreaterThan(api.clock.wallMs());
    await change(`/users/${user.id}`, { active: true });
    expect(await codes()).toEqual([undefined, undefined]);
    await api.ask('DELETE', `/users/${user.id}`);
    await api.user({ id: 'u-bob', email: 'bob@example.org' });
    expect(await codes()).toEqual(['LINK_INVALID', 'LINK_INVALID']);
    await change(`/meetings/${id}`, { localStart: '2026-01-01T12:00' });
    expect((await exchange(url)).code).toBe('LINK_INVALID');
    expect((await exchange((await linkOf(id, known[1]?.id)).url)).identity).toBe('cem');
  });

  it('is another one for another address, and the same again for the first', async () => {
    const { id, invitees: known } = await book({ invitees });
    const one = `/meetings/${id}/invitees/${known[0]?.id}`;
    const first = await linkOf(id, known[0]?.id);
    await change(one, { email: 'rob@example.org', name: 'Rob' });
    const second = await linkOf(id, known[0]?.id);
    expect(second.url).not.toBe(first.url);
    expect((await exchange(first.url)).code).toBe('LINK_INVALID');
    expect((await exchange(second.url)).name).toBe('Rob');
    await change(one, { email: 'bob@example.org' });
    expect((await linkOf(id, known[0]?.id)).url).toBe(first.url);
    expect((await exchange(first.url)).identity).toBe(known[0]?.id);
  });

  it('opens no meeting that is cancelled; its participants stay', async () => {
    const { id, number, invitees: known } = await book({ invitees });
    const { url } = await linkOf(id, known[1]?.id);
    await exchange(url);
    await come(number);
    await api.ask('DELETE', `/meetings/${id}`);
    expect((await exchange(url)).code).toBe('LINK_INVALID');
    expect((await linkOf(id, known[1]?.id)).code).toBe('CONFLICT');
    await api.revocations.poll();
    expect(api.revoked).toEqual([]);
  });

  it('is good for all occurrences, also of a series that grows or has no end', async () => {
    const { id, invitees: known } = await book({ invitees, recurrence: 'FREQ=DAILY;COUNT=2' });
    const { url } = await linkOf(id, known[1]?.id);
    goTo(nineMs + 24 * HOUR_MS + 89 * MINUTE_MS);
    expect((await exchange(url)).expiresAt).toBe('2026-01-02T10:30:00.000Z');
    api.clock.advance(MINUTE_MS);
    expect((await exchange(url)).code).toBe('LINK_INVALID');
    await change(`/meetings/${id}`, { recurrence: 'FREQ=DAILY' });
    expect((await exchange(url)).expiresAt).toBe('2026-01-03T10:30:00.000Z');
    goTo(nineMs + 300 * 24 * HOUR_MS);
    expect((await exchange(url)).identity).toBe('cem');
    await change(`/meetings/${id}`, { recurrence: '', localStart: '2026-12-01T09:00' });
    expect((await exchange(url)).meeting.startsAt).toBe('2026-12-01T09:00:00.000Z');
    const rows = await api.store.db.selectFrom('join_links').select('expires_ms').execute();
    expect(new Set(rows.map(({ expires_ms }) => expires_ms))).toEqual(new Set([Date.UTC(2026, 11, 1, 10, 30)]));
  });

  it('is not kept of a meeting that was not booked', async () => {
    const refused = await api.ask('POST', '/meetings', { body: { ...once, invitees: [{ email: 'none' }] } });
    expect(refused.statusCode).toBe(400);
    expect(await api.store.db.selectFrom('join_links').select('id').execute()).toEqual([]);
  });

  it('is made for each of 900 invitees', async () => {
    const many = Array.from({ length: 900 }, (_, at) => ({ email: `a${at}@example.org` }));
    const { id, invitees: known } = await book({ invitees: many });
    const rows = await api.store.db.selectFrom('join_links').select('invitee').execute();
    expect(new Set(rows.map(({ invitee }) => invitee)).size).toBe(900);
    expect((await exchange((await linkOf(id, known[899]?.id)).url, { name: 'Last' })).identity).toBe(known[899]?.id);
  });

  it('is in the calendar of its user, and in no other', async () => {
    const { id, number, invitees: known } = await book({ invitees });
    const { url } = await linkOf(id, known[1]?.id);
    const feed = (await api.ask('POST', '/calendar-feeds', { body: { userId: 'cem' } })).json().url;
    const calendar = await api.app.inject({ url: new URL(feed).pathname });
    expect(calendar.body.replaceAll(/\r\n /g, '')).toContain(`URL;VALUE=URI:${url}`);
    const file = (await api.ask('GET', `/meetings/${id}/calendar.ics`)).body.replaceAll(/\r\n /g, '');
    expect(file).toContain(`https://meet.example/m/${number}`);
    expect(file).not.toContain('/j/');
  });
});

describe('a token that is made for a meeting’s room', () => {
  it('is bound to the regions of the meeting', async () => {
    const { room } = await book({ settings: { regions: ['frankfurt'] } });
    const answer = await api.ask('POST', `/rooms/${room}/tokens`, { body: { identity: 'ann' } });
    expect(accessIn(answer.json().token).fence).toBe('frankfurt');
    const refused = await api.ask('POST', '/meetings', { body: { ...once, settings: { regions: ['ü'] } } });
    expect(refused.json().errors).toEqual([{ pointer: '/settings/regions', detail: 'names of regions' }]);
  });
});
