// What is counted of deliveries.
import type { FailureCode, Priority } from '@meridian/distribution';

export interface DistributionCounted {
  /** `afterS`: from the order to the end. */
  ended(code: FailureCode | 'done' | 'cancelled', priority: Priority, afterS: number): void;
  /** For their notices; open ones that missed their deadline. */
  open(o: { readonly waiting: number; readonly late: number }): void;
}
