import { call, rpc } from '@meridian/protocol';
import type { Clock, Link, Logger, Rng } from '@meridian/runtime';
import type { Jobs } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import { QualityBatchIntake } from './intake.ts';
import { LiveQuality } from './live-quality.ts';
import { RollingUp } from './rolling-up.ts';
import { type DecisionCentre, DecisionStories } from './stories.ts';

/** Time limit for the centre, which answers a hundred decisions in milliseconds. */
const CENTRE_MS = 1500;

export interface QualityParts {
  readonly batches: QualityBatchIntake;
  readonly live: LiveQuality;
  readonly rollingUp: RollingUp;
  readonly stories: DecisionStories;
}

/** Registers jobs, so it must be called before they start. */
export function makeQuality(o: {
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Logger;
  readonly jobs: Jobs;
  centre(): DecisionCentre | undefined;
}): QualityParts {
  const { db } = o.store;
  const stories = new DecisionStories({ ...o, db });
  const batches = new QualityBatchIntake({ ...o, onDecided: (decided) => stories.scheduleFetch(decided) });
  const rollingUp = new RollingUp(o);
  o.jobs.register(rollingUp.job);
  return { batches, live: new LiveQuality({ ...o, db }), rollingUp, stories };
}

export const decisionCentreOf = (link: Link): DecisionCentre => ({
  stories: (decisionIds) => call(link, rpc.decisionStories, { decisionIds }, { deadlineMs: CENTRE_MS }),
});
