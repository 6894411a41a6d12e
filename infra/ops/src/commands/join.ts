// `meridian node join LINE`: adds this machine to a cloud as a host.
import { parseJoinLine } from '@meridian/runtime';
import { usualAddresses } from '../adapters/network.ts';
import { preflight } from '../checks/preflight.ts';
import { writeConfigs, writeHost } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import type { Host } from '../core/host.ts';
import { chosenKinds, type ServiceKind } from '../core/services.ts';
import { type AddressOptions, addressesOf, checkTls, mediaNodesOf } from '../options.ts';
import {
  coresHere,
  keepCredentials,
  type Redeemed,
  redeem,
  refuseSecond,
  servicesOf,
  startServices,
  writeNginx,
} from '../set-up.ts';

export interface JoinOptions extends AddressOptions {
  readonly mediaNodes?: string;
  readonly cert: string;
  readonly key: string;
  readonly gateway: boolean;
  readonly recorder: boolean;
  readonly library: boolean;
  readonly start: boolean;
}

/**
 * Checks first, then redeems the invitation, writes all files and starts the services. HostError: LINE_INVALID,
 * HOST_EXISTS, PREFLIGHT_FAILED …; PkiError of the centre.
 */
export async function join(line: string, o: JoinOptions, context: Context): Promise<void> {
  refuseSecond(context);
  const parsed = parseJoinLine(line);
  if (parsed === undefined)
    throw new HostError(
      'LINE_INVALID',
      'this is no line of `meridian node invite`',
      'copy it whole, with quotes: meridian-join:HOST:PORT#mti1.…',
    );
  const { addresses: centres, token } = parsed;
  const centre = hostOf(centres[0] ?? '');
  const addresses = addressesOf(o, await usualAddresses(centre), centre);
  const mediaNodes = mediaNodesOf(o.mediaNodes, coresHere());
  checkTls(addresses, mediaNodes);
  const kinds: ServiceKind[] = ['signaling', 'sfu', 'edge-probe', ...chosenKinds(o)];
  // Names are unknown until the invitation is redeemed; ports and addresses are known.
  const draft: Host = {
    hostId: 'host',
    region: 'region',
    city: 'city',
    latitude: 0,
    longitude: 0,
    addresses,
    domain: 'meet.example.org',
    mediaNodes,
    kinds,
    centres,
    pageUrl: 'https://meet.example.org',
  };
  const services = servicesOf(draft);
  await preflight({ host: draft, services, centres, context });
  const redeemed = await redeem({ addresses: centres, token, services });
  const host = hostOfInvitation(draft, redeemed);
  warnOfAddress(host, redeemed, context);
  const { folders, releaseFolder, hasPathd } = context;
  const config = { host, folders, installed: releaseFolder, hasPathd };
  writeConfigs(services, config);
  keepCredentials(services, redeemed.credentials, context);
  writeHost(config);
  const nginx = writeNginx(host, { certFile: o.cert, keyFile: o.key }, context);
  context.out(`this host is ${host.hostId}, in ${host.region} (${host.city})`);
  await startServices(services, o.start, context);
  context.out(
    `nginx: link ${nginx} into its conf.d; the certificate of ${host.domain} belongs to ${o.cert} and ${o.key}`,
  );
}

function hostOfInvitation(draft: Host, { host, settings }: Redeemed): Host {
  const { addresses, mediaNodes, kinds, centres } = draft;
  const { hostId, region, city, latitude, longitude } = host;
  const [domain, pageUrl] = [String(settings['domain'] ?? ''), String(settings['pageUrl'] ?? '')];
  return { hostId, region, city, latitude, longitude, addresses, domain, mediaNodes, kinds, centres, pageUrl };
}

/** Warns when the centre sees another address than clients will use: NAT, and likely a forgotten --public-address. */
export function warnOfAddress(
  { addresses }: Pick<Host, 'addresses'>,
  { seenAddress }: Pick<Redeemed, 'seenAddress'>,
  context: Pick<Context, 'err'>,
): void {
  const { second, tls } = addresses;
  const ownAddresses = [addresses, second, tls].flatMap((pair) =>
    pair === undefined ? [] : [pair.public, pair.local],
  );
  if (seenAddress === '' || ownAddresses.includes(seenAddress) || seenAddress === addresses.private) return;
  context.err(`warn  the centre sees this host as ${seenAddress}, clients shall reach it by ${addresses.public}`);
  context.err('      → behind NAT: --public-address; else see that both addresses are of this host');
}

const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
