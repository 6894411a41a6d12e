import type { StatsEntry } from '../core/stats.ts';

/** The entries of a browser's report, as the pure parts read them. */
export function entriesOfReport(report: RTCStatsReport): StatsEntry[] {
  return [...report.values()] as StatsEntry[];
}
