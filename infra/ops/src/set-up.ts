// Common steps of `init` and `join`: files, certificates and the start of services.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { nodeKind } from '@meridian/protocol';
import { CredentialStore, type Credentials, redeemInvitation } from '@meridian/runtime';
import { ownFolder, writePublic } from './adapters/files.ts';
import { enableAll, hasSystemd } from './adapters/processes.ts';
import type { Context } from './context.ts';
import { HostError } from './core/error.ts';
import type { Host } from './core/host.ts';
import { type Certificate, nginxConfig } from './core/nginx.ts';
import { isNode, nameOf, type Service, serviceKinds, serviceOf, stateDirOf, unitOf, userOf } from './core/services.ts';

const REDEEM_LIMIT_MS = 15_000;

export const coresHere = (): number => availableParallelism();

/** HostError HOST_EXISTS when this machine already belongs to a cloud. */
export function refuseSecond({ folders }: Context): void {
  const file = join(folders.etc, 'host.yaml');
  if (existsSync(file))
    throw new HostError(
      'HOST_EXISTS',
      `this machine is part of a cloud already: there is ${file}`,
      `\`meridian node doctor\` says how it is; to begin anew, move ${folders.etc} and ${folders.state} away`,
    );
}

/** Returns the services of a host in start order. */
export function servicesOf({ kinds, mediaNodes }: Pick<Host, 'kinds' | 'mediaNodes'>): Service[] {
  return serviceKinds
    .filter((kind) => kinds.includes(kind))
    .flatMap((kind) =>
      kind === nodeKind.media ? Array.from({ length: mediaNodes }, (_, at) => nameOf('sfu', at + 1)) : [nameOf(kind)],
    )
    .flatMap((name) => serviceOf(name) ?? []);
}

export interface Redeemed {
  readonly host: { readonly hostId: string; readonly region: string; readonly city: string } & Point;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Address of this host as the centre sees it. */
  readonly seenAddress: string;
  readonly credentials: readonly Credentials[];
}
interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Redeems the invitation for the certificates of these services. Rejects as `redeemInvitation`. */
export async function redeem(o: {
  readonly addresses: readonly string[];
  readonly token: string;
  readonly services: readonly Service[];
}): Promise<Redeemed> {
  return await redeemInvitation({
    urls: o.addresses.map((address) => `https://${address}`),
    token: o.token,
    nodes: o.services.filter(isNode).map(({ kind, number }) => (kind === nodeKind.media ? { kind, number } : { kind })),
    deadlineMs: REDEEM_LIMIT_MS,
  });
}

/** Writes each node's certificate into its state folder, which belongs to its user. */
export function keepCredentials(
  services: readonly Service[],
  credentials: readonly Credentials[],
  context: Context,
): void {
  const idOf = new Map(credentials.map((one) => [`${one.identity.kind}/${one.identity.id}`, one]));
  for (const service of services) {
    const folder = stateDirOf(service, context.folders);
    const own = [...idOf.values()].find(({ identity }) => isOf(service, identity));
    if (own !== undefined) new CredentialStore(join(folder, 'credentials.json')).save(own);
    ownFolder(folder, { user: userOf(service) });
  }
}

const isOf = ({ kind, number }: Service, identity: { kind: string; id: string }): boolean =>
  identity.kind === kind && (kind !== nodeKind.media || identity.id.endsWith(`-${number}`));

/** Writes nginx.conf beside the services' files, unless it exists. */
export function writeNginx(host: Host, certificate: Certificate, context: Context): string {
  const file = join(context.folders.etc, 'nginx.conf');
  if (!existsSync(file)) writePublic(file, nginxConfig(host, certificate, context.folders.state));
  return file;
}

/** Starts by systemd; if `isWanted` is false or systemd is missing, prints the command instead. */
export async function startServices(
  services: readonly Service[],
  isWanted: boolean,
  context: Context,
): Promise<boolean> {
  if (isWanted && hasSystemd()) {
    await enableAll(services, context.out);
    return true;
  }
  context.out(
    `not started: \`systemctl start ${services.map(unitOf).join(' ')}\`, or \`meridian node run\` without systemd`,
  );
  return false;
}
