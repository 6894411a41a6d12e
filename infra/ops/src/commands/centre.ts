// `meridian node centre`: tells a host the new address of a moved centre.
import { join } from 'node:path';
import { CredentialStore } from '@meridian/runtime';
import { hasSystemd } from '../adapters/processes.ts';
import { ownCentres } from '../checks/authority.ts';
import { readConfig, servicesHere, setValues } from '../config-files.ts';
import type { Context } from '../context.ts';
import { centreUrls } from '../core/configs.ts';
import { HostError } from '../core/error.ts';
import { isNode, type Service, stateDirOf } from '../core/services.ts';
import { centresOf } from '../options.ts';
import { type Restarting, restart } from './restart.ts';

/**
 * Writes `text` (`HOST:PORT`, several separated by commas) into host.yaml, keeps comments, and restarts the nodes of
 * this host one by one, like `restart`. Without a difference it changes nothing. HostError: OPTION_INVALID,
 * HOST_MISSING, CERTIFICATE_MISSING, CENTRE_AWAY, CENTRE_OTHER, all with nothing changed; or those of `restart`.
 */
export async function centre(text: string, context: Context, ports?: Restarting): Promise<void> {
  const addresses = centresOf(text);
  const nodes = servicesHere(context).filter(isNode);
  if (nodes.length === 0)
    throw new HostError('HOST_MISSING', 'this host has no nodes', 'run it on a host that has joined a cloud');
  const file = join(context.folders.etc, 'host.yaml');
  const before = readConfig(file);
  const urls = centreUrls(addresses);
  if (before['centreUrl'] === urls.centreUrl && before['enrolUrl'] === urls.enrolUrl) {
    context.out(`${file} has ${text} already; for services that run since before that: meridian node restart`);
    return;
  }
  checkRegion(before['regionCentreUrl'], urls.centreUrl);
  const silentAddresses = await ownCentres(addresses, authoritiesHere(nodes, context));
  for (const address of silentAddresses) context.err(`warn  no centre answers at ${address}`);
  setValues(file, urls);
  context.out(`${file}: the centre is at ${addresses.join(', ')}`);
  if (ports === undefined && !hasSystemd()) {
    context.out('systemd does not run here: end `meridian node run`, and start it again');
    return;
  }
  const names = nodes.map(({ name }) => name);
  await restart(names, context, ports);
}

/** Services refuse the same address for both. */
function checkRegion(regionCentreUrl: unknown, centreUrl: string): void {
  const shared = centreUrl.split(',').find((url) =>
    String(regionCentreUrl ?? '')
      .split(',')
      .includes(url),
  );
  if (shared === undefined) return;
  const cure = 'give the address of the centre, or take regionCentreUrl out of host.yaml first';
  throw new HostError('OPTION_INVALID', `${shared} is an instance of the region (regionCentreUrl)`, cure);
}

/**
 * Returns the authorities that the nodes of this host trust. Nodes that were off during a replacement trust the old
 * one.
 */
function authoritiesHere(nodes: readonly Service[], { folders }: Context): string[] {
  const stores = nodes.map((node) => new CredentialStore(join(stateDirOf(node, folders), 'credentials.json')));
  const authorities = stores.flatMap((store) => store.load()?.caPem ?? []);
  if (authorities.length > 0) return authorities;
  const cure = 'on the first server `meridian node invite`, here move /etc/meridian away and join again';
  throw new HostError('CERTIFICATE_MISSING', 'no node of this host has a certificate, which says its cloud', cure);
}
