// `meridian node init`: sets up the first server of a cloud. Makes the authority and all secrets, invites itself like
// any other host, and names the first administrator.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { bracketed } from '@meridian/protocol';
import { ownFolder } from '../adapters/files.ts';
import { usualAddresses } from '../adapters/network.ts';
import { hasSystemd } from '../adapters/processes.ts';
import { preflight } from '../checks/preflight.ts';
import { readConfig, writeConfigs, writeHost } from '../config-files.ts';
import type { Context } from '../context.ts';
import { type ConfigContext, linkAddress, type Secrets } from '../core/configs.ts';
import { type Host, ports } from '../core/host.ts';
import {
  configFilesOf,
  optionalKinds,
  type Service,
  type ServiceKind,
  serviceKinds,
  stateDirOf,
  userOf,
} from '../core/services.ts';
import { enrolSelf } from '../enrol-self.ts';
import { type AddressOptions, addressesOf, checkTls, domainOf, hostIdOf, mediaNodesOf, placeOf } from '../options.ts';
import { coresHere, refuseSecond, servicesOf, startServices, writeNginx } from '../set-up.ts';
import { adminLink } from './admin-link.ts';

export interface InitOptions extends AddressOptions {
  readonly region: string;
  readonly domain: string;
  readonly admin: string;
  readonly city?: string;
  readonly at?: string;
  readonly host?: string;
  readonly mediaNodes?: string;
  readonly tenant: string;
  readonly databaseUrl?: string;
  readonly cert: string;
  readonly key: string;
  readonly gateway: boolean;
  readonly recorder: boolean;
  readonly library: boolean;
  readonly start: boolean;
}

/** Resolves when all services are ready, or without a start when all files are written. HostError, PkiError. */
export async function init(o: InitOptions, context: Context): Promise<void> {
  refuseSecond(context);
  const host = await hostOf(o);
  const services = servicesOf(host);
  await preflight({ host, services, context });
  const secrets = secretsHere(services, context) ?? newSecrets();
  const config: ConfigContext = {
    host,
    folders: context.folders,
    installed: context.releaseFolder,
    hasPathd: context.hasPathd,
    secrets,
    tenant: tenantOf(o.tenant),
    databaseUrl: o.databaseUrl,
  };
  writeConfigs(services, config);
  for (const service of services) ownFolder(stateDirOf(service, context.folders), { user: userOf(service) });
  const { clusterToken } = secrets;
  const isStarted = o.start && hasSystemd();
  await enrolSelf({ place: host, services, clusterToken, centres: host.centres, isStarted, context });
  writeHost(config);
  const nginx = writeNginx(host, { certFile: o.cert, keyFile: o.key }, context);
  await startServices(services, o.start, context);
  context.out(
    `\nnginx: link ${nginx} into its conf.d; the certificate of ${host.domain} belongs to ${o.cert} and ${o.key}`,
  );
  context.out('further servers: meridian node invite --region REGION --domain NAME');
  if (!isStarted)
    return context.out(`first administrator, once the services run: meridian node admin-link --email ${o.admin}`);
  context.out('first administrator, good for a day, once:');
  await adminLink({ email: o.admin }, context);
}

async function hostOf(o: InitOptions): Promise<Host> {
  const place = placeOf({ region: o.region, ...pick(o, 'city'), ...pick(o, 'at') });
  const addresses = addressesOf(o, await usualAddresses());
  const mediaNodes = mediaNodesOf(o.mediaNodes, coresHere());
  checkTls(addresses, mediaNodes);
  const domain = domainOf(o.domain);
  const kinds: ServiceKind[] = serviceKinds.filter((kind) => !optionalKinds.some((one) => one === kind && !o[one]));
  return {
    hostId: hostIdOf(o.host ?? `${o.region}-1`),
    ...place,
    addresses,
    domain,
    mediaNodes,
    kinds,
    centres: [`${bracketed(linkAddress(addresses))}:${ports.centreLinks}`],
    pageUrl: `https://${domain}`,
  };
}

const pick = <Key extends string>(o: Partial<Record<Key, string>>, key: Key): Partial<Record<Key, string>> =>
  o[key] === undefined ? {} : ({ [key]: o[key] } as Record<Key, string>);

/** Returns the secrets of an interrupted set-up, which have sealed the authority. */
function secretsHere(services: readonly Service[], { folders }: Context): Secrets | undefined {
  const fileOf = (kind: ServiceKind): string => {
    const service = services.find((one) => one.kind === kind);
    return service === undefined ? '' : (configFilesOf(service, folders).at(-1) ?? '');
  };
  const [schedulerFile, apiFile] = [fileOf('scheduler'), fileOf('api')];
  if (!existsSync(schedulerFile) || !existsSync(apiFile)) return undefined;
  const [scheduler, api] = [readConfig(schedulerFile), readConfig(apiFile)];
  const [tenant] = api['tenants'] as readonly { key: string; secret: string }[];
  return {
    clusterToken: String(scheduler['clusterToken']),
    clusterSecret: String(scheduler['clusterSecret']),
    sealSecret: String(api['sealSecret']),
    operatorSecret: (api['operatorKey'] as { secret: string }).secret,
    tenantKey: tenant?.key ?? '',
    tenantSecret: tenant?.secret ?? '',
  };
}

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

/** Parses `acme` or `acme=Acme Ltd`. */
function tenantOf(text: string): { id: string; name: string } {
  const [id = '', name = id] = text.split('=', 2);
  return { id, name };
}
