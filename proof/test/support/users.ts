// Makes signed-in users of any tenant of a cloud, by the operator's key, as a company's own systems do.

import { SignJWT } from 'jose';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { firstAdminUrl } from '../../../infra/local/first-admin.ts';
import type { TestCloud } from './cloud.ts';

export interface SignedIn {
  readonly email: string;
  readonly cookie: string;
  ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    body?: object,
  ): Promise<[number, Record<string, unknown>]>;
}

export const PASSWORD = 'a long and unusual sentence';

type Ask = (headers: Record<string, string>, method: string, path: string, body?: object) => Promise<Response>;

const askOf =
  (cloud: TestCloud): Ask =>
  (headers, method, path, body) =>
    fetch(`${cloud.pageUrl}/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });

type Key = { readonly key: string; readonly secret: string };

async function createByKey(
  cloud: TestCloud,
  key: Key,
  scope: string,
  path: string,
  body: object,
): Promise<Record<string, string>> {
  const token = await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(key.key)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(Buffer.from(key.secret));
  const answer = await askOf(cloud)({ authorization: `Bearer ${token}` }, 'POST', path, body);
  expect([path, answer.status]).toEqual([path, 201]);
  return (await answer.json()) as Record<string, string>;
}

export async function keyOfTenant(cloud: TestCloud, tenant: string, scopes: readonly string[]): Promise<Key> {
  const { operatorKey } = cloud.secrets();
  await createByKey(cloud, operatorKey, 'operator', '/tenants', { id: tenant, name: tenant });
  const own = await createByKey(cloud, operatorKey, 'operator', `/tenants/${tenant}/keys`, { name: 'test', scopes });
  return { key: own['id'] ?? '', secret: own['secret'] ?? '' };
}

/** Makes the tenant, with a user who signs in by a link for its password. */
export async function signedInUser(cloud: TestCloud, o: { tenant: string; role: string }): Promise<SignedIn> {
  const key = await keyOfTenant(cloud, o.tenant, ['users:admin']);
  const email = `${o.role}@${o.tenant}.example`;
  if (o.role === 'operator') {
    const { operatorKey } = cloud.secrets();
    return setUpUser(cloud, { email, url: await firstAdminUrl({ url: cloud.pageUrl, operatorKey, tenant: o.tenant }) });
  }
  const user = await createByKey(cloud, key, 'users:admin', '/users', { email, name: o.role, role: o.role });
  const { url } = await createByKey(cloud, key, 'users:admin', `/users/${user['id']}/password-link`, {});
  return setUpUser(cloud, { email, url });
}

export async function signedInOperator(cloud: TestCloud, tenant: string): Promise<SignedIn> {
  const email = `operator@${tenant}.example`;
  const headers = { origin: cloud.pageUrl };
  const answer = await askOf(cloud)(headers, 'POST', '/sessions', { email, password: PASSWORD });
  return answer.status === 201
    ? signedInBy(cloud, email, cookieOf(answer))
    : signedInUser(cloud, { tenant, role: 'operator' });
}

export async function signedInWatcher(cloud: TestCloud, tenant: string): Promise<SignedIn> {
  const operator = await signedInOperator(cloud, tenant);
  return signedInColleague(cloud, operator, { email: `watcher@${tenant}.example`, name: 'Watcher', role: 'watcher' });
}

/** Makes another user of the administrator's tenant. */
export async function signedInColleague(
  cloud: TestCloud,
  admin: SignedIn,
  { email, ...o }: { readonly email: string; readonly name: string; readonly role: string },
): Promise<SignedIn> {
  const [made, user] = await admin.ask('POST', '/users', { email, ...o });
  const [linked, link] = await admin.ask('POST', `/users/${user['id']}/password-link`, {});
  expect([made, linked]).toEqual([201, 201]);
  return setUpUser(cloud, { email, url: String(link['url']) });
}

export async function signedInPage(browser: Browser, cloud: TestCloud, user: SignedIn): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${cloud.pageUrl}/healthz`);
  const { email } = user;
  const status = await page.evaluate(
    async (body) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/api/v1/sessions', { method: 'POST', headers, body })).status;
    },
    JSON.stringify({ email, password: PASSWORD }),
  );
  expect(status).toBe(201);
  return page;
}

async function setUpUser(cloud: TestCloud, { email, url }: { email: string; url: string | undefined }) {
  const body = { code: url?.split('/').at(-1), password: PASSWORD, email, name: email };
  const answer = await askOf(cloud)({ origin: cloud.pageUrl }, 'POST', '/setup', body);
  const cookie = cookieOf(answer);
  expect([answer.status, cookie]).toEqual([201, expect.stringContaining('=')]);
  return signedInBy(cloud, email, cookie);
}

const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';

const signedInBy = (cloud: TestCloud, email: string, cookie: string): SignedIn => ({
  email,
  cookie,
  ask: async (method, path, body) => {
    const answer = await askOf(cloud)({ cookie, origin: cloud.pageUrl }, method, path, body);
    return [answer.status, (await answer.json()) as Record<string, unknown>];
  },
});
