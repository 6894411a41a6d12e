import type { Finding } from '@meridian/protocol';
import type { DeliveryDay } from '../../distribution/core/facts.ts';
import type { InspectionFacts } from './facts.ts';
import { findingsOf, severityFrom } from './finding.ts';

/** A site that is offline fails or delays a few deliveries; a twentieth has a common cause. */
const FAILED = { attention: 0.01, problem: 0.05 };
/** The alarm `deliveries-late-many` fires at a fifth. */
const LATE = { attention: 0.01, problem: 0.2 };
/** With fewer, a share means little. */
const DELIVERIES_MIN = 5;

/** Returns what was wrong by region, and always a line with the figures of the day. */
export function deliveries({ deliveries: seen }: InspectionFacts): Finding[] {
  const of = { check: 'deliveries', path: '/console/alarms' } as const;
  if (seen === undefined) return findingsOf(of, undefined, { values: {} });
  const found = [...seen.regions.flatMap(badOf), ...awayOf(seen)];
  const bad = found.length === 0 ? [] : findingsOf(of, found, { values: {} });
  return [...bad, ...findingsOf(of, [], figuresOf(seen))];
}

function badOf({ region, done, failed, late }: DeliveryDay['regions'][number]) {
  const ended = done + failed;
  const judged = (code: 'failed' | 'late', count: number, limits: typeof FAILED) => {
    const share = ended === 0 ? 0 : count / ended;
    const severity = count < DELIVERIES_MIN ? undefined : severityFrom(share, limits);
    if (severity === undefined) return [];
    const values = { region, ended, [code]: count, [`${code}Share`]: share };
    return [{ code, severity, values, figure: { value: share, limit: limits.problem, unit: 'share' as const } }];
  };
  return [...judged('failed', failed, FAILED), ...judged('late', late, LATE)];
}

function awayOf({ receivers }: DeliveryDay) {
  if (receivers === undefined || receivers.away === 0) return [];
  const { away, enabled } = receivers;
  const figure = { value: away, unit: 'count' as const };
  return [{ code: 'away', severity: 'attention' as const, values: { away, enabled }, figure }];
}

function figuresOf({ regions, peak }: DeliveryDay) {
  const sum = (name: 'done' | 'failed' | 'late' | 'bytes'): number => regions.reduce((all, row) => all + row[name], 0);
  if (regions.length === 0) return { code: 'idle', values: {} };
  const done = sum('done');
  const values = { done, doneBytes: sum('bytes'), failed: sum('failed'), late: sum('late') };
  const figure = { value: done, unit: 'count' as const };
  if (peak === undefined || done > peak.done) return { code: 'most', values, figure };
  return { values: { ...values, peakDay: peak.day, peakDone: peak.done }, figure };
}
