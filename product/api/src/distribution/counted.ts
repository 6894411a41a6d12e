import type { FailureCode, Priority } from '@meridian/distribution';

export interface DistributionCounted {
  /** `afterS`: from the order to the end. */
  ended(code: FailureCode | 'done' | 'cancelled', priority: Priority, afterS: number): void;
  /** `waiting`: without a notice; `late`: open past their deadline. */
  open(o: { readonly waiting: number; readonly late: number }): void;
}
