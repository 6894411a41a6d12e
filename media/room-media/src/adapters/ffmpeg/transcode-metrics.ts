import type { Metrics } from '@meridian/runtime';
import type { TranscodeMetrics } from './supervisor.ts';

export function transcodeMetrics(metrics: Metrics): TranscodeMetrics {
  const running = metrics.gauge('transcoders_running', 'ffmpeg processes that run.');
  const used = metrics.gauge('transcode_millicores', 'Charged for all transcoders, in thousandths of a core.');
  const started = metrics.counter('transcoders_started_total', 'ffmpeg processes, by what they make of what.', ['job']);
  const restarted = metrics.counter('transcoders_restarted_total', 'ffmpeg processes that ended by themselves.');
  const dropped = metrics.counter('transcode_units_dropped_total', 'Units that a transcoder could not take in time.');
  return {
    running: (processes) => running.set(processes),
    used: (millicores) => used.set(millicores),
    started: (job) => started.inc({ job }),
    restarted: () => restarted.inc(),
    dropped: (units) => dropped.inc(units),
  };
}
