import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JoinLinks } from '../../../src/join-links/join-links.ts';
import { Meetings } from '../../../src/meetings/meetings.ts';
import { keepBranding } from '../../../src/tenant/branding.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

const MINUTE_MS = 60_000;
const nineMs = Date.UTC(2026, 0, 1, 9);
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const browser = (letter: string): string => letter.repeat(22);
const singleMeeting = { title: 'Plan', localStart: '2026-01-01T10:00', timeZone: 'Europe/Berlin', durationMinutes: 30 };
const book = async (more: object = {}) => {
  const answer = await api.ask('POST', '/meetings', { body: { ...singleMeeting, ...more } });
  expect([answer.statusCode, answer.json().code]).toEqual([201, undefined]);
  return answer.json() as { id: string; number: string; room: string; invitees: { id: string }[] };
};
const codeOf = async (body: object) => {
  const answer = await api.ask('POST', '/join-links', { body: { room: 'demo', ...body } });
  expect([answer.statusCode, answer.json().code]).toEqual([201, undefined]);
  return answer.json().url.split('/j/')[1] as string;
};
const goTo = (wallMs: number): void => api.clock.advance(wallMs - api.clock.wallMs());
const post = async (path: string, payload: object, remoteAddress = '192.0.2.1') =>
  (await api.app.inject({ method: 'POST', url: `/api/v1${path}`, payload, remoteAddress })).json();
const previewOf = (code: string, more: object = {}) => post('/join-links/look', { code, ...more });
const lookAt = (number: string, more: object = {}, address?: string) =>
  post('/meetings/look', { number, ...more }, address);
const noBranding = { displayName: null, accentColor: null, logo: null, supportUrl: null };
const acme = { tenantName: 'Acme', branding: noBranding };
const withoutRequestId = ({ requestId: _, instance: __, ...rest }: Record<string, unknown>) => rest;
const links = () => api.store.db.selectFrom('join_links').selectAll().execute();
const browsers = () => api.store.db.selectFrom('join_link_browsers').selectAll().execute();

describe('a meeting’s number', () => {
  it('demands a new password of browsers that joined with the former one', async () => {
    const { id, number } = await book({ password: 'open sesame' });
    const come = (more: object = {}) =>
      post('/meetings/exchange', { number, name: 'Gil', browserId: browser('a'), ...more });
    const change = async (body: object) => {
      const answer = await api.ask('PATCH', `/meetings/${id}`, { body, headers: { 'if-match': '*' } });
      expect([answer.statusCode, answer.json().code]).toEqual([200, undefined]);
    };
    const { identity } = await come({ password: 'open sesame' });
    await change({ title: 'Plans' });
    expect((await come()).identity).toBe(identity);
    await change({ password: 'close sesame' });
    expect((await lookAt(number, { browserId: browser('a') })).passwordNeeded).toBe(true);
    expect([(await come()).code, (await come({ password: 'open sesame' })).code]).toEqual([
      'PASSWORD_WRONG',
      'PASSWORD_WRONG',
    ]);
    expect((await come({ password: 'close sesame' })).identity).toMatch(/^guest-/);
    expect((await come()).code).toBeUndefined();
  });
});

describe('a look at a join link', () => {
  it('shows its title, else the room’s title, else the room, and changes nothing', async () => {
    // The room of a meeting has the meeting's title.
    const { room } = await book();
    const codes = [await codeOf({ title: 'Weekly' }), await codeOf({ room }), await codeOf({})];
    const before = await links();
    const roomPreview = {
      startsAt: null,
      endsAt: null,
      timeZone: null,
      passwordNeeded: false,
      onlyWatches: false,
      name: null,
      ...acme,
    };
    const titles = ['Weekly', 'Plan', 'demo'];
    for (const [at, code] of codes.entries()) {
      expect(await previewOf(code)).toEqual({ ...roomPreview, title: titles[at] });
      expect((await previewOf(code, { browserId: browser('a') })).title).toBe(titles[at]);
    }
    expect([await links(), await browsers()]).toEqual([before, []]);
    for (const [at, code] of codes.entries()) {
      const grant = await post('/join-links/exchange', { code, name: 'Gil', browserId: browser('a') });
      expect(grant.title).toBe(titles[at]);
    }
  });

  it('asks for the password unless the browser came before', async () => {
    const code = await codeOf({ title: 'Secret', password: 'open sesame' });
    const guest = { browserId: browser('a') };
    expect(await previewOf(code, guest)).toMatchObject({ title: 'Secret', passwordNeeded: true });
    await post('/join-links/exchange', { code, name: 'Gil', password: 'open sesame', ...guest });
    expect((await previewOf(code, guest)).passwordNeeded).toBe(false);
    expect((await previewOf(code, { browserId: browser('b') })).passwordNeeded).toBe(true);
    expect((await previewOf(code)).passwordNeeded).toBe(true);
  });

  it('shows the name of the person of a personal link, as its exchange does', async () => {
    const code = await codeOf({ identity: 'u-ana', name: 'Ana' });
    expect((await previewOf(code)).name).toBe('Ana');
    const locked = await codeOf({ identity: 'u-ana', name: 'Ana', password: 'open sesame' });
    expect((await previewOf(locked)).name).toBeNull();
    const guest = { name: 'Gil', browserId: browser('a') };
    expect((await post('/join-links/exchange', { code, ...guest })).name).toBe('Ana');
  });

  it('shows the branding of its own company only', async () => {
    const { number } = await book();
    const code = await codeOf({});
    const branding = { ...noBranding, displayName: 'Acme Meetings', accentColor: '#aa0000' };
    await keepBranding(api.store.db, 'acme', branding);
    expect([(await previewOf(code)).branding, (await lookAt(number)).branding]).toEqual([branding, branding]);
    await keepBranding(api.store.db, 'acme', noBranding);
    await keepBranding(api.store.db, 'globex', branding);
    expect([(await previewOf(code)).branding, (await lookAt(number)).branding]).toEqual([noBranding, noBranding]);
  });

  it('is refused like an exchange: unknown, revoked, expired, used up', async () => {
    const [revoked, expired, full] = [await codeOf({}), await codeOf({}), await codeOf({ maxUses: 1 })];
    const { data } = (await api.ask('GET', '/join-links')).json();
    const rows = await links();
    const { id } = rows.find((row) => row.max_uses === 1) ?? { id: '' };
    expect(data).toHaveLength(3);
    const guest = { name: 'Gil', browserId: browser('a') };
    await post('/join-links/exchange', { code: full, ...guest });
    for (const one of data) if (one.id !== id) await api.ask('DELETE', `/join-links/${one.id}`);
    const refusals = [];
    for (const code of ['x'.repeat(22), revoked, expired, full]) {
      refusals.push(withoutRequestId(await previewOf(code, { browserId: browser('b') })));
      refusals.push(withoutRequestId(await post('/join-links/exchange', { ...guest, code, browserId: browser('b') })));
    }
    expect(refusals[0]).toMatchObject({ status: 404, code: 'LINK_INVALID' });
    for (const [at, refusal] of refusals.entries()) expect([at, refusal]).toEqual([at, refusals[0]]);
    expect((await previewOf(full, { browserId: browser('a') })).title).toBe('demo');
  });

  it('of an invitee shows the time of the meeting without a password, and nothing about the user', async () => {
    await api.user({ id: 'u-bob', email: 'bob@example.org' });
    const invited = { email: 'bob@example.org', name: 'Bob' };
    const { id, invitees } = await book({ password: 'secret', invitees: [invited] });
    const { url } = (await api.ask('GET', `/meetings/${id}/invitees/${invitees[0]?.id}/link`)).json();
    const code = url.split('/j/')[1];
    expect(await previewOf(code)).toEqual({
      title: 'Plan',
      startsAt: '2026-01-01T09:00:00.000Z',
      endsAt: '2026-01-01T09:30:00.000Z',
      timeZone: 'Europe/Berlin',
      passwordNeeded: false,
      onlyWatches: false,
      name: 'Bob',
      ...acme,
    });
    expect((await api.ask('GET', `/meetings/${id}`)).json()).toMatchObject({ version: 1, invitees: [{ userId: '' }] });
    await api.ask('DELETE', `/meetings/${id}`);
    expect((await previewOf(code)).code).toBe('LINK_INVALID');
  });
});

describe('a look at the number of a meeting', () => {
  it('shows the meeting and when it runs or comes next', async () => {
    const { number } = await book({ recurrence: 'FREQ=DAILY;COUNT=2' });
    const first = { startsAt: '2026-01-01T09:00:00.000Z', endsAt: '2026-01-01T09:30:00.000Z' };
    const rest = {
      title: 'Plan',
      timeZone: 'Europe/Berlin',
      passwordNeeded: false,
      onlyWatches: false,
      name: null,
      ...acme,
    };
    expect(await lookAt(number)).toEqual({ ...first, ...rest });
    expect([await links(), await browsers()]).toEqual([[], []]);
    goTo(nineMs + 89 * MINUTE_MS);
    expect(await lookAt(number)).toEqual({ ...first, ...rest });
    goTo(nineMs + 90 * MINUTE_MS);
    expect((await lookAt(number)).startsAt).toBe('2026-01-02T09:00:00.000Z');
  });

  it('says who only watches: in a show those without a role that publishes', async () => {
    const cohost = { userId: 'u-co', role: 'cohost' };
    const guest = { email: 'gil@example.org', name: 'Gil' };
    const { id, number, invitees } = await book({ settings: { kind: 'show' }, invitees: [cohost, guest] });
    expect((await lookAt(number)).onlyWatches).toBe(true);
    const said = [];
    for (const invitee of invitees) {
      const { url } = (await api.ask('GET', `/meetings/${id}/invitees/${invitee.id}/link`)).json();
      said.push((await previewOf(url.split('/j/')[1])).onlyWatches);
    }
    expect(said).toEqual([false, true]);
  });

  it('hides the title of a meeting with a password, except from browsers that have given it', async () => {
    const { number } = await book({ password: 'secret' });
    const guest = { browserId: browser('a') };
    const hidden = { title: null, passwordNeeded: true, startsAt: '2026-01-01T09:00:00.000Z' };
    expect(await lookAt(number, guest)).toMatchObject(hidden);
    await post('/meetings/exchange', { number, name: 'Gil', password: 'secret', ...guest });
    expect(await lookAt(number, guest)).toMatchObject({ title: 'Plan', passwordNeeded: false });
    expect(await lookAt(number, { browserId: browser('b') })).toMatchObject(hidden);
    expect(await lookAt(number)).toMatchObject(hidden);
  });

  it('is refused like an exchange: unknown, cancelled, over', async () => {
    const [pastMeeting, cancelledMeeting] = [await book(), await book({ localStart: '2026-01-02T09:00' })];
    await api.ask('DELETE', `/meetings/${cancelledMeeting.id}`);
    goTo(nineMs + 90 * MINUTE_MS);
    const guest = { name: 'Gil', browserId: browser('a') };
    const refusals = [];
    for (const number of ['999999999', pastMeeting.number, cancelledMeeting.number]) {
      refusals.push(withoutRequestId(await lookAt(number)));
      refusals.push(withoutRequestId(await post('/meetings/exchange', { number, ...guest })));
    }
    expect(refusals[0]).toMatchObject({ status: 404, code: 'NUMBER_INVALID' });
    for (const refusal of refusals) expect(refusal).toEqual(refusals[0]);
  });

  it('shares its limit of tries with exchanges; only wrong numbers of either count', async () => {
    const { number } = await book();
    const guest = { name: 'Gil', browserId: browser('k') };
    await post('/meetings/exchange', { number, ...guest });
    for (let at = 0; at < 40; at++) expect((await lookAt(number)).title).toBe('Plan');
    for (let at = 0; at < 15; at++) {
      expect((await lookAt(String(200_000_000 + at))).code).toBe('NUMBER_INVALID');
      const wrong = { number: String(300_000_000 + at), name: 'Gil', browserId: browser('z') };
      expect((await post('/meetings/exchange', wrong)).code).toBe('NUMBER_INVALID');
    }
    // Right numbers are refused too, except from earlier browsers and other addresses.
    expect(await lookAt(number)).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect((await lookAt('400000000')).code).toBe('RATE_LIMITED');
    expect((await lookAt(number, { browserId: browser('k') })).title).toBe('Plan');
    expect((await lookAt(number, {}, '203.0.113.9')).title).toBe('Plan');
  });

  it('beyond the limit reads no meeting, so that right and wrong numbers take the same queries', async () => {
    const { number } = await book();
    await post('/meetings/exchange', { number, name: 'Gil', browserId: browser('k') });
    for (let at = 0; at < 30; at++) await lookAt(String(200_000_000 + at));
    const reads = vi.spyOn(Meetings.prototype, 'byNumber');
    const others = [
      vi.spyOn(Meetings.prototype, 'idByNumber'),
      vi.spyOn(JoinLinks.prototype, 'open'),
      vi.spyOn(JoinLinks.prototype, 'guestOf'),
    ];
    const costs = async (of: string, more: object, path = '/meetings/look') => {
      for (const one of others) one.mockClear();
      expect((await post(path, { number: of, ...more })).code).toBe('RATE_LIMITED');
      return others.map((one) => one.mock.calls.length);
    };
    try {
      for (const one of [number, '400000000']) {
        expect(await costs(one, {})).toEqual([0, 0, 0]);
        expect(await costs(one, { browserId: browser('z') })).toEqual([1, 1, 1]);
        const guest = { browserId: browser('z'), name: 'Gil' };
        expect(await costs(one, guest, '/meetings/exchange')).toEqual([1, 1, 1]);
      }
      expect(reads).not.toHaveBeenCalled();
      expect((await lookAt(number, { browserId: browser('k') })).title).toBe('Plan');
    } finally {
      vi.restoreAllMocks();
    }
  });

  it('counts a wrong number once an hour for an address, so a stale link does not shut out an office', async () => {
    const [staleMeeting, { number }] = [await book(), await book({ localStart: '2026-01-02T09:00' })];
    await api.ask('DELETE', `/meetings/${staleMeeting.id}`);
    const staleTry = async () => (await lookAt(staleMeeting.number)).code;
    for (let at = 0; at < 60; at++) expect(await staleTry()).toBe('NUMBER_INVALID');
    const guest = { name: 'Gil', browserId: browser('a') };
    for (let at = 0; at < 60; at++)
      expect((await post('/meetings/exchange', { number: staleMeeting.number, ...guest })).code).toBe('NUMBER_INVALID');
    expect((await lookAt(number)).title).toBe('Plan');
    for (let at = 0; at < 29; at++) await lookAt(String(200_000_000 + at));
    expect((await lookAt(number)).code).toBe('RATE_LIMITED');
    // The number is known as wrong at this address; at another address it counts.
    expect(await staleTry()).toBe('NUMBER_INVALID');
    for (let at = 0; at < 30; at++) await lookAt(String(300_000_000 + at), {}, '203.0.113.9');
    expect((await lookAt(staleMeeting.number, {}, '203.0.113.9')).code).toBe('RATE_LIMITED');
  });

  it('counts a wrong number again after an hour', async () => {
    await lookAt('200000000');
    api.clock.advance(60 * MINUTE_MS);
    for (let at = 0; at < 30; at++) await lookAt(String(200_000_000 + at));
    expect((await lookAt('400000000')).code).toBe('RATE_LIMITED');
  });

  it('finds numbers of every tenant, and names the tenant of the number', async () => {
    const answer = await api.ask('POST', '/meetings', { body: singleMeeting, signer: tenants[1] });
    expect(await lookAt(answer.json().number)).toMatchObject({ title: 'Plan', tenantName: 'Globex' });
  });
});
