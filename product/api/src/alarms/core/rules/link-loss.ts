import type { FleetNode, HostLink } from '../../../console/core/fleet.ts';
import { endsOf, nodesByHost, sitesOf } from '../../../console/core/site-links.ts';
import { type AlarmRule, type JudgedSubject, percent } from '../rule.ts';

export const linkLoss: AlarmRule = {
  id: 'link-loss',
  source: 'centre',
  severity: 'warning',
  reason: 'Datagrams are lost between two sites; measured for the worst pair of hosts, in either direction.',
  limit: 0.05,
  unit: 'share',
  limitSource: 'Like the alert ProbeLoss of the edge probes (infra/alerts/network.yml), over 30 s.',
  // Longer than the 30 s of the measurement, since a route change loses everything for two seconds.
  forMs: 35_000,
  clearForMs: 60_000,
  judge: ({ cloud }, limit) => {
    if (cloud === undefined) return undefined;
    const hosts = nodesByHost(cloud.nodes);
    const worst = new Map<string, JudgedSubject>();
    for (const link of cloud.links) {
      const judged = judgedLink(link, hosts, limit);
      if (judged === undefined) continue;
      const before = worst.get(judged.subject);
      if (before === undefined || before.value < judged.value) worst.set(judged.subject, judged);
    }
    return [...worst.values()];
  },
};

/** Returns undefined if nothing was measured, or if an end is dead, for which there is another alarm. */
function judgedLink(
  link: HostLink,
  hosts: ReadonlyMap<string, readonly FleetNode[]>,
  limit: number,
): JudgedSubject | undefined {
  const { fromHostId, toHostId, lossSlow: loss } = link;
  const ends = loss === undefined ? undefined : endsOf(link, hosts);
  if (ends === undefined || loss === undefined) return undefined;
  const { from, to } = ends;
  return {
    ...sitesOf(ends),
    value: loss,
    isBad: loss >= limit,
    text: `${percent(loss)} of datagrams from ${from.site} to ${to.site} are lost (${fromHostId} to ${toHostId}).`,
  };
}
