import type { Clock } from '@meridian/runtime';
import type { CloudSnapshot } from '../console/centre-views.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import { FleetMeans } from './core/means.ts';
import type { FleetTrends } from './core/trends.ts';
import { NodeSampling, type SamplingOptions } from './sampling.ts';
import { TrendsReader } from './trends-reader.ts';

export interface History {
  readonly sampling: NodeSampling;
  /** Adds an observation of the alarm judge; means of samples and usual round trips are computed from them. */
  observe(cloud: Pick<CloudSnapshot, 'nodes' | 'links'>): void;
  /** Resolves with undefined if there is not enough data. Rejects with the database's error. */
  trends(): Promise<FleetTrends | undefined>;
}

/** Must be called before the jobs start. */
export function makeHistory(o: {
  readonly store: Store;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly views: SamplingOptions['views'];
}): History {
  const means = new FleetMeans();
  const trends = new TrendsReader(o);
  const sampling = new NodeSampling({ ...o, means });
  o.jobs.register(sampling.job);
  return {
    sampling,
    observe: (cloud) => {
      means.addSample(cloud.nodes, o.clock.nowMs());
      trends.observe(cloud);
    },
    trends: () => trends.current(),
  };
}
