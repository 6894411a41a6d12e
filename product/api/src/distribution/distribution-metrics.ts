import type { FailureCode, Priority } from '@meridian/distribution';

export interface DistributionMetrics {
  /** Counts the end of a delivery, `afterS` seconds after its order. */
  ended(code: FailureCode | 'done' | 'cancelled', priority: Priority, afterS: number): void;
  /** Shows the numbers of deliveries without a notice (`waiting`), and of open ones past their deadline (`late`). */
  open(o: { readonly waiting: number; readonly late: number }): void;
}
