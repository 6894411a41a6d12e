import { sitesOf } from '../../../console/core/site-links.ts';
import { rttKeyOf, worstRtts } from '../../../history/core/site-rtt.ts';
import type { AlarmRule } from '../rule.ts';

/** A short link may take half as long again without harm: conversations bear 150 ms one way (ITU-T G.114). */
const MORE_MS_MIN = 20;

export const linkRtt: AlarmRule = {
  id: 'link-rtt',
  source: 'centre',
  severity: 'warning',
  reason: `The round trip between two sites is longer than usual by at least ${MORE_MS_MIN} ms; measured for the worst pair of hosts, in either direction.`,
  limit: 1.5,
  unit: 'of the usual',
  limitSource:
    'A cable has one length, so a round trip half as long again means a detour or a queue, not jitter of probes.',
  // Longer than two short congestions in a row.
  forMs: 45_000,
  clearForMs: 60_000,
  judge: ({ cloud, trends }, limit) => {
    const usual = trends?.usualRttMs;
    // A new instance has not learned usual values yet, so alarms of other instances stay unchanged.
    if (cloud === undefined || usual === undefined || usual.size === 0) return undefined;
    return [...worstRtts(cloud.nodes, cloud.links).values()].flatMap(({ rttMs, link, ends }) => {
      const usualMs = usual.get(rttKeyOf(ends));
      if (usualMs === undefined) return [];
      const value = Number((rttMs / Math.max(usualMs, 0.1)).toFixed(2));
      const isBad = rttMs > usualMs * limit && rttMs > usualMs + MORE_MS_MIN;
      const { from, to } = ends;
      const text = `${from.site} to ${to.site} and back takes ${Math.round(rttMs)} ms, usually ${Math.round(usualMs)} ms (${link.fromHostId} to ${link.toHostId}).`;
      return [{ ...sitesOf(ends), value, isBad, text }];
    });
  },
};
