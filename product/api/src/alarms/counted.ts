export interface OpenAlarms {
  readonly rule: string;
  readonly severity: string;
  readonly count: number;
}

export interface AlarmCounted {
  /** `overtaken`: another instance was faster; `failed`: the database did not answer. */
  looked(outcome: 'stored' | 'overtaken' | 'failed', tookMs: number): void;
  /** `read` is called when metrics are read. */
  open(read: () => readonly OpenAlarms[]): void;
  /** `again`: failed, to be retried. */
  sent(kind: string, outcome: 'delivered' | 'again' | 'failed'): void;
}
