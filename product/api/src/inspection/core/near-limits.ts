import type { Finding } from '@meridian/protocol';
import type { FleetNode } from '../../console/core/fleet.ts';
import type { InspectionFacts } from './facts.ts';
import { byMost, type FoundFact, findingsOf, severityFrom } from './finding.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Problem at the limit of the alarm `capacity`, attention a tenth below. */
const CAPACITY = { attention: 0.7, problem: 0.8 };
/** Problem at the limit of `capacity-forecast`; attention a day ahead, which leaves time to act. */
const FULL_IN = { attentionMs: 24 * HOUR_MS, problemMs: HOUR_MS };
/** Problem at the limit of `disk`, attention a tenth below. */
const DISK = { attention: 0.7, problem: 0.8 };
/** Certificates of nodes are renewed 8 h before they expire; the alarm `certificate` fires 2 h before. */
const NODE_CERTIFICATE = { attentionMs: 7 * HOUR_MS, problemMs: 2 * HOUR_MS };
/** Public certificates are renewed 30 days before they expire; after half of that time, renewal has failed. */
const HTTPS_CERTIFICATE = { attentionMs: 15 * DAY_MS, problemMs: 3 * DAY_MS };
/** Recording slots have the same limits as sessions. */
const PLACES = CAPACITY;
/** At 100 %, the next use is refused. */
const QUOTAS = { attention: 0.8, problem: 1 };
/** Problem at the limit of the alarm `webhook-backlog`; a delivery should be sent within seconds. */
const WEBHOOKS_MS = { attention: 30_000, problem: 120_000 };

export const nodePath = (nodeId: string): string => `/console/nodes/${encodeURIComponent(nodeId)}`;
export const isThere = ({ state }: Pick<FleetNode, 'state'>): boolean => state !== 'dead';

/** Returns the severity of a figure that is worse when lower. */
function severityBelow(value: number, { attentionMs, problemMs }: typeof FULL_IN): 'problem' | 'attention' | undefined {
  if (value < problemMs) return 'problem';
  return value < attentionMs ? 'attention' : undefined;
}

export function capacity({ capacity: peaks, forecast }: InspectionFacts): Finding[] {
  const sorted = [...(peaks ?? [])].sort(byMost(({ share }) => share));
  const fullRegions = sorted.flatMap(({ region, share, most, atMs }): FoundFact[] => {
    const severity = severityFrom(share, CAPACITY);
    const values = { region, peakShare: share, most, peakAt: new Date(atMs).toISOString() };
    const figure = { value: share, limit: CAPACITY.problem, unit: 'share' } as const;
    return severity === undefined ? [] : [{ severity, values, figure }];
  });
  const rising = [...(forecast ?? [])].flatMap(([region, { share, fullInMs }]): FoundFact[] => {
    // In a region that is almost empty, a line through an hour means nothing, so like the alarm, only half-full regions
    // count.
    const severity = fullInMs === undefined || share < 0.5 ? undefined : severityBelow(fullInMs, FULL_IN);
    if (severity === undefined || fullInMs === undefined) return [];
    const figure = { value: fullInMs, limit: FULL_IN.problemMs, unit: 'ms' } as const;
    return [{ code: 'forecast', severity, values: { region, inMs: fullInMs }, figure }];
  });
  const [first] = sorted;
  return findingsOf({ check: 'capacity', path: '/console/fleet' }, first && [...fullRegions, ...rising], {
    values: { region: first?.region ?? '', peakShare: first?.share ?? 0 },
    figure: { value: first?.share ?? 0, limit: CAPACITY.problem, unit: 'share' },
  });
}

export function disks({ nodes }: InspectionFacts): Finding[] {
  const presentNodes = nodes?.filter(isThere) ?? [];
  const diskUses = presentNodes
    .flatMap(({ nodeId, site, disk }) => {
      if (disk === undefined || disk.bytes === 0) return [];
      return [{ node: nodeId, site, usedShare: 1 - disk.freeBytes / disk.bytes, freeBytes: disk.freeBytes }];
    })
    .sort(byMost(({ usedShare }) => usedShare));
  const found = diskUses.flatMap((one) => {
    const severity = severityFrom(one.usedShare, DISK);
    const figure = { value: one.usedShare, limit: DISK.problem, unit: 'share' } as const;
    return severity === undefined ? [] : [{ severity, values: one, figure, path: nodePath(one.node) }];
  });
  const [first] = diskUses;
  const diskCheck = { check: 'disks', path: '/console/fleet' } as const;
  const findings = findingsOf(diskCheck, first && found, {
    values: { nodes: diskUses.length, node: first?.node ?? '', usedShare: first?.usedShare ?? 0 },
    figure: { value: first?.usedShare ?? 0, limit: DISK.problem, unit: 'share' },
  });
  return first === undefined
    ? findings
    : [...findings, ...partlyUnknown(diskCheck, presentNodes.length - diskUses.length)];
}

export const partlyUnknown = (of: Pick<Finding, 'check' | 'path'>, count: number): Finding[] =>
  count === 0 ? [] : [{ ...of, code: `${of.check}.partly`, severity: 'attention', values: { count } }];

export function certificates({ nodes, httpsEndsMs, nowMs }: InspectionFacts): Finding[] {
  const ofNodes = (nodes ?? [])
    // A node without a link has 0, and a dead node has no link.
    .filter((node) => isThere(node) && node.certificateEndsMs > 0)
    .map(({ nodeId, certificateEndsMs }) => ({
      node: nodeId,
      inMs: certificateEndsMs - nowMs,
      limits: NODE_CERTIFICATE,
      path: nodePath(nodeId),
    }));
  const ofHttps =
    httpsEndsMs === undefined
      ? []
      : [{ node: 'HTTPS', inMs: httpsEndsMs - nowMs, limits: HTTPS_CERTIFICATE, path: '/console/fleet' }];
  const seen = [...ofHttps, ...ofNodes].sort((a, b) => a.inMs - b.inMs);
  const found = seen.flatMap(({ node, inMs, limits, path }) => {
    const severity = severityBelow(inMs, limits);
    if (severity === undefined) return [];
    const figure = { value: inMs, limit: limits.problemMs, unit: 'ms' } as const;
    return [{ code: inMs < 0 ? 'over' : 'bad', severity, values: { node, inMs }, figure, path }];
  });
  const [first] = seen;
  const of = { check: 'certificates', path: '/console/fleet' } as const;
  const isKnown = nodes !== undefined && first !== undefined;
  if (!isKnown && found.length > 0)
    return [...findingsOf(of, found, { values: {} }), ...findingsOf(of, undefined, { values: {} })];
  return findingsOf(of, isKnown ? found : undefined, { values: { node: first?.node ?? '', inMs: first?.inMs ?? 0 } });
}

/** Checks the recording slots now, and how often recordings waited, by the alarm `recorder-queue`. */
export function recorders({ nodes, recordingQueue, alarms }: InspectionFacts): Finding[] {
  const of = { check: 'recorders', path: '/console/fleet' } as const;
  if (nodes === undefined || recordingQueue === undefined) return findingsOf(of, undefined, { values: {} });
  const slots = nodes.filter(isThere).flatMap(({ recordSlots }) => recordSlots ?? []);
  const sum = (name: 'all' | 'used'): number => slots.reduce((total, one) => total + one[name], 0);
  const [totalSlots, usedSlots] = [sum('all'), sum('used')];
  const { waiting, oldestMs } = recordingQueue;
  const share = totalSlots === 0 ? 0 : usedSlots / totalSlots;
  const severity = waiting > 0 ? 'problem' : severityFrom(share, PLACES);
  const figure = { value: share, limit: PLACES.problem, unit: 'share' } as const;
  const waited = alarms?.find(({ rule }) => rule === 'recorder-queue')?.count ?? 0;
  const found: FoundFact[] = [
    ...(severity === undefined
      ? []
      : [{ severity, values: { waiting, oldestMs, used: usedSlots, all: totalSlots }, figure }]),
    ...(waited === 0 ? [] : [{ code: 'waited', severity: 'attention' as const, values: { count: waited } }]),
  ];
  return findingsOf(of, found, { values: { used: usedSlots, all: totalSlots }, figure });
}

/** Returns one finding per tenant: its refused joins, or else its fullest quota. */
export function quotas({ quotas: seen }: InspectionFacts): Finding[] {
  const refused = (seen?.refused ?? []).toSorted(byMost(({ joins }) => joins)).map(({ tenant, joins }) => ({
    code: 'refused',
    severity: 'problem' as const,
    values: { tenant, refused: joins },
    figure: { value: joins, unit: 'count' as const },
  }));
  const near = (seen?.uses ?? [])
    .toSorted(byMost(({ used, most }) => used / most))
    .flatMap(({ tenant, what, used, most }) => {
      const usedShare = used / most;
      const severity = severityFrom(usedShare, QUOTAS);
      if (severity === undefined) return [];
      const amounts =
        what === 'recordingBytes' ? { usedBytes: used, mostBytes: most } : { used: Math.floor(used), most };
      const figure = { value: usedShare, limit: QUOTAS.problem, unit: 'share' as const };
      return [{ code: what, severity, values: { tenant, ...amounts, usedShare }, figure }];
    });
  const worst = [...Map.groupBy([...refused, ...near], ({ values }) => values.tenant).values()].flatMap(
    (findingsOfTenant) => findingsOfTenant[0] ?? [],
  );
  return findingsOf({ check: 'quotas', path: '/console/rooms' }, seen && worst, { values: {} });
}

export function webhooks({ webhooks: seen }: InspectionFacts): Finding[] {
  const oldestMs = seen?.oldestDueMs ?? 0;
  const severity = severityFrom(oldestMs, WEBHOOKS_MS);
  const figure = { value: oldestMs, limit: WEBHOOKS_MS.problem, unit: 'ms' } as const;
  const found = severity === undefined ? [] : [{ severity, values: { oldestMs }, figure }];
  return findingsOf({ check: 'webhooks', path: '/console/alarms' }, seen && found, { values: {}, figure });
}

/** Reports the size without judging it, since the database's volume is among the checked disks. */
export function database({ databaseBytes }: InspectionFacts): Finding[] {
  const sizeBytes = databaseBytes ?? 0;
  const of = { check: 'database', path: '/console/fleet' } as const;
  return findingsOf(of, databaseBytes === undefined ? undefined : [], {
    values: { sizeBytes },
    figure: { value: sizeBytes, unit: 'bytes' },
  });
}
