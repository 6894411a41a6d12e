// What a library node counts of itself.
import type { Metrics } from '@meridian/runtime';

export interface ServingMetrics {
  answered(status: number): void;
  sent(bytes: number): void;
  ended(why: string): void;
}

/** Of its HTTP. `size`: answers that are under way. */
export function servingMetrics(metrics: Metrics, size: () => number): ServingMetrics {
  const answers = metrics.counter('http_requests_total', 'Requests for files and of uploads, by status.', ['status']);
  const bytes = metrics.counter('file_bytes_total', 'Bytes of files that were sent.');
  const ended = metrics.counter(
    'connections_unproven_ended_total',
    'Connections that proved nothing in time (late), or went for a newcomer (evicted), or found no place (full).',
    ['why'],
  );
  const gauge = metrics.gauge('file_answers', 'Answers with files that are under way.');
  const collect = gauge as unknown as { collect?: () => void };
  collect.collect = () => gauge.set(size());
  return {
    answered: (status) => answers.inc({ status: String(status) }),
    sent: (count) => bytes.inc(count),
    ended: (why) => ended.inc({ why }),
  };
}
