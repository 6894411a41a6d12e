import type { Finding } from '@meridian/protocol';
import { configDrift } from '../../console/core/config-drift.ts';
import type { InspectionFacts } from './facts.ts';
import { byMost, findingsOf, severityFrom } from './finding.ts';
import { isThere, nodePath, partlyUnknown } from './near-limits.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** NTP leaves less than the attention limit; from two seconds on, the alarm `clock-skew` fires. */
const CLOCK_MS = { attention: 100, problem: 2000 };
/** A node that has been out of service for longer was probably forgotten. */
const CLOSED_MS = DAY_MS;
/** Limit of the alarm `dial-silent`: 60 s and three rounds. */
const SILENT_MS = 60_000;
const SILENT_ROUNDS = 3;
/** A backup is made each day and takes up to two hours; after three days, several are missing. */
const BACKUP_MS = { attention: 26 * HOUR_MS, problem: 3 * DAY_MS };
/** The finding names only a few keys; the node's page lists all. */
const KEYS_NAMED_MAX = 3;

export function drift({ nodes }: InspectionFacts): Finding[] {
  const drifts = configDrift(nodes ?? []);
  const found = (nodes ?? []).flatMap(({ nodeId, kind }) => {
    const keys = drifts.get(nodeId)?.map(({ key }) => key) ?? [];
    if (keys.length === 0) return [];
    const keysText = [...keys.slice(0, KEYS_NAMED_MAX), ...(keys.length > KEYS_NAMED_MAX ? ['…'] : [])].join(', ');
    const figure = { value: keys.length, unit: 'count' } as const;
    return [
      {
        severity: 'attention' as const,
        values: { node: nodeId, kind, keys: keysText },
        figure,
        path: nodePath(nodeId),
      },
    ];
  });
  const count = nodes?.filter(isThere).length ?? 0;
  return findingsOf(
    { check: 'drift', path: '/console/fleet' },
    nodes && found.sort(byMost((one) => one.figure.value)),
    {
      values: { nodes: count },
    },
  );
}

export function versions({ nodes }: InspectionFacts): Finding[] {
  const presentNodes = nodes?.filter(isThere) ?? [];
  const versionCheck = { check: 'versions', path: '/console/fleet' } as const;
  const found = [...Map.groupBy(presentNodes, ({ kind }) => kind)].flatMap(([kind, own]) => {
    const counts = [...Map.groupBy(own, ({ version }) => (version === '' ? '?' : version))];
    if (counts.length < 2) return [];
    const most = counts.sort(byMost(([, same]) => same.length));
    const text = most.map(([version, same]) => `${version} (${same.length})`).join(', ');
    const figure = { value: counts.length, limit: 1, unit: 'count' } as const;
    return [{ severity: 'attention' as const, values: { kind, count: counts.length, versions: text }, figure }];
  });
  const findings = findingsOf(versionCheck, nodes && found, { values: {} });
  return [...findings, ...partlyUnknown(versionCheck, presentNodes.filter(({ version }) => version === '').length)];
}

/** A node that does not report its offset counts as unknown. */
export function clocks({ nodes }: InspectionFacts): Finding[] {
  const there = nodes?.filter(isThere) ?? [];
  const clockOffsets = there
    .flatMap(({ nodeId, site, clockOffsetMs }) =>
      clockOffsetMs === undefined ? [] : [{ node: nodeId, site, offMs: Math.round(Math.abs(clockOffsetMs)) }],
    )
    .sort(byMost(({ offMs }) => offMs));
  const found = clockOffsets.flatMap((one) => {
    // A figure at exactly the limit is still fine.
    const severity = one.offMs === CLOCK_MS.attention ? undefined : severityFrom(one.offMs, CLOCK_MS);
    const figure = { value: one.offMs, limit: CLOCK_MS.attention, unit: 'ms' } as const;
    return severity === undefined ? [] : [{ severity, values: one, figure, path: nodePath(one.node) }];
  });
  const [first] = clockOffsets;
  const of = { check: 'clocks', path: '/console/fleet' } as const;
  const values = { nodes: clockOffsets.length, offMs: CLOCK_MS.attention };
  const figure = { value: first?.offMs ?? 0, limit: CLOCK_MS.attention, unit: 'ms' } as const;
  const findings = findingsOf(of, first && found, { values, figure });
  return first === undefined ? findings : [...findings, ...partlyUnknown(of, there.length - clockOffsets.length)];
}

export function closed({ nodes, closedSince, nowMs }: InspectionFacts): Finding[] {
  const closedNodes = nodes?.filter((node) => isThere(node) && (node.isCordoned || node.isDraining)) ?? [];
  const found = closedNodes
    .flatMap(({ nodeId, site, cordonReason, drainReason }) => {
      const forMs = nowMs - (closedSince?.get(nodeId) ?? nowMs);
      if (forMs < CLOSED_MS) return [];
      const values = { node: nodeId, site, forMs, reason: drainReason || cordonReason || '–' };
      const figure = { value: forMs, limit: CLOSED_MS, unit: 'ms' } as const;
      return [{ severity: 'attention' as const, values, figure, path: nodePath(nodeId) }];
    })
    .sort(byMost(({ figure }) => figure.value));
  const isKnown = nodes !== undefined && closedSince !== undefined;
  return findingsOf({ check: 'closed', path: '/console/fleet' }, isKnown ? found : undefined, {
    values: { nodes: closedNodes.length },
  });
}

export function testers({ testers: seen }: InspectionFacts): Finding[] {
  const found = (seen ?? [])
    .filter(({ silentMs, everyMs }) => silentMs >= Math.max(SILENT_MS, SILENT_ROUNDS * everyMs))
    .map(({ region, silentMs }) => ({
      severity: 'attention' as const,
      values: { region, silentMs },
      figure: { value: silentMs, limit: SILENT_MS, unit: 'ms' as const },
    }));
  const of = { check: 'testers', path: '/console/dial' } as const;
  return findingsOf(of, seen && found, { values: { testers: seen?.length ?? 0 } });
}

/** Warns if there is no receiver, since alarms are then not sent. */
export function receivers({ receivers: seen }: InspectionFacts): Finding[] {
  const none = { code: 'none', severity: 'attention' as const, values: {} };
  const failing = (seen?.failing ?? []).map(({ name, failed, error }) => ({
    severity: 'problem' as const,
    values: { receiver: name, failed, error: error || '–' },
    figure: { value: failed, unit: 'count' as const },
  }));
  const found = seen?.enabled === 0 ? [...failing, none] : failing;
  return findingsOf({ check: 'receivers', path: '/console/alarms/settings' }, seen && found, {
    values: { sent: seen?.delivered ?? 0 },
  });
}

export function backups({ backup, nowMs }: InspectionFacts): Finding[] {
  const of = { check: 'backups', path: '/console/inspection' } as const;
  if (backup === undefined) return findingsOf(of, undefined, { values: {} });
  if (backup.atMs === undefined)
    return findingsOf(of, [{ code: 'never', severity: 'attention', values: {} }], { values: {} });
  const agoMs = Math.max(0, nowMs - backup.atMs);
  const severity = severityFrom(agoMs, BACKUP_MS);
  const figure = { value: agoMs, limit: BACKUP_MS.attention, unit: 'ms' } as const;
  return findingsOf(of, severity === undefined ? [] : [{ severity, values: { agoMs }, figure }], {
    values: { agoMs },
    figure,
  });
}

export function silences({ silences: open }: InspectionFacts): Finding[] {
  const found = (open ?? []).map(({ endsMs, reason }) => ({
    severity: 'attention' as const,
    values: { endsAt: new Date(endsMs).toISOString(), reason: reason || '–' },
  }));
  return findingsOf({ check: 'silences', path: '/console/alarms/settings' }, open && found, { values: {} });
}
