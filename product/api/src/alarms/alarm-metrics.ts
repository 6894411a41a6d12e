export interface OpenAlarms {
  readonly rule: string;
  readonly severity: string;
  readonly count: number;
}

export interface AlarmMetrics {
  /** Counts a look (judging.ts): `overtaken` if another instance was faster, `failed` without the database. */
  lookEnded(outcome: 'stored' | 'overtaken' | 'failed', tookMs: number): void;
  /** Registers `read`, which is called when metrics are collected. */
  open(read: () => readonly OpenAlarms[]): void;
  /** Counts a send; `again` for a failure that will be retried. */
  sent(kind: string, outcome: 'delivered' | 'again' | 'failed'): void;
}
