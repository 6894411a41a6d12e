// Figures of nodes and links over time, put together: what is stored of them, and how they change.
import type { Clock } from '@meridian/runtime';
import type { CloudNow } from '../console/centre-views.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import { FleetMeans } from './core/means.ts';
import type { FleetTrends } from './core/trends.ts';
import { NodeSampling, type SamplingOptions } from './sampling.ts';
import { TrendsNow } from './trends-now.ts';

export interface History {
  readonly sampling: NodeSampling;
  /** The judge of alarms has looked: means of samples and usual round trips come from its looks. */
  see(cloud: Pick<CloudNow, 'nodes' | 'links'>): void;
  /** Undefined: too little is known. Rejects when the database does. */
  trends(): Promise<FleetTrends | undefined>;
}

/** Before the jobs start. */
export function makeHistory(o: {
  readonly store: Store;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly views: SamplingOptions['views'];
}): History {
  const means = new FleetMeans();
  const trends = new TrendsNow(o);
  const sampling = new NodeSampling({ ...o, means });
  o.jobs.register(sampling.job);
  return {
    sampling,
    see: (cloud) => {
      means.see(cloud.nodes, o.clock.nowMs());
      trends.see(cloud);
    },
    trends: () => trends.now(),
  };
}
