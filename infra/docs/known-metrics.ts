// Every metric of our services, from the registries that the services fill; no list here repeats them.
import { createMetrics, type Metrics } from '@meridian/runtime';
import { linkProberMetrics, proberMetrics } from '../../edge-probe/src/metrics.ts';
import * as library from '../../files/library/src/metrics.ts';
import { receiverCounts, receiverMetrics } from '../../files/receiver/src/metrics.ts';
import {
  connectionMetrics,
  liveMetrics,
  rtmpMetrics,
  udpMetrics,
  waitingMetrics,
} from '../../media/gateway/src/metrics.ts';
import * as recorder from '../../media/recorder/src/metrics.ts';
import { transcodeMetrics } from '../../media/room-media/src/adapters/ffmpeg/transcode-metrics.ts';
import { apiMetrics } from '../../product/api/src/metrics.ts';
import { centreMetrics } from '../../scheduler/src/base/metrics.ts';
import { registerMetrics } from '../../sfu/src/metrics.ts';
import { serviceMetrics } from '../../signaling/src/metrics.ts';

export interface KnownMetric {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
  readonly help: string;
}

const services: Record<string, (metrics: Metrics) => void> = {
  api: apiMetrics,
  scheduler: centreMetrics,
  // Empty objects suffice, as they are read only at scrape time.
  sfu: (metrics) => registerMetrics(metrics, {} as Parameters<typeof registerMetrics>[1]),
  signaling: (metrics) => serviceMetrics(metrics).watch({} as never),
  'edge-probe': (metrics) => {
    proberMetrics(metrics);
    linkProberMetrics(metrics);
  },
  gateway: (metrics) => {
    connectionMetrics(metrics);
    liveMetrics(metrics);
    rtmpMetrics(metrics);
    transcodeMetrics(metrics);
    udpMetrics(metrics);
    waitingMetrics(metrics);
  },
  receiver: (metrics) => {
    receiverCounts(metrics);
    receiverMetrics(metrics, {} as never);
  },
  recorder: (metrics) => {
    recorder.registerMetrics(metrics, {} as Parameters<typeof recorder.registerMetrics>[1]);
    recorder.flushMeter(metrics);
    transcodeMetrics(metrics);
  },
  // Each function registers some metrics; its other arguments are read only at scrape time.
  library: (metrics) => {
    const parts: readonly ((metrics: Metrics, of: never) => unknown)[] = Object.values(library);
    for (const register of parts) register(metrics, {} as never);
  },
};

/**
 * Returns each service's own metrics by name, apart from those of every process (memory, event loop, garbage
 * collection).
 */
export function knownMetrics(): Map<string, { own: KnownMetric[]; ofProcess: KnownMetric[] }> {
  const all = new Map<string, { own: KnownMetric[]; ofProcess: KnownMetric[] }>();
  for (const [service, register] of Object.entries(services)) {
    const metrics = createMetrics({ service });
    const ofProcess = readMetrics(metrics);
    register(metrics);
    const isOfProcess = new Set(ofProcess.map(({ name }) => name));
    all.set(service, { own: readMetrics(metrics).filter(({ name }) => !isOfProcess.has(name)), ofProcess });
  }
  return all;
}

function readMetrics(metrics: Metrics): KnownMetric[] {
  return metrics.registry
    .getMetricsAsArray()
    .map((metric) => {
      const { name, type, labelNames = [], help } = metric as unknown as KnownMetric;
      return { name, type, labelNames, help };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
