// `meridian node init`: the first server of a cloud. It makes the authority and all secrets, gives itself an invitation
// as any other host has one, and names the first administrator.
import { randomBytes } from 'node:crypto';
import { createClient, MeridianApiError } from '@meridian/api-client';
import { CentreHttp } from '../adapters/centre-http.ts';
import { writeConfigs } from '../adapters/config-files.ts';
import { ownFolder } from '../adapters/files.ts';
import { usualAddress } from '../adapters/network.ts';
import { hasSystemd, startForNow, systemctl, waitForHealth } from '../adapters/processes.ts';
import { preflight } from '../checks/preflight.ts';
import type { Context } from '../context.ts';
import { bracketed, type ConfigContext, linkAddress, type Secrets } from '../core/configs.ts';
import { type Host, ports } from '../core/host.ts';
import { addressesOf, domainOf, hostIdOf, mediaNodesOf, placeOf } from '../core/options.ts';
import {
  nodeKinds,
  type Service,
  type ServiceKind,
  serviceKinds,
  stateDirOf,
  unitOf,
  userOf,
} from '../core/services.ts';
import { coresHere, keepCredentials, redeem, refuseSecond, servicesOf, startServices, writeNginx } from '../set-up.ts';

export interface InitOptions {
  readonly region: string;
  readonly domain: string;
  readonly admin: string;
  readonly city?: string;
  readonly at?: string;
  readonly host?: string;
  readonly address?: string;
  readonly publicAddress?: string;
  readonly privateAddress?: string;
  readonly mediaNodes?: string;
  readonly tenant: string;
  readonly databaseUrl?: string;
  readonly cert: string;
  readonly key: string;
  readonly gateway: boolean;
  readonly start: boolean;
}

/** Resolves when all services are ready, or without start when all files are there. HostError, PkiError. */
export async function init(o: InitOptions, context: Context): Promise<void> {
  refuseSecond(context);
  const host = await hostOf(o);
  const services = servicesOf(host);
  await preflight({ host, services, context });
  const secrets = newSecrets();
  const config: ConfigContext = {
    host,
    folders: context.folders,
    installed: context.installed,
    secrets,
    tenant: tenantOf(o.tenant),
    databaseUrl: o.databaseUrl,
  };
  writeConfigs(services, config);
  for (const service of services) ownFolder(stateDirOf(service, context.folders), { user: userOf(service) });
  await enrolSelf({ host, services, secrets, isStarted: o.start && hasSystemd(), context });
  const nginx = writeNginx(host, { certFile: o.cert, keyFile: o.key }, context);
  const isStarted = await startServices(services, o.start, context);
  context.out(
    `\nnginx: link ${nginx} into its conf.d; the certificate of ${host.domain} belongs to ${o.cert} and ${o.key}`,
  );
  if (isStarted)
    context.out(`first administrator (${o.admin}, good for a day, once): ${await adminLink(o.admin, secrets)}`);
  else context.out("first administrator: the api's log has its link (setupUrl)");
  context.out('further servers: meridian node invite --region REGION --domain NAME');
}

async function hostOf(o: InitOptions): Promise<Host> {
  const place = placeOf({ region: o.region, ...pick(o, 'city'), ...pick(o, 'at') });
  const addresses = addressesOf(o, await usualAddress());
  const domain = domainOf(o.domain);
  const kinds: ServiceKind[] = serviceKinds.filter((kind) => kind !== 'gateway' || o.gateway);
  return {
    hostId: hostIdOf(o.host ?? `${o.region}-1`),
    ...place,
    addresses,
    domain,
    mediaNodes: mediaNodesOf(o.mediaNodes, coresHere()),
    kinds,
    centres: [`${bracketed(linkAddress(addresses))}:${ports.centreLinks}`],
    pageUrl: `https://${domain}`,
  };
}

const pick = <Key extends string>(o: Partial<Record<Key, string>>, key: Key): Partial<Record<Key, string>> =>
  o[key] === undefined ? {} : ({ [key]: o[key] } as Record<Key, string>);

function newSecrets(): Secrets {
  const secret = (): string => randomBytes(32).toString('base64url');
  return {
    clusterToken: secret(),
    clusterSecret: secret(),
    sealSecret: secret(),
    operatorSecret: secret(),
    tenantKey: `API${randomBytes(9).toString('base64url').replaceAll(/[-_]/g, 'x')}`,
    tenantSecret: secret(),
  };
}

/** `acme` or `acme=Acme Ltd`. */
function tenantOf(text: string): { id: string; name: string } {
  const [id = '', name = id] = text.split('=', 2);
  return { id, name };
}

/** The centre runs, here and now, and gives this host its certificates. */
async function enrolSelf(o: {
  readonly host: Host;
  readonly services: readonly Service[];
  readonly secrets: Secrets;
  readonly isStarted: boolean;
  readonly context: Context;
}): Promise<void> {
  const { host, services, secrets, context } = o;
  const centre = services.find(({ kind }) => kind === 'scheduler');
  if (centre === undefined) throw new Error('the first server has no centre');
  context.out('starting the centre');
  if (o.isStarted) await systemctl('start', unitOf(centre));
  const forNow = o.isStarted ? undefined : startForNow(centre, context);
  try {
    const url = `http://127.0.0.1:${ports.centreHttp}`;
    await Promise.race([
      waitForHealth('scheduler', `${url}/healthz`),
      ...(forNow === undefined ? [] : [forNow.failed]),
    ]);
    const { hostId, region, city, latitude, longitude } = host;
    const { token } = await new CentreHttp({ url, token: secrets.clusterToken }).invite({
      hostId,
      region,
      city,
      latitude,
      longitude,
      kinds: nodeKinds.filter((kind) => host.kinds.includes(kind)),
      mediaNodesMax: Math.max(1, host.mediaNodes),
    });
    const { credentials } = await redeem({ addresses: host.centres, token, services });
    keepCredentials(
      services.filter(({ kind }) => kind !== 'scheduler'),
      credentials,
      context,
    );
  } finally {
    await forNow?.close();
    ownFolder(stateDirOf(centre, context.folders), { user: userOf(centre) });
  }
}

/** A link by which the first administrator chooses a password. */
async function adminLink(email: string, { tenantKey, tenantSecret }: Secrets): Promise<string> {
  const url = `http://127.0.0.1:${ports.api}`;
  await waitForHealth('api', `${url}/healthz`);
  const api = createClient({ url, apiKey: tenantKey, apiSecret: tenantSecret });
  const name = email.split('@', 1)[0] ?? email;
  const { id } = await api.post('/users', { body: { email, name, role: 'admin' } }).catch((error: unknown) => {
    throw error instanceof MeridianApiError
      ? new Error(`the api refused ${email}: ${error.message}`, { cause: error })
      : error;
  });
  return (await api.post('/users/{user}/password-link', { params: { path: { user: id } } })).url;
}
