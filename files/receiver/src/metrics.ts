import type { Notice, Receipt } from '@meridian/distribution';
import type { Metrics } from '@meridian/runtime';

const SECONDS = [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400, 604_800];

export interface ReceiverCounts {
  ended(notice: Pick<Notice, 'priority' | 'orderedMs'>, receipt: Receipt): void;
}

export function receiverCounts(metrics: Metrics): ReceiverCounts {
  const help = 'Ended deliveries by priority and failure code; OK: no failure.';
  const ended = metrics.counter('deliveries_ended_total', help, ['priority', 'code']);
  const bytes = metrics.counter('received_bytes_total', 'Bytes of completely received files, by source.', ['from']);
  const seconds = metrics.histogram(
    'delivery_seconds',
    'Time from the order of a file to its receipt, for completed deliveries by priority.',
    SECONDS,
    ['priority'],
  );
  return {
    ended({ priority, orderedMs }, receipt) {
      ended.inc({ priority, code: receipt.code === '' ? 'OK' : receipt.code });
      if (receipt.code !== '') return;
      bytes.inc({ from: 'neighbour' }, receipt.neighbourBytes);
      bytes.inc({ from: 'library' }, Math.max(0, receipt.bytes - receipt.neighbourBytes));
      seconds.observe({ priority }, Math.max(0, receipt.atMs - orderedMs) / 1000);
    },
  };
}

export interface ReceiverGauges {
  held(): number;
  running(): number;
  owed(): number;
  keptBytes(): number;
  freeBytes(): number;
  sessionLeftMs(): number;
}

export function receiverMetrics(metrics: Metrics, of: ReceiverGauges): void {
  addGauge(metrics, 'notices_held', 'Deliveries without a receipt at the last poll.', () => of.held());
  addGauge(metrics, 'transfers_running', 'Files in transfer at the last poll.', () => of.running());
  addGauge(metrics, 'receipts_owed', 'Receipts that no library node had accepted at the last poll.', () => of.owed());
  addGauge(metrics, 'contents_bytes', 'Bytes of contents stored here, complete or partial.', () => of.keptBytes());
  addGauge(metrics, 'contents_free_bytes', 'Bytes left for contents.', () => of.freeBytes());
  addGauge(
    metrics,
    'session_left_seconds',
    "Seconds for which the receiver's session stays valid without the api.",
    () => {
      return of.sessionLeftMs() / 1000;
    },
  );
}

function addGauge(metrics: Metrics, name: string, help: string, value: () => number): void {
  const gauge = metrics.gauge(name, help);
  const collect = gauge as unknown as { collect?: () => void };
  collect.collect = () => gauge.set(value());
}
