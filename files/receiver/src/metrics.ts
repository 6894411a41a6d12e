import type { Notice, Receipt } from '@meridian/distribution';
import type { Metrics } from '@meridian/runtime';

const SECONDS = [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400, 604_800];

export interface ReceiverCounts {
  ended(notice: Pick<Notice, 'priority' | 'orderedMs'>, receipt: Receipt): void;
}

export function receiverCounts(metrics: Metrics): ReceiverCounts {
  const help = 'Deliveries that have ended, by priority and why they failed: OK for those that did not.';
  const ended = metrics.counter('deliveries_ended_total', help, ['priority', 'code']);
  const bytes = metrics.counter('received_bytes_total', 'Bytes of files that came whole, by what gave them.', ['from']);
  const seconds = metrics.histogram(
    'delivery_seconds',
    'From the order to the receipt, of files that came, by priority.',
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

export interface ReceiverShown {
  held(): number;
  running(): number;
  owed(): number;
  keptBytes(): number;
  freeBytes(): number;
  sessionLeftMs(): number;
}

export function receiverMetrics(metrics: Metrics, of: ReceiverShown): void {
  shown(metrics, 'notices_held', 'Deliveries without a receipt that were known here at the last poll.', () =>
    of.held(),
  );
  shown(metrics, 'transfers_running', 'Files that came at the last poll.', () => of.running());
  shown(metrics, 'receipts_owed', 'Receipts that no library node had taken at the last poll.', () => of.owed());
  shown(metrics, 'contents_bytes', 'Bytes of contents that are here, whole or in part.', () => of.keptBytes());
  shown(metrics, 'contents_free_bytes', 'Bytes that contents may still take.', () => of.freeBytes());
  shown(metrics, 'session_left_seconds', 'For how long its session is good without the api.', () => {
    return of.sessionLeftMs() / 1000;
  });
}

function shown(metrics: Metrics, name: string, help: string, value: () => number): void {
  const gauge = metrics.gauge(name, help);
  const collect = gauge as unknown as { collect?: () => void };
  collect.collect = () => gauge.set(value());
}
