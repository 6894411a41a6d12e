export interface OpenAlarms {
  readonly rule: string;
  readonly severity: string;
  readonly count: number;
}

export interface AlarmCounted {
  /** Counts a look: `overtaken` by another instance, or `failed` without the database. */
  looked(outcome: 'stored' | 'overtaken' | 'failed', tookMs: number): void;
  /** Calls `read` when metrics are read. */
  open(read: () => readonly OpenAlarms[]): void;
  /** Counts a send; `again`: failed, to be retried. */
  sent(kind: string, outcome: 'delivered' | 'again' | 'failed'): void;
}
