import { sitesOf } from '../../../console/core/site-links.ts';
import { rttKeyOf, worstRtts } from '../../../history/core/site-rtt.ts';
import type { AlarmRule } from '../rule.ts';

/** Half as much again on a short link is little beside the 150 ms one way that a conversation bears (ITU-T G.114). */
const MORE_MS_MIN = 20;

export const linkRtt: AlarmRule = {
  id: 'link-rtt',
  source: 'centre',
  severity: 'warning',
  reason: `Two sites are farther apart than usual, by ${MORE_MS_MIN} ms or more: the worst pair of hosts, in either direction.`,
  limit: 1.5,
  unit: 'of the usual',
  limitSource: 'A cable has one length: half as much again is a detour or a queue, and no jitter of probes.',
  // Queues that are full for some seconds, twice in a row, last for half a minute.
  forMs: 45_000,
  clearForMs: 60_000,
  judge: ({ cloud, trends }, limit) => {
    const usual = trends?.usualRttMs;
    // A new instance has learned no usual values: alarms of other instances stay as they are.
    if (cloud === undefined || usual === undefined || usual.size === 0) return undefined;
    return [...worstRtts(cloud.nodes, cloud.links).values()].flatMap(({ rttMs, link, ends }) => {
      const usualMs = usual.get(rttKeyOf(ends));
      if (usualMs === undefined) return [];
      const value = Number((rttMs / Math.max(usualMs, 0.1)).toFixed(2));
      const isBad = rttMs > usualMs * limit && rttMs > usualMs + MORE_MS_MIN;
      const { from, to } = ends;
      const text = `${from.site} to ${to.site} and back takes ${Math.round(rttMs)} ms, as a rule ${Math.round(usualMs)} ms (${link.fromHostId} to ${link.toHostId}).`;
      return [{ ...sitesOf(ends), value, isBad, text }];
    });
  },
};
