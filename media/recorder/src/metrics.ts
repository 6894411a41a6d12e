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
  assembling(): {
    readonly running: number;
    readonly done: number;
    readonly failed: number;
    readonly sentBytes: number;
  };
}

/** A piece goes to the disk every two seconds, so the longer of these times are those of a disk that is too slow. */
const FLUSH_MS = [5, 10, 20, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 10_000, 30_000];

/** Returns the function that takes the time of each flush. */
export function flushMeter(metrics: Metrics): (waitedMs: number) => void {
  const flushMs = metrics.histogram(
    'flush_ms',
    'Time from the end of a piece of a track until the disk has synced it and its line of the journal.',
    FLUSH_MS,
  );
  return (waitedMs) => flushMs.observe(waitedMs);
}

export function registerMetrics(metrics: Metrics, { recordings, watching, spool, assembling }: RecorderFigures): void {
  const shown: [name: string, help: string, read: () => number][] = [
    ['recordings', 'Recordings that run or start.', () => recordings.size],
    [
      'slots',
      'Participants that this recorder can record at once; 0 while it drains, falls behind, or its disk is nearly full.',
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
    ['assemblies', 'Recordings whose files are being made and uploaded here.', () => assembling().running],
    ['assemblies_done_total', 'Recordings whose files were made and uploaded here.', () => assembling().done],
    ['assembly_failures_total', 'Failed or abandoned tasks to assemble a recording.', () => assembling().failed],
    ['assembly_sent_bytes_total', 'Bytes of recordings sent to library nodes.', () => assembling().sentBytes],
    ['watched_rooms', 'Rooms that operators watch through this recorder.', () => watching.size],
    ['watch_pictures_total', 'Small pictures made of watched rooms.', () => watching.pictures],
  ];
  for (const [name, help, read] of shown) {
    const gauge = metrics.gauge(name, help);
    const collect = gauge as unknown as { collect?: () => void };
    collect.collect = () => gauge.set(read());
  }
}
