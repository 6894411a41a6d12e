import type { FailureCode, Priority } from '@meridian/distribution';

export interface DistributionCounted {
  /** Counts an end, `afterS` after the order. */
  ended(code: FailureCode | 'done' | 'cancelled', priority: Priority, afterS: number): void;
  /** Shows deliveries without a notice (`waiting`), and open ones past their deadline (`late`). */
  open(o: { readonly waiting: number; readonly late: number }): void;
}
