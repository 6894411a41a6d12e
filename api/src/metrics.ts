// What this service counts. Labels have few values each.
import type { Metrics } from '@meridian/runtime';

export interface ApiCounters {
  /** `operation`: '' for what is none. */
  answered(operation: string, status: number): void;
  /** One attempt; 0: there was no answer. */
  delivered(status: number): void;
  ran(kind: string, outcome: 'done' | 'failed' | 'givenUp'): void;
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
  return {
    answered: (operation, status) => requests.inc({ operation, status: String(status) }),
    delivered: (status) => deliveries.inc({ answer: status === 0 ? 'none' : `${Math.floor(status / 100)}xx` }),
    ran: (kind, outcome) => jobs.inc({ kind, outcome }),
  };
}
