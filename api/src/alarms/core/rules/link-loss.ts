import type { FleetNode, HostLink } from '../../../console/core/fleet.ts';
import { type AlarmRule, type Judged, percent } from '../rule.ts';

export const linkLoss: AlarmRule = {
  id: 'link-loss',
  source: 'centre',
  severity: 'warning',
  reason: 'Datagrams are lost between two sites: the worst pair of their hosts, in either direction.',
  limit: 0.05,
  unit: 'share',
  limitSource: 'As the alert ProbeLoss of the edge probes (infra/alerts/network.yml), over 30 s.',
  // Longer than the 30 s over which it is measured: a route that changes loses all for two seconds, and is no alarm.
  forMs: 35_000,
  clearForMs: 60_000,
  judge: ({ cloud }, limit) => {
    if (cloud === undefined) return undefined;
    const hosts = new Map<string, FleetNode[]>(Map.groupBy(cloud.nodes, ({ hostId }) => hostId));
    const worst = new Map<string, Judged>();
    for (const link of cloud.links) {
      const judged = judgedLink(link, hosts, limit);
      if (judged === undefined) continue;
      const before = worst.get(judged.subject);
      if (before === undefined || before.value < judged.value) worst.set(judged.subject, judged);
    }
    return [...worst.values()];
  },
};

/** Undefined: nothing was measured, or between hosts of one site, or an end of it is dead: that is another alarm. */
function judgedLink(
  { fromHostId, toHostId, lossSlow: loss }: HostLink,
  hosts: ReadonlyMap<string, readonly FleetNode[]>,
  limit: number,
): Judged | undefined {
  const [from, to] = [hosts.get(fromHostId), hosts.get(toHostId)];
  const [a, b] = [from?.[0], to?.[0]];
  if (a === undefined || b === undefined || loss === undefined || a.site === b.site) return undefined;
  const isDead = (nodes: readonly FleetNode[] = []): boolean => nodes.every(({ state }) => state === 'dead');
  if (isDead(from) || isDead(to)) return undefined;
  const [first, second] = a.site < b.site ? [a, b] : [b, a];
  return {
    subject: `${first.site} - ${second.site}`,
    value: loss,
    isBad: loss >= limit,
    labels: {
      site: first.site,
      otherSite: second.site,
      region: first.region,
      otherRegion: second.region,
      host: first.hostId,
      otherHost: second.hostId,
    },
    text: `${percent(loss)} of datagrams from ${a.site} to ${b.site} are lost (${fromHostId} to ${toHostId}).`,
  };
}
