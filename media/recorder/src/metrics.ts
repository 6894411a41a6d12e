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
    ['recordings', 'Recordings that run or begin.', () => recordings.size],
    [
      'slots',
      'Participants that can be recorded at once; 0 while it is drained or its disk is nearly full.',
      () => recordings.slots,
    ],
    ['slots_used', 'Participants that are recorded.', () => recordings.usedSlots],
    ['written_bytes_total', 'Bytes of media written to the disk.', () => spool().writtenBytes],
    ['pieces_total', 'Pieces of tracks written to the disk.', () => spool().pieces],
    ['gaps_total', 'Gaps of tracks: media that came and could not be kept.', () => spool().gaps],
    [
      'upload_backlog_bytes',
      'Bytes on the disk that the store does not have as a whole yet.',
      () => spool().backlogBytes,
    ],
    [
      'upload_oldest_seconds',
      'For how long the oldest recording that is over here waits for the store; 0: none does.',
      () => spool().oldestMs / 1000,
    ],
    ['upload_failures_total', 'Calls of the store that failed and are tried again.', () => spool().failures],
    [
      'store_denied',
      '1 while the store lets nothing in: it refuses the credentials, or has no such bucket.',
      () => Number(spool().isDenied),
    ],
    ['files_aside', 'Files that the store refused for good, put aside on the disk.', () => spool().filesAside],
    ['aside_bytes', 'Bytes of what was put aside; no store takes it.', () => spool().asideBytes],
    ['disk_share', 'Used share of the disk with what is not in the store yet.', () => spool().diskShare],
    ['finish_jobs', 'Recordings that are over and wait to be finished, or are.', () => finishing().waiting],
    ['finished_total', 'Recordings that were finished.', () => finishing().finished],
    ['finish_failures_total', 'Jobs that did not finish their recording.', () => finishing().failed],
    ['watched_rooms', 'Rooms that operators watch by it.', () => watching.size],
    ['watch_pictures_total', 'Small pictures of watched rooms that were made.', () => watching.pictures],
    ['finish_seconds_total', 'Time in which a recording was being finished.', () => finishing().workMs / 1000],
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
  const bytes = metrics.counter('file_bytes_total', 'Bytes of files of recordings that were sent.');
  const ended = metrics.counter(
    'connections_unproven_ended_total',
    'Connections that proved nothing in time (late), or went for a newcomer (evicted), or found no place (full).',
    ['why'],
  );
  const gauge = metrics.gauge('file_answers', 'Answers with files of recordings that are under way.');
  const collect = gauge as unknown as { collect?: () => void };
  collect.collect = () => gauge.set(size());
  return {
    answered: (status) => answers.inc({ status: String(status) }),
    sent: (count) => bytes.inc(count),
    ended: (why) => ended.inc({ why }),
  };
}
