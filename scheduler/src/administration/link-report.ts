// Table of links for administrators: measurements of each direction, its cost, the path in use and the reason for it.
import type { Centre } from '../centre/centre.ts';
import { CHANGE_PRICE_MS_S, GAIN_MS_MIN, GAIN_SHARE_MIN } from '../routing/core/routes/index.ts';

/** Returns every directed pair of hosts. Unmeasured and infinite figures are null. */
export function linksView(centre: Centre, nowMs: number) {
  const { planner } = centre.routing;
  const ids = planner.hosts.map(({ hostId }) => hostId);
  return {
    version: planner.version,
    hosts: planner.hosts.map(({ hostId, site, relayMs }) => ({ hostId, site, mayRelay: Number.isFinite(relayMs) })),
    hostsUnplanned: centre.routing.hostsUnplanned,
    links: ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => linkView(centre, from, to, nowMs))),
  };
}

function linkView({ routing }: Centre, from: string, to: string, nowMs: number) {
  const link = routing.planner.link(from, to, nowMs);
  const route = routing.planner.route(from, to);
  const isMeasured = link !== undefined && link.source !== 'guessed';
  return {
    from,
    to,
    source: link === undefined ? 'guessed' : link.source === 'measured' ? link.by : link.source,
    rttMs: figure(link?.rttMs),
    onewayMs: figure(link?.onewayMs),
    jitterMs: isMeasured ? figure(link.jitterMs) : null,
    lossFast: isMeasured ? figure(link.lossFast) : null,
    lossSlow: isMeasured ? figure(link.lossSlow) : null,
    ageMs: figure(link?.ageMs),
    costMs: figure(link?.costMs),
    inUse: routing.isInUse(from, to),
    isReachable: route?.isReachable === true,
    via: route?.via ?? '',
    standbyVia: route?.standbyVia ?? null,
    pathMs: figure(route?.delayMs),
    why: whyPath(routing.planner.choices(from, to)),
  };
}

export function whyPath(choices: ReturnType<Centre['routing']['planner']['choices']>): string {
  if (choices === undefined) return 'not planned';
  const { primary, best } = choices;
  if (primary === undefined) return 'no path: the direct link is cut and no host relays';
  const costs = `${via(primary.via)} costs ${ms(primary.costMs)}`;
  if (best === undefined || best.via === primary.via) return `${costs}, the least`;
  const threshold = `max(${GAIN_MS_MIN} ms, ${GAIN_SHARE_MIN * 100} %)`;
  return `${costs}; ${via(best.via)} would cost ${ms(best.costMs)}: it must gain ${threshold} for three batches, or ${CHANGE_PRICE_MS_S} ms·s in time, after the hold, within the relay budget`;
}

function via(hostId: string): string {
  return hostId === '' ? 'direct' : `via ${hostId}`;
}

function ms(value: number): string {
  return Number.isFinite(value) ? `${rounded(value)} ms` : 'everything';
}

/** Rounds a number for JSON; null for undefined or infinite. */
export function figure(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : rounded(value);
}

export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
