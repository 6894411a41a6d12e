import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Passwords } from '../../../src/access/password.ts';
import { noBranding } from '../../../src/tenant/core/branding.ts';
import { cheap, type TestApi, tenants, testApi } from '../../support/test-api.ts';

const HOUR_MS = 3_600_000;
const PASSWORD = 'correct horse';
const ORIGIN = 'https://meet.example.org';
/** Options for polling, since entries are written after the answer. */
const pollOptions = { timeout: 60_000 };
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const signIn = (body: object, headers: Record<string, string> = {}, remoteAddress = '192.0.2.1') =>
  api.app.inject({
    method: 'POST',
    url: '/api/v1/sessions',
    payload: body,
    remoteAddress,
    headers: { origin: ORIGIN, ...headers },
  });
const me = (headers: Record<string, string>) => api.app.inject({ url: '/api/v1/me', headers });
const cookieOf = (answer: { headers: Record<string, unknown> }): string =>
  /^[^;]+/.exec(String(answer.headers['set-cookie']))?.[0] ?? '';

class NotedPasswords extends Passwords {
  readonly noted: string[] = [];

  override matches(kept: string, password: string): Promise<boolean> {
    this.noted.push(kept.split('$').slice(0, 4).join('$'));
    return super.matches(kept, password);
  }
}

/** Checks of wrong passwords wait until `letGo`. */
class HeldPasswords extends Passwords {
  readonly held: (() => void)[] = [];
  isHolding = true;

  override async matches(kept: string, password: string): Promise<boolean> {
    if (password === 'wrong' && this.isHolding) await new Promise<void>((resolve) => this.held.push(resolve));
    return super.matches(kept, password);
  }

  letGo(): void {
    this.isHolding = false;
    for (const go of this.held.splice(0)) go();
  }
}

describe('a session', () => {
  it.each([
    ['no cookie', {}, 'TOKEN_MISSING'],
    ['another cookie', { cookie: 'meridian=abc' }, 'TOKEN_MISSING'],
    ['a short secret', { cookie: '__Host-meridian=abc' }, 'SESSION_ENDED'],
    ['an empty secret', { cookie: '__Host-meridian=' }, 'SESSION_ENDED'],
    ['an unknown secret', { cookie: `__Host-meridian=${'a'.repeat(43)}` }, 'SESSION_ENDED'],
    ['a huge secret', { cookie: `__Host-meridian=${'a'.repeat(8000)}` }, 'SESSION_ENDED'],
    [
      'an unknown secret beside a wrong token',
      { cookie: `__Host-meridian=${'a'.repeat(43)}`, authorization: 'Bearer x' },
      'TOKEN_INVALID',
    ],
  ])('is not opened by %s', async (_, headers, code) => {
    const answer = await me(headers as Record<string, string>);
    expect([answer.statusCode, answer.json().code]).toEqual([401, code]);
  });

  it('shows its user, and has the scopes of the user’s role', async () => {
    const { user, headers } = await api.user({ role: 'host', name: 'Ann', email: 'Ann@Example.org' });
    expect((await me(headers)).json()).toEqual({
      id: user.id,
      tenant: 'acme',
      email: 'ann@example.org',
      name: 'Ann',
      role: 'host',
      hasPassword: false,
      scopes: ['library:read', 'library:write', 'meetings:read', 'meetings:write', 'reports:read'],
      branding: noBranding,
    });
    expect((await api.ask('GET', '/keys', { as: { headers } })).json().code).toBe('NOT_PERMITTED');
    expect((await api.ask('GET', '/me')).json()).toMatchObject({ status: 403, code: 'NOT_PERMITTED' });
  });

  it('makes changes only from the api’s own page', async () => {
    const { headers } = await api.user({ role: 'admin' });
    const rows: Record<string, string>[] = [
      { cookie: headers.cookie },
      { cookie: headers.cookie, origin: 'https://evil.example' },
      { cookie: headers.cookie, origin: 'null' },
      { cookie: headers.cookie, origin: `${ORIGIN}.evil.example` },
      { ...headers, 'sec-fetch-site': 'cross-site' },
    ];
    for (const sent of rows) {
      const answer = await api.ask('POST', '/join-links', { as: { headers: sent }, body: { room: 'demo' } });
      expect([sent, answer.statusCode, answer.json().code]).toEqual([sent, 403, 'ORIGIN_REFUSED']);
      expect((await me(sent)).statusCode).toBe(200);
    }
    const allowed = { headers: { ...headers, 'sec-fetch-site': 'same-origin' } };
    expect((await api.ask('POST', '/join-links', { as: allowed, body: { room: 'demo' } })).statusCode).toBe(201);
  });

  it('ends after twelve hours without use, and after seven days', async () => {
    const { headers } = await api.user();
    api.clock.advance(12 * HOUR_MS - 1);
    for (let hours = 12; hours < 7 * 24; hours += 11) {
      expect((await me(headers)).statusCode, `${hours} h`).toBe(200);
      api.clock.advance(11 * HOUR_MS);
    }
    api.clock.advance(HOUR_MS);
    expect((await me(headers)).json().code).toBe('SESSION_ENDED');
    const other = await api.user();
    api.clock.advance(12 * HOUR_MS);
    expect((await me(other.headers)).json().code).toBe('SESSION_ENDED');
  });

  it('ends when its user signs out', async () => {
    const { headers } = await api.user();
    const answer = await api.ask('DELETE', '/sessions/current', { as: { headers } });
    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await me(headers)).json().code).toBe('SESSION_ENDED');
    expect((await api.ask('DELETE', '/sessions/current')).json().code).toBe('NOT_PERMITTED');
  });
});

describe('signing in', () => {
  it('sets a cookie for this host that scripts cannot read', async () => {
    await api.user({ email: 'ann@example.org', password: PASSWORD });
    const answer = await signIn({ email: 'ANN@example.org', password: PASSWORD });
    expect([answer.statusCode, answer.json().email]).toEqual([201, 'ann@example.org']);
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^__Host-meridian=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect((await me({ cookie: cookieOf(answer) })).json().email).toBe('ann@example.org');
  });

  it('is refused with the same answer for any reason', async () => {
    await api.user({ id: 'ann', email: 'ann@example.org', password: PASSWORD });
    await api.user({ id: 'none', email: 'none@example.org' });
    await api.user({ id: 'away', email: 'away@example.org', password: PASSWORD, isActive: false });
    await api.user({ id: 'two', email: 'two@example.org', password: PASSWORD });
    await api.user({ id: 'two', email: 'two@example.org', password: PASSWORD, tenant: tenants[1].id });
    const rows = [
      { email: 'unknown@example.org', password: PASSWORD },
      { email: 'none@example.org', password: PASSWORD },
      { email: 'away@example.org', password: PASSWORD },
      { email: 'ann@example.org', password: `${PASSWORD} ` },
      { email: 'two@example.org', password: `${PASSWORD} ` },
      { email: 'ann@example.org', password: PASSWORD, tenant: 'globex' },
      { email: 'ann@example.org', password: PASSWORD, tenant: 'unknown' },
    ];
    const answers = await Promise.all(rows.map((row) => signIn(row)));
    const [first] = answers;
    for (const answer of answers) {
      expect([answer.statusCode, answer.body]).toEqual([403, first?.body]);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    // A refusal is logged once a minute for each account, without its user.
    const refusals = async (signer: (typeof tenants)[number] = tenants[0]) => {
      const { data } = (await api.ask('GET', '/audit?operation=signIn', { signer })).json();
      return (data as { by: { id: string }; status: number }[]).map(({ by, status }) => [by.id, status]);
    };
    await expect.poll(async () => (await refusals()).length, pollOptions).toBe(4);
    expect((await refusals()).toSorted()).toEqual(['ann', 'away', 'none', 'two'].map((id) => [id, 403]));
    await expect.poll(() => refusals(tenants[1]), pollOptions).toEqual([['two', 403]]);
    const entries = await api.store.db.selectFrom('audit_entries').selectAll().execute();
    expect(JSON.stringify(entries)).not.toContain('example.org');
  });

  it('is refused after the same work, with or without an account', async () => {
    const passwords = new NotedPasswords(cheap);
    await api.close();
    api = await testApi({ passwords });
    await api.user({ email: 'ann@example.org', password: PASSWORD });
    await api.user({ email: 'none@example.org' });
    await api.user({ email: 'away@example.org', password: PASSWORD, isActive: false });
    await api.user({ email: 'two@example.org', password: PASSWORD });
    await api.user({ email: 'two@example.org', password: PASSWORD, tenant: tenants[1].id });
    const names = ['ann', 'none', 'away', 'two', 'unknown'];
    for (const more of [{}, { tenant: 'acme' }, { tenant: 'globex' }, { tenant: 'unknown' }])
      for (const name of names) {
        passwords.noted.length = 0;
        const answer = await signIn({ email: `${name}@example.org`, password: 'wrong', ...more });
        expect(answer.json().code).toBe('SIGN_IN_REFUSED');
        const expectedChecks = Array('tenant' in more ? 1 : 3).fill('$argon2id$v=19$m=8,t=1,p=1');
        expect([name, more, passwords.noted]).toEqual([name, more, expectedChecks]);
      }
  });

  it('with an e-mail in several tenants opens the account with this password, or asks for the tenant', async () => {
    const email = 'two@example.org';
    const { db, users } = api.users;
    const { user } = await api.user({ email, password: PASSWORD });
    await api.user({ email, password: `${PASSWORD}2`, tenant: tenants[1].id });
    expect((await signIn({ email, password: PASSWORD })).json().tenant).toBe('acme');
    const other = { email, password: `${PASSWORD}2` };
    expect((await signIn(other)).json().tenant).toBe('globex');
    await users.setPassword(db, user, await api.users.passwords.hash(other.password));
    const tenantQuestion = await signIn(other);
    expect(tenantQuestion.json()).toMatchObject({
      status: 409,
      code: 'TENANT_NEEDED',
      choices: [
        { id: 'acme', name: 'Acme' },
        { id: 'globex', name: 'Globex' },
      ],
    });
    expect(tenantQuestion.headers['set-cookie']).toBeUndefined();
    expect((await signIn({ ...other, tenant: 'globex' })).json().tenant).toBe('globex');
    await api.ask('PATCH', `/users/${user.id}`, { body: { active: false }, headers: { 'if-match': '*' } });
    expect((await signIn(other)).json().tenant).toBe('globex');
  });

  it('is accepted from the api’s own page only', async () => {
    const answer = await signIn({ email: 'a@example.org', password: PASSWORD }, { origin: 'https://evil.example' });
    expect(answer.json()).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED' });
  });

  it('limits wrong tries of an account from an address, and of the address; right tries do not count', async () => {
    await api.user({ email: 'ann@example.org', password: PASSWORD });
    const right = { email: 'ann@example.org', password: PASSWORD };
    for (let i = 0; i < 12; i++) expect((await signIn(right)).statusCode).toBe(201);
    for (let i = 0; i < 10; i++)
      expect((await signIn({ ...right, password: 'wrong' })).json().code).toBe('SIGN_IN_REFUSED');
    const refused = await signIn(right);
    // The limit does not apply to other addresses, so an attacker cannot lock the user out.
    expect((await signIn(right, {}, '198.51.100.7')).statusCode).toBe(201);
    expect([refused.json().code, refused.headers['retry-after']]).toEqual(['RATE_LIMITED', '30']);
    api.clock.advance(30_000);
    expect((await signIn(right)).statusCode).toBe(201);
    const other = (i: number) => signIn({ email: `u${i}@example.org`, password: 'wrong' });
    for (let i = 0; i < 30; i += 10) {
      const codes = await Promise.all(Array.from({ length: 10 }, async (_, at) => (await other(i + at)).json().code));
      expect(codes).toEqual(Array(10).fill('SIGN_IN_REFUSED'));
    }
    expect((await other(30)).json().code).toBe('RATE_LIMITED');
  });

  describe('while an address tries many passwords', () => {
    let passwords: HeldPasswords;
    beforeEach(async () => {
      await api.close();
      passwords = new HeldPasswords(cheap);
      api = await testApi({ passwords });
    });
    const people = async (count: number) => {
      for (let at = 0; at < count; at += 1) await api.user({ email: `p${at}@example.org`, password: PASSWORD });
    };
    const right = (at: number, address: string) =>
      signIn({ email: `p${at}@example.org`, password: PASSWORD }, {}, address);
    const attack = (emailOf: (at: number) => string) =>
      Array.from({ length: 60 }, (_, at) => signIn({ email: emailOf(at), password: 'wrong' }, {}, '198.51.100.7'));

    it('sign-ins from other addresses succeed', async () => {
      await people(14);
      const wrong = attack((at) => `u${at}@example.org`);
      await expect.poll(() => passwords.held.length, pollOptions).toBeGreaterThan(0);
      const answers = await Promise.all(Array.from({ length: 14 }, (_, at) => right(at, `192.0.2.${at}`)));
      expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(14).fill(201));
      passwords.letGo();
      const codes = (await Promise.all(wrong)).map((answer) => answer.json().code);
      expect(codes.filter((code) => code === 'SIGN_IN_REFUSED')).toHaveLength(30);
    });

    it('sign-ins from addresses without recent failures go first, even if many addresses try', async () => {
      await people(1);
      const wrongFrom = (at: number) =>
        signIn({ email: 'u@example.org', password: 'wrong', tenant: 'acme' }, {}, `10.0.${at}.1`);
      passwords.isHolding = false;
      for (let at = 0; at < 20; at += 1) await wrongFrom(at);
      passwords.isHolding = true;
      const wrong = Array.from({ length: 20 }, (_, at) => wrongFrom(at));
      await expect.poll(() => passwords.held.length, pollOptions).toBe(3);
      const honest = right(0, '192.0.2.1');
      await new Promise((resolve) => setImmediate(resolve));
      passwords.held.shift()?.();
      expect((await honest).statusCode).toBe(201);
      passwords.letGo();
      await Promise.all(wrong);
    });

    it('sign-ins from the same address succeed once it stops', async () => {
      await people(1);
      const wrong = attack(() => 'victim@example.org');
      await expect.poll(() => passwords.held.length, pollOptions).toBeGreaterThan(0);
      const waiting = right(0, '198.51.100.7');
      passwords.letGo();
      expect((await waiting).statusCode).toBe(201);
      const codes = (await Promise.all(wrong)).map((answer) => answer.json().code);
      expect(codes.filter((code) => code === 'SIGN_IN_REFUSED')).toHaveLength(10);
    });

    it('tries that are refused for load are not counted', async () => {
      await people(1);
      const wrong = [...attack((at) => `u${at % 6}@example.org`), ...attack((at) => `u${at % 6}@example.org`)];
      // Two tries are checked and 64 wait; all others are refused at once.
      const codes: string[] = [];
      const noted = wrong.map(async (each) => codes.push((await each).json().code));
      await expect.poll(() => codes.length, pollOptions).toBe(120 - 66);
      expect(new Set(codes)).toEqual(new Set(['RATE_LIMITED']));
      passwords.letGo();
      await Promise.all(noted);
      expect(codes.filter((code) => code === 'SIGN_IN_REFUSED')).toHaveLength(30);
      api.clock.advance(2000);
      expect((await right(0, '198.51.100.7')).statusCode).toBe(201);
    });

    it('tries of an account are counted over all addresses, but each network has some left', async () => {
      await people(1);
      passwords.letGo();
      const codes: string[] = [];
      for (let at = 0; at < 13; at += 1)
        for (let times = 0; times < 11; times += 1) {
          const answer = await signIn({ email: 'p0@example.org', password: 'wrong' }, {}, `10.0.${at}.1`);
          codes.push(answer.json().code);
        }
      // Ten from each of the first ten networks, and three from each of the others.
      expect(codes.filter((code) => code === 'SIGN_IN_REFUSED')).toHaveLength(10 * 10 + 3 * 3);
      expect((await right(0, '10.0.12.1')).json().code).toBe('RATE_LIMITED');
      for (let at = 0; at < 5; at += 1) expect((await right(0, '192.0.2.1')).statusCode).toBe(201);
    });
  });

  it('ends the browser’s earlier session', async () => {
    const { headers } = await api.user({ email: 'ann@example.org', password: PASSWORD });
    const answer = await signIn({ email: 'ann@example.org', password: PASSWORD }, headers);
    expect(answer.statusCode).toBe(201);
    expect((await me(headers)).json().code).toBe('SESSION_ENDED');
    expect((await me({ cookie: cookieOf(answer) })).statusCode).toBe(200);
  });
});
