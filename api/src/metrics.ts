// What this service counts. Labels have few values each.
import type { Metrics } from '@meridian/runtime';

export interface ApiCounters {
  /** `operation`: '' for what is none. */
  answered(operation: string, status: number): void;
  /** One attempt; 0: there was no answer. */
  delivered(status: number): void;
  ran(kind: string, outcome: 'done' | 'failed' | 'givenUp'): void;
  /** Streams of the world map that are open. */
  worldStreams(count: number): void;
  /** One of them was ended from this side. */
  worldStreamCut(cause: 'slow' | 'refused'): void;
}

/** Registers the metrics. */
export function apiMetrics(metrics: Metrics): ApiCounters {
  const requests = metrics.counter('requests_total', 'Answers by operation of openapi.json and HTTP status.', [
    'operation',
    'status',
  ]);
  const deliveries = metrics.counter(
    'webhook_attempts_total',
    'Attempts to deliver webhooks, by what was answered: 2xx, 3xx, 4xx, 5xx, none.',
    ['answer'],
  );
  const jobs = metrics.counter('jobs_total', 'Runs of jobs by kind: done, failed (tried again), givenUp.', [
    'kind',
    'outcome',
  ]);
  const streams = metrics.gauge('console_streams', 'Open streams of the world map.');
  const cut = metrics.counter(
    'console_streams_cut_total',
    'Streams of the world map that were ended here: slow (the reader does not read), refused (its proof has ended).',
    ['cause'],
  );
  return {
    worldStreams: (count) => streams.set(count),
    worldStreamCut: (cause) => cut.inc({ cause }),
    answered: (operation, status) => requests.inc({ operation, status: String(status) }),
    delivered: (status) => deliveries.inc({ answer: status === 0 ? 'none' : `${Math.floor(status / 100)}xx` }),
    ran: (kind, outcome) => jobs.inc({ kind, outcome }),
  };
}
