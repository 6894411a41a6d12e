import type { Metrics } from '@meridian/runtime';
import type { TranscodeMetrics } from './supervisor.ts';

export function transcodeMetrics(metrics: Metrics): TranscodeMetrics {
  const running = metrics.gauge('transcoders_running', 'Running ffmpeg processes.');
  const used = metrics.gauge('transcode_millicores', 'Processor share reserved for transcoders, in millicores.');
  const started = metrics.counter('transcoders_started_total', 'Started ffmpeg processes, by conversion.', ['job']);
  const restarted = metrics.counter(
    'transcoders_restarted_total',
    'ffmpeg processes restarted after an unexpected end.',
  );
  const dropped = metrics.counter(
    'transcode_units_dropped_total',
    'Packets or frames dropped because a transcoder was too slow.',
  );
  return {
    running: (processes) => running.set(processes),
    used: (millicores) => used.set(millicores),
    started: (job) => started.inc({ job }),
    restarted: () => restarted.inc(),
    dropped: (units) => dropped.inc(units),
  };
}
