// Link of the first administrator, like that of `meridian node admin-link`.
import type { Secrets } from './spec.ts';

const ANSWER_MS = 10_000;

/**
 * Returns a new one-time link for a tenant, from the api at `url`; undefined when the tenant has a user. Rejects with
 * MeridianApiError.
 */
export async function firstAdminUrl(o: {
  readonly url: string;
  readonly operatorKey: Secrets['operatorKey'];
  readonly tenant: string;
}): Promise<string | undefined> {
  const { createClient, MeridianApiError } = await import('@meridian/api-client');
  const { key, secret } = o.operatorKey;
  const api = createClient({ url: o.url, apiKey: key, apiSecret: secret, timeoutMs: ANSWER_MS });
  try {
    return (await api.post('/tenants/{tenant}/admin-link', { params: { path: { tenant: o.tenant } } })).url;
  } catch (error) {
    if (error instanceof MeridianApiError && error.code === 'TENANT_HAS_USERS') return undefined;
    throw error;
  }
}
