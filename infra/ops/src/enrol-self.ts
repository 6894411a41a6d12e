// Certificates of the first server, which invites itself like any other host.
import { setTimeout as delay } from 'node:timers/promises';
import { nodeKind } from '@meridian/protocol';
import { CentreHttp, type InvitationRequest } from './adapters/centre-http.ts';
import { ownFolder } from './adapters/files.ts';
import { startForNow, systemctl, waitForHealth } from './adapters/processes.ts';
import type { Context } from './context.ts';
import { HostError } from './core/error.ts';
import { type Place, ports } from './core/host.ts';
import { nodeKinds, type Service, stateDirOf, unitOf, userOf } from './core/services.ts';
import { keepCredentials, redeem } from './set-up.ts';

/** Several times a centre's wait for a silent node. */
const REMEMBERED_MS_MAX = 90_000;

export interface EnrolSelfOptions {
  readonly place: Place & { readonly hostId: string };
  readonly services: readonly Service[];
  readonly clusterToken: string;
  /** `HOST:PORT` of the own centre. */
  readonly centres: readonly string[];
  /** True when systemd has started the centre; otherwise it runs for a moment. */
  readonly isStarted: boolean;
  readonly context: Context;
}

/** Starts the centre, and writes a certificate into the folder of each node. HostError, PkiError. */
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
    const kinds = nodeKinds.filter((kind) => services.some((service) => service.kind === kind));
    const mediaNodesMax = Math.max(1, services.filter(({ kind }) => kind === nodeKind.media).length);
    const request = { hostId, region, city, latitude, longitude, kinds, mediaNodesMax };
    const token = await invitation(new CentreHttp({ url, token: o.clusterToken }), request, context);
    const { credentials } = await redeem({ addresses: o.centres, token, services });
    const others = services.filter(({ kind }) => kind !== nodeKind.centre);
    keepCredentials(others, credentials, context);
  } finally {
    await forNow?.close();
    // The temporary centre ran as the present user, so its files are given to its own user.
    if (forNow !== undefined) ownFolder(stateDirOf(centre, context.folders), { user: userOf(centre) });
  }
}

/** Retries, as an existing centre remembers the nodes of this host and considers them dead only after a while. */
async function invitation(
  centre: Pick<CentreHttp, 'invite'>,
  request: InvitationRequest,
  { out }: Pick<Context, 'out'>,
): Promise<string> {
  const endMs = performance.now() + REMEMBERED_MS_MAX;
  for (let tries = 0; ; tries += 1)
    try {
      return (await centre.invite(request)).token;
    } catch (error) {
      const isRemembered = error instanceof HostError && error.code === 'HOST_ID_TAKEN';
      if (!isRemembered || performance.now() > endMs) throw error;
      if (tries === 0) out('waiting until the centre considers the earlier nodes of this host dead');
      await delay(1000);
    }
}
