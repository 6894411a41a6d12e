// `meridian node admin-link`: prints the one-time link for the first administrator of a tenant.
import process from 'node:process';
import { createClient } from '@meridian/api-client';
import { bracketed } from '@meridian/protocol';
import { resolveReferences } from '@meridian/runtime';
import { waitForHealth } from '../adapters/processes.ts';
import { readConfig } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { configFilesOf, serviceOf } from '../core/services.ts';

export interface AdminLinkOptions {
  /** Tenant of the administrator; absent: the operators' tenant, or the first of the configuration. */
  readonly tenant?: string;
  readonly email?: string;
}

interface ApiValues {
  readonly httpListen: { readonly ip: string; readonly port: number };
  readonly tlsCertFile?: string;
  readonly publicUrl: string;
  readonly operatorKey?: { readonly key: string; readonly secret: string };
  readonly operatorTenant?: string;
  readonly tenants?: readonly { readonly id: string }[];
}

/** Prints the link, once the api is healthy. HostError; MeridianApiError, as TENANT_HAS_USERS. */
export async function adminLink(o: AdminLinkOptions, context: Context): Promise<void> {
  const api = apiValues(context);
  const { operatorKey, tenants: [first] = [] } = api;
  const tenant = o.tenant ?? api.operatorTenant ?? first?.id;
  if (operatorKey === undefined || tenant === undefined)
    throw new HostError(
      'CONFIG_INCOMPLETE',
      "the api's configuration has no operatorKey, or no tenant",
      'give it both: docs/reference.md, "Configuration"',
    );
  const url = addressOf(api);
  await waitForHealth('api', `${url}/healthz`);
  const client = createClient({ url, apiKey: operatorKey.key, apiSecret: operatorKey.secret });
  const body = o.email === undefined ? {} : { email: o.email };
  const link = await client.post('/tenants/{tenant}/admin-link', { params: { path: { tenant } }, body });
  context.out(link.url);
}

/** Reads only the api's own file, since in containers the file shared by nodes has another name. */
function apiValues({ folders }: Context): ApiValues {
  const service = serviceOf('api');
  const file = service === undefined ? '' : (configFilesOf(service, folders).at(-1) ?? '');
  const { value, issues } = resolveReferences(readConfig(file), process.env);
  const [issue] = issues;
  if (issue === undefined) return value as ApiValues;
  throw new HostError('CONFIG_UNREADABLE', `${file}: ${issue.key}: not ${issue.allowed}`, 'run it where the api runs');
}

/** Returns the address on which the api listens; with a certificate, which is for names, the page's URL. */
const addressOf = ({ httpListen, tlsCertFile, publicUrl }: ApiValues): string =>
  tlsCertFile === undefined ? `http://${bracketed(httpListen.ip)}:${httpListen.port}` : publicUrl;
