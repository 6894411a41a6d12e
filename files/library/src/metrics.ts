import type { Metrics } from '@meridian/runtime';
import type { WarmingOptions } from './delivery/warming.ts';
import type { WatchCounts } from './delivery/watches.ts';

export interface ServingMetrics {
  answered(status: number): void;
  sent(bytes: number): void;
  received(bytes: number): void;
  ended(why: string): void;
}

export function servingMetrics(metrics: Metrics, size: () => number): ServingMetrics {
  const answers = metrics.counter('http_requests_total', 'HTTP requests for files and uploads, by status.', ['status']);
  const bytes = metrics.counter('file_bytes_total', 'Bytes sent in file downloads.');
  const received = metrics.counter('upload_bytes_total', 'Bytes received in uploads.');
  const ended = metrics.counter(
    'connections_unproven_ended_total',
    'Connections closed before they authenticated: too late (late), displaced by a newer connection (evicted), or above the limit (full).',
    ['why'],
  );
  const gauge = metrics.gauge('file_answers', 'File downloads in progress.');
  const collect = gauge as unknown as { collect?: () => void };
  collect.collect = () => gauge.set(size());
  return {
    answered: (status) => answers.inc({ status: String(status) }),
    sent: (count) => bytes.inc(count),
    received: (count) => received.inc(count),
    ended: (why) => ended.inc({ why }),
  };
}

export interface UploadCounts {
  /** `code` is `''` or the reason of a refusal. */
  ended(code: string): void;
}

export function uploadCounts(metrics: Metrics): UploadCounts {
  const help = 'Ended uploads by reason of refusal; OK: kept.';
  const ended = metrics.counter('uploads_ended_total', help, ['code']);
  return { ended: (code) => ended.inc({ code: code === '' ? 'OK' : code }) };
}

export interface UploadGauges {
  readonly uploads: {
    readonly spool: { readonly uploads: readonly unknown[]; freeShare(): Promise<number> };
    readonly finishing: { readonly figures: { readonly waiting: number; readonly oldestWaitMs: number } };
    readonly reports: { readonly size: number; readonly oldestWaitMs: number };
  };
  readonly senders: { readonly size: number };
}

export function uploadMetrics(metrics: Metrics, of: UploadGauges): void {
  addGauge(metrics, 'uploads', 'Uploads in the spool.', () => of.uploads.spool.uploads.length);
  addGauge(metrics, 'upload_senders', 'Requests that are sending parts of uploads.', () => of.senders.size);
  addGauge(metrics, 'uploads_finishing', 'Uploads whose check and storage waits or runs.', () => {
    return of.uploads.finishing.figures.waiting;
  });
  addGauge(metrics, 'finishing_oldest_seconds', 'Waiting time of the oldest in the queue.', () => {
    return of.uploads.finishing.figures.oldestWaitMs / 1000;
  });
  addGauge(metrics, 'uploads_unreported', 'Ended uploads not yet reported to an api.', () => of.uploads.reports.size);
  addGauge(metrics, 'unreported_oldest_seconds', 'Waiting time of the oldest in the queue.', () => {
    return of.uploads.reports.oldestWaitMs / 1000;
  });
  addGauge(metrics, 'spool_free_share', "Free share of the spool's disk.", () => of.uploads.spool.freeShare());
}

export interface RenditionCounts {
  /** `code` is `''` or the reason of a failure. */
  ended(kind: string, code: string): void;
}

export function renditionCounts(metrics: Metrics): RenditionCounts {
  const help = 'Ended rendition tasks by kind and failure code; OK: no failure.';
  const tasks = metrics.counter('rendition_tasks_ended_total', help, ['kind', 'code']);
  return { ended: (kind, code) => tasks.inc({ kind, code: code === '' ? 'OK' : code }) };
}

export function renditionMetrics(metrics: Metrics, of: { readonly running: number }): void {
  addGauge(metrics, 'rendition_tasks_running', 'Rendition tasks that this node runs.', () => of.running);
}

export function warmingCounts(metrics: Metrics): Pick<WarmingOptions, 'onWarmed'> {
  const help = 'Contents prefetched by an edge for viewers to come, by outcome: fetched, failed.';
  const warmed = metrics.counter('edges_warmed_total', help, ['outcome']);
  return { onWarmed: (outcome) => warmed.inc({ outcome }) };
}

export interface DistributionCounts {
  given(notices: number): void;
  receipt(code: string): void;
  hostedEnded(code: string): void;
  sent(bytes: number): void;
}

export function distributionMetrics(metrics: Metrics, of: { polls(): number; hosted(): number }): DistributionCounts {
  const given = metrics.counter('notices_given_total', 'Delivery notices handed to receivers.');
  const help = 'Receipts from receivers, by failure code; OK: no failure.';
  const receipts = metrics.counter('receipts_total', help, ['code']);
  const hostedHelp = 'Deliveries of hosted receivers that ended on this node, by code as in receipts_total.';
  const hosted = metrics.counter('hosted_deliveries_ended_total', hostedHelp, ['code']);
  const sent = metrics.counter('distribution_bytes_total', 'Bytes sent to receivers and other library nodes.');
  addGauge(metrics, 'polls_waiting', 'Receivers that poll this node for notices.', of.polls);
  addGauge(metrics, 'hosted_receivers', 'Hosted receivers that this node serves.', of.hosted);
  return {
    given: (notices) => given.inc(notices),
    receipt: (code) => receipts.inc({ code: code === '' ? 'OK' : code }),
    hostedEnded: (code) => hosted.inc({ code: code === '' ? 'OK' : code }),
    sent: (bytes) => sent.inc(bytes),
  };
}

export function watchMetrics(metrics: Metrics, underWay: () => number): WatchCounts {
  const starts = metrics.counter('watch_starts_total', 'Playbacks started.');
  const stalled = metrics.counter(
    'watch_stalled_seconds_total',
    'Seconds that all playbacks together waited for data.',
  );
  const dropped = metrics.counter(
    'watches_dropped_total',
    'Playbacks whose last report was lost: no space (full), or the api refuses it (refused).',
    ['why'],
  );
  addGauge(metrics, 'watches', 'Playbacks in progress.', underWay);
  return {
    started: () => starts.inc(),
    stalled: (ms) => stalled.inc(ms / 1000),
    dropped: (why, count) => dropped.inc({ why }, count),
  };
}

function addGauge(metrics: Metrics, name: string, help: string, value: () => number | Promise<number>): void {
  const gauge = metrics.gauge(name, help);
  const collect = gauge as unknown as { collect?: () => void | Promise<void> };
  collect.collect = async () => gauge.set(await value());
}
