// The two sites at the ends of a link. Pure.
import type { FleetNode, HostLink } from './fleet.ts';

export interface LinkEnds {
  /** A node of the host where it begins, and one of that where it ends. */
  readonly from: FleetNode;
  readonly to: FleetNode;
  /** The same, that of the smaller site first. */
  readonly first: FleetNode;
  readonly second: FleetNode;
}

/** By host. */
export const nodesByHost = (nodes: readonly FleetNode[]): ReadonlyMap<string, readonly FleetNode[]> =>
  Map.groupBy(nodes, ({ hostId }) => hostId);

/** Undefined: it is between hosts of one site, an end of it is not known, or all nodes of one are dead. */
export function endsOf(
  { fromHostId, toHostId }: HostLink,
  hosts: ReadonlyMap<string, readonly FleetNode[]>,
): LinkEnds | undefined {
  const [there, here] = [hosts.get(fromHostId), hosts.get(toHostId)];
  const [from, to] = [there?.[0], here?.[0]];
  if (from === undefined || to === undefined || from.site === to.site) return undefined;
  const isDead = (nodes: readonly FleetNode[] = []): boolean => nodes.every(({ state }) => state === 'dead');
  if (isDead(there) || isDead(here)) return undefined;
  const [first, second] = from.site < to.site ? [from, to] : [to, from];
  return { from, to, first, second };
}

/** Subject and labels of alarms about two sites. */
export const sitesOf = ({ first, second }: LinkEnds) => ({
  subject: `${first.site} - ${second.site}`,
  labels: {
    site: first.site,
    otherSite: second.site,
    region: first.region,
    otherRegion: second.region,
    host: first.hostId,
    otherHost: second.hostId,
  },
});
