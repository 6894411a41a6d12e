import { type AlarmRule, labelsOf } from '../rule.ts';

const MB = 1e6;
/**
 * Half a gigabyte per day. A smaller rise is that of a small process before garbage collection, or ends with the next
 * release.
 */
const BYTES_PER_HOUR_MIN = 20 * MB;
/** Four of five hours must rise, because garbage collection makes the heap go up and down. */
const RISING_SHARE_MIN = 0.8;

export const leak: AlarmRule = {
  id: 'leak',
  source: 'history',
  severity: 'warning',
  reason: `A node’s memory rises for hours, by at least ${BYTES_PER_HOUR_MIN / MB} MB per hour and faster than its sessions.`,
  limit: 0.05,
  unit: 'share/h',
  limitSource:
    'Beyond the rise of sessions; at this rate, memory doubles within a day. With 5 % of noise, slopes of steady nodes stay below 2 % per hour.',
  // Longer than the five minutes between samples of the history, so that two samples agree.
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
      const growthText = `has ${Math.round(rssBytes / MB)} MB, ${Math.round(bytesPerHour / MB)} MB more every hour`;
      const text = `${node.kind} ${node.nodeId} (${node.site}) ${growthText}, over ${Number(hours.toFixed(1))} h.`;
      return [{ subject: node.nodeId, value, isBad, labels: labelsOf(node), text }];
    }),
};
