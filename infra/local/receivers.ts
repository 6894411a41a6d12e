// A receiver of the local cloud is made at the api, as an operator makes one, at its first start.
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildSpec, Secrets } from './spec.ts';
import { writePrivate } from './state.ts';

const ANSWER_MS = 10_000;
const TOKEN_S = 300;

/**
 * The credential of a receiver, from its state folder, or from the api, which makes the receiver then. Rejects when the
 * api refuses or does not answer.
 */
export async function receiverCredential(spec: ChildSpec, devKey: Secrets['devKey']): Promise<string> {
  const file = join(String(spec.config['stateDir']), 'credential');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const response = await fetch(`${String(spec.config['apiUrl'])}/v1/distribution/receivers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken(devKey, Date.now())}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'agent', name: spec.id, region: spec.region, site: spec.config['site'] }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the api refused to make ${spec.id}: HTTP ${response.status} ${text}`);
  const { credential } = JSON.parse(text) as { credential?: unknown };
  if (typeof credential !== 'string') throw new Error(`the api has made ${spec.id} without a credential`);
  writePrivate(file, credential);
  return credential;
}

/** As api-client signs them. */
function adminToken({ key, secret }: Secrets['devKey'], nowMs: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(nowMs / 1000);
  const claims = { iss: key, iat, exp: iat + TOKEN_S, scope: 'tenant:admin' };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
