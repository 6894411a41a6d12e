// Makes a receiver of the local cloud at the api at its first start, as an operator would.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildSpec, Secrets } from './spec.ts';
import { writePrivate } from './state.ts';

const ANSWER_MS = 10_000;

/**
 * Returns the credential of a receiver from its state folder, otherwise makes the receiver at the api. Rejects when the
 * api refuses or does not answer.
 */
export async function receiverCredential(spec: ChildSpec, { key, secret }: Secrets['devKey']): Promise<string> {
  const file = join(String(spec.config['stateDir']), 'credential');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const { createClient } = await import('@meridian/api-client');
  const url = new URL(String(spec.config['apiUrl'])).origin;
  const api = createClient({ url, apiKey: key, apiSecret: secret, timeoutMs: ANSWER_MS });
  const site = String(spec.config['site']);
  const body = { kind: 'agent' as const, name: spec.id, region: spec.region, site };
  const { credential } = await api.post('/distribution/receivers', { body }).catch((cause: unknown) => {
    throw new Error(`the api has not made ${spec.id}: ${String(cause)}`, { cause });
  });
  if (credential === undefined) throw new Error(`the api has made ${spec.id} without a credential`);
  writePrivate(file, credential);
  return credential;
}
