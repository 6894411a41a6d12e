// Dependencies of the wiring, from main.ts or from a test.
import type { Clock, CloseStack, Logger, Metrics, Rng } from '@meridian/runtime';
import type { SchedulerConfig } from './config.ts';

export interface SchedulerDeps {
  readonly config: SchedulerConfig;
  readonly log: Logger;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly metrics: Metrics;
  readonly closeStack: CloseStack;
}
