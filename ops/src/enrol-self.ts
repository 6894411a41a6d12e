// The first server gives itself its certificates: by an invitation, as every other host has one.
import { nodeKind } from '@meridian/protocol';
import { CentreHttp } from './adapters/centre-http.ts';
import { ownFolder } from './adapters/files.ts';
import { startForNow, systemctl, waitForHealth } from './adapters/processes.ts';
import type { Context } from './context.ts';
import { type Place, ports } from './core/host.ts';
import { nodeKinds, type Service, stateDirOf, unitOf, userOf } from './core/services.ts';
import { keepCredentials, redeem } from './set-up.ts';

export interface EnrolSelfOptions {
  readonly place: Place & { readonly hostId: string };
  readonly services: readonly Service[];
  readonly clusterToken: string;
  /** `HOST:PORT` of the own centre. */
  readonly centres: readonly string[];
  /** The centre is started by systemd and stays; else it runs for a moment. */
  readonly isStarted: boolean;
  readonly context: Context;
}

/** Starts the centre, and puts a certificate into the folder of each node. HostError, PkiError. */
export async function enrolSelf(o: EnrolSelfOptions): Promise<void> {
  const { place, services, context } = o;
  const centre = services.find(({ kind }) => kind === nodeKind.centre);
  if (centre === undefined) throw new Error('the first server has no centre');
  context.out('starting the centre');
  if (o.isStarted) await systemctl('start', unitOf(centre));
  const forNow = o.isStarted ? undefined : startForNow(centre, context);
  try {
    const url = `http://127.0.0.1:${ports.centreHttp}`;
    const healthy = waitForHealth('scheduler', `${url}/healthz`);
    await Promise.race([healthy, ...(forNow === undefined ? [] : [forNow.failed])]);
    const { hostId, region, city, latitude, longitude } = place;
    const { token } = await new CentreHttp({ url, token: o.clusterToken }).invite({
      hostId,
      region,
      city,
      latitude,
      longitude,
      kinds: nodeKinds.filter((kind) => services.some((service) => service.kind === kind)),
      mediaNodesMax: Math.max(1, services.filter(({ kind }) => kind === nodeKind.media).length),
    });
    const { credentials } = await redeem({ addresses: o.centres, token, services });
    const others = services.filter(({ kind }) => kind !== nodeKind.centre);
    keepCredentials(others, credentials, context);
  } finally {
    await forNow?.close();
    // What it wrote as the present user is its own user's.
    if (forNow !== undefined) ownFolder(stateDirOf(centre, context.folders), { user: userOf(centre) });
  }
}
