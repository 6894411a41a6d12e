// `meridian node forget HOST`: removes a host that is lost for good, on the first server. Its certificates no longer
// count, and nothing waits for it.
import { join } from 'node:path';
import { limits, nodeIdOnHost, nodeKind, registeringKinds } from '@meridian/protocol';
import type { Fleet } from '../adapters/centre-http.ts';
import { hasSystemd, systemctl } from '../adapters/processes.ts';
import { readConfig, servicesHere, takeFromLists } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { configFilesOf, unitOf } from '../core/services.ts';
import { DENIED_MS, FORGOTTEN, fleetNow } from '../fleet.ts';
import { invitedHosts, keepInvited } from '../invited.ts';
import { domainOf, hostIdOf } from '../options.ts';
import { cloudHere } from './invite.ts';

export interface ForgetOptions {
  /** Forgets the host even while a node of it is alive. */
  readonly force?: boolean;
  /** Public name of a host that was invited before invitations were recorded. */
  readonly domain?: string;
}

/**
 * Denies every node that the host may have, for 91 days; removes its name from the page and the api; ends drains and
 * cordons that wait for it. A second call does what is left. HostError CONFIG_MISSING, OPTION_INVALID, HOST_UNKNOWN,
 * HOST_ALIVE, or of the centre.
 */
export async function forget(name: string, o: ForgetOptions, context: Context): Promise<void> {
  const hostId = hostIdOf(name);
  const { centre } = cloudHere(context);
  refuseOwn(hostId, context);
  const fleet = await fleetNow(centre);
  const ids = idsOf(hostId, fleet);
  const domain = o.domain === undefined ? invitedHosts(context).get(hostId)?.domain : domainOf(o.domain);
  if (domain === undefined && !isKnown(ids, fleet)) throw unknown(hostId, fleet, context);
  const alive = fleet.nodes.filter(({ nodeId, liveness }) => ids.has(nodeId) && liveness !== 'dead');
  if (alive.length > 0 && o.force !== true)
    throw new HostError(
      'HOST_ALIVE',
      `${hostId} is alive: ${alive.map(({ nodeId }) => nodeId).join(', ')}`,
      'switch it off first, or cut it off from now on: --force',
    );
  const before = new Set(fleet.denied.map(({ nodeId }) => nodeId));
  for (const id of ids) if (!before.has(id)) await centre.deny(id, `${FORGOTTEN}${hostId}`);
  for (const { nodeId } of fleet.commandsAhead) if (ids.has(nodeId)) await centre.uncordon(nodeId);
  context.out(`${hostId} is shut out for ${DENIED_MS / 86_400_000} days: all of its certificates count for nothing`);
  if (domain !== undefined) await takeFromPage(hostId, domain, context);
  // The record goes last, so that a second call still knows the name.
  keepInvited(hostId, undefined, context);
  context.out('its addresses, in firewalls and in allowed-peer-ip of coturn, are yours to take out');
}

function refuseOwn(hostId: string, { folders }: Context): void {
  if (String(readConfig(join(folders.etc, 'host.yaml'))['hostId']) !== hostId) return;
  throw new HostError(
    'OPTION_INVALID',
    `${hostId} is this host`,
    'give another host: the first server cannot be removed',
  );
}

/**
 * Returns the ids of all nodes that an invitation of this host may have certified, and of those that report this host.
 */
function idsOf(hostId: string, { nodes }: Fleet): Set<string> {
  const mediaNumbers = Array.from({ length: limits.mediaNodesPerHostMax }, (_, at) => at + 1);
  const invited = registeringKinds.flatMap((kind) =>
    (kind === nodeKind.media ? mediaNumbers : [undefined]).flatMap(
      (number) => nodeIdOnHost({ hostId, kind, number }) ?? [],
    ),
  );
  const seen = nodes.filter((node) => node.hostId === hostId).map(({ nodeId }) => nodeId);
  return new Set([...invited, ...seen]);
}

const isKnown = (ids: ReadonlySet<string>, { nodes, denied, commandsAhead }: Fleet): boolean =>
  [...nodes, ...denied, ...commandsAhead].some(({ nodeId }) => ids.has(nodeId));

function unknown(hostId: string, { nodes }: Fleet, context: Context): HostError {
  const known = [...new Set([...invitedHosts(context).keys(), ...nodes.map((node) => node.hostId)])].sort();
  const cure = `known are ${known.join(', ')}; for a host from before invitations were recorded: --domain NAME`;
  return new HostError('HOST_UNKNOWN', `there is no host ${hostId}`, cure);
}

/** Does nothing if another host has the name now. */
async function takeFromPage(hostId: string, domain: string, context: Context): Promise<void> {
  if ([...invitedHosts(context)].some(([id, host]) => id !== hostId && host.domain === domain)) return;
  const origin = `https://${domain}`;
  const web = { entryUrls: origin, gatewayUrls: origin, libraryUrls: origin };
  const lists = { web, api: { entryUrls: origin } };
  for (const service of servicesHere(context)) {
    const { kind } = service;
    if (kind !== 'web' && kind !== 'api') continue;
    const file = configFilesOf(service, context.folders).at(-1) ?? '';
    if (!takeFromLists(file, lists[kind], service)) continue;
    context.out(`${file}: ${origin} taken out`);
    if (hasSystemd()) await systemctl('restart', unitOf(service));
    else context.out(`restart ${service.name}, so that it takes effect`);
  }
}
