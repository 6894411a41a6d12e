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
  const answers = metrics.counter('http_requests_total', 'Requests for files and of uploads, by status.', ['status']);
  const bytes = metrics.counter('file_bytes_total', 'Bytes of files that were sent.');
  const received = metrics.counter('upload_bytes_total', 'Bytes of uploads that were received.');
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
    received: (count) => received.inc(count),
    ended: (why) => ended.inc({ why }),
  };
}

export interface UploadCounts {
  /** `code` is `''` or the reason of a refusal. */
  ended(code: string): void;
}

export function uploadCounts(metrics: Metrics): UploadCounts {
  const help = 'Uploads that have ended, by why they are not kept: OK for those that are.';
  const ended = metrics.counter('uploads_ended_total', help, ['code']);
  return { ended: (code) => ended.inc({ code: code === '' ? 'OK' : code }) };
}

export interface UploadsShown {
  readonly uploads: {
    readonly spool: { readonly uploads: readonly unknown[]; freeShare(): Promise<number> };
    readonly finishing: { readonly figures: { readonly waiting: number; readonly oldestWaitMs: number } };
    readonly reports: { readonly size: number; readonly oldestWaitMs: number };
  };
  readonly senders: { readonly size: number };
}

export function uploadMetrics(metrics: Metrics, of: UploadsShown): void {
  shown(metrics, 'uploads', 'Uploads in the spool.', () => of.uploads.spool.uploads.length);
  shown(metrics, 'upload_senders', 'Requests that send parts of uploads.', () => of.senders.size);
  shown(metrics, 'uploads_finishing', 'Uploads that wait to be checked and stored, or are.', () => {
    return of.uploads.finishing.figures.waiting;
  });
  shown(metrics, 'finishing_oldest_seconds', 'How long the oldest of them has waited.', () => {
    return of.uploads.finishing.figures.oldestWaitMs / 1000;
  });
  shown(
    metrics,
    'uploads_unreported',
    'Uploads that have ended, of which no api has heard.',
    () => of.uploads.reports.size,
  );
  shown(metrics, 'unreported_oldest_seconds', 'How long the oldest of them has waited.', () => {
    return of.uploads.reports.oldestWaitMs / 1000;
  });
  shown(metrics, 'spool_free_share', 'Of the disk of the spool, the share that is free.', () =>
    of.uploads.spool.freeShare(),
  );
}

export interface RenditionCounts {
  /** `code` is `''` or the reason of a failure. */
  ended(kind: string, code: string): void;
}

export function renditionCounts(metrics: Metrics): RenditionCounts {
  const help = 'Tasks of renditions that have ended here, by kind and why they failed: OK for those that did not.';
  const tasks = metrics.counter('rendition_tasks_ended_total', help, ['kind', 'code']);
  return { ended: (kind, code) => tasks.inc({ kind, code: code === '' ? 'OK' : code }) };
}

export function renditionMetrics(metrics: Metrics, of: { readonly running: number }): void {
  shown(metrics, 'rendition_tasks_running', 'Tasks of renditions that this node does now.', () => of.running);
}

export function warmingCounts(metrics: Metrics): Pick<WarmingOptions, 'onWarmed'> {
  const help = 'Contents that an edge was to fetch ahead of their viewers, by outcome: fetched, failed.';
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
  const given = metrics.counter('notices_given_total', 'Notices of deliveries that receivers were handed.');
  const help = 'Receipts that receivers handed over, by why a delivery failed: OK for those that did not.';
  const receipts = metrics.counter('receipts_total', help, ['code']);
  const hostedHelp = 'Deliveries of hosted receivers that ended here, as receipts_total.';
  const hosted = metrics.counter('hosted_deliveries_ended_total', hostedHelp, ['code']);
  const sent = metrics.counter('distribution_bytes_total', 'Bytes that were given on to receivers and library nodes.');
  shown(metrics, 'polls_waiting', 'Receivers that wait for notices at this node.', of.polls);
  shown(metrics, 'hosted_receivers', 'Receivers without a process that this node works for.', of.hosted);
  return {
    given: (notices) => given.inc(notices),
    receipt: (code) => receipts.inc({ code: code === '' ? 'OK' : code }),
    hostedEnded: (code) => hosted.inc({ code: code === '' ? 'OK' : code }),
    sent: (bytes) => sent.inc(bytes),
  };
}

export function watchMetrics(metrics: Metrics, underWay: () => number): WatchCounts {
  const starts = metrics.counter('watch_starts_total', 'Playbacks that began.');
  const stalled = metrics.counter('watch_stalled_seconds_total', 'How long playbacks waited for data, all together.');
  const dropped = metrics.counter(
    'watches_dropped_total',
    'Playbacks of which no api has heard the last: for want of room (full), or it does not take them (refused).',
    ['why'],
  );
  shown(metrics, 'watches', 'Playbacks that are under way.', underWay);
  return {
    started: () => starts.inc(),
    stalled: (ms) => stalled.inc(ms / 1000),
    dropped: (why, count) => dropped.inc({ why }, count),
  };
}

function shown(metrics: Metrics, name: string, help: string, value: () => number | Promise<number>): void {
  const gauge = metrics.gauge(name, help);
  const collect = gauge as unknown as { collect?: () => void | Promise<void> };
  collect.collect = async () => gauge.set(await value());
}
