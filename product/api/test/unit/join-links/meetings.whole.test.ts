import { accessOf, tokenScopes } from '@meridian/protocol';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../../support/test-api.ts';

const MINUTE_MS = 60_000;
const nineMs = Date.UTC(2026, 0, 1, 9);
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const singleMeeting = { title: 'Plan', localStart: '2026-01-01T09:00', durationMinutes: 30 };
const book = async (more: object = {}) => {
  const answer = await api.ask('POST', '/meetings', { body: { ...singleMeeting, ...more } });
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
  it('gives a token for its room until an hour after its end, with the times of the meeting', async () => {
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

  it('gets the same refusal if it is unknown, or its meeting is over or cancelled', async () => {
    const [pastMeeting, cancelledMeeting] = [
      await book(),
      await book({ localStart: '2026-01-02T09:00', password: 'secret' }),
    ];
    await come(pastMeeting.number);
    await api.ask('DELETE', `/meetings/${cancelledMeeting.id}`);
    goTo(nineMs + 90 * MINUTE_MS);
    const withoutRequestId = ({ requestId: _, instance: __, ...rest }: Record<string, unknown>) => rest;
    const answers = [];
    for (const number of [pastMeeting.number, cancelledMeeting.number, '999999999'])
      for (const password of ['', 'secret']) answers.push(withoutRequestId(await come(number, { password })));
    expect(answers[0]).toMatchObject({ status: 404, code: 'NUMBER_INVALID' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('with a password asks each browser once, and limits the tries', async () => {
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

  it('cannot be guessed: after 30 wrong numbers an address is refused even right ones', async () => {
    const { number } = await book();
    const knownIdentity = (await come(number)).identity;
    const comeWithWrong = async (at: number, address: string) =>
      (await come(String(200_000_000 + at), {}, address)).code;
    for (let at = 0; at < 30; at++) expect(await comeWithWrong(at, '198.51.100.1')).toBe('NUMBER_INVALID');
    const newBrowser = { browserId: browser('z') };
    expect(await come(number, newBrowser, '198.51.100.1')).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(await comeWithWrong(31, '198.51.100.1')).toBe('RATE_LIMITED');
    // Earlier browsers and other addresses still come in; right numbers are not counted.
    expect((await come(number, {}, '198.51.100.1')).identity).toBe(knownIdentity);
    for (let at = 0; at < 40; at++)
      expect((await come(number, { browserId: `${browser('q')}${at}` }, '203.0.113.9')).room).toBeDefined();
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

  it('gives its person with the role, without the password, until an hour after the occurrence', async () => {
    const settings = { regions: ['frankfurt'], muteOnEntry: true };
    const { id, room, invitees: known } = await book({ invitees, password: 'secret', settings });
    const [bob, cem] = [await linkOf(id, known[0]?.id), await linkOf(id, known[1]?.id)];
    expect(bob).toEqual({ url: bob.url, identity: known[0]?.id, name: 'Bob', role: 'cohost' });
    expect(await linkOf(id, known[0]?.id)).toEqual(bob);
    const answer = await exchange(bob.url, { name: 'Mallory' });
    expect(answer).toMatchObject({ room, identity: known[0]?.id, name: 'Bob', title: 'Plan' });
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

  it('admits only hosts and cohosts while the room does not yet know its waiting rules', async () => {
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

  it('ends with the invitation, as do the sessions of its tokens', async () => {
    const { id, invitees: known } = await book({ invitees });
    const [bob, cem] = [await linkOf(id, known[0]?.id), await linkOf(id, known[1]?.id)];
    const { token } = await exchange(bob.url);
    await api.ask('DELETE', `/meetings/${id}/invitees/${known[0]?.id}`);
    // This link was never used, so there is nothing to revoke.
    await api.ask('DELETE', `/meetings/${id}/invitees/${known[3]?.id}`);
    expect((await exchange(bob.url)).code).toBe('LINK_INVALID');
    await api.revocations.poll();
    expect(api.revoked.flatMap(({ entries }) => entries.map((one) => one.id))).toEqual([accessIn(token).via]);
    expect((await exchange(cem.url)).identity).toBe('cem');
  });

  it('opens no cancelled meeting, whose present participants stay', async () => {
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
});
