import { type Finding, type InspectionCheck, inspectionChecks } from '@meridian/protocol';
import { deliveries } from './deliveries.ts';
import type { InspectionFacts } from './facts.ts';
import { rank } from './finding.ts';
import { capacity, certificates, database, disks, quotas, recorders, webhooks } from './near-limits.ts';
import { alarms, dial, joins, quality } from './past-day.ts';
import { backups, clocks, closed, drift, receivers, silences, testers, versions } from './present-state.ts';

export interface InspectionReport {
  readonly madeMs: number;
  /** Findings, the worst first. */
  readonly findings: readonly Finding[];
}

const checks: Readonly<Record<InspectionCheck, (facts: InspectionFacts) => Finding[]>> = {
  alarms,
  quality,
  joins,
  dial,
  capacity,
  disks,
  certificates,
  recorders,
  quotas,
  webhooks,
  deliveries,
  database,
  drift,
  versions,
  clocks,
  closed,
  testers,
  receivers,
  backups,
  silences,
};

/** Returns at least one finding of each check, so that a missing check is noticed. */
export function inspect(facts: InspectionFacts): InspectionReport {
  const findings = inspectionChecks.flatMap((check) => checks[check](facts));
  return { madeMs: facts.nowMs, findings: findings.sort((a, b) => rank(a) - rank(b)) };
}

export const countOf = ({ findings }: Pick<InspectionReport, 'findings'>, severity: Finding['severity']): number =>
  findings.filter((one) => one.severity === severity).length;
