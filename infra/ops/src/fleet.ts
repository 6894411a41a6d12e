// The fleet as the first server's commands see it, and what `meridian node forget` has shut out of it.
import { limits } from '@meridian/protocol';
import type { CentreHttp, Denial, Fleet } from './adapters/centre-http.ts';

/** Begins the reason of every denial that `forget` has made, and of no other. */
export const FORGOTTEN = 'forgotten: ';
/** The last certificate of a host is good for a day, and renewed for 90 more. */
export const DENIED_MS = limits.lapsedRenewalMs + 24 * 3_600_000;

/**
 * The fleet, after what `forget` has shut out so long ago that no certificate of it can be renewed is let in: its id is
 * free again.
 */
export async function fleetNow(centre: CentreHttp): Promise<Fleet> {
  const fleet = await centre.fleet();
  const isOld = ({ reason, sinceWallMs }: Denial): boolean =>
    reason.startsWith(FORGOTTEN) && Date.now() - sinceWallMs > DENIED_MS;
  const old = fleet.denied.filter(isOld);
  for (const { nodeId } of old) await centre.allow(nodeId);
  return old.length === 0 ? fleet : await centre.fleet();
}
