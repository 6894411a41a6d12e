// The fleet for commands of the first server, with the denials of `meridian node forget`.
import { limits } from '@meridian/protocol';
import type { CentreHttp, Denial, Fleet } from './adapters/centre-http.ts';

/** Prefix of the reason of every denial by `forget`, and of no other. */
export const FORGOTTEN = 'forgotten: ';
/** The last certificate of a host is valid for a day, and renewable for 90 more. */
export const DENIED_MS = limits.lapsedRenewalMs + 24 * 3_600_000;

/**
 * Returns the fleet. Denials by `forget` that are older than any renewable certificate are removed first, so their ids
 * are free again.
 */
export async function fleetNow(centre: CentreHttp): Promise<Fleet> {
  const fleet = await centre.fleet();
  const isOld = ({ reason, sinceWallMs }: Denial): boolean =>
    reason.startsWith(FORGOTTEN) && Date.now() - sinceWallMs > DENIED_MS;
  const old = fleet.denied.filter(isOld);
  for (const { nodeId } of old) await centre.allow(nodeId);
  return old.length === 0 ? fleet : await centre.fleet();
}
