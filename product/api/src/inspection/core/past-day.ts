import type { Finding } from '@meridian/protocol';
import type { InspectionFacts } from './facts.ts';
import { byMost, findingsOf, mostOf, severityFrom } from './finding.ts';

/** The alarm `region-degraded` (src/alarms/core/rules) fires at a fifth; half of that needs attention. */
const WEAK = { attention: 0.1, problem: 0.2 };
/** Records in an hour: the 20 sessions of that alarm would have up to 360 each. Fewer records are shown, not judged. */
const MEASURED_MIN = 360;
const RECORDS_PER_MINUTE = 6;
/** For `join-failures`, 5 % and five joins are a problem. Over a day, one percent needs attention. */
const JOINS = { attention: 0.01, problem: 0.05 };
const FAILED_MIN = 5;
/** A round fails now and then with its network. Five percent of failed rounds is more than an hour of a day. */
const DIALS = { attention: 0.005, problem: 0.05 };

const alarmSeverities: Readonly<Record<string, number>> = { critical: 2, warning: 1 };

export function alarms({ alarms: sums }: InspectionFacts): Finding[] {
  const worst = [...(sums ?? [])].sort(
    (a, b) =>
      (alarmSeverities[b.severity] ?? 0) - (alarmSeverities[a.severity] ?? 0) ||
      b.open - a.open ||
      b.longestMs - a.longestMs,
  );
  const found = worst.map(({ rule, severity, count, longestMs, open, acknowledged }) => ({
    severity: severity === 'critical' ? ('problem' as const) : ('attention' as const),
    values: { rule, count, longestMs, open, acknowledged },
    figure: { value: count, unit: 'count' as const },
  }));
  return findingsOf({ check: 'alarms', path: '/console/alarms' }, sums && found, { values: {} });
}

export function quality({ quality: hours }: InspectionFacts): Finding[] {
  const share = ({ weak, measured }: { weak: number; measured: number }): number => weak / measured;
  const rated = hours?.filter(({ measured }) => measured >= MEASURED_MIN) ?? [];
  const worst = [...Map.groupBy(rated, ({ region }) => region).values()]
    .flatMap((hoursOfRegion) => mostOf(hoursOfRegion, share) ?? [])
    .sort(byMost(share));
  const found = worst.flatMap((hour) => {
    const severity = severityFrom(share(hour), WEAK);
    if (severity === undefined) return [];
    const values = { region: hour.region, weakShare: share(hour), hourAt: new Date(hour.atMs).toISOString() };
    return [{ severity, values, figure: { value: share(hour), limit: WEAK.problem, unit: 'share' as const } }];
  });
  const [first] = worst;
  const qualityCheck = { check: 'quality', path: '/console' } as const;
  if (first === undefined) {
    const total = (name: 'weak' | 'measured'): number => (hours ?? []).reduce((all, hour) => all + hour[name], 0);
    const measured = total('measured');
    if (measured === 0) return findingsOf(qualityCheck, hours && [], { code: 'idle', values: {} });
    const values = { minutes: Math.ceil(measured / RECORDS_PER_MINUTE), weakShare: total('weak') / measured };
    return findingsOf(qualityCheck, [], { code: 'few', values });
  }
  const figure = { value: share(first), limit: WEAK.problem, unit: 'share' as const };
  return findingsOf(qualityCheck, found, { values: { region: first.region, weakShare: share(first) }, figure });
}

export function joins({ joins: sums }: InspectionFacts): Finding[] {
  const share = ({ joins: all, failed }: { joins: number; failed: number }): number => (all === 0 ? 0 : failed / all);
  const found = [...(sums ?? [])].sort(byMost(share)).flatMap((sum) => {
    const severity = sum.failed < FAILED_MIN ? undefined : severityFrom(share(sum), JOINS);
    if (severity === undefined) return [];
    const figure = { value: share(sum), limit: JOINS.problem, unit: 'share' as const };
    return [{ severity, values: { ...sum, failedShare: share(sum) }, figure }];
  });
  const total = (name: 'joins' | 'failed'): number => (sums ?? []).reduce((all, sum) => all + sum[name], 0);
  const values = { joins: total('joins'), failed: total('failed') };
  return findingsOf({ check: 'joins', path: '/console' }, sums && found, { values });
}

export function dial({ dial: sums }: InspectionFacts): Finding[] {
  const of = { check: 'dial', path: '/console/dial' } as const;
  if (sums?.length === 0) return findingsOf(of, [], { code: 'idle', severity: 'attention', values: {} });
  const found = (sums ?? [])
    .flatMap(({ region, tried, failed }) =>
      Object.entries(failed).flatMap(([stage, count]) => {
        const failedShare = tried === 0 ? 0 : count / tried;
        const severity = severityFrom(failedShare, DIALS);
        if (severity === undefined) return [];
        const figure = { value: failedShare, limit: DIALS.problem, unit: 'share' as const };
        return [{ severity, values: { region, stage, tried, failed: count, failedShare }, figure }];
      }),
    )
    .sort(byMost(({ figure }) => figure.value));
  const tried = (sums ?? []).reduce((all, sum) => all + sum.tried, 0);
  const failed = (sums ?? []).flatMap((sum) => Object.values(sum.failed)).reduce((all, count) => all + count, 0);
  return findingsOf(of, sums && found, { values: { tried, failed } });
}
