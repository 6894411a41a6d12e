// Each label has few values.
import type { Metrics } from '@meridian/runtime';
import type { AlarmMetrics } from './alarms/alarm-metrics.ts';
import { receiverKinds } from './alarms/core/target-issues.ts';
import type { DistributionMetrics } from './distribution/distribution-metrics.ts';

export interface ApiCounters {
  /** Counts an answer. `operation`: '' for a request that matches no operation. */
  answered(operation: string, status: number): void;
  /** Counts a delivery by HTTP status; 0 if no answer came. */
  delivered(status: number): void;
  ran(kind: string, outcome: 'done' | 'failed' | 'givenUp'): void;
  worldStreams(count: number): void;
  /** Counts a stream that this instance ended. */
  worldStreamCut(cause: 'slow' | 'refused'): void;
  readonly alarms: AlarmMetrics;
  readonly distribution: DistributionMetrics;
  wallStreamCut(cause: 'slow' | 'refused'): void;
}

export function apiMetrics(metrics: Metrics): ApiCounters {
  const requests = metrics.counter('requests_total', 'Answers by operation of openapi.json and HTTP status.', [
    'operation',
    'status',
  ]);
  const deliveries = metrics.counter(
    'webhook_attempts_total',
    'Attempts to deliver webhooks by status of the answer: 2xx, 3xx, 4xx, 5xx, none.',
    ['answer'],
  );
  const jobs = metrics.counter('jobs_total', 'Runs of jobs by kind: done, failed (tried again), givenUp.', [
    'kind',
    'outcome',
  ]);
  const streams = metrics.gauge('console_streams', 'Open streams of the world map.');
  const cut = metrics.counter(
    'console_streams_cut_total',
    'Streams of the world map that this instance ended: slow (the client does not read), refused (its credential ended).',
    ['cause'],
  );
  const alarms = alarmMetrics(metrics);
  const wallCut = metrics.counter(
    'wall_streams_cut_total',
    'Streams of the monitoring wall that this instance ended: slow (the client does not read), refused (its credential ended).',
    ['cause'],
  );
  return {
    alarms,
    distribution: distributionMetrics(metrics),
    worldStreams: (count) => streams.set(count),
    worldStreamCut: (cause) => cut.inc({ cause }),
    wallStreamCut: (cause) => wallCut.inc({ cause }),
    answered: (operation, status) => requests.inc({ operation, status: String(status) }),
    delivered: (status) => deliveries.inc({ answer: status === 0 ? 'none' : `${Math.floor(status / 100)}xx` }),
    ran: (kind, outcome) => jobs.inc({ kind, outcome }),
  };
}

/** Buckets: to judge a thousand nodes and four thousand links takes some tens of milliseconds, every 5 s. */
const LOOK_MS = [5, 10, 25, 50, 100, 250, 500, 1000, 5000];

function alarmMetrics(metrics: Metrics): AlarmMetrics {
  const looks = metrics.counter(
    'alarm_looks_total',
    'Rounds of judging alarms: stored, overtaken (another instance was faster), failed.',
    ['outcome'],
  );
  const lookMs = metrics.histogram(
    'alarm_look_ms',
    'Time to judge all alarms once: read facts, apply rules, store the result.',
    LOOK_MS,
  );
  const open = metrics.gauge(
    'alarms_open',
    'Open alarms by rule and severity, from an instance that judged within the last minute: take the maximum over all instances.',
    ['rule', 'severity'],
  );
  const messages = metrics.counter(
    'alarm_messages_total',
    'Attempts to send messages about alarms, by kind of receiver: delivered, again (failed, tried later), failed.',
    ['kind', 'outcome'],
  );
  // Counters start at zero, so that Prometheus sees the first count as an increase.
  for (const outcome of ['stored', 'overtaken', 'failed'] as const) looks.inc({ outcome }, 0);
  for (const kind of receiverKinds)
    for (const outcome of ['delivered', 'again', 'failed'] as const) messages.inc({ kind, outcome }, 0);
  return {
    lookEnded: (outcome, tookMs) => {
      looks.inc({ outcome });
      lookMs.observe(tookMs);
    },
    open: (read) => {
      (open as unknown as { collect: () => void }).collect = () => {
        open.reset();
        for (const { rule, severity, count } of read()) open.set({ rule, severity }, count);
      };
    },
    sent: (kind, outcome) => messages.inc({ kind, outcome }),
  };
}

/** Buckets: urgent deliveries take seconds, those to absent receivers days. */
const DELIVERY_S = [1, 5, 15, 60, 300, 1800, 7200, 43_200, 259_200];

function distributionMetrics(metrics: Metrics): DistributionMetrics {
  const ended = metrics.counter(
    'distribution_deliveries_ended_total',
    'Deliveries of files that ended, by code: done, cancelled, or why they failed.',
    ['code', 'priority'],
  );
  const seconds = metrics.histogram(
    'distribution_delivery_seconds',
    'Time from the order of a file to its receipt, for deliveries that are done.',
    DELIVERY_S,
    ['priority'],
  );
  const waiting = metrics.gauge('distribution_deliveries_waiting', 'Deliveries that wait for their notice.');
  const late = metrics.gauge('distribution_deliveries_late', 'Open deliveries that missed their deadline.');
  return {
    ended: (code, priority, afterS) => {
      ended.inc({ code, priority });
      if (code === 'done') seconds.observe({ priority }, afterS);
    },
    open: (count) => {
      waiting.set(count.waiting);
      late.set(count.late);
    },
  };
}
