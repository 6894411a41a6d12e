import type { StatsEntry } from '../core/stats.ts';

export function entriesOfReport(report: RTCStatsReport): StatsEntry[] {
  return [...report.values()] as StatsEntry[];
}
