import type { FleetNode, HostLink } from './fleet.ts';

export interface LinkEnds {
  /** `from`: a node of the host where the link begins; `to`: a node of the host where it ends. */
  readonly from: FleetNode;
  readonly to: FleetNode;
  /** The same two nodes, sorted by site. */
  readonly first: FleetNode;
  readonly second: FleetNode;
}

export const nodesByHost = (nodes: readonly FleetNode[]): ReadonlyMap<string, readonly FleetNode[]> =>
  Map.groupBy(nodes, ({ hostId }) => hostId);

/** Returns undefined for a link within a site, for an unknown end, or if all nodes of an end are dead. */
export function endsOf(
  { fromHostId, toHostId }: HostLink,
  hosts: ReadonlyMap<string, readonly FleetNode[]>,
): LinkEnds | undefined {
  const [fromNodes, toNodes] = [hosts.get(fromHostId), hosts.get(toHostId)];
  const [from, to] = [fromNodes?.[0], toNodes?.[0]];
  if (from === undefined || to === undefined || from.site === to.site) return undefined;
  const isDead = (nodes: readonly FleetNode[] = []): boolean => nodes.every(({ state }) => state === 'dead');
  if (isDead(fromNodes) || isDead(toNodes)) return undefined;
  const [first, second] = from.site < to.site ? [from, to] : [to, from];
  return { from, to, first, second };
}

/** Returns the subject and labels of alarms about two sites. */
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
