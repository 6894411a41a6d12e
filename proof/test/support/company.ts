import { SignJWT } from 'jose';
import type { TestCloud } from './cloud.ts';

const scopes =
  'links:write rooms:join rooms:create rooms:admin rooms:list meetings:write reports:read ' +
  'recordings:read recordings:write library:read audit:read';

export async function requestApi(
  cloud: TestCloud,
  method: 'POST' | 'GET' | 'DELETE',
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const { devKey } = cloud.secrets();
  const token = await new SignJWT({ scope: scopes })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(devKey.key)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(Buffer.from(devKey.secret));
  const answer = await fetch(`${cloud.pageUrl}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? {} : ((await answer.json()) as Record<string, unknown>);
}
