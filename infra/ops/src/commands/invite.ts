// `meridian node invite`: prints the line with which another host joins, on the first server.
import { join } from 'node:path';
import { bracketed } from '@meridian/protocol';
import { joinLine } from '@meridian/runtime';
import { CentreHttp, type Fleet, type InvitationRequest } from '../adapters/centre-http.ts';
import { hasSystemd, systemctl } from '../adapters/processes.ts';
import { addToLists, readConfig, servicesHere } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { chosenKinds, configFilesOf, serviceOf, unitOf } from '../core/services.ts';
import { fleetNow } from '../fleet.ts';
import { invitedHosts, keepInvited } from '../invited.ts';
import { domainOf, durationMs, hostIdOf, mediaNodesOf, placeOf } from '../options.ts';

export interface InviteOptions {
  readonly region: string;
  readonly domain: string;
  readonly city?: string;
  readonly at?: string;
  readonly host?: string;
  readonly valid: string;
  readonly gateway: boolean;
  readonly recorder: boolean;
  readonly library: boolean;
}

/** Most nodes of an invitation; the host runs as many as it has cores. */
const MEDIA_NODES_MAX = mediaNodesOf('64', 1);

/** Prints the line, and adds the new host's signaling node, gateway and library node to the page. HostError. */
export async function invite(o: InviteOptions, context: Context): Promise<void> {
  const domain = domainOf(o.domain);
  const place = placeOf({
    region: o.region,
    ...(o.city === undefined ? {} : { city: o.city }),
    ...(o.at === undefined ? {} : { at: o.at }),
  });
  const { centre, pageUrl, centres } = cloudHere(context);
  const kinds = ['signaling', 'sfu', 'edge-probe', ...chosenKinds(o)];
  const { region, city, latitude, longitude } = place;
  const ttlMs = durationMs(o.valid);
  const settings = { domain, pageUrl };
  const request = { region, city, latitude, longitude, kinds, mediaNodesMax: MEDIA_NODES_MAX, settings, ttlMs };
  const { hostId, token } = await inviteOne(centre, request, o.host, context);
  keepInvited(hostId, { domain }, context);
  await addToPage(`https://${domain}`, o, context);
  context.err(`On the new host, with the same release installed (once, within ${o.valid}; its id is ${hostId}):`);
  context.out(`meridian node join '${joinLine({ addresses: centres, token })}'`);
}

interface CloudHere {
  readonly centre: CentreHttp;
  readonly pageUrl: string;
  /** `HOST:PORT` at which other hosts reach the centre. */
  readonly centres: readonly string[];
}

/** Reads the files of the first server. HostError CONFIG_MISSING on other hosts. */
export function cloudHere({ folders }: Context): CloudHere {
  const scheduler = readConfig(join(folders.etc, 'scheduler.yaml'));
  const api = readConfig(join(folders.etc, 'api.yaml'));
  const url = `http://${bracketed(String(scheduler['httpHost']))}:${Number(scheduler['httpPort'])}`;
  const linkUrl = String(
    scheduler['linkUrl'] ?? `${bracketed(String(scheduler['linkHost']))}:${Number(scheduler['linkPort'])}`,
  );
  return {
    centre: new CentreHttp({ url, token: String(scheduler['clusterToken']) }),
    pageUrl: String(api['publicUrl']),
    centres: [linkUrl.replace(/^wss:\/\//, '')],
  };
}

type HostRequest = Omit<InvitationRequest, 'hostId'> & { readonly settings: { readonly domain: string } };

/** Without a name, uses the first id that the centre accepts, as earlier invitations may hold some. */
async function inviteOne(centre: CentreHttp, request: HostRequest, name: string | undefined, context: Context) {
  const takenIds = new Set<string>();
  const fleet = await fleetNow(centre);
  for (;;) {
    const hostId = hostIdOf(name ?? freeHostId(request, fleet, takenIds, context));
    try {
      const { token } = await centre.invite(Object.assign({ hostId }, request));
      return { hostId, token };
    } catch (error) {
      const isNext = name === undefined && error instanceof HostError && error.code === 'HOST_ID_TAKEN';
      if (!isNext) throw error;
      takenIds.add(hostId);
    }
  }
}

/** Returns the first REGION-N that no node (present or denied) and no other host has, and that is not `takenIds`. */
function freeHostId(
  { region, settings }: HostRequest,
  { nodes, denied }: Fleet,
  takenIds: ReadonlySet<string>,
  context: Context,
): string {
  const ids = [...nodes, ...denied].map(({ nodeId }) => nodeId);
  const otherHostIds = [...invitedHosts(context)]
    .filter(([, host]) => host.domain !== settings.domain)
    .map(([id]) => id);
  for (let number = 1; number <= 1000; number += 1) {
    const hostId = `${region}-${number}`;
    const isInFleet = ids.some((id) => id.endsWith(`-${hostId}`) || id.includes(`-${hostId}-`));
    if (!isInFleet && !otherHostIds.includes(hostId) && !takenIds.has(hostId)) return hostId;
  }
  throw new HostError('HOST_ID_MISSING', `${region} has a thousand hosts`, 'name this one: --host NAME');
}

/** Makes the page admit connections to the new host, and send clients to its signaling node too. */
async function addToPage(origin: string, o: InviteOptions, context: Context): Promise<void> {
  const serviceNames = new Set(servicesHere(context).map(({ name }) => name));
  const additions = {
    web: {
      entryUrls: origin,
      ...(o.gateway && { gatewayUrls: origin }),
      ...(o.library && { libraryUrls: origin }),
    },
    api: { entryUrls: origin },
  };
  for (const [name, lists] of Object.entries(additions)) {
    const service = serviceOf(name);
    if (service === undefined || !serviceNames.has(name)) continue;
    const file = configFilesOf(service, context.folders).at(-1) ?? '';
    if (!addToLists(file, lists, service)) continue;
    context.err(`${file}: ${origin} added`);
    if (hasSystemd()) await systemctl('restart', unitOf(service));
    else context.err(`restart ${name}, so that it takes effect`);
  }
}
