// Users that sign in: of any tenant of a cloud, made by its operator's key as by a company's own systems.

import { SignJWT } from 'jose';
import { expect } from 'vitest';
import type { TestCloud } from './cloud.ts';

export interface SignedIn {
  readonly email: string;
  readonly password: string;
  /** Status and body of an answer of the api. */
  ask(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<[number, Record<string, unknown>]>;
}

const password = 'a long and unusual sentence';

/** Makes the tenant, unless there is one, with a user that signs in by a link for its password. */
export async function signedInUser(cloud: TestCloud, o: { tenant: string; role: string }): Promise<SignedIn> {
  const url = `${cloud.pageUrl}/api/v1`;
  const ask = async (headers: Record<string, string>, method: string, path: string, body?: object) =>
    fetch(`${url}${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const made = async (key: { key: string; secret: string }, scope: string, path: string, body: object) => {
    const token = await new SignJWT({ scope })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(key.key)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(Buffer.from(key.secret));
    const answer = await ask({ authorization: `Bearer ${token}` }, 'POST', path, body);
    expect([path, answer.status]).toEqual([path, 201]);
    return (await answer.json()) as Record<string, string>;
  };
  const { operatorKey } = cloud.secrets();
  await made(operatorKey, 'operator', '/tenants', { id: o.tenant, name: o.tenant });
  const scopes = ['users:admin'];
  const own = await made(operatorKey, 'operator', `/tenants/${o.tenant}/keys`, { name: 'test', scopes });
  const key = { key: own['id'] ?? '', secret: own['secret'] ?? '' };
  const email = `${o.role}@${o.tenant}.example`;
  // Keys make no links for operators: the first one was an administrator, which makes itself one.
  const role = o.role === 'operator' ? 'admin' : o.role;
  const user = await made(key, 'users:admin', '/users', { email, name: o.role, role });
  const link = await made(key, 'users:admin', `/users/${user['id']}/password-link`, {});
  const code = link['url']?.split('/').at(-1);
  const signedIn = await ask({ origin: cloud.pageUrl }, 'POST', '/setup', { code, password });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  expect([signedIn.status, cookie]).toEqual([201, expect.stringContaining('=')]);
  if (role !== o.role) {
    const path = `/users/${user['id']}`;
    const headers = { cookie, origin: cloud.pageUrl };
    const etag = (await ask(headers, 'GET', path)).headers.get('etag') ?? '';
    const changed = await ask({ ...headers, 'if-match': etag }, 'PATCH', path, { role: o.role });
    expect([path, changed.status]).toEqual([path, 200]);
  }
  return {
    email,
    password,
    ask: async (method, path, body) => {
      const answer = await ask({ cookie, origin: cloud.pageUrl }, method, path, body);
      return [answer.status, (await answer.json()) as Record<string, unknown>];
    },
  };
}
