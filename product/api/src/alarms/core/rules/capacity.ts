import { isMedia } from '../../../console/core/fleet.ts';
import { type AlarmRule, percent } from '../rule.ts';

export const capacity: AlarmRule = {
  id: 'capacity',
  source: 'centre',
  severity: 'warning',
  reason: 'A region has few free sessions on media nodes that accept new ones.',
  limit: 0.8,
  unit: 'share',
  limitSource: 'Placement prefers hosts below 75 % load (ARCHITECTURE.md, one placement); above 80 %, few are left.',
  forMs: 60_000,
  clearForMs: 120_000,
  judge: ({ cloud }, limit) =>
    cloud &&
    [...Map.groupBy(cloud.nodes.filter(isMedia), ({ region }) => region)].flatMap(([region, nodes]) => {
      const open = nodes.filter(({ state, isCordoned, isDraining }) => state === 'alive' && !isCordoned && !isDraining);
      const most = open.reduce((sum, { sessionsMax }) => sum + sessionsMax, 0);
      const sessions = open.reduce((sum, node) => sum + node.sessions, 0);
      if (most === 0) return []; // no limit is known, or the region is dead
      const value = sessions / most;
      const text = `${percent(value)} of ${most} sessions in ${region} are taken; ${Math.max(0, most - sessions)} are free.`;
      return [{ subject: region, value, isBad: value >= limit, labels: { region }, text }];
    }),
};
