// What is counted of alarms.

export interface OpenAlarms {
  readonly rule: string;
  readonly severity: string;
  readonly count: number;
}

export interface AlarmCounted {
  /** `overtaken`: another instance was faster; `failed`: the database did not answer. */
  looked(outcome: 'stored' | 'overtaken' | 'failed', tookMs: number): void;
  /** `read`: those that are open, as far as this instance knows; asked when metrics are read. */
  open(read: () => readonly OpenAlarms[]): void;
  /** One attempt to send a message to a kind of receiver; `again`: it failed, and is tried again later. */
  sent(kind: string, outcome: 'delivered' | 'again' | 'failed'): void;
}
