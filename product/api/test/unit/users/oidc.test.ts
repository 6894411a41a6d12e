import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noBranding } from '../../../src/tenant/core/branding.ts';
import { pagePath, roleOf, verifiedEmail } from '../../../src/users/core/oidc.ts';
import type { OidcConfig } from '../../../src/users/oidc.ts';
import { type Account, startProvider, type TestProvider } from '../../support/oidc.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

const ORIGIN = 'https://meet.example.org';
const callback = `${ORIGIN}/api/v1/sign-in/oidc/corp/callback`;
let provider: TestProvider;
let foreignProvider: TestProvider;
beforeAll(async () => {
  provider = await startProvider(callback);
  foreignProvider = await startProvider(callback);
});
afterAll(() => Promise.all([provider.close(), foreignProvider.close()]));

/** Options for polling, since entries are written after the answer. */
const pollOptions = { timeout: 60_000 };
let api: TestApi;
let config: OidcConfig;
beforeEach(async () => {
  config = {
    id: 'corp',
    tenant: 'acme',
    name: 'Corp',
    issuer: provider.issuer,
    clientId: 'meridian',
    createUsers: false,
    clientSecret: 'a secret of the client',
  };
  api = await testApi({ oidc: [config] });
});
afterEach(() => api.close());
async function restartApi(changes: Partial<OidcConfig>): Promise<void> {
  await api.close();
  api = await testApi({ oidc: [{ ...config, ...changes }] });
}

const get = (url: string, cookie?: string) =>
  api.app.inject({ url: url.replace(ORIGIN, ''), ...(cookie !== undefined && { headers: { cookie } }) });
type Got = Awaited<ReturnType<typeof get>>;
const cookie = (answer: Got, name: string): string => {
  const found = answer.cookies.find((each) => each.name === name);
  return found === undefined ? '' : `${name}=${found.value}`;
};
async function begin(returnTo = '/meetings') {
  const answer = await get(`/api/v1/sign-in/oidc/corp?returnTo=${encodeURIComponent(returnTo)}`);
  return { answer, url: String(answer.headers.location), sealed: cookie(answer, '__Host-meridian-oidc') };
}
async function signIn(account: Account) {
  const { url, sealed } = await begin();
  provider.as(account);
  const back = await provider.browse(url);
  return { back, sealed, answer: await get(back, sealed) };
}
const ann = { sub: 'corp-17', email: 'Ann@Example.org', email_verified: true, name: 'Ann Able' };
const expectRefused = (answer: Got, code: string): void => {
  expect([answer.statusCode, answer.headers.location]).toEqual([302, `${ORIGIN}/signin?problem=${code}`]);
  expect(cookie(answer, '__Host-meridian')).toBe('');
};

describe('signing in at a provider', () => {
  it('knows a user by its verified e-mail first, then by its subject', async () => {
    const { user } = await api.user({ id: 'ann', email: 'ann@example.org' });
    const { answer } = await signIn(ann);
    expect([answer.statusCode, answer.headers.location]).toEqual([302, `${ORIGIN}/meetings`]);
    expect(String(answer.headers['set-cookie'])).toContain('__Host-meridian-oidc=; Max-Age=0');
    const session = cookie(answer, '__Host-meridian');
    expect((await get('/api/v1/me', session)).json().id).toBe(user.id);
    // The address may change at the provider, or be unverified.
    const later = await signIn({ sub: ann.sub, email: 'a.able@example.org', email_verified: false });
    expect((await get('/api/v1/me', cookie(later.answer, '__Host-meridian'))).json().id).toBe(user.id);
    // The provider may give the address to another account.
    expectRefused((await signIn({ ...ann, sub: 'corp-18' })).answer, 'ACCOUNT_TAKEN');
  });

  it('ends the browser’s earlier session, and returns to the page it came from', async () => {
    const { headers } = await api.user({ email: 'ann@example.org' });
    const { url, sealed } = await begin('/meetings?week=2');
    provider.as(ann);
    const answer = await get(await provider.browse(url), `${sealed}; ${headers.cookie}`);
    expect(answer.headers.location).toBe(`${ORIGIN}/meetings?week=2`);
    expect((await get('/api/v1/me', headers.cookie)).json().code).toBe('SESSION_ENDED');
  });

  it('is refused without a verified e-mail, without an account, for another tenant’s, and for an inactive one', async () => {
    await api.user({ email: 'ann@example.org' });
    const { user: off } = await api.user({ email: 'off@example.org', isActive: false });
    await api.user({ email: 'globex@example.org', tenant: 'globex' });
    const rows: [Account, string][] = [
      [{ ...ann, email_verified: false }, 'EMAIL_UNVERIFIED'],
      [{ sub: ann.sub, email: ann.email }, 'EMAIL_UNVERIFIED'],
      [{ sub: ann.sub }, 'EMAIL_UNVERIFIED'],
      [{ ...ann, email: 'unknown@example.org' }, 'ACCOUNT_UNKNOWN'],
      [{ ...ann, email: 'globex@example.org' }, 'ACCOUNT_UNKNOWN'],
      [{ ...ann, email: 'off@example.org' }, 'ACCOUNT_INACTIVE'],
    ];
    for (const [row, code] of rows) expectRefused((await signIn(row)).answer, code);
    const auditEntries = async () => (await api.ask('GET', '/audit?operation=finishOidcSignIn')).json().data;
    await expect.poll(auditEntries, pollOptions).toMatchObject([{ by: { kind: 'user', id: off.id }, status: 403 }]);
    const first = await signIn(ann);
    expect(first.answer.headers.location).toBe(`${ORIGIN}/meetings`);
    const { id } = (await get('/api/v1/me', cookie(first.answer, '__Host-meridian'))).json();
    await api.ask('PATCH', `/users/${id}`, { body: { active: false }, headers: { 'if-match': '*' } });
    expectRefused((await signIn(ann)).answer, 'ACCOUNT_INACTIVE');
  });

  it('fails with another state, without the cookie, too late, or a second time', async () => {
    await api.user({ email: 'ann@example.org' });
    const one = await begin();
    const two = await begin();
    provider.as(ann);
    const back = await provider.browse(one.url);
    expectRefused(await get(back), 'PROVIDER_FAILED');
    expectRefused(await get(back, two.sealed), 'PROVIDER_FAILED');
    expectRefused(await get(back, `${one.sealed}x`), 'PROVIDER_FAILED');
    expectRefused(await get(`${callback}?error=access_denied&state=abc`, one.sealed), 'PROVIDER_FAILED');
    expectRefused(await get(back.replace(/code=[^&]+/, 'code=guessed'), one.sealed), 'PROVIDER_FAILED');
    expect((await get(back, one.sealed)).headers.location).toBe(`${ORIGIN}/meetings`);
    expectRefused(await get(back, one.sealed), 'PROVIDER_FAILED');
    const late = await provider.browse(two.url);
    api.clock.advance(600_000);
    expectRefused(await get(late, two.sealed), 'PROVIDER_FAILED');
  });

  it.each(['nonce', 'code_challenge'])(
    'fails when another %s was sent on than the one in this browser',
    async (name) => {
      await api.user({ email: 'ann@example.org' });
      provider.as(ann);
      const [ownSignIn, otherSignIn] = [await begin(), await begin()];
      const url = new URL(ownSignIn.url);
      const sent = new URL(otherSignIn.url).searchParams.get(name) ?? '';
      expect(sent).toMatch(/^[\w-]{43}$/);
      url.searchParams.set(name, sent);
      const back = await provider.browse(url.href);
      expect(back).toMatch(/code=/);
      expectRefused(await get(back, ownSignIn.sealed), 'PROVIDER_FAILED');
      // With its own values, it would have been accepted.
      const untouchedSignIn = await begin();
      expect((await get(await provider.browse(untouchedSignIn.url), untouchedSignIn.sealed)).headers.location).toBe(
        `${ORIGIN}/meetings`,
      );
    },
  );

  it('accepts no answer and no token of another issuer', async () => {
    await api.user({ email: 'ann@example.org' });
    const { url, sealed } = await begin();
    foreignProvider.as(ann);
    const foreignRedirect = await foreignProvider.browse(url.replace(provider.issuer, foreignProvider.issuer));
    expect(foreignRedirect).toMatch(/code=/);
    expectRefused(await get(foreignRedirect, sealed), 'PROVIDER_FAILED');
    const claimed = foreignRedirect.replace(
      encodeURIComponent(foreignProvider.issuer),
      encodeURIComponent(provider.issuer),
    );
    expectRefused(await get(claimed, sealed), 'PROVIDER_FAILED');
    // The token endpoint returns the other issuer's token.
    const { fetch } = globalThis;
    const tokens: number[] = [];
    globalThis.fetch = async (target, o) => {
      const isToken = String(target) === `${provider.issuer}/token`;
      const answer = await fetch(isToken ? `${foreignProvider.issuer}/token` : target, o);
      if (isToken) tokens.push(answer.status);
      return answer;
    };
    try {
      expectRefused(await get(claimed, sealed), 'PROVIDER_FAILED');
    } finally {
      globalThis.fetch = fetch;
    }
    expect(tokens).toEqual([200]);
  });

  it('redirects to no other site', async () => {
    for (const path of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '\\/evil',
      '',
      '/a b',
      '/\t/evil',
    ]) {
      expectRefused((await begin(path)).answer, 'REQUEST_INVALID');
    }
    expect((await get('/api/v1/sign-in/oidc/none')).json().code).toBe('NOT_FOUND');
    expect((await get('/api/v1/sign-in/oidc/none/callback')).json().code).toBe('NOT_FOUND');
  });

  it('makes users if the configuration allows it, of its domains only, with the roles of its claim', async () => {
    await restartApi({ createUsers: true, emailDomains: ['Example.org'], roleClaim: 'groups' });
    const account = { ...ann, groups: ['staff', 'host'] };
    expectRefused((await signIn({ ...account, email: 'ann@other.example' })).answer, 'EMAIL_UNVERIFIED');
    expectRefused((await signIn({ ...account, email: 'ann@sub.example.org' })).answer, 'EMAIL_UNVERIFIED');
    const me = async (answer: Got) => (await get('/api/v1/me', cookie(answer, '__Host-meridian'))).json();
    const made = await me((await signIn(account)).answer);
    expect(made).toMatchObject({ email: 'ann@example.org', name: 'Ann Able', role: 'host' });
    expect(await me((await signIn({ ...account, groups: 'admin' })).answer)).toMatchObject({
      id: made.id,
      role: 'admin',
    });
    // The last administrator keeps the role.
    for (const groups of ['member', undefined])
      expect((await me((await signIn({ ...account, groups })).answer)).role).toBe('admin');
    expect((await api.ask('GET', '/users')).json().data).toHaveLength(1);
    await api.user({ role: 'admin' });
    for (const groups of [undefined, ['host'], ['staff']])
      expect((await me((await signIn({ ...account, groups })).answer)).role).toBe(
        groups?.[0] === 'host' ? 'host' : 'member',
      );
  });

  it('fails while the provider does not answer', async () => {
    const gone = await startProvider(callback);
    await gone.close();
    await restartApi({ issuer: gone.issuer });
    expectRefused((await begin()).answer, 'PROVIDER_FAILED');
  });
});

describe('the ways to sign in', () => {
  it('are shown to all callers, without secrets', async () => {
    expect((await get('/api/v1/sign-in')).json()).toEqual({
      local: true,
      providers: [{ id: 'corp', name: 'Corp' }],
      setupAwaited: true,
      mail: false,
      branding: noBranding,
    });
    await api.user();
    await api.user({ tenant: 'globex' });
    expect((await get('/api/v1/sign-in')).json().setupAwaited).toBe(false);
  });
});

describe('claims of the provider', () => {
  it.each([
    ['/meetings', '/meetings'],
    ['/m/123?a=b#c', '/m/123?a=b#c'],
    ['//x', undefined],
    ['/\\x', undefined],
    ['/a\\b', undefined],
    ['x', undefined],
    ['', undefined],
    [`/${'a'.repeat(512)}`, undefined],
  ])('lead from page %s to %s', (text, path) => expect(pagePath(text)).toBe(path));

  it('give an e-mail only if it is verified by a true boolean, and of an allowed domain', () => {
    const claims = { sub: 's', email: 'A@X.org', email_verified: true };
    expect(verifiedEmail(claims, undefined)).toBe('a@x.org');
    expect(verifiedEmail(claims, ['x.org'])).toBe('a@x.org');
    expect(verifiedEmail(claims, ['org', 'ax.org'])).toBeUndefined();
    for (const isVerified of ['true', 'false', 1, undefined])
      expect(verifiedEmail({ ...claims, email_verified: isVerified }, undefined)).toBeUndefined();
    expect(verifiedEmail({ ...claims, email: ['a@x.org'] }, undefined)).toBeUndefined();
  });

  it('give the strongest configured role in the list that they name', () => {
    const roles = ['admin', 'host', 'member'] as const;
    expect(roleOf({ sub: 's', groups: ['member', 'host'] }, 'groups', roles)).toBe('host');
    for (const groups of ['owner', [], undefined, { admin: true }, 'ADMIN'])
      expect(roleOf({ sub: 's', groups }, 'groups', roles)).toBeUndefined();
    expect(roleOf({ sub: 's', groups: 'admin' }, undefined, roles)).toBeUndefined();
  });
});
