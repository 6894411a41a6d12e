// Prometheus metrics of the recorder, read at scrape time.
import type { Metrics } from '@meridian/runtime';

export interface SpoolFigures {
  readonly writtenBytes: number;
  readonly pieces: number;
  readonly gaps: number;
  /** Bytes on the disk that the store does not have completely. */
  readonly backlogBytes: number;
  /** Waiting time of the oldest ended recording for the store; 0 if none waits. */
  readonly oldestMs: number;
  readonly failures: number;
  readonly isDenied: boolean;
  readonly filesAside: number;
  /** Bytes of files aside, which stay until their recording is erased or an operator takes them. */
  readonly asideBytes: number;
  /** Used share of the spool's disk, 0 to 1. */
  readonly diskShare: number;
}

export interface RecorderFigures {
  readonly recordings: { readonly size: number; readonly slots: number; readonly usedSlots: number };
  readonly watching: { readonly size: number; readonly pictures: number };
  spool(): SpoolFigures;
  finishing(): {
    readonly finished: number;
    readonly failed: number;
    readonly workMs: number;
    readonly waiting: number;
  };
}

export function registerMetrics(metrics: Metrics, { recordings, watching, spool, finishing }: RecorderFigures): void {
  const shown: [name: string, help: string, read: () => number][] = [
    ['recordings', 'Recordings that run or start.', () => recordings.size],
    [
      'slots',
      'Participants that this recorder can record at once; 0 while it drains or its disk is nearly full.',
      () => recordings.slots,
    ],
    ['slots_used', 'Participants being recorded.', () => recordings.usedSlots],
    ['written_bytes_total', 'Bytes of media written to the disk.', () => spool().writtenBytes],
    ['pieces_total', 'Pieces of tracks written to the disk.', () => spool().pieces],
    ['gaps_total', 'Gaps in recorded tracks: media that arrived and could not be stored.', () => spool().gaps],
    ['upload_backlog_bytes', 'Bytes on the disk that are not completely in the store yet.', () => spool().backlogBytes],
    [
      'upload_oldest_seconds',
      'Seconds for which the oldest ended recording has waited for the store; 0 if none waits.',
      () => spool().oldestMs / 1000,
    ],
    ['upload_failures_total', 'Failed calls of the store, which are retried.', () => spool().failures],
    [
      'store_denied',
      '1 while the store refuses writes: wrong credentials, or no such bucket.',
      () => Number(spool().isDenied),
    ],
    ['files_aside', 'Files set aside on the disk because the store refused them for good.', () => spool().filesAside],
    ['aside_bytes', 'Bytes set aside because the store refused them for good.', () => spool().asideBytes],
    ['disk_share', 'Used share of the disk that holds media not yet in the store.', () => spool().diskShare],
    ['finish_jobs', 'Ended recordings whose finishing waits or runs.', () => finishing().waiting],
    ['finished_total', 'Finished recordings.', () => finishing().finished],
    ['finish_failures_total', 'Failed jobs to finish a recording.', () => finishing().failed],
    ['watched_rooms', 'Rooms that operators watch through this recorder.', () => watching.size],
    ['watch_pictures_total', 'Small pictures made of watched rooms.', () => watching.pictures],
    ['finish_seconds_total', 'Seconds spent on finishing recordings.', () => finishing().workMs / 1000],
  ];
  for (const [name, help, read] of shown) {
    const gauge = metrics.gauge(name, help);
    const collect = gauge as unknown as { collect?: () => void };
    collect.collect = () => gauge.set(read());
  }
}

export interface ServingMetrics {
  answered(status: number): void;
  sent(bytes: number): void;
  /** Called for an unproven connection that was ended: `why` is that of `ConnectionGateOptions.onEnded`. */
  ended(why: string): void;
}

export function servingMetrics(metrics: Metrics, size: () => number): ServingMetrics {
  const answers = metrics.counter('file_requests_total', 'Requests for files of recordings, by status.', ['status']);
  const bytes = metrics.counter('file_bytes_total', 'Bytes sent in file downloads of recordings.');
  const ended = metrics.counter(
    'connections_unproven_ended_total',
    'Connections closed before they authenticated: too late (late), displaced by a newer connection (evicted), or above the limit (full).',
    ['why'],
  );
  const gauge = metrics.gauge('file_answers', 'File downloads of recordings in progress.');
  const collect = gauge as unknown as { collect?: () => void };
  collect.collect = () => gauge.set(size());
  return {
    answered: (status) => answers.inc({ status: String(status) }),
    sent: (count) => bytes.inc(count),
    ended: (why) => ended.inc({ why }),
  };
}
