import { isMedia } from '../../../console/core/fleet.ts';
import { type AlarmRule, percent } from '../rule.ts';

/** With fewer sessions, a share means little: two weak sessions of ten may be two bad home networks. */
export const SESSIONS_MIN = 20;

export const regionDegraded: AlarmRule = {
  id: 'region-degraded',
  source: 'quality',
  severity: 'critical',
  reason: `Many sessions of a region are weak at once; judged from ${SESSIONS_MIN} rated sessions on.`,
  limit: 0.2,
  unit: 'share',
  limitSource: 'Bad home networks make a few percent of sessions weak; a fifth at once has a common cause.',
  // Records of quality are means of 10 s, so three in a row must agree.
  forMs: 30_000,
  clearForMs: 60_000,
  judge: ({ cloud, strengths }, limit) => {
    if (cloud === undefined || strengths === undefined) return undefined;
    return [...Map.groupBy(cloud.nodes.filter(isMedia), ({ region }) => region)].map(([region, nodes]) => {
      const counts = nodes.flatMap(({ nodeId }) => strengths.get(nodeId) ?? []);
      const weak = counts.reduce((sum, count) => sum + count.weak, 0);
      const rated = counts.reduce((sum, { strong, medium }) => sum + strong + medium, weak);
      const value = rated === 0 ? 0 : weak / rated;
      const text = `${weak} of ${rated} rated sessions in ${region} are weak (${percent(value)}).`;
      return { subject: region, value, isBad: rated >= SESSIONS_MIN && value >= limit, labels: { region }, text };
    });
  },
};
