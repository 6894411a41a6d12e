import { type AlarmRule, labelsOf } from '../rule.ts';

const MB = 1e6;
/** Half a gigabyte a day. A smaller rise is a small process before its collection, and the next release ends it. */
const BYTES_PER_HOUR_MIN = 20 * MB;
/** In four of five hours: the heap after garbage collection goes up and down. */
const RISING_SHARE_MIN = 0.8;

export const leak: AlarmRule = {
  id: 'leak',
  source: 'history',
  severity: 'warning',
  reason: `A node’s memory rises for hours, by ${BYTES_PER_HOUR_MIN / MB} MB an hour or more, and by more than its sessions.`,
  limit: 0.05,
  unit: 'share/h',
  limitSource:
    'Beside the rise of sessions: it doubles within a day. Slopes of steady nodes, at 5 % of noise, stay below 2 % an hour.',
  // Two samples agree.
  forMs: 6 * 60_000,
  clearForMs: 30 * 60_000,
  judge: ({ cloud, trends }, limit) =>
    cloud &&
    trends &&
    cloud.nodes.flatMap((node) => {
      const trend = trends.memory.get(node.nodeId);
      if (trend === undefined || node.state === 'dead') return [];
      const { bytesPerHour, rssBytes, hours, risingShare, loadPerHour } = trend;
      const value = rssBytes === 0 ? 0 : bytesPerHour / rssBytes;
      const isBad =
        bytesPerHour >= BYTES_PER_HOUR_MIN &&
        value - Math.max(0, loadPerHour) >= limit &&
        risingShare >= RISING_SHARE_MIN;
      const how = `has ${Math.round(rssBytes / MB)} MB, ${Math.round(bytesPerHour / MB)} MB more each hour`;
      const text = `${node.kind} ${node.nodeId} (${node.site}) ${how}, over ${Number(hours.toFixed(1))} h.`;
      return [{ subject: node.nodeId, value, isBad, labels: labelsOf(node), text }];
    }),
};
